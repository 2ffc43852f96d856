// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/legality.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "tests/model/legal_rule.hpp"

namespace nsgcheck::model::legality_test {
namespace {

using Codes = std::vector<std::string>;

struct Row {
  const char* name;
  void (*change)(SecurityRule&);
  Codes codes;
};

void expect_codes(const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    SecurityRule rule = legal_rule();
    row.change(rule);
    EXPECT_EQ(codes_of(faults_of(rule)), row.codes);
  }
}

TEST(FindFaults, ALegalRuleHasNone) { EXPECT_TRUE(faults_of(legal_rule()).empty()); }

TEST(FindFaults, Ports) {
  expect_codes({
      {"lowest port", [](SecurityRule& r) { r.destination_ports = ports({"0"}); }, {}},
      {"highest port", [](SecurityRule& r) { r.destination_ports = ports({"65535"}); }, {}},
      {"above the highest", [](SecurityRule& r) { r.destination_ports = ports({"65536"}); }, {"bad-port"}},
      {"word", [](SecurityRule& r) { r.source_ports = ports({"abc"}); }, {"bad-port"}},
      {"both sides",
       [](SecurityRule& r) { r.source_ports = r.destination_ports = ports({"x"}); },
       {"bad-port", "bad-port"}},
      {"blanks inside a range", [](SecurityRule& r) { r.destination_ports = ports({"80 - 90"}); }, {"bad-port"}},
      {"blanks around a range", [](SecurityRule& r) { r.destination_ports = ports({" 80-90 "}); }, {}},
      {"reversed", [](SecurityRule& r) { r.destination_ports = ports({"90-80"}); }, {"reversed-port-range"}},
      {"range of one", [](SecurityRule& r) { r.destination_ports = ports({"80-80"}); }, {}},
      {"reversed and beyond", [](SecurityRule& r) { r.destination_ports = ports({"70000-80"}); }, {"bad-port"}},
      {"commas", [](SecurityRule& r) { r.destination_ports = ports({"80,443"}); }, {"comma-ports"}},
      {"commas and a bad part",
       [](SecurityRule& r) { r.destination_ports = ports({"80,x"}); },
       {"bad-port", "comma-ports"}},
      {"list",
       [](SecurityRule& r) {
         r.destination_ports = ports({"80", "443"});
       },
       {}},
      {"star in a list",
       [](SecurityRule& r) {
         r.destination_ports = ports({"80", "*"});
       },
       {"port-wildcard-in-list"}},
      {"0-65535 in a list",
       [](SecurityRule& r) {
         r.destination_ports = ports({"80", "0-65535"});
       },
       {}},
      {"nothing", [](SecurityRule& r) { r.destination_ports.clear(); }, {"empty-side"}},
      {"nothing on both",
       [](SecurityRule& r) { r.source_ports.clear(), r.destination_ports.clear(); },
       {"empty-side", "empty-side"}},
      {"unresolved is left alone",
       [](SecurityRule& r) { r.destination_ports[0].value = Undetermined{Reason::UnresolvedExpression}; },
       {}},
  });
}

TEST(FindFaults, Priorities) {
  expect_codes({
      {"lowest", [](SecurityRule& r) { r.priority.value = 100; }, {}},
      {"below", [](SecurityRule& r) { r.priority.value = 99; }, {"priority-out-of-range"}},
      {"zero", [](SecurityRule& r) { r.priority.value = 0; }, {"priority-out-of-range"}},
      {"negative", [](SecurityRule& r) { r.priority.value = -1; }, {"priority-out-of-range"}},
      {"highest", [](SecurityRule& r) { r.priority.value = 4096; }, {}},
      {"above", [](SecurityRule& r) { r.priority.value = 4097; }, {"priority-out-of-range"}},
      {"just below the defaults", [](SecurityRule& r) { r.priority.value = 64999; }, {"priority-out-of-range"}},
      {"a default's", [](SecurityRule& r) { r.priority.value = 65001; }, {}},
      {"above the defaults but none of them",
       [](SecurityRule& r) { r.priority.value = 70000; },
       {"priority-out-of-range"}},
      {"unknown", [](SecurityRule& r) { r.priority.value.reset(); }, {}},
  });
}

TEST(FindFaults, NamesAndDescriptions) {
  expect_codes({
      {"80 characters", [](SecurityRule& r) { r.name = std::string(80, 'a'); }, {}},
      {"81 characters", [](SecurityRule& r) { r.name = std::string(81, 'a'); }, {"bad-name"}},
      {"one character", [](SecurityRule& r) { r.name = "a"; }, {}},
      {"none", [](SecurityRule& r) { r.name = ""; }, {"bad-name"}},
      {"all that the middle may hold", [](SecurityRule& r) { r.name = "A_1.b-2"; }, {}},
      {"underscore at both ends", [](SecurityRule& r) { r.name = "_a_"; }, {}},
      {"digit first", [](SecurityRule& r) { r.name = "3389"; }, {}},
      {"dot first", [](SecurityRule& r) { r.name = ".a"; }, {"bad-name"}},
      {"dash last", [](SecurityRule& r) { r.name = "a-"; }, {"bad-name"}},
      {"blank", [](SecurityRule& r) { r.name = "Allow RDP"; }, {"bad-name"}},
      {"slash", [](SecurityRule& r) { r.name = "nsg/rule"; }, {"bad-name"}},
      {"unresolved", [](SecurityRule& r) { r.name = "[parameters('name')]"; }, {}},
      {"bracket that is no expression", [](SecurityRule& r) { r.name = "[name"; }, {"bad-name"}},
      {"140 characters", [](SecurityRule& r) { r.description = std::string(140, 'd'); }, {}},
      {"141 characters", [](SecurityRule& r) { r.description = std::string(141, 'd'); }, {"bad-description"}},
      {"140 characters of two bytes",
       [](SecurityRule& r) {
         for (int i = 0; i < 140; ++i) r.description += "\xC3\xA9";
       },
       {}},
  });
}

void platform_deny(SecurityRule& rule) {
  rule.direction.value = Direction::Outbound;
  rule.access.value = Access::Deny;
  rule.destinations = addresses({"azureplatformdns"});
}

TEST(FindFaults, PlatformTags) {
  expect_codes({
      {"outbound deny", platform_deny, {}},
      {"allow",
       [](SecurityRule& r) {
         platform_deny(r);
         r.access.value = Access::Allow;
       },
       {"platform-tag"}},
      {"inbound",
       [](SecurityRule& r) {
         platform_deny(r);
         r.direction.value = Direction::Inbound;
       },
       {"platform-tag"}},
      {"as source",
       [](SecurityRule& r) {
         platform_deny(r);
         r.sources = addresses({"AzurePlatformIMDS"});
         r.destinations = addresses({"*"});
       },
       {"platform-tag"}},
      {"one protocol only",
       [](SecurityRule& r) {
         platform_deny(r);
         r.protocol.value = net::protocol_set({net::kUdp});
       },
       {"platform-tag"}},
      {"one port only",
       [](SecurityRule& r) {
         platform_deny(r);
         r.destination_ports = ports({"53"});
       },
       {"platform-tag"}},
      {"all ports as a range",
       [](SecurityRule& r) {
         platform_deny(r);
         r.destination_ports = ports({"0-65535"});
       },
       {}},
      {"unknown access",
       [](SecurityRule& r) {
         platform_deny(r);
         r.access.value.reset();
       },
       {}},
      {"another tag", [](SecurityRule& r) { r.sources = addresses({"AzurePortal"}); }, {}},
  });
}

TEST(FindFaults, AsgsOfASide) {
  SecurityRule rule = legal_rule();
  rule.sources.clear();
  for (int i = 0; i < 10; ++i) rule.sources.push_back(asg_item("/asgs/a" + std::to_string(i), {}));
  rule.sources.push_back(asg_item("/ASGS/A0", {}));
  EXPECT_EQ(codes_of(faults_of(rule)), Codes{}) << "ten, one of them twice";
  rule.sources.push_back(asg_item("/asgs/a10", {}));
  EXPECT_EQ(codes_of(faults_of(rule)), Codes{"too-many-asgs"});
}

TEST(FindFaults, WhatReadersFoundComesFirstAndIsNotRepeated) {
  SecurityRule rule = legal_rule();
  rule.destination_ports = parse_port_items("true", {0, 5, 9}, false);
  rule.faults = {{FaultKind::WrongType, {0, 5, 9}, "true is no text"}};
  EXPECT_EQ(codes_of(faults_of(rule)), Codes{"wrong-type"});
  rule.faults = {{FaultKind::WrongType, {0, 50, 54}, "true is no text"}};
  EXPECT_EQ(codes_of(faults_of(rule)), (Codes{"bad-port", "wrong-type"}));
}

TEST(FindFaults, FaultsOfARuleAreInOrderOfKind) {
  SecurityRule rule = legal_rule();
  rule.name = "a b";
  rule.priority.value = 1;
  rule.sources = addresses({"10.0.0.1/24"});
  rule.destination_ports = ports({"x"});
  EXPECT_EQ(codes_of(faults_of(rule)), (Codes{"priority-out-of-range", "bad-port", "host-bits", "bad-name"}));
}

TEST(FindFaults, DefaultsAndGapsAreNotJudged) {
  SecurityRule rule = legal_rule("", 65000);
  rule.sources.clear();
  EXPECT_TRUE(faults_of(rule).empty());
  rule.priority.value = 99;
  rule.origin = Origin::Gap;
  EXPECT_TRUE(faults_of(rule).empty());
}

TEST(FindFaults, SpanIsTheValuesOrElseTheRules) {
  SecurityRule rule = legal_rule();
  rule.span = {0, 0, 100};
  rule.destination_ports = parse_port_items("x", {0, 40, 43}, false);
  rule.source_ports = parse_port_items("y", {}, false);
  const auto faults = faults_of(rule);
  ASSERT_EQ(faults.size(), 2U);
  EXPECT_EQ(faults[0].span, (SourceSpan{0, 0, 100}));
  EXPECT_EQ(faults[1].span, (SourceSpan{0, 40, 43}));
}

TEST(FindFaults, MessagesQuoteTheValue) {
  SecurityRule rule = legal_rule();
  rule.destination_ports = ports({"80,443"});
  rule.sources = addresses({"50.206.209.68/27"});
  const auto faults = faults_of(rule);
  ASSERT_EQ(faults.size(), 2U);
  EXPECT_EQ(faults[0].message, "destination port \"80,443\" holds commas; write a list with one entry each");
  EXPECT_EQ(faults[1].message,
            "source \"50.206.209.68/27\" has bits set below its prefix length; the block is 50.206.209.64/27");
}

TEST(FindFaults, LongValuesAreCutBetweenCharacters) {
  SecurityRule rule = legal_rule();
  rule.destination_ports = ports({std::string(79, 'x') + "\xC3\xA9" + "rest"});
  const auto faults = faults_of(rule);
  ASSERT_EQ(faults.size(), 1U);
  EXPECT_NE(faults[0].message.find('"' + std::string(79, 'x') + "...\""), std::string::npos) << faults[0].message;
}

}  // namespace
}  // namespace nsgcheck::model::legality_test
