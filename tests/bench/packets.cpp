// SPDX-License-Identifier: Apache-2.0
// Verdicts for packets, one core: the engine's classifier beside rte_acl and a walk down the list, on the same rules
// and packets, in turn. Rows of a Markdown table.
#include <fmt/format.h>

#include <algorithm>

#include "analyzer/engine/classifier.hpp"
#include "analyzer/engine/filter.hpp"
#include "tests/bench/acl_rules.hpp"
#include "tests/bench/flat_rules.hpp"
#include "tests/bench/packet_sets.hpp"
#include "tests/bench/rounds.hpp"

namespace nsgcheck::bench {
namespace {

constexpr std::size_t kPackets = 500'000;

template <class T>
bool holds(const std::vector<net::Interval<T>>& parts, T value) {
  return std::ranges::any_of(parts, [value](const auto& part) { return part.low <= value && value <= part.high; });
}

bool walk(const std::vector<FlatRule>& rules, const net::FiveTuple& packet) {
  for (const FlatRule& rule : rules)
    if ((packet.protocol == net::kTcp ? rule.tcp : rule.udp) && holds(rule.source, v4_of(packet.source)) &&
        holds(rule.destination, v4_of(packet.destination)) && holds(rule.source_ports, packet.source_port) &&
        holds(rule.destination_ports, packet.destination_port))
      return rule.allow;
  return false;
}

std::string sum(const std::vector<std::uint8_t>& verdicts) {
  std::uint64_t hash = 14695981039346656037U;
  for (const std::uint8_t verdict : verdicts) hash = (hash ^ verdict) * 1099511628211U;
  return fmt::format("{:016x}, {} allowed", hash, std::ranges::count(verdicts, 1));
}

void verdicts(const std::string& name, const RuleSet& set) {
  const auto rules = flatten(set);
  const auto packets = packets_for(rules, kPackets);
  const engine::Filter filter{engine::resolve(set.nsg, model::Direction::Inbound, set.context)};
  const engine::Classifier classifier{filter};
  Acl acl{rules};
  acl.take(packets);
  std::vector<std::uint8_t> out(packets.size());
  const auto by_acl = [&](AclWay way) {
    return [&, way] {
      acl.classify(way, out);
      return sum(out);
    };
  };
  const auto ours = [&] {
    for (std::size_t i = 0; i < packets.size(); ++i)
      out[i] = classifier.classify(packets[i]).verdict == engine::Verdict::Allow ? 1 : 0;
    return sum(out);
  };
  const auto by_walk = [&] {
    for (std::size_t i = 0; i < packets.size(); ++i) out[i] = walk(rules, packets[i]) ? 1 : 0;
    return sum(out);
  };
  compare("500,000 packets, a verdict each", fmt::format("{} ({} boxes for rte_acl)", name, acl.boxes()), 1.3,
          {{"nsgcheck", ours}, {"rte_acl SSE", by_acl(AclWay::Sse)}, {"rte_acl AVX2", by_acl(AclWay::Avx2)}});
  compare("500,000 packets, a verdict each", name, 0, {{"nsgcheck", ours}, {"walk down the list", by_walk}}, 2);
}

}  // namespace
}  // namespace nsgcheck::bench

int main() {
  using namespace nsgcheck::bench;
  verdicts("n50", ported(list_rules(50, 4)));
  verdicts("n200", ported(list_rules(200, 4)));
  verdicts("n1000", ported(list_rules(1000, 4)));
  verdicts("n1000h", ported(list_rules(1000, 10)));
}
