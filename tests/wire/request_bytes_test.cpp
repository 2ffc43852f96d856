// SPDX-License-Identifier: Apache-2.0
// Every cut and every wrong byte of a request, and what the writer makes.
#include <gtest/gtest.h>

#include "simulator/wire/connection_request.hpp"
#include "tests/wire/bytes_of.hpp"

namespace nsgcheck::wire::testing::request_bytes_test {
namespace {

const CookieNames kNames{"WebRole1", "WebRole1_IN_0", std::nullopt};

RequestContent content() {
  RequestContent content;
  content.text = "Cookie: mstshash=WebRole1#WebRole1_IN_0";
  content.negotiation = NegotiationRequest{0, kProtocolSsl};
  return content;
}

ConnectionRequest read(std::span<const std::byte> bytes, bool ended) {
  RequestStream stream;
  stream.bytes = bytes;
  stream.ended = ended;
  return read_connection_request(stream);
}

TEST(RequestBytes, AreIncompleteUntilTheLast) {
  RequestContent with_correlation = content();
  with_correlation.correlation.emplace();
  with_correlation.correlation->id.fill(std::byte{0x11});
  RequestContent bare;
  bare.negotiation = NegotiationRequest{0, kProtocolSsl};
  for (const RequestContent& each : {content(), with_correlation, bare, RequestContent{}}) {
    const auto bytes = write_connection_request(each);
    ASSERT_TRUE(bytes);
    for (std::size_t size = 1; size < bytes->size(); ++size) {
      for (const bool ended : {false, true}) {
        SCOPED_TRACE(::testing::Message() << size << " of " << bytes->size() << (ended ? ", ended" : ""));
        const ConnectionRequest request = read(std::span{*bytes}.first(size), ended);
        EXPECT_EQ(word(request.outcome), "incomplete");
        EXPECT_TRUE(request.faults.empty()) << code(*request.faults.begin());
      }
    }
    EXPECT_TRUE(read(*bytes, false).faults.empty());
    EXPECT_EQ(word(read(*bytes, false).outcome), each.text.empty() ? "none" : "azure");
  }
}

TEST(RequestBytes, ReadTheSameAfterASplitAnywhere) {
  const auto bytes = write_connection_request(content());
  ASSERT_TRUE(bytes);
  for (std::size_t size = 1; size < bytes->size(); ++size) {
    SCOPED_TRACE(size);
    RequestStream stream;
    stream.bytes = *bytes;
    stream.split_segments = true;
    const ConnectionRequest request = read_connection_request(stream);
    EXPECT_EQ(request.names, kNames);
    EXPECT_EQ(request.faults, RequestFaults{RequestFault::SplitSegments});
  }
}

// The outcome when the header byte at `at` is any value but the right one.
std::string_view expected(std::size_t at) {
  // No Connection Request in TPKT version 3 any more. Wrong lengths and class leave the tolerant reading, in which the
  // right one of the two lengths shows that the other is wrong; reserved byte and references are not judged.
  return at == 0 || at == 5 ? "malformed" : "azure";
}

TEST(RequestBytes, HaveAStatedOutcomeForEveryHeaderByte) {
  const auto bytes = write_connection_request(content());
  ASSERT_TRUE(bytes);
  for (std::size_t at = 0; at < kRequestHeader; ++at) {
    for (int value = 0; value < 256; ++value) {
      if ((*bytes)[at] == static_cast<std::byte>(value)) continue;
      SCOPED_TRACE(::testing::Message() << "byte " << at << " = " << value);
      std::vector<std::byte> changed = *bytes;
      changed[at] = static_cast<std::byte>(value);
      const ConnectionRequest request = read(changed, true);
      EXPECT_EQ(word(request.outcome), expected(at));
      const bool judged = at != 1 && !(at >= 6 && at <= 9);
      EXPECT_EQ(request.strict.outcome == CookieOutcome::Malformed, judged);
      EXPECT_EQ(request.faults.empty(), !judged);
    }
  }
}

TEST(RequestBytes, HaveOneOutcomeHoweverFewCameFirst) {
  struct Row {
    const char* name;
    int tpkt_length;
    int indicator;
  };
  // The text with its CR LF ends at byte 52, the request at 60.
  const Row rows[] = {{"TPKT length 0", 0, 55},
                      {"TPKT length in the text", 30, 55},
                      {"TPKT length beyond, indicator right", 200, 55},
                      {"TPKT length beyond, indicator at the end of the text", 200, 47},
                      {"TPKT length beyond, indicator in the text", 200, 20},
                      {"indicator in the text", 60, 20},
                      {"indicator beyond", 60, 254}};
  const auto good = write_connection_request(content());
  ASSERT_TRUE(good);
  for (const Row& row : rows) {
    std::vector<std::byte> bytes = *good;
    bytes[3] = static_cast<std::byte>(row.tpkt_length);
    bytes[4] = static_cast<std::byte>(row.indicator);
    const ConnectionRequest whole = read(bytes, false);
    for (std::size_t size = 1; size < bytes.size(); ++size) {
      SCOPED_TRACE(::testing::Message() << row.name << ", " << size << " bytes");
      const ConnectionRequest first = read(std::span{bytes}.first(size), false);
      const bool definite = word(first.outcome) == word(whole.outcome) && size >= 52;
      EXPECT_TRUE(definite || first.outcome == CookieOutcome::Incomplete) << word(first.outcome);
    }
  }
}

TEST(RequestBytes, ThatTheWriterMakesAreThePublishedOnes) {
  RequestContent published;
  published.text = "Cookie: mstshash=eltons";
  published.negotiation = NegotiationRequest{0, kProtocolRdp};
  EXPECT_EQ(write_connection_request(published),
            from_hex("03 00 00 2c 27 e0 00 00 00 00 00 43 6f 6f 6b 69 65 3a 20 6d 73 74 73 68 61 73 68 3d 65 6c 74 6f "
                     "6e 73 0d 0a 01 00 08 00 00 00 00 00"));
  EXPECT_EQ(write_connection_request(RequestContent{}), from_hex("03 00 00 0b 06 e0 00 00 00 00 00"));
  RequestContent azure;
  azure.text = azure_cookie(CookieNames{"WebRole", "WebRole_IN_0", std::nullopt});
  azure.negotiation = NegotiationRequest{0, kProtocolSsl | kProtocolHybrid | kProtocolHybridEx};
  EXPECT_EQ(write_connection_request(azure),
            from_hex("03 00 00 3a 35 e0 00 00 00 00 00 43 6f 6f 6b 69 65 3a 20 6d 73 74 73 68 61 73 68 3d 57 65 62 52 "
                     "6f 6c 65 23 57 65 62 52 6f 6c 65 5f 49 4e 5f 30 0d 0a 01 00 08 00 0b 00 00 00"));
}

TEST(RequestBytes, AreRefusedWhenTheyCouldNotBeRead) {
  RequestContent longest;
  longest.text = std::string(246, 'x');
  EXPECT_TRUE(write_connection_request(longest)) << "11 + 246 + 2 = 259";
  longest.text += 'x';
  EXPECT_FALSE(write_connection_request(longest));
  RequestContent two_lines;
  two_lines.text = "Cookie: mstshash=a\r\nb";
  EXPECT_FALSE(write_connection_request(two_lines));
  RequestContent correlation;
  correlation.correlation.emplace();
  EXPECT_FALSE(write_connection_request(correlation));
}

}  // namespace
}  // namespace nsgcheck::wire::testing::request_bytes_test
