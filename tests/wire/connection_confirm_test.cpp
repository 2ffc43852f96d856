// SPDX-License-Identifier: Apache-2.0
#include "simulator/wire/connection_confirm.hpp"

#include <gtest/gtest.h>

#include "tests/wire/bytes_of.hpp"

namespace nsgcheck::wire::testing::connection_confirm_test {
namespace {

using Kind = ServerAnswer::Kind;

TEST(ConnectionConfirm, SelectsAProtocol) {
  // MS-RDPBCGR 4.1.2; its annotation says protocol 0, its bytes say 1.
  const ServerAnswer answer = read_server_answer(from_hex("03 00 00 13 0e d0 00 00 12 34 00 02 00 08 00 01 00 00 00"));
  EXPECT_EQ(answer.kind, Kind::Confirm);
  EXPECT_EQ(answer.response, (NegotiationResponse{0, kProtocolSsl}));
  EXPECT_FALSE(answer.failure);
  EXPECT_EQ(answer.size, 19U);
}

TEST(ConnectionConfirm, Refuses) {
  const ServerAnswer answer = read_server_answer(from_hex("03 00 00 13 0e d0 00 00 12 34 00 03 00 08 00 05 00 00 00"));
  EXPECT_EQ(answer.kind, Kind::Confirm);
  ASSERT_TRUE(answer.failure);
  EXPECT_EQ(name(*answer.failure), "HYBRID_REQUIRED_BY_SERVER");
  EXPECT_FALSE(answer.response);
}

TEST(ConnectionConfirm, SaysNothingToAClientThatOfferedNothing) {
  const ServerAnswer answer = read_server_answer(from_hex("03 00 00 0b 06 d0 00 00 00 00 00"));
  EXPECT_EQ(answer.kind, Kind::Confirm);
  EXPECT_FALSE(answer.response || answer.failure);
}

TEST(ConnectionConfirm, IsIncompleteUntilTheLastByte) {
  const Bytes bytes = from_hex("03 00 00 13 0e d0 00 00 12 34 00 02 00 08 00 01 00 00 00");
  EXPECT_EQ(read_server_answer({}).kind, Kind::NoData);
  for (std::size_t size = 1; size < bytes.size(); ++size) {
    SCOPED_TRACE(size);
    EXPECT_EQ(read_server_answer(std::span{bytes}.first(size)).kind, Kind::Incomplete);
  }
}

TEST(ConnectionConfirm, IsNothingElse) {
  for (const char* hex : {"16 03 03", "03 00 00 0b 06 e0 00 00 00 00 00", "03 00 00 0a 05 d0 00 00 00 00",
                          "03 00 00 0b 07 d0 00 00 00 00 00", "03 00 00 09 02 f0 80 21 80"}) {
    SCOPED_TRACE(hex);
    EXPECT_EQ(read_server_answer(from_hex(hex)).kind, Kind::Other);
  }
}

TEST(ConnectionConfirm, NamesEveryFailure) {
  EXPECT_EQ(name(NegotiationFailure{1}), "SSL_REQUIRED_BY_SERVER");
  EXPECT_EQ(name(NegotiationFailure{2}), "SSL_NOT_ALLOWED_BY_SERVER");
  EXPECT_EQ(name(NegotiationFailure{3}), "SSL_CERT_NOT_ON_SERVER");
  EXPECT_EQ(name(NegotiationFailure{4}), "INCONSISTENT_FLAGS");
  EXPECT_EQ(name(NegotiationFailure{6}), "SSL_WITH_USER_AUTH_REQUIRED_BY_SERVER");
  EXPECT_EQ(name(NegotiationFailure{7}), "unknown");
}

}  // namespace
}  // namespace nsgcheck::wire::testing::connection_confirm_test
