// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <variant>
#include <vector>

#include "analyzer/engine/resolve.hpp"
#include "tests/bench/rule_sets.hpp"

namespace nsgcheck::bench {

/// A rule as other programs take it: TCP and UDP only, sides as address ranges, IPv6 all or none of a side.
struct FlatRule {
  bool allow{}, tcp{}, udp{};
  std::vector<net::Interval<net::Ipv4::Bits>> source, destination;
  bool source_v6{}, destination_v6{};
  std::vector<net::Interval<net::Port>> source_ports, destination_ports;
  /// Equal for equal sides, so that what is made of one is kept.
  std::size_t source_key{}, destination_key{};
};

/// The same rules with no protocols but TCP and UDP, which is what the others can say.
[[nodiscard]] RuleSet ported(RuleSet set);

/// User rules of the inbound direction in their order, the deny of everything at their end among them, without the
/// defaults that it leaves nothing for.
[[nodiscard]] std::vector<FlatRule> flatten(const RuleSet& set);

/// REQUIRES: an IPv4 address.
[[nodiscard]] inline net::Ipv4::Bits v4_of(const net::IpAddress& address) { return std::get<net::Ipv4>(address).bits; }

}  // namespace nsgcheck::bench
