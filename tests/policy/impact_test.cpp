// SPDX-License-Identifier: Apache-2.0
// Which conversations a change breaks or opens, and which rules the traffic used.
#include "analyzer/policy/impact.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/rule_line.hpp"

namespace nsgcheck::policy::impact_test {
namespace {

using Lines = std::vector<std::string>;
using net::Direction;

net::FiveTuple tcp(const char* client, net::Port client_port, const char* server, net::Port port) {
  return {net::kTcp, *net::parse_address(client), client_port, *net::parse_address(server), port};
}

SeenFlow seen(net::FiveTuple packet, std::int64_t time = 1'000) {
  SeenFlow flow;
  flow.packet = packet;
  flow.first = flow.last = time;
  return flow;
}

/// One pair of NSGs, made of lines (support::rule_line); empty: no NSG.
struct Pair {
  Pair(const std::optional<Lines>& before, const std::optional<Lines>& after) {
    if (before) old_nsg = support::nsg_of(*before);
    if (after) new_nsg = support::nsg_of(*after);
    pairs = {{old_nsg ? &*old_nsg : nullptr, new_nsg ? &*new_nsg : nullptr}};
  }
  ImpactResult of(const std::vector<SeenFlow>& flows, const ImpactOptions& options = {}) {
    Impact impact{pairs, context, options};
    for (const SeenFlow& flow : flows) static_cast<void>(impact.add(flow));
    return impact.finish();
  }
  std::optional<model::Nsg> old_nsg, new_nsg;
  std::vector<NsgPair> pairs;
  model::NetworkContext context = model::default_context();
};

struct Row {
  const char* name;
  std::optional<Lines> before, after;
  net::FiveTuple packet;
  Direction direction;
  Effect effect;
};

const net::FiveTuple kRdp = tcp("203.0.113.7", 50000, "10.0.0.4", 3389);
const Lines kOpen{"100 Allow Inbound Tcp 203.0.113.0/24 * 10.0.0.4 3389"};

const Row kRows[] = {
    {"AllowedThenDenied", kOpen, Lines{}, kRdp, Direction::Inbound, Effect::Breaks},
    {"DeniedThenAllowed", Lines{}, kOpen, kRdp, Direction::Inbound, Effect::Opens},
    {"AllowedByAnotherRule", kOpen, Lines{"200 Allow Inbound Tcp * * * 3000-4000"}, kRdp, Direction::Inbound,
     Effect::Unaffected},
    // The defaults deny what comes from the Internet and allow what goes there.
    {"TheOtherDirection", kOpen, Lines{}, kRdp, Direction::Outbound, Effect::Unaffected},
    {"NoNsgBeforeLetsPass", std::nullopt, Lines{}, kRdp, Direction::Inbound, Effect::Breaks},
    {"NoNsgAfterLetsPass", Lines{}, std::nullopt, kRdp, Direction::Inbound, Effect::Opens},
    {"UnknownTagAfter", kOpen, Lines{"100 Allow Inbound Tcp Contoso * * 3389"}, kRdp, Direction::Inbound,
     Effect::MayBreak},
    {"UnknownTagBefore", Lines{"100 Allow Inbound Tcp Contoso * * 3389"}, kOpen, kRdp, Direction::Inbound,
     Effect::MayOpen},
    {"UnknownTagAfterADeny", Lines{}, Lines{"100 Allow Inbound Tcp Contoso * * 3389"}, kRdp, Direction::Inbound,
     Effect::MayOpen},
    {"TheSameUnknownTag", Lines{"100 Allow Inbound Tcp Contoso * * 3389"},
     Lines{"150 Allow Inbound Tcp Contoso * * 3389"}, kRdp, Direction::Inbound, Effect::Unaffected},
    {"AnotherUnknownTag", Lines{"100 Allow Inbound Tcp Contoso * * 3389"},
     Lines{"100 Allow Inbound Tcp Fabrikam * * 3389"}, kRdp, Direction::Inbound, Effect::Unsettled},
    // Semantics 3: no rule but those that name their tag filters what the platform serves.
    {"PlatformDnsPasses", Lines{}, Lines{"100 Deny Outbound * * * * *"}, tcp("10.0.0.4", 50000, "168.63.129.16", 53),
     Direction::Outbound, Effect::Unaffected},
    {"PlatformDnsByItsTag", Lines{}, Lines{"100 Deny Outbound * * * AzurePlatformDNS *"},
     tcp("10.0.0.4", 50000, "168.63.129.16", 53), Direction::Outbound, Effect::Breaks},
    {"AnyOtherPortThere", Lines{}, Lines{"100 Deny Outbound * * * * *"}, tcp("10.0.0.4", 50000, "168.63.129.16", 8080),
     Direction::Outbound, Effect::Breaks},
};

class Effects : public testing::TestWithParam<Row> {};

TEST_P(Effects, Are) {
  Pair pair{GetParam().before, GetParam().after};
  SeenFlow flow = seen(GetParam().packet);
  flow.direction = GetParam().direction;
  const ImpactResult result = pair.of({flow});
  for (std::size_t i = 0; i < kEffects; ++i)
    EXPECT_EQ(result.conversations[i], i == static_cast<std::size_t>(GetParam().effect) ? 1U : 0U)
        << name(static_cast<Effect>(i));
  EXPECT_EQ(result.affected.size(), GetParam().effect == Effect::Unaffected ? 0U : 1U);
}

INSTANTIATE_TEST_SUITE_P(Impact, Effects, testing::ValuesIn(kRows),
                         [](const testing::TestParamInfo<Row>& row) { return std::string{row.param.name}; });

TEST(Impact, FoldsTheClientsPortsOfOneConversation) {
  Pair pair{kOpen, Lines{}};
  std::vector<SeenFlow> flows;
  for (net::Port port = 50000; port < 50100; ++port)
    flows.push_back(seen(tcp("203.0.113.7", port, "10.0.0.4", 3389), 1'000 + port));
  flows.push_back(seen(tcp("203.0.113.8", 50000, "10.0.0.4", 3389)));
  flows.push_back(flows.front());
  const ImpactResult result = pair.of(flows);
  ASSERT_EQ(result.affected.size(), 2U);
  const Conversation& most = result.affected[0];
  EXPECT_EQ(most.count, 101U);
  EXPECT_EQ(most.client_ports, 64U);
  EXPECT_TRUE(most.more_client_ports);
  EXPECT_EQ(most.seen.first, 51'000);
  EXPECT_EQ(most.seen.last, 51'099);
  EXPECT_EQ(most.before.rule, ModelRule{0});
  EXPECT_EQ(result.affected[1].client_ports, 1U);
  EXPECT_FALSE(result.affected[1].more_client_ports);
  EXPECT_EQ(result.window.first, 1'000);
  EXPECT_EQ(result.window.last, 51'099);
}

// Where a rule looks at the client's port, flows of one conversation may fare differently.
TEST(Impact, TellsClientPortsApartWhereARuleDoes) {
  Pair pair{kOpen, Lines{"100 Allow Inbound Tcp * 50000-50001 * 3389"}};
  const ImpactResult result =
      pair.of({seen(tcp("203.0.113.7", 50000, "10.0.0.4", 3389)), seen(tcp("203.0.113.7", 50001, "10.0.0.4", 3389)),
               seen(tcp("203.0.113.7", 50002, "10.0.0.4", 3389)), seen(tcp("203.0.113.7", 50003, "10.0.0.4", 3389))});
  ASSERT_EQ(result.affected.size(), 1U);
  EXPECT_EQ(result.affected[0].count, 2U);
  EXPECT_EQ(result.affected[0].client_ports, 2U);
  EXPECT_EQ(result.conversations[static_cast<std::size_t>(Effect::Unaffected)], 1U);
}

struct UseRow {
  const char* name;
  Lines before;
  std::vector<std::string> uses;  ///< "R0 used 1", a `-` behind it when the new side has no such rule
};

const UseRow kUses[] = {
    {"ByTheRuleThatDecides",
     {"100 Allow Inbound Tcp 203.0.113.0/24 * * 3389", "110 Allow Inbound Tcp * * * 3389"},
     {"R0 used 1", "R1 unused 0 -"}},
    {"NothingOfADirectionThatWasNotSeen",
     {"100 Allow Inbound Tcp * * * 3389", "110 Allow Outbound Tcp * * * 443"},
     {"R0 used 1", "R1 unseen 0 -"}},
    // The flow may be decided by either: neither is called unused.
    {"NothingOfRulesThatMayDecide",
     {"100 Allow Inbound Tcp Contoso * * 3389", "110 Allow Inbound Tcp * * * 3389", "120 Deny Inbound Tcp * * * 22"},
     {"R0 unknown 0", "R1 unknown 0 -", "R2 unused 0 -"}},
};

class Uses : public testing::TestWithParam<UseRow> {};

TEST_P(Uses, Are) {
  Pair pair{GetParam().before, Lines{"100 Allow Inbound Tcp 203.0.113.0/24 * * 3389"}};
  std::vector<std::string> uses;
  for (const RuleUse& use : pair.of({seen(kRdp)}).rules)
    uses.push_back(pair.old_nsg->rules[use.rule].name + ' ' + std::string{name(use.status)} + ' ' +
                   std::to_string(use.hits) + (use.gone ? " -" : ""));
  EXPECT_EQ(uses, GetParam().uses);
}

INSTANTIATE_TEST_SUITE_P(Impact, Uses, testing::ValuesIn(kUses),
                         [](const testing::TestParamInfo<UseRow>& row) { return std::string{row.param.name}; });

TEST(Impact, HoldsTheLogAgainstTheOldRules) {
  Pair pair{kOpen, Lines{}};
  Impact impact{pair.pairs, pair.context};
  SeenFlow flow = seen(kRdp);
  flow.logged_allow = true;
  EXPECT_FALSE(impact.add(flow).contradicts_log);
  flow.logged_allow = false;
  EXPECT_TRUE(impact.add(flow).contradicts_log);
  flow.packet.destination_port = 22;
  flow.logged_allow = true;
  EXPECT_TRUE(impact.add(flow).contradicts_log);
  const ImpactResult result = impact.finish();
  EXPECT_EQ(result.logged_denied_allowed_before, 1U);
  EXPECT_EQ(result.logged_allowed_denied_before, 1U);
  ASSERT_EQ(result.affected.size(), 1U);
  EXPECT_EQ(result.affected[0].logged_allowed, 1U);
  EXPECT_EQ(result.affected[0].logged_denied, 1U);
}

// Beyond the bound nothing is held, but that something is missing is known.
TEST(Impact, SaysWhatItCannotHold) {
  Pair pair{kOpen, Lines{}};
  const ImpactResult result = pair.of({seen(kRdp), seen(tcp("203.0.113.8", 1, "10.0.0.4", 3389)),
                                       seen(tcp("203.0.113.7", 1, "10.0.0.4", 22)), seen(kRdp)},
                                      {.most_conversations = 1});
  ASSERT_EQ(result.affected.size(), 1U);
  EXPECT_EQ(result.affected[0].count, 2U);
  EXPECT_EQ(result.dropped, 1U);
  EXPECT_EQ(result.not_kept, 1U);
  EXPECT_EQ(result.flows, 4U);
  EXPECT_EQ(result.rules.front().hits, 3U);
}

// No result depends on the key of the hash.
TEST(Impact, IsTheSameWhateverTheHash) {
  Pair pair{Lines{"100 Allow Inbound Tcp * * * 1-1000"}, Lines{}};
  std::vector<SeenFlow> flows;
  for (net::Port port = 1; port <= 300; ++port) flows.push_back(seen(tcp("203.0.113.7", 50000, "10.0.0.4", port)));
  const auto ports = [&](std::uint64_t key) {
    std::vector<net::Port> out;
    for (const Conversation& one : pair.of(flows, {.hash_key = key}).affected) out.push_back(one.server_port);
    return out;
  };
  EXPECT_EQ(ports(1), ports(0x123456789));
}

}  // namespace
}  // namespace nsgcheck::policy::impact_test
