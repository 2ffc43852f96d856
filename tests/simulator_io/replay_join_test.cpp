// SPDX-License-Identifier: Apache-2.0
#include "simulator/io/replay_join.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace nsgcheck::io::replay_join_test {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

net::IpAddress ip(const char* text) { return *net::parse_address(text); }

std::shared_ptr<const wire::ConnectionRequest> request(wire::CookieOutcome outcome, const std::string& text) {
  wire::ConnectionRequest read;
  read.outcome = outcome;
  read.text = text;
  return std::make_shared<const wire::ConnectionRequest>(read);
}

struct Seen {
  const char* client;
  net::Port client_port;
  const char* server;
  net::Port server_port;
  int second;
  const char* cookie;  ///< "" for a connection of which only SYNs were captured
};

std::vector<CapturedConnection> connections(const std::vector<Seen>& rows) {
  std::vector<CapturedConnection> out;
  for (const Seen& row : rows) {
    CapturedConnection c;
    c.protocol = net::kTcp;
    c.client = ip(row.client);
    c.server = ip(row.server);
    c.client_port = row.client_port;
    c.server_port = row.server_port;
    c.first_frame = out.size() + 1;
    c.first_time = c.last_time = row.second * kSecond;
    const bool read = *row.cookie != '\0';
    c.request = request(read ? wire::CookieOutcome::Azure : wire::CookieOutcome::NoData, row.cookie);
    out.push_back(c);
  }
  return out;
}

PartOfWay part_of(const CapturedConnection& c) {
  if (c.server == ip("198.51.100.20")) return PartOfWay::ToBalancer;
  return c.server_port == 3389 ? PartOfWay::ToInstance : PartOfWay::ToForwarder;
}

// "web0" is the name of 10.0.0.4.
std::vector<Companions> joined(const std::vector<CapturedConnection>& all) {
  std::vector<PartOfWay> parts;
  for (const CapturedConnection& c : all) parts.push_back(part_of(c));
  return join_ways(all, parts, [&](std::uint32_t i) -> std::optional<net::IpAddress> {
    if (all[i].request->text == "web0") return ip("10.0.0.4");
    return std::nullopt;
  });
}

TEST(JoinWays, FindsTheWholeWayOfAConnection) {
  const auto all = connections({{"203.0.113.10", 50001, "198.51.100.20", 3389, 1, "web0"},
                                {"203.0.113.10", 50001, "10.0.0.5", 20000, 1, "web0"},
                                {"10.0.0.5", 40000, "10.0.0.4", 3389, 2, "web0"}});
  const auto ways = joined(all);
  EXPECT_EQ(ways[0].to_forwarder, 1);
  EXPECT_EQ(ways[0].to_instance, 2);
  EXPECT_EQ(ways[1].to_balancer, 0);
  EXPECT_EQ(ways[1].to_instance, 2);
  EXPECT_EQ(ways[2].to_balancer, 0);
  EXPECT_EQ(ways[2].to_forwarder, 1);
}

struct Stranger {
  const char* name;
  Seen first;
  Seen second;
};

class NoCompanions : public testing::TestWithParam<Stranger> {};

TEST_P(NoCompanions, AreFound) {
  const auto ways = joined(connections({GetParam().first, GetParam().second}));
  for (const Companions& way : ways) {
    EXPECT_FALSE(way.to_balancer);
    EXPECT_FALSE(way.to_forwarder);
    EXPECT_FALSE(way.to_instance);
  }
}

INSTANTIATE_TEST_SUITE_P(Of, NoCompanions,
                         testing::Values(Stranger{"another_port",
                                                  {"203.0.113.10", 50001, "198.51.100.20", 3389, 1, "web0"},
                                                  {"203.0.113.10", 50002, "10.0.0.5", 20000, 1, "web0"}},
                                         Stranger{"another_client",
                                                  {"203.0.113.10", 50001, "198.51.100.20", 3389, 1, "web0"},
                                                  {"203.0.113.11", 50001, "10.0.0.5", 20000, 1, "web0"}},
                                         Stranger{"another_request",
                                                  {"203.0.113.10", 50001, "198.51.100.20", 3389, 1, "web0"},
                                                  {"203.0.113.10", 50001, "10.0.0.5", 20000, 1, "web1"}},
                                         Stranger{"an_hour_later",
                                                  {"203.0.113.10", 50001, "198.51.100.20", 3389, 1, "web0"},
                                                  {"203.0.113.10", 50001, "10.0.0.5", 20000, 3600, "web0"}},
                                         Stranger{"another_forwarder",
                                                  {"203.0.113.10", 50001, "10.0.0.5", 20000, 1, "web0"},
                                                  {"10.0.0.6", 40000, "10.0.0.4", 3389, 1, "web0"}},
                                         Stranger{"a_second_hop_before_the_first",
                                                  {"203.0.113.10", 50001, "10.0.0.5", 20000, 60, "web0"},
                                                  {"10.0.0.5", 40000, "10.0.0.4", 3389, 1, "web0"}},
                                         Stranger{"a_silent_second_hop_to_an_instance_not_named",
                                                  {"203.0.113.10", 50001, "10.0.0.5", 20000, 1, "web0"},
                                                  {"10.0.0.5", 40000, "10.0.0.6", 3389, 1, ""}}),
                         [](const auto& row) { return std::string{row.param.name}; });

TEST(JoinWays, TakesTheTwinThatIsNearestInTimeWhenAPortIsUsedAgain) {
  const auto ways = joined(connections({{"203.0.113.10", 50001, "198.51.100.20", 3389, 1, "web0"},
                                        {"203.0.113.10", 50001, "10.0.0.5", 20000, 11, "web0"},
                                        {"203.0.113.10", 50001, "10.0.0.6", 20000, 1, "web0"},
                                        {"203.0.113.10", 50001, "198.51.100.20", 3389, 11, "web0"}}));
  EXPECT_EQ(ways[0].to_forwarder, 2);
  EXPECT_EQ(ways[3].to_forwarder, 1);
}

TEST(JoinWays, TakesASecondHopWithoutDataWhereTheNamedInstanceIs) {
  const auto ways = joined(connections({{"203.0.113.10", 50001, "10.0.0.5", 20000, 1, "web0"},
                                        {"10.0.0.5", 40000, "10.0.0.6", 3389, 1, ""},
                                        {"10.0.0.5", 40001, "10.0.0.4", 3389, 2, ""}}));
  EXPECT_EQ(ways[0].to_instance, 2);
  EXPECT_FALSE(ways[1].to_forwarder);
}

TEST(JoinWays, FindsTheSecondHopToTheWrongInstanceByItsRequest) {
  const auto ways = joined(connections(
      {{"203.0.113.10", 50001, "10.0.0.5", 20000, 1, "web0"}, {"10.0.0.5", 40000, "10.0.0.6", 3389, 1, "web0"}}));
  EXPECT_EQ(ways[0].to_instance, 1);
}

TEST(JoinWays, GivesEachSecondHopToOneConnection) {
  const auto ways = joined(connections({{"203.0.113.10", 50001, "10.0.0.5", 20000, 1, "web0"},
                                        {"203.0.113.11", 50001, "10.0.0.5", 20000, 2, "web0"},
                                        {"10.0.0.5", 40000, "10.0.0.4", 3389, 1, "web0"}}));
  EXPECT_EQ(ways[0].to_instance, 2);
  EXPECT_FALSE(ways[1].to_instance);
}

}  // namespace
}  // namespace nsgcheck::io::replay_join_test
