// SPDX-License-Identifier: Apache-2.0
#include "simulator/wire/routing_token.hpp"

#include <gtest/gtest.h>

namespace nsgcheck::wire::routing_token_test {
namespace {

struct Row {
  const char* text;
  const char* address;
  std::uint16_t port;
};

TEST(RoutingToken, DecodesAndEncodes) {
  // The first is Microsoft's own example; the others worked out by hand.
  const Row rows[] = {{"3640205228.15629.0000", "172.31.249.216", 3389},
                      {"67108874.15629.0000", "10.0.0.4", 3389},
                      {"0.0.0000", "0.0.0.0", 0},
                      {"4294967295.65535.0000", "255.255.255.255", 65535},
                      {"16777343.8270.0000", "127.0.0.1", 20000}};
  for (const Row& row : rows) {
    SCOPED_TRACE(row.text);
    const auto token = parse_msts(row.text);
    ASSERT_TRUE(token);
    EXPECT_EQ(net::to_string(token->address), row.address);
    EXPECT_EQ(token->port, row.port);
    EXPECT_EQ(to_string(*token), row.text);
  }
}

TEST(RoutingToken, NeedsTheLastDotButNothingBehindIt) {
  const auto token = parse_msts("67108874.15629.");
  ASSERT_TRUE(token);
  EXPECT_EQ(token->reserved, "");
  EXPECT_FALSE(parse_msts("67108874.15629"));
}

TEST(RoutingToken, RefusesWhatIsNoToken) {
  for (const char* text : {"", ".", "..", "1..0", ".1.0", "4294967296.1.0", "1.65536.0", "-1.1.0", "1.1.x", "1.1.0.0",
                           " 1.1.0", "0x1.1.0", "10.0.0.4"}) {
    SCOPED_TRACE(text);
    EXPECT_FALSE(parse_msts(text));
  }
}

TEST(RoutingToken, FindsTheCollection) {
  EXPECT_EQ(tsv_target("tsv://MS Terminal Services Plugin.1.Sessions"), "Sessions");
  EXPECT_EQ(tsv_target("tsv://VMResource.1.vm-7"), "vm-7");
  EXPECT_FALSE(tsv_target("tsv://VMResource"));
  EXPECT_FALSE(tsv_target("mth://x.1.y"));
}

}  // namespace
}  // namespace nsgcheck::wire::routing_token_test
