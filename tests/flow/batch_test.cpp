// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <random>
#include <sstream>

#include "tests/flow/conversation.hpp"

namespace nsgcheck::flow::batch_test {
namespace {

std::string shown(const StreamStart& stream) {
  std::ostringstream out;
  out << text_of(stream.bytes) << '|' << stream.sent << ' ' << stream.payload_bytes << ' ' << stream.decided
      << stream.limit_reached << stream.start_assumed << stream.gap << stream.snaplen_cut << stream.split_segments
      << stream.ambiguous_overlap << stream.dropped;
  return out.str();
}

std::string shown(const Connection& c) {
  std::ostringstream out;
  const auto frame = [&](const std::optional<std::uint64_t>& f) { out << ' ' << (f ? *f : 0); };
  const auto sent = [&](const std::optional<SentFrame>& f) {
    out << ' ' << (f ? f->frame : 0) << (f && f->by == Side::Server ? 's' : 'c');
  };
  out << net::to_string(c.protocol) << ' ' << net::to_string(c.client) << ':' << c.client_port << ' '
      << net::to_string(c.server) << ':' << c.server_port << ' ' << static_cast<int>(c.direction) << ' '
      << static_cast<int>(c.handshake) << ' ' << c.simultaneous_open << ' ' << c.first_frame << '-' << c.last_frame
      << ' ' << c.first_time << '-' << c.last_time << ' ' << c.client_packets << '/' << c.server_packets;
  for (const auto& f : {c.syn, c.syn_ack, c.first_payload, c.request_complete, c.icmp_error}) frame(f);
  sent(c.first_rst);
  sent(c.first_fin);
  if (c.longest_idle) out << ' ' << c.longest_idle->nanoseconds << c.longest_idle->before << c.longest_idle->after;
  out << " [" << shown(c.request) << "] " << c.sent_before_reply.value_or(70'000) << " [" << shown(c.reply) << ']';
  return out.str();
}

std::string shown(const TableStatistics& s) {
  std::ostringstream out;
  out << s.packets << ' ' << s.untracked << ' ' << s.connections << ' ' << s.most_held << ' ' << s.half_open_evicted
      << ' ' << s.closed_evicted << ' ' << s.open_evicted << ' ' << s.prefixes_dropped;
  return out.str();
}

const std::string kText = "request line\nmore than one line\nand the rest of it";

struct TimedPacket {
  std::uint64_t frame{};
  std::int64_t time{};
  wire::Packet packet;
};

// Any packet that could belong to one of a few connections: numbers, flags and payloads are drawn, so that segments
// overlap, come twice, out of order, after the end, and from ends that changed sides.
TimedPacket draw(std::mt19937& random, std::uint64_t frame) {
  TimedPacket out;
  out.frame = frame;
  out.time = static_cast<std::int64_t>(frame) * 1'000'000'000 - static_cast<std::int64_t>(random() % 3) * 2'000'000'000;
  net::FiveTuple tuple = kToServer;
  tuple.source = net::Ipv4{0x0A000000 + static_cast<std::uint32_t>(random() % 12)};
  if (random() % 8 == 0) {
    tuple.source = net::Ipv6{random() % 3};
    tuple.destination = net::Ipv6{7};
  }
  const bool to_server = random() % 3 != 0;
  const auto kind = random() % 20;
  if (kind == 0) {
    out.packet.tuple = {net::kIcmp, tuple.destination, 0, tuple.source, 0};
    out.packet.icmp_about = to_server ? tuple : reply_to(tuple);
    return out;
  }
  if (kind <= 3) tuple.protocol = kind == 1 ? net::kSctp : net::kUdp;
  if (kind == 2) tuple.destination_port = 53;
  out.packet.tuple = to_server ? tuple : reply_to(tuple);
  const std::size_t begin = random() % kText.size();
  const std::string_view payload = std::string_view{kText}.substr(begin, random() % 3 == 0 ? 0 : random() % 20);
  out.packet.payload = bytes_of(payload).first(random() % 10 == 0 ? payload.size() / 2 : payload.size());
  out.packet.payload_length = static_cast<std::uint32_t>(payload.size());
  if (kind <= 3) return out;
  static constexpr std::string_view kFlags[]{"S", "SA", "A", "A", "PA", "PA", "PA", "FA", "R"};
  const std::string_view flags = kFlags[random() % std::size(kFlags)];
  const std::uint32_t base = random() % 40 == 0 ? 90'000 : 1000;
  out.packet.tcp = tcp_header(flags, base + (flags[0] == 'S' ? 0U : 1U + static_cast<std::uint32_t>(begin)), base + 1);
  return out;
}

struct Tables {
  std::vector<std::string> found;
  ConnectionTable table;
  explicit Tables(const TableOptions& options)
      : table{options, [this](Connection&& c) { found.push_back(shown(c)); }} {}
  void finish() {
    table.finish();
    found.push_back(shown(table.statistics()));
  }
};

TEST(Batch, GivesWhatOnePacketAtATimeGives) {
  const std::vector<std::pair<std::string, TableOptions>> rows{
      {"wide bounds", {.request_length = line_length, .reply_length = line_length}},
      {"few connections", {.request_length = line_length, .max_connections = 3}},
      {"few bytes", {.request_length = line_length, .request_limit = 30, .max_prefix_bytes = 700}},
      {"connections that end soon", {.linger_nanoseconds = 3'000'000'000}}};
  for (const auto& [name, options] : rows) {
    for (unsigned seed = 0; seed < 60; ++seed) {
      SCOPED_TRACE(name + ", seed " + std::to_string(seed));
      std::mt19937 random{seed};
      Tables single{options};
      Tables batch{options};
      std::vector<TimedPacket> packets;
      for (std::uint64_t frame = 1; frame <= 400; ++frame) packets.push_back(draw(random, frame));
      for (const TimedPacket& one : packets) single.table.add(one.frame, one.time, one.packet);
      for (std::size_t at = 0; at < packets.size();) {
        const std::size_t size = std::min<std::size_t>(random() % 70, packets.size() - at);
        std::vector<Arrival> arrivals;
        for (const TimedPacket& one : std::span{packets}.subspan(at, size))
          arrivals.push_back(batch.table.placer()(one.frame, one.time, one.packet));
        batch.table.add(arrivals);
        at += size;
      }
      single.finish();
      batch.finish();
      ASSERT_EQ(single.found, batch.found);
      EXPECT_GT(single.found.size(), 10U);
    }
  }
}

}  // namespace
}  // namespace nsgcheck::flow::batch_test
