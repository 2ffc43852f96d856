// SPDX-License-Identifier: Apache-2.0
#include "analyzer/io/security_admin.hpp"

#include <gtest/gtest.h>

#include "analyzer/io/document.hpp"
#include "analyzer/io/reader.hpp"

namespace nsgcheck::io::security_admin_test {
namespace {

using model::Access;

model::AdminRule read(const std::string& text) {
  const auto document = parse_json("rule.json", text, 0);
  EXPECT_TRUE(document);
  return read_security_admin_rule(document->root);
}

// nsg-semantics 4.12.
TEST(SecurityAdmin, EveryLayoutIsTheSameRule) {
  const std::string values = R"("access":"Deny","direction":"Inbound","priority":10,"protocol":"Tcp",
    "sources":[{"addressPrefix":"Internet","addressPrefixType":"ServiceTag"}],
    "destinations":[{"addressPrefix":"10.0.0.0/8","addressPrefixType":"IPPrefix"}],
    "sourcePortRanges":["0-65535"],"destinationPortRanges":["3389","20000-20010"])";
  const auto terraform = parse_json("t.json", R"({"name":"r","action":"Deny","direction":"Inbound","priority":10,
    "protocol":"Tcp","source":[{"address_prefix":"Internet","address_prefix_type":"ServiceTag"}],
    "destination":[{"address_prefix":"10.0.0.0/8","address_prefix_type":"IPPrefix"}],
    "source_port_ranges":["0-65535"],"destination_port_ranges":["3389","20000-20010"]})",
                                    0);
  ASSERT_TRUE(terraform);
  for (const model::AdminRule& admin :
       {read(R"({"name":"r","properties":{)" + values + "}}"), read(R"({"name":"r",)" + values + "}"),
        read_terraform_admin_rule(terraform->root)}) {
    const model::SecurityRule& rule = admin.rule;
    EXPECT_EQ(rule.name, "r");
    EXPECT_FALSE(admin.always_allow);
    EXPECT_EQ(rule.access.value, Access::Deny);
    EXPECT_EQ(rule.direction.value, model::Direction::Inbound);
    EXPECT_EQ(rule.priority.value, 10);
    EXPECT_EQ(rule.protocol.value, net::protocol_set({net::kTcp}));
    ASSERT_EQ(rule.sources.size(), 1U);
    EXPECT_TRUE(std::holds_alternative<model::ServiceTag>(rule.sources[0].value));
    ASSERT_EQ(rule.destinations.size(), 1U);
    EXPECT_TRUE(std::holds_alternative<model::Block>(rule.destinations[0].value));
    ASSERT_EQ(rule.destination_ports.size(), 2U);
    EXPECT_EQ(std::get<model::PortRange>(rule.destination_ports[1].value), (model::PortRange{20000, 20010}));
  }
}

TEST(SecurityAdmin, WhatIsOpenIsNeitherNoneNorSurelyAny) {
  const model::AdminRule admin = read(R"({"name":"r","properties":{"access":"AlwaysAllow","direction":"sideways",
    "priority":"soon","protocol":"Tcp","sources":[{"addressPrefix":"/x/networkGroups/g","addressPrefixType":"NetworkGroup"},
    {"addressPrefix":"10.0.0.300"}],"destinationPortRanges":["a"]}})");
  EXPECT_TRUE(admin.always_allow);
  EXPECT_FALSE(admin.rule.direction.value);
  EXPECT_FALSE(admin.rule.priority.value);
  ASSERT_EQ(admin.rule.sources.size(), 2U);
  EXPECT_EQ(std::get<model::Undetermined>(admin.rule.sources[0].value).reason, model::Reason::UnknownTag);
  EXPECT_EQ(std::get<model::Undetermined>(admin.rule.sources[1].value).reason, model::Reason::InvalidRule);
  // A side that is not given is any.
  EXPECT_TRUE(std::holds_alternative<model::AnyAddress>(admin.rule.destinations.at(0).value));
  EXPECT_TRUE(std::holds_alternative<model::Undetermined>(admin.rule.destination_ports.at(0).value));
}

TEST(SecurityAdmin, StandsInTemplates) {
  const auto document =
      parse_json("t.json", R"({"contentVersion":"1.0.0.0","parameters":{"on":{"type":"bool"}},"resources":[
    {"type":"Microsoft.Network/networkManagers/securityAdminConfigurations/ruleCollections/rules","name":"m/c/r/deny",
     "condition":"[parameters('on')]","properties":{"access":"Deny","direction":"Inbound","priority":"[add(1, 2)]",
     "protocol":"Any"}}]})",
                 0);
  ASSERT_TRUE(document);
  const RuleSource source = read_rules(*document, {});
  ASSERT_EQ(source.admin_rules.size(), 1U);
  EXPECT_EQ(source.admin_rules[0].rule.name, "deny");
  EXPECT_EQ(source.admin_rules[0].rule.priority.value, 3);
  EXPECT_EQ(source.admin_rules[0].rule.may_be_absent, model::Reason::UnresolvedExpression);
}

}  // namespace
}  // namespace nsgcheck::io::security_admin_test
