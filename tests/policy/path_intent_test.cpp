// SPDX-License-Identifier: Apache-2.0
// Expectations about whole ways, by hand and held packet by packet against a slow reading of every stage.
#include "analyzer/policy/path_intent.hpp"

#include <cctype>
#include <ostream>

#include "analyzer/model/rule_text.hpp"
#include "tests/engine/probes.hpp"
#include "tests/oracle/way_oracle.hpp"
#include "tests/policy/intent_case.hpp"
#include "tests/policy/network_case.hpp"

namespace nsgcheck::policy::path_intent_test {
namespace {

struct Judged {
  Judged(const NetworkRules& rules, const std::string& yaml) : Judged{network_of(rules), yaml} {}
  Judged(model::Deployment given, const std::string& yaml)
      : deployment{std::move(given)}, paths{deployment, AskedOf::Sets}, intent{intent_of(yaml)} {
    said = judge_path_intent({deployment, paths, {}, {}, false}, intent, intent_policies(), 20000);
  }
  model::Deployment deployment;
  FlowPaths paths;
  Intent intent;
  PathIntentJudgement said;
};

/// Verdicts with those of places that fare otherwise than the whole, then ids of findings.
std::string outcome_of(const PathIntentJudgement& said) {
  std::string out;
  for (const ExpectationVerdict& one : said.verdicts) {
    out += (out.empty() ? "" : " ") + std::string{name(one.verdict)};
    if (one.reason) out += '(' + std::string{model::code(*one.reason)} + ')';
    for (const PlaceVerdict& place : one.places)
      if (place.verdict != one.verdict) out += ' ' + place.place + ':' + std::string{name(place.verdict)};
  }
  for (const Finding& finding : said.findings) {
    out += ' ' + finding.policy->id.substr(8);
    if (finding.status == Status::Unknown) out += '?';
  }
  return out;
}

struct Row {
  std::string name;
  NetworkRules rules;
  std::string intent;
  std::string outcome;
};
void PrintTo(const Row& row, std::ostream* out) { *out << row.name; }

const RuleLines kWeb{"100 Allow Inbound Tcp Internet * * 443"};
const RuleLines kRdp{"100 Allow Inbound Tcp Internet * * 3389"};
const RuleLines kSql{"100 Allow Inbound Tcp Sql * * 443"};
const RuleLines kPairs{"100 Allow Inbound Tcp 10.0.0.4 * 10.0.0.5 22", "110 Allow Inbound Tcp 10.0.0.5 * 10.0.0.4 22",
                       "120 Deny Inbound * * * * *"};

const Row kRows[]{
    {"must through both stages",
     {kWeb, kWeb, {}, {}},
     "must: [{protocol: tcp, from: Internet, to: 'role:Web', ports: 443}]",
     "held"},
    {"must that the NIC of one loses",
     {kWeb, {}, {}, {}},
     "must: [{protocol: tcp, from: Internet, to: 'role:Web', ports: 443}]",
     "violated B:held 001"},
    {"must of which a part is lost",
     {{"100 Deny Inbound Tcp 203.0.113.7 * * 443", "110 Allow Inbound Tcp Internet * * 443"}, kWeb, {}, {}},
     "must: [{protocol: tcp, from: 203.0.113.0/24, to: 'instance:A', ports: 443}]",
     "violated 001"},
    {"mustNot that the NIC closes",
     {kRdp, {}, {}, {}},
     "mustNot: [{from: Internet, to: 'instance:a', ports: 3389}]",
     "held"},
    {"mustNot that is open at one",
     {kRdp, {}, {}, {}},
     "mustNot: [{judged: path, from: Internet, ports: 3389}]",
     "violated A:held C:held 002"},
    {"must from machine to machine",
     {{}, {}, {}, {}},
     "must: [{protocol: tcp, from: 'role:Web', to: 'instance:C', ports: 3389}]",
     "held"},
    {"must that the target denies",
     {{}, {}, {"100 Deny Inbound Tcp * * * 3389"}, {}},
     "must: [{protocol: tcp, from: 'role:Web', to: 'instance:C', ports: 3389}]",
     "violated 001"},
    {"must that one sender's NIC denies",
     {{}, {"100 Deny Outbound Tcp * * 10.0.1.0/24 3389"}, {}, {}},
     "must: [{protocol: tcp, from: 'role:Web', to: 'subnet:data', ports: 3389}]",
     "violated 001"},
    {"what a machine sends to itself is no traffic",
     {kPairs, kPairs, {}, {}},
     "must: [{protocol: tcp, from: 'role:Web', to: 'role:Web', ports: 22}]",
     "held"},
    {"the sender alone means what it sends",
     {{}, {}, {}, {}},
     "mustNot: [{from: 'role:Web', to: Internet}]",
     "violated 002"},
    {"what is sent is closed for one",
     {{}, {"100 Deny Outbound * * * Internet *"}, {}, {}},
     "mustNot: [{from: 'role:Web', to: Internet}]",
     "violated A:held 002"},
    {"only with all of it",
     {kWeb, kWeb, {}, {}},
     "only: [{from: Internet, to: 'role:Web', allow: [{protocol: tcp, ports: 443}]}]",
     "held"},
    {"only with more at one",
     {{"100 Allow Inbound Tcp Internet * * 443", "110 Allow Inbound Tcp Internet * 10.0.0.5 22"}, kWeb, {}, {}},
     "only: [{from: Internet, to: 'role:Web', allow: [{protocol: tcp, ports: 443}]}]",
     "violated A:held 003"},
    {"only with less at one",
     {kWeb, {}, {}, {}},
     "only: [{from: Internet, to: 'role:Web', allow: [{protocol: tcp, ports: 443}]}]",
     "violated B:held 004"},
    {"only whose entry names a machine",
     {{"100 Allow Inbound Tcp Internet * 10.0.0.5 443"}, {}, {}, {}},
     "only: [{from: Internet, to: 'role:Web', allow: [{protocol: tcp, to: 'instance:B', ports: 443}]}]",
     "held"},
    {"an admin rule delivers it",
     {{}, {}, {}, {"AlwaysAllow Inbound Tcp Internet * * 443"}},
     "must: [{protocol: tcp, from: Internet, to: 'role:Web', ports: 443}]",
     "held"},
    {"an admin rule stops it",
     {kRdp, kRdp, {}, {"Deny Inbound Tcp Internet * * 3389"}},
     "mustNot: [{protocol: tcp, from: Internet, to: 'role:Web', ports: 3389}]",
     "held"},
    {"a tag without data at one stage",
     {kSql, kWeb, {}, {}},
     "must: [{protocol: tcp, from: 203.0.113.7, to: 'instance:A', ports: 443}]",
     "unknown(unknown-tag) 001?"},
    {"a tag without data before a deny",
     {kSql, {}, {}, {}},
     "mustNot: [{protocol: tcp, from: 203.0.113.7, to: 'instance:A', ports: 443}]",
     "held"},
    {"a tag without data as the target",
     {kWeb, kWeb, {}, {}},
     "mustNot: [{judged: path, from: Internet, to: ['asg:web', 10.0.0.4], ports: 22}]",
     "unknown(asg-without-members) 002?"},
    {"IPv6 to a machine that has none",
     {{}, {}, {}, {}},
     "mustNot: [{from: '2001:db8::/32', to: 'instance:B'}]",
     "unknown(missing-attachment) 002?"},
    {"IPv6 to one that has",
     {{"100 Allow Inbound Tcp 2001:db8::/32 * fd00:1::4 22"}, {"100 Allow Inbound Tcp 2001:db8::/32 * * 22"}, {}, {}},
     "mustNot: [{from: '2001:db8::/32', to: 'instance:A'}]",
     "violated 002"},
    {"an address that is no machine's",
     {{}, {}, {}, {}},
     "mustNot: [{judged: path, from: Internet, to: [10.0.0.4, 10.0.0.77], ports: 3389}]",
     "unknown(missing-attachment) 002?"},
    {"a place that is not there", {{}, {}, {}, {}}, "mustNot: [{from: Internet, to: 'instance:D'}]", ""},
    {"a sender that is not there",
     {{}, {}, {}, {}},
     "mustNot: [{from: 'role:Nobody', to: 'instance:A'}]",
     "unknown(missing-attachment) 002?"},
    {"an expectation of an NSG is none of it", {{}, {}, {}, {}}, "mustNot: [{from: Internet, ports: 3389}]", ""},
};

class PathIntentRow : public testing::TestWithParam<Row> {};

TEST_P(PathIntentRow, HasItsVerdict) {
  const Judged judged{GetParam().rules, GetParam().intent};
  EXPECT_EQ(outcome_of(judged.said), GetParam().outcome);
}

INSTANTIATE_TEST_SUITE_P(Rows, PathIntentRow, testing::ValuesIn(kRows), [](const auto& row) {
  std::string name = row.param.name;
  for (char& c : name)
    if (std::isalnum(static_cast<unsigned char>(c)) == 0) c = '_';
  return name;
});

TEST(PathIntent, NamesEveryStageThatTheWitnessMeets) {
  const Judged judged{NetworkRules{kWeb, {}, {}, {}},
                      "must: [{name: web, protocol: tcp, from: 203.0.113.0/24, to: 'role:Web', ports: 443}]"};
  ASSERT_EQ(judged.said.findings.size(), 1U);
  const Finding& finding = judged.said.findings.front();
  EXPECT_EQ(finding.message,
            "\"web\" must arrive, but tcp 443 from 203.0.113.0/24 is lost at A; stopped by DenyAllInBound of nic "
            "(nic)");
  ASSERT_EQ(finding.hops.size(), 2U);
  EXPECT_EQ(finding.hops[0].stage, "front (subnet)");
  EXPECT_EQ(finding.hops[0].verdict, engine::Verdict::Allow);
  EXPECT_EQ(finding.hops[0].rule, "R0");
  EXPECT_EQ(finding.hops[1].stage, "nic (nic)");
  EXPECT_EQ(finding.hops[1].at, "A");
  EXPECT_EQ(finding.hops[1].verdict, engine::Verdict::Deny);
  ASSERT_TRUE(finding.witness);
  EXPECT_EQ(finding.witness->destination_port, 443);
}

// Nothing is held while the inputs leave the network open, and what is violated is so all the same.
TEST(PathIntent, HoldsNothingInANetworkThatIsNotWhole) {
  const Judged judged{NetworkRules{kRdp, {}, {}, {}},
                      "mustNot: [{from: Internet, to: 'instance:A', ports: 3389}, {from: Internet, to: 'instance:B', "
                      "ports: 3389}]"};
  const std::vector<std::string> open{"subnet web: its route table is not in the inputs"};
  const auto said = judge_path_intent({judged.deployment, judged.paths, open, {}, false}, judged.intent, {}, 20000);
  EXPECT_EQ(outcome_of(said), "unknown(missing-attachment) violated");
  const auto elsewhere =
      judge_path_intent({judged.deployment, judged.paths, {}, open, false}, judged.intent, {}, 20000);
  EXPECT_EQ(outcome_of(elsewhere), "held violated");
}

// A machine whose address is not given may have any of its subnet.
TEST(PathIntent, IsOpenWhereRulesTellItsPossibleAddressesApart) {
  model::Deployment network = network_of({{"100 Allow Inbound Tcp Internet * 10.0.0.4 22"}, {}, {}, {}});
  model::Instance& machine = network.roles.front().instances.back();
  machine.space = net::AddressSet::of(net::parse_prefix("10.0.0.0/24")->prefix);
  const Judged judged{network, "mustNot: [{from: Internet, to: 'instance:B', ports: 22}]"};
  EXPECT_EQ(outcome_of(judged.said), "unknown(unresolved-expression) 002?");
  network.nsgs.front() = named_nsg("front", {});
  EXPECT_EQ(outcome_of(Judged{network, "mustNot: [{from: Internet, to: 'instance:B', ports: 22}]"}.said), "held");
}

/// A random expectation and what every edge packet says of it.
class Checked {
 public:
  explicit Checked(unsigned seed) : rng_{seed}, rules_{random_network(rng_)}, network_{network_of(rules_)} {
    for (const auto kind : {ExpectationKind::Must, ExpectationKind::MustNot, ExpectationKind::Only}) {
      Expectation one;
      one.kind = kind;
      one.whole_way = true;
      one.flows = random_flows();
      if (kind == ExpectationKind::Only) {
        one.allow = {random_flows()};
        one.allow.front().direction = one.flows.direction;
        one.allow.front().to = one.flows.to;
        one.allow.front().to_places = one.flows.to_places;
      }
      intent_.expectations.push_back(std::move(one));
    }
  }

  std::string complaint() {
    const FlowPaths paths{network_, AskedOf::Sets};
    const auto said = judge_path_intent({network_, paths, {}, {}, false}, intent_, intent_policies(), 20000);
    for (const ExpectationVerdict& one : said.verdicts) {
      const Expectation& expected = intent_.expectations[one.expectation];
      const std::string who = std::string{name(expected.kind)} + ' ' + pattern_words(expected.flows) + " is " +
                              std::string{name(one.verdict)};
      // Flows that no packet can be are told from the others by the rows above.
      if (one.verdict == Fulfilment::Unknown && one.reason != model::Reason::MissingAttachment) return who;
      for (const net::FiveTuple& packet : edge_packets())
        if (breaks(expected, packet) && one.verdict != Fulfilment::Violated)
          return who + ", but is broken by " + engine::describe(packet);
    }
    for (const Finding& finding : said.findings) {
      if (finding.status != Status::Violated) continue;
      if (!finding.witness) return "no witness";
      const net::FiveTuple packet = packet_of(*finding.witness);
      if (!breaks(intent_.expectations[finding.expected->expectation], packet))
        return "no witness for " + finding.message + ": " + engine::describe(packet);
    }
    return "";
  }

 private:
  FlowPattern random_flows() {
    static const std::vector<std::vector<std::string>> kFar{
        {"Internet"}, {"VirtualNetwork"}, {"203.0.113.0/24"}, {"10.0.0.4"}, {"*"}, {"fd00:1::/64", "10.0.1.0/24"}};
    static const std::vector<std::string> kNear{"A", "B", "C"};
    FlowPattern out;
    out.protocols = net::protocol_set({rng_() % 2 == 0 ? net::kTcp : net::kUdp});
    out.ports = rng_() % 2 == 0 ? net::PortSet::range(3389, 3389) : net::PortSet::range(22, 443);
    for (const std::string& text : kFar[rng_() % kFar.size()])
      out.from.push_back(model::parse_address_item(text, {}, false));
    out.to_places = {{PlaceName::Kind::Instance, kNear[rng_() % kNear.size()]}};
    return out;
  }

  [[nodiscard]] bool is_in(const FlowPattern& flows, const net::FiveTuple& packet) const {
    if (!flows.protocols[packet.protocol.number] || !flows.ports.contains(packet.destination_port)) return false;
    const auto& instances = network_.roles;
    bool near = false;
    for (const model::Role& role : instances)
      for (const model::Instance& one : role.instances)
        for (const net::IpAddress& address : one.addresses)
          near = near || (one.name == flows.to_places.front().name && address == packet.destination);
    if (!near) return false;
    model::SecurityRule rule;
    rule.sources = flows.from;
    return oracle::match_source(rule, oracle::default_world(), packet.source) == oracle::Match::Yes;
  }

  [[nodiscard]] bool breaks(const Expectation& one, const net::FiveTuple& packet) const {
    const bool arrives = oracle::arrives(network_, oracle::default_world(), packet) == oracle::Outcome::Yes;
    const bool in_scope = is_in(one.flows, packet);
    switch (one.kind) {
      case ExpectationKind::Must:
        return in_scope && !arrives;
      case ExpectationKind::MustNot:
        return in_scope && arrives;
      case ExpectationKind::Only:
        break;
    }
    const bool listed = is_in(one.allow.front(), packet);
    return listed ? !arrives : in_scope && arrives;
  }

  static net::FiveTuple packet_of(const Witness& witness) {
    return {witness.protocol, std::get<net::IpAddress>(witness.source), witness.source_port.value_or(0),
            std::get<net::IpAddress>(witness.destination), witness.destination_port.value_or(0)};
  }

  engine::Rng rng_;
  NetworkRules rules_;
  model::Deployment network_;
  Intent intent_;
};

TEST(PathIntent, AgreesWithEveryEdgePacketOfRandomNetworks) {
  for (unsigned seed = 0; seed < engine::seeds(150); ++seed) {
    const std::string complaint = Checked{seed}.complaint();
    ASSERT_EQ(complaint, "") << "seed " << seed;
  }
}

}  // namespace
}  // namespace nsgcheck::policy::path_intent_test
