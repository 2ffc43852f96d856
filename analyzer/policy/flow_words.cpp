// SPDX-License-Identifier: Apache-2.0
#include "analyzer/policy/flow_words.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

#include "analyzer/policy/naming.hpp"

namespace nsgcheck::policy {
namespace {

using engine::AddressPart;
using engine::SymbolTable;

constexpr std::array kNetworkTags{"Internet", "VirtualNetwork", "AzureLoadBalancer"};

bool has_exactly(const AddressPart& part, const net::AddressSet& set, const SymbolTable& symbols) {
  const auto axis = engine::axis_set<net::Ipv4>({set, {}, false}, symbols);
  engine::SymbolSet own(axis.sure_symbols.size(), 0);
  for (const engine::SymbolId id : part.symbols) engine::set_bit(own, id);
  return own == axis.sure_symbols;
}

// The name of a side that is exactly a well-known set, in the families that the other side leaves possible.
std::optional<std::string> name_of(const AddressPart& part, const AddressPart& other,
                                   const model::NetworkContext& context, const SymbolTable& symbols,
                                   bool addresses_only) {
  const bool v4 = !other.addresses.v4.empty() || !other.symbols.empty();
  const bool v6 = !other.addresses.v6.empty() || !other.symbols.empty();
  const auto is = [&](const net::AddressSet& set) {
    const bool same = (!v4 || part.addresses.v4 == set.v4) && (!v6 || part.addresses.v6 == set.v6);
    return same && (addresses_only || has_exactly(part, set, symbols));
  };
  if (is(net::AddressSet::any())) return "*";
  for (const char* tag : kNetworkTags)
    if (is(*model::tag_set(tag, context))) return tag;
  return std::nullopt;
}

// Tags as far as the set holds them whole in the families of `all`, then what is left.
std::vector<std::string> few_names(const net::AddressSet& set, const net::AddressSet& all,
                                   const model::NetworkContext& context) {
  std::vector<std::string> out;
  net::AddressSet rest = set;
  for (const char* tag : kNetworkTags) {
    const net::AddressSet whole = *model::tag_set(tag, context) & all;
    if (!rest.overlaps(whole) || !set.covers(whole)) continue;
    out.emplace_back(tag);
    rest = rest - whole;
  }
  for (std::string& text : net::to_strings(rest)) out.push_back(std::move(text));
  return out;
}

std::string side_words(const std::vector<std::string>& names, const AddressPart& part,
                       const model::NetworkContext& context) {
  constexpr std::size_t kFew = 4;
  if (names == std::vector<std::string>{"*"}) return "any";
  if (names.size() <= kFew || !part.symbols.empty()) return enumerate(names, kFew);
  // What a region of one family leaves out of the other is nothing to speak of.
  net::AddressSet all = net::AddressSet::any();
  if (part.addresses.v4.empty()) all.v4 = {};
  if (part.addresses.v6.empty()) all.v6 = {};
  std::vector<std::string> best = few_names(part.addresses, all, context);
  std::string whole;
  const auto without = [&](const net::AddressSet& base, const std::string& base_name) {
    if (best.size() <= kFew || !base.covers(part.addresses)) return;
    std::vector<std::string> left_out = few_names(base - part.addresses, all, context);
    if (left_out.size() >= best.size()) return;
    best = std::move(left_out);
    whole = base_name + " but ";
  };
  for (const char* tag : kNetworkTags) without(*model::tag_set(tag, context) & all, tag);
  without(all, all.v6.empty() ? "any IPv4" : all.v4.empty() ? "any IPv6" : "any");
  return whole + enumerate(best, kFew);
}

std::string protocol_words(const net::ProtocolSet& protocols) {
  constexpr std::size_t kFew = 6;
  const std::vector<std::string> in = protocol_names(protocols);
  if (protocols.all()) return "any protocol";
  if (protocols == ~net::ported_protocols()) return "protocols without ports";
  if (in.size() <= 4) return enumerate(in, kFew);
  const std::vector<std::string> left_out = protocol_names(~protocols);
  return left_out.size() < in.size() ? "any protocol but " + enumerate(left_out, kFew) : enumerate(in, kFew);
}

bool has_ports(const engine::Region& region) { return (region.protocols & net::ported_protocols()).any(); }

// "tcp 3389".
std::string service_words(const NamedRegion& named) {
  std::string out = protocol_words(named.region.protocols);
  if (has_ports(named.region) && !named.region.destination_ports.is_all())
    out += ' ' + enumerate(named.destination_ports, 6);
  return out;
}

// " from Internet to 10.0.0.4".
std::string sides_words(const NamedRegion& named, const model::NetworkContext& context) {
  const engine::Region& region = named.region;
  std::string out = " from " + side_words(named.source, region.source, context);
  if (has_ports(region) && !region.source_ports.is_all()) out += " (source port " + enumerate(named.source_ports) + ')';
  if (named.destination != std::vector<std::string>{"*"})
    out += " to " + side_words(named.destination, region.destination, context);
  return out;
}

}  // namespace

NamedRegion name_flows(engine::Region region, const model::NetworkContext& context, const SymbolTable& symbols,
                       bool addresses_only) {
  NamedQuestion everything{{net::all_protocols(), {}, net::PortSet::all(), {}, net::PortSet::all()}, "*", "*"};
  everything.flows.source.known = everything.flows.destination.known = net::AddressSet::any();
  const auto source = name_of(region.source, region.destination, context, symbols, addresses_only);
  const auto destination = name_of(region.destination, region.source, context, symbols, addresses_only);
  NamedRegion named = name_region(std::move(region), everything, symbols);
  if (source) named.source = {*source};
  if (destination) named.destination = {*destination};
  return named;
}

std::vector<engine::Region> joined(std::vector<engine::Region> regions, net::Direction direction) {
  const bool inbound = direction == net::Direction::Inbound;
  const auto join = [](std::vector<engine::Region> from, AddressPart engine::Region::*side) {
    std::vector<engine::Region> out;
    for (engine::Region& region : from) {
      const auto same = std::find_if(out.begin(), out.end(), [&](const engine::Region& one) {
        const auto other = side == &engine::Region::source ? &engine::Region::destination : &engine::Region::source;
        return (one.*side).symbols.empty() && (region.*side).symbols.empty() && one.*other == region.*other &&
               one.protocols == region.protocols && one.source_ports == region.source_ports &&
               one.destination_ports == region.destination_ports && one.v4 == region.v4 && one.v6 == region.v6;
      });
      if (same == out.end())
        out.push_back(std::move(region));
      else
        ((*same).*side).addresses = ((*same).*side).addresses | (region.*side).addresses;
    }
    return out;
  };
  const auto far = inbound ? &engine::Region::source : &engine::Region::destination;
  const auto near = inbound ? &engine::Region::destination : &engine::Region::source;
  return join(join(std::move(regions), far), near);
}

std::string flow_words(const NamedRegion& named, const model::NetworkContext& context) {
  return service_words(named) + sides_words(named, context);
}

FlowLines flow_lines(std::span<const NamedRegion> regions, const model::NetworkContext& context) {
  struct Group {
    std::string sides;
    std::vector<std::string> services;
  };
  std::vector<Group> groups;
  for (const NamedRegion& named : regions) {
    std::string sides = sides_words(named, context);
    auto same = std::find_if(groups.begin(), groups.end(), [&](const Group& group) { return group.sides == sides; });
    if (same == groups.end()) same = groups.insert(same, {std::move(sides), {}});
    same->services.push_back(service_words(named));
  }
  std::vector<std::string> lines;
  for (const Group& group : groups) lines.push_back(enumerate(group.services, 6) + group.sides);
  return {enumerate(lines), regions.size() > 1};
}

}  // namespace nsgcheck::policy
