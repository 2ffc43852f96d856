// SPDX-License-Identifier: Apache-2.0
// Hygiene findings held against their definitions (interface 8), evaluated packet by packet on universes that hold a
// representative of every kind of packet that the rules tell apart.
#include "analyzer/engine/hygiene.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "analyzer/engine/resolve.hpp"
#include "tests/engine/assignment.hpp"
#include "tests/engine/probes.hpp"
#include "tests/oracle/packet_oracle.hpp"
#include "tests/support/rule_line.hpp"

namespace nsgcheck::engine::hygiene_test {
namespace {

using oracle::Match;

constexpr unsigned kSeeds = 1500;

// The rules of one group in the order of evaluation, and how each lies to each packet of the universe.
class Universe {
 public:
  Universe(const Case& c, const model::Nsg& nsg, const Filter& filter)
      : nsg_{nsg}, filter_{filter}, packets_{all_packets(representatives(c, nsg))} {
    for (const net::FiveTuple& packet : packets_) {
      std::vector<Match> row;
      for (RuleIndex r = 0; r < filter.rules().size(); ++r) row.push_back(oracle::match(rule(r), c.world, packet));
      matches_.push_back(std::move(row));
    }
  }

  [[nodiscard]] std::size_t size() const { return packets_.size(); }
  [[nodiscard]] const net::FiveTuple& packet(std::size_t p) const { return packets_[p]; }
  [[nodiscard]] Match match(std::size_t p, RuleIndex r) const { return matches_[p][r]; }
  [[nodiscard]] const model::SecurityRule& rule(RuleIndex r) const { return nsg_.rules[filter_.origin(r)]; }
  [[nodiscard]] std::int64_t priority(RuleIndex r) const { return rule(r).priority.value.value_or(0); }
  [[nodiscard]] bool other_action(RuleIndex a, RuleIndex b) const {
    return rule(a).access.value != rule(b).access.value;
  }

  /// First rule of a lower priority number that surely matches packet `p`; the universe is for groups whose priorities
  /// are known.
  [[nodiscard]] std::optional<RuleIndex> first_sure_before(std::size_t p, RuleIndex r) const {
    for (RuleIndex e = 0; e < r; ++e)
      if (priority(e) < priority(r) && match(p, e) == Match::Yes) return e;
    return std::nullopt;
  }
  [[nodiscard]] bool perhaps_taken_before(std::size_t p, RuleIndex r) const {
    for (RuleIndex e = 0; e < r; ++e)
      if (match(p, e) != Match::No) return true;
    return false;
  }
  /// Without rule `r`, packet `p` meets the same fate in the end, however those turn out that may match.
  [[nodiscard]] bool is_needless_at(std::size_t p, RuleIndex r) const {
    if (first_sure_before(p, r)) return true;
    for (RuleIndex later = r + 1; later < filter_.rules().size(); ++later) {
      if (match(p, later) == Match::No) continue;
      if (other_action(later, r)) return false;
      if (match(p, later) == Match::Yes) return true;
    }
    return false;
  }

 private:
  const model::Nsg& nsg_;
  const Filter& filter_;
  std::vector<net::FiveTuple> packets_;
  std::vector<std::vector<Match>> matches_;
};

// What the definitions say of one rule.
struct Truth {
  bool may_match{}, matches{}, dead{true}, opposed{}, needless{true}, decides{};
  std::vector<RuleIndex> odd_takers;
};

Truth truth_of(const Universe& universe, RuleIndex rule, RuleIndex count) {
  Truth truth;
  std::vector<bool> takes(count), sticks_out(count);
  for (std::size_t p = 0; p < universe.size(); ++p) {
    const Match match = universe.match(p, rule);
    truth.may_match = truth.may_match || match != Match::No;
    for (RuleIndex e = 0; e < rule; ++e)
      if (universe.match(p, e) == Match::Yes && match != Match::Yes) sticks_out[e] = true;
    if (match != Match::Yes) continue;
    truth.matches = true;
    const auto before = universe.first_sure_before(p, rule);
    truth.dead = truth.dead && before.has_value();
    truth.opposed = truth.opposed || (before && universe.other_action(*before, rule));
    truth.needless = truth.needless && universe.is_needless_at(p, rule);
    truth.decides = truth.decides || !universe.perhaps_taken_before(p, rule);
    if (before && universe.other_action(*before, rule) && !universe.perhaps_taken_before(p, *before))
      takes[*before] = true;
  }
  for (RuleIndex e = 0; e < rule; ++e)
    if (takes[e] && sticks_out[e]) truth.odd_takers.push_back(e);
  return truth;
}

class HygieneCheck {
 public:
  explicit HygieneCheck(const Case& c)
      : nsg_{support::nsg_of(c.lines)},
        filter_{resolve(nsg_, Direction::Inbound, context_of(c.world))},
        universe_{with_everything(c), nsg_, filter_},
        report_{check_hygiene(filter_)} {}

  Complaint run() {
    if (!report_.undecided.empty()) return "the budget ran out on a small case";
    const auto count = static_cast<RuleIndex>(filter_.rules().size());
    for (rule_ = 0; rule_ < count; ++rule_) {
      if (filter_.rules()[rule_].is_default) continue;
      if (Complaint complaint = judge(truth_of(universe_, rule_, count)))
        return *complaint + ": rule " + universe_.rule(rule_).name;
    }
    return std::nullopt;
  }

 private:
  static Case with_everything(Case c) {
    c.question = everything();
    return c;
  }

  Complaint judge(const Truth& truth) const {
    const bool shadowed = truth.matches && truth.dead && truth.opposed;
    const bool redundant = truth.matches && !shadowed && truth.needless;
    const bool partial = truth.matches && !truth.dead && truth.decides && !truth.odd_takers.empty();
    const std::pair<HygieneKind, bool> expected[] = {{HygieneKind::NeverMatches, !truth.may_match},
                                                     {HygieneKind::Shadowed, shadowed},
                                                     {HygieneKind::Redundant, redundant},
                                                     {HygieneKind::PartiallyShadowed, partial},
                                                     {HygieneKind::Correlated, partial}};
    for (const auto& [kind, is] : expected) {
      const HygieneFinding* found = find(kind);
      if (is && found == nullptr) return "missing kind " + number(kind);
      if (!is && found != nullptr) return "wrong kind " + number(kind);
    }
    if (const auto* found = find(HygieneKind::Shadowed)) return check_cover(*found, true);
    if (const auto* found = find(HygieneKind::PartiallyShadowed)) return check_takers(*found, truth);
    if (const auto* found = find(HygieneKind::Redundant)) return check_cover(*found, false);
    return std::nullopt;
  }

  static std::string number(HygieneKind kind) { return std::to_string(static_cast<int>(kind)); }

  const HygieneFinding* find(HygieneKind kind) const {
    for (const HygieneFinding& f : report_.findings)
      if (f.kind == kind && f.rule == rule_) return &f;
    return nullptr;
  }

  // The causes hold everything that the rule matches, and the region is just that.
  Complaint check_cover(const HygieneFinding& found, bool shadowed) const {
    const oracle::World world;
    bool opposed = false;
    for (const RuleIndex cause : found.causes) opposed = opposed || universe_.other_action(cause, rule_);
    if (opposed != shadowed && shadowed) return "no cause of the other action";
    for (std::size_t p = 0; p < universe_.size(); ++p) {
      const bool mine = universe_.match(p, rule_) == Match::Yes;
      if (mine && std::none_of(found.causes.begin(), found.causes.end(),
                               [&](RuleIndex r) { return universe_.match(p, r) == Match::Yes; }))
        return "the causes leave " + describe(universe_.packet(p));
      if (count_in(found.region, universe_.packet(p), filter_.symbols(), world) != (mine ? 1U : 0U))
        return "wrong region at " + describe(universe_.packet(p));
    }
    return std::nullopt;
  }

  Complaint check_takers(const HygieneFinding& found, const Truth& truth) const {
    std::vector<RuleIndex> causes = found.causes;
    std::sort(causes.begin(), causes.end());
    if (causes != truth.odd_takers) return "wrong takers";
    if (!found.region_complete) return "region not complete";
    const oracle::World world;
    for (std::size_t p = 0; p < universe_.size(); ++p) {
      bool taken = false;
      for (const RuleIndex t : truth.odd_takers)
        taken = taken || (universe_.match(p, rule_) == Match::Yes && universe_.match(p, t) == Match::Yes &&
                          !universe_.perhaps_taken_before(p, t));
      if (count_in(found.region, universe_.packet(p), filter_.symbols(), world) != (taken ? 1U : 0U))
        return "wrong taken part at " + describe(universe_.packet(p));
    }
    return std::nullopt;
  }

  model::Nsg nsg_;
  Filter filter_;
  Universe universe_;
  HygieneReport report_;
  RuleIndex rule_{};
};

Complaint check_definitions(const Case& c) { return HygieneCheck{c}.run(); }

// Whatever is claimed holds when the rule is really taken away, in every world that the unknown may turn out to be.
Complaint check_claims(const Case& c) {
  const model::Nsg nsg = support::nsg_of(c.lines);
  const Filter filter{resolve(nsg, Direction::Inbound, context_of(c.world))};
  const HygieneReport report = check_hygiene(filter);
  Rng rng{9};
  for (int a = 0; a < 3; ++a) {
    Case assigned = c;
    assigned.world = random_assignment(rng, c.world);
    assigned.question = everything();
    const Edges places = edges(assigned, nsg);
    for (const HygieneFinding& found : report.findings) {
      const auto& rule = nsg.rules[filter.origin(found.rule)];
      model::Nsg without = nsg;
      without.rules.erase(without.rules.begin() + filter.origin(found.rule));
      for (int i = 0; i < 150; ++i) {
        const auto packet = random_packet(rng, places);
        const Match match = oracle::match(rule, assigned.world, *packet);
        const auto complaint = [&](const char* what) {
          return std::string{what} + " of " + rule.name + " at " + describe(*packet) + '\n' + describe(assigned);
        };
        if (found.kind == HygieneKind::NeverMatches && match != Match::No) return complaint("a match");
        if (found.kind != HygieneKind::Shadowed && found.kind != HygieneKind::Redundant) continue;
        if (match != Match::Yes) continue;
        const auto with_rule = oracle::judge(nsg, Direction::Inbound, assigned.world, *packet).outcome;
        const auto without_rule = oracle::judge(without, Direction::Inbound, assigned.world, *packet).outcome;
        if (with_rule != without_rule) return complaint("another verdict after the removal");
      }
    }
  }
  return std::nullopt;
}

struct TagRow {
  const char* name;
  std::vector<std::string> lines;
  std::vector<HygieneKind> of_last;
};

class HygieneUnderTags : public testing::TestWithParam<TagRow> {};

// What a tag without data may take away is not claimed of another rule.
TEST_P(HygieneUnderTags, ClaimsOfTheLastRule) {
  const Filter filter{
      resolve(support::nsg_of(GetParam().lines), Direction::Inbound, context_of(oracle::default_world()))};
  std::vector<HygieneKind> kinds;
  for (const HygieneFinding& found : check_hygiene(filter).findings)
    if (filter.origin(found.rule) + 1 == GetParam().lines.size()) kinds.push_back(found.kind);
  EXPECT_EQ(kinds, GetParam().of_last);
}

const TagRow kTagRows[] = {
    {"known addresses take a part",
     {"110 Deny Inbound Tcp 203.0.113.0/24 * * 80-90", "120 Allow Inbound Tcp 203.0.113.0/25 * * 85-95"},
     {HygieneKind::PartiallyShadowed, HygieneKind::Correlated}},
    {"a tag may have that part already",
     {"100 Allow Inbound Tcp Storage * * 80-90", "110 Deny Inbound Tcp 203.0.113.0/24 * * 80-90",
      "120 Allow Inbound Tcp 203.0.113.0/25 * * 85-95"},
     {}},
    {"a tag may have the rest",
     {"100 Allow Inbound Tcp Storage * * 91-95", "110 Deny Inbound Tcp 203.0.113.0/24 * * 80-90",
      "120 Allow Inbound Tcp 203.0.113.0/25 * * 85-95"},
     {}},
    {"dead behind a deny that a tag may have first",
     {"100 Allow Inbound Tcp Storage * * 22", "110 Deny Inbound Tcp Internet * * 22",
      "120 Allow Inbound Tcp 203.0.113.0/24 * * 22"},
     {HygieneKind::Shadowed}},
    {"a region behind its parent",
     {"100 Deny Inbound Tcp Storage * * 443", "110 Allow Inbound Tcp Storage.WestEurope * * 443"},
     {HygieneKind::Shadowed}},
    {"a parent behind its region is no more than the usual exception",
     {"100 Deny Inbound Tcp Storage.WestEurope * * 443", "110 Allow Inbound Tcp Storage * * 443"},
     {}},
    {"ports without meaning may match", {"100 Allow Inbound Icmp * * * 22"}, {}},
    {"mixed families never match",
     {"100 Allow Inbound Tcp 10.0.0.0/8 * 2001:db8::/32 22"},
     {HygieneKind::NeverMatches}},
};

INSTANTIATE_TEST_SUITE_P(Tags, HygieneUnderTags, testing::ValuesIn(kTagRows), [](const auto& row) {
  std::string word = row.param.name;
  std::replace_if(
      word.begin(), word.end(), [](char c) { return c == ' '; }, '_');
  return word;
});

TEST(Hygiene, IsWhatTheDefinitionsSay) {
  hold(kSeeds,
       {.max_rules = 6, .ipv6 = false, .symbols = false, .undetermined = false, .portless = false, .narrow = true},
       check_definitions);
}
TEST(Hygiene, IsWhatTheDefinitionsSayOverAllProtocolsAndFamilies) {
  hold(kSeeds / 5, {.max_rules = 5, .symbols = false, .undetermined = false}, check_definitions);
}
TEST(Hygiene, ClaimsHoldWhenTheRuleIsTakenAway) { hold(kSeeds, {}, check_claims); }
TEST(Hygiene, ClaimsHoldHoweverTheTagsTurnOut) {
  hold(kSeeds, {.ipv6 = false, .undetermined = false, .portless = false}, check_claims);
}

}  // namespace
}  // namespace nsgcheck::engine::hygiene_test
