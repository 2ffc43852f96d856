// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/nsg.hpp"
#include "analyzer/model/legality.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "tests/model/item_text.hpp"

namespace nsgcheck::model::nsg_test {
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

TEST(WithDefaults, RecognisesByPriorityAndNotByName) {
  Nsg nsg;
  nsg.rules = {rule_at("whatever", Direction::Inbound, 65500), rule_at("DenyAllInBound", Direction::Inbound, 1000)};
  const Nsg full = with_defaults(nsg);
  ASSERT_EQ(full.rules.size(), 7U);
  EXPECT_EQ(full.rules[0].origin, Origin::Default);
  EXPECT_EQ(full.rules[1].origin, Origin::User);
}

// It counts as the default (semantics 1); that it is another rule than Azure has there is for NSG-VALID-003.
TEST(WithDefaults, NotesWhatIsNotTheRuleOfAzure) {
  for (SecurityRule azures : default_rules()) {
    azures.name = "x";
    azures.origin = Origin::User;
    SecurityRule other = azures;
    other.access.value = azures.access.value == Access::Allow ? Access::Deny : Access::Allow;
    SecurityRule narrower = azures;
    narrower.destination_ports.front().value = PortRange{3389, 3389};
    SecurityRule more = azures;
    more.sources.push_back(more.sources.front());
    Nsg nsg;
    nsg.rules = {azures, other, narrower, more};
    nsg = with_defaults(nsg);
    find_faults(nsg);
    EXPECT_TRUE(nsg.rules[0].faults.empty()) << *azures.priority.value;
    for (const std::size_t i : {1U, 2U, 3U}) {
      EXPECT_EQ(nsg.rules[i].origin, Origin::Default);
      ASSERT_EQ(nsg.rules[i].faults.size(), 1U) << i;
      EXPECT_EQ(nsg.rules[i].faults.front().kind, FaultKind::PriorityOutOfRange);
    }
  }
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

TEST(IsDefault, EdgeOfThePriorities) {
  EXPECT_FALSE(is_default(rule_at("x", Direction::Inbound, 4096)));
  EXPECT_FALSE(is_default(rule_at("x", Direction::Inbound, 64999)));
  EXPECT_TRUE(is_default(rule_at("x", Direction::Inbound, 65000)));
  EXPECT_TRUE(is_default(rule_at("x", Direction::Inbound, 100, Origin::Default)));
  SecurityRule unknown = rule_at("x", Direction::Inbound, 0);
  unknown.priority.value.reset();
  EXPECT_FALSE(is_default(unknown));
}

TEST(CountUserRules, CountsNeitherDefaultsNorGaps) {
  Nsg nsg;
  nsg.rules = {rule_at("a", Direction::Inbound, 100), rule_at("b", Direction::Inbound, 110),
               rule_at("c", Direction::Outbound, 100), rule_at("gap", Direction::Inbound, 120, Origin::Gap),
               rule_at("d", Direction::Inbound, 65000)};
  EXPECT_EQ(count_user_rules(nsg, Direction::Inbound), 2U);
  EXPECT_EQ(count_user_rules(nsg, Direction::Outbound), 1U);
  EXPECT_EQ(count_user_rules(with_defaults(nsg), Direction::Inbound), 2U);
}

}  // namespace
}  // namespace nsgcheck::model::nsg_test
