// SPDX-License-Identifier: Apache-2.0
#include "tests/engine/probes.hpp"

#include <algorithm>
#include <set>

#include "analyzer/net/text.hpp"
#include "tests/oracle/packet_oracle.hpp"

namespace nsgcheck::engine {
namespace {

using AddressEdges = std::set<net::IpAddress>;

void add_edge(AddressEdges& out, net::Family family, net::Bits128 low, net::Bits128 high) {
  const net::Bits128 end = family == net::Family::V4 ? net::Bits128{0xFFFFFFFF} : ~net::Bits128{0};
  out.insert(oracle::address_of(family, low));
  out.insert(oracle::address_of(family, high));
  if (low > 0) out.insert(oracle::address_of(family, low - 1));
  if (high < end) out.insert(oracle::address_of(family, high + 1));
}

void add_edges(AddressEdges& out, const std::vector<oracle::Range>& ranges) {
  for (const oracle::Range& r : ranges) add_edge(out, r.family, r.low, r.high);
}

void add_edges(AddressEdges& out, const std::vector<model::AddressItem>& items) {
  for (const auto& item : items) {
    if (const auto* range = std::get_if<model::AddressRange>(&item.value))
      add_edge(out, net::family_of(range->low), oracle::bits_of(range->low), oracle::bits_of(range->high));
    if (const auto* block = std::get_if<model::Block>(&item.value)) {
      if (const auto* v4 = std::get_if<net::Prefix4>(&block->prefix))
        add_edge(out, net::Family::V4, v4->low(), v4->high());
      if (const auto* v6 = std::get_if<net::Prefix6>(&block->prefix))
        add_edge(out, net::Family::V6, v6->low(), v6->high());
    }
  }
}

void add_port(std::set<net::Port>& out, net::Port low, net::Port high) {
  out.insert(low);
  out.insert(high);
  if (low > 0) out.insert(static_cast<net::Port>(low - 1));
  if (high < 65535) out.insert(static_cast<net::Port>(high + 1));
}

void add_ports(std::set<net::Port>& out, const std::vector<model::PortItem>& items) {
  for (const auto& item : items)
    if (const auto* range = std::get_if<model::PortRange>(&item.value)) add_port(out, range->low, range->high);
}

template <class Set, class Keep>
auto kept(const Set& set, Keep keep) {
  std::vector<typename Set::value_type> out;
  for (const auto& value : set)
    if (keep(value)) out.push_back(value);
  return out;
}

// Keeps the first of all values that `signature` gives the same text.
template <class T, class Signature>
std::vector<T> one_of_each(const std::vector<T>& values, Signature signature) {
  std::set<std::string> seen;
  std::vector<T> out;
  for (const T& value : values)
    if (seen.insert(signature(value)).second) out.push_back(value);
  return out;
}

bool holds(const AddressPart& part, const net::IpAddress& address, const SymbolTable& symbols,
           const oracle::World& world) {
  if (part.addresses.contains(address)) return true;
  return std::any_of(part.symbols.begin(), part.symbols.end(), [&](SymbolId id) {
    const auto& names = symbols[id].kind == Symbol::Kind::Asg ? world.asgs : world.tags;
    const auto found = names.find(net::lower(symbols[id].name));
    return found != names.end() && oracle::holds(found->second, address);
  });
}

}  // namespace

Edges edges(const Case& c, const model::Nsg& nsg) {
  AddressEdges addresses;
  std::set<net::Port> source_ports{0, 49152}, destination_ports{0, 3389};
  add_edges(addresses, c.world.virtual_network);
  for (const auto& [name, list] : c.world.tags) add_edges(addresses, list);
  for (const auto& [name, list] : c.world.asgs) add_edges(addresses, list);
  add_edges(addresses, c.question.source);
  add_edges(addresses, c.question.destination);
  add_edges(addresses,
            oracle::ranges({"8.8.8.8", "169.254.169.254", "224.0.0.0/4", "2000::/3", "fe80::1234:5678:9abc"}));
  add_port(source_ports, c.question.source_low, c.question.source_high);
  add_port(destination_ports, c.question.destination_low, c.question.destination_high);
  for (const auto& rule : nsg.rules) {
    add_edges(addresses, rule.sources);
    add_edges(addresses, rule.destinations);
    add_ports(source_ports, rule.source_ports);
    add_ports(destination_ports, rule.destination_ports);
  }
  const auto& q = c.question;
  Edges out;
  out.protocols = kept(std::set<std::uint8_t>{0, 1, 6, 17, 47, 50, 51, 58, 132}, [&](std::uint8_t p) {
    return std::find(q.protocols.begin(), q.protocols.end(), p) != q.protocols.end();
  });
  out.sources = kept(addresses, [&](const net::IpAddress& a) { return oracle::holds(q.source, a); });
  out.destinations = kept(addresses, [&](const net::IpAddress& a) { return oracle::holds(q.destination, a); });
  out.source_ports = kept(source_ports, [&](net::Port p) { return q.source_low <= p && p <= q.source_high; });
  out.destination_ports =
      kept(destination_ports, [&](net::Port p) { return q.destination_low <= p && p <= q.destination_high; });
  return out;
}

Edges representatives(const Case& c, const model::Nsg& nsg) {
  const auto by_rules = [&](std::string start, auto match) {
    for (const auto& rule : nsg.rules) start += static_cast<char>('0' + static_cast<int>(match(rule)));
    return start;
  };
  const auto family = [](const net::IpAddress& a) {
    return std::string{net::family_of(a) == net::Family::V4 ? '4' : '6'};
  };
  const Edges all = edges(c, nsg);
  Edges out;
  out.protocols = one_of_each(all.protocols, [&](std::uint8_t p) {
    const net::Protocol protocol{p};
    return by_rules(net::has_ports(protocol) ? "p" : "-",
                    [&](const auto& rule) { return oracle::match_protocol(rule, protocol); });
  });
  out.sources = one_of_each(all.sources, [&](const net::IpAddress& a) {
    return by_rules(family(a), [&](const auto& rule) { return oracle::match_source(rule, c.world, a); });
  });
  out.destinations = one_of_each(all.destinations, [&](const net::IpAddress& a) {
    return by_rules(family(a), [&](const auto& rule) { return oracle::match_destination(rule, c.world, a); });
  });
  out.source_ports = one_of_each(all.source_ports, [&](net::Port p) {
    return by_rules({}, [&](const auto& rule) { return oracle::match_source_port(rule, p); });
  });
  out.destination_ports = one_of_each(all.destination_ports, [&](net::Port p) {
    return by_rules({}, [&](const auto& rule) { return oracle::match_destination_port(rule, p); });
  });
  return out;
}

std::optional<net::FiveTuple> random_packet(Rng& rng, const Edges& edges) {
  if (edges.protocols.empty() || edges.sources.empty() || edges.destinations.empty()) return std::nullopt;
  for (int attempt = 0; attempt < 50; ++attempt) {
    net::FiveTuple packet{net::Protocol{pick(rng, edges.protocols)}, pick(rng, edges.sources), 0,
                          pick(rng, edges.destinations), 0};
    if (packet.source.index() != packet.destination.index()) continue;
    if (net::has_ports(packet.protocol)) {
      packet.source_port = pick(rng, edges.source_ports);
      packet.destination_port = pick(rng, edges.destination_ports);
    }
    return packet;
  }
  return std::nullopt;
}

std::vector<net::FiveTuple> all_packets(const Edges& edges) {
  std::vector<net::FiveTuple> out;
  for (const std::uint8_t number : edges.protocols) {
    const net::Protocol protocol{number};
    const bool ported = net::has_ports(protocol);
    const std::vector<net::Port> none{0};
    for (const net::IpAddress& source : edges.sources)
      for (const net::IpAddress& destination : edges.destinations) {
        if (source.index() != destination.index()) continue;
        for (const net::Port sport : ported ? edges.source_ports : none)
          for (const net::Port dport : ported ? edges.destination_ports : none)
            out.push_back({protocol, source, sport, destination, dport});
      }
  }
  return out;
}

bool in_region(const Region& region, const net::FiveTuple& packet, const SymbolTable& symbols,
               const oracle::World& world) {
  const bool family = net::family_of(packet.source) == net::Family::V4 ? region.v4 : region.v6;
  return family && region.protocols.test(packet.protocol.number) &&
         holds(region.source, packet.source, symbols, world) && region.source_ports.contains(packet.source_port) &&
         holds(region.destination, packet.destination, symbols, world) &&
         region.destination_ports.contains(packet.destination_port);
}

std::size_t count_in(const std::vector<Region>& regions, const net::FiveTuple& packet, const SymbolTable& symbols,
                     const oracle::World& world) {
  return static_cast<std::size_t>(std::count_if(regions.begin(), regions.end(),
                                                [&](const Region& r) { return in_region(r, packet, symbols, world); }));
}

std::string describe(const net::FiveTuple& packet) {
  return "protocol " + std::to_string(packet.protocol.number) + ' ' + to_string(packet.source) + ':' +
         std::to_string(packet.source_port) + " -> " + to_string(packet.destination) + ':' +
         std::to_string(packet.destination_port);
}

}  // namespace nsgcheck::engine
