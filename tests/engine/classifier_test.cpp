// SPDX-License-Identifier: Apache-2.0
// The packet tables say of each packet what the oracle says.
#include "analyzer/engine/classifier.hpp"

#include <gtest/gtest.h>

#include "analyzer/engine/resolve.hpp"
#include "tests/engine/probes.hpp"
#include "tests/oracle/packet_oracle.hpp"
#include "tests/support/rule_line.hpp"

namespace nsgcheck::engine {
namespace {

using oracle::Outcome;

Verdict expected(Outcome outcome) {
  if (outcome == Outcome::Unknown) return Verdict::Unknown;
  return outcome == Outcome::Yes ? Verdict::Allow : Verdict::Deny;
}

Complaint check(const Case& c) {
  const model::Nsg nsg = support::nsg_of(c.lines);
  const Filter filter{resolve(nsg, Direction::Inbound, context_of(c.world))};
  const Classifier classifier{filter};
  Case all = c;
  all.question = everything();
  const Edges places = edges(all, nsg);
  Rng rng{13};
  for (int i = 0; i < 300; ++i) {
    const auto packet = random_packet(rng, places);
    const auto truth = oracle::judge(nsg, Direction::Inbound, c.world, *packet);
    const Decision decision = classifier.classify(*packet);
    if (decision.verdict != expected(truth.outcome))
      return std::string{name(decision.verdict)} + " is wrong at " + describe(*packet);
    if (truth.outcome == Outcome::Unknown) {
      if (decision.decider) return "a decider although unknown at " + describe(*packet);
      continue;
    }
    if (decision.decider.has_value() != truth.decider.has_value()) return "decider missing at " + describe(*packet);
    if (!decision.decider) continue;
    // Of rules of one priority and action any may be named.
    const auto& named = nsg.rules[filter.origin(*decision.decider)];
    if (named.priority.value != nsg.rules[*truth.decider].priority.value)
      return named.name + " is not the decider at " + describe(*packet);
  }
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
}

}  // namespace
}  // namespace nsgcheck::engine
