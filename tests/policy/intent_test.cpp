// SPDX-License-Identifier: Apache-2.0
// Verdicts of expectations, by hand and held packet by packet against the oracle's walk.
#include "analyzer/policy/intent.hpp"

#include <algorithm>
#include <cctype>
#include <ostream>

#include "analyzer/engine/resolve.hpp"
#include "tests/engine/probes.hpp"
#include "tests/engine/random_case.hpp"
#include "tests/oracle/packet_oracle.hpp"
#include "tests/policy/intent_case.hpp"

namespace nsgcheck::policy::intent_test {
namespace {

using engine::Case;
using engine::Complaint;
using Lines = std::vector<std::string>;

/// Verdicts, then ids of findings, in order.
std::string outcome_of(const NsgAudit& audit) {
  std::string out;
  for (const ExpectationVerdict& one : audit.expectations) {
    out += (out.empty() ? "" : " ") + std::string{name(one.verdict)};
    if (one.reason) out += '(' + std::string{model::code(*one.reason)} + ')';
  }
  for (const Finding& finding : audit.findings) {
    out += ' ' + finding.policy->id.substr(8);
    if (finding.status == Status::Unknown) out += '?';
  }
  return out;
}

struct Row {
  std::string name;
  Lines rules;
  std::string intent;
  std::string outcome;
};
void PrintTo(const Row& row, std::ostream* out) { *out << row.name; }

class IntentRow : public testing::TestWithParam<Row> {};

TEST_P(IntentRow, HasItsVerdict) {
  const Intent intent = intent_of(GetParam().intent);
  EXPECT_EQ(outcome_of(held_against(GetParam().rules, intent)), GetParam().outcome);
}

const Row kRows[]{
    {"must of what the default denies", {}, "must: [{protocol: tcp, from: 203.0.113.7, ports: 443}]", "violated 001"},
    {"must of what the default allows", {}, "must: [{from: VirtualNetwork, to: VirtualNetwork}]", "held"},
    {"must in two pieces",
     {"100 Allow Inbound Tcp 203.0.113.0/25 * * 443", "110 Allow Inbound Tcp 203.0.113.128/25 * * 443"},
     "must: [{protocol: tcp, from: 203.0.113.0/24, ports: 443}]",
     "held"},
    {"must with one address missing",
     {"100 Deny Inbound Tcp 203.0.113.77 * * 443", "110 Allow Inbound Tcp 203.0.113.0/24 * * 443"},
     "must: [{protocol: tcp, from: 203.0.113.0/24, ports: 443}]",
     "violated 001"},
    {"must of both protocols", {"100 Allow Inbound Tcp * * * 443"}, "must: [{ports: 443}]", "violated 001"},
    {"must with a source port",
     {"100 Allow Inbound Tcp * 1024-65535 * 443"},
     "must: [{protocol: tcp, ports: 443}]",
     "violated 001"},
    {"must outbound", {}, "must: [{direction: out, to: Internet, from: VirtualNetwork}]", "held"},
    {"mustNot of what is open",
     {"100 Allow Inbound * Internet * * *"},
     "mustNot: [{from: Internet, ports: 3389}]",
     "violated 002"},
    {"mustNot of one port in a range",
     {"100 Allow Inbound Udp 203.0.113.7 * 10.0.0.4 3000-4000"},
     "mustNot: [{from: Internet, ports: 3389}]",
     "violated 002"},
    {"mustNot behind a deny",
     {"100 Deny Inbound * Internet * * 3389", "110 Allow Inbound Tcp * * * *"},
     "mustNot: [{from: Internet, ports: 3389}]",
     "held"},
    {"mustNot behind a deny of a tag without data",
     {"100 Deny Inbound * AzureCloud * * 3389", "110 Allow Inbound Tcp 203.0.113.7 * * *"},
     "mustNot: [{from: 203.0.113.0/24, ports: 3389}]",
     "unknown(unknown-tag) 002?"},
    {"must through a tag without data",
     {"100 Allow Inbound Tcp AzureCloud * * 443"},
     "must: [{protocol: tcp, from: 203.0.113.7, ports: 443}]",
     "unknown(unknown-tag) 001?"},
    {"must of the tag itself",
     {"100 Allow Inbound Tcp AzureCloud * * 443"},
     "must: [{protocol: tcp, from: AzureCloud, ports: 443}]",
     "held"},
    {"must through a group without members",
     {"100 Allow Inbound Tcp asg:web * * 443"},
     "must: [{protocol: tcp, from: \"asg:web\", ports: 443}]",
     "held"},
    {"must of a value that is not known",
     {"100 ? Inbound Tcp * * * 443"},
     "must: [{protocol: tcp, from: 203.0.113.7, ports: 443}]",
     "unknown(invalid-rule) 001?"},
    {"violated goes before unknown",
     {"100 Deny Inbound Tcp AzureCloud * * 443", "110 Allow Inbound Tcp 203.0.113.0/24 * * 443"},
     "must: [{protocol: tcp, from: Internet, ports: 443}]",
     "violated 001"},
    {"only as it is",
     {"100 Allow Inbound Tcp Internet * * 443"},
     "only: [{from: Internet, allow: [{protocol: tcp, ports: 443}]}]",
     "held"},
    {"only with nothing allowed",
     {"100 Allow Inbound Tcp Internet * * 443"},
     "only: [{from: Internet, allow: []}]",
     "violated 003"},
    {"only with nothing open", {}, "only: [{from: Internet, allow: []}]", "held"},
    {"only with more",
     {"100 Allow Inbound Tcp Internet * * 443,80"},
     "only: [{from: Internet, allow: [{protocol: tcp, ports: 443}]}]",
     "violated 003"},
    {"only with less",
     {"100 Allow Inbound Tcp Internet * * 443"},
     "only: [{from: Internet, allow: [{protocol: tcp, ports: [443, 80]}]}]",
     "violated 004"},
    {"only with more and less",
     {"100 Allow Inbound Tcp Internet * * 443"},
     "only: [{from: Internet, allow: [{protocol: tcp, ports: 80}]}]",
     "violated 003 004"},
    {"only with entries that overlap",
     {"100 Allow Inbound * * * * 0-1023"},
     "only: [{protocol: [tcp, udp], allow: [{ports: 0-500}, {ports: 400-1023}]}]",
     "violated 003"},
    {"only does not look outside its scope",
     {"100 Allow Inbound * VirtualNetwork * * *"},
     "only: [{from: Internet, allow: []}]",
     "held"},
    {"only with a tag without data on both sides",
     {"100 Allow Inbound Tcp AzureCloud * * 443"},
     "only: [{from: Internet, allow: [{protocol: tcp, from: AzureCloud, ports: 443}]}]",
     "held"},
    {"only with a tag without data on one side",
     {"100 Allow Inbound Tcp AzureCloud * * 443"},
     "only: [{from: 203.0.113.0/24, allow: []}]",
     "unknown(unknown-tag) 003?"},
    {"the forwarder port",
     {"100 Allow Inbound Tcp 203.0.113.0/24 * * 20000"},
     "must: [{protocol: tcp, from: 203.0.113.0/24, ports: forwarder}]",
     "held"},
    {"several",
     {},
     "must: [{from: 10.0.0.4, to: 10.0.0.5}]\nmustNot: [{from: Internet}, {from: 10.0.0.4}]",
     "held held violated 002"},
    {"of another group", {}, "nsg: other\nmust: [{from: Internet}]", ""},
    {"of this group among others", {}, "must: [{from: Internet, nsg: [other, NSG]}]", "violated 001"},
};
INSTANTIATE_TEST_SUITE_P(Rows, IntentRow, testing::ValuesIn(kRows), [](const auto& row) {
  std::string name = row.param.name;
  for (char& c : name)
    if (std::isalnum(static_cast<unsigned char>(c)) == 0) c = '_';
  return name;
});

TEST(Intent, NamesRulePlaceWitnessAndSeverity) {
  const Intent intent = intent_of("mustNot: [{name: no RDP, from: Internet, ports: 3389, severity: critical}]");
  const NsgAudit audit = held_against({"100 Allow Inbound Tcp 203.0.113.0/24 * 10.0.0.4 3389"}, intent);
  ASSERT_EQ(audit.findings.size(), 1U);
  const Finding& finding = audit.findings.front();
  EXPECT_EQ(finding.severity, Severity::Critical);
  EXPECT_EQ(finding.decided_by, std::vector<ModelRule>{0});
  EXPECT_EQ(finding.message,
            "\"no RDP\" must not be allowed, but tcp 3389 from 203.0.113.0/24 to 10.0.0.4/32 inbound is; decided by R0 "
            "(100)");
  ASSERT_TRUE(finding.witness.has_value());
  EXPECT_EQ(finding.witness->destination_port, 3389);
  ASSERT_TRUE(finding.expected.has_value());
  EXPECT_EQ(finding.expected->name, "no RDP");
  EXPECT_EQ(finding.fingerprint.size(), 32U);
}

// What stands before the rules to find more than is listed is no rule of theirs.
TEST(Intent, NamesOnlyRulesThatAreThere) {
  const Intent intent = intent_of("only: [{from: Internet, allow: [{protocol: tcp, ports: 443}, {ports: 53}]}]");
  const NsgAudit audit = held_against({"100 Allow Inbound Tcp * * * ?", "110 Allow Inbound * * * * *"}, intent);
  for (const Finding& finding : audit.findings)
    for (const ModelRule rule : finding.decided_by) EXPECT_LT(rule, 8U);
}

FlowPattern pattern_of(const engine::PlainQuestion& question) {
  FlowPattern out;
  for (const std::uint8_t number : question.protocols) out.protocols.set(number);
  const auto side = [](const std::vector<oracle::Range>& ranges, std::vector<model::AddressItem>& items) {
    for (const oracle::Range& range : ranges) {
      model::AddressItem item;
      item.value = model::AddressRange{oracle::address_of(range.family, range.low),
                                       oracle::address_of(range.family, range.high)};
      items.push_back(item);
    }
  };
  side(question.source, out.from);
  side(question.destination, out.to);
  out.ports = net::PortSet::range(question.destination_low, question.destination_high);
  return out;
}

bool holds(const engine::PlainQuestion& question, const net::FiveTuple& packet) {
  const auto& protocols = question.protocols;
  return std::find(protocols.begin(), protocols.end(), packet.protocol.number) != protocols.end() &&
         oracle::holds(question.source, packet.source) && oracle::holds(question.destination, packet.destination) &&
         (!net::ported_protocols()[packet.protocol.number] || (packet.destination_port >= question.destination_low &&
                                                               packet.destination_port <= question.destination_high));
}

/// One expectation of each kind over random flows, and what packets say of them.
class IntentCheck {
 public:
  IntentCheck(const Case& c, unsigned seed) : case_{c}, nsg_{support::nsg_of(c.lines)}, rng_{seed} {
    listed_ = engine::random_question(rng_, {.undetermined = false});
    listed_.source_low = 0;
    listed_.source_high = 65535;
    case_.question.source_low = 0;
    case_.question.source_high = 65535;
    for (const auto kind : {ExpectationKind::Must, ExpectationKind::MustNot, ExpectationKind::Only}) {
      Expectation one;
      one.kind = kind;
      one.flows = pattern_of(case_.question);
      if (kind == ExpectationKind::Only) one.allow = {pattern_of(listed_)};
      intent_.expectations.push_back(one);
    }
  }

  Complaint run() {
    AuditOptions options;
    options.intent = &intent_;
    const model::NetworkContext context = engine::context_of(case_.world);
    said_ = judge_intent(nsg_, 0, context, intent_policies(), options);
    if (said_.verdicts.size() != 3) return "not three verdicts";
    for (const engine::PlainQuestion& question : {case_.question, listed_}) {
      Case asked = case_;
      asked.question = question;
      const engine::Edges places = engine::edges(asked, nsg_);
      constexpr int kPackets = 60;
      for (int i = 0; i < kPackets; ++i) {
        const auto packet = engine::random_packet(rng_, places);
        if (!packet) break;
        if (Complaint complaint = check(*packet)) return *complaint + " at " + engine::describe(*packet);
      }
    }
    return check_witnesses();
  }

 private:
  Complaint check(const net::FiveTuple& packet) const {
    const auto truth = oracle::judge(nsg_, net::Direction::Inbound, case_.world, packet).outcome;
    const bool in_scope = holds(case_.question, packet);
    const bool listed = holds(listed_, packet);
    const bool wanted[]{in_scope, false, listed};
    const bool barred[]{false, in_scope, in_scope && !listed};
    for (std::size_t i = 0; i < 3; ++i) {
      if (!wanted[i] && !barred[i]) continue;
      const Fulfilment verdict = said_.verdicts[i].verdict;
      const std::string who = std::string{name(intent_.expectations[i].kind)} + " is " + std::string{name(verdict)};
      const auto broken = wanted[i] ? oracle::Outcome::No : oracle::Outcome::Yes;
      if (truth == broken && verdict != Fulfilment::Violated) return who + ", but a packet violates it";
      // Knowledge about tags may settle what the walk alone does not.
      const bool settled_by_tags = case_has_symbols();
      if (truth == oracle::Outcome::Unknown && verdict == Fulfilment::Held && !settled_by_tags)
        return who + ", but of a packet it is not known";
    }
    return std::nullopt;
  }

  [[nodiscard]] bool case_has_symbols() const {
    return engine::resolve(nsg_, net::Direction::Inbound, engine::context_of(case_.world)).symbols.size() > 0;
  }

  Complaint check_witnesses() const {
    for (const Finding& finding : said_.findings) {
      if (finding.status != Status::Violated) continue;
      if (!finding.witness) return "a violation without witness";
      const auto* from = std::get_if<net::IpAddress>(&finding.witness->source);
      const auto* to = std::get_if<net::IpAddress>(&finding.witness->destination);
      if (from == nullptr || to == nullptr) continue;
      const net::FiveTuple packet{finding.witness->protocol, *from, finding.witness->source_port.value_or(0), *to,
                                  finding.witness->destination_port.value_or(0)};
      const auto truth = oracle::judge(nsg_, net::Direction::Inbound, case_.world, packet).outcome;
      const bool missing = finding.policy->id == "NSG-INT-001" || finding.policy->id == "NSG-INT-004";
      if (truth != (missing ? oracle::Outcome::No : oracle::Outcome::Yes))
        return finding.policy->id + ": its witness shows nothing: " + engine::describe(packet);
      if (finding.policy->id == "NSG-INT-003" && holds(listed_, packet)) return "a listed flow is too much";
    }
    return std::nullopt;
  }

  Case case_;
  model::Nsg nsg_;
  engine::Rng rng_;
  engine::PlainQuestion listed_;
  Intent intent_;
  IntentJudgement said_;
};

TEST(Intent, AgreesWithTheOracle) {
  engine::hold(engine::seeds(150), {.max_rules = 6}, [](const Case& c) -> Complaint {
    return IntentCheck{c, static_cast<unsigned>(std::hash<std::string>{}(engine::describe(c)))}.run();
  });
}

TEST(Intent, AgreesWithTheOracleOnRulesThatMeetOften) {
  engine::hold(engine::seeds(150), {.max_rules = 8, .undetermined = false, .narrow = true},
               [](const Case& c) -> Complaint {
                 return IntentCheck{c, static_cast<unsigned>(std::hash<std::string>{}(engine::describe(c)))}.run();
               });
}

}  // namespace
}  // namespace nsgcheck::policy::intent_test
