// SPDX-License-Identifier: Apache-2.0
// Verdicts for packets, one core: the engine's classifier beside rte_acl and a walk down the list, on the same rules
// and packets, in turn. Rows of a Markdown table.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "analyzer/engine/classifier.hpp"
#include "analyzer/engine/filter.hpp"
#include "tests/bench/acl_rules.hpp"
#include "tests/bench/flat_rules.hpp"
#include "tests/bench/packet_sets.hpp"
#include "tests/bench/rounds.hpp"

namespace nsgcheck::bench {
namespace {

constexpr std::size_t kPackets = 500'000;
// As if a capture of many more were asked for.
constexpr std::size_t kWorthATable = 20'000'000;

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

// As the classifier takes them: IPv4 only.
std::vector<engine::FamilyTuple<net::Ipv4>> short_form(const std::vector<net::FiveTuple>& packets) {
  std::vector<engine::FamilyTuple<net::Ipv4>> out;
  for (const net::FiveTuple& one : packets)
    out.push_back({std::get<net::Ipv4>(one.source), std::get<net::Ipv4>(one.destination), one.source_port,
                   one.destination_port, one.protocol});
  return out;
}

std::string sum(const std::vector<std::uint8_t>& verdicts) {
  // Eight at a time: what is measured is the verdicts, not this.
  std::uint64_t hash = 14695981039346656037U;
  for (std::size_t i = 0; i + 8 <= verdicts.size(); i += 8) {
    std::uint64_t eight = 0;
    std::memcpy(&eight, &verdicts[i], sizeof eight);
    hash = (hash ^ eight) * 1099511628211U;
  }
  return fmt::format("{:016x}, {} allowed", hash, std::ranges::count(verdicts, 1));
}

void classify(const engine::Classifier& classifier, std::span<const engine::FamilyTuple<net::Ipv4>> packets,
              std::vector<std::uint8_t>& out) {
  std::array<engine::Decision, 256> decisions;
  for (std::size_t begin = 0; begin < packets.size(); begin += decisions.size()) {
    const auto some = packets.subspan(begin, std::min(decisions.size(), packets.size() - begin));
    classifier.classify(some, std::span{decisions}.first(some.size()));
    for (std::size_t i = 0; i < some.size(); ++i)
      out[begin + i] = decisions[i].verdict == engine::Verdict::Allow ? 1 : 0;
  }
}

void verdicts(const std::string& name, const RuleSet& set) {
  const auto rules = flatten(set);
  const auto packets = packets_for(rules, kPackets);
  const auto short_packets = short_form(packets);
  const engine::Filter filter{engine::resolve(set.nsg, model::Direction::Inbound, set.context)};
  const engine::Classifier classifier{filter, {.packets = kWorthATable}};
  const engine::Classifier plain{filter};
  Acl acl{rules};
  acl.take(packets);
  std::vector<std::uint8_t> out(packets.size());
  const auto by_acl = [&](AclWay way) {
    return [&, way] {
      acl.classify(way, out);
      return sum(out);
    };
  };
  const auto by = [&](const engine::Classifier& one) {
    return [&] {
      classify(one, short_packets, out);
      return sum(out);
    };
  };
  const auto one_by_one = [&] {
    for (std::size_t i = 0; i < packets.size(); ++i)
      out[i] = plain.classify(packets[i]).verdict == engine::Verdict::Allow ? 1 : 0;
    return sum(out);
  };
  const auto by_walk = [&] {
    for (std::size_t i = 0; i < packets.size(); ++i) out[i] = walk(rules, packets[i]) ? 1 : 0;
    return sum(out);
  };
  compare("500,000 packets, a verdict each", fmt::format("{} ({} boxes for rte_acl)", name, acl.boxes()), 1.3,
          {{"nsgcheck", by(classifier)}, {"rte_acl SSE", by_acl(AclWay::Sse)}, {"rte_acl AVX2", by_acl(AclWay::Avx2)}});
  compare("500,000 packets, a verdict each", name, 0,
          {{"nsgcheck", by(classifier)},
           {"without joint tables", by(plain)},
           {"and one by one", one_by_one},
           {"walk down the list", by_walk}},
          2);
}

}  // namespace
}  // namespace nsgcheck::bench

int main() {
  using namespace nsgcheck::bench;
  keep_memory();
  verdicts("n50", ported(list_rules(50, 4)));
  verdicts("n200", ported(list_rules(200, 4)));
  verdicts("n1000", ported(list_rules(1000, 4)));
  verdicts("n1000h", ported(list_rules(1000, 10)));
}
