// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/rule_sets.hpp"

#include <algorithm>
#include <array>
#include <random>
#include <string>

namespace nsgcheck::bench {
namespace {

// 32 random bits, the same on every machine.
class Rng {
 public:
  using result_type = std::uint32_t;
  explicit Rng(std::size_t seed) : engine_{static_cast<result_type>(seed)} {}
  static constexpr result_type min() { return 0; }
  static constexpr result_type max() { return 0xFFFFFFFF; }
  result_type operator()() { return static_cast<result_type>(engine_()); }

 private:
  std::mt19937 engine_;
};

model::SecurityRule blank_rule(std::size_t place, model::Access access) {
  model::SecurityRule rule;
  rule.name = "R" + std::to_string(place);
  rule.priority.value = static_cast<std::int64_t>(100 + place);
  rule.access.value = access;
  rule.direction.value = model::Direction::Inbound;
  rule.protocol.value = net::all_protocols();
  return rule;
}

model::AddressItem item(decltype(model::AddressItem::value) value) {
  model::AddressItem out;
  out.value = std::move(value);
  return out;
}

model::PortItem port(net::Port low, net::Port high) {
  model::PortItem out;
  out.value = model::PortRange{low, high};
  return out;
}

model::AddressItem any_address() { return item(model::AnyAddress{}); }
model::PortItem any_port() { return port(0, 65535); }

model::AddressItem block(std::uint32_t address, int length) {
  return item(model::Block{*net::Prefix4::masked(net::Ipv4{address}, length), false});
}

RuleSet finish(std::vector<model::SecurityRule> rules) {
  RuleSet set{{}, model::default_context()};
  set.nsg.name = "bench";
  set.nsg.rules = std::move(rules);
  set.nsg = model::with_defaults(std::move(set.nsg));
  return set;
}

model::SecurityRule deny_all(std::size_t place) {
  model::SecurityRule rule = blank_rule(place, model::Access::Deny);
  rule.sources = rule.destinations = {any_address()};
  rule.source_ports = rule.destination_ports = {any_port()};
  return rule;
}

// Prefixes get shorter from the first rule to the last.
int length_at(Rng& rng, std::size_t place, std::size_t rules) {
  const auto specific = static_cast<int>(12 * (rules - place) / rules);
  return 14 + specific + static_cast<int>(rng() % 7);
}

std::vector<model::AddressItem> address_list(Rng& rng, std::size_t place, std::size_t rules, std::size_t list,
                                             std::uint32_t base) {
  std::vector<model::AddressItem> out;
  if (rng() % 10 == 0) return {any_address()};
  const std::size_t count = rng() % 3 == 0 ? 1 : 1 + rng() % list;
  for (std::size_t i = 0; i < count; ++i)
    out.push_back(block(base + (rng() & 0x00FFFFFF), length_at(rng, place, rules)));
  return out;
}

std::vector<model::PortItem> port_list(Rng& rng, std::size_t list) {
  static constexpr std::array<net::Port, 12> kCommon{22, 25, 53, 80, 123, 443, 445, 1433, 3306, 3389, 5985, 8080};
  if (rng() % 8 == 0) return {any_port()};
  std::vector<model::PortItem> out;
  const std::size_t count = rng() % 2 == 0 ? 1 : 1 + rng() % list;
  for (std::size_t i = 0; i < count; ++i) {
    const auto low = rng() % 3 == 0 ? static_cast<net::Port>(1024 + rng() % 60000) : kCommon[rng() % kCommon.size()];
    const auto high = rng() % 5 == 0 ? static_cast<net::Port>(std::min<unsigned>(65535, low + rng() % 1000)) : low;
    out.push_back(port(low, high));
  }
  return out;
}

net::ProtocolSet protocol(Rng& rng) {
  const unsigned kind = rng() % 10;
  if (kind < 6) return net::protocol_set({net::kTcp});
  if (kind < 8) return net::protocol_set({net::kUdp});
  return net::all_protocols();
}

std::vector<model::SecurityRule> list_rule_list(Rng& rng, std::size_t rules, std::size_t list) {
  std::vector<model::SecurityRule> out;
  for (std::size_t i = 0; i < rules; ++i) {
    model::SecurityRule rule = blank_rule(i, rng() % 10 < 6 ? model::Access::Allow : model::Access::Deny);
    rule.protocol.value = protocol(rng);
    rule.sources = address_list(rng, i, rules, list, 0x17000000);
    rule.destinations = address_list(rng, i, rules, list, 0x0A000000);
    rule.source_ports = {any_port()};
    if (rng() % 20 == 0) rule.source_ports = {port(static_cast<net::Port>(1024 * (rng() % 8)), 65535)};
    rule.destination_ports = port_list(rng, std::max<std::size_t>(1, list / 2));
    out.push_back(std::move(rule));
  }
  out.push_back(deny_all(rules));
  return out;
}

// A part of the space, each field a range.
struct Tile {
  std::array<std::uint64_t, 5> low{0, 0, 0, 0, 0};
  std::array<std::uint64_t, 5> high{255, 65535, 65535, 0xFFFFFFFF, 0xFFFFFFFF};
};

model::SecurityRule tile_rule(std::size_t place, const Tile& tile, model::Access access) {
  model::SecurityRule rule = blank_rule(place, access);
  net::ProtocolSet protocols;
  for (auto p = tile.low[0]; p <= tile.high[0]; ++p) protocols.set(p);
  rule.protocol.value = protocols;
  const auto ports = [&](std::size_t d) {
    return std::vector{port(static_cast<net::Port>(tile.low[d]), static_cast<net::Port>(tile.high[d]))};
  };
  const auto addresses = [&](std::size_t d) {
    return std::vector{item(model::AddressRange{net::Ipv4{static_cast<std::uint32_t>(tile.low[d])},
                                                net::Ipv4{static_cast<std::uint32_t>(tile.high[d])}})};
  };
  rule.destination_ports = ports(1);
  rule.source_ports = ports(2);
  rule.destinations = addresses(3);
  rule.sources = addresses(4);
  return rule;
}

std::vector<Tile> tiles(Rng& rng, std::size_t count) {
  std::vector<Tile> out{Tile{}};
  while (out.size() < count) {
    const std::size_t chosen = rng() % out.size();
    const std::size_t d = rng() % 5;
    const std::uint64_t width = out[chosen].high[d] - out[chosen].low[d];
    if (width == 0) continue;
    const std::uint64_t cut = out[chosen].low[d] + rng() % width;
    Tile upper = out[chosen];
    upper.low[d] = cut + 1;
    out[chosen].high[d] = cut;
    out.push_back(upper);
  }
  std::shuffle(out.begin(), out.end(), rng);
  return out;
}

}  // namespace

RuleSet list_rules(std::size_t rules, std::size_t list) {
  Rng rng{rules + list};
  return finish(list_rule_list(rng, rules, list));
}

RuleSet tag_rules(std::size_t rules) {
  Rng rng{rules};
  std::vector<model::SecurityRule> list = list_rule_list(rng, rules, 4);
  RuleSet set = finish({});
  constexpr std::size_t kTags = 40;
  for (std::size_t t = 0; t < kTags; ++t) {
    std::vector<net::Interval<net::Ipv4::Bits>> prefixes;
    const std::size_t count = t == 0 ? 10'000 : 20 + rng() % (t % 8 == 0 ? 5'000 : 600);
    for (std::size_t i = 0; i < count; ++i) {
      const auto prefix =
          *net::Prefix4::masked(net::Ipv4{0x14000000 + (rng() & 0x3FFFFFFF)}, 20 + static_cast<int>(rng() % 9));
      prefixes.push_back({prefix.low(), prefix.high()});
    }
    set.context.service_tags.prefixes["tag" + std::to_string(t)] = {
        net::IntervalSet<net::Ipv4::Bits>::from(std::move(prefixes)), {}};
  }
  for (std::size_t i = 0; i + 1 < list.size(); ++i)
    list[i].sources = {item(model::ServiceTag{"tag" + std::to_string(rng() % kTags)})};
  set.nsg.rules = std::move(list);
  set.nsg = model::with_defaults(std::move(set.nsg));
  return set;
}

RuleSet tiling(std::size_t rules) {
  Rng rng{1};
  std::vector<model::SecurityRule> out;
  for (const Tile& tile : tiles(rng, rules))
    out.push_back(tile_rule(out.size(), tile, rng() % 2 == 0 ? model::Access::Allow : model::Access::Deny));
  out.push_back(deny_all(out.size()));
  return finish(std::move(out));
}

RuleSet holes(std::size_t rules) {
  RuleSet set = tiling(rules);
  std::vector<model::SecurityRule> out;
  for (std::size_t i = 0; i < set.nsg.rules.size(); ++i)
    if (i % 10 != 9 || i >= rules) out.push_back(set.nsg.rules[i]);
  set.nsg.rules = std::move(out);
  return set;
}

RuleSet crossing(std::size_t rules) {
  Rng rng{2};
  std::vector<model::SecurityRule> out;
  for (std::size_t i = 0; i < rules; ++i) {
    Tile tile;
    for (std::size_t d = 0; d < 5; ++d) {
      const std::uint64_t size = tile.high[d] + 1;
      const std::uint64_t width = size / 4 + rng() % (size / 2);
      tile.low[d] = rng() % (size - width);
      tile.high[d] = tile.low[d] + width;
    }
    out.push_back(tile_rule(i, tile, rng() % 2 == 0 ? model::Access::Allow : model::Access::Deny));
  }
  out.push_back(deny_all(rules));
  return finish(std::move(out));
}

RuleSet grid(std::size_t rules) {
  Rng rng{3};
  std::vector<model::SecurityRule> out;
  const std::uint64_t step = 0x100000000 / (rules / 2 + 1);
  for (std::size_t i = 0; i < rules; ++i) {
    Tile tile;
    const std::size_t d = 3 + i % 2;
    tile.low[d] = (i / 2) * step;
    tile.high[d] = tile.low[d] + step / 2;
    tile.low[1] = rng() % 32768;
    tile.high[1] = 32768 + rng() % 32768;
    out.push_back(tile_rule(i, tile, rng() % 2 == 0 ? model::Access::Allow : model::Access::Deny));
  }
  out.push_back(deny_all(rules));
  return finish(std::move(out));
}

}  // namespace nsgcheck::bench
