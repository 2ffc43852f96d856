// SPDX-License-Identifier: Apache-2.0
// Smaller rule sets, held packet by packet against the oracle's walk over the larger ones.
#include "analyzer/engine/simplify.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "analyzer/engine/diff.hpp"
#include "analyzer/model/legality.hpp"
#include "tests/bench/rule_sets.hpp"
#include "tests/engine/assignment.hpp"
#include "tests/engine/probes.hpp"
#include "tests/oracle/packet_oracle.hpp"
#include "tests/support/rule_line.hpp"

namespace nsgcheck::engine::simplify_test {
namespace {

using Lines = std::vector<std::string>;

constexpr unsigned kSeeds = 400;
constexpr int kPackets = 150;

std::size_t user_rules(const model::Nsg& nsg) {
  return model::count_user_rules(nsg, Direction::Inbound) + model::count_user_rules(nsg, Direction::Outbound);
}

// A rule as its own line, so that expectations read like inputs.
std::string line_of(const model::SecurityRule& rule) {
  const auto list = [](const auto& items) {
    std::string out;
    for (const auto& item : items) out += (out.empty() ? "" : ",") + item.text;
    return out;
  };
  return rule.priority.text + ' ' + rule.access.text + ' ' + rule.direction.text + ' ' + rule.protocol.text + ' ' +
         list(rule.sources) + ' ' + list(rule.source_ports) + ' ' + list(rule.destinations) + ' ' +
         list(rule.destination_ports);
}

Lines lines_of(const model::Nsg& nsg) {
  Lines out;
  for (const model::SecurityRule& rule : nsg.rules)
    if (!model::is_default(rule)) out.push_back(rule.name + ' ' + line_of(rule));
  return out;
}

/// One rule set, made smaller, and what that must hold against.
class SimplifyCheck {
 public:
  explicit SimplifyCheck(const Case& c)
      : case_{c},
        before_{support::nsg_of(c.lines)},
        result_{simplify(before_, context_of(c.world))},
        after_{model::apply(before_, result_.changes)} {}

  Complaint run(unsigned seed) const {
    const bool some_place_unknown =
        std::any_of(before_.rules.begin(), before_.rules.end(), [](const auto& rule) { return !rule.priority.value; });
    if (!result_.unproven.empty() && !some_place_unknown) return "not proven on a small case";
    if (Complaint complaint = keeps_its_word()) return complaint;
    Rng rng{seed};
    for (int world = 0; world < 3; ++world) {
      Case here = case_;
      if (world > 0) here.world = random_assignment(rng, case_.world);
      const Edges places = edges(here, before_);
      for (int i = 0; i < kPackets; ++i) {
        const auto packet = random_packet(rng, places);
        if (!packet) break;
        const auto was = oracle::judge(before_, Direction::Inbound, here.world, *packet);
        const auto is = oracle::judge(after_, Direction::Inbound, here.world, *packet);
        if (was.outcome != is.outcome) return "another verdict at " + describe(*packet);
      }
    }
    return std::nullopt;
  }

 private:
  Complaint keeps_its_word() const {
    if (user_rules(after_) + result_.removed.size() + result_.merged.size() != user_rules(before_))
      return "rules went that are not listed";
    for (const UnsettledRule& unsettled : result_.unsettled)
      for (const model::RuleChange& change : result_.changes)
        if (touches(change, unsettled.rule)) return "an unsettled rule was touched";
    for (const model::SecurityRule& rule : after_.rules) {
      const auto same = [&](const model::SecurityRule& other) {
        return other.name == rule.name && other.priority.text == rule.priority.text;
      };
      if (std::none_of(before_.rules.begin(), before_.rules.end(), same)) return "a kept rule has another name";
    }
    for (const RemovedRule& removed : result_.removed)
      if (removed.causes.empty() && surely_matches(before_.rules[removed.rule])) return "a rule went without a cause";
    const Simplification again = simplify(after_, context_of(case_.world));
    if (!again.removed.empty()) return "a second run removes more";
    return std::nullopt;
  }

  [[nodiscard]] bool surely_matches(const model::SecurityRule& rule) const {
    Case all = case_;
    all.question = everything();
    for (const net::FiveTuple& packet : all_packets(representatives(all, before_)))
      if (oracle::match(rule, case_.world, packet) == oracle::Match::Yes) return true;
    return false;
  }

  static bool touches(const model::RuleChange& change, OriginIndex rule) {
    const auto* remove = std::get_if<model::RemoveRule>(&change);
    const auto* replace = std::get_if<model::ReplaceRule>(&change);
    return (remove != nullptr && remove->rule == rule) || (replace != nullptr && replace->rule == rule);
  }

  const Case& case_;
  model::Nsg before_;
  Simplification result_;
  model::Nsg after_;
};

void hold_simplified(const Recipe& recipe) {
  hold(seeds(kSeeds), recipe, [](const Case& c) {
    return SimplifyCheck{c}.run(static_cast<unsigned>(std::hash<std::string>{}(describe(c))));
  });
}

TEST(Simplify, KeepsEveryVerdict) { hold_simplified({.max_rules = 10}); }
TEST(Simplify, KeepsEveryVerdictWhereRulesMeetOften) {
  hold_simplified({.max_rules = 12, .ipv6 = false, .narrow = true});
}
TEST(Simplify, KeepsEveryVerdictWhereAllIsSettled) { hold_simplified({.symbols = false, .undetermined = false}); }
TEST(Simplify, KeepsEveryVerdictWithPortsOnly) {
  hold_simplified(
      {.max_rules = 14, .ipv6 = false, .symbols = false, .undetermined = false, .portless = false, .narrow = true});
}

struct Example {
  const char* name;
  Lines before;
  Lines after;
};

class SimplifyExample : public testing::TestWithParam<Example> {};

TEST_P(SimplifyExample, LeavesTheseRules) {
  const model::Nsg nsg = support::nsg_of(GetParam().before);
  const Simplification result = simplify(nsg, model::default_context());
  EXPECT_TRUE(result.unproven.empty());
  EXPECT_EQ(lines_of(model::apply(nsg, result.changes)), GetParam().after);
}

const Example kExamples[] = {
    {"nothing to do", {"100 Allow Inbound Tcp 8.8.8.8 * * 22"}, {"R0 100 Allow Inbound Tcp 8.8.8.8 * * 22"}},
    {"of twins the first stays",
     {"100 Allow Inbound Tcp 8.8.8.8 * * 22", "110 Allow Inbound Tcp 8.8.8.8 * * 22"},
     {"R0 100 Allow Inbound Tcp 8.8.8.8 * * 22"}},
    {"two rules cover a third",
     {"100 Deny Inbound Tcp 8.0.0.0/9 * * 22", "110 Deny Inbound Tcp 8.128.0.0/9 * * 22",
      "120 Allow Inbound Tcp 8.0.0.0/8 * * 22", "130 Allow Inbound Tcp * * * 443"},
     {"R3 130 Allow Inbound Tcp * * * 443"}},
    {"narrow rules before a broad one go",
     {"100 Allow Inbound Tcp 8.8.8.8 * * 22", "110 Allow Inbound Tcp 8.8.4.4 * * 22", "120 Allow Inbound * * * * *"},
     {"R2 120 Allow Inbound * * * * *"}},
    {"a deny between keeps them",
     {"100 Allow Inbound Tcp 8.8.8.8 * * 22", "110 Deny Inbound Tcp 8.8.8.0/24 * * 22", "120 Allow Inbound * * * * *"},
     {"R0 100 Allow Inbound Tcp 8.8.8.8 * * 22", "R1 110 Deny Inbound Tcp 8.8.8.0/24 * * 22",
      "R2 120 Allow Inbound * * * * *"}},
    {"a default rule written out", {"4096 Deny Inbound * Internet * * *"}, {}},
    {"ports merge",
     {"100 Allow Inbound Tcp 8.8.8.8 * * 80", "110 Allow Inbound Tcp 8.8.8.8 * * 443"},
     {"R0 100 Allow Inbound Tcp 8.8.8.8 * * 80,443"}},
    {"overlapping ports merge to their union",
     {"100 Allow Inbound Tcp 8.8.8.8 * * 80-90", "110 Allow Inbound Tcp 8.8.8.8 * * 85-95"},
     {"R0 100 Allow Inbound Tcp 8.8.8.8 * * 80-95"}},
    {"a rule that is needed only against one that goes",
     {"104 Deny Inbound Udp 10.0.0.0/30 * 203.0.113.0/31 1-2", "109 Allow Inbound Udp 10.0.0.0/30 * 203.0.113.0/31 1"},
     {}},
    {"sources merge",
     {"100 Allow Inbound Tcp 8.8.8.8 * * 80", "110 Allow Inbound Tcp 9.9.9.9 * * 80"},
     {"R0 100 Allow Inbound Tcp 8.8.8.8,9.9.9.9 * * 80"}},
    {"first along ports, then along sources",
     {"100 Allow Inbound Tcp 8.8.8.8 * * 80", "110 Allow Inbound Tcp 8.8.8.8 * * 443",
      "120 Allow Inbound Tcp 9.9.9.9 * * 80,443"},
     {"R0 100 Allow Inbound Tcp 8.8.8.8,9.9.9.9 * * 80,443"}},
    {"a deny that decides a part keeps them apart",
     {"100 Allow Inbound Tcp 8.8.8.8 * * 80", "105 Deny Inbound Tcp 9.9.9.0/24 * * *",
      "110 Allow Inbound Tcp 9.0.0.0/8 * * 80"},
     {"R0 100 Allow Inbound Tcp 8.8.8.8 * * 80", "R1 105 Deny Inbound Tcp 9.9.9.0/24 * * *",
      "R2 110 Allow Inbound Tcp 9.0.0.0/8 * * 80"}},
    {"a deny elsewhere does not",
     {"100 Allow Inbound Tcp 8.8.8.8 * * 80", "105 Deny Inbound Tcp 10.9.9.0/24 * * *",
      "110 Allow Inbound Tcp 9.0.0.0/8 * * 80"},
     {"R0 100 Allow Inbound Tcp 8.8.8.8,9.0.0.0/8 * * 80", "R1 105 Deny Inbound Tcp 10.9.9.0/24 * * *"}},
    {"tags stay out of lists",
     {"100 Allow Inbound Tcp Internet * * 80", "110 Allow Inbound Tcp 10.0.0.0/8 * * 80",
      "120 Deny Inbound * VirtualNetwork * * *"},
     {"R0 100 Allow Inbound Tcp Internet * * 80", "R1 110 Allow Inbound Tcp 10.0.0.0/8 * * 80",
      "R2 120 Deny Inbound * VirtualNetwork * * *"}},
    {"the families stay apart",
     {"100 Allow Inbound Tcp 8.8.8.8 * * 80", "110 Allow Inbound Tcp 2001:db8::1 * * 80"},
     {"R0 100 Allow Inbound Tcp 8.8.8.8 * * 80", "R1 110 Allow Inbound Tcp 2001:db8::1 * * 80"}},
    {"a tag without data is left alone, even its twin",
     {"100 Allow Inbound Tcp Sql * * 1433", "110 Allow Inbound Tcp Sql * * 1433"},
     {"R0 100 Allow Inbound Tcp Sql * * 1433", "R1 110 Allow Inbound Tcp Sql * * 1433"}},
    {"a rule that may be absent is not relied on",
     {"100~ Allow Inbound Tcp 8.8.8.8 * * 22", "110 Allow Inbound Tcp 8.8.8.8 * * 22"},
     {"R0 100 Allow Inbound Tcp 8.8.8.8 * * 22", "R1 110 Allow Inbound Tcp 8.8.8.8 * * 22"}},
    {"rules of one priority whose order matters are left alone",
     {"100 Allow Inbound Tcp 8.8.8.8 * * 22", "100 Deny Inbound Tcp 8.8.8.8 * * 22", "110 Deny Inbound * * * * *"},
     {"R0 100 Allow Inbound Tcp 8.8.8.8 * * 22", "R1 100 Deny Inbound Tcp 8.8.8.8 * * 22",
      "R2 110 Deny Inbound * * * * *"}},
    {"each direction by itself",
     {"100 Allow Inbound Tcp 8.8.8.8 * * 22", "100 Allow Outbound Tcp * * 8.8.8.8 22",
      "110 Deny Outbound Tcp * * 8.8.8.8 22"},
     {"R0 100 Allow Inbound Tcp 8.8.8.8 * * 22"}},
};

INSTANTIATE_TEST_SUITE_P(Rules, SimplifyExample, testing::ValuesIn(kExamples), [](const auto& row) {
  std::string name = row.param.name;
  std::replace_if(
      name.begin(), name.end(), [](char c) { return !std::isalnum(static_cast<unsigned char>(c)); }, '_');
  return name;
});

TEST(Simplify, SaysWhichRulesDoTheWork) {
  const model::Nsg nsg =
      support::nsg_of({"100 Deny Inbound Tcp 8.0.0.0/9 * * *", "110 Deny Inbound Tcp 8.128.0.0/9 * * *",
                       "120 Allow Inbound Tcp 8.0.0.0/8 * * 22", "130 Allow Inbound * * * * *"});
  const Simplification result = simplify(nsg, model::default_context(), {.merge = false});
  ASSERT_EQ(result.removed.size(), 1U);
  EXPECT_EQ(result.removed[0].rule, 2U);
  EXPECT_EQ(result.removed[0].causes, (std::vector<OriginIndex>{0, 1}));
  EXPECT_TRUE(result.removed[0].decided_nothing);
  EXPECT_TRUE(result.removed[0].opposed);
}

TEST(Simplify, KeepsWhatItIsTold) {
  const model::Nsg nsg =
      support::nsg_of({"100 Allow Inbound Tcp 8.8.8.8 * * 22", "4096 Deny Inbound * Internet * * *"});
  const auto keeps = [](const model::SecurityRule& rule) { return rule.name == "R1"; };
  EXPECT_TRUE(simplify(nsg, model::default_context(), {.merge = true, .keeps = keeps}).changes.empty());
}

TEST(Simplify, SaysWhyRulesAreLeftAlone) {
  const model::Nsg nsg = support::nsg_of({"100 Allow Inbound Tcp Sql * * 1433", "110 Allow Inbound ? 8.8.8.8 * * 22",
                                          "120 Allow Inbound Tcp asg:web * * 80"});
  const Simplification result = simplify(nsg, model::default_context());
  ASSERT_EQ(result.unsettled.size(), 3U);
  EXPECT_EQ(result.unsettled[0].reason, Reason::UnknownTag);
  EXPECT_EQ(result.unsettled[1].reason, Reason::InvalidRule);
  EXPECT_EQ(result.unsettled[2].reason, Reason::AsgWithoutMembers);
}

// A budget that runs out leaves rules where they are; it never gives a wrong answer.
TEST(Simplify, KeepsWhatItCannotDecide) {
  const bench::RuleSet set = bench::crossing(60);
  const Simplification result = simplify(set.nsg, set.context, {.merge = false, .budget = 2'000});
  EXPECT_TRUE(result.unproven.empty());
  EXPECT_FALSE(result.undecided.empty());
}

TEST(Simplify, MakesALargeRuleSetSmaller) {
  const bench::RuleSet set = bench::list_rules(400, 4);
  const Simplification result = simplify(set.nsg, set.context);
  EXPECT_TRUE(result.unproven.empty());
  EXPECT_FALSE(result.removed.empty());
  model::Nsg after = model::apply(set.nsg, result.changes);
  EXPECT_LT(user_rules(after), user_rules(set.nsg));
}

}  // namespace
}  // namespace nsgcheck::engine::simplify_test
