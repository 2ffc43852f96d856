// SPDX-License-Identifier: Apache-2.0
// Remedies held against their word: the finding is gone, exactly what was promised changes, packet by packet against
// the oracle's walk, and nothing that is demanded breaks.
#include "analyzer/policy/remedy.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "analyzer/io/policy_reader.hpp"
#include "tests/policy/audit_rules.hpp"
#include "tests/policy/changes_case.hpp"
#include "tests/support/rule_line.hpp"

namespace nsgcheck::policy::remedy_test {
namespace {

using Lines = std::vector<std::string>;
using engine::Case;
using engine::Complaint;

const std::vector<Policy>& policies() {
  static const std::vector<Policy> all = [] {
    std::vector<Policy> out = io::built_in_policies();
    std::erase_if(out, is_about_deployments);
    return out;
  }();
  return all;
}

/// An NSG and its audit, kept together.
struct Judged {
  explicit Judged(model::Nsg group) : nsg{std::move(group)}, context{model::default_context()} {
    model::find_faults(nsg);
    audit = policy::audit_nsg(nsg, 0, context, policies(), options);
  }
  explicit Judged(const Lines& lines) : Judged(support::nsg_of(lines)) {}

  [[nodiscard]] const Finding* finding(std::string_view id) const {
    const auto found =
        std::find_if(audit.findings.begin(), audit.findings.end(), [&](const auto& f) { return f.policy->id == id; });
    return found == audit.findings.end() ? nullptr : &*found;
  }
  [[nodiscard]] Remedies remedies(const Finding& finding) const {
    return find_remedies({nsg, 0, context, policies(), options, audit}, finding);
  }

  model::Nsg nsg;
  model::NetworkContext context;
  AuditOptions options;
  NsgAudit audit;
};

std::string text_of(const model::SecurityRule& rule) {
  const auto list = [](const auto& items) {
    std::string out;
    for (const auto& item : items) out += (out.empty() ? "" : ",") + item.text;
    return out;
  };
  return rule.priority.text + ' ' + rule.access.text + ' ' + rule.protocol.text + ' ' + list(rule.sources) + ' ' +
         list(rule.destinations) + ' ' + list(rule.destination_ports);
}

std::string text_of(const model::RuleChange& change) {
  if (const auto* remove = std::get_if<model::RemoveRule>(&change)) return "- R" + std::to_string(remove->rule);
  if (const auto* replace = std::get_if<model::ReplaceRule>(&change))
    return "R" + std::to_string(replace->rule) + ": " + text_of(replace->to);
  return "+ " + text_of(std::get<model::AddRule>(change).rule);
}

Lines texts_of(const Remedy& remedy) {
  Lines out;
  for (const model::RuleChange& change : remedy.changes) out.push_back(text_of(change));
  return out;
}

struct Example {
  const char* name;
  Lines rules;
  const char* finding;
  std::vector<Lines> wanted;  ///< among the remedies, the first being the best
  bool first_is_exact;        ///< and it changes nothing but the finding's flows
};

class RemedyExample : public testing::TestWithParam<Example> {};

TEST_P(RemedyExample, Offers) {
  const Judged judged{GetParam().rules};
  const Finding* finding = judged.finding(GetParam().finding);
  ASSERT_NE(finding, nullptr);
  const Remedies found = judged.remedies(*finding);
  ASSERT_FALSE(found.ranked.empty()) << found.why_none;
  EXPECT_EQ(texts_of(found.ranked.front()), GetParam().wanted.front());
  EXPECT_EQ(found.ranked.front().besides.empty(), GetParam().first_is_exact);
  for (const Lines& wanted : GetParam().wanted)
    EXPECT_TRUE(std::any_of(found.ranked.begin(), found.ranked.end(), [&](const Remedy& r) {
      return texts_of(r) == wanted;
    })) << testing::PrintToString(wanted);
}

const Example kExamples[] = {
    {"3389 open to all inside one rule",
     {"200 Allow Inbound Tcp Internet * VirtualNetwork 3389"},
     "NSG-RDP-001",
     {{"- R0"}, {"+ 199 Deny Tcp Internet VirtualNetwork 3389"}},
     true},
    {"3389 in a list of ports",
     {"200 Allow Inbound Tcp Internet * VirtualNetwork 443,3389"},
     "NSG-RDP-001",
     {{"R0: 200 Allow Tcp Internet VirtualNetwork 443"}, {"+ 199 Deny Tcp Internet VirtualNetwork 3389"}},
     true},
    {"the second hop denied",
     {"200 Deny Inbound Tcp VirtualNetwork * VirtualNetwork 3389"},
     "NSG-RDP-004",
     {{"- R0"}},
     true},
    {"the probe denied by a deny of everything",
     {"200 Allow Inbound Tcp 203.0.113.0/24 * VirtualNetwork 443",
      "300 Allow Inbound Tcp VirtualNetwork * VirtualNetwork *", "4096 Deny Inbound * * * * *"},
     "NSG-PLAT-001",
     {{"+ 4095 Allow Tcp AzureLoadBalancer * *"}},
     true},
    {"the forwarder port closed",
     {"200 Allow Inbound Tcp 203.0.113.0/24 * VirtualNetwork 3389"},
     "NSG-RDP-003",
     {{"+ 210 Allow Tcp 203.0.113.0/24 VirtualNetwork 20000"}, {"- R0"}},
     true},
    {"a rule that is never reached",
     {"100 Allow Inbound Tcp 203.0.113.0/24 * * 443", "110 Deny Inbound Tcp 203.0.113.7 * * 443"},
     "NSG-HYG-001",
     {{"- R1"}},
     true},
    {"a source port that clients do not have",
     {"100 Allow Inbound Tcp 203.0.113.0/24 3389 VirtualNetwork 3389"},
     "NSG-RDP-005",
     {{"- R0"}},
     false},
};

INSTANTIATE_TEST_SUITE_P(Rules, RemedyExample, testing::ValuesIn(kExamples), [](const auto& row) {
  std::string name = row.param.name;
  for (char& c : name)
    if (!std::isalnum(static_cast<unsigned char>(c))) c = '_';
  return name;
});

TEST(Remedy, SaysWhyThereIsNone) {
  const Judged judged{Lines{}};
  const Finding* finding = judged.finding("NSG-EGR-001");
  ASSERT_NE(finding, nullptr);
  const Remedies found = judged.remedies(*finding);
  EXPECT_TRUE(found.ranked.empty());
  EXPECT_FALSE(found.why_none.empty());
}

// A deny for everything on 3389 would close the finding and the second hop with it.
TEST(Remedy, NeverBreaksTheSecondHop) {
  const Judged judged{Lines{"200 Allow Inbound Tcp * * * 3389", "210 Deny Inbound Tcp * * * 3389"}};
  const Finding* finding = judged.finding("NSG-RDP-001");
  ASSERT_NE(finding, nullptr);
  const Remedies found = judged.remedies(*finding);
  ASSERT_FALSE(found.ranked.empty());
  for (const Remedy& remedy : found.ranked) EXPECT_NE(texts_of(remedy), Lines{"- R0"});
}

std::set<std::string> ids_of(const NsgAudit& audit) {
  std::set<std::string> out;
  for (const Finding& finding : audit.findings) out.insert(finding.policy->id + finding.fingerprint);
  return out;
}

// Every remedy of every finding, on rules without unknown values: judged anew by a new audit and by the oracle.
Complaint keeps_its_word(const Case& c) {
  const Judged judged{c.lines};
  engine::Rng rng{static_cast<unsigned>(std::hash<std::string>{}(engine::describe(c)))};
  for (const Finding& finding : judged.audit.findings) {
    for (const Remedy& remedy : judged.remedies(finding).ranked) {
      const Judged after{model::apply(judged.nsg, remedy.changes)};
      const std::string who = finding.policy->id + " by " + testing::PrintToString(texts_of(remedy));
      if (ids_of(after.audit).contains(finding.policy->id + finding.fingerprint)) return "not closed: " + who;
      model::Nsg both = judged.nsg;
      both.rules.insert(both.rules.end(), after.nsg.rules.begin(), after.nsg.rules.end());
      Case all = c;
      all.question = engine::everything();
      const engine::Edges places = engine::edges(all, both);
      constexpr int kPackets = 40;
      for (int i = 0; i < kPackets; ++i) {
        const auto packet = engine::random_packet(rng, places);
        if (!packet) break;
        const auto was = oracle::judge(judged.nsg, net::Direction::Inbound, c.world, *packet).outcome;
        const auto is = oracle::judge(after.nsg, net::Direction::Inbound, c.world, *packet).outcome;
        if (!fares_as_listed(remedy.differences, judged.nsg, after.nsg, c.world, *packet))
          return "another change than promised: " + who + " at " + engine::describe(*packet);
        if (was != oracle::Outcome::Unknown && is == oracle::Outcome::Unknown) return "made unknown: " + who;
      }
    }
  }
  return std::nullopt;
}

TEST(Remedy, KeepsItsWord) {
  engine::hold(200, {.max_rules = 6, .ipv6 = false, .symbols = false, .undetermined = false},
               [](const Case& c) { return keeps_its_word(in_usual_network(c)); });
}

}  // namespace
}  // namespace nsgcheck::policy::remedy_test
