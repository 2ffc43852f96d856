// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/nsg.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "tests/model/item_text.hpp"

namespace nsgcheck::model {
namespace {

struct Row {
  const char* name;
  std::int64_t priority;
  Direction direction;
  Access access;
  const char* source;
  const char* destination;
};

TEST(DefaultRules, AreTheSixOfAzure) {
  const std::vector<Row> rows{
      {"AllowVnetInBound", 65000, Direction::Inbound, Access::Allow, "tag VirtualNetwork", "tag VirtualNetwork"},
      {"AllowAzureLoadBalancerInBound", 65001, Direction::Inbound, Access::Allow, "tag AzureLoadBalancer", "any"},
      {"DenyAllInBound", 65500, Direction::Inbound, Access::Deny, "any", "any"},
      {"AllowVnetOutBound", 65000, Direction::Outbound, Access::Allow, "tag VirtualNetwork", "tag VirtualNetwork"},
      {"AllowInternetOutBound", 65001, Direction::Outbound, Access::Allow, "any", "tag Internet"},
      {"DenyAllOutBound", 65500, Direction::Outbound, Access::Deny, "any", "any"},
  };
  const std::vector<SecurityRule> rules = default_rules();
  ASSERT_EQ(rules.size(), rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    SCOPED_TRACE(rows[i].name);
    const SecurityRule& rule = rules[i];
    EXPECT_EQ(rule.name, rows[i].name);
    EXPECT_EQ(rule.priority.value, rows[i].priority);
    EXPECT_EQ(rule.direction.value, rows[i].direction);
    EXPECT_EQ(rule.access.value, rows[i].access);
    EXPECT_EQ(rule.origin, Origin::Default);
    EXPECT_FALSE(rule.span.known());
    ASSERT_TRUE(rule.protocol.value);
    EXPECT_TRUE(rule.protocol.value->all());
    ASSERT_EQ(rule.sources.size(), 1U);
    EXPECT_EQ(text_of(rule.sources[0]), rows[i].source);
    ASSERT_EQ(rule.destinations.size(), 1U);
    EXPECT_EQ(text_of(rule.destinations[0]), rows[i].destination);
    ASSERT_EQ(rule.source_ports.size(), 1U);
    EXPECT_EQ(text_of(rule.source_ports[0]), "any");
    ASSERT_EQ(rule.destination_ports.size(), 1U);
    EXPECT_EQ(text_of(rule.destination_ports[0]), "any");
  }
}

SecurityRule rule_at(std::string name, Direction direction, std::int64_t priority, Origin origin = Origin::User) {
  SecurityRule rule;
  rule.name = std::move(name);
  rule.direction.value = direction;
  rule.priority.value = priority;
  rule.origin = origin;
  return rule;
}

std::vector<std::string> names_of(const Nsg& nsg) {
  std::vector<std::string> names;
  for (const SecurityRule& rule : nsg.rules) names.push_back(rule.name);
  return names;
}

TEST(WithDefaults, AddsAllWhereThereAreNone) {
  Nsg nsg;
  nsg.rules = {rule_at("Rdp", Direction::Inbound, 100)};
  const std::vector<std::string> expected{"Rdp",
                                          "AllowVnetInBound",
                                          "AllowAzureLoadBalancerInBound",
                                          "DenyAllInBound",
                                          "AllowVnetOutBound",
                                          "AllowInternetOutBound",
                                          "DenyAllOutBound"};
  EXPECT_EQ(names_of(with_defaults(nsg)), expected);
}

TEST(WithDefaults, KeepsTheInputsOwnAndAddsTheOtherDirection) {
  Nsg nsg;
  nsg.rules = {rule_at("a", Direction::Inbound, 65000, Origin::Default),
               rule_at("b", Direction::Inbound, 65001, Origin::Default),
               rule_at("c", Direction::Inbound, 65500, Origin::Default)};
  const std::vector<std::string> expected{
      "a", "b", "c", "AllowVnetOutBound", "AllowInternetOutBound", "DenyAllOutBound"};
  EXPECT_EQ(names_of(with_defaults(nsg)), expected);
}

// They are always present (semantics 1), whatever rules the user has at their priorities.
TEST(WithDefaults, AUsersRuleTakesNoDefaultsPlace) {
  for (const std::int64_t priority : {65000, 65001, 65500}) {
    Nsg nsg;
    nsg.rules = {rule_at("x", Direction::Inbound, priority)};
    const Nsg full = with_defaults(nsg);
    ASSERT_EQ(full.rules.size(), 7U) << priority;
    EXPECT_EQ(full.rules[0].origin, Origin::User);
  }
}

TEST(OriginByPriority, IsAzuresFromThereOnWhateverTheName) {
  EXPECT_EQ(origin_by_priority(rule_at("whatever", Direction::Inbound, 65500)), Origin::Default);
  EXPECT_EQ(origin_by_priority(rule_at("x", Direction::Inbound, 65000)), Origin::Default);
  EXPECT_EQ(origin_by_priority(rule_at("x", Direction::Inbound, 64999)), Origin::User);
  EXPECT_EQ(origin_by_priority(rule_at("DenyAllInBound", Direction::Inbound, 1000)), Origin::User);
  EXPECT_EQ(origin_by_priority(rule_at("gap", Direction::Inbound, 65000, Origin::Gap)), Origin::Gap);
  SecurityRule unknown = rule_at("x", Direction::Inbound, 0);
  unknown.priority.value.reset();
  EXPECT_EQ(origin_by_priority(unknown), Origin::User);
}

TEST(WithDefaults, AStrangerAboveTheDefaultsDoesNotReplaceThem) {
  Nsg nsg;
  nsg.rules = {rule_at("AllowAll", Direction::Inbound, 70000)};
  const Nsg full = with_defaults(nsg);
  ASSERT_EQ(full.rules.size(), 7U);
  EXPECT_EQ(full.rules[3].name, "DenyAllInBound");
}

TEST(WithDefaults, TwiceIsOnce) {
  Nsg nsg;
  nsg.rules = {rule_at("Rdp", Direction::Inbound, 100)};
  EXPECT_EQ(with_defaults(with_defaults(nsg)).rules.size(), 7U);
}

TEST(WithDefaults, AGapIsNoDefault) {
  Nsg nsg;
  nsg.rules = {rule_at("gap", Direction::Inbound, 65500, Origin::Gap)};
  const Nsg full = with_defaults(nsg);
  EXPECT_EQ(full.rules[0].origin, Origin::Gap);
  EXPECT_EQ(full.rules.size(), 7U);
}

TEST(IsDefault, ByOriginAlone) {
  EXPECT_FALSE(is_default(rule_at("x", Direction::Inbound, 65000)));
  EXPECT_TRUE(is_default(rule_at("x", Direction::Inbound, 100, Origin::Default)));
}

TEST(CountUserRules, CountsNeitherDefaultsNorGaps) {
  Nsg nsg;
  nsg.rules = {rule_at("a", Direction::Inbound, 100), rule_at("b", Direction::Inbound, 110),
               rule_at("c", Direction::Outbound, 100), rule_at("gap", Direction::Inbound, 120, Origin::Gap),
               rule_at("d", Direction::Inbound, 65000, Origin::Default)};
  EXPECT_EQ(count_user_rules(nsg, Direction::Inbound), 2U);
  EXPECT_EQ(count_user_rules(nsg, Direction::Outbound), 1U);
  EXPECT_EQ(count_user_rules(with_defaults(nsg), Direction::Inbound), 2U);
}

}  // namespace
}  // namespace nsgcheck::model
