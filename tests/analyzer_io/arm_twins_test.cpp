// SPDX-License-Identifier: Apache-2.0
// Templates that mean the same in different words must give the same rules, item by item.
#include <gtest/gtest.h>

#include "arm_case.hpp"

namespace nsgcheck::io::arm_case::arm_twins_test {
namespace {

const char* const kWrittenOut = R"({"contentVersion": "1.0.0.0", "resources": [
  {"type": "Microsoft.Network/networkSecurityGroups", "name": "web-nsg", "properties": {"securityRules": [
    {"name": "allow-3389", "properties": {"priority": 200, "direction": "Inbound", "access": "Allow", "protocol": "Tcp",
      "sourceAddressPrefixes": ["203.0.113.0/24", "198.51.100.7"], "sourcePortRange": "*",
      "destinationAddressPrefix": "VirtualNetwork", "destinationPortRange": "3389"}},
    {"name": "allow-20000", "properties": {"priority": 201, "direction": "Inbound", "access": "Allow", "protocol": "Tcp",
      "sourceAddressPrefixes": ["203.0.113.0/24", "198.51.100.7"], "sourcePortRange": "*",
      "destinationAddressPrefix": "VirtualNetwork", "destinationPortRange": "20000"}}]}}]})";

struct Twin {
  const char* name;
  const char* text;
};

const Twin kTwins[] = {
    {"property loop", R"({"contentVersion": "1.0.0.0",
  "parameters": {"ports": {"type": "array", "defaultValue": [3389, 20000]}},
  "variables": {"offices": ["203.0.113.0/24", "198.51.100.7"]},
  "resources": [{"type": "Microsoft.Network/networkSecurityGroups", "name": "web-nsg", "properties": {"copy": [
    {"name": "securityRules", "count": "[length(parameters('ports'))]", "input":
      {"name": "[format('allow-{0}', parameters('ports')[copyIndex('securityRules')])]", "properties":
        {"priority": "[copyIndex('securityRules', 200)]", "direction": "Inbound", "access": "Allow", "protocol": "Tcp",
         "sourceAddressPrefixes": "[variables('offices')]", "sourcePortRange": "*",
         "destinationAddressPrefix": "VirtualNetwork",
         "destinationPortRange": "[string(parameters('ports')[copyIndex('securityRules')])]"}}}]}}]})"},
    {"symbolic names",
     R"({"languageVersion": "2.0", "contentVersion": "1.0.0.0", "variables": {"name": "web-nsg"}, "resources": {
  "vnet": {"existing": true, "type": "Microsoft.Network/virtualNetworks", "name": "v"},
  "nsg": {"type": "Microsoft.Network/networkSecurityGroups", "name": "[variables('name')]", "properties": {}},
  "rules": {"copy": {"name": "rules", "count": "[length(range(0, 2))]"},
    "type": "Microsoft.Network/networkSecurityGroups/securityRules",
    "name": "[format('{0}/{1}', variables('name'), concat('allow-', createArray('3389', '20000')[range(0, 2)[copyIndex()]]))]",
    "properties": {"priority": "[add(200, range(0, 2)[copyIndex()])]", "direction": "Inbound", "access": "Allow", "protocol": "Tcp",
      "sourceAddressPrefixes": ["203.0.113.0/24", "198.51.100.7"], "sourcePortRange": "*",
      "destinationAddressPrefix": "VirtualNetwork", "destinationPortRange": "[createArray('3389', '20000')[copyIndex()]]"},
    "dependsOn": ["nsg"]}}})"},
    {"variable loop", R"({"contentVersion": "1.0.0.0", "variables": {"ports": ["3389", "20000"], "copy": [
    {"name": "rules", "count": 2, "input":
      {"name": "[concat('allow-', variables('ports')[copyIndex('rules')])]", "properties":
        {"priority": "[copyIndex('rules', 200)]", "direction": "Inbound", "access": "Allow", "protocol": "Tcp",
         "sourceAddressPrefixes": "[split('203.0.113.0/24,198.51.100.7', ',')]", "sourcePortRange": "*",
         "destinationAddressPrefix": "VirtualNetwork", "destinationPortRange": "[variables('ports')[copyIndex('rules')]]"}}}]},
  "resources": [{"type": "Microsoft.Network/networkSecurityGroups", "name": "[toLower('WEB-NSG')]", "properties":
    {"securityRules": "[variables('rules')]"}}]})"},
    {"map and lambda", R"({"contentVersion": "1.0.0.0",
  "variables": {"base": {"direction": "Inbound", "access": "Allow", "protocol": "Tcp", "sourcePortRange": "*",
    "sourceAddressPrefixes": ["203.0.113.0/24", "198.51.100.7"], "destinationAddressPrefix": "VirtualNetwork"}},
  "resources": [{"type": "Microsoft.Network/networkSecurityGroups", "name": "web-nsg", "properties": {"securityRules":
    "[map(range(0, 2), lambda('i', createObject('name', concat('allow-', createArray('3389', '20000')[lambdaVariables('i')]), 'properties', union(variables('base'), createObject('priority', add(200, lambdaVariables('i')), 'destinationPortRange', createArray('3389', '20000')[lambdaVariables('i')])))))]"}}]})"},
    {"module", R"({"contentVersion": "1.0.0.0", "resources": [
  {"type": "Microsoft.Resources/deployments", "name": "m", "properties": {
    "expressionEvaluationOptions": {"scope": "inner"}, "mode": "Incremental",
    "parameters": {"name": {"value": "web-nsg"}, "ports": {"value": ["3389", "20000"]}},
    "template": {"parameters": {"name": {"type": "string"}, "ports": {"type": "array"}},
      "resources": [{"type": "Microsoft.Network/networkSecurityGroups", "name": "[parameters('name')]", "properties": {},
        "resources": [{"type": "securityRules", "name": "[concat('allow-', parameters('ports')[copyIndex()])]",
          "copy": {"name": "each", "count": "[length(parameters('ports'))]"}, "properties":
            {"priority": "[copyIndex(200)]", "direction": "Inbound", "access": "Allow", "protocol": "Tcp",
             "sourceAddressPrefixes": ["203.0.113.0/24", "198.51.100.7"], "sourcePortRange": "*",
             "destinationAddressPrefix": "VirtualNetwork", "destinationPortRange": "[parameters('ports')[copyIndex()]]"}}]}]}}}]})"},
};

template <class Item>
void expect_same_items(const std::vector<Item>& twin, const std::vector<Item>& plain) {
  ASSERT_EQ(twin.size(), plain.size());
  for (std::size_t i = 0; i < plain.size(); ++i) {
    EXPECT_TRUE(twin[i].value == plain[i].value) << twin[i].text << " and " << plain[i].text;
    EXPECT_EQ(twin[i].text, plain[i].text);
    EXPECT_EQ(twin[i].in_list, plain[i].in_list);
  }
}

TEST(ArmTwins, GiveTheRulesThatAreWrittenOut) {
  const auto plain = read(document(kWrittenOut)).nsgs;
  ASSERT_EQ(plain.size(), 1U);
  ASSERT_EQ(plain[0].rules.size(), 2U);
  for (const Twin& twin : kTwins) {
    SCOPED_TRACE(twin.name);
    const auto nsgs = read(document(twin.text)).nsgs;
    ASSERT_EQ(nsgs.size(), 1U);
    EXPECT_EQ(nsgs[0].name, plain[0].name);
    ASSERT_EQ(nsgs[0].rules.size(), plain[0].rules.size());
    for (std::size_t i = 0; i < plain[0].rules.size(); ++i) {
      const model::SecurityRule& rule = nsgs[0].rules[i];
      const model::SecurityRule& expected = plain[0].rules[i];
      EXPECT_EQ(rule.name, expected.name);
      EXPECT_EQ(rule.origin, expected.origin);
      EXPECT_EQ(rule.priority.value, expected.priority.value);
      EXPECT_EQ(rule.access.value, expected.access.value);
      EXPECT_EQ(rule.direction.value, expected.direction.value);
      EXPECT_EQ(rule.protocol.value, expected.protocol.value);
      expect_same_items(rule.sources, expected.sources);
      expect_same_items(rule.source_ports, expected.source_ports);
      expect_same_items(rule.destinations, expected.destinations);
      expect_same_items(rule.destination_ports, expected.destination_ports);
      EXPECT_TRUE(rule.faults.empty());
      EXPECT_FALSE(rule.may_be_absent);
    }
  }
}

}  // namespace
}  // namespace nsgcheck::io::arm_case::arm_twins_test
