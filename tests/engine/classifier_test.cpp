// SPDX-License-Identifier: Apache-2.0
// The packet tables say of each packet what the oracle says, with tables over all classes together and without them,
// one by one and many at a time.
#include "analyzer/engine/classifier.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string_view>

#include "analyzer/engine/explain.hpp"
#include "analyzer/engine/resolve.hpp"
#include "tests/bench/rule_sets.hpp"
#include "tests/engine/probes.hpp"
#include "tests/oracle/packet_oracle.hpp"
#include "tests/support/rule_line.hpp"

namespace nsgcheck::engine::classifier_test {
namespace {

using oracle::Outcome;

Verdict expected(Outcome outcome) {
  if (outcome == Outcome::Unknown) return Verdict::Unknown;
  return outcome == Outcome::Yes ? Verdict::Allow : Verdict::Deny;
}

constexpr std::size_t kMany = std::size_t{1} << 22;

template <class Address>
void classify_family(const Classifier& classifier, std::span<const net::FiveTuple> packets,
                     std::vector<Decision>& out) {
  std::vector<FamilyTuple<Address>> tuples;
  std::vector<std::size_t> from;
  for (std::size_t i = 0; i < packets.size(); ++i) {
    const net::FiveTuple& one = packets[i];
    if (!std::holds_alternative<Address>(one.source)) continue;
    tuples.push_back({std::get<Address>(one.source), std::get<Address>(one.destination), one.source_port,
                      one.destination_port, one.protocol});
    from.push_back(i);
  }
  std::vector<Decision> decisions(tuples.size());
  classifier.classify(std::span<const FamilyTuple<Address>>{tuples}, std::span{decisions});
  for (std::size_t i = 0; i < from.size(); ++i) out[from[i]] = decisions[i];
}

std::vector<Decision> in_batches(const Classifier& classifier, std::span<const net::FiveTuple> packets) {
  std::vector<Decision> out(packets.size());
  classify_family<net::Ipv4>(classifier, packets, out);
  classify_family<net::Ipv6>(classifier, packets, out);
  return out;
}

Complaint check(const Case& c) {
  const model::Nsg nsg = support::nsg_of(c.lines);
  const Filter filter{resolve(nsg, Direction::Inbound, context_of(c.world))};
  const Classifier rows{filter};
  const Classifier joint{filter, {.packets = kMany}};
  Case all = c;
  all.question = everything();
  const Edges places = edges(all, nsg);
  Rng rng{13};
  std::vector<net::FiveTuple> packets;
  for (int i = 0; i < 300; ++i) packets.push_back(*random_packet(rng, places));
  std::vector<Decision> decisions;
  for (const net::FiveTuple& packet : packets) {
    const auto truth = oracle::judge(nsg, Direction::Inbound, c.world, packet);
    const Decision decision = rows.classify(packet);
    decisions.push_back(decision);
    if (joint.classify(packet) != decision) return "the joint tables differ at " + describe(packet);
    if (decision.verdict != expected(truth.outcome))
      return std::string{name(decision.verdict)} + " is wrong at " + describe(packet);
    if (truth.outcome == Outcome::Unknown) {
      if (decision.decider) return "a decider although unknown at " + describe(packet);
      continue;
    }
    if (decision.decider.has_value() != truth.decider.has_value()) return "decider missing at " + describe(packet);
    if (!decision.decider) continue;
    // Of rules of one priority and action any may be named.
    const auto& named = nsg.rules[filter.origin(*decision.decider)];
    if (named.priority.value != nsg.rules[*truth.decider].priority.value)
      return named.name + " is not the decider at " + describe(packet);
  }
  for (const Classifier* one : {&rows, &joint})
    if (in_batches(*one, packets) != decisions) return "many at a time are decided otherwise than one by one";
  return std::nullopt;
}

TEST(Classifier, AgreesWithTheOracleOnRulesWithoutUnknowns) {
  hold(1000, {.symbols = false, .undetermined = false}, check);
}
TEST(Classifier, AgreesWithTheOracleOnEverythingAtOnce) { hold(2000, {}, check); }
// More rules than bits in a word, so that the first match may stand in a later word.
TEST(Classifier, AgreesWithTheOracleOnManyRules) { hold(60, {.max_rules = 200}, check); }

// So many ports on both sides that their combinations are not written down.
TEST(Classifier, AgreesWithTheOracleOnManyPorts) {
  Case c;
  for (int i = 0; i < 400; ++i)
    c.lines.push_back(std::to_string(100 + i) + (i % 3 == 0 ? " Deny" : " Allow") + " Inbound Tcp 20.0.0.0/" +
                      std::to_string(8 + i % 20) + ' ' + std::to_string(150 * i) + '-' + std::to_string(150 * i + 70) +
                      " 10.0.0.0/8 " + std::to_string(60000 - 140 * i) + '-' + std::to_string(60080 - 140 * i));
  EXPECT_EQ(check(c), std::nullopt);
  const Filter filter{resolve(support::nsg_of(c.lines), Direction::Inbound, context_of(c.world))};
  // Those of protocols without ports and of IPv6 are of a few classes, and so are there.
  EXPECT_LT((Classifier{filter, {.packets = kMany}}.joint_bytes()), 100);
}

net::FiveTuple any_packet(Rng& rng) {
  static constexpr std::array<std::uint8_t, 6> kProtocols{1, 6, 17, 50, 58, 132};
  net::FiveTuple out;
  out.protocol = net::Protocol{kProtocols[rng() % kProtocols.size()]};
  if (rng() % 4 != 0) {
    out.source = net::Ipv4{static_cast<std::uint32_t>(0x17000000 + rng() % (1U << 24))};
    out.destination = net::Ipv4{static_cast<std::uint32_t>(0x0A000000 + rng() % (1U << 24))};
  } else {
    out.source = net::Ipv6{static_cast<net::Bits128>(rng()) << 64 | rng()};
    out.destination = net::Ipv6{static_cast<net::Bits128>(rng()) << 64 | rng()};
  }
  if (!net::has_ports(out.protocol)) return out;
  out.source_port = static_cast<net::Port>(rng());
  out.destination_port = rng() % 2 == 0 ? net::Port{443} : static_cast<net::Port>(rng());
  return out;
}

struct Bound {
  std::string_view name;
  ClassifierOptions options;
  bool joint;
};
// What the tables may cost changes what they are, never what they say. 200 rules of lists make about 50,000 pairs of
// classes.
constexpr std::array kBounds{
    Bound{"few packets", {}, false}, Bound{"fewer packets than pairs of classes", {.packets = 100}, false},
    Bound{"many packets", {.packets = kMany}, true}, Bound{"no memory", {.packets = kMany, .joint_bytes = 16}, false},
    Bound{"memory for the pairs only", {.packets = kMany, .joint_bytes = 100'000}, false}};

TEST(Classifier, IsTheSameWhateverItsTablesMayCost) {
  const bench::RuleSet set = bench::list_rules(200, 4);
  const Filter filter{resolve(set.nsg, Direction::Inbound, set.context)};
  Rng rng{29};
  std::vector<net::FiveTuple> packets;
  for (int i = 0; i < 3000; ++i) packets.push_back(any_packet(rng));
  std::vector<Decision> expected;
  for (const net::FiveTuple& packet : packets) {
    const Answer answer = ask(filter, flow_set(packet, false));
    const auto& by = answer.some_yes ? answer.yes_rules : answer.no_rules;
    expected.push_back({verdict(answer), by.empty() ? std::nullopt : std::optional{by.front()}});
  }
  for (const Bound& bound : kBounds) {
    SCOPED_TRACE(bound.name);
    const Classifier classifier{filter, bound.options};
    // The small tables of IPv6 and of protocols without ports may be there all the same.
    EXPECT_EQ(classifier.joint_bytes() > 100'000, bound.joint);
    EXPECT_EQ(in_batches(classifier, packets), expected);
    for (std::size_t i = 0; i < packets.size(); ++i)
      ASSERT_EQ(classifier.classify(packets[i]), expected[i]) << describe(packets[i]);
  }
}

}  // namespace
}  // namespace nsgcheck::engine::classifier_test
