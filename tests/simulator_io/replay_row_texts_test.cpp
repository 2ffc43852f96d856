// SPDX-License-Identifier: Apache-2.0
#include "simulator/io/replay_row_texts.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <random>

namespace nsgcheck::io::replay_row_texts_test {
namespace {

// Digits and letters beside what differs, as a cookie of a stranger may hold them.
std::string written(const ConnectionRow& row) {
  std::string out =
      fmt::format("aaaaaaaa 11111 {}:{} 2222222222222222222", row.outcome.client, row.outcome.client_port);
  for (const HopRow& hop : row.hops)
    for (const auto* ends : {&hop.before, &hop.after})
      if (*ends)
        out += fmt::format("\n{} {} -> {}", (*ends)->source.address, (*ends)->source.port.value_or(0),
                           (*ends)->destination.address);
  return out + fmt::format("\n{} {} {} {}", row.message, row.outcome.first_packet, row.deciding_packet, row.kind);
}

TEST(RowTexts, AreWhatTheWriterSays) {
  std::mt19937 random{3};
  std::size_t calls = 0;
  RowTexts texts{[&](const ConnectionRow& row) {
    ++calls;
    return written(row);
  }};
  for (int i = 0; i < 2000; ++i) {
    ConnectionRow row;
    row.capture_index = static_cast<std::size_t>(i / 1000);
    row.kind = static_cast<std::uint32_t>(random() % 6);
    row.outcome.client =
        i % 3 == 0 ? "2001:db8::" + std::to_string(random() % 100) : std::to_string(random() % 9) + ".1";
    row.outcome.client_port = static_cast<std::uint16_t>(random());
    row.outcome.first_packet = random();
    row.deciding_packet = row.outcome.first_packet + 3;
    row.message = fmt::format("kind {} of {}", row.kind, row.capture_index);
    // Of an unknown kind anything may differ.
    if (row.kind == 0) row.message += std::to_string(i);
    row.hops.resize(row.kind + 1);
    for (std::size_t hop = 0; hop < row.hops.size(); ++hop) {
      const HopEnd client{row.outcome.client, row.outcome.client_port};
      const HopEnd forwarder{"10.0.0.4", std::nullopt};
      if (hop % 2 == 0) row.hops[hop].before = HopTuple{client, {"10.0.0.5", 20000}};
      if (hop % 3 == 0) row.hops[hop].after = HopTuple{hop % 2 == 0 ? client : forwarder, {"10.0.0.5", 20000}};
    }
    ASSERT_EQ(texts.text(row), written(row));
  }
  // Two captures, five kinds, a few texts each; and those of no kind.
  EXPECT_LT(calls, 500U);
}

}  // namespace
}  // namespace nsgcheck::io::replay_row_texts_test
