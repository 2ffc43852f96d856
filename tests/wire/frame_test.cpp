// SPDX-License-Identifier: Apache-2.0
#include "simulator/wire/frame.hpp"

#include <gtest/gtest.h>

#include "simulator/wire/bytes.hpp"
#include "tests/wire/bytes_of.hpp"

namespace nsgcheck::wire::testing::frame_test {
namespace {

// 203.0.113.10:50001 > 198.51.100.20:3389, PSH+ACK, sequence 0x01020304, payload "hello".
const std::string kTcp = "c351 0d3d 01020304 0a0b0c0d 50 18 2000 0000 0000";
const std::string kHello = "68656c6c6f";
const std::string kIpv4 = "45 00 002d 0001 0000 40 06 0000 cb00710a c6336414";
const std::string kIpv6Addresses = "20010db8 01130000 00000000 00000010 20010db8 01980000 00000000 00000020";
const std::string kMacs = "020000000001 020000000002";

struct LinkRow {
  const char* name;
  LinkType type;
  std::string header;
};

void PrintTo(const LinkRow& row, std::ostream* out) { *out << row.name; }

class LinkLayer : public ::testing::TestWithParam<LinkRow> {};

TEST_P(LinkLayer, LeadsToTheSamePacket) {
  const Bytes frame = from_hex(GetParam().header + kIpv4 + kTcp + kHello);
  const auto packet = decode_frame(GetParam().type, frame);
  ASSERT_TRUE(packet) << packet.error().what;
  EXPECT_EQ(packet->tuple, (net::FiveTuple{net::kTcp, *net::parse_address("203.0.113.10"), 50001,
                                           *net::parse_address("198.51.100.20"), 3389}));
  ASSERT_TRUE(packet->tcp);
  EXPECT_EQ(packet->tcp->sequence, 0x01020304U);
  EXPECT_EQ(packet->tcp->acknowledgment, 0x0a0b0c0dU);
  EXPECT_TRUE(packet->tcp->psh && packet->tcp->ack);
  EXPECT_FALSE(packet->tcp->syn || packet->tcp->fin || packet->tcp->rst);
  EXPECT_EQ(packet->tcp->window, 0x2000);
  EXPECT_EQ(as_text(packet->payload), "hello");
  EXPECT_EQ(packet->payload_length, 5U);
}

TEST_P(LinkLayer, FailsInsideTheFrameWhereverItIsCut) {
  const Bytes frame = from_hex(GetParam().header + kIpv4 + kTcp + kHello);
  const std::size_t headers = frame.size() - 5;
  for (std::size_t size = 0; size < frame.size(); ++size) {
    SCOPED_TRACE(size);
    const auto packet = decode_frame(GetParam().type, std::span{frame}.first(size));
    ASSERT_EQ(packet.has_value(), size >= headers);
    if (packet) {
      EXPECT_EQ(packet->payload.size(), size - headers);
      EXPECT_EQ(packet->payload_length, 5U);
    } else {
      EXPECT_EQ(packet.error().kind, FrameFault::Kind::Truncated);
      EXPECT_LE(packet.error().offset, size);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    All, LinkLayer,
    ::testing::Values(LinkRow{"Ethernet", LinkType::Ethernet, kMacs + "0800"},
                      LinkRow{"Vlan", LinkType::Ethernet, kMacs + "8100 0064 0800"},
                      LinkRow{"QinQ", LinkType::Ethernet, kMacs + "88a8 0064 8100 0065 0800"},
                      LinkRow{"OldQinQ", LinkType::Ethernet, kMacs + "9100 0064 9100 0065 8100 0066 0800"},
                      LinkRow{"Sll", LinkType::LinuxSll, "0000 0001 0006 0200000000010000 0800"},
                      LinkRow{"SllVlan", LinkType::LinuxSll, "0000 0001 0006 0200000000010000 8100 0064 0800"},
                      LinkRow{"Sll2", LinkType::LinuxSll2, "0800 0000 00000002 0001 00 06 0200000000010000"},
                      LinkRow{"RawIp", LinkType::RawIp, ""}, LinkRow{"RawIp12", LinkType::RawIp12, ""},
                      LinkRow{"RawIp4", LinkType::RawIp4, ""}, LinkRow{"NullLittle", LinkType::Null, "02000000"},
                      LinkRow{"NullBig", LinkType::Null, "00000002"}, LinkRow{"Loop", LinkType::Loop, "00000002"}),
    [](const auto& row) { return row.param.name; });

TEST(Frame, KnowsEveryLoopbackNumberOfIpv6) {
  for (const std::string family : {"18000000", "1c000000", "1e000000", "0a000000", "00000018", "0000001e"}) {
    SCOPED_TRACE(family);
    const Bytes frame = from_hex(family + "60000000 0019 06 40" + kIpv6Addresses + kTcp + kHello);
    const auto packet = decode_frame(LinkType::Null, frame);
    ASSERT_TRUE(packet) << packet.error().what;
    EXPECT_EQ(net::to_string(packet->tuple.source), "2001:db8:113::10");
    EXPECT_EQ(as_text(packet->payload), "hello");
  }
}

TEST(Frame, NamesLinkTypesAsLibpcapDoes) {
  EXPECT_EQ(link_type(1), LinkType::Ethernet);
  EXPECT_EQ(link_type(276), LinkType::LinuxSll2);
  EXPECT_FALSE(link_type(147)) << "DLT_USER0 has no meaning of its own";
  EXPECT_FALSE(link_type(-1));
  EXPECT_EQ(name(LinkType::Ethernet), "EN10MB");
  EXPECT_EQ(name(LinkType::RawIp), "RAW");
  EXPECT_EQ(name(LinkType::LinuxSll2), "LINUX_SLL2");
}

struct PayloadRow {
  const char* name;
  LinkType type;
  std::string frame;
  std::string payload;
  std::uint32_t length;
};

void PrintTo(const PayloadRow& row, std::ostream* out) { *out << row.name; }

class PayloadOf : public ::testing::TestWithParam<PayloadRow> {};

TEST_P(PayloadOf, EndsWhereTheIpHeaderSays) {
  const Bytes frame = from_hex(GetParam().frame);
  const auto packet = decode_frame(GetParam().type, frame);
  ASSERT_TRUE(packet) << packet.error().what;
  EXPECT_EQ(as_text(packet->payload), GetParam().payload);
  EXPECT_EQ(packet->payload_length, GetParam().length);
}

INSTANTIATE_TEST_SUITE_P(
    All, PayloadOf,
    ::testing::Values(
        PayloadRow{"EthernetPadding", LinkType::Ethernet, kMacs + "0800" + kIpv4 + kTcp + kHello + "000000000000",
                   "hello", 5},
        PayloadRow{"NoPayloadButPadding", LinkType::Ethernet,
                   kMacs + "0800 45 00 0028 0001 0000 40 06 0000 cb00710a c6336414" + kTcp + "000000000000", "", 0},
        PayloadRow{"IpOptions", LinkType::RawIp,
                   "46 00 0031 0001 0000 40 06 0000 cb00710a c6336414 01010100" + kTcp + kHello, "hello", 5},
        PayloadRow{"TcpOptions", LinkType::RawIp,
                   "45 00 0031 0001 0000 40 06 0000 cb00710a c6336414"
                   "c351 0d3d 01020304 0a0b0c0d 60 18 2000 0000 0000 01010100" +
                       kHello,
                   "hello", 5},
        PayloadRow{"OffloadLengthZero", LinkType::RawIp,
                   "45 00 0000 0001 0000 40 06 0000 cb00710a c6336414" + kTcp + kHello, "hello", 5},
        PayloadRow{"Ipv6LengthZero", LinkType::RawIp, "60000000 0000 06 40" + kIpv6Addresses + kTcp + kHello, "hello",
                   5},
        PayloadRow{"Ipv6Extensions", LinkType::RawIp,
                   "60000000 0041 00 40" + kIpv6Addresses +
                       "3c 00 010400000000"                       // hop-by-hop
                       "2b 00 010400000000"                       // destination options
                       "33 00 000000000000"                       // routing
                       "06 02 0000 00000001 00000001 00000000" +  // AH, 16 bytes
                       kTcp +
                       kHello,
                   "hello", 5},
        PayloadRow{"Ipv6AtomicFragment", LinkType::RawIp,
                   "60000000 0021 2c 40" + kIpv6Addresses + "06 00 0000 00000007" + kTcp + kHello, "hello", 5},
        PayloadRow{"Ipv6AtomicFragmentReservedBits", LinkType::RawIp,
                   "60000000 0021 2c 40" + kIpv6Addresses + "06 00 0006 00000007" + kTcp + kHello, "hello", 5},
        PayloadRow{"Udp", LinkType::RawIp,
                   "45 00 0021 0001 0000 40 11 0000 cb00710a c6336414 c351 0d3d 000d 0000" + kHello, "hello", 5},
        PayloadRow{"UdpShorterThanIp", LinkType::RawIp,
                   "45 00 0021 0001 0000 40 11 0000 cb00710a c6336414 c351 0d3d 000b 0000" + kHello, "hel", 3}),
    [](const auto& row) { return row.param.name; });

struct FaultRow {
  const char* name;
  LinkType type;
  std::string frame;
  FrameFault::Kind kind;
  std::size_t offset;
};

void PrintTo(const FaultRow& row, std::ostream* out) { *out << row.name; }

class FaultOf : public ::testing::TestWithParam<FaultRow> {};

TEST_P(FaultOf, SaysWhere) {
  const Bytes frame = from_hex(GetParam().frame);
  const auto packet = decode_frame(GetParam().type, frame);
  ASSERT_FALSE(packet);
  EXPECT_EQ(packet.error().kind, GetParam().kind) << packet.error().what;
  EXPECT_EQ(packet.error().offset, GetParam().offset) << packet.error().what;
}

using Kind = FrameFault::Kind;
INSTANTIATE_TEST_SUITE_P(
    All, FaultOf,
    ::testing::Values(
        FaultRow{"Arp", LinkType::Ethernet, kMacs + "0806 0001", Kind::NotIp, 14},
        FaultRow{"Llc", LinkType::Ethernet, kMacs + "0026 4242 03", Kind::NotIp, 14},
        FaultRow{"RawVersion5", LinkType::RawIp, "50000000", Kind::NotIp, 0},
        FaultRow{"LoopbackFamily", LinkType::Null, "07000000", Kind::NotIp, 0},
        FaultRow{"NineTags", LinkType::Ethernet,
                 kMacs + "8100 0001 8100 0001 8100 0001 8100 0001 8100 0001 8100 0001 8100 0001 8100 0001 8100 0001 "
                         "0800",
                 Kind::Malformed, 46},
        FaultRow{"VersionDisagrees", LinkType::RawIp4, "6" + kIpv4.substr(1) + kTcp, Kind::Malformed, 0},
        FaultRow{"HeaderLength16", LinkType::RawIp, "44" + kIpv4.substr(2) + kTcp, Kind::Malformed, 0},
        FaultRow{"TotalBelowHeader", LinkType::RawIp, "45 00 0013 0001 0000 40 06 0000 cb00710a c6336414",
                 Kind::Malformed, 2},
        FaultRow{"DataOffset4", LinkType::RawIp, kIpv4 + "c351 0d3d 01020304 0a0b0c0d 40 18 2000 0000 0000" + kHello,
                 Kind::Malformed, 32},
        FaultRow{"DataOffsetBeyond", LinkType::RawIp,
                 kIpv4 + "c351 0d3d 01020304 0a0b0c0d 70 18 2000 0000 0000" + kHello, Kind::Malformed, 32},
        FaultRow{"TcpHeaderInPadding", LinkType::RawIp, "45 00 0020 0001 0000 40 06 0000 cb00710a c6336414" + kTcp,
                 Kind::Malformed, 32},
        FaultRow{"UdpLength7", LinkType::RawIp,
                 "45 00 0021 0001 0000 40 11 0000 cb00710a c6336414 c351 0d3d 0007 0000" + kHello, Kind::Malformed, 24},
        FaultRow{"UdpLengthBeyond", LinkType::RawIp,
                 "45 00 0021 0001 0000 40 11 0000 cb00710a c6336414 c351 0d3d 000e 0000" + kHello, Kind::Malformed, 24},
        FaultRow{"ExtensionBeyondPacket", LinkType::RawIp,
                 "60000000 0008 00 40" + kIpv6Addresses + "06 01 000000000000", Kind::Malformed, 40},
        FaultRow{"FragmentWithoutTable", LinkType::RawIp,
                 "45 00 001c 0001 2000 40 06 0000 cb00710a c6336414 0102030405060708", Kind::Fragment, 20}),
    [](const auto& row) { return row.param.name; });

TEST(Frame, RefusesAnEndlessChainOfExtensionHeaders) {
  std::string chain;
  for (int i = 0; i < 17; ++i) chain += "3c 00 000000000000";
  const Bytes frame = from_hex("60000000 0088 3c 40" + kIpv6Addresses + chain);
  const auto packet = decode_frame(LinkType::RawIp, frame);
  ASSERT_FALSE(packet);
  EXPECT_EQ(packet.error().kind, FrameFault::Kind::Malformed);
  EXPECT_EQ(packet.error().offset, 40U + 16 * 8);
}

TEST(Frame, TellsWhatAnIcmpErrorIsAbout) {
  // 10.0.0.5 says "administratively prohibited" about the first 8 bytes of the TCP segment.
  const Bytes frame =
      from_hex("45 00 0038 0001 0000 40 01 0000 0a000005 cb00710a 03 0d 0000 00000000" + kIpv4 + "c351 0d3d 01020304");
  const auto packet = decode_frame(LinkType::RawIp, frame);
  ASSERT_TRUE(packet) << packet.error().what;
  EXPECT_EQ(packet->tuple.protocol, net::kIcmp);
  ASSERT_TRUE(packet->icmp_about);
  EXPECT_EQ(*packet->icmp_about, (net::FiveTuple{net::kTcp, *net::parse_address("203.0.113.10"), 50001,
                                                 *net::parse_address("198.51.100.20"), 3389}));
}

TEST(Frame, TellsWhatAnIcmpV6ErrorIsAbout) {
  const Bytes frame = from_hex("60000000 0038 3a 40" + kIpv6Addresses + "01 01 0000 00000000" + "60000000 0019 06 40" +
                               kIpv6Addresses + "c351 0d3d 01020304");
  const auto packet = decode_frame(LinkType::RawIp, frame);
  ASSERT_TRUE(packet) << packet.error().what;
  ASSERT_TRUE(packet->icmp_about);
  EXPECT_EQ(packet->icmp_about->destination_port, 3389);
}

TEST(Frame, SeesNoQuoteInAnEcho) {
  const Bytes frame =
      from_hex("45 00 0038 0001 0000 40 01 0000 0a000005 cb00710a 08 00 0000 00010001" + kIpv4 + "c351 0d3d 01020304");
  const auto packet = decode_frame(LinkType::RawIp, frame);
  ASSERT_TRUE(packet);
  EXPECT_FALSE(packet->icmp_about);
}

TEST(Frame, GivesSctpItsPorts) {
  const Bytes frame = from_hex("45 00 0020 0001 0000 40 84 0000 cb00710a c6336414 c351 0d3d 00000000 00000000");
  const auto packet = decode_frame(LinkType::RawIp, frame);
  ASSERT_TRUE(packet);
  EXPECT_EQ(packet->tuple.protocol, net::kSctp);
  EXPECT_EQ(packet->tuple.destination_port, 3389);
}

}  // namespace
}  // namespace nsgcheck::wire::testing::frame_test
