// SPDX-License-Identifier: Apache-2.0
// Rules whose group is elsewhere: what the group holds besides is not known until its file is given, too.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/cli/call.hpp"

namespace nsgcheck::cli::partial_groups_test {
namespace {

using nlohmann::json;

std::string rule(const std::string& access) {
  return R"({"priority": 200, "direction": "Inbound", "access": ")" + access +
         R"(", "protocol": "Tcp", "sourceAddressPrefix": "*", "sourcePortRange": "*", "destinationAddressPrefix": "*",
      "destinationPortRange": "3389"})";
}

std::string arm(const std::string& resources) {
  return R"({"contentVersion": "1.0.0.0", "resources": )" + resources + "}";
}

std::string group(const std::string& rules) {
  return arm(
      R"([{"type": "Microsoft.Network/networkSecurityGroups", "name": "Ops", "properties": {"securityRules": [)" +
      rules + "]}}]");
}

const std::string kAlone =
    arm(R"([{"type": "Microsoft.Network/networkSecurityGroups/securityRules", "name": "ops/rdp", "properties": )" +
        rule("Allow") + "}]");
/// The rule, deployed into a resource group of its own.
const std::string kElsewhere = arm(
    R"([{"type": "Microsoft.Resources/deployments", "name": "d", "resourceGroup": "other", "properties": {"template": )" +
    kAlone + "}}]");

std::string group_with_id(const std::string& resource_group) {
  return R"({"type": "Microsoft.Network/networkSecurityGroups", "name": "Ops", "id": "/subscriptions/s/resourceGroups/)" +
         resource_group +
         R"(/providers/Microsoft.Network/networkSecurityGroups/Ops", "properties": {"securityRules": []}})";
}

const std::string kExisting = R"({"languageVersion": "2.0", "contentVersion": "1.0.0.0", "resources": {
  "group": {"existing": true, "type": "Microsoft.Network/networkSecurityGroups", "name": "ops"},
  "rule": {"type": "Microsoft.Network/networkSecurityGroups/securityRules", "name": "ops/rdp", "properties": )" +
                              rule("Allow") + "}}}";
const std::string kPlan = R"({"format_version": "1.2", "planned_values": {}, "resource_changes": [
  {"address": "azurerm_network_security_rule.r", "type": "azurerm_network_security_rule", "change": {"actions": ["create"],
   "after": {"name": "rdp", "network_security_group_name": "ops", "priority": 200, "direction": "Inbound", "access": "Allow",
     "protocol": "Tcp", "source_port_range": "*", "destination_port_range": "3389", "source_address_prefix": "*",
     "destination_address_prefix": "*"}}}]})";
const std::string kWhatIf = R"({"changes": [{"changeType": "Create",
  "resourceId": "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/networkSecurityGroups/ops/securityRules/rdp",
  "after": {"type": "Microsoft.Network/networkSecurityGroups/securityRules", "name": "rdp",
   "id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/networkSecurityGroups/ops/securityRules/rdp",
   "properties": )" + rule("Allow") +
                            "}}]}";
const std::string kNextPage = R"({"value": [{"name": "rdp",
   "id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/networkSecurityGroups/ops/securityRules/rdp",
   "properties": )" + rule("Allow") +
                              R"(}], "nextLink": "https://management.azure.com/next"})";

std::string shown_rule(const std::string& id, const std::string& access) {
  return R"({"name": "rdp", "type": "Microsoft.Network/networkSecurityGroups/securityRules", "id": ")" + id +
         R"(/securityRules/rdp", "properties": )" + rule(access) + "}";
}

const std::string kOpsId = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/networkSecurityGroups/Ops";
const std::string kShown = shown_rule(kOpsId, "Allow");
/// `az network nsg rule show`
const std::string kFlat =
    R"({"name": "rdp", "type": "Microsoft.Network/networkSecurityGroups/securityRules", "id": ")" + kOpsId +
    R"(/securityRules/rdp", "resourceGroup": "g", )" + rule("Deny").substr(1);
/// Get-AzNetworkSecurityRuleConfig -Name
const std::string kPowerShell = R"({"Name": "rdp", "Id": ")" + kOpsId + R"(/securityRules/rdp", "Priority": 200,
  "Access": "Deny", "Direction": "Inbound", "Protocol": "Tcp", "SourceAddressPrefix": ["*"], "SourcePortRange": ["*"],
  "DestinationAddressPrefix": ["*"], "DestinationPortRange": ["3389"]})";

struct Row {
  std::string name;
  std::vector<std::string> files;
  std::string verdict;  ///< of tcp 3389 from Internet in each group, in order
};

const std::vector<Row> kRows{
    {"a rule of a template", {kAlone}, "ops unknown missing-attachment;"},
    {"an existing group", {kExisting}, "ops unknown missing-attachment;"},
    {"a rule of a plan", {kPlan}, "ops unknown missing-attachment;"},
    {"a rule of a what-if result", {kWhatIf}, "ops unknown missing-attachment;"},
    {"a list that goes on", {kNextPage}, "ops unknown missing-attachment;"},
    {"its group in another file", {kAlone, group("")}, "Ops allow ;"},
    {"the files in the other order", {group(""), kExisting}, "Ops allow ;"},
    {"the plan's group in another file", {kPlan, group("")}, "Ops allow ;"},
    {"it takes the place of the group's own rule",
     {kAlone, group(R"({"name": "RDP", "properties": )" + rule("Deny") + "}")},
     "Ops allow ;"},
    {"an earlier rule of the group decides",
     {kAlone,
      group(R"({"name": "no", "properties": {"priority": 100, "direction": "Inbound", "access": "Deny", "protocol": "*",
        "sourceAddressPrefix": "*", "sourcePortRange": "*", "destinationAddressPrefix": "*", "destinationPortRange": "*"}})")},
     "Ops deny ;"},
    {"one rule as REST shows it", {kShown}, "Ops unknown missing-attachment;"},
    {"one rule as the CLI shows it", {kFlat}, "Ops unknown missing-attachment;"},
    {"one rule as PowerShell shows it", {kPowerShell}, "Ops unknown missing-attachment;"},
    {"a list of one rule", {R"({"value": [)" + kShown + "]}"}, "Ops allow ;"},
    {"one rule and its group", {kShown, group_with_id("g")}, "Ops allow ;"},
    {"its group and one rule", {group_with_id("G"), kFlat}, "Ops deny ;"},
    {"one rule and a group in another resource group",
     {kShown, group_with_id("other")},
     "Ops unknown missing-attachment;Ops deny ;"},
    {"two rules of one group, each by itself",
     {kShown, kFlat},
     "Ops unknown missing-attachment;Ops unknown missing-attachment;"},
    {"a rule that a template puts elsewhere", {kElsewhere, group("")}, "ops unknown missing-attachment;Ops deny ;"},
    {"its group in another file, by id", {kElsewhere, group_with_id("Other")}, "Ops allow ;"},
    {"one of that name in another resource group",
     {kElsewhere, group_with_id("g")},
     "ops unknown missing-attachment;Ops deny ;"},
    {"of two groups with the name none is taken",
     {kAlone, group(""), group("")},
     "ops unknown missing-attachment;Ops deny ;Ops deny ;"},
};

std::string verdicts(const json& report) {
  std::string out;
  for (const json& nsg : report["nsgs"])
    for (const json& port : nsg["ports"]) {
      if (port["port"] != 3389 || port["protocol"] != "tcp" || port["source"] != "Internet") continue;
      out += nsg["name"].get<std::string>() + ' ' + port["verdict"].get<std::string>() + ' ' +
             port.value("reason", std::string{}) + ';';
    }
  return out;
}

TEST(PartialGroups, AreNotKnownUntilTheRestIsGiven) {
  for (const Row& row : kRows) {
    SCOPED_TRACE(row.name);
    Folder folder;
    std::vector<std::string> arguments{"audit", "-f", "json"};
    for (std::size_t i = 0; i < row.files.size(); ++i)
      arguments.push_back(folder.write(std::to_string(i) + ".json", row.files[i]));
    const Result result = call(arguments);
    EXPECT_EQ(verdicts(json::parse(result.out, nullptr, false)), row.verdict);
  }
}

TEST(PartialGroups, SayWhereTheirRulesWent) {
  Folder folder;
  const std::string part = folder.write("rule.json", kAlone);
  const std::string whole = folder.write("group.json", group(""));
  const Result result = call({"audit", "-f", "json", part, whole});
  const json report = json::parse(result.out, nullptr, false);
  std::vector<std::string> said;
  for (const json& one : report["inputs"][0]["skipped"]) said.push_back(one["what"]);
  EXPECT_EQ(said, (std::vector<std::string>{
                      "network security group \"ops\" is not part of the template: its other rules are not known",
                      "these rules are taken into the group of that name in " + whole}));
}

}  // namespace
}  // namespace nsgcheck::cli::partial_groups_test
