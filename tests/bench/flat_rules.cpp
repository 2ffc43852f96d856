// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/flat_rules.hpp"

namespace nsgcheck::bench {
namespace {

template <class T>
std::vector<net::Interval<T>> list_of(const net::IntervalSet<T>& set) {
  return {set.intervals().begin(), set.intervals().end()};
}

std::size_t key_of(const net::AddressSet& set) {
  std::size_t key = set.v6.empty() ? 1 : 2;
  for (const auto& part : set.v4.intervals())
    key = (key * 0x9E3779B97F4A7C15U + part.low) * 0xC2B2AE3D27D4EB4FU + part.high;
  return key;
}

}  // namespace

RuleSet ported(RuleSet set) {
  for (model::SecurityRule& rule : set.nsg.rules)
    if (!model::is_default(rule) && rule.protocol.value)
      *rule.protocol.value &= net::protocol_set({net::kTcp, net::kUdp});
  return set;
}

std::vector<FlatRule> flatten(const RuleSet& set) {
  std::vector<FlatRule> out;
  for (const engine::FilterRule& rule : engine::resolve(set.nsg, net::Direction::Inbound, set.context).rules) {
    if (rule.is_default) continue;
    out.push_back({.allow = rule.may_allow,
                   .tcp = rule.protocols.test(net::kTcp.number),
                   .udp = rule.protocols.test(net::kUdp.number),
                   .source = list_of(rule.source.known.v4),
                   .destination = list_of(rule.destination.known.v4),
                   .source_v6 = !rule.source.known.v6.empty(),
                   .destination_v6 = !rule.destination.known.v6.empty(),
                   .source_ports = list_of(rule.source_ports.known),
                   .destination_ports = list_of(rule.destination_ports.known),
                   .source_key = key_of(rule.source.known),
                   .destination_key = key_of(rule.destination.known)});
  }
  return out;
}

}  // namespace nsgcheck::bench
