// SPDX-License-Identifier: Apache-2.0
#include "analyzer/io/policy_reader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/policy/audit_rules.hpp"

namespace nsgcheck::policy_reader_test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::string_view kWhole =
    "id: ACME-001\n"
    "title: SSH is open\n"
    "severity:\n"
    "  by-source: {wide: critical, medium: high, narrow: low}\n"
    "rationale: >-\n"
    "  Two\n"
    "  lines.\n"
    "ask:\n"
    "  - forbid: {direction: inbound, protocol: [tcp, udp], from: Internet, to: VirtualNetwork,\n"
    "             ports: [22, \"5985-5986\", forwarder]}\n"
    "  - when-allowed: {direction: inbound, protocol: tcp, from: [203.0.113.0/24, AzureCloud], to: \"*\", ports: 22}\n"
    "    need-some: {direction: outbound, protocol: any, from: VirtualNetwork, to: Internet}\n"
    "  - hygiene: partially-shadowed\n"
    "  - hygiene: covered-entry\n"
    "  - validity: duplicate-priority\n"
    "references: [no]\n"
    "examples:\n"
    "  fail:\n"
    "    - why: it opens\n"
    "      rules: [{name: A, priority: 100, source: \"*\", ports: [22, 80-90]}]\n"
    "  pass:\n"
    "    - why: nothing\n"
    "      rules: []\n";

TEST(PolicyReader, ReadsEveryPart) {
  const auto file = io::read_policy("acme.yaml", kWhole);
  ASSERT_TRUE(file.has_value()) << file.error().message;
  const policy::Policy& policy = file->policy;
  EXPECT_EQ(policy.id, "ACME-001");
  EXPECT_EQ(policy.title, "SSH is open");
  EXPECT_EQ(policy.rationale, "Two lines.");
  EXPECT_EQ(policy.remediation, "");
  // YAML 1.1 would make a boolean of it.
  EXPECT_THAT(policy.references, ElementsAre("no"));
  const auto* graded = std::get_if<policy::BySource>(&policy.severity);
  ASSERT_NE(graded, nullptr);
  EXPECT_EQ(graded->wide, policy::Severity::Critical);
  EXPECT_EQ(graded->medium, policy::Severity::High);
  EXPECT_EQ(graded->narrow, policy::Severity::Low);
  ASSERT_EQ(policy.asks.size(), 5U);
}

TEST(PolicyReader, ReadsPatternsExactly) {
  const auto file = io::read_policy("acme.yaml", kWhole);
  ASSERT_TRUE(file.has_value());
  const auto* forbid = std::get_if<policy::Forbid>(&file->policy.asks[0]);
  ASSERT_NE(forbid, nullptr);
  EXPECT_EQ(forbid->flows.direction, net::Direction::Inbound);
  EXPECT_EQ(forbid->flows.protocols, net::protocol_set({net::kTcp, net::kUdp}));
  EXPECT_EQ(forbid->flows.ports, net::PortSet::range(22, 22) | net::PortSet::range(5985, 5986));
  EXPECT_TRUE(forbid->flows.with_forwarder_port);
  const auto* pair = std::get_if<policy::RequireSome>(&file->policy.asks[1]);
  ASSERT_NE(pair, nullptr);
  ASSERT_EQ(pair->when.from.size(), 2U);
  EXPECT_EQ(std::get<model::ServiceTag>(pair->when.from[1].value).name, "AzureCloud");
  EXPECT_TRUE(std::holds_alternative<model::AnyAddress>(pair->when.to.at(0).value));
  EXPECT_EQ(pair->some.direction, net::Direction::Outbound);
  EXPECT_TRUE(pair->some.protocols.all());
  EXPECT_TRUE(pair->some.ports.is_all());
  EXPECT_FALSE(pair->some.with_forwarder_port);
  EXPECT_EQ(std::get<policy::Hygiene>(file->policy.asks[2]).kind, engine::HygieneKind::PartiallyShadowed);
  EXPECT_TRUE(std::holds_alternative<policy::CoveredEntry>(file->policy.asks[3]));
  EXPECT_EQ(std::get<policy::Validity>(file->policy.asks[4]).kind, model::FaultKind::DuplicatePriority);
}

TEST(PolicyReader, FillsInWhatExamplesLeaveOut) {
  const auto file = io::read_policy("acme.yaml", kWhole);
  ASSERT_TRUE(file.has_value());
  ASSERT_EQ(file->examples.size(), 2U);
  EXPECT_TRUE(file->examples[0].must_fail);
  EXPECT_EQ(file->examples[0].why, "it opens");
  EXPECT_FALSE(file->examples[1].must_fail);
  EXPECT_TRUE(file->examples[1].rules.empty());
  ASSERT_EQ(file->examples[0].rules.size(), 1U);
  const model::SecurityRule& rule = file->examples[0].rules[0];
  EXPECT_EQ(rule.priority.value, 100);
  EXPECT_EQ(rule.access.value, model::Access::Allow);
  EXPECT_EQ(rule.direction.value, net::Direction::Inbound);
  EXPECT_EQ(rule.protocol.value, net::protocol_set({net::kTcp}));
  EXPECT_TRUE(std::holds_alternative<model::AnyPort>(rule.source_ports.at(0).value));
  ASSERT_EQ(rule.destination_ports.size(), 2U);
  EXPECT_TRUE(rule.destination_ports[1].in_list);
  EXPECT_EQ(std::get<model::PortRange>(rule.destination_ports[1].value), (model::PortRange{80, 90}));
  EXPECT_TRUE(rule.faults.empty());
}

struct BadPolicy {
  const char* name;
  std::string old_text;  ///< of kGood
  std::string new_text;
  std::size_t line, column;
  const char* message;
};

constexpr std::string_view kGood =
    "id: ACME-001\n"
    "title: SSH is open\n"
    "severity: high\n"
    "ask:\n"
    "  forbid:\n"
    "    direction: inbound\n"
    "    protocol: tcp\n"
    "    from: Internet\n"
    "    to: VirtualNetwork\n"
    "    ports: [22]\n";

class BadPolicies : public testing::TestWithParam<BadPolicy> {};

TEST_P(BadPolicies, AreRefusedAtTheirPlace) {
  const BadPolicy& row = GetParam();
  std::string yaml{kGood};
  ASSERT_TRUE(io::read_policy("p.yaml", yaml).has_value());
  const auto at = yaml.find(row.old_text);
  ASSERT_NE(at, std::string::npos);
  yaml.replace(at, row.old_text.size(), row.new_text);
  const auto file = io::read_policy("p.yaml", yaml);
  ASSERT_FALSE(file.has_value());
  EXPECT_EQ(file.error().file, "p.yaml");
  EXPECT_EQ(file.error().position.line, row.line) << file.error().message;
  EXPECT_EQ(file.error().position.column, row.column) << file.error().message;
  EXPECT_THAT(file.error().message, HasSubstr(row.message));
}

INSTANTIATE_TEST_SUITE_P(
    Rows, BadPolicies,
    testing::Values(
        BadPolicy{"UnknownKey", "severity: high", "severty: high", 3, 10, "did you mean \"severity\"?"},
        BadPolicy{"UnknownSeverity", "high", "hgih", 3, 11, "\"hgih\" is no severity; did you mean \"high\"?"},
        BadPolicy{"SeverityNo", "high", "no", 3, 11, "\"no\" is no severity"},
        BadPolicy{"EmptySeverity", "severity: high", "severity:", 3, 1, "severity is empty"},
        BadPolicy{"DuplicateKey", "severity: high", "severity: high\ntitle: again", 4, 1, "\"title\" stands twice"},
        BadPolicy{"IdWithoutDash", "ACME-001", "acme", 1, 5, "\"acme\" is no policy id"},
        BadPolicy{"MissingTitle", "title: SSH is open\n", "", 1, 1, "has no \"title\""},
        BadPolicy{"OctalPort", "[22]", "[022]", 10, 13, "\"022\" is no port"},
        BadPolicy{"SexagesimalPort", "[22]", "[22:22]", 10, 13, "\"22:22\" is no port"},
        BadPolicy{"PortTooHigh", "[22]", "[1, 65536]", 10, 16, "\"65536\" is no port"},
        BadPolicy{"ReversedPorts", "[22]", "[30-20]", 10, 13, "\"30-20\" is no port"},
        BadPolicy{"NegativePort", "[22]", "[-1]", 10, 13, "\"-1\" is no port"},
        BadPolicy{"EmptyPorts", "[22]", "[]", 10, 12, "ports is an empty list"},
        BadPolicy{"PortsOfIcmp", "protocol: tcp", "protocol: any", 10, 12, "need a protocol with ports"},
        BadPolicy{"UnknownProtocol", "protocol: tcp", "protocol: tpc", 7, 15, "did you mean \"tcp\"?"},
        BadPolicy{"UnknownDirection", "inbound", "ingress", 6, 16, "\"ingress\" is no direction"},
        BadPolicy{"HostBits", "from: Internet", "from: 10.0.0.1/8", 8, 11, "below its prefix length"},
        BadPolicy{"AnyIsNoTag", "from: Internet", "from: any", 8, 11, "\"any\" is no address"},
        BadPolicy{"BareStar", "from: Internet", "from: *", 8, 11, "must stand in quotes"},
        BadPolicy{"MappingAsAddress", "from: Internet", "from: {a: b}", 8, 11, "from is a mapping"},
        BadPolicy{"UnknownAsk", "forbid:", "forbidden:", 6, 5, "did you mean \"forbid\"?"},
        BadPolicy{"AnchorRefused", "from: Internet", "from: &a Internet", 8, 11, "anchors are not allowed"},
        BadPolicy{"TagRefused", "title: SSH is open", "title: !!str SSH", 2, 8, "is not allowed"},
        BadPolicy{"SecondDocument", "ports: [22]\n", "ports: [22]\n---\nid: X\n", 1, 1, "more than one"}),
    [](const auto& row) { return std::string{row.param.name}; });

TEST(PolicyReader, CountsCodePointsNotBytes) {
  const auto graded = io::read_policy("p.yaml",
                                      "{id: A-1, ask: {hygiene: shadowed}, title: \"\xC3\xA4\xC3\xB6\", "
                                      "severity: nix}\n");
  ASSERT_FALSE(graded.has_value());
  EXPECT_EQ(graded.error().position.column, 60U);
}

TEST(PolicyReader, TakesWindowsLineEnds) {
  std::string yaml{kGood};
  for (auto at = yaml.find('\n'); at != std::string::npos; at = yaml.find('\n', at + 2)) yaml.replace(at, 1, "\r\n");
  EXPECT_TRUE(io::read_policy("p.yaml", yaml).has_value());
  yaml.replace(yaml.find("[22]"), 4, "[x]");
  const auto file = io::read_policy("p.yaml", yaml);
  ASSERT_FALSE(file.has_value());
  EXPECT_EQ(file.error().position.line, 10U);
  EXPECT_EQ(file.error().position.column, 13U);
}

TEST(PolicyReader, RefusesWhatIsNoPolicy) {
  for (const char* text :
       {"", "# nothing\n", "- a\n- b\n", "just text\n", "{", "a: b: c\n", "? [x]\n: y\n", "id:\n\tforbid: x\n"}) {
    SCOPED_TRACE(text);
    EXPECT_FALSE(io::read_policy("p.yaml", text).has_value());
  }
}

// An editor that checks against the schema must not know other words than the reader.
TEST(PolicySchema, KnowsEveryFault) {
  const auto path = test::source_folder("rules") / "schema" / "policy.schema.json";
  const auto schema = io::parse_json("schema", test::bytes_of(path), 0);
  ASSERT_TRUE(schema.has_value());
  std::vector<std::string> words;
  for (const io::Node& ask : schema->root.at({"$defs", "ask", "oneOf"})->items())
    if (const io::Node* list = ask.at({"properties", "validity", "enum"}))
      for (const io::Node& word : list->items()) words.push_back(word.text);
  std::vector<std::string> codes;
  for (int kind = 0; kind <= static_cast<int>(model::FaultKind::WrongType); ++kind)
    codes.emplace_back(model::code(static_cast<model::FaultKind>(kind)));
  EXPECT_EQ(words, codes);
}

TEST(PolicyReader, SurvivesDeepNesting) {
  const std::string deep(100'000, '[');
  EXPECT_FALSE(io::read_policy("p.yaml", deep).has_value());
}

}  // namespace
}  // namespace nsgcheck::policy_reader_test
