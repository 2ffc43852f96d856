// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/flow/conversation.hpp"

namespace nsgcheck::flow::evidence_test {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kStep = 1'000'000;  // between two packets of a Conversation

TEST(Evidence, NamesTheFrames) {
  Conversation conversation{{.request_length = line_length}};
  conversation.handshake();                      // 1 2 3
  conversation.client("PA", 1001, 5001, "hel");  // 4
  conversation.after(100 * kSecond);
  conversation.client("PA", 1004, 5001, "lo\n");     // 5
  conversation.server("PA", 5001, 1007, "welcome");  // 6
  conversation.after(3 * kSecond);
  conversation.server("FA", 5008, 1007);  // 7
  conversation.client("RA", 1007, 5009);  // 8
  conversation.client("FA", 1007, 5009);  // 9
  const auto connections = conversation.finish();
  ASSERT_EQ(connections.size(), 1);
  const Connection& c = connections[0];
  EXPECT_EQ(c.protocol, net::kTcp);
  EXPECT_EQ(c.client, net::IpAddress{net::Ipv4{0xCB00710A}});
  EXPECT_EQ(c.server, net::IpAddress{net::Ipv4{0xC6336414}});
  EXPECT_EQ(c.first_frame, 1);
  EXPECT_EQ(c.last_frame, 9);
  EXPECT_EQ(c.syn, 1);
  EXPECT_EQ(c.syn_ack, 2);
  EXPECT_EQ(c.first_payload, 4);
  EXPECT_EQ(c.request_complete, 5);
  EXPECT_EQ(c.first_fin, (SentFrame{7, Side::Server}));
  EXPECT_EQ(c.first_rst, (SentFrame{8, Side::Client}));
  EXPECT_EQ(c.icmp_error, std::nullopt);
  EXPECT_EQ(c.client_packets, 6);
  EXPECT_EQ(c.server_packets, 3);
  EXPECT_EQ(c.request.payload_bytes, 6);
  EXPECT_EQ(c.reply.payload_bytes, 7);
  EXPECT_EQ(c.first_time, kStep);
  EXPECT_EQ(c.last_time, 9 * kStep + 103 * kSecond);
  ASSERT_TRUE(c.longest_idle);
  EXPECT_EQ(c.longest_idle->nanoseconds, 100 * kSecond + kStep);
  EXPECT_EQ(c.longest_idle->before, 4);
  EXPECT_EQ(c.longest_idle->after, 5);
}

TEST(Evidence, OnePacketHasNoIdleGap) {
  const auto connections = Conversation{}.client("S", 1000).finish();
  ASSERT_EQ(connections.size(), 1);
  EXPECT_FALSE(connections[0].longest_idle);
  EXPECT_EQ(connections[0].syn, 1);
  EXPECT_EQ(connections[0].first_frame, 1);
  EXPECT_EQ(connections[0].last_frame, 1);
}

TEST(Evidence, TimeThatRunsBackwardsIsNoGap) {
  const auto connections =
      Conversation{}.client("S", 1000).after(-5 * kSecond).client("S", 1000).client("S", 1000).finish();
  ASSERT_EQ(connections.size(), 1);
  ASSERT_TRUE(connections[0].longest_idle);
  EXPECT_EQ(connections[0].longest_idle->nanoseconds, 0);
  EXPECT_EQ(connections[0].last_time, kStep);
}

TEST(Evidence, IcmpErrorIsNamed) {
  const auto connections = Conversation{}.client("S", 1000).icmp_about(kToServer).icmp_about(kToServer).finish();
  ASSERT_EQ(connections.size(), 1);
  EXPECT_EQ(connections[0].icmp_error, 2);
}

TEST(Connections, OfBothFamiliesAndEqualBitsStayApart) {
  net::FiveTuple v6 = kToServer;
  // ::ffff:203.0.113.10 and ::ffff:198.51.100.20, the IPv6 spelling of the other two.
  v6.source = net::Ipv6{net::Bits128{0xFFFFCB00710A}};
  v6.destination = net::Ipv6{net::Bits128{0xFFFFC6336414}};
  std::vector<Connection> got;
  ConnectionTable table{{}, [&](Connection&& c) { got.push_back(std::move(c)); }};
  for (const net::FiveTuple& tuple : {kToServer, v6}) {
    wire::Packet packet;
    packet.tuple = tuple;
    packet.tcp = tcp_header("S", 1, 0);
    table.add(1, 1, packet);
  }
  table.finish();
  ASSERT_EQ(got.size(), 2);
  EXPECT_EQ(got[0].client, kToServer.source);
  EXPECT_EQ(got[1].client, v6.source);
  EXPECT_EQ(got[1].server, v6.destination);
}

TEST(Connections, ComeInTheOrderOfTheirFirstFrames) {
  std::vector<std::uint64_t> order;
  ConnectionTable table{{}, [&](Connection&& c) { order.push_back(c.first_frame); }};
  for (std::uint64_t frame = 1; frame <= 50; ++frame) {
    wire::Packet packet;
    packet.tuple = kToServer;
    packet.tuple.source_port = static_cast<net::Port>(1000 + frame * 7919 % 50);
    packet.tcp = tcp_header(frame % 3 == 0 ? "A" : "S", 1, 0);
    table.add(frame, 1, packet);
  }
  table.finish();
  ASSERT_EQ(order.size(), 50);
  EXPECT_TRUE(std::is_sorted(order.begin(), order.end()));
}

net::FiveTuple udp(net::Port source, net::Port destination) {
  net::FiveTuple tuple = kToServer;
  tuple.protocol = net::kUdp;
  tuple.source_port = source;
  tuple.destination_port = destination;
  return tuple;
}

TEST(Udp, ConversationsOn3389AreFollowedAndOthersCounted) {
  Conversation conversation;
  conversation.datagram(udp(50000, 3389), "first").datagram(reply_to(udp(50000, 3389)), "answer");
  conversation.datagram(udp(50000, 3389), "second").datagram(udp(50000, 53), "query");
  conversation.icmp_about(udp(50000, 3389));
  EXPECT_EQ(conversation.statistics().untracked, 1);
  const auto connections = conversation.finish();
  ASSERT_EQ(connections.size(), 1);
  const Connection& c = connections[0];
  EXPECT_EQ(c.protocol, net::kUdp);
  EXPECT_EQ(c.handshake, Handshake::None);
  EXPECT_EQ(c.direction, DirectionSource::Port);
  EXPECT_EQ(text_of(c.request.bytes), "first");
  EXPECT_EQ(text_of(c.reply.bytes), "answer");
  EXPECT_EQ(c.client_packets, 2);
  EXPECT_EQ(c.server_packets, 1);
  EXPECT_EQ(c.icmp_error, 5);
}

TEST(Udp, ServerMaySpeakFirst) {
  const auto connections = Conversation{}.datagram(udp(3389, 50000), "late").finish();
  ASSERT_EQ(connections.size(), 1);
  EXPECT_EQ(connections[0].server_port, 3389);
  EXPECT_EQ(text_of(connections[0].reply.bytes), "late");
  EXPECT_TRUE(connections[0].request.bytes.empty());
}

TEST(OtherProtocols, AreCounted) {
  Conversation conversation;
  wire::Packet packet;
  packet.tuple = {net::kEsp, net::Ipv4{1}, 0, net::Ipv4{2}, 0};
  conversation.add(packet).icmp_about(kToServer);
  EXPECT_EQ(conversation.statistics().untracked, 2);
  EXPECT_TRUE(conversation.finish().empty());
}

}  // namespace
}  // namespace nsgcheck::flow::evidence_test
