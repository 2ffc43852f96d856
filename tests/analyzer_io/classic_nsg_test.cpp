// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analyzer/io/reader.hpp"
#include "analyzer/io/xml.hpp"
#include "tests/analyzer_io/rule_line.hpp"

namespace nsgcheck::io::classic_nsg_test {
namespace {

RuleSource read(const std::string& text) {
  const auto document = parse_xml("group.xml", text, 0);
  EXPECT_TRUE(document) << document.error().message;
  return read_rules(*document, {});
}

std::string rule(const std::string& name, const std::string& rest) {
  return "<Rule><Name>" + name + "</Name>" + rest +
         "<SourcePortRange>*</SourcePortRange><DestinationAddressPrefix>*</DestinationAddressPrefix>"
         "<DestinationPortRange>3389</DestinationPortRange><Protocol>TCP</Protocol><State>Active</State></Rule>";
}

const std::string kRdp = rule("Rdp",
                              "<Type>Inbound</Type><Priority>100</Priority><Action>Allow</Action>"
                              "<SourceAddressPrefix>INTERNET</SourceAddressPrefix>");

TEST(ClassicNsg, IsReadAsTheApiAnswers) {
  const RuleSource source =
      read("<NetworkSecurityGroup xmlns=\"http://schemas.microsoft.com/windowsazure\"><Name>web</Name><Rules>" + kRdp +
           rule("Deny",
                "<Type>Outbound</Type><Priority>4096</Priority><Action>Deny</Action>"
                "<SourceAddressPrefix>VIRTUAL_NETWORK</SourceAddressPrefix><IsDefault>true</IsDefault>") +
           "</Rules></NetworkSecurityGroup>");
  EXPECT_EQ(source.format, "classic-nsg");
  ASSERT_EQ(source.nsgs.size(), 1U);
  EXPECT_EQ(source.nsgs[0].name, "web");
  ASSERT_EQ(source.nsgs[0].rules.size(), 2U);
  EXPECT_EQ(line_of(source.nsgs[0].rules[0]), "Rdp 100 Allow inbound tcp tag INTERNET:* > *:3389-3389");
  EXPECT_TRUE(source.nsgs[0].rules[0].faults.empty());
  EXPECT_EQ(source.nsgs[0].rules[1].origin, model::Origin::Default);
}

TEST(ClassicNsg, AListHasSeveral) {
  const RuleSource source =
      read("<NetworkSecurityGroups><NetworkSecurityGroup><Name>a</Name><Rules>" + kRdp +
           "</Rules></NetworkSecurityGroup><NetworkSecurityGroup><Name>b</Name></NetworkSecurityGroup>"
           "</NetworkSecurityGroups>");
  ASSERT_EQ(source.nsgs.size(), 2U);
  // Without details no rules are shown, which does not mean that there are none.
  EXPECT_EQ(source.nsgs[1].rules.at(0).origin, model::Origin::Gap);
}

TEST(ClassicNsg, OddValuesStayInTheirRule) {
  const RuleSource source = read("<NetworkSecurityGroup><Name>a</Name><Rules>" +
                                 rule("Odd",
                                      "<Type>Sideways</Type><Priority>first</Priority><Action>Allow</Action>"
                                      "<SourceAddressPrefix>10.0.0.0/33</SourceAddressPrefix>") +
                                 kRdp + "</Rules></NetworkSecurityGroup>");
  ASSERT_EQ(source.nsgs.at(0).rules.size(), 2U);
  EXPECT_EQ(source.nsgs[0].rules[0].faults.size(), 2U);
  EXPECT_TRUE(source.nsgs[0].rules[1].faults.empty());
}

TEST(ClassicNsg, OtherXmlIsNoRuleSet) {
  EXPECT_EQ(read("<ServiceDefinition/>").format, "");
  EXPECT_EQ(read("<root><NetworkSecurityGroup/></root>").format, "");
}

}  // namespace
}  // namespace nsgcheck::io::classic_nsg_test
