// SPDX-License-Identifier: Apache-2.0
#include "analyzer/net/address.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace nsgcheck::net::address_test {
namespace {

constexpr Bits128 bits128(std::uint64_t high, std::uint64_t low) { return static_cast<Bits128>(high) << 64 | low; }

struct V4Row {
  const char* name;
  std::string_view text;
  std::optional<std::uint32_t> bits;
};

TEST(ParseIpv4, Table) {
  const std::vector<V4Row> rows{
      {"lowest", "0.0.0.0", 0x00000000},
      {"highest", "255.255.255.255", 0xFFFFFFFF},
      {"private", "10.0.0.4", 0x0A000004},
      {"byte order", "1.2.3.4", 0x01020304},
      {"platform address", "168.63.129.16", 0xA83F8110},
      {"empty", "", std::nullopt},
      {"one number, as inet_aton reads it", "789", std::nullopt},
      {"two parts, as inet_aton reads them", "10.1", std::nullopt},
      {"three parts", "208.130.28", std::nullopt},
      {"five parts", "1.2.3.4.5", std::nullopt},
      {"octet 256", "10.0.0.256", std::nullopt},
      {"leading zero", "10.0.0.04", std::nullopt},
      {"hexadecimal", "0x0a.0.0.4", std::nullopt},
      {"blank before", " 10.0.0.4", std::nullopt},
      {"blank after", "10.0.0.4 ", std::nullopt},
      {"trailing dot", "10.0.0.4.", std::nullopt},
      {"negative", "10.0.0.-4", std::nullopt},
      {"with length", "10.0.0.4/32", std::nullopt},
      {"NUL inside", std::string_view{"10.0.0.4\0", 9}, std::nullopt},
      {"longer than any address", "1111111111111111111111111111111111111111111111111111111111", std::nullopt},
  };
  for (const V4Row& row : rows) {
    SCOPED_TRACE(row.name);
    const auto parsed = parse_ipv4(row.text);
    ASSERT_EQ(parsed.has_value(), row.bits.has_value());
    if (parsed) {
      EXPECT_EQ(parsed->bits, *row.bits);
    }
  }
}

struct V6Row {
  const char* name;
  std::string_view text;
  std::optional<Bits128> bits;
};

TEST(ParseIpv6, Table) {
  const std::vector<V6Row> rows{
      {"lowest", "::", bits128(0, 0)},
      {"loopback", "::1", bits128(0, 1)},
      {"highest", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", bits128(~0ULL, ~0ULL)},
      {"documentation", "2001:db8::1", bits128(0x20010DB800000000ULL, 1)},
      {"upper case", "2001:DB8::A", bits128(0x20010DB800000000ULL, 10)},
      {"probe source", "fe80::1234:5678:9abc", bits128(0xFE80000000000000ULL, 0x0000123456789ABCULL)},
      {"dotted tail", "::ffff:10.0.0.4", bits128(0, 0x0000FFFF0A000004ULL)},
      {"all eight groups", "1:2:3:4:5:6:7:8", bits128(0x0001000200030004ULL, 0x0005000600070008ULL)},
      {"two gaps", "2001::1::2", std::nullopt},
      {"nine groups", "1:2:3:4:5:6:7:8:9", std::nullopt},
      {"seven groups", "1:2:3:4:5:6:7", std::nullopt},
      {"five digits", "2001:12345::", std::nullopt},
      {"zone index", "fe80::1%eth0", std::nullopt},
      {"brackets", "[::1]", std::nullopt},
      {"no hexadecimal digit", "2001:dbg::1", std::nullopt},
      {"IPv4", "10.0.0.4", std::nullopt},
      {"empty", "", std::nullopt},
  };
  for (const V6Row& row : rows) {
    SCOPED_TRACE(row.name);
    const auto parsed = parse_ipv6(row.text);
    ASSERT_EQ(parsed.has_value(), row.bits.has_value());
    if (parsed) {
      EXPECT_TRUE(parsed->bits == *row.bits);
    }
  }
}

TEST(ParseAddress, TellsTheFamily) {
  ASSERT_TRUE(parse_address("0.0.0.0"));
  EXPECT_EQ(family_of(*parse_address("0.0.0.0")), Family::V4);
  ASSERT_TRUE(parse_address("::"));
  EXPECT_EQ(family_of(*parse_address("::")), Family::V6);
  EXPECT_FALSE(parse_address("any"));
}

struct TextRow {
  const char* name;
  const char* given;
  const char* shown;
};

TEST(AddressToString, Table) {
  const std::vector<TextRow> rows{
      {"lowest IPv4", "0.0.0.0", "0.0.0.0"},
      {"highest IPv4", "255.255.255.255", "255.255.255.255"},
      {"zero octets stay", "10.0.200.0", "10.0.200.0"},
      {"lowest IPv6", "0:0:0:0:0:0:0:0", "::"},
      {"lower case (RFC 5952 4.3)", "2001:DB8::ABCD", "2001:db8::abcd"},
      {"no leading zeros (4.1)", "2001:0db8::0001", "2001:db8::1"},
      {"longest run shortened (4.2.3)", "2001:0:0:1:0:0:0:1", "2001:0:0:1::1"},
      {"first of equal runs (4.2.3)", "2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"},
      {"one zero group stays (4.2.2)", "2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},
      {"mapped address (5)", "::ffff:a00:4", "::ffff:10.0.0.4"},
  };
  for (const TextRow& row : rows) {
    SCOPED_TRACE(row.name);
    const auto parsed = parse_address(row.given);
    ASSERT_TRUE(parsed);
    EXPECT_EQ(to_string(*parsed), row.shown);
  }
}

TEST(Address, OrderIsByNumberAndNotByText) {
  EXPECT_LT(*parse_ipv4("9.0.0.0"), *parse_ipv4("10.0.0.0"));
  EXPECT_LT(*parse_ipv4("127.255.255.255"), *parse_ipv4("128.0.0.0"));
  EXPECT_LT(*parse_ipv6("::ffff"), *parse_ipv6("1::"));
}

}  // namespace
}  // namespace nsgcheck::net::address_test
