// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/cli/call.hpp"

namespace nsgcheck::cli::effective_test {
namespace {

using nlohmann::json;

const std::string kDeployments = std::string{NSGCHECK_SOURCE_DIR} + "/rules/samples/deployments/";

TEST(Effective, ListsTheStagesOfAnInstanceInTheirOrder) {
  const Result result = call(
      {"effective", "--deployment", kDeployments + "narrow-nic.json", "--instance", "WebRole1_IN_0", "-f", "json"});
  ASSERT_EQ(result.exit, Exit::Clean) << result.err;
  const json report = json::parse(result.out);
  EXPECT_EQ(report["schema"], "nsgcheck.effective/1");
  ASSERT_EQ(report["instances"].size(), 1U);
  std::vector<std::string> stages;
  for (const json& stage : report["instances"][0]["stages"])
    stages.push_back(stage["direction"].get<std::string>() + ' ' + stage["appliedTo"].get<std::string>() + ' ' +
                     stage["nsg"].get<std::string>());
  EXPECT_EQ(stages, (std::vector<std::string>{"inbound subnet web-nsg", "inbound nic nic-nsg", "outbound nic nic-nsg",
                                              "outbound subnet web-nsg"}));
  const json& first = report["instances"][0]["stages"][1]["rules"][0];
  EXPECT_EQ(first["name"], "AllowForwarderFromOffice");
  EXPECT_EQ(first["sources"], json({"203.0.113.0/24"}));
  EXPECT_EQ(first["destinationPorts"], json({"20000"}));
  EXPECT_EQ(report["instances"][0]["stages"][1]["rules"].size(), 5U);
}

// What a Cloud Service filters itself stands before and behind what the virtual network does.
TEST(Effective, ListsAclsAndTrafficRulesOfTheService) {
  const std::string samples = std::string{NSGCHECK_SOURCE_DIR} + "/rules/samples/cloud-service-files/";
  const std::vector<std::string> command{"effective",
                                         "--deployment",
                                         samples + "get-deployment.xml",
                                         "--deployment",
                                         samples + "traffic-rule.csdef",
                                         "--deployment",
                                         samples + "acl.cscfg",
                                         "--deployment",
                                         samples + "rules.json"};
  auto in_json = command;
  in_json.insert(in_json.end(), {"-f", "json"});
  const json report = json::parse(call(in_json).out);
  std::vector<std::string> stages;
  for (const json& instance : report["instances"])
    for (const json& stage : instance["stages"])
      if (stage["direction"] == "inbound")
        stages.push_back(instance["instance"].get<std::string>() + ' ' + stage["appliedTo"].get<std::string>() + ' ' +
                         stage["nsg"].get<std::string>() + ' ' + std::to_string(stage["rules"].size()));
  EXPECT_EQ(stages, (std::vector<std::string>{"WebRole1_IN_0 endpoint Operators 2", "WebRole1_IN_0 subnet web-nsg 4",
                                              "WebRole1_IN_1 endpoint Operators 2", "WebRole1_IN_1 subnet web-nsg 4",
                                              "WorkerRole1_IN_0 subnet web-nsg 4",
                                              "WorkerRole1_IN_0 role network traffic rules of WorkerRole1 2"}));
  // Azure's own listing has none of them.
  auto as_azure = command;
  as_azure.insert(as_azure.end(), {"-f", "azure", "--instance", "WebRole1_IN_0"});
  EXPECT_EQ(call(as_azure).out.find("Operators"), std::string::npos);
}

TEST(Effective, TagsAreExpandedOnDemand) {
  const std::vector<std::string> command{"effective", "--deployment", kDeployments + "works.json", "-f", "json"};
  EXPECT_FALSE(json::parse(call(command).out)["instances"][0].contains("tags"));
  auto expanding = command;
  expanding.emplace_back("--expand-tags");
  const json tags = json::parse(call(expanding).out)["instances"][0]["tags"];
  EXPECT_EQ(tags["VirtualNetwork"], json({"10.0.0.0/16", "168.63.129.16/32"}));
}

/// A deployment with one instance, its subnet's NSG made of these rules in the REST form.
std::string one_instance(const Folder& folder, const std::string& rules, const std::string& more = {}) {
  folder.write("rules.json", R"({"name": "web-nsg", "type": "Microsoft.Network/networkSecurityGroups", "properties": {
    "securityRules": [)" + rules +
                                 "]}}");
  return folder.write("d.json", R"({"nsgs": ["rules.json"], "virtualNetwork": {"addressPrefixes": ["10.0.0.0/16"],
    "subnets": [{"name": "web", "addressPrefix": "10.0.0.0/24", "nsg": "web-nsg"}]}, "roles": [{"name": "R",
    "subnet": "web", "instances": [{"name": "R_IN_0", "address": "10.0.0.4"}]}])" +
                                    more + "}");
}

std::string rule(const std::string& name, int priority, const std::string& direction, const std::string& protocol,
                 const std::string& source, const std::string& ports) {
  return R"({"name": ")" + name + R"(", "properties": {"priority": )" + std::to_string(priority) +
         R"(, "direction": ")" + direction + R"(", "access": ")" + (priority % 20 == 0 ? "Deny" : "Allow") +
         R"(", "protocol": ")" + protocol + R"(", )" + source +
         R"(, "sourcePortRange": "*", "destinationAddressPrefix": "*", )" + ports + "}}";
}

// What is written in Azure's own shape means what the rules meant: diff finds nothing between the two.
TEST(Effective, AzuresShapeMeansWhatTheTemplateMeans) {
  const Folder folder;
  const std::string port = R"("destinationPortRange": "3389")";
  struct Row {
    const char* name;
    std::string rules;
  };
  const Row rows[]{
      {"NoRuleOfItsOwn", ""},
      {"AnyIsBothFamilies", rule("A", 110, "Inbound", "*", R"("sourceAddressPrefix": "*")", port)},
      {"AllOfOneFamily", rule("A", 110, "Inbound", "Tcp", R"("sourceAddressPrefix": "0.0.0.0/0")", port)},
      {"AllOfTheOtherFamily", rule("A", 110, "Inbound", "Tcp", R"("sourceAddressPrefix": "::/0")", port)},
      {"ATag", rule("A", 110, "Inbound", "Udp", R"("sourceAddressPrefix": "Storage.WestEurope")", port)},
      {"Lists", rule("A", 110, "Outbound", "Tcp", R"("sourceAddressPrefixes": ["10.0.0.4", "10.0.8.0/22"])",
                     R"("destinationPortRanges": ["22", "8000-8080"])")},
      {"Protocols",
       rule("I", 110, "Inbound", "Icmp", R"("sourceAddressPrefix": "*")", R"("destinationPortRange": "*")") + "," +
           rule("E", 130, "Inbound", "Esp", R"("sourceAddressPrefix": "*")", R"("destinationPortRange": "*")") + "," +
           rule("H", 150, "Inbound", "Ah", R"("sourceAddressPrefix": "*")", R"("destinationPortRange": "*")")},
      {"Groups", rule("A", 110, "Inbound", "Tcp", R"("sourceApplicationSecurityGroups": [{"id": "/x/ops"}])", port)},
      {"DeniesAndAllows", rule("D", 120, "Inbound", "Tcp", R"("sourceAddressPrefix": "203.0.113.0/25")", port) + "," +
                              rule("A", 130, "Inbound", "Tcp", R"("sourceAddressPrefix": "203.0.113.0/24")", port)},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    const std::string deployment = one_instance(folder, row.rules);
    const std::string azure = folder.path("azure.json");
    const Result written = call({"effective", "--deployment", deployment, "-o", "azure=" + azure, "-f", "json"});
    EXPECT_EQ(written.exit, Exit::Clean) << written.err;
    const Result diff = call({"diff", azure, folder.path("rules.json")});
    EXPECT_EQ(diff.exit, Exit::Clean) << diff.out << diff.err;
    const Result back = call({"diff", folder.path("rules.json"), azure});
    EXPECT_EQ(back.exit, Exit::Clean) << back.out << back.err;
  }
}

TEST(Effective, DriftShowsInDiff) {
  const Folder folder;
  const std::string deployment = one_instance(
      folder, rule("A", 110, "Inbound", "Tcp", R"("sourceAddressPrefix": "*")", R"("destinationPortRange": "3389")"));
  const std::string azure = folder.path("azure.json");
  static_cast<void>(call({"effective", "--deployment", deployment, "-o", "azure=" + azure}));
  one_instance(folder, rule("A", 110, "Inbound", "Tcp", R"("sourceAddressPrefix": "203.0.113.7")",
                            R"("destinationPortRange": "3389")"));
  EXPECT_EQ(call({"diff", azure, folder.path("rules.json")}).exit, Exit::Findings);
}

TEST(Effective, AzuresShapeNamesTheStagesAndTheMembersOfGroups) {
  const Folder folder;
  const std::string deployment =
      one_instance(folder,
                   rule("A", 110, "Inbound", "Tcp", R"("sourceApplicationSecurityGroups": [{"id": "/x/ops"}])",
                        R"("destinationPortRange": "3389")"),
                   R"(, "applicationSecurityGroups": {"ops": ["10.0.0.9"]}, "adminRules": [{"name": "N", "priority": 10,
                     "direction": "Inbound", "access": "AlwaysAllow", "destinationPorts": ["22"]}])");
  const json value =
      json::parse(call({"effective", "--deployment", deployment, "-f", "azure", "--expand-tags"}).out)["value"];
  ASSERT_EQ(value.size(), 2U);
  EXPECT_TRUE(value[0]["association"].contains("networkManager"));
  EXPECT_EQ(value[0]["effectiveSecurityRules"][0]["access"], "AlwaysAllow");
  EXPECT_TRUE(value[1]["association"].contains("subnet"));
  const json& first = value[1]["effectiveSecurityRules"][0];
  EXPECT_EQ(first["name"], "securityRules/A");
  EXPECT_EQ(first["sourceAddressPrefixes"], json({"10.0.0.9/32"}));
  EXPECT_EQ(first["destinationAddressPrefix"], "0.0.0.0/0");
  EXPECT_EQ(first["destinationPortRange"], "3389-3389");
  const json& second = value[1]["effectiveSecurityRules"][1];
  EXPECT_EQ(second["name"], "defaultSecurityRules/AllowVnetInBound");
  EXPECT_EQ(second["expandedSourceAddressPrefix"], json({"10.0.0.0/16", "168.63.129.16/32"}));
}

TEST(Effective, SaysWhatItCannotList) {
  const Folder folder;
  const std::string unknown = one_instance(
      folder, rule("A", 110, "Inbound", "Tcp", R"("sourceAddressPrefix": "789")", R"("destinationPortRange": "3389")"));
  struct Row {
    const char* name;
    std::vector<std::string> args;
    Exit exit;
    const char* said;
  };
  const Row rows[]{
      {"SeveralNics",
       {"--deployment", kDeployments + "works.json", "-f", "azure"},
       Exit::Usage,
       "choose by --instance"},
      {"NoSuchInstance", {"--deployment", kDeployments + "works.json", "--instance", "X"}, Exit::Usage, "\"X\""},
      {"AValueNobodyKnows", {"--deployment", unknown}, Exit::Findings, "rule A is not settled (invalid-rule)"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    std::vector<std::string> args{"effective"};
    args.insert(args.end(), row.args.begin(), row.args.end());
    const Result result = call(args);
    EXPECT_EQ(result.exit, row.exit);
    EXPECT_NE(result.err.find(row.said), std::string::npos) << result.err;
  }
}

}  // namespace
}  // namespace nsgcheck::cli::effective_test
