// SPDX-License-Identifier: Apache-2.0
// Places of evaluated values, attachments, and what is listed besides the rules.
#include <gtest/gtest.h>

#include "analyzer/io/arm/template.hpp"
#include "arm_case.hpp"

namespace nsgcheck::io::arm_case::arm_places_test {
namespace {

const char* const kTemplate = R"({
  "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
  "parameters": {
    "net": {"type": "string", "defaultValue": "10.0.0.0/8"},
    "rule": {"type": "object", "defaultValue":
      {"name": "b", "properties": {"priority": 200, "direction": "Inbound", "access": "Deny", "protocol": "Udp",
       "sourceAddressPrefix": "*", "sourcePortRange": "*", "destinationAddressPrefix": "*", "destinationPortRange": "53"}}}
  },
  "variables": {"nets": ["10.0.0.0/8", "192.168.0.0/16"]},
  "resources": [
    {"type": "Microsoft.Network/networkSecurityGroups", "name": "n", "properties": {"securityRules": [
      {"name": "a", "properties": {
        "priority": 100, "direction": "Inbound", "access": "Allow", "protocol": "Tcp",
        "sourceAddressPrefixes": "[variables('nets')]",
        "destinationAddressPrefix": "[parameters('net')]",
        "sourcePortRange": "*", "destinationPortRange": "22"}},
      "[parameters('rule')]"
    ]}}
  ]
})";

TEST(ArmPlaces, ValuesStandWhereTheyAreUsed) {
  const Document root = document(kTemplate);
  const auto nsg = read(root).nsgs.at(0);
  const auto line = [&](SourceSpan span) { return position_of(root, span).line; };
  EXPECT_EQ(line(nsg.span), 11U);
  const auto& written = nsg.rules.at(0);
  EXPECT_EQ(line(written.span), 12U);
  EXPECT_EQ(line(written.priority.span), 13U);
  ASSERT_EQ(written.sources.size(), 2U);
  EXPECT_EQ(line(written.sources[0].span), 14U);
  EXPECT_EQ(line(written.sources[1].span), 14U);
  EXPECT_EQ(written.sources[1].text, "192.168.0.0/16");
  EXPECT_EQ(line(written.destinations.at(0).span), 15U);
}

TEST(ArmPlaces, ARuleStandsWhereItIsWrittenOut) {
  const Document root = document(kTemplate);
  const auto nsg = read(root).nsgs.at(0);
  const auto& given = nsg.rules.at(1);
  EXPECT_EQ(position_of(root, given.span).line, 6U);
  EXPECT_EQ(position_of(root, given.destinations.at(0).span).line, 7U);
}

const char* const kNetwork = R"({"parameters": {"free": {"type": "string"}}, "contentVersion": "1.0.0.0", "resources": [
  {"type": "Microsoft.Network/networkSecurityGroups", "name": "web", "properties": {}},
  {"type": "Microsoft.Network/networkSecurityGroups", "name": "[parameters('free')]", "properties": {}},
  {"type": "Microsoft.Network/virtualNetworks", "name": "v", "properties": {
    "copy": [{"name": "subnets", "count": 2, "input": {"name": "[concat('s', copyIndex('subnets'))]", "properties":
      {"networkSecurityGroup": {"id": "[resourceId('Microsoft.Network/networkSecurityGroups', 'WEB')]"}}}}]},
    "resources": [{"type": "subnets", "name": "late", "properties":
      {"networkSecurityGroup": {"id": "[resourceId('Microsoft.Network/networkSecurityGroups', 'web')]"}}}]},
  {"type": "Microsoft.Network/virtualNetworks/subnets", "name": "v/apart", "properties":
    {"networkSecurityGroup": {"id": "[resourceId('Microsoft.Network/networkSecurityGroups', parameters('free'))]"}}},
  {"type": "Microsoft.Network/networkInterfaces", "name": "nic1", "properties":
    {"networkSecurityGroup": {"id": "[resourceId('Microsoft.Network/networkSecurityGroups', 'web')]"}}},
  {"type": "Microsoft.Network/networkInterfaces", "name": "nic2", "properties": {}},
  {"type": "Microsoft.Compute/virtualMachineScaleSets", "name": "set", "properties": {"virtualMachineProfile":
    {"networkProfile": {"networkInterfaceConfigurations": [{"name": "c", "properties":
      {"networkSecurityGroup": {"id": "[resourceId('Microsoft.Network/networkSecurityGroups', 'web')]"}}}]}}}},
  {"type": "Microsoft.Web/sites", "name": "s"},
  {"type": "Microsoft.Compute/virtualMachines", "name": "m"},
  {"type": "Microsoft.Compute/virtualMachines", "name": "m2"}
]})";

TEST(ArmPlaces, SubnetsAndNicsThatReferToAnNsg) {
  const auto source = read(document(kNetwork));
  ASSERT_EQ(source.nsgs.size(), 2U);
  EXPECT_EQ(source.nsgs[0].subnets, (std::vector<std::string>{"v/s0", "v/s1", "v/late"}));
  EXPECT_EQ(source.nsgs[0].nics, (std::vector<std::string>{"nic1", "set/c"}));
  EXPECT_EQ(source.nsgs[1].name, "[parameters('free')]");
  EXPECT_EQ(source.nsgs[1].subnets, (std::vector<std::string>{"v/apart"}));
}

TEST(ArmPlaces, SubnetsInALoopOfUnknownLengthAreNoFault) {
  const auto source = read(document(R"({"parameters": {"free": {"type": "int"}}, "resources": [
      {"type": "Microsoft.Network/virtualNetworks", "name": "v", "properties": {"copy": [
        {"name": "subnets", "count": "[parameters('free')]", "input": {"name": "s"}}]}}]})"));
  EXPECT_EQ(skipped(source), "");
  EXPECT_TRUE(source.errors.empty());
}

TEST(ArmPlaces, OtherResourcesAreOneEntry) {
  const auto source = read(document(kNetwork));
  EXPECT_EQ(skipped(source), "3 resources of other types (Microsoft.Compute/virtualMachines, Microsoft.Web/sites)\n");
  EXPECT_EQ(source.format, "arm-template");
  EXPECT_TRUE(source.errors.empty());
}

struct ListedCase {
  const char* name;
  const char* resources;
  const char* skipped;
  const char* error;
};

TEST(ArmPlaces, WhatIsNoResourceIsAnError) {
  const ListedCase cases[] = {
      {"a number", "[5]", "", "a resource is no object but of type integer"},
      {"no type", R"([{"name": "n"}])", "", "a resource has no type"},
      {"a type that is a number", R"([{"type": 5, "name": "n"}])", "", "a resource's type is of type integer"},
      {"no name", R"([{"type": "Microsoft.Network/networkSecurityGroups", "properties": {}}])", "",
       "a resource of type Microsoft.Network/networkSecurityGroups has no name"},
      {"a text for the list", R"("none")", "", "`resources` is neither a list nor an object but of type string"},
      {"a list that is not known", R"("[parameters('x')]")",
       "expression \"parameters('x')\": the template declares no parameter `x`\n"
       "list of resources that is not known: the template declares no parameter `x`\n",
       ""},
      {"a malformed expression", R"([{"type": "Microsoft.Network/networkSecurityGroups", "name": "n", "properties":
          {"securityRules": "[concat(]"}}])",
       "malformed expression \"[concat(]\": expected a value, found the end of the expression at offset 8 of the "
       "expression\n",
       ""},
      {"rules in a reference",
       R"([{"type": "Microsoft.Network/virtualNetworks", "name": "v", "properties": {"subnets": [
          {"name": "s", "properties": {"networkSecurityGroup": {"properties": {"securityRules": [{"name": "r"}]}}}}]}}])",
       "rules written into the reference of \"v/s\" to a network security group\n", ""},
      {"an empty list in a reference", R"([{"type": "Microsoft.Network/networkInterfaces", "name": "n", "properties":
          {"networkSecurityGroup": {"properties": {"securityRules": []}}}}])",
       "", ""},
      {"rules of something else", R"([{"type": "Microsoft.ServiceFabric/managedClusters", "name": "c", "properties":
          {"networkSecurityRules": []}}])",
       "security rules of a resource of type Microsoft.ServiceFabric/managedClusters\n"
       "1 resource of another type (Microsoft.ServiceFabric/managedClusters)\n",
       ""},
      {"an existing NSG",
       R"({"n": {"existing": true, "type": "Microsoft.Network/networkSecurityGroups", "name": "n"}})",
       "existing network security group: its rules are not part of the template\n", ""},
  };
  for (const ListedCase& c : cases) {
    SCOPED_TRACE(c.name);
    const auto source =
        read(document(R"({"contentVersion": "1.0.0.0", "resources": )" + std::string{c.resources} + "}"));
    EXPECT_EQ(skipped(source), c.skipped);
    ASSERT_EQ(source.errors.size(), *c.error == '\0' ? 0U : 1U);
    if (*c.error == '\0') continue;
    EXPECT_EQ(source.errors[0].message, c.error);
    EXPECT_EQ(source.errors[0].file, "template.json");
  }
}

TEST(ArmPlaces, ExpansionIsBounded) {
  const auto source = read(document(R"({"contentVersion": "1.0.0.0", "resources": [
      {"type": "Microsoft.Network/networkSecurityGroups", "name": "n", "copy": {"name": "l", "count": 1000000}, "properties": {}}]})"));
  EXPECT_LE(source.nsgs.size(), 100'000U);
  ASSERT_EQ(source.errors.size(), 1U);
  EXPECT_EQ(source.errors[0].message,
            "the template expands to more than 100000 loop passes or 2000000 values; what comes after is not read");
}

}  // namespace
}  // namespace nsgcheck::io::arm_case::arm_places_test
