// SPDX-License-Identifier: Apache-2.0
#include "simulator/wire/plain_frame.hpp"

#include <gtest/gtest.h>

#include <random>

#include "tests/wire/bytes_of.hpp"

namespace nsgcheck::wire::testing {
namespace {

const std::string kMacs = "020000000001 020000000002 0800";
const std::string kTcpFrame = kMacs + "45 00 002d 0001 0000 40 06 0000 cb00710a c6336414" +
                              "c351 0d3d 01020304 0a0b0c0d 50 18 2000 0000 0000 68656c6c6f";
const std::string kUdpFrame =
    kMacs + "45 00 0021 0001 4000 40 11 0000 cb00710a c6336414" + "c351 0d3d 000d 0000" + "68656c6c6f 000000000000";

void expect_same(const Packet& plain, const Packet& slow) {
  EXPECT_EQ(plain.tuple, slow.tuple);
  EXPECT_EQ(plain.icmp_about, slow.icmp_about);
  ASSERT_EQ(plain.tcp.has_value(), slow.tcp.has_value());
  if (plain.tcp) {
    EXPECT_EQ(plain.tcp->sequence, slow.tcp->sequence);
    EXPECT_EQ(plain.tcp->acknowledgment, slow.tcp->acknowledgment);
    EXPECT_EQ(plain.tcp->syn, slow.tcp->syn);
    EXPECT_EQ(plain.tcp->ack, slow.tcp->ack);
    EXPECT_EQ(plain.tcp->fin, slow.tcp->fin);
    EXPECT_EQ(plain.tcp->rst, slow.tcp->rst);
    EXPECT_EQ(plain.tcp->psh, slow.tcp->psh);
    EXPECT_EQ(plain.tcp->window, slow.tcp->window);
  }
  EXPECT_EQ(plain.payload.data(), slow.payload.data());
  EXPECT_EQ(plain.payload.size(), slow.payload.size());
  EXPECT_EQ(plain.payload_length, slow.payload_length);
}

// What an earlier packet left behind must not show.
Packet used_packet() {
  Packet packet;
  packet.tcp = TcpHeader{1, 2, true, true, true, true, true, 3};
  packet.icmp_about = net::FiveTuple{};
  packet.payload_length = 9;
  return packet;
}

TEST(PlainFrame, TakesOrdinaryTcpAndUdp) {
  for (const std::string& hex : {kTcpFrame, kUdpFrame}) {
    SCOPED_TRACE(hex);
    const Bytes frame = from_hex(hex);
    Packet packet = used_packet();
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
    Packet packet;
    EXPECT_FALSE(decode_plain_frame(LinkType::Ethernet, frame, packet));
  }
  Packet packet;
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
    Packet packet = used_packet();
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
}  // namespace nsgcheck::wire::testing
