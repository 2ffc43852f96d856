// SPDX-License-Identifier: Apache-2.0
// Comparisons of two rule sets, held packet by packet against two walks of the oracle, and against each other.
#include "analyzer/engine/diff.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "analyzer/engine/resolve.hpp"
#include "tests/bench/rule_sets.hpp"
#include "tests/engine/assignment.hpp"
#include "tests/engine/diff_case.hpp"
#include "tests/engine/probes.hpp"
#include "tests/oracle/packet_oracle.hpp"
#include "tests/support/rule_line.hpp"

namespace nsgcheck::engine::diff_test {
namespace {

using oracle::Outcome;

constexpr unsigned kSeeds = 1500;
constexpr int kPackets = 120;

// The case's own rules with a few lines of another in their place, left out, or put where another stands.
Lines changed(Rng& rng, Lines lines, const Lines& other) {
  for (auto edits = 1 + rng() % 3; edits > 0 && !lines.empty(); --edits) {
    const std::size_t at = rng() % lines.size();
    const auto what = rng() % 4;
    if (what == 0) {
      lines.erase(lines.begin() + static_cast<std::ptrdiff_t>(at));
    } else if (what == 1 && !other.empty()) {
      lines[at] = pick(rng, other);
    } else if (what == 2 && !other.empty()) {
      lines.push_back(pick(rng, other));
    } else {
      // Two rules change places: their priorities are exchanged.
      std::string& a = lines[at];
      std::string& b = lines[rng() % lines.size()];
      const std::string head = a.substr(0, a.find(' '));
      a.replace(0, head.size(), b.substr(0, b.find(' ')));
      if (&a != &b) b.replace(0, b.find(' '), head);
    }
  }
  return lines;
}

/// One comparison and what it must be held against.
class PairCheck {
 public:
  PairCheck(const Case& c, const Lines& after)
      : case_{c},
        old_{support::nsg_of(c.lines)},
        new_{support::nsg_of(after)},
        diff_{diff_of(c.lines, after, c.world)} {
    model::Nsg both = old_;
    both.rules.insert(both.rules.end(), new_.rules.begin(), new_.rules.end());
    both_ = std::move(both);
  }

  Complaint run(unsigned seed) const {
    if (!diff_.complete) return "the budget ran out on a small case";
    Rng rng{seed};
    for (int world = 0; world < 3; ++world) {
      Case here = case_;
      if (world > 0) here.world = random_assignment(rng, case_.world);
      const Edges places = edges(here, both_);
      for (int i = 0; i < kPackets; ++i) {
        const auto packet = random_packet(rng, places);
        if (!packet) break;
        if (Complaint complaint = check(*packet, here.world, world > 0)) return *complaint + " at " + describe(*packet);
      }
    }
    return std::nullopt;
  }

 private:
  Complaint check(const net::FiveTuple& packet, const oracle::World& world, bool assigned) const {
    const auto before = oracle::judge(old_, Direction::Inbound, world, packet);
    const auto after = oracle::judge(new_, Direction::Inbound, world, packet);
    std::size_t held = 0;
    const Difference* found = nullptr;
    for (const Difference& difference : diff_.differences) {
      const std::size_t count = count_in(difference.regions, packet, diff_.symbols, world);
      held += count;
      if (count > 0) found = &difference;
    }
    // Members of several tags are in the region of each.
    if (held > 1 && !assigned) return "regions overlap";
    const bool settled = before.outcome != Outcome::Unknown && after.outcome != Outcome::Unknown;
    if (found != nullptr && found->contrast.shift == Shift::Unknown) {
      if (!assigned && settled) return "unknown although both are settled";
      return std::nullopt;
    }
    if (found == nullptr) {
      if (settled && before.outcome != after.outcome) return "a difference is not listed";
      const auto& open = before.outcome == Outcome::Unknown ? before : after;
      const bool one_settled = (before.outcome == Outcome::Unknown) != (after.outcome == Outcome::Unknown);
      // Two rules may leave open the same thing, of which the walk knows nothing: then the first of them has it.
      if (one_settled && diff_.symbols.size() == 0 && open.heard.size() <= 2)
        return "settled on one side only and not listed";
      return std::nullopt;
    }
    if (settled && before.outcome == after.outcome) return "listed, but both say the same";
    const auto& contrast = found->contrast;
    const Outcome expected = contrast.shift == Shift::NewlyAllowed ? Outcome::Yes : Outcome::No;
    if (after.outcome == Outcome::Unknown || before.outcome == Outcome::Unknown) return "listed as settled";
    if (after.outcome != expected) return "listed with the wrong sign";
    if (!assigned && (!decides(contrast.old_rule, before, old_) || !decides(contrast.new_rule, after, new_)))
      return "another rule decides";
    return std::nullopt;
  }

  static bool decides(std::optional<RuleIndex> rule, const oracle::Judgement& truth, const model::Nsg& nsg) {
    if (!rule || !truth.decider) return false;
    return nsg.rules[*rule].priority.value == nsg.rules[*truth.decider].priority.value;
  }

  const Case& case_;
  model::Nsg old_, new_, both_;
  FilterDiff diff_;
};

// A failing case is made smaller, and must meet the same other side again.
unsigned seed_of(const Case& c) { return static_cast<unsigned>(std::hash<std::string>{}(describe(c))); }

void hold_pairs(const Recipe& recipe) {
  hold(seeds(kSeeds), recipe, [&](const Case& c) {
    const unsigned seed = seed_of(c);
    Rng rng{seed};
    const Lines other = random_case(rng, recipe).lines;
    return PairCheck{c, changed(rng, c.lines, other)}.run(seed);
  });
}

TEST(Diff, AgreesWithTwoWalksPacketByPacket) { hold_pairs({}); }
TEST(Diff, AgreesWhereRulesMeetOften) { hold_pairs({.max_rules = 10, .ipv6 = false, .narrow = true}); }
TEST(Diff, AgreesWhereAllIsSettled) { hold_pairs({.symbols = false, .undetermined = false}); }
TEST(Diff, AgreesWhereTagsMeet) { hold_pairs({.ipv6 = false, .undetermined = false, .portless = false}); }

std::vector<std::string> split(const std::string& text, char at) {
  std::vector<std::string> out{""};
  for (const char c : text) {
    if (c == at)
      out.emplace_back();
    else
      out.back() += c;
  }
  return out;
}

// A rule with lists as rules with an item each, as many as fit between two priorities that were neighbours. Ports of
// which a list has all are all to ICMP, too, and each by itself is not: they stay where there are such protocols.
constexpr std::size_t kRoom = 16;

Lines written_out(const Lines& lines) {
  Lines out;
  for (const std::string& line : lines) {
    const auto same_place = [&](const std::string& other) { return split(other, ' ')[0] == split(line, ' ')[0]; };
    const bool alone = std::count_if(lines.begin(), lines.end(), same_place) == 1;
    std::vector<std::vector<std::string>> rules{split(line, ' ')};
    for (std::size_t field = 4; alone && field < rules[0].size(); ++field) {
      const std::vector<std::string> items = split(rules[0][field], ',');
      const bool of_ports = field == 5 || field == 7;
      if (of_ports && rules[0][3] != "Tcp" && rules[0][3] != "Udp") continue;
      if (rules.size() * items.size() > kRoom) continue;
      std::vector<std::vector<std::string>> more;
      for (const auto& rule : rules)
        for (const std::string& item : items) (more.emplace_back(rule))[field] = item;
      rules = std::move(more);
    }
    for (std::size_t i = 0; i < rules.size(); ++i) {
      std::string text = std::to_string(std::stoul(rules[i][0]) * kRoom + i);
      for (std::size_t field = 1; field < rules[i].size(); ++field) text += ' ' + rules[i][field];
      out.push_back(std::move(text));
    }
  }
  return out;
}

void hold_written_out(const Recipe& recipe) {
  hold(seeds(kSeeds), recipe, [&](const Case& c) -> Complaint {
    const unsigned seed = seed_of(c);
    Rng rng{seed};
    const Lines other = random_case(rng, recipe).lines;
    const FilterDiff same = diff_of(c.lines, written_out(c.lines), c.world);
    if (!same.complete || !same.differences.empty()) return "differs when its lists are written out";
    return PairCheck{c, written_out(changed(rng, c.lines, other))}.run(seed);
  });
}

TEST(Diff, AgreesWhereListsAreWrittenOut) {
  hold_written_out({.symbols = false, .undetermined = false, .portless = false});
}
TEST(Diff, AgreesWhereListsThatMeetAreWrittenOut) {
  hold_written_out(
      {.max_rules = 12, .ipv6 = false, .symbols = false, .undetermined = false, .portless = false, .narrow = true});
}

// Rules that were only regrouped are never opened, however many they are: next to no budget is enough.
TEST(Diff, ListsAndTheirItemsAreFoundAlikeWithoutWork) {
  bench::RuleSet set = bench::list_rules(200, 4);
  for (model::SecurityRule& rule : set.nsg.rules)
    if (!model::is_default(rule)) *rule.protocol.value &= net::ported_protocols();
  model::Nsg items = set.nsg;
  items.rules.clear();
  std::int64_t priority = 100;
  for (const model::SecurityRule& rule : set.nsg.rules) {
    for (const model::AddressItem& source : rule.sources) {
      items.rules.push_back(rule);
      items.rules.back().sources = {source};
      if (!model::is_default(rule)) items.rules.back().priority.value = priority++;
    }
  }
  const FilterDiff found = diff(&set.nsg, &items, Direction::Inbound, set.context, {.same_text = false, .budget = 100});
  EXPECT_TRUE(found.complete);
  EXPECT_TRUE(found.differences.empty());
  EXPECT_GT(items.rules.size(), set.nsg.rules.size());
  // One item of a list that is gone is still found.
  items.rules.erase(items.rules.begin());
  EXPECT_FALSE(diff(&set.nsg, &items, Direction::Inbound, set.context).differences.empty());
}

TEST(Diff, ARuleSetIsEquivalentToItself) {
  hold(seeds(kSeeds), {.max_rules = 12}, [](const Case& c) -> Complaint {
    const FilterDiff itself = diff_of(c.lines, c.lines, c.world, {.same_text = true});
    if (!itself.differences.empty() || !itself.complete) return "differs from itself";
    return std::nullopt;
  });
}

// What one way is newly allowed is newly denied the other way, by the same pair of rules.
TEST(Diff, TheOtherWayRoundIsTheMirrorImage) {
  hold(seeds(kSeeds), {}, [&](const Case& c) -> Complaint {
    Rng rng{seed_of(c)};
    const Lines after = changed(rng, c.lines, random_case(rng, {}).lines);
    const FilterDiff there = diff_of(c.lines, after, c.world);
    const FilterDiff back = diff_of(after, c.lines, c.world);
    if (there.differences.size() != back.differences.size()) return "not as many differences";
    for (const Difference& one : there.differences) {
      Contrast mirrored = one.contrast;
      std::swap(mirrored.old_allows, mirrored.new_allows);
      std::swap(mirrored.old_rule, mirrored.new_rule);
      if (one.contrast.shift == Shift::NewlyAllowed) mirrored.shift = Shift::NewlyDenied;
      if (one.contrast.shift == Shift::NewlyDenied) mirrored.shift = Shift::NewlyAllowed;
      const bool is_there = std::any_of(back.differences.begin(), back.differences.end(),
                                        [&](const Difference& other) { return other.contrast == mirrored; });
      if (!is_there) return "a difference has no mirror image";
    }
    return std::nullopt;
  });
}

TEST(Diff, AnNsgThatIsNotTherePassesEverything) {
  const model::Nsg closed = support::nsg_of({"100 Deny Inbound * * * * *"});
  const FilterDiff added = diff(nullptr, &closed, Direction::Inbound, context_of(oracle::default_world()));
  ASSERT_EQ(added.differences.size(), 1U);
  const Difference& all = added.differences[0];
  EXPECT_EQ(all.contrast.shift, Shift::NewlyDenied);
  EXPECT_EQ(all.contrast.old_rule, std::nullopt);
  ASSERT_EQ(all.regions.size(), 1U);
  EXPECT_TRUE(all.regions[0].protocols.all());
  EXPECT_EQ(all.regions[0].source.addresses, net::AddressSet::any());
  const model::Nsg open = support::nsg_of({"100 Allow Inbound * * * * *"});
  EXPECT_TRUE(diff(nullptr, &open, Direction::Inbound, context_of(oracle::default_world())).differences.empty());
}

// What a group denies that may be missing may pass (semantics 3), whatever the other side says; what it allows passes.
TEST(Diff, AgreesWhereAGroupMayBeMissing) {
  hold(seeds(kSeeds), {}, [](const Case& c) -> Complaint {
    const unsigned seed = seed_of(c);
    Rng rng{seed};
    const model::Nsg before = support::nsg_of(c.lines);
    model::Nsg after = support::nsg_of(changed(rng, c.lines, random_case(rng, {}).lines));
    after.conditions = {"[parameters('a')]"};
    const FilterDiff found = diff(&before, &after, Direction::Inbound, context_of(c.world));
    const Edges places = edges(c, after);
    for (int i = 0; i < kPackets; ++i) {
      const auto packet = random_packet(rng, places);
      if (!packet) break;
      const Outcome was = oracle::judge(before, Direction::Inbound, c.world, *packet).outcome;
      const Outcome is = oracle::judge(after, Direction::Inbound, c.world, *packet).outcome;
      std::optional<Shift> shift;
      for (const Difference& one : found.differences)
        if (count_in(one.regions, *packet, found.symbols, c.world) > 0) shift = one.contrast.shift;
      if (is == Outcome::No && shift != Shift::Unknown) return "denied by what may be missing, at " + describe(*packet);
      if (is == Outcome::Yes && was == Outcome::Yes && shift) return "allowed either way, at " + describe(*packet);
      if (is == Outcome::Yes && was == Outcome::No && shift != Shift::NewlyAllowed)
        return "newly allowed either way, at " + describe(*packet);
    }
    return std::nullopt;
  });
}

TEST(Diff, GroupsThatMayBeMissingTogether) {
  const model::Nsg there = support::nsg_of({"100 Allow Inbound Tcp 8.8.8.8 * * 22"});
  const auto group = [&](std::vector<std::string> conditions, const std::string& iteration = {}) {
    model::Nsg out = there;
    out.conditions = std::move(conditions);
    out.iteration = iteration;
    return out;
  };
  struct Row {
    const char* name;
    model::Nsg before, after;
    bool same_text;
    bool alike;
  };
  const Row rows[]{
      {"NewlyConditional", there, group({"[parameters('a')]"}), false, false},
      {"NoMoreConditional", group({"[parameters('a')]"}), there, false, false},
      {"TheSameCondition", group({"[parameters('a')]"}), group({"[parameters('a')]"}), false, true},
      {"AnotherCondition", group({"[parameters('a')]"}), group({"[parameters('b')]"}), false, false},
      {"OneMore", group({"[parameters('a')]"}), group({"[parameters('a')]", "[parameters('b')]"}), false, false},
      {"TheSameTwo", group({"x", "y"}), group({"y", "x"}), false, true},
      {"AnotherPass", group({"x"}, "nsgs[0]"), group({"x"}, "nsgs[1]"), false, false},
      {"AVariable", group({"[variables('a')]"}), group({"[variables('a')]"}), false, false},
      {"AVariableOfOneText", group({"[variables('a')]"}), group({"[variables('a')]"}), true, true},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    const FilterDiff found = diff(&row.before, &row.after, Direction::Inbound, context_of(oracle::default_world()),
                                  {.same_text = row.same_text});
    EXPECT_EQ(found.differences.empty(), row.alike);
    EXPECT_EQ(found.takes_values_alike, row.alike);
    for (const Difference& one : found.differences) {
      EXPECT_EQ(one.contrast.shift, Shift::Unknown);
      EXPECT_EQ(one.contrast.reason, Reason::UnresolvedExpression);
    }
  }
}

// What was not looked at is listed as unknown, and never as equal.
TEST(Diff, OutOfBudgetIsNeverAnAllClear) {
  bench::RuleSet before = bench::list_rules(200, 20);
  bench::RuleSet after = before;
  std::reverse(after.nsg.rules.begin(), after.nsg.rules.end());
  for (std::size_t i = 0; i < after.nsg.rules.size(); ++i)
    if (after.nsg.rules[i].origin == model::Origin::User)
      after.nsg.rules[i].priority.value = 100 + static_cast<std::int64_t>(i);
  for (const std::size_t budget : {std::size_t{0}, std::size_t{2'000}, std::size_t{50'000}}) {
    SCOPED_TRACE(budget);
    const FilterDiff found = diff(&before.nsg, &after.nsg, Direction::Inbound, before.context, {.budget = budget});
    EXPECT_FALSE(found.complete);
    EXPECT_TRUE(std::any_of(found.differences.begin(), found.differences.end(),
                            [](const Difference& one) { return one.contrast.reason == Reason::BudgetExceeded; }));
  }
}

}  // namespace
}  // namespace nsgcheck::engine::diff_test
