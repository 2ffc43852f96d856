// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/packet_sets.hpp"

#include <random>

namespace nsgcheck::bench {
namespace {

template <class T>
T value_of(std::mt19937& engine, const std::vector<net::Interval<T>>& parts) {
  const auto& part = parts[engine() % parts.size()];
  switch (engine() % 4) {
    case 0:
      return part.low;
    case 1:
      return part.high;
    default:
      return static_cast<T>(part.low + engine() % (std::uint64_t{part.high} - part.low + 1));
  }
}

}  // namespace

std::vector<net::FiveTuple> packets_for(const std::vector<FlatRule>& rules, std::size_t count) {
  std::mt19937 engine{7};
  std::vector<net::FiveTuple> out;
  while (out.size() < count) {
    const FlatRule& rule = rules[engine() % rules.size()];
    if (rule.source.empty() || rule.destination.empty()) continue;
    const bool udp = rule.udp && (!rule.tcp || engine() % 2 == 0);
    out.push_back({udp ? net::kUdp : net::kTcp, net::Ipv4{value_of(engine, rule.source)},
                   value_of(engine, rule.source_ports), net::Ipv4{value_of(engine, rule.destination)},
                   value_of(engine, rule.destination_ports)});
  }
  return out;
}

}  // namespace nsgcheck::bench
