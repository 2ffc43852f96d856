// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <vector>

#include "analyzer/model/rule_text.hpp"

namespace nsgcheck::model::rule_words_test {
namespace {

TEST(ParseAccess, TwoWordsInAnyCase) {
  EXPECT_EQ(parse_access("Allow"), Access::Allow);
  EXPECT_EQ(parse_access("ALLOW"), Access::Allow);
  EXPECT_EQ(parse_access("deny"), Access::Deny);
  EXPECT_EQ(parse_access("Permit"), std::nullopt);
  EXPECT_EQ(parse_access("Allowed"), std::nullopt);
  EXPECT_EQ(parse_access(""), std::nullopt);
}

TEST(ParseDirection, TwoWordsInAnyCase) {
  EXPECT_EQ(parse_direction("Inbound"), Direction::Inbound);
  EXPECT_EQ(parse_direction("OUTBOUND"), Direction::Outbound);
  EXPECT_EQ(parse_direction("In"), std::nullopt);
  EXPECT_EQ(parse_direction("Both"), std::nullopt);
  EXPECT_EQ(parse_direction(""), std::nullopt);
}

struct Row {
  const char* name;
  const char* text;
  std::vector<std::size_t> numbers;  // empty: refused
};

TEST(ParseProtocols, Table) {
  const std::vector<Row> rows{
      {"Tcp", "Tcp", {6}},
      {"TCP", "TCP", {6}},
      {"udp", "udp", {17}},
      {"Icmp is both", "Icmp", {1, 58}},
      {"ICMP", "ICMP", {1, 58}},
      {"Icmpv6", "Icmpv6", {58}},
      {"Esp", "Esp", {50}},
      {"Ah", "Ah", {51}},
      {"Sctp", "Sctp", {132}},
      {"number", "6", {6}},
      {"1 is ICMP for IPv4 only", "1", {1}},
      {"lowest", "0", {0}},
      {"highest", "255", {255}},
      {"256", "256", {}},
      {"negative", "-1", {}},
      {"unknown word", "Gre", {}},
      {"empty", "", {}},
      {"two", "Tcp,Udp", {}},
      {"two stars", "**", {}},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    const auto parsed = parse_protocols(row.text);
    ASSERT_EQ(parsed.has_value(), !row.numbers.empty());
    if (!parsed) continue;
    net::ProtocolSet expected;
    for (const std::size_t number : row.numbers) expected.set(number);
    EXPECT_EQ(*parsed, expected);
  }
}

TEST(ParseProtocols, AnyIsAll256) {
  for (const char* text : {"*", "Any", "any", "All", "ALL"}) {
    SCOPED_TRACE(text);
    const auto parsed = parse_protocols(text);
    ASSERT_TRUE(parsed);
    EXPECT_EQ(parsed->count(), 256U);
  }
}

}  // namespace
}  // namespace nsgcheck::model::rule_words_test
