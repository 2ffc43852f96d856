// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/rule_text.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "tests/model/item_text.hpp"

namespace nsgcheck::model::rule_text_test {
namespace {

constexpr SourceSpan kSpan{0, 10, 20};

struct AddressRow {
  const char* name;
  const char* text;
  const char* meaning;
};

TEST(ParseAddressItem, Table) {
  const std::vector<AddressRow> rows{
      {"star", "*", "any"},
      {"star with blanks", "  *\t", "any"},
      {"IPv4 whole is no star", "0.0.0.0/0", "block 0.0.0.0/0"},
      {"IPv6 whole is no star", "::/0", "block ::/0"},
      {"host bits under /0", "1.2.3.4/0", "block 0.0.0.0/0 host-bits"},
      {"IPv4 address", "203.0.113.7", "block 203.0.113.7/32"},
      {"IPv4 block", "10.0.0.0/8", "block 10.0.0.0/8"},
      {"single address as block", "10.0.0.4/32", "block 10.0.0.4/32"},
      {"host bits", "50.206.209.68/27", "block 50.206.209.64/27 host-bits"},
      {"blanks around", " 10.0.0.0/8 ", "block 10.0.0.0/8"},
      {"line break after", "10.0.0.0/8\r\n", "block 10.0.0.0/8"},
      {"IPv6 address", "2001:db8::1", "block 2001:db8::1/128"},
      {"IPv6 block", "2001:DB8::/32", "block 2001:db8::/32"},
      {"IPv6 host bits", "2001:db8::1/32", "block 2001:db8::/32 host-bits"},
      {"range", "10.0.0.4-10.0.0.9", "range 10.0.0.4 10.0.0.9"},
      {"range with blanks", "10.0.0.4 - 10.0.0.9", "range 10.0.0.4 10.0.0.9"},
      {"range of one", "10.0.0.4-10.0.0.4", "range 10.0.0.4 10.0.0.4"},
      {"whole axis as range", "0.0.0.0-255.255.255.255", "range 0.0.0.0 255.255.255.255"},
      {"IPv6 range", "fe80::1-fe80::f", "range fe80::1 fe80::f"},
      {"9 comes before 10 as a number", "9.0.0.0-10.0.0.0", "range 9.0.0.0 10.0.0.0"},
      {"tag", "Internet", "tag Internet"},
      {"tag as written", "iNTERNET", "tag iNTERNET"},
      {"regional tag", "Sql.WestEurope", "tag Sql.WestEurope"},
      {"tag with dash", "Corp-Net", "tag Corp-Net"},
      {"undocumented tag", "CorpNetSaw", "tag CorpNetSaw"},
      {"platform tag", "AzurePlatformDNS", "tag AzurePlatformDNS"},
      {"one letter", "x", "tag x"},
      {"classic tag", "VIRTUAL_NETWORK", "tag VIRTUAL_NETWORK"},
      {"classic tag in lower case", "azure_loadbalancer", "tag azure_loadbalancer"},
      {"underscore elsewhere", "MY_TAG", "undetermined"},
      {"any", "any", "undetermined"},
      {"Any", "Any", "undetermined"},
      {"all", "ALL", "undetermined"},
      {"default", "Default", "undetermined"},
      {"string", "string", "undetermined"},
      {"null", "null", "undetermined"},
      {"empty", "", "undetermined"},
      {"blanks only", "   ", "undetermined"},
      {"one number", "789", "undetermined"},
      {"two octets", "10.1", "undetermined"},
      {"three octets", "208.130.28/24", "undetermined"},
      {"two lengths", "10.0.0/0/16", "undetermined"},
      {"two lengths after four octets", "10.0.0.0/0/16", "undetermined"},
      {"length only", "/34", "undetermined"},
      {"slash zero", "/0", "undetermined"},
      {"length 33", "10.0.0.0/33", "undetermined"},
      {"netmask", "10.0.0.0/255.0.0.0", "undetermined"},
      {"scanner's pattern", "<nw>/0", "undetermined"},
      {"reversed range", "10.0.0.9-10.0.0.4", "undetermined"},
      {"range across families", "10.0.0.4-::1", "undetermined"},
      {"short range", "10.0.0.4-9", "undetermined"},
      {"range without end", "10.0.0.4-", "undetermined"},
      {"two stars", "**", "undetermined"},
      {"star octet", "10.0.0.*", "undetermined"},
      {"comma is for the plural function", "10.0.0.4,10.0.0.5", "undetermined"},
      {"expression", "[parameters('source')]", "undetermined"},
      {"two words", "My Network", "undetermined"},
      {"not ASCII", "Internet\xC3\xA9", "undetermined"},
  };
  for (const AddressRow& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(text_of(parse_address_item(row.text, kSpan, false)), row.meaning);
  }
}

TEST(ParseAddressItem, KeepsTextSpanAndPlace) {
  const AddressItem item = parse_address_item(" 10.0.0.0/8 ", kSpan, true);
  EXPECT_EQ(item.text, " 10.0.0.0/8 ");
  EXPECT_EQ(item.span, kSpan);
  EXPECT_TRUE(item.in_list);
  EXPECT_FALSE(item.from_commas);
}

TEST(ParseAddressItem, WhatIsNotEvidentIsAnInvalidRule) {
  const AddressItem item = parse_address_item("789", kSpan, false);
  ASSERT_TRUE(std::holds_alternative<Undetermined>(item.value));
  EXPECT_EQ(std::get<Undetermined>(item.value).reason, Reason::InvalidRule);
}

struct ListRow {
  const char* name;
  const char* text;
  std::vector<std::string> meanings;
  bool from_commas;
};

TEST(ParseAddressItems, Table) {
  const std::vector<ListRow> rows{
      {"one", "10.0.0.4", {"block 10.0.0.4/32"}, false},
      {"nothing is one bad value", "", {"undetermined"}, false},
      {"two", "10.0.0.4,10.0.0.8/29", {"block 10.0.0.4/32", "block 10.0.0.8/29"}, true},
      {"blank after the comma", "10.0.0.4, ::1", {"block 10.0.0.4/32", "block ::1/128"}, true},
      {"tag among them", "Internet,10.0.0.4", {"tag Internet", "block 10.0.0.4/32"}, true},
      {"bad part stays", "10.0.0.4,789", {"block 10.0.0.4/32", "undetermined"}, true},
      {"comma at the end", "10.0.0.4,", {"block 10.0.0.4/32", "undetermined"}, true},
      {"comma only", ",", {"undetermined", "undetermined"}, true},
  };
  for (const ListRow& row : rows) {
    SCOPED_TRACE(row.name);
    std::vector<std::string> meanings;
    for (const AddressItem& item : parse_address_items(row.text, kSpan, false)) {
      meanings.push_back(text_of(item));
      EXPECT_EQ(item.from_commas, row.from_commas);
      EXPECT_EQ(item.span, kSpan);
    }
    EXPECT_EQ(meanings, row.meanings);
  }
}

TEST(ParsePortItems, Table) {
  const std::vector<ListRow> rows{
      {"star", "*", {"any"}, false},
      {"star with blanks", " * ", {"any"}, false},
      {"all as range is a range", "0-65535", {"0-65535"}, false},
      {"port 0", "0", {"0-0"}, false},
      {"port 65535", "65535", {"65535-65535"}, false},
      {"one port", "3389", {"3389-3389"}, false},
      {"range", "20000-20010", {"20000-20010"}, false},
      {"range of one", "22-22", {"22-22"}, false},
      {"blanks around", " 3389 ", {"3389-3389"}, false},
      {"blanks inside", "20000 - 20010", {"20000-20010"}, false},
      {"top of the axis", "65535-65535", {"65535-65535"}, false},
      {"commas", "80,443", {"80-80", "443-443"}, true},
      {"commas and blanks", "636, 389", {"636-636", "389-389"}, true},
      {"range among commas", "80,8000-8010,443", {"80-80", "8000-8010", "443-443"}, true},
      {"star among commas", "80,*", {"80-80", "any"}, true},
      {"bad part stays", "80,abc", {"80-80", "undetermined"}, true},
      {"comma at the end", "80,", {"80-80", "undetermined"}, true},
      {"two commas", "80,,443", {"80-80", "undetermined", "443-443"}, true},
      {"reversed", "20010-20000", {"undetermined"}, false},
      {"port 65536", "65536", {"undetermined"}, false},
      {"range beyond the end", "65535-65536", {"undetermined"}, false},
      {"far beyond", "99999999999999999999", {"undetermined"}, false},
      {"negative", "-1", {"undetermined"}, false},
      {"no end", "80-", {"undetermined"}, false},
      {"no start", "-80", {"undetermined"}, false},
      {"three parts", "80-90-100", {"undetermined"}, false},
      {"dash only", "-", {"undetermined"}, false},
      {"word", "abc", {"undetermined"}, false},
      {"any", "any", {"undetermined"}, false},
      {"file name from a shell", "notes.txt", {"undetermined"}, false},
      {"plus", "+80", {"undetermined"}, false},
      {"fraction", "80.0", {"undetermined"}, false},
      {"hexadecimal", "0x50", {"undetermined"}, false},
      {"star in a range", "80-*", {"undetermined"}, false},
      {"blank in a number", "33 89", {"undetermined"}, false},
      {"semicolon", "80;443", {"undetermined"}, false},
      {"en dash",
       "80\xE2\x80\x93"
       "90",
       {"undetermined"},
       false},
      {"empty", "", {"undetermined"}, false},
      {"blanks only", "  ", {"undetermined"}, false},
  };
  for (const ListRow& row : rows) {
    SCOPED_TRACE(row.name);
    std::vector<std::string> meanings;
    for (const PortItem& item : parse_port_items(row.text, kSpan, true)) {
      meanings.push_back(text_of(item));
      EXPECT_EQ(item.from_commas, row.from_commas);
      EXPECT_EQ(item.span, kSpan);
      EXPECT_TRUE(item.in_list);
    }
    EXPECT_EQ(meanings, row.meanings);
  }
}

TEST(IsReversedPortRange, OnlyTwoLegalPortsInTheWrongOrder) {
  EXPECT_TRUE(is_reversed_port_range("20010-20000"));
  EXPECT_TRUE(is_reversed_port_range(" 65535 - 0 "));
  EXPECT_FALSE(is_reversed_port_range("20000-20000"));
  EXPECT_FALSE(is_reversed_port_range("20000-20010"));
  EXPECT_FALSE(is_reversed_port_range("70000-20000"));
  EXPECT_FALSE(is_reversed_port_range("80-"));
  EXPECT_FALSE(is_reversed_port_range("*"));
}

TEST(AsgItem, IsItsWholeId) {
  const std::vector<AddressRow> rows{
      {"resource id", "/subscriptions/0/resourceGroups/rg/providers/Microsoft.Network/applicationSecurityGroups/Web",
       "asg /subscriptions/0/resourceGroups/rg/providers/Microsoft.Network/applicationSecurityGroups/Web"},
      {"upper-cased by the platform", "/SUBSCRIPTIONS/0/APPLICATIONSECURITYGROUPS/WEB",
       "asg /SUBSCRIPTIONS/0/APPLICATIONSECURITYGROUPS/WEB"},
      {"bare name", "web-asg", "asg web-asg"},
      {"slash at the end", "/x/applicationSecurityGroups/web/", "asg /x/applicationSecurityGroups/web"},
      {"nothing", "", "undetermined"},
      {"slashes only", "//", "undetermined"},
  };
  for (const AddressRow& row : rows) {
    SCOPED_TRACE(row.name);
    const AddressItem item = asg_item(row.text, kSpan);
    EXPECT_EQ(text_of(item), row.meaning);
    EXPECT_EQ(item.text, row.text);
    EXPECT_FALSE(item.in_list);
  }
}

}  // namespace
}  // namespace nsgcheck::model::rule_text_test
