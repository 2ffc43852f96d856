// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <vector>

#include "tests/model/legal_rule.hpp"

namespace nsgcheck::model::legality_addresses_test {
namespace {

struct Row {
  const char* name;
  std::vector<std::string> sources;
  std::vector<std::string> destinations;
  std::vector<std::string> codes;
};

TEST(FindFaults, Addresses) {
  const std::vector<Row> rows{
      {"star", {"*"}, {"*"}, {}},
      {"tag", {"Internet"}, {"VirtualNetwork"}, {}},
      {"any", {"any"}, {"*"}, {"bad-address"}},
      {"one number", {"789"}, {"*"}, {"bad-address"}},
      {"three octets", {"*"}, {"208.130.28/24"}, {"bad-address"}},
      {"reversed range", {"10.0.0.9-10.0.0.4"}, {"*"}, {"bad-address"}},
      {"commas", {"10.0.0.4,10.0.0.5"}, {"*"}, {"bad-address"}},
      {"commas and a bad part", {"10.0.0.4,789"}, {"*"}, {"bad-address", "bad-address"}},
      {"host bits", {"10.0.0.1/24"}, {"*"}, {"host-bits"}},
      {"masked", {"10.0.0.0/24"}, {"*"}, {}},
      {"address without length", {"10.0.0.1"}, {"*"}, {}},
      {"range", {"10.0.0.4-10.0.0.9"}, {"*"}, {"address-range-form"}},
      {"list", {"10.0.0.4", "10.0.1.0/24"}, {"*"}, {}},
      {"star in a list", {"10.0.0.4", "*"}, {"*"}, {"address-wildcard-in-list"}},
      {"tag in a list", {"*"}, {"10.0.0.4", "Internet"}, {"tag-in-list"}},
      {"nothing as source", {}, {"*"}, {"empty-side"}},
      {"nothing as destination", {"*"}, {}, {"empty-side"}},
      {"families in one side", {"10.0.0.4", "2001:db8::1"}, {"*"}, {"mixed-families"}},
      {"families on two sides", {"10.0.0.4"}, {"2001:db8::1"}, {"mixed-families"}},
      {"families of a range", {"10.0.0.4-10.0.0.9"}, {"::/0"}, {"address-range-form", "mixed-families"}},
      {"one fault for many", {"10.0.0.4", "::1", "::2"}, {"::3", "10.0.0.5"}, {"mixed-families"}},
      {"IPv6 only", {"2001:db8::1"}, {"2001:db8::2"}, {}},
      {"star and IPv6", {"*"}, {"2001:db8::2"}, {}},
      {"tag and IPv6", {"Internet"}, {"2001:db8::2"}, {}},
      {"nested", {"10.0.0.0/8", "10.0.0.0/16"}, {"*"}, {"overlapping-addresses"}},
      {"nested, narrow one first", {"1.1.0.22/32", "1.1.0.0/24"}, {"*"}, {"overlapping-addresses"}},
      {"twice", {"10.0.0.4", "10.0.0.4/32"}, {"*"}, {"overlapping-addresses"}},
      {"three deep",
       {"10.0.0.0/8", "10.1.0.0/16", "10.1.1.0/24"},
       {"*"},
       {"overlapping-addresses", "overlapping-addresses"}},
      {"second hides behind a sibling",
       {"10.0.0.0/8", "10.0.0.0/16", "10.9.0.0/16"},
       {"*"},
       {"overlapping-addresses", "overlapping-addresses"}},
      {"overlap seen through host bits",
       {"10.0.0.0/24", "10.0.0.255/25"},
       {"*"},
       {"host-bits", "overlapping-addresses"}},
      {"neighbours", {"10.0.0.0/25", "10.0.0.128/25"}, {"*"}, {}},
      {"after a nested one", {"10.0.0.0/24", "10.0.0.7", "10.0.1.0"}, {"*"}, {"overlapping-addresses"}},
      {"both ends of the axis", {"0.0.0.0", "255.255.255.255"}, {"*"}, {}},
      {"whole axis and its end", {"0.0.0.0/0", "255.255.255.255"}, {"*"}, {"overlapping-addresses"}},
      {"same bits in two families", {"0.0.0.1", "::1"}, {"*"}, {"mixed-families"}},
      {"IPv6 nested", {"2001:db8::/32", "2001:db8:1::/48"}, {"*"}, {"overlapping-addresses"}},
      {"same block on both sides", {"10.0.0.0/24"}, {"10.0.0.0/24"}, {}},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    SecurityRule rule = legal_rule();
    rule.sources = addresses(row.sources);
    rule.destinations = addresses(row.destinations);
    EXPECT_EQ(codes_of(faults_of(rule)), row.codes);
  }
}

TEST(FindFaults, OneEntryInTheListMemberIsAListToo) {
  SecurityRule rule = legal_rule();
  rule.sources = {parse_address_item("VirtualNetwork", {}, true)};
  rule.destinations = {parse_address_item("*", {}, true)};
  EXPECT_EQ(codes_of(faults_of(rule)), (std::vector<std::string>{"address-wildcard-in-list", "tag-in-list"}));
}

TEST(FindFaults, AnAsgFillsASide) {
  SecurityRule rule = legal_rule();
  rule.sources = {asg_item("/asgs/web", {})};
  EXPECT_TRUE(faults_of(rule).empty());
}

TEST(FindFaults, UnresolvedAddressesAreLeftAlone) {
  SecurityRule rule = legal_rule();
  AddressItem unresolved;
  unresolved.value = Undetermined{Reason::UnresolvedExpression};
  unresolved.text = "[parameters('source')]";
  rule.sources = {unresolved};
  EXPECT_TRUE(faults_of(rule).empty());
}

TEST(FindFaults, OverlapNamesTheWiderBlock) {
  SecurityRule rule = legal_rule();
  rule.sources = addresses({"10.1.0.0/16", "10.0.0.0/8"});
  const auto faults = faults_of(rule);
  ASSERT_EQ(faults.size(), 1U);
  EXPECT_EQ(faults[0].message, "source \"10.1.0.0/16\" lies inside \"10.0.0.0/8\" of the same list; leave one out");
}

TEST(FindFaults, ABadAddressSaysWhatWouldBeRight) {
  SecurityRule rule = legal_rule();
  rule.sources = addresses({"any"});
  const auto faults = faults_of(rule);
  ASSERT_EQ(faults.size(), 1U);
  EXPECT_EQ(faults[0].message, "source \"any\" is no wildcard; write \"*\" for any address");
}

}  // namespace
}  // namespace nsgcheck::model::legality_addresses_test
