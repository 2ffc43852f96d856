// SPDX-License-Identifier: Apache-2.0
// Security admin rules are looked at before NSGs (semantics 3): where effective rules report them they are in force,
// and where they stand beside a network they perhaps apply to it.
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/cli/call.hpp"

namespace nsgcheck::cli::admin_rules_test {
namespace {

using nlohmann::json;

const std::string kRoot = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Network/";

std::string effective_rule(const std::string& access, int priority, const std::string& source = "0.0.0.0/0") {
  return R"({"name": "x)" + std::to_string(priority) + R"(", "protocol": "Tcp", "sourcePortRange": "0-65535",
    "destinationPortRange": "3389-3389", "sourceAddressPrefix": ")" +
         source + R"(", "destinationAddressPrefix": "0.0.0.0/0", "access": ")" + access + R"(", "priority": )" +
         std::to_string(priority) + R"(, "direction": "Inbound"})";
}

// The manager's rules, and a group that denies or allows all of remote desktop at 100.
std::string effective(const std::string& admin, const std::string& own, const std::string& list = {}) {
  return R"({"value": [{"association": {"networkManager": {"id": ")" + kRoot + R"(networkManagers/m"}},
    "effectiveSecurityRules": )" +
         (list.empty() ? '[' + admin + ']' : list) + R"(}, {"networkSecurityGroup": {"id": ")" + kRoot +
         R"(networkSecurityGroups/n"},
    "association": {"networkInterface": {"id": ")" +
         kRoot + R"(networkInterfaces/i"}}, "effectiveSecurityRules": [)" + effective_rule(own, 100) + "]}]}";
}

TEST(AdminRules, OfEffectiveRulesAreInForce) {
  struct Row {
    const char* name;
    std::string text;
    const char* verdict;
  };
  const Row rows[]{
      {"none", effective("", "Deny"), "deny"},
      {"always-allow", effective(effective_rule("AlwaysAllow", 1), "Deny"), "allow"},
      {"deny", effective(effective_rule("Deny", 1), "Allow"), "deny"},
      {"allow-leaves-it", effective(effective_rule("Allow", 1), "Deny"), "deny"},
      {"allow-leaves-it-open", effective(effective_rule("Allow", 1), "Allow"), "allow"},
      {"deny-first", effective(effective_rule("Deny", 1) + "," + effective_rule("AlwaysAllow", 2), "Allow"), "deny"},
      {"always-allow-first", effective(effective_rule("Deny", 2) + "," + effective_rule("AlwaysAllow", 1), "Deny"),
       "allow"},
      {"allow-may-shield", effective(effective_rule("Allow", 1) + "," + effective_rule("Deny", 2), "Allow"), "unknown"},
      {"allow-for-others-shields-nothing",
       effective(
           effective_rule("Allow", 1, "198.51.100.0/24") + "," + effective_rule("AlwaysAllow", 2, "203.0.113.0/24"),
           "Deny"),
       "allow"},
      {"not-a-list", effective("", "Deny", "null"), "unknown"},
      {"later-allow-shields-nothing", effective(effective_rule("Deny", 1) + "," + effective_rule("Allow", 2), "Allow"),
       "deny"},
      {"elsewhere", effective(effective_rule("AlwaysAllow", 1, "198.51.100.0/24"), "Deny"), "deny"},
  };
  const Folder folder;
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    const std::string file = folder.write(std::string{row.name} + ".json", row.text);
    const Result answer = call({"explain", file, "--direction", "in", "--protocol", "tcp", "--from", "203.0.113.7",
                                "--to", "10.0.0.4", "--port", "3389", "-f", "json"});
    EXPECT_EQ(json::parse(answer.out)["verdict"], row.verdict) << answer.out << answer.err;
    const json report = json::parse(call({file, "-f", "json"}).out);
    const auto& findings = report["findings"];
    const bool open = std::any_of(findings.begin(), findings.end(), [](const json& finding) {
      return finding["id"] == "NSG-RDP-001" || finding["id"] == "NSG-RDP-003";
    });
    EXPECT_EQ(open, std::string{row.verdict} != "deny" || std::string{row.name} == "elsewhere");
    EXPECT_TRUE(std::none_of(findings.begin(), findings.end(),
                             [](const json& finding) { return finding["id"] == "NSG-VALID-003"; }));
  }
}

std::string resource(const std::string& type, const std::string& name, const std::string& properties,
                     const std::string& more = {}) {
  return R"({"id": ")" + kRoot + type + "/" + name + R"(", "name": ")" + name + R"(", "type": "Microsoft.Network/)" +
         type + R"(",)" + more + R"( "properties": )" + properties + "}";
}

std::string network(const std::string& access, const std::string& own) {
  return "[" +
         resource("virtualNetworks", "v",
                  R"({"addressSpace": {"addressPrefixes": ["10.0.0.0/16"]}, "subnets": [{"id": ")" + kRoot +
                      R"(virtualNetworks/v/subnets/a", "name": "a", "properties": {"addressPrefix": "10.0.0.0/24",
                      "networkSecurityGroup": {"id": ")" +
                      kRoot + R"(networkSecurityGroups/n"}}}]})") +
         "," + resource("publicIPAddresses", "p", R"({"ipAddress": "20.1.1.1"})", R"("sku": {"name": "Standard"},)") +
         "," +
         resource("networkInterfaces", "i",
                  R"({"ipConfigurations": [{"name": "c", "properties": {"privateIPAddress": "10.0.0.4",
                      "subnet": {"id": ")" +
                      kRoot + R"(virtualNetworks/v/subnets/a"}, "publicIPAddress": {"id": ")" + kRoot +
                      R"(publicIPAddresses/p"}}}]})") +
         "," +
         resource("networkSecurityGroups", "n",
                  R"({"securityRules": [{"name": "own", "properties": {"priority": 100, "direction": "Inbound",
                      "access": ")" +
                      own + R"(", "protocol": "Tcp", "sourceAddressPrefix": "Internet", "sourcePortRange": "*",
                      "destinationAddressPrefix": "*", "destinationPortRange": "3389"}}]})") +
         (access.empty() ? ""
                         : "," + resource("networkManagers/m/securityAdminConfigurations/c/ruleCollections/rc/rules",
                                          "x", R"({"access": ")" + access + R"(", "direction": "Inbound", "priority": 1,
                          "protocol": "Tcp", "sources": [{"addressPrefix": "Internet", "addressPrefixType": "ServiceTag"}],
                          "destinations": [{"addressPrefix": "*", "addressPrefixType": "IPPrefix"}],
                          "sourcePortRanges": ["0-65535"], "destinationPortRanges": ["3389"]})")) +
         "]";
}

TEST(AdminRules, BesideANetworkPerhapsApply) {
  struct Row {
    const char* name;
    std::string text;
    const char* arrives;
    bool found;
  };
  const Row rows[]{
      {"none", network("", "Deny"), "deny", false},
      {"always-allow", network("AlwaysAllow", "Deny"), "unknown", true},
      {"allow", network("Allow", "Deny"), "deny", false},
      {"deny", network("Deny", "Allow"), "unknown", false},
      {"none-open", network("", "Allow"), "allow", false},
  };
  const Folder folder;
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    const Result result = call({folder.write(std::string{row.name} + ".json", row.text), "-f", "json"});
    const json report = json::parse(result.out);
    ASSERT_EQ(report["networks"].size(), 1U);
    bool seen = false;
    for (const json& arrival : report["networks"][0]["arrivals"]) {
      if (arrival["port"] != 3389 || arrival["protocol"] != "tcp" || arrival["source"] != "Internet") continue;
      seen = true;
      EXPECT_EQ(arrival["verdict"], row.arrives);
    }
    EXPECT_TRUE(seen);
    const auto& findings = report["findings"];
    const auto found = std::find_if(findings.begin(), findings.end(),
                                    [](const json& finding) { return finding["id"] == "NSG-NET-001"; });
    EXPECT_EQ(found != findings.end(), row.found);
    if (found != findings.end()) {
      EXPECT_EQ((*found)["status"], "unknown");
      EXPECT_EQ((*found)["reason"], "missing-attachment");
      EXPECT_EQ(result.exit, Exit::Findings);
    }
  }
}

}  // namespace
}  // namespace nsgcheck::cli::admin_rules_test
