// SPDX-License-Identifier: Apache-2.0
// What explain --why-not offers: each change flips the verdict, does exactly what is promised, and breaks no demand.
#include <gtest/gtest.h>

#include <algorithm>

#include "analyzer/io/policy_reader.hpp"
#include "analyzer/model/legality.hpp"
#include "analyzer/model/rule_text.hpp"
#include "analyzer/policy/remedy.hpp"
#include "tests/policy/changes_case.hpp"
#include "tests/support/rule_line.hpp"

namespace nsgcheck::policy::flip_test {
namespace {

using engine::Case;
using engine::Complaint;
using Lines = std::vector<std::string>;

FlowPattern packet_pattern(const std::string& from, const std::string& to, net::Port port) {
  FlowPattern out;
  out.protocols = net::protocol_set({net::kTcp});
  out.from = {model::parse_address_item(from, {}, false)};
  out.to = {model::parse_address_item(to, {}, false)};
  out.ports = net::PortSet::range(port, port);
  return out;
}

/// An NSG and the ways to flip flows of it, judged by policies.
struct Flipped {
  Flipped(const Lines& lines, const FlowPattern& flows, model::Access wanted, const std::vector<Policy>& policies = {})
      : nsg{support::nsg_of(lines)} {
    model::find_faults(nsg);
    audit = audit_nsg(nsg, 0, context, policies, options);
    found = find_flips({nsg, 0, context, policies, options, audit, {}}, flows, wanted);
  }

  model::Nsg nsg;
  model::NetworkContext context{model::default_context()};
  AuditOptions options;
  NsgAudit audit;
  Remedies found;
};

std::vector<RemedyKind> kinds_of(const Remedies& found) {
  std::vector<RemedyKind> out;
  for (const Remedy& remedy : found.ranked) out.push_back(remedy.kind);
  return out;
}

bool has(const Remedies& found, RemedyKind kind) {
  const auto kinds = kinds_of(found);
  return std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
}

constexpr auto kAllow = model::Access::Allow;
constexpr auto kDeny = model::Access::Deny;

TEST(Flips, TakesTheFlowIntoAListThatIsThere) {
  const Flipped run{{"100 Allow Inbound Tcp 203.0.113.0/25,198.51.100.7 * 10.0.0.4 443"},
                    packet_pattern("192.0.2.9", "10.0.0.4", 443),
                    kAllow};
  ASSERT_TRUE(has(run.found, RemedyKind::Widen));
  EXPECT_TRUE(run.found.ranked.front().besides.empty());
  EXPECT_TRUE(has(run.found, RemedyKind::Allow));
}

TEST(Flips, AllowsBeforeTheDenyThatDecides) {
  const Flipped run{{"150 Deny Inbound Tcp * * * 22", "200 Allow Inbound Tcp * * * *"},
                    packet_pattern("203.0.113.7", "10.0.0.4", 22),
                    kAllow};
  ASSERT_FALSE(run.found.ranked.empty());
  const Remedy& best = run.found.ranked.front();
  EXPECT_EQ(best.kind, RemedyKind::Allow);
  EXPECT_TRUE(best.besides.empty());
  // Taking the deny away opens 22 to all others, too.
  const auto removed = std::find_if(run.found.ranked.begin(), run.found.ranked.end(),
                                    [](const Remedy& one) { return one.kind == RemedyKind::Remove; });
  ASSERT_NE(removed, run.found.ranked.end());
  EXPECT_FALSE(removed->besides.empty());
}

TEST(Flips, DeniesWhatIsAllowed) {
  const Flipped run{{"150 Allow Inbound Tcp Internet * * 443"}, packet_pattern("203.0.113.7", "10.0.0.4", 443), kDeny};
  ASSERT_TRUE(has(run.found, RemedyKind::Deny));
  EXPECT_TRUE(run.found.ranked.front().besides.empty());
}

TEST(Flips, SaysWhyThereAreNone) {
  const FlowPattern flow = packet_pattern("203.0.113.7", "10.0.0.4", 443);
  EXPECT_EQ((Flipped{{}, flow, kDeny}.found.why_none), "it is so already");
  EXPECT_EQ((Flipped{{"100 Deny Inbound Tcp AzureCloud * * 443", "110 Allow Inbound Tcp * * * *"}, flow, kAllow}
                 .found.why_none),
            "what decides is not known; make the value known first");
  EXPECT_EQ((Flipped{{}, packet_pattern("AzureCloud", "10.0.0.4", 443), kAllow}.found.why_none),
            "which addresses AzureCloud holds is not known (give --service-tags)");
}

TEST(Flips, NeverBreaksADemand) {
  std::vector<Policy> policies = io::built_in_policies();
  std::erase_if(policies, is_about_deployments);
  // The second hop: to deny it for all is what NSG-RDP-004 is about.
  FlowPattern hop = packet_pattern("VirtualNetwork", "VirtualNetwork", 3389);
  const Flipped run{{}, hop, kDeny, policies};
  EXPECT_TRUE(run.found.ranked.empty());
  EXPECT_FALSE(run.found.why_none.empty());
}

// A random packet of random rules, flipped; the oracle judges the rules before and after.
Complaint keeps_its_word(const Case& c) {
  engine::Rng rng{static_cast<unsigned>(std::hash<std::string>{}(engine::describe(c)))};
  const model::Nsg nsg = support::nsg_of(c.lines);
  const engine::Edges places = engine::edges(c, nsg);
  const auto asked = engine::random_packet(rng, places);
  if (!asked || !net::has_ports(asked->protocol)) return std::nullopt;
  const auto was = oracle::judge(nsg, net::Direction::Inbound, c.world, *asked).outcome;
  FlowPattern flows =
      packet_pattern(net::to_string(asked->source), net::to_string(asked->destination), asked->destination_port);
  flows.protocols = net::protocol_set({asked->protocol});
  const Flipped run{c.lines, flows, was == oracle::Outcome::Yes ? kDeny : kAllow};
  for (const Remedy& remedy : run.found.ranked) {
    const model::Nsg after = model::apply(run.nsg, remedy.changes);
    const std::string who{name(remedy.kind)};
    const auto is = oracle::judge(after, net::Direction::Inbound, c.world, *asked).outcome;
    if (is == was || is == oracle::Outcome::Unknown) return who + " does not flip " + engine::describe(*asked);
    for (int i = 0; i < 40; ++i) {
      const auto packet = engine::random_packet(rng, places);
      if (!packet) break;
      if (!fares_as_listed(remedy.differences, run.nsg, after, c.world, *packet))
        return who + " does another thing than promised at " + engine::describe(*packet);
    }
  }
  return std::nullopt;
}

TEST(Flips, KeepTheirWord) {
  engine::hold(engine::seeds(60), {.max_rules = 6, .ipv6 = false, .symbols = false, .undetermined = false},
               [](const Case& c) -> Complaint {
                 Case usual = in_usual_network(c);
                 usual.question = engine::everything();
                 return keeps_its_word(usual);
               });
}

}  // namespace
}  // namespace nsgcheck::policy::flip_test
