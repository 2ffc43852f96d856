// SPDX-License-Identifier: Apache-2.0
#include "analyzer/net/address_set.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <vector>

namespace nsgcheck::net::address_set_test {
namespace {

using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using ::testing::IsEmpty;

AddressSet set_of(const std::vector<const char*>& blocks) {
  AddressSet set;
  for (const char* block : blocks) {
    const auto parsed = parse_prefix(block);
    EXPECT_TRUE(parsed) << block;
    if (parsed) set = set | AddressSet::of(parsed->prefix);
  }
  return set;
}

AddressSet run4(std::uint32_t low, std::uint32_t high) { return {IntervalSet<Ipv4::Bits>::range(low, high), {}}; }

struct Row {
  const char* name;
  AddressSet set;
  std::vector<std::string> prefixes;
};

TEST(ToStrings, Table) {
  const std::vector<Row> rows{
      {"nothing", {}, {}},
      {"everything", AddressSet::any(), {"*"}},
      {"IPv4 whole is not everything", set_of({"0.0.0.0/0"}), {"0.0.0.0/0"}},
      {"IPv6 whole is not everything", set_of({"::/0"}), {"::/0"}},
      {"both halves of IPv4", set_of({"128.0.0.0/1", "0.0.0.0/1"}), {"0.0.0.0/0"}},
      {"lowest address", run4(0, 0), {"0.0.0.0/32"}},
      {"highest address", run4(0xFFFFFFFF, 0xFFFFFFFF), {"255.255.255.255/32"}},
      {"aligned pair", run4(4, 5), {"0.0.0.4/31"}},
      {"pair across an edge", run4(5, 6), {"0.0.0.5/32", "0.0.0.6/32"}},
      {"run of seven", run4(1, 7), {"0.0.0.1/32", "0.0.0.2/31", "0.0.0.4/30"}},
      {"run to the top", run4(0xFFFFFFFD, 0xFFFFFFFF), {"255.255.255.253/32", "255.255.255.254/31"}},
      {"IPv4 comes first", set_of({"2001:db8::/32", "10.0.0.0/8"}), {"10.0.0.0/8", "2001:db8::/32"}},
      {"top of IPv6",
       set_of({"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"}),
       {"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128"}},
      {"a hole", set_of({"10.0.0.0/30"}) - set_of({"10.0.0.1"}), {"10.0.0.0/32", "10.0.0.2/31"}},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_THAT(to_strings(row.set), ElementsAreArray(row.prefixes));
  }
}

TEST(ToPrefixes, LongestListOfOneInterval) {
  // Everything but both ends: one block of each length up and down, 62 for 32 bits.
  EXPECT_EQ(to_prefixes(run4(1, 0xFFFFFFFE)).size(), 62U);
}

RC_GTEST_PROP(AddressSetProperty, PrefixesMakeTheSetAgain,
              (const std::vector<std::pair<Ipv4::Bits, Ipv4::Bits>>& v4,
               const std::vector<std::pair<std::uint64_t, std::uint64_t>>& v6)) {
  AddressSet set;
  for (const auto& [a, b] : v4) set.v4 = set.v4 | IntervalSet<Ipv4::Bits>::range(std::min(a, b), std::max(a, b));
  for (const auto& [a, b] : v6) {
    // The upper half from one number, the lower from the other, so that both halves of the axis are at work.
    const Bits128 x = static_cast<Bits128>(a) << 64 | b;
    const Bits128 y = static_cast<Bits128>(b) << 64 | a;
    set.v6 = set.v6 | IntervalSet<Ipv6::Bits>::range(std::min(x, y), std::max(x, y));
  }
  AddressSet again;
  for (const AnyPrefix& prefix : to_prefixes(set)) {
    RC_ASSERT(!again.overlaps(AddressSet::of(prefix)));
    again = again | AddressSet::of(prefix);
  }
  RC_ASSERT(again == set);
}

TEST(AddressSet, FamiliesAreApart) {
  const AddressSet v4 = set_of({"0.0.0.0/0"});
  EXPECT_TRUE(v4.contains(*parse_address("255.255.255.255")));
  EXPECT_FALSE(v4.contains(*parse_address("::")));
  EXPECT_FALSE(v4.is_any());
  EXPECT_FALSE(v4.overlaps(set_of({"::/0"})));
  EXPECT_FALSE(v4.covers(AddressSet::any()));
  EXPECT_TRUE(AddressSet::any().covers(v4));
  EXPECT_TRUE((v4 | set_of({"::/0"})).is_any());
}

TEST(AddressSet, OneAddress) {
  EXPECT_THAT(to_strings(AddressSet::of(*parse_address("10.0.0.4"))), ElementsAre("10.0.0.4/32"));
  EXPECT_THAT(to_strings(AddressSet::of(*parse_address("::1"))), ElementsAre("::1/128"));
  EXPECT_THAT(to_prefixes(AddressSet{}), IsEmpty());
}

}  // namespace
}  // namespace nsgcheck::net::address_set_test
