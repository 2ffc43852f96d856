// SPDX-License-Identifier: Apache-2.0
#include "simulator/io/read_ahead.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <numeric>
#include <sstream>
#include <stdexcept>

#include "simulator/io/replay_capture.hpp"
#include "tests/simulator_io/capture_bytes.hpp"

namespace nsgcheck::io::read_ahead_test {
namespace {

// Makes 0, 1, ... below `end`, each after `pause`.
std::function<bool(int&)> counting(int end, std::chrono::microseconds pause = {}) {
  return [end, pause, next = 0](int& out) mutable {
    std::this_thread::sleep_for(pause);
    out = next;
    return next++ < end;
  };
}

struct Row {
  std::string name;
  std::size_t depth;
  int batches;
  int maker_pauses, user_pauses;  // microseconds
};

TEST(ReadAhead, GivesEachBatchOnceAndInOrder) {
  const std::vector<Row> rows{{"nothing to read", 8, 0, 0, 0},
                              {"one batch", 8, 1, 0, 0},
                              {"fewer than are waited for", 8, 3, 0, 0},
                              {"as many as there is room for", 8, 8, 0, 0},
                              {"room for one", 1, 50, 0, 0},
                              {"room for two", 2, 50, 0, 0},
                              {"many", 8, 20'000, 0, 0},
                              {"slow to make", 4, 60, 200, 0},
                              {"slow to use", 4, 60, 0, 200}};
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    ReadAhead<int> batches{row.depth, counting(row.batches, std::chrono::microseconds{row.maker_pauses})};
    std::vector<int> seen;
    while (const int* const batch = batches.next()) {
      std::this_thread::sleep_for(std::chrono::microseconds{row.user_pauses});
      seen.push_back(*batch);
    }
    std::vector<int> expected(static_cast<std::size_t>(row.batches));
    std::iota(expected.begin(), expected.end(), 0);
    EXPECT_EQ(seen, expected);
    EXPECT_EQ(batches.next(), nullptr);
  }
}

TEST(ReadAhead, EndsWhenNobodyWantsTheRest) {
  for (const int taken : {0, 1, 5}) {
    ReadAhead<int> batches{4, counting(1'000'000'000)};
    for (int i = 0; i < taken; ++i) ASSERT_NE(batches.next(), nullptr);
  }
}

TEST(ReadAhead, PassesOnAFailureAfterWhatWasMadeBefore) {
  ReadAhead<int> batches{8, [next = 0](int& out) mutable {
                           if (next == 3) throw std::runtime_error{"no memory"};
                           out = next++;
                           return true;
                         }};
  for (int i = 0; i < 3; ++i) EXPECT_EQ(*batches.next(), i);
  EXPECT_THROW(batches.next(), std::runtime_error);
}

std::string shown(const CapturedConnection& c) {
  return fmt::format("{} {}:{} {}:{} {} {}/{} {}-{} {}/{} {} {} {}{}{}{}{}{}{}", net::to_string(c.protocol),
                     net::to_string(net::IpAddress{c.client}), c.client_port, net::to_string(net::IpAddress{c.server}),
                     c.server_port, static_cast<int>(c.handshake), c.first_frame, c.deciding_frame, c.first_time,
                     c.last_time, c.longest_silence, c.silence_ended, static_cast<int>(c.request->outcome),
                     static_cast<int>(c.answer), c.direction_guessed, c.mid_stream, c.rdp_udp, c.snaplen_cut,
                     c.reset_by_server, c.closed_unanswered, c.request->text);
}

std::string shown(const CaptureContent& content) {
  const UndecodedFrames& u = content.undecoded;
  std::string out = fmt::format("{} packets, {} {} {} {} {}, {} {} {} {}\n", content.packets, u.not_ip, u.truncated,
                                u.malformed, u.fragment, u.unknown_link_type, content.statistics.packets,
                                content.statistics.untracked, content.statistics.connections, content.truncated);
  for (const CaptureDamage& damage : content.damage) out += damage.text() + '\n';
  for (const CapturedConnection& c : content.connections) out += shown(c) + '\n';
  return out;
}

TEST(ReadAhead, ReadsEveryCaptureAsOneThreadDoes) {
  std::size_t connections = 0;
  for (const auto& entry : std::filesystem::directory_iterator{capture_path("")}) {
    const std::string name = entry.path().filename().string();
    SCOPED_TRACE(name);
    // Only compressed captures are read ahead.
    const bool is_packed = entry.path().extension() == ".gz" || entry.path().extension() == ".zst";
    const std::string bytes = file_bytes(entry.path().string());
    const std::string packed = is_packed ? bytes : gzip(bytes);
    const auto read = [&](bool ahead) {
      std::istringstream in{packed};
      CaptureOptions options;
      options.ahead = ahead;
      return read_capture("-", name, in, options);
    };
    const CaptureContent alone = read(false);
    connections += alone.connections.size();
    EXPECT_EQ(shown(read(true)), shown(alone));
  }
  EXPECT_GT(connections, 50U);
}

}  // namespace
}  // namespace nsgcheck::io::read_ahead_test
