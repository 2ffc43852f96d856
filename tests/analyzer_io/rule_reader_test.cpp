// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "analyzer/io/rule_reader.hpp"
#include "tests/analyzer_io/rule_line.hpp"

namespace nsgcheck::io::rule_reader_test {
namespace {

using testing::ElementsAre;
using testing::ElementsAreArray;

struct LayoutCase {
  const char* name;
  const char* text;
};

class RuleLayouts : public testing::TestWithParam<LayoutCase> {};

TEST_P(RuleLayouts, MeanTheSame) {
  const Document document = document_of(GetParam().text);
  const auto rule = read_rule(document.root);
  EXPECT_EQ(line_of(rule), "Rdp 310 Allow inbound tcp 10.0.0.0/8:* > tag VirtualNetwork:3389-3389");
  EXPECT_THAT(faults_of(rule.faults), ElementsAre());
  EXPECT_EQ(rule.span, document.root.span);
}

// Layouts of nsg-semantics 4.2, 4.3, 4.6 and 4.7.
INSTANTIATE_TEST_SUITE_P(
    Forms, RuleLayouts,
    testing::Values(
        LayoutCase{"Rest", R"({"name":"Rdp","id":"/x","properties":{"provisioningState":"Succeeded","protocol":"Tcp",
          "sourcePortRange":"*","destinationPortRange":"3389","sourceAddressPrefix":"10.0.0.0/8",
          "destinationAddressPrefix":"VirtualNetwork","access":"Allow","priority":310,"direction":"Inbound",
          "sourcePortRanges":[],"destinationPortRanges":[],"sourceAddressPrefixes":[],
          "destinationAddressPrefixes":[]}})"},
        LayoutCase{"RestPluralWithEmptySingular",
                   R"({"name":"Rdp","properties":{"protocol":"TCP","sourcePortRange":"*",
          "destinationPortRanges":["3389"],"sourceAddressPrefix":"","sourceAddressPrefixes":["10.0.0.0/8"],
          "destinationAddressPrefix":"VirtualNetwork","access":"allow","priority":310,"direction":"inbound"}})"},
        LayoutCase{"CliFlatWithNulls",
                   R"({"access":"Allow","description":null,"destinationAddressPrefix":"VirtualNetwork",
          "destinationAddressPrefixes":[],"destinationApplicationSecurityGroups":null,"destinationPortRange":"3389",
          "destinationPortRanges":null,"direction":"Inbound","name":"Rdp","priority":310,"protocol":"Tcp",
          "sourceAddressPrefix":"10.0.0.0/8","sourceAddressPrefixes":null,"sourceApplicationSecurityGroups":null,
          "sourcePortRange":"*","sourcePortRanges":[]})"},
        LayoutCase{"TerraformAttributes",
                   R"({"access":"Allow","description":"","destination_address_prefix":"VirtualNetwork",
          "destination_address_prefixes":[],"destination_application_security_group_ids":[],
          "destination_port_range":"3389","destination_port_ranges":[],"direction":"Inbound","name":"Rdp",
          "priority":310,"protocol":"Tcp","source_address_prefix":"10.0.0.0/8","source_address_prefixes":[],
          "source_application_security_group_ids":[],"source_port_range":"*","source_port_ranges":[]})"},
        LayoutCase{"PowerShellListsUnderSingularNames", R"({"Name":"Rdp","Protocol":"Tcp","SourcePortRange":["*"],
          "DestinationPortRange":["3389"],"SourceAddressPrefix":["10.0.0.0/8"],
          "DestinationAddressPrefix":["VirtualNetwork"],"Access":"Allow","Priority":310,"Direction":"Inbound",
          "SourceApplicationSecurityGroups":[],"DestinationApplicationSecurityGroups":[]})"},
        LayoutCase{"NumbersForPortsAndTextForPriority", R"({"name":"Rdp","properties":{"protocol":"Tcp",
          "sourcePortRange":"*","destinationPortRange":3389,"sourceAddressPrefix":"10.0.0.0/8",
          "destinationAddressPrefix":"VirtualNetwork","access":"Allow","priority":"310","direction":"Inbound"}})"},
        LayoutCase{"PropertiesGoBeforeWhatStandsBeside", R"({"name":"Rdp","access":"Deny","priority":100,"properties":{
          "name":"other","protocol":"Tcp","sourcePortRange":"*","destinationPortRange":"3389",
          "sourceAddressPrefix":"10.0.0.0/8","destinationAddressPrefix":"VirtualNetwork","access":"Allow",
          "priority":310,"direction":"Inbound"}})"}),
    [](const auto& c) { return std::string{c.param.name}; });

struct ValueCase {
  const char* name;
  std::string members;  ///< these go before the members of a good rule that they replace
  std::string line;
  std::vector<std::string> faults;
};

class RuleValues : public testing::TestWithParam<ValueCase> {};

/// A good rule with some members replaced by those of the case.
std::string rule_with(const std::string& members) {
  const std::pair<const char*, const char*> good[] = {{"name", R"("r")"},
                                                      {"priority", "100"},
                                                      {"access", R"("Allow")"},
                                                      {"direction", R"("Inbound")"},
                                                      {"protocol", R"("Tcp")"},
                                                      {"sourceAddressPrefix", R"("*")"},
                                                      {"sourcePortRange", R"("*")"},
                                                      {"destinationAddressPrefix", R"("*")"},
                                                      {"destinationPortRange", R"("80")"}};
  std::string text = "{" + members;
  for (const auto& [key, value] : good) {
    const std::string quoted = '"' + std::string{key} + '"';
    if (members.find(quoted) != std::string::npos) continue;
    text += (text.size() > 1 ? "," : "") + quoted + ":" + value;
  }
  return text + "}";
}

TEST_P(RuleValues, AreReadOrUnknown) {
  const auto& c = GetParam();
  const Document document = document_of(rule_with(c.members));
  const auto rule = read_rule(document.root);
  EXPECT_EQ(line_of(rule), c.line);
  EXPECT_THAT(faults_of(rule.faults), ElementsAreArray(c.faults));
}

// Interface 8, "Invalid values"; semantics 1.
INSTANTIATE_TEST_SUITE_P(
    Values, RuleValues,
    testing::Values(
        ValueCase{"Good", "", "r 100 Allow inbound tcp *:* > *:80-80", {}},
        ValueCase{"PriorityIsNoNumber",
                  R"("priority":"high")",
                  "r ?invalid-rule Allow inbound tcp *:* > *:80-80",
                  {"bad-priority: priority \"high\" is no whole number"}},
        ValueCase{"PriorityWithFraction",
                  R"("priority":100.5)",
                  "r ?invalid-rule Allow inbound tcp *:* > *:80-80",
                  {"bad-priority: priority \"100.5\" is no whole number"}},
        ValueCase{"PriorityOutOfRangeIsKept", R"("priority":-7)", "r -7 Allow inbound tcp *:* > *:80-80", {}},
        ValueCase{"PriorityIsAList",
                  R"("priority":[100])",
                  "r ?invalid-rule Allow inbound tcp *:* > *:80-80",
                  {"wrong-type: priority is a list where a text belongs"}},
        ValueCase{"PriorityIsNull",
                  R"("priority":null)",
                  "r ?invalid-rule Allow inbound tcp *:* > *:80-80",
                  {"bad-priority: priority is missing"}},
        ValueCase{"AccessIsPermit",
                  R"("access":"Permit")",
                  "r 100 ?invalid-rule inbound tcp *:* > *:80-80",
                  {"bad-access: access \"Permit\" is neither Allow nor Deny"}},
        ValueCase{"AccessIsEmpty",
                  R"("access":"")",
                  "r 100 ?invalid-rule inbound tcp *:* > *:80-80",
                  {"bad-access: access is missing"}},
        ValueCase{"AccessIsTrue",
                  R"("access":true)",
                  "r 100 ?invalid-rule inbound tcp *:* > *:80-80",
                  {"wrong-type: access is a boolean where a text belongs"}},
        ValueCase{"DirectionIsIn",
                  R"("direction":"In")",
                  "r 100 Allow ?invalid-rule tcp *:* > *:80-80",
                  {"bad-direction: direction \"In\" is neither Inbound nor Outbound"}},
        ValueCase{"ProtocolIsHttp",
                  R"("protocol":"http")",
                  "r 100 Allow inbound ?invalid-rule *:* > *:80-80",
                  {"bad-protocol: protocol \"http\" is no protocol"}},
        ValueCase{"ProtocolIsIcmp", R"("protocol":"ICMP")", "r 100 Allow inbound icmp+icmpv6 *:* > *:80-80", {}},
        ValueCase{"SideNotGiven",
                  R"("sourceAddressPrefix":"","sourceAddressPrefixes":[])",
                  "r 100 Allow inbound tcp -:* > *:80-80",
                  {}},
        ValueCase{"PortsNotGiven", R"("destinationPortRange":null)", "r 100 Allow inbound tcp *:* > *:-", {}},
        ValueCase{"ListsAreUnions",
                  R"("sourceAddressPrefix":null,"sourceAddressPrefixes":["10.0.0.0/8","192.168.1.1"])",
                  "r 100 Allow inbound tcp 10.0.0.0/8,192.168.1.1/32:* > *:80-80",
                  {}},
        ValueCase{"EmptyEntriesOfAListAreNotGiven",
                  R"("sourceAddressPrefix":null,"sourceAddressPrefixes":["",null,"10.0.0.0/8"])",
                  "r 100 Allow inbound tcp 10.0.0.0/8:* > *:80-80",
                  {}},
        ValueCase{"SingularAndPlural",
                  R"("sourceAddressPrefix":"10.0.0.0/8","sourceAddressPrefixes":["192.168.0.0/16"])",
                  "r 100 Allow inbound tcp 10.0.0.0/8,192.168.0.0/16:* > *:80-80",
                  {"singular-and-plural: both sourceAddressPrefix and sourceAddressPrefixes are given"}},
        ValueCase{"AddressWithoutMeaning",
                  R"("sourceAddressPrefix":"789")",
                  "r 100 Allow inbound tcp ?invalid-rule:* > *:80-80",
                  {}},
        ValueCase{
            "AddressAsNumber", R"("sourceAddressPrefix":789)", "r 100 Allow inbound tcp ?invalid-rule:* > *:80-80", {}},
        ValueCase{
            "AddressIsAny", R"("sourceAddressPrefix":"any")", "r 100 Allow inbound tcp ?invalid-rule:* > *:80-80", {}},
        ValueCase{"AddressIsAnObject",
                  R"("sourceAddressPrefix":{"a":1})",
                  "r 100 Allow inbound tcp ?invalid-rule:* > *:80-80",
                  {"wrong-type: sourceAddressPrefix is an object where a text belongs"}},
        ValueCase{"ListInsideAList",
                  R"("sourceAddressPrefix":null,"sourceAddressPrefixes":[["10.0.0.0/8"]])",
                  "r 100 Allow inbound tcp ?invalid-rule:* > *:80-80",
                  {"wrong-type: sourceAddressPrefixes is a list where a text belongs"}},
        ValueCase{"TextWhereAListBelongs",
                  R"("sourceAddressPrefix":null,"sourceAddressPrefixes":"10.0.0.0/8")",
                  "r 100 Allow inbound tcp 10.0.0.0/8:* > *:80-80",
                  {"wrong-type: sourceAddressPrefixes is a text where a list belongs"}},
        ValueCase{"PortsWithComma",
                  R"("destinationPortRange":"80, 443")",
                  "r 100 Allow inbound tcp *:* > *:80-80,443-443",
                  {}},
        ValueCase{
            "ReversedPorts", R"("destinationPortRange":"90-80")", "r 100 Allow inbound tcp *:* > *:?invalid-rule", {}},
        ValueCase{"PortIsFalse",
                  R"("destinationPortRange":false)",
                  "r 100 Allow inbound tcp *:* > *:?invalid-rule",
                  {"wrong-type: destinationPortRange is a boolean where a text belongs"}},
        ValueCase{"NumbersInAPortList",
                  R"("destinationPortRange":null,"destinationPortRanges":[22,"80-90"])",
                  "r 100 Allow inbound tcp *:* > *:22-22,80-90",
                  {}},
        ValueCase{
            "Asgs",
            R"("sourceAddressPrefix":"","sourceApplicationSecurityGroups":[{"id":"/s/x/applicationSecurityGroups/WEB"},
                     {"id":"/s/x/applicationSecurityGroups/db","location":"n"}])",
            "r 100 Allow inbound tcp asg /s/x/applicationSecurityGroups/WEB,asg /s/x/applicationSecurityGroups/db:* > "
            "*:80-80",
            {}},
        ValueCase{"AsgIdsOfTerraform",
                  R"("sourceAddressPrefix":"","source_application_security_group_ids":["/s/x/asg1"])",
                  "r 100 Allow inbound tcp asg /s/x/asg1:* > *:80-80",
                  {}},
        ValueCase{"AsgWithoutId",
                  R"("sourceAddressPrefix":"","sourceApplicationSecurityGroups":[{"location":"west"}])",
                  "r 100 Allow inbound tcp ?invalid-rule:* > *:80-80",
                  {"wrong-type: application security group without an id"}},
        ValueCase{"AsgIsANumber",
                  R"("sourceAddressPrefix":"","sourceApplicationSecurityGroups":[true])",
                  "r 100 Allow inbound tcp ?invalid-rule:* > *:80-80",
                  {"wrong-type: application security group is a boolean where a text belongs"}},
        ValueCase{"SameKeyTwiceWithOneValue",
                  R"("access":"Deny","access":"Deny")",
                  "r 100 Deny inbound tcp *:* > *:80-80",
                  {}},
        ValueCase{"SameKeyTwiceWithTwoValues",
                  R"("access":"Deny","access":"Allow")",
                  "r 100 ?invalid-rule inbound tcp *:* > *:80-80",
                  {"duplicate-key: access stands in the rule more than once, with different values"}},
        ValueCase{"KeysThatDifferByCase",
                  R"("access":"Deny","Access":"Allow")",
                  "r 100 ?invalid-rule inbound tcp *:* > *:80-80",
                  {"duplicate-key: access stands in the rule more than once, with different values"}},
        ValueCase{"SidesTwiceWithTwoValues",
                  R"("sourceAddressPrefix":"10.0.0.1","sourceAddressPrefix":"*")",
                  "r 100 Allow inbound tcp ?invalid-rule:* > *:80-80",
                  {"duplicate-key: sourceAddressPrefix stands in the rule more than once, with different values"}}),
    [](const auto& c) { return std::string{c.param.name}; });

TEST(RuleFields, SayWhereTheyStand) {
  const std::string text = rule_with(R"("access":"Permit","description":"why")");
  const Document document = document_of(text);
  const auto rule = read_rule(document.root);
  EXPECT_EQ(rule.access.span.begin, text.find("\"Permit\""));
  EXPECT_EQ(rule.access.text, "Permit");
  EXPECT_EQ(rule.name_span.begin, text.find("\"r\""));
  EXPECT_EQ(rule.description, "why");
  EXPECT_EQ(rule.description_span.begin, text.find("\"why\""));
  ASSERT_EQ(rule.faults.size(), 1U);
  EXPECT_EQ(rule.faults[0].span, rule.access.span);
}

TEST(RuleFields, ThatAreMissingStandForTheWholeRule) {
  const Document document = document_of(R"({"name": "x"})");
  const auto rule = read_rule(document.root);
  EXPECT_EQ(line_of(rule), "x ?invalid-rule ?invalid-rule ?invalid-rule ?invalid-rule -:- > -:-");
  EXPECT_TRUE(rule.priority.missing);
  EXPECT_EQ(rule.priority.span, document.root.span);
  EXPECT_THAT(faults_of(rule.faults),
              ElementsAre("bad-priority: priority is missing", "bad-access: access is missing",
                          "bad-direction: direction is missing", "bad-protocol: protocol is missing"));
}

Node unknown_node(std::string text) {
  Node node;
  node.kind = Node::Kind::Unknown;
  node.text = std::move(text);
  node.why = "no value";
  node.span = {0, 5, 9};
  return node;
}

TEST(UnknownNodes, MakeTheirFieldUnknownAndNoFault) {
  Document document = document_of(rule_with(""));
  for (auto& [key, value] : document.root.members()) {
    if (key != "name") value = unknown_node("[parameters('p')]");
  }
  const auto rule = read_rule(document.root);
  const std::string u = "?unresolved-expression";
  EXPECT_EQ(line_of(rule), "r " + u + ' ' + u + ' ' + u + ' ' + u + ' ' + u + ':' + u + " > " + u + ':' + u);
  EXPECT_THAT(faults_of(rule.faults), ElementsAre());
  EXPECT_EQ(rule.access.text, "[parameters('p')]");
  EXPECT_EQ(rule.sources.at(0).span.begin, 5U);
}

TEST(UnknownNodes, InAListLeaveTheOtherEntries) {
  Document document = document_of(rule_with(R"("sourceAddressPrefix":"","sourceAddressPrefixes":["10.0.0.0/8","x"])"));
  document.root.members().at(1).second.items().at(1) = unknown_node("[x]");
  EXPECT_EQ(line_of(read_rule(document.root)), "r 100 Allow inbound tcp 10.0.0.0/8,?unresolved-expression:* > *:80-80");
}

TEST(UnknownNodes, AsPropertiesMakeAGap) {
  Document document = document_of(R"({"name": "r", "properties": 1})");
  document.root.members().at(1).second = unknown_node("[p]");
  const std::string u = "?unresolved-expression";
  EXPECT_EQ(line_of(read_rule(document.root)),
            "gap r " + u + ' ' + u + ' ' + u + ' ' + u + ' ' + u + ':' + u + " > " + u + ':' + u);
}

TEST(OddRules, ThatAreNoObjectBecomeAGap) {
  const auto rule = read_rule(document_of("[7]").root.items().at(0));
  const std::string u = "?invalid-rule";
  EXPECT_EQ(line_of(rule), "gap  " + u + ' ' + u + ' ' + u + ' ' + u + ' ' + u + ':' + u + " > " + u + ':' + u);
  EXPECT_THAT(faults_of(rule.faults), ElementsAre("wrong-type: a number where a security rule belongs"));
}

}  // namespace
}  // namespace nsgcheck::io::rule_reader_test
