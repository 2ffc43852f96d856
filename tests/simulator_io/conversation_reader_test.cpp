// SPDX-License-Identifier: Apache-2.0
// Flows of every protocol in a capture, and who of their ends is the client.
#include "simulator/io/conversation_reader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

namespace nsgcheck::io::conversation_reader_test {
namespace {

std::string big(std::uint64_t value, unsigned size) {
  std::string out;
  for (unsigned i = size; i-- > 0;) out += static_cast<char>(value >> (8 * i));
  return out;
}

constexpr std::uint32_t kInside = 0x0A000004;   // 10.0.0.4
constexpr std::uint32_t kOutside = 0xCB00710A;  // 203.0.113.10
constexpr std::uint64_t kSecond = 1'780'272'000;

/// A pcap file of raw IPv4 packets, a second apart.
class Packets {
 public:
  Packets() : bytes_{big(0xA1B2C3D4, 4) + big(2, 2) + big(4, 2) + big(0, 8) + big(65535, 4) + big(101, 4)} {}
  Packets& ip(std::uint32_t from, std::uint32_t to, std::uint8_t protocol, const std::string& payload) {
    const std::string packet = big(0x45, 1) + big(0, 1) + big(20 + payload.size(), 2) + big(0, 4) + big(64, 1) +
                               big(protocol, 1) + big(0, 2) + big(from, 4) + big(to, 4) + payload;
    bytes_ += big(kSecond + number_++, 4) + big(500'000, 4) + big(packet.size(), 4) + big(packet.size(), 4) + packet;
    return *this;
  }
  Packets& icmp(std::uint32_t from, std::uint32_t to, std::uint8_t type, const std::string& rest = big(0, 4)) {
    return ip(from, to, 1, big(type, 1) + big(0, 3) + rest);
  }
  Packets& udp(std::uint32_t from, net::Port from_port, std::uint32_t to, net::Port to_port) {
    return ip(from, to, 17, big(from_port, 2) + big(to_port, 2) + big(8, 2) + big(0, 2));
  }
  Packets& tcp(std::uint32_t from, net::Port from_port, std::uint32_t to, net::Port to_port, std::uint8_t flags) {
    return ip(from, to, 6,
              big(from_port, 2) + big(to_port, 2) + big(0, 4) + big(1, 4) + big(0x50, 1) + big(flags, 1) + big(100, 2) +
                  big(0, 4));
  }
  [[nodiscard]] const std::string& bytes() const { return bytes_; }

 private:
  std::string bytes_;
  std::uint64_t number_{};
};

struct Read {
  std::vector<std::string> flows;
  ConversationTotals totals;
};

Read read(const std::string& bytes, std::uint32_t most = 1'000'000) {
  Read out;
  std::istringstream in{bytes};
  ConversationOptions options;
  options.most_flows = most;
  out.totals = read_conversations("-", in, options, [&](const CapturedFlow& flow) {
    const auto end = [](const net::IpAddress& address, net::Port port) {
      return net::to_string(address) + (port == 0 ? "" : ':' + std::to_string(port));
    };
    out.flows.push_back(net::to_string(flow.packet.protocol) + ' ' + end(flow.packet.source, flow.packet.source_port) +
                        " > " + end(flow.packet.destination, flow.packet.destination_port) +
                        (flow.answered ? "" : " unanswered") + (flow.direction_guessed ? " guessed" : ""));
  });
  return out;
}

struct Row {
  const char* name;
  Packets packets;
  std::vector<std::string> flows;
};

const Row kRows[] = {
    {"UdpOnAnyPort",
     Packets{}.udp(kInside, 40000, kOutside, 5000),
     {"udp 10.0.0.4:40000 > 203.0.113.10:5000 unanswered"}},
    {"UdpFirstSenderIsTheClientOrNot",
     Packets{}.udp(kInside, 40000, kOutside, 5000).udp(kOutside, 5000, kInside, 40000),
     {"udp 10.0.0.4:40000 > 203.0.113.10:5000 guessed"}},
    // The answer comes first, as where a capture begins late.
    {"UdpServerByItsSystemPort",
     Packets{}.udp(kOutside, 53, kInside, 40000).udp(kInside, 40000, kOutside, 53),
     {"udp 10.0.0.4:40000 > 203.0.113.10:53"}},
    {"TcpBySyn",
     Packets{}.tcp(kOutside, 50000, kInside, 8080, 0x02).tcp(kInside, 8080, kOutside, 50000, 0x12),
     {"tcp 203.0.113.10:50000 > 10.0.0.4:8080"}},
    {"TcpRefused",
     Packets{}.tcp(kOutside, 50000, kInside, 8080, 0x02).tcp(kInside, 8080, kOutside, 50000, 0x14),
     {"tcp 203.0.113.10:50000 > 10.0.0.4:8080 unanswered"}},
    {"TcpMidStreamByTheSystemPort",
     Packets{}.tcp(kInside, 443, kOutside, 50000, 0x10),
     {"tcp 203.0.113.10:50000 > 10.0.0.4:443 guessed"}},
    {"PingByItsRequest",
     Packets{}.icmp(kOutside, kInside, 8).icmp(kInside, kOutside, 0),
     {"icmp 203.0.113.10 > 10.0.0.4"}},
    {"PingByItsReply", Packets{}.icmp(kInside, kOutside, 0), {"icmp 203.0.113.10 > 10.0.0.4"}},
    // An ICMP error belongs to the flow that it quotes.
    {"IcmpErrorIsNoFlow",
     Packets{}
         .udp(kInside, 40000, kOutside, 5000)
         .icmp(kOutside, kInside, 3,
               big(0, 4) + big(0x4500001C, 4) + big(0, 4) + big(0x40110000, 4) + big(kInside, 4) + big(kOutside, 4) +
                   big(40000, 2) + big(5000, 2) + big(8, 2) + big(0, 2)),
     {"udp 10.0.0.4:40000 > 203.0.113.10:5000 unanswered"}},
    {"OtherProtocolsByTheFirstSender",
     Packets{}.ip(kInside, kOutside, 50, big(1, 8)).ip(kOutside, kInside, 50, big(2, 8)),
     {"esp 10.0.0.4 > 203.0.113.10 guessed"}},
};

class CapturedFlows : public testing::TestWithParam<Row> {};

TEST_P(CapturedFlows, Are) {
  const Read got = read(GetParam().packets.bytes());
  EXPECT_EQ(got.flows, GetParam().flows);
  EXPECT_TRUE(got.totals.damage.empty());
}

INSTANTIATE_TEST_SUITE_P(ConversationReader, CapturedFlows, testing::ValuesIn(kRows),
                         [](const testing::TestParamInfo<Row>& row) { return std::string{row.param.name}; });

TEST(ConversationReader, SaysWhatItsBoundsCost) {
  Packets packets;
  for (std::uint32_t host = 0; host < 4; ++host)
    packets.icmp(kOutside + host, kInside, 8).udp(kOutside + host, 40000, kInside, 5000);
  const Read all = read(packets.bytes());
  EXPECT_EQ(all.flows.size(), 8U);
  EXPECT_EQ(all.totals.handed_out_early + all.totals.dropped, 0U);
  const Read few = read(packets.bytes(), 3);
  EXPECT_EQ(few.flows.size(), 7U);
  EXPECT_EQ(few.totals.handed_out_early, 1U);
  EXPECT_EQ(few.totals.dropped, 1U);
}

TEST(ConversationReader, GivesTimesInMilliseconds) {
  std::istringstream in{Packets{}.icmp(kOutside, kInside, 8).icmp(kInside, kOutside, 0).bytes()};
  std::optional<CapturedFlow> seen;
  const auto totals = read_conversations("-", in, {}, [&](const CapturedFlow& flow) { seen = flow; });
  ASSERT_TRUE(seen);
  EXPECT_EQ(totals.packets, 2U);
  EXPECT_EQ(seen->first, 1'780'272'000'500);
  EXPECT_EQ(seen->last, 1'780'272'001'500);
}

}  // namespace
}  // namespace nsgcheck::io::conversation_reader_test
