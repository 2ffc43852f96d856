// SPDX-License-Identifier: Apache-2.0
#include "analyzer/net/prefix.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace nsgcheck::net::prefix_test {
namespace {

std::string shown(const AnyPrefix& prefix) {
  return std::visit([](const auto& p) { return to_string(p); }, prefix);
}

struct Row {
  const char* name;
  const char* text;
  const char* shown;  // null: refused
  bool host_bits;
  bool has_length;
};

TEST(ParsePrefix, Table) {
  const std::vector<Row> rows{
      {"IPv4 whole", "0.0.0.0/0", "0.0.0.0/0", false, true},
      {"IPv4 whole with host bits", "10.0.0.1/0", "0.0.0.0/0", true, true},
      {"IPv4 half", "128.0.0.0/1", "128.0.0.0/1", false, true},
      {"IPv4 /8", "10.0.0.0/8", "10.0.0.0/8", false, true},
      {"IPv4 /31", "10.0.0.4/31", "10.0.0.4/31", false, true},
      {"IPv4 /31 with host bit", "10.0.0.5/31", "10.0.0.4/31", true, true},
      {"IPv4 single", "10.0.0.4/32", "10.0.0.4/32", false, true},
      {"IPv4 bare", "10.0.0.4", "10.0.0.4/32", false, false},
      {"host bits of a real file", "50.206.209.68/27", "50.206.209.64/27", true, true},
      {"IPv6 whole", "::/0", "::/0", false, true},
      {"IPv6 /128", "::1/128", "::1/128", false, true},
      {"IPv6 bare", "2001:db8::1", "2001:db8::1/128", false, false},
      {"IPv6 with host bits", "2001:db8::1/32", "2001:db8::/32", true, true},
      {"IPv6 across the middle", "2001:db8:0:0:8000::/65", "2001:db8:0:0:8000::/65", false, true},
      {"length 33", "10.0.0.0/33", nullptr, false, false},
      {"length 34", "10.0.0.0/34", nullptr, false, false},
      {"length 129", "::/129", nullptr, false, false},
      {"negative length", "10.0.0.0/-1", nullptr, false, false},
      {"plus sign", "10.0.0.0/+8", nullptr, false, false},
      {"leading zero", "10.0.0.0/08", nullptr, false, false},
      {"no length", "10.0.0.0/", nullptr, false, false},
      {"no address", "/24", nullptr, false, false},
      {"two lengths", "10.0.0.0/0/16", nullptr, false, false},
      {"netmask", "10.0.0.0/255.0.0.0", nullptr, false, false},
      {"three octets", "208.130.28/24", nullptr, false, false},
      {"blank before the length", "10.0.0.0/ 8", nullptr, false, false},
      {"length beyond int", "10.0.0.0/99999999999", nullptr, false, false},
      {"empty", "", nullptr, false, false},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    const auto parsed = parse_prefix(row.text);
    ASSERT_EQ(parsed.has_value(), row.shown != nullptr);
    if (!parsed) continue;
    EXPECT_EQ(shown(parsed->prefix), row.shown);
    EXPECT_EQ(parsed->host_bits, row.host_bits);
    EXPECT_EQ(parsed->has_length, row.has_length);
  }
}

TEST(Prefix, BoundsAtBothEndsOfTheAxis) {
  const auto all4 = Prefix4::make(Ipv4{0}, 0);
  ASSERT_TRUE(all4);
  EXPECT_EQ(all4->low(), 0U);
  EXPECT_EQ(all4->high(), 0xFFFFFFFFU);
  const auto last4 = Prefix4::make(Ipv4{0xFFFFFFFF}, 32);
  ASSERT_TRUE(last4);
  EXPECT_EQ(last4->low(), 0xFFFFFFFFU);
  EXPECT_EQ(last4->high(), 0xFFFFFFFFU);
  const auto all6 = Prefix6::make(Ipv6{0}, 0);
  ASSERT_TRUE(all6);
  EXPECT_TRUE(all6->high() == ~Bits128{0});
  const auto last6 = Prefix6::make(Ipv6{~Bits128{0}}, 128);
  ASSERT_TRUE(last6);
  EXPECT_TRUE(last6->low() == ~Bits128{0});
}

TEST(Prefix, MakeRefusesWhatIsNoBlock) {
  EXPECT_FALSE(Prefix4::make(Ipv4{0}, -1));
  EXPECT_FALSE(Prefix4::make(Ipv4{0}, 33));
  EXPECT_FALSE(Prefix4::make(Ipv4{1}, 31));
  EXPECT_FALSE(Prefix6::make(Ipv6{0}, 129));
  EXPECT_FALSE(Prefix6::make(Ipv6{1}, 127));
  EXPECT_TRUE(Prefix6::make(Ipv6{1}, 128));
}

TEST(Prefix, ContainsStopsAtItsEdges) {
  const auto block = Prefix4::make(*parse_ipv4("10.0.0.64"), 27);
  ASSERT_TRUE(block);
  EXPECT_FALSE(block->contains(*parse_ipv4("10.0.0.63")));
  EXPECT_TRUE(block->contains(*parse_ipv4("10.0.0.64")));
  EXPECT_TRUE(block->contains(*parse_ipv4("10.0.0.95")));
  EXPECT_FALSE(block->contains(*parse_ipv4("10.0.0.96")));
}

}  // namespace
}  // namespace nsgcheck::net::prefix_test
