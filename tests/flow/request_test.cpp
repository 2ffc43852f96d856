// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/flow/conversation.hpp"

namespace nsgcheck::flow::request_test {
namespace {

// The request of every row is "hello\n"; offsets count from the client's first byte.
struct Piece {
  std::uint32_t offset;
  std::string_view captured;
  std::size_t sent = 0;  // 0: all that is captured
};

struct RequestCase {
  const char* name;
  std::vector<Piece> pieces{};
  std::string bytes{};
  bool decided{};
  std::optional<std::uint64_t> complete{};  // frames 1 to 3 are the handshake
  bool split = false, ambiguous = false, gap = false, cut = false;
};

const std::vector<RequestCase>& request_cases() {
  static const std::vector<RequestCase> cases{
      {.name = "one segment", .pieces = {{0, "hello\n"}}, .bytes = "hello\n", .decided = true, .complete = 4},
      {.name = "two in order",
       .pieces = {{0, "hel"}, {3, "lo\n"}},
       .bytes = "hello\n",
       .decided = true,
       .complete = 5,
       .split = true},
      {.name = "two swapped",
       .pieces = {{3, "lo\n"}, {0, "hel"}},
       .bytes = "hello\n",
       .decided = true,
       .complete = 5,
       .split = true},
      {.name = "one byte each, backwards",
       .pieces = {{5, "\n"}, {4, "o"}, {3, "l"}, {2, "l"}, {1, "e"}, {0, "h"}},
       .bytes = "hello\n",
       .decided = true,
       .complete = 9,
       .split = true},
      {.name = "retransmitted before the rest",
       .pieces = {{0, "hel"}, {0, "hel"}, {3, "lo\n"}},
       .bytes = "hello\n",
       .decided = true,
       .complete = 6,
       .split = true},
      {.name = "whole request twice is not split",
       .pieces = {{0, "hello\n"}, {0, "hello\n"}},
       .bytes = "hello\n",
       .decided = true,
       .complete = 4},
      {.name = "overlap with the same bytes",
       .pieces = {{0, "hell"}, {2, "llo\n"}},
       .bytes = "hello\n",
       .decided = true,
       .complete = 5,
       .split = true},
      {.name = "overlap with another byte, the first copy wins",
       .pieces = {{0, "hell"}, {2, "xlo\n"}},
       .bytes = "hello\n",
       .decided = true,
       .complete = 5,
       .split = true,
       .ambiguous = true},
      {.name = "contradicted after it was complete",
       .pieces = {{0, "hello\n"}, {0, "jello\n"}},
       .bytes = "hello\n",
       .decided = true,
       .complete = 4,
       .ambiguous = true},
      {.name = "contradicted behind the request only",
       .pieces = {{0, "hello\nabc"}, {6, "xyz"}},
       .bytes = "hello\n",
       .decided = true,
       .complete = 4},
      {.name = "a longer copy fills around a known middle",
       .pieces = {{2, "ll"}, {0, "hello\n"}},
       .bytes = "hello\n",
       .decided = true,
       .complete = 5,
       .split = true},
      {.name = "what comes after the request does not split it",
       .pieces = {{6, "next"}, {0, "hello\n"}},
       .bytes = "hello\n",
       .decided = true,
       .complete = 5},
      {.name = "gap", .pieces = {{0, "he"}, {4, "o\n"}}, .bytes = "he", .decided = false, .complete = {}, .gap = true},
      {.name = "gap at the front",
       .pieces = {{2, "llo\n"}},
       .bytes = "",
       .decided = false,
       .complete = {},
       .gap = true},
      {.name = "gap then fill",
       .pieces = {{0, "he"}, {4, "o\n"}, {2, "ll"}},
       .bytes = "hello\n",
       .decided = true,
       .complete = 6,
       .split = true},
      {.name = "gap beyond all that is kept",
       .pieces = {{0, "he"}, {100000, "o\n"}},
       .bytes = "he",
       .decided = false,
       .complete = {},
       .gap = true},
      {.name = "incomplete", .pieces = {{0, "hell"}}, .bytes = "hell", .decided = false, .complete = {}},
      {.name = "cut by the snap length",
       .pieces = {{0, "hel", 6}},
       .bytes = "hel",
       .decided = false,
       .complete = {},
       .cut = true},
      {.name = "cut, then captured whole",
       .pieces = {{0, "hel", 6}, {0, "hello\n"}},
       .bytes = "hello\n",
       .decided = true,
       .complete = 5},
      {.name = "cut behind the request",
       .pieces = {{0, "hello\nab", 600}},
       .bytes = "hello\n",
       .decided = true,
       .complete = 4},
      {.name = "nothing captured of it",
       .pieces = {{0, "", 6}},
       .bytes = "",
       .decided = false,
       .complete = {},
       .cut = true},
      {.name = "keep-alive with a made-up byte",
       .pieces = {{0, "hell"}, {3, "?"}, {4, "o\n"}},
       .bytes = "hello\n",
       .decided = true,
       .complete = 6,
       .split = true},
      {.name = "keep-alive before any data",
       .pieces = {{0xFFFFFFFF, "?"}, {0, "hello\n"}},
       .bytes = "hello\n",
       .decided = true,
       .complete = 5},
      {.name = "a segment that starts before the first byte",
       .pieces = {{0xFFFFFFFE, "??hello\n"}},
       .bytes = "hello\n",
       .decided = true,
       .complete = 4},
  };
  return cases;
}

void expect_request(const RequestCase& c, const Connection& connection) {
  const StreamStart& request = connection.request;
  EXPECT_EQ(text_of(request.bytes), c.bytes);
  EXPECT_EQ(request.decided, c.decided);
  EXPECT_EQ(connection.request_complete, c.complete);
  EXPECT_EQ(connection.first_payload, 4);
  EXPECT_EQ(request.split_segments, c.split);
  EXPECT_EQ(request.ambiguous_overlap, c.ambiguous);
  EXPECT_EQ(request.gap, c.gap);
  EXPECT_EQ(request.snaplen_cut, c.cut);
  EXPECT_FALSE(request.start_assumed);
  EXPECT_FALSE(request.dropped);
}

// Each row also with initial sequence numbers for which the request lies across 2^32.
TEST(Request, IsPutTogether) {
  for (const RequestCase& c : request_cases()) {
    for (const std::uint32_t isn : {1000U, 0xFFFFFFFFU, 0xFFFFFFFEU, 0xFFFFFFFCU, 0x7FFFFFFEU}) {
      SCOPED_TRACE(testing::Message() << c.name << ", initial sequence number " << isn);
      Conversation conversation{{.request_length = line_length}};
      conversation.client("S", isn).server("SA", 5000, isn + 1).client("A", isn + 1, 5001);
      for (const Piece& piece : c.pieces) {
        conversation.cut_client(isn + 1 + piece.offset, piece.captured,
                                piece.sent == 0 ? piece.captured.size() : piece.sent);
      }
      const auto connections = conversation.finish();
      ASSERT_EQ(connections.size(), 1);
      expect_request(c, connections.front());
    }
  }
}

TEST(Request, IsKeptUpToTheLimitWhenNothingDecidesIt) {
  Conversation conversation{{.request_limit = 8}};
  conversation.handshake().client("PA", 1001, 5001, "abcde").client("PA", 1006, 5001, "fghij");
  const auto connections = conversation.finish();
  ASSERT_EQ(connections.size(), 1);
  const StreamStart& request = connections[0].request;
  EXPECT_EQ(text_of(request.bytes), "abcdefgh");
  EXPECT_TRUE(request.limit_reached);
  EXPECT_FALSE(request.decided);
  EXPECT_EQ(request.sent, 10);
  EXPECT_EQ(request.payload_bytes, 10);
}

TEST(Request, MayComeWithTheSyn) {
  Conversation conversation{{.request_length = line_length}};
  conversation.client("S", 1000, 0, "hello\n").server("SA", 5000, 1007).client("A", 1007, 5001);
  const auto connections = conversation.finish();
  ASSERT_EQ(connections.size(), 1);
  EXPECT_EQ(text_of(connections[0].request.bytes), "hello\n");
  EXPECT_EQ(connections[0].request_complete, 1);
  EXPECT_EQ(connections[0].handshake, Handshake::Full);
}

TEST(Request, TellsHowMuchWasSentBeforeTheReply) {
  Conversation conversation{{.request_length = line_length, .reply_length = line_length}};
  conversation.handshake().client("PA", 1001, 5001, "hello\n").server("PA", 5001, 1007, "welcome\nand more");
  conversation.client("PA", 1007, 5017, "later");
  const auto connections = conversation.finish();
  ASSERT_EQ(connections.size(), 1);
  EXPECT_EQ(connections[0].sent_before_reply, 6);
  EXPECT_EQ(connections[0].request.sent, 11);
  EXPECT_EQ(text_of(connections[0].reply.bytes), "welcome\n");
}

// RFC 9293 3.4: after 4 GiB the numbers of the beginning come again; they mean other bytes then.
TEST(Request, IsNotTouchedWhenSequenceNumbersComeRound) {
  Conversation conversation{{.request_length = line_length}};
  conversation.handshake().client("PA", 1001, 5001, "hello\n");
  constexpr std::uint32_t kStep = 1U << 29;
  for (std::uint32_t i = 0; i < 8; ++i) conversation.cut_client(1007 + i * kStep, "", kStep);
  conversation.client("PA", 1001, 5001, "jello\n");
  const auto connections = conversation.finish();
  ASSERT_EQ(connections.size(), 1);
  EXPECT_EQ(text_of(connections[0].request.bytes), "hello\n");
  EXPECT_FALSE(connections[0].request.ambiguous_overlap);
}

}  // namespace
}  // namespace nsgcheck::flow::request_test
