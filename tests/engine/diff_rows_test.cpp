// SPDX-License-Identifier: Apache-2.0
// Comparisons whose answers are worked out by hand: what means the same, and what a small change is called.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>

#include "tests/engine/diff_case.hpp"

namespace nsgcheck::engine::diff_rows_test {
namespace {

struct Rewriting {
  const char* name;
  Lines before;
  Lines after;
};

class EquivalentRewriting : public testing::TestWithParam<Rewriting> {};

TEST_P(EquivalentRewriting, ShowsNoDifference) {
  for (const auto& [before, after] :
       {std::pair{GetParam().before, GetParam().after}, {GetParam().after, GetParam().before}}) {
    const FilterDiff found = diff_of(before, after, oracle::default_world());
    EXPECT_TRUE(found.differences.empty());
    EXPECT_TRUE(found.complete);
  }
}

const Rewriting kRewritings[] = {
    {"disjoint rules in another order",
     {"100 Allow Inbound Tcp 203.0.113.0/24 * * 22", "110 Deny Inbound Udp 198.51.100.0/24 * * 53"},
     {"100 Deny Inbound Udp 198.51.100.0/24 * * 53", "110 Allow Inbound Tcp 203.0.113.0/24 * * 22"}},
    {"other priorities", {"100 Allow Inbound Tcp 8.8.8.8 * * 22"}, {"4000 Allow Inbound Tcp 8.8.8.8 * * 22"}},
    {"a block split into its halves",
     {"100 Allow Inbound Tcp 203.0.113.0/24 * * 3389"},
     {"100 Allow Inbound Tcp 203.0.113.0/25 * * 3389", "110 Allow Inbound Tcp 203.0.113.128/25 * * 3389"}},
    {"ports of any protocol split",
     {"100 Allow Inbound * 203.0.113.0/24 * * 80,443"},
     {"100 Allow Inbound * 203.0.113.0/24 * * 80", "110 Allow Inbound * 203.0.113.0/24 * * 443"}},
    {"a shadowed rule gone",
     {"100 Deny Inbound Tcp Internet * * 3389", "150 Allow Inbound Tcp 8.8.8.8 * * 3389"},
     {"100 Deny Inbound Tcp Internet * * 3389"}},
    {"a default rule written out", {}, {"4096 Deny Inbound * Internet * * *"}},
    {"an address for its block", {"100 Allow Inbound Tcp 8.8.8.8 * * 22"}, {"100 Allow Inbound Tcp 8.8.8.8/32 * * 22"}},
    {"host bits", {"100 Allow Inbound Tcp 8.8.8.9/30 * * 22"}, {"100 Allow Inbound Tcp 8.8.8.8/30 * * 22"}},
    {"a tag without data at another priority",
     {"100 Allow Inbound Tcp Sql * * 1433"},
     {"200 Allow Inbound Tcp sql * * 1433"}},
    {"tags without data split and in another order",
     {"100 Allow Inbound Tcp Sql * * 1433", "110 Allow Inbound Tcp Storage * * 1433"},
     {"100 Allow Inbound Tcp Storage * * 1433", "110 Allow Inbound Tcp Sql * * 1433"}},
    {"a region behind its tag",
     {"100 Allow Inbound Tcp Storage * * 443", "110 Deny Inbound Tcp Storage.WestUS * * 443"},
     {"100 Allow Inbound Tcp Storage * * 443"}},
    {"a tag without data beside other rules that are split",
     {"100 Deny Inbound Tcp Sql * * *", "110 Allow Inbound Tcp 8.8.8.0/24 * * 443"},
     {"100 Deny Inbound Tcp Sql * * *", "110 Allow Inbound Tcp 8.8.8.0/25 * * 443",
      "120 Allow Inbound Tcp 8.8.8.128/25 * * 443"}},
    {"a group without members, split by ports",
     {"100 Allow Inbound Tcp asg:web * asg:db 1433-1434"},
     {"100 Allow Inbound Tcp asg:web * asg:db 1433", "101 Allow Inbound Tcp asg:web * asg:db 1434"}},
    {"a group by its id in another case",
     {"100 Allow Inbound Tcp asg:/subscriptions/s/resourceGroups/rg1/x/web * * 443"},
     {"100 Allow Inbound Tcp asg:/SUBSCRIPTIONS/S/resourceGroups/RG1/x/Web/ * * 443"}},
    {"the same unreadable value",
     {"100 Allow Inbound Tcp 789 * * 22"},
     {"200 Allow Inbound Tcp 789 * * 22", "300 Deny Inbound Udp Internet * * 22"}},
    {"two rules of one priority in another order of the file",
     {"100 Allow Inbound Tcp 8.8.8.8 * * 22", "100 Deny Inbound Tcp 8.8.8.0/24 * * 22"},
     {"100 Deny Inbound Tcp 8.8.8.0/24 * * 22", "100 Allow Inbound Tcp 8.8.8.8 * * 22"}},
};

std::string word_of(std::string name) {
  std::replace_if(
      name.begin(), name.end(), [](char c) { return c == ' ' || c == ','; }, '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Rewritings, EquivalentRewriting, testing::ValuesIn(kRewritings),
                         [](const auto& row) { return word_of(row.param.name); });

/// One difference as a line: shift, protocols (when few), source, destination ports, pair of priorities.
std::string line_of(const FilterDiff& found, const Difference& one, const model::Nsg& before, const model::Nsg& after) {
  std::string out = one.contrast.shift == Shift::NewlyAllowed  ? "+"
                    : one.contrast.shift == Shift::NewlyDenied ? "-"
                                                               : "?";
  const auto priority = [](const std::optional<RuleIndex>& rule, const model::Nsg& nsg) {
    return rule ? std::to_string(*nsg.rules[*rule].priority.value) : "none";
  };
  for (const Region& region : one.regions) {
    out += ' ' + std::to_string(region.protocols.count());
    for (const SymbolId id : region.source.symbols) out += ' ' + found.symbols[id].name;
    for (const std::string& text : net::to_strings(region.source.addresses)) out += ' ' + text;
    for (const std::string& text : net::to_strings(region.destination_ports)) out += ':' + text;
  }
  out += ' ' + priority(one.contrast.old_rule, before) + "->" + priority(one.contrast.new_rule, after);
  if (one.contrast.reason) out += ' ' + std::string{model::code(*one.contrast.reason)};
  return out;
}

struct Change {
  const char* name;
  Lines before, after;
  Lines expected;
};

class SmallChange : public testing::TestWithParam<Change> {};

TEST_P(SmallChange, IsSaidInFewBoxes) {
  const model::Nsg before = support::nsg_of(GetParam().before);
  const model::Nsg after = support::nsg_of(GetParam().after);
  const FilterDiff found = diff(&before, &after, Direction::Inbound, context_of(oracle::default_world()));
  Lines lines;
  for (const Difference& one : found.differences) lines.push_back(line_of(found, one, before, after));
  EXPECT_EQ(lines, GetParam().expected);
}

const Change kChanges[] = {
    {"a rule added", {}, {"110 Allow Inbound Tcp 198.51.100.0/24 * * 3389"}, {"+ 1 198.51.100.0/24:3389 65500->110"}},
    {"a rule gone",
     {"110 Allow Inbound Tcp 198.51.100.0/24 * * 3389", "120 Allow Inbound Tcp * * * 80"},
     {"120 Allow Inbound Tcp * * * 80"},
     {"- 1 198.51.100.0/24:3389 110->65500"}},
    {"a block moved",
     {"100 Allow Inbound Tcp 8.8.8.0/25 * * 22"},
     {"100 Allow Inbound Tcp 8.8.8.64/26,9.9.9.9 * * 22"},
     {"+ 1 9.9.9.9/32:22 65500->100", "- 1 8.8.8.0/26:22 100->65500"}},
    {"two rules swapped",
     {"100 Deny Inbound Tcp 8.8.0.0/16 * * 20-30", "110 Allow Inbound Tcp 8.8.8.0/24 * * 25-40"},
     {"100 Allow Inbound Tcp 8.8.8.0/24 * * 25-40", "110 Deny Inbound Tcp 8.8.0.0/16 * * 20-30"},
     {"+ 1 8.8.8.0/24:25-30 100->100"}},
    {"tcp and udp are one box",
     {},
     {"100 Allow Inbound Tcp 8.8.8.8 * * 53", "110 Allow Inbound Udp 8.8.8.8 * * 53"},
     {"+ 1 8.8.8.8/32:53 65500->100", "+ 1 8.8.8.8/32:53 65500->110"}},
    {"a tag without data added", {}, {"100 Allow Inbound Tcp Sql * * 443"}, {"+ 1 Sql:443 65500->100"}},
    {"a second tag that may lie in the first",
     {"100 Allow Inbound Tcp Storage * * 443"},
     {"100 Allow Inbound Tcp Storage * * 443", "110 Allow Inbound Tcp Sql * * 443"},
     {"? 1 Sql:443 none->110 unknown-tag"}},
    {"a value that nobody can read",
     {"100 Allow Inbound Tcp 8.8.8.8 * 10.0.0.4 22"},
     {"100 Allow Inbound Tcp 8.8.8.8 * 10.0.0.4 22", "90 Deny Inbound Tcp 8.8.8.8 * 789 22"},
     {"? 1 8.8.8.8/32:22 100->none invalid-rule"}},
    {"another expression",
     {"100 Deny Inbound Tcp 8.8.8.8 * ? 22", "110 Allow Inbound Tcp 8.8.8.8 * * 22"},
     {"100 Deny Inbound Tcp 8.8.8.8 * 789 22", "110 Allow Inbound Tcp 8.8.8.8 * * 22"},
     {"? 1 8.8.8.8/32:22 none->none invalid-rule"}},
};

INSTANTIATE_TEST_SUITE_P(Changes, SmallChange, testing::ValuesIn(kChanges),
                         [](const auto& row) { return word_of(row.param.name); });

}  // namespace
}  // namespace nsgcheck::engine::diff_rows_test
