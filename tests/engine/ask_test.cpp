// SPDX-License-Identifier: Apache-2.0
// The engine's answers over sets of flows, held packet by packet against the oracle.
#include "analyzer/engine/ask.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "analyzer/engine/explain.hpp"
#include "analyzer/engine/resolve.hpp"
#include "analyzer/model/network_context.hpp"
#include "tests/engine/assignment.hpp"
#include "tests/engine/probes.hpp"
#include "tests/oracle/packet_oracle.hpp"
#include "tests/support/rule_line.hpp"

namespace nsgcheck::engine::ask_test {
namespace {

using oracle::Outcome;

constexpr unsigned kSeeds = 4000;
constexpr int kPackets = 150;

Filter filter_of(const Case& c, const model::Nsg& nsg) {
  return Filter{resolve(nsg, Direction::Inbound, context_of(c.world))};
}

std::string_view word(Outcome outcome) {
  return outcome == Outcome::Yes ? "yes" : outcome == Outcome::No ? "no" : "unknown";
}

// A case split over tags may settle what the walk does not (interface 8: tag knowledge overrides the walk rule).
// assignment_test holds those answers against worlds in which the tags have data.
bool may_be_settled_by_tags(const Filter& filter, const Answer& answer) {
  return filter.symbols().size() > 0 && !answer.some_unknown;
}

class PacketCheck {
 public:
  PacketCheck(const Case& c, View view)
      : case_{c}, view_{view}, nsg_{support::nsg_of(c.lines)}, filter_{filter_of(c, nsg_)} {}

  Complaint run(unsigned packet_seed) {
    answer_ = ask(filter_, flow_set_of(case_.question), view_);
    if (!answer_.complete) return "the budget ran out on a small case";
    Rng rng{packet_seed};
    const Edges places = edges(case_, nsg_);
    for (int i = 0; i < kPackets; ++i) {
      const auto packet = random_packet(rng, places);
      if (!packet) return std::nullopt;
      if (Complaint complaint = check(*packet)) return *complaint + " at " + describe(*packet);
      if (i < 5)
        if (Complaint complaint = check_single(*packet)) return *complaint + " alone at " + describe(*packet);
    }
    return std::nullopt;
  }

 private:
  oracle::Judgement judge(const net::FiveTuple& packet) const {
    return oracle::judge(nsg_, Direction::Inbound, case_.world, packet,
                         view_ == View::Allowed ? oracle::Asked::Allowed : oracle::Asked::DeniedByUser);
  }

  Complaint check(const net::FiveTuple& packet) const {
    const oracle::Judgement truth = judge(packet);
    const std::size_t yes = count_in(answer_.yes, packet, filter_.symbols(), case_.world);
    const std::size_t unknown = count_in(answer_.unknown, packet, filter_.symbols(), case_.world);
    if (yes + unknown > 1) return "regions overlap";
    const Outcome said = yes > 0 ? Outcome::Yes : unknown > 0 ? Outcome::Unknown : Outcome::No;
    if (said != truth.outcome) {
      const bool settled = truth.outcome == Outcome::Unknown && said != Outcome::Unknown;
      if (settled && may_be_settled_by_tags(filter_, answer_)) return std::nullopt;
      return "oracle says " + std::string{word(truth.outcome)} + ", engine " + std::string{word(said)};
    }
    return check_flags(truth);
  }

  Complaint check_flags(const oracle::Judgement& truth) const {
    if (truth.outcome == Outcome::Yes && !answer_.some_yes) return "some_yes is false";
    if (truth.outcome == Outcome::No && !answer_.some_no) return "some_no is false";
    if (truth.outcome == Outcome::Unknown) {
      if (!answer_.some_unknown) return "some_unknown is false";
      if (!answer_.reason) return "no reason for unknown";
      if (answer_.complete && answer_.reason == model::Reason::BudgetExceeded) return "the budget did not run out";
      for (const std::size_t heard : truth.heard)
        if (!lists(answer_.candidates, heard)) return "candidate " + nsg_.rules[heard].name + " is not listed";
      return std::nullopt;
    }
    const auto& rules = truth.outcome == Outcome::Yes ? answer_.yes_rules : answer_.no_rules;
    // Of several rules of one priority any may be named, and an unsure rule may stand before the one that surely ends.
    if (!truth.decider) return std::nullopt;
    const auto& decider = nsg_.rules[*truth.decider];
    for (const RuleIndex r : rules)
      if (nsg_.rules[filter_.origin(r)].priority.value == decider.priority.value) return std::nullopt;
    return "decider " + decider.name + " is not listed";
  }

  bool lists(const std::vector<RuleIndex>& rules, std::size_t nsg_index) const {
    return std::any_of(rules.begin(), rules.end(), [&](RuleIndex r) { return filter_.origin(r) == nsg_index; });
  }

  // The same packet as a question of its own.
  Complaint check_single(const net::FiveTuple& packet) const {
    const Answer answer = ask(filter_, flow_set(packet, false), view_);
    const oracle::Judgement truth = judge(packet);
    const Outcome said = answer.some_unknown ? Outcome::Unknown : answer.some_yes ? Outcome::Yes : Outcome::No;
    if (truth.outcome == Outcome::Unknown && may_be_settled_by_tags(filter_, answer))
      return settled_in_worlds(packet, said);
    if (said != truth.outcome)
      return "oracle says " + std::string{word(truth.outcome)} + ", engine " + std::string{word(said)};
    if (answer.some_yes && answer.some_no) return "both yes and no";
    if (!answer.some_unknown && answer.some_yes == answer.some_no) return "neither yes nor no";
    if (said == Outcome::Unknown || !truth.decider) return std::nullopt;
    const auto& rules = said == Outcome::Yes ? answer.yes_rules : answer.no_rules;
    if (rules.size() != 1) return "a packet has " + std::to_string(rules.size()) + " deciders";
    return std::nullopt;
  }

  Complaint settled_in_worlds(const net::FiveTuple& packet, Outcome said) const {
    constexpr int kWorlds = 20;
    Rng rng{packet.source_port};
    for (int i = 0; i < kWorlds; ++i) {
      const oracle::World world = random_assignment(rng, case_.world);
      const auto asked = view_ == View::Allowed ? oracle::Asked::Allowed : oracle::Asked::DeniedByUser;
      if (oracle::judge(nsg_, Direction::Inbound, world, packet, asked).outcome != said)
        return "settled as " + std::string{word(said)} + ", but not so in every world";
    }
    return std::nullopt;
  }

  const Case& case_;
  View view_;
  model::Nsg nsg_;
  Filter filter_;
  Answer answer_;
};

// Every kind of packet that the rules tell apart, so that what is said of "some" can be held both ways.
Complaint check_universe(const Case& c) {
  const model::Nsg nsg = support::nsg_of(c.lines);
  const Filter filter = filter_of(c, nsg);
  const Answer answer = ask(filter, flow_set_of(c.question));
  bool yes = false, no = false, unknown = false;
  std::set<std::size_t> yes_deciders, no_deciders;
  for (const net::FiveTuple& packet : all_packets(representatives(c, nsg))) {
    const oracle::Judgement truth = oracle::judge(nsg, Direction::Inbound, c.world, packet);
    yes = yes || truth.outcome == Outcome::Yes;
    no = no || truth.outcome == Outcome::No;
    unknown = unknown || truth.outcome == Outcome::Unknown;
    if (truth.outcome == Outcome::Yes) yes_deciders.insert(*truth.decider);
    if (truth.outcome == Outcome::No) no_deciders.insert(*truth.decider);
    const std::size_t in_yes = count_in(answer.yes, packet, filter.symbols(), c.world);
    const std::size_t in_unknown = count_in(answer.unknown, packet, filter.symbols(), c.world);
    if (in_yes != (truth.outcome == Outcome::Yes ? 1U : 0U)) return "wrong yes region at " + describe(packet);
    if (in_unknown != (truth.outcome == Outcome::Unknown ? 1U : 0U))
      return "wrong unknown region at " + describe(packet);
  }
  if (answer.some_yes != yes || answer.some_no != no || answer.some_unknown != unknown) return "a wrong some";
  const auto origins = [&](const std::vector<RuleIndex>& rules) {
    std::set<std::size_t> out;
    for (const RuleIndex r : rules) out.insert(filter.origin(r));
    return out;
  };
  if (origins(answer.yes_rules) != yes_deciders) return "wrong rules say yes";
  if (origins(answer.no_rules) != no_deciders) return "wrong rules say no";
  return std::nullopt;
}

Complaint check_allowed(const Case& c) { return PacketCheck{c, View::Allowed}.run(7); }
Complaint check_denied(const Case& c) { return PacketCheck{c, View::DeniedByUser}.run(11); }

TEST(Ask, AgreesWithTheOracleOnRulesWithoutUnknowns) {
  hold(kSeeds, {.symbols = false, .undetermined = false}, check_allowed);
}
TEST(Ask, AgreesWithTheOracleOnTagsWithoutData) { hold(kSeeds, {.undetermined = false}, check_allowed); }
TEST(Ask, AgreesWithTheOracleOnUnreadableValues) { hold(kSeeds, {.symbols = false}, check_allowed); }
TEST(Ask, AgreesWithTheOracleOnEverythingAtOnce) { hold(kSeeds, {}, check_allowed); }
TEST(Ask, AgreesWithTheOracleOnWhatUserRulesDeny) { hold(kSeeds, {}, check_denied); }
TEST(Ask, IsExactOverWholeSmallUniverses) {
  hold(kSeeds / 2,
       {.max_rules = 6, .ipv6 = false, .symbols = false, .undetermined = false, .portless = false, .narrow = true},
       check_universe);
  hold(kSeeds / 8, {.max_rules = 5, .symbols = false, .undetermined = false}, check_universe);
}
TEST(Ask, AgreesWithTheOracleOnManyRules) { hold(300, {.max_rules = 60, .undetermined = false}, check_allowed); }

}  // namespace
}  // namespace nsgcheck::engine::ask_test
