// SPDX-License-Identifier: Apache-2.0
// Packets of connections whose beginnings are settled, the most of any capture, go a short way; it counts as adding up
// does.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <random>

#include "tests/flow/conversation.hpp"

namespace nsgcheck::flow::settled_test {
namespace {

// The obvious way: sums, and the longest silence so far.
struct Sums {
  std::uint64_t last_frame{};
  std::int64_t last_time{}, idle{-1};
  std::uint64_t idle_before{}, idle_after{};
  std::array<std::uint32_t, 2> packets{}, bytes{}, sent{};  // by side

  void add(std::uint64_t frame, std::int64_t time, std::size_t side, std::uint32_t offset, std::uint32_t length) {
    if (last_frame != 0 && std::max<std::int64_t>(time - last_time, 0) > idle) {
      idle = std::max<std::int64_t>(time - last_time, 0);
      idle_before = last_frame;
      idle_after = frame;
    }
    last_time = last_frame == 0 ? time : std::max(last_time, time);
    last_frame = frame;
    ++packets[side];
    bytes[side] += length;
    if (length != 0) sent[side] = std::max(sent[side], offset + length);
  }
};

TEST(Settled, CountsAsAddingUpDoes) {
  constexpr std::uint32_t kFirst = 9;                              // behind what both sides begin with
  constexpr std::array<std::uint32_t, 2> kIsns{0xFFFFFF00, 5000};  // the client's numbers come round
  for (unsigned seed = 0; seed < 200; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random{seed};
    std::vector<Connection> found;
    ConnectionTable table{{.request_length = line_length, .reply_length = line_length},
                          [&](Connection&& connection) { found.push_back(std::move(connection)); }};
    Sums sums;
    std::uint64_t frame = 0;
    std::int64_t time = 1'000'000'000;
    const auto send = [&](std::size_t side, std::string_view flags, std::uint32_t offset, std::string_view payload) {
      wire::Packet packet;
      packet.tuple = side == 0 ? kToServer : reply_to(kToServer);
      const std::uint32_t sequence = flags[0] == 'S' ? kIsns.at(side) : kIsns.at(side) + 1 + offset;
      packet.tcp = tcp_header(flags, sequence, kIsns.at(1 - side) + 1);
      packet.payload = bytes_of(payload);
      packet.payload_length = static_cast<std::uint32_t>(payload.size());
      table.add(++frame, time, packet);
      sums.add(frame, time, side, offset, packet.payload_length);
    };
    send(0, "S", 0, "");
    send(1, "SA", 0, "");
    send(0, "A", 0, "");
    send(0, "PA", 0, "hello\n");
    send(1, "PA", 0, "welcome\n");
    const std::string_view kPayload = "0123456789012345678901234567890123456789";
    for (int i = 0; i < 100; ++i) {
      time += static_cast<std::int64_t>(random() % 5'000) - 1'000;
      const std::size_t side = random() % 2;
      const std::uint32_t next = std::max(sums.sent.at(side), kFirst);
      const auto kind = random() % 8;
      // Behind all others, at times with a gap, or once more.
      const auto up_to = [&](std::uint32_t most) { return static_cast<std::uint32_t>(random() % most); };
      const std::uint32_t offset = kind == 0 ? next + up_to(100) : kind == 1 ? kFirst + up_to(next - kFirst + 1) : next;
      send(side, random() % 4 == 0 ? "PA" : "A", offset,
           kPayload.substr(0, random() % 3 == 0 ? 0 : 1 + random() % kPayload.size()));
    }
    table.finish();
    ASSERT_EQ(found.size(), 1U);
    const Connection& c = found.front();
    EXPECT_EQ(c.client_packets, sums.packets[0]);
    EXPECT_EQ(c.server_packets, sums.packets[1]);
    EXPECT_EQ(c.request.payload_bytes, sums.bytes[0]);
    EXPECT_EQ(c.reply.payload_bytes, sums.bytes[1]);
    EXPECT_EQ(c.request.sent, sums.sent[0]);
    EXPECT_EQ(c.reply.sent, sums.sent[1]);
    EXPECT_EQ(c.last_frame, sums.last_frame);
    EXPECT_EQ(c.last_time, sums.last_time);
    ASSERT_TRUE(c.longest_idle);
    EXPECT_EQ(c.longest_idle->nanoseconds, sums.idle);
    EXPECT_EQ(c.longest_idle->before, sums.idle_before);
    EXPECT_EQ(c.longest_idle->after, sums.idle_after);
    EXPECT_EQ(text_of(c.request.bytes), "hello\n");
    EXPECT_EQ(text_of(c.reply.bytes), "welcome\n");
    EXPECT_EQ(c.request_complete, 4U);
    EXPECT_FALSE(c.request.ambiguous_overlap);
  }
}

}  // namespace
}  // namespace nsgcheck::flow::settled_test
