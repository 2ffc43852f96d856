// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <vector>

#include "tests/model/legal_rule.hpp"

namespace nsgcheck::model::legality_nsg_test {
namespace {

using Codes = std::vector<std::string>;

Nsg judged(std::vector<SecurityRule> rules) {
  Nsg nsg;
  nsg.name = "web-nsg";
  nsg.rules = std::move(rules);
  find_faults(nsg);
  return nsg;
}

TEST(FindFaults, PriorityUsedTwiceInOneDirection) {
  const Nsg nsg = judged({legal_rule("a", 100), legal_rule("b", 100), legal_rule("c", 110)});
  ASSERT_EQ(codes_of(nsg.rules[0].faults), Codes{"duplicate-priority"});
  ASSERT_EQ(codes_of(nsg.rules[1].faults), Codes{"duplicate-priority"});
  EXPECT_TRUE(nsg.rules[2].faults.empty());
  EXPECT_EQ(nsg.rules[0].faults[0].message,
            "priority 100 is used more than once inbound: also by \"b\" (priority 100)");
}

TEST(FindFaults, PriorityUsedOnceInEachDirection) {
  SecurityRule out = legal_rule("b", 100);
  out.direction.value = Direction::Outbound;
  const Nsg nsg = judged({legal_rule("a", 100), out});
  EXPECT_TRUE(nsg.rules[0].faults.empty());
  EXPECT_TRUE(nsg.rules[1].faults.empty());
}

TEST(FindFaults, PriorityOfARuleThatMayBeAbsent) {
  SecurityRule conditional = legal_rule("b", 100);
  conditional.may_be_absent = Reason::UnresolvedExpression;
  const Nsg nsg = judged({legal_rule("a", 100), conditional});
  EXPECT_TRUE(nsg.rules[0].faults.empty());
  EXPECT_TRUE(nsg.rules[1].faults.empty());
}

TEST(FindFaults, UnknownPriorityOrDirectionCollidesWithNothing) {
  SecurityRule no_priority = legal_rule("b", 100);
  no_priority.priority.value.reset();
  SecurityRule no_direction = legal_rule("c", 100);
  no_direction.direction.value.reset();
  const Nsg nsg = judged({legal_rule("a", 100), no_priority, no_direction});
  for (const SecurityRule& rule : nsg.rules) EXPECT_TRUE(rule.faults.empty()) << rule.name;
}

TEST(FindFaults, AFewOfManyAreNamed) {
  std::vector<SecurityRule> rules;
  for (char c = 'a'; c <= 'h'; ++c) rules.push_back(legal_rule(std::string(1, c), 100));
  const Nsg nsg = judged(rules);
  ASSERT_EQ(nsg.rules[0].faults.size(), 1U);
  EXPECT_NE(nsg.rules[0].faults[0].message.find("\"f\" (priority 100) and 2 more"), std::string::npos)
      << nsg.rules[0].faults[0].message;
}

TEST(FindFaults, NameUsedTwiceInAnyCaseAndDirection) {
  SecurityRule out = legal_rule("RDP", 100);
  out.direction.value = Direction::Outbound;
  const Nsg nsg = judged({legal_rule("Rdp", 100), out, legal_rule("Rdp2", 110)});
  EXPECT_EQ(codes_of(nsg.rules[0].faults), Codes{"duplicate-name"});
  EXPECT_EQ(codes_of(nsg.rules[1].faults), Codes{"duplicate-name"});
  EXPECT_TRUE(nsg.rules[2].faults.empty());
}

TEST(FindFaults, NameOfADefaultRuleIsFree) {
  const Nsg nsg = judged({legal_rule("DenyAllInBound", 1000), legal_rule("DenyAllInBound", 65500)});
  EXPECT_TRUE(nsg.rules[0].faults.empty());
  EXPECT_TRUE(nsg.rules[1].faults.empty());
}

TEST(FindFaults, UnresolvedNamesMayDiffer) {
  const Nsg nsg = judged({legal_rule("[variables('n')]", 100), legal_rule("[variables('n')]", 110)});
  EXPECT_TRUE(nsg.rules[0].faults.empty());
}

TEST(FindFaults, RulesOfAnNsg) {
  std::vector<SecurityRule> rules;
  for (int i = 0; i < 1000; ++i) rules.push_back(legal_rule("r" + std::to_string(i), 100 + i));
  rules.push_back(legal_rule("DenyAllInBound", 65500));
  EXPECT_EQ(codes_of(judged(rules).faults), Codes{});
  rules.push_back(legal_rule("one-more", 2000));
  const Nsg nsg = judged(rules);
  ASSERT_EQ(codes_of(nsg.faults), Codes{"too-many-rules"});
  EXPECT_EQ(nsg.faults[0].message, "\"web-nsg\" has 1001 rules; 1000 are allowed");
}

// `count` single addresses that do not touch.
std::vector<AddressItem> many_addresses(int count) {
  std::vector<AddressItem> items;
  for (int i = 0; i < count; ++i)
    items.push_back(
        parse_address_item("10." + std::to_string(i / 100) + '.' + std::to_string(i % 100) + ".1", {}, true));
  return items;
}

TEST(FindFaults, AddressesOfAnNsgAreCountedForEachSide) {
  SecurityRule a = legal_rule("a", 100);
  SecurityRule b = legal_rule("b", 110);
  a.sources = many_addresses(2000);
  b.sources = many_addresses(2000);
  a.destinations = many_addresses(4000);
  EXPECT_EQ(codes_of(judged({a, b}).faults), Codes{});
  b.destinations = addresses({"10.200.0.0/16"});
  EXPECT_EQ(codes_of(judged({a, b}).faults), Codes{"too-many-addresses"});
  b.sources = many_addresses(2001);
  const Nsg nsg = judged({a, b});
  ASSERT_EQ(codes_of(nsg.faults), (Codes{"too-many-addresses", "too-many-addresses"}));
  EXPECT_EQ(nsg.faults[0].message, "\"web-nsg\" has 4001 source addresses; 4000 are allowed");
}

TEST(FindFaults, AsgsOfAnNsg) {
  std::vector<SecurityRule> rules;
  for (int i = 0; i < 50; ++i) {
    SecurityRule rule = legal_rule("r" + std::to_string(i), 100 + i);
    rule.sources = {asg_item("/asgs/s" + std::to_string(i), {})};
    rule.destinations = {asg_item("/asgs/d" + std::to_string(i), {})};
    rules.push_back(rule);
  }
  EXPECT_EQ(codes_of(judged(rules).faults), Codes{});
  rules[0].destinations.push_back(asg_item("/asgs/one-more", {}));
  EXPECT_EQ(codes_of(judged(rules).faults), Codes{"too-many-asgs"});
}

}  // namespace
}  // namespace nsgcheck::model::legality_nsg_test
