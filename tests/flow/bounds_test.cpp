// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <random>

#include "tests/flow/conversation.hpp"

namespace nsgcheck::flow::bounds_test {
namespace {

#ifdef NSGCHECK_SANITIZED
constexpr bool kMemoryIsOurs = false;
#else
constexpr bool kMemoryIsOurs = true;
#endif

constexpr std::uint32_t kMillion = 1'000'000;

std::size_t resident_bytes() {
  std::ifstream statm{"/proc/self/statm"};
  std::size_t total = 0;
  std::size_t resident = 0;
  statm >> total >> resident;
  return resident * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

net::FiveTuple from_client(std::uint32_t number) {
  net::FiveTuple tuple = kToServer;
  tuple.source = net::Ipv4{number};
  return tuple;
}

struct Flood {
  explicit Flood(TableOptions options) : table{std::move(options), [this](Connection&& c) { take(std::move(c)); }} {}
  void take(Connection&& connection) {
    ++handed_out;
    last = std::move(connection);
  }
  void send(const net::FiveTuple& tuple, std::string_view flags, std::uint32_t sequence, std::uint32_t acknowledgment,
            std::string_view payload = {}) {
    wire::Packet packet;
    packet.tuple = tuple;
    packet.tcp = tcp_header(flags, sequence, acknowledgment);
    packet.payload = bytes_of(payload);
    packet.payload_length = static_cast<std::uint32_t>(payload.size());
    table.add(++frame, 0, packet);
  }
  void connect(std::uint32_t number, std::string_view request) {
    const net::FiveTuple tuple = from_client(number);
    send(tuple, "S", 1000, 0);
    send(reply_to(tuple), "SA", 5000, 1001);
    send(tuple, "A", 1001, 5001);
    if (!request.empty()) send(tuple, "PA", 1001, 5001, request);
  }

  std::uint64_t frame{}, handed_out{};
  Connection last;
  ConnectionTable table;
};

TEST(Memory, OfAMillionSynsIsUnder150BytesEach) {
  if (!kMemoryIsOurs) GTEST_SKIP() << "a sanitizer's memory is not ours";
  const std::size_t before = resident_bytes();
  Flood flood{{}};
  for (std::uint32_t i = 0; i < kMillion; ++i) flood.send(from_client(i), "S", i, 0);
  const std::size_t used = resident_bytes() - before;
  RecordProperty("bytes", std::to_string(used));
  EXPECT_EQ(flood.table.statistics().most_held, kMillion);
  EXPECT_LT(used / kMillion, 150);
}

TEST(Memory, OfAMillionDecidedConnectionsIsUnder200Megabytes) {
  if (!kMemoryIsOurs) GTEST_SKIP() << "a sanitizer's memory is not ours";
  const std::size_t before = resident_bytes();
  Flood flood{{.request_length = line_length, .reply_length = line_length}};
  for (std::uint32_t i = 0; i < kMillion; ++i) {
    flood.connect(i, i % 2 == 0 ? "Cookie: mstshash=WebRole1#WebRole1_IN_0\r\n" : "Cookie: mstshash=alice\r\n");
    flood.send(reply_to(from_client(i)), "PA", 5001, 1042, "welcome\n");
  }
  const std::size_t used = resident_bytes() - before;
  RecordProperty("bytes", std::to_string(used));
  EXPECT_EQ(flood.table.statistics().most_held, kMillion);
  EXPECT_EQ(flood.handed_out, 0);
  EXPECT_LE(used, 200'000'000);
}

TEST(Bound, OnConnectionsEvictsTheOldestHalfOpenAndCountsIt) {
  Flood flood{{.max_connections = 100}};
  flood.connect(1000, "hello");
  for (std::uint32_t i = 0; i < 150; ++i) flood.send(from_client(i), "S", i, 0);
  TableStatistics statistics = flood.table.statistics();
  EXPECT_EQ(statistics.half_open_evicted, 51);
  EXPECT_EQ(statistics.open_evicted, 0);
  EXPECT_EQ(statistics.closed_evicted, 0);
  EXPECT_EQ(statistics.most_held, 100);
  EXPECT_EQ(flood.handed_out, 51);
  EXPECT_EQ(flood.last.client, net::IpAddress{net::Ipv4{50}});
  EXPECT_EQ(flood.last.handshake, Handshake::SynOnly);
  flood.table.finish();
  statistics = flood.table.statistics();
  EXPECT_EQ(flood.handed_out, statistics.connections);
  EXPECT_EQ(statistics.connections, 151);
}

TEST(Bound, OnConnectionsTakesClosedOnesFirst) {
  Flood flood{{.max_connections = 2}};
  flood.send(from_client(1), "S", 1, 0);
  flood.connect(2, "hello");
  flood.send(from_client(2), "R", 1006, 0);
  flood.send(from_client(3), "S", 1, 0);
  EXPECT_EQ(flood.table.statistics().closed_evicted, 1);
  EXPECT_EQ(flood.table.statistics().half_open_evicted, 0);
  EXPECT_EQ(flood.last.client, net::IpAddress{net::Ipv4{2}});
}

TEST(Bound, OnConnectionsTakesOpenOnesLast) {
  Flood flood{{.max_connections = 2}};
  for (std::uint32_t i = 1; i <= 3; ++i) flood.connect(i, "hello");
  EXPECT_EQ(flood.table.statistics().open_evicted, 1);
  EXPECT_EQ(flood.last.client, net::IpAddress{net::Ipv4{1}});
  EXPECT_EQ(text_of(flood.last.request.bytes), "hello");
}

TEST(Bound, OnBytesDropsTheLongestUndecidedRequestAndCountsIt) {
  Flood flood{{.request_length = line_length, .max_prefix_bytes = 64 << 10}};
  const std::string half(2000, 'x');
  for (std::uint32_t i = 0; i < 100; ++i) flood.connect(i, half);
  const std::uint64_t dropped = flood.table.statistics().prefixes_dropped;
  // 64 KiB hold at most 32 of 2,000 bytes.
  EXPECT_GE(dropped, 68);
  EXPECT_LE(dropped, 80);
  EXPECT_EQ(flood.table.statistics().open_evicted, 0);
  std::uint64_t seen = 0;
  std::uint64_t empty = 0;
  ConnectionTable table{{.request_length = line_length, .max_prefix_bytes = 64 << 10}, [&](Connection&& c) {
                          ++seen;
                          if (c.request.dropped) ++empty;
                          EXPECT_EQ(c.request.bytes.empty(), c.request.dropped);
                        }};
  for (std::uint32_t i = 0; i < 100; ++i) {
    wire::Packet packet;
    packet.tuple = from_client(i);
    packet.tcp = tcp_header("PA", 1, 1);
    packet.payload = bytes_of(half);
    packet.payload_length = 2000;
    table.add(i + 1, 0, packet);
  }
  table.finish();
  EXPECT_EQ(seen, 100);
  EXPECT_EQ(empty, dropped);
}

TEST(Bound, OnBytesHandsOutConnectionsWhenAllAreDecided) {
  Flood flood{{.request_length = line_length, .max_prefix_bytes = 10'000}};
  for (std::uint32_t i = 0; i < 100; ++i) flood.connect(i, "request " + std::to_string(i) + "\n");
  const TableStatistics statistics = flood.table.statistics();
  EXPECT_GT(statistics.open_evicted, 0);
  EXPECT_EQ(statistics.prefixes_dropped, 0);
  EXPECT_EQ(flood.handed_out, statistics.open_evicted);
  EXPECT_EQ(text_of(flood.last.request.bytes), "request " + std::to_string(flood.handed_out - 1) + "\n");
}

TEST(Linger, HandsOutAClosedConnectionAfterIt) {
  Conversation conversation{{.linger_nanoseconds = 10'000'000'000}};
  conversation.handshake().client("R", 1001).after(9'000'000'000).client("R", 1001);
  EXPECT_TRUE(conversation.done().empty());
  net::FiveTuple other = kToServer;
  other.protocol = net::kUdp;
  conversation.after(11'000'000'000).datagram(other, "x");
  ASSERT_EQ(conversation.done().size(), 1);
  EXPECT_EQ(conversation.done()[0].client_packets, 4);
  EXPECT_EQ(conversation.statistics().closed_evicted, 0);
}

// Connections come and go in random order: the index must find each as long as it lives, and no other.
TEST(Index, KeepsEachConnectionItsOwnPackets) {
  std::uint64_t packets = 0;
  Flood flood{{.max_connections = 300}};
  std::mt19937 random{7};
  std::vector<std::uint32_t> isn(1000, 0);
  std::uint64_t begun = 0;
  for (int i = 0; i < 20000; ++i) {
    const auto number = static_cast<std::uint32_t>(random() % 200);
    const bool fresh = isn[number] == 0 || random() % 4 == 0;
    if (fresh) {
      isn[number] = static_cast<std::uint32_t>(random()) | 1U;
      ++begun;
    }
    flood.send(from_client(number), "S", isn[number], 0);
    ++packets;
  }
  EXPECT_EQ(flood.table.statistics().connections, begun);
  EXPECT_EQ(flood.table.statistics().packets, packets);
  EXPECT_EQ(flood.table.statistics().half_open_evicted, 0);
  flood.table.finish();
  EXPECT_EQ(flood.handed_out, begun);
}

TEST(HashKey, ChangesNoResult) {
  std::vector<std::vector<std::uint64_t>> orders;
  for (const std::uint64_t key : {0ULL, 1ULL, 0xFFFFFFFFFFFFFFFFULL}) {
    std::vector<std::uint64_t> order;
    ConnectionTable table{{.max_connections = 20, .hash_key = key},
                          [&](Connection&& c) { order.push_back(c.first_frame); }};
    for (std::uint32_t i = 0; i < 60; ++i) {
      wire::Packet packet;
      packet.tuple = from_client(i * i % 37);
      packet.tcp = tcp_header(i % 2 == 0 ? "S" : "A", i, 0);
      table.add(i + 1, 0, packet);
    }
    table.finish();
    orders.push_back(order);
  }
  EXPECT_EQ(orders[0], orders[1]);
  EXPECT_EQ(orders[0], orders[2]);
  EXPECT_FALSE(orders[0].empty());
}

}  // namespace
}  // namespace nsgcheck::flow::bounds_test
