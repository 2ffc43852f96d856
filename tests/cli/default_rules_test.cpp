// SPDX-License-Identifier: Apache-2.0
// Whose a rule at a default rule's priority is: the input says so, or else the priority does (semantics 1).
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/cli/call.hpp"

namespace nsgcheck::cli {
namespace {

// Denies all that comes in at 65000, where Azure lets the virtual network in.
std::string rule(const std::string& more = {}) {
  return R"({"name": "x",)" + more + R"("priority": 65000, "access": "Deny", "direction": "Inbound", "protocol": "*",
    "sourceAddressPrefix": "*", "sourcePortRange": "*", "destinationAddressPrefix": "*", "destinationPortRange": "*"})";
}

std::string resource(const std::string& type, const std::string& name, const std::string& properties) {
  return R"({"type": "Microsoft.Network/)" + type + R"(", "name": ")" + name + R"(", "properties": )" + properties +
         "}";
}

std::string template_of(const std::string& resources) {
  return R"({"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
    "resources": [)" +
         resources + "]}";
}

const std::string kGroup = "networkSecurityGroups";

std::string terraform() {
  return R"({"format_version": "1.2", "planned_values": {"root_module": {"resources": [
    {"address": "azurerm_network_security_group.n", "mode": "managed", "type": "azurerm_network_security_group", "name": "n",
     "values": {"name": "n", "resource_group_name": "rg", "security_rule": [{"name": "x", "priority": 65000,
       "access": "Deny", "direction": "Inbound", "protocol": "*", "source_address_prefix": "*", "source_port_range": "*",
       "destination_address_prefix": "*", "destination_port_range": "*"}]}}]}}})";
}

TEST(DefaultRules, ByWhereTheyStandOrElseByPriority) {
  const std::string type = R"("type": "Microsoft.Network/networkSecurityGroups/)";
  struct Row {
    const char* name;
    std::string text;
    bool is_default;
  };
  const Row rows[]{
      {"Template", template_of(resource(kGroup, "n", R"({"securityRules": [)" + rule() + "]}")), false},
      {"TemplateRuleOfItsOwn",
       template_of(resource(kGroup, "n", R"({"securityRules": []})") + "," +
                   resource(kGroup + "/securityRules", "n/x", rule())),
       false},
      {"Plan", terraform(), false},
      {"Rest", resource(kGroup, "n", R"({"securityRules": [)" + rule() + R"(], "defaultSecurityRules": []})"), false},
      {"RestDefault", resource(kGroup, "n", R"({"securityRules": [], "defaultSecurityRules": [)" + rule() + "]}"),
       true},
      {"Cli", R"([{"name": "n", "securityRules": [)" + rule() + R"(], "defaultSecurityRules": []}])", false},
      {"BothInOneList", R"([{"name": "n", "securityRules": [)" + rule(type + R"(defaultSecurityRules",)") + "]}]",
       true},
      {"RuleList", "[" + rule() + "]", true},
      {"CliRuleList", "[" + rule(type + R"(securityRules",)") + "]", false},
      {"CliRuleListWithDefaults", "[" + rule(type + R"(defaultSecurityRules",)") + "]", true},
      {"RuleListWithIds", "[" + rule(R"("id": "/s/networkSecurityGroups/n/securityRules/x",)") + "]", false},
      {"RuleListWithIdsOfDefaults", "[" + rule(R"("id": "/s/networkSecurityGroups/n/defaultSecurityRules/x",)") + "]",
       true},
  };
  const Folder folder;
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    const std::string file = folder.write(std::string{row.name} + ".json", row.text);
    const auto report = nlohmann::json::parse(call({file, "-f", "json"}).out);
    ASSERT_EQ(report["nsgs"].size(), 1U);
    EXPECT_EQ(report["nsgs"][0]["rules"]["inbound"], row.is_default ? 0 : 1);
    const auto& findings = report["findings"];
    const bool out_of_range = std::any_of(findings.begin(), findings.end(),
                                          [](const auto& finding) { return finding["id"] == "NSG-VALID-003"; });
    EXPECT_EQ(out_of_range, !row.is_default);
    // A user's rule leaves the default at its priority, and which of the two comes first is not known (interface 8).
    const auto answer = nlohmann::json::parse(call({"explain", file, "--direction", "in", "--protocol", "tcp", "--from",
                                                    "10.0.0.5", "--to", "10.0.0.4", "--port", "3389", "-f", "json"})
                                                  .out);
    EXPECT_EQ(answer["verdict"], row.is_default ? "deny" : "unknown");
    EXPECT_EQ(answer["stages"][0]["rulesEvaluated"].size(), row.is_default ? 1U : 2U);
  }
}

}  // namespace
}  // namespace nsgcheck::cli
