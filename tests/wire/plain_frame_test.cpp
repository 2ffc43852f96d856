// SPDX-License-Identifier: Apache-2.0
#include "simulator/wire/plain_frame.hpp"

#include <gtest/gtest.h>

#include <random>

#include "tests/wire/bytes_of.hpp"

namespace nsgcheck::wire::testing::plain_frame_test {
namespace {

const std::string kMacs = "020000000001 020000000002 0800";
const std::string kTcpFrame = kMacs + "45 00 002d 0001 0000 40 06 0000 cb00710a c6336414" +
                              "c351 0d3d 01020304 0a0b0c0d 50 18 2000 0000 0000 68656c6c6f";
const std::string kUdpFrame =
    kMacs + "45 00 0021 0001 4000 40 11 0000 cb00710a c6336414" + "c351 0d3d 000d 0000" + "68656c6c6f 000000000000";

void expect_same(const PlainPacket& plain, const Packet& slow) {
  const net::FiveTuple tuple{plain.udp ? net::kUdp : net::kTcp, net::Ipv4{plain.source}, plain.source_port,
                             net::Ipv4{plain.destination}, plain.destination_port};
  EXPECT_EQ(tuple, slow.tuple);
  EXPECT_FALSE(slow.icmp_about);
  ASSERT_EQ(!plain.udp, slow.tcp.has_value());
  if (slow.tcp) {
    EXPECT_EQ(plain.sequence, slow.tcp->sequence);
    EXPECT_EQ(plain.acknowledgment, slow.tcp->acknowledgment);
    EXPECT_EQ((plain.flags & kSyn) != 0, slow.tcp->syn);
    EXPECT_EQ((plain.flags & kAck) != 0, slow.tcp->ack);
    EXPECT_EQ((plain.flags & kFin) != 0, slow.tcp->fin);
    EXPECT_EQ((plain.flags & kRst) != 0, slow.tcp->rst);
    EXPECT_EQ((plain.flags & kPsh) != 0, slow.tcp->psh);
  }
  EXPECT_EQ(plain.payload.data(), slow.payload.data());
  EXPECT_EQ(plain.payload.size(), slow.payload.size());
  EXPECT_EQ(plain.payload_length, slow.payload_length);
}

// What an earlier packet left behind must not show.
PlainPacket used_packet() { return {1, 2, 3, 4, true, 0xFF, 5, 6, {}, 9}; }

TEST(PlainFrame, TakesOrdinaryTcpAndUdp) {
  for (const std::string& hex : {kTcpFrame, kUdpFrame}) {
    SCOPED_TRACE(hex);
    const Bytes frame = from_hex(hex);
    PlainPacket packet = used_packet();
    ASSERT_TRUE(decode_plain_frame(LinkType::Ethernet, frame, packet));
    const auto slow = decode_frame(LinkType::Ethernet, frame);
    ASSERT_TRUE(slow);
    expect_same(packet, *slow);
    EXPECT_EQ(packet.payload_length, 5);
  }
}

TEST(PlainFrame, LeavesTheRest) {
  struct Row {
    const char* name;
    std::size_t at;
    int value;
  };
  for (const Row& row : {Row{"VLAN tag", 12, 0x81}, Row{"IPv6", 12, 0x86}, Row{"IP options", 14, 0x46},
                         Row{"more fragments", 20, 0x20}, Row{"a later fragment", 21, 1}, Row{"ICMP", 23, 1}}) {
    SCOPED_TRACE(row.name);
    Bytes frame = from_hex(kTcpFrame);
    frame[row.at] = static_cast<std::byte>(row.value);
    PlainPacket packet;
    EXPECT_FALSE(decode_plain_frame(LinkType::Ethernet, frame, packet));
  }
  PlainPacket packet;
  EXPECT_FALSE(decode_plain_frame(LinkType::LinuxSll, from_hex(kTcpFrame), packet));
}

// Frames with some bytes changed and some cut off: what is taken is read as decode_frame() reads it.
TEST(PlainFrame, AgreesWithDecodeFrameWhateverTheBytes) {
  std::mt19937 random{11};
  std::size_t taken = 0;
  std::size_t refused = 0;
  for (int i = 0; i < 200'000; ++i) {
    Bytes frame = from_hex(i % 2 == 0 ? kTcpFrame : kUdpFrame);
    for (auto changes = random() % 3; changes > 0; --changes)
      frame[12 + random() % (frame.size() - 12)] = static_cast<std::byte>(random());
    if (random() % 4 == 0) frame.resize(random() % (frame.size() + 1));
    PlainPacket packet = used_packet();
    if (!decode_plain_frame(LinkType::Ethernet, frame, packet)) {
      ++refused;
      continue;
    }
    ++taken;
    const auto slow = decode_frame(LinkType::Ethernet, frame);
    ASSERT_TRUE(slow) << slow.error().what;
    expect_same(packet, *slow);
    if (::testing::Test::HasFailure()) return;
  }
  EXPECT_GT(taken, 50'000U);
  EXPECT_GT(refused, 20'000U);
}

}  // namespace
}  // namespace nsgcheck::wire::testing::plain_frame_test
