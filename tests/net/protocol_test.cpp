// SPDX-License-Identifier: Apache-2.0
#include "analyzer/net/protocol.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace nsgcheck::net::protocol_test {
namespace {

struct Row {
  const char* name;
  const char* text;
  std::optional<int> number;  // IANA registry
};

TEST(ParseProtocol, Table) {
  const std::vector<Row> rows{
      {"tcp", "tcp", 6},
      {"udp", "Udp", 17},
      {"icmp", "ICMP", 1},
      {"icmpv6", "IcmpV6", 58},
      {"esp", "Esp", 50},
      {"ah", "aH", 51},
      {"sctp", "sctp", 132},
      {"lowest number", "0", 0},
      {"a number with a name", "6", 6},
      {"highest number", "255", 255},
      {"too high", "256", std::nullopt},
      {"negative", "-1", std::nullopt},
      {"empty", "", std::nullopt},
      {"unknown name", "gre", std::nullopt},
      {"star is no protocol", "*", std::nullopt},
      {"name and more", "tcpx", std::nullopt},
      {"number and more", "6 ", std::nullopt},
      {"name with less", "tc", std::nullopt},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    const auto parsed = parse_protocol(row.text);
    ASSERT_EQ(parsed.has_value(), row.number.has_value());
    if (parsed) {
      EXPECT_EQ(int{parsed->number}, *row.number);
    }
  }
}

TEST(ProtocolToString, NamesAndNumbers) {
  EXPECT_EQ(to_string(Protocol{1}), "icmp");
  EXPECT_EQ(to_string(Protocol{6}), "tcp");
  EXPECT_EQ(to_string(Protocol{17}), "udp");
  EXPECT_EQ(to_string(Protocol{50}), "esp");
  EXPECT_EQ(to_string(Protocol{51}), "ah");
  EXPECT_EQ(to_string(Protocol{58}), "icmpv6");
  EXPECT_EQ(to_string(Protocol{132}), "sctp");
  EXPECT_EQ(to_string(Protocol{47}), "47");
  EXPECT_EQ(to_string(Protocol{0}), "0");
  EXPECT_EQ(to_string(Protocol{255}), "255");
}

TEST(ProtocolSet, PortedAreTcpUdpAndSctpOnly) {
  for (unsigned number = 0; number < 256; ++number) {
    SCOPED_TRACE(number);
    const bool ported = number == 6 || number == 17 || number == 132;
    EXPECT_EQ(has_ports(Protocol{static_cast<std::uint8_t>(number)}), ported);
    EXPECT_EQ(ported_protocols().test(number), ported);
  }
  EXPECT_EQ(all_protocols().count(), 256U);
}

}  // namespace
}  // namespace nsgcheck::net::protocol_test
