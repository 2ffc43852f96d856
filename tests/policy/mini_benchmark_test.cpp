// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "analyzer/io/policy_reader.hpp"
#include "analyzer/io/reader.hpp"
#include "tests/policy/audit_rules.hpp"

namespace nsgcheck::mini_benchmark_test {
namespace {

// The cases on which scanners of single rules err. The question is the same for all: can TCP or UDP 3389 be reached
// from the Internet? The answers are worked out by hand.
struct Case {
  const char* name;
  bool open;
  std::string rules;  ///< members of a rule list as `az network nsg rule list` prints it, in short form
};

std::string rule(int priority, const std::string& access, const std::string& members) {
  const std::string number = std::to_string(priority);
  std::string json = R"({"name": "r)" + number + R"(", "priority": )" + number + R"(, "access": ")" + access + "\"";
  const auto default_to = [&](const std::string& key, const std::string& text) {
    if (members.find('"' + key) == std::string::npos) json += ", \"" + key + "\": \"" + text + '"';
  };
  default_to("direction", "Inbound");
  default_to("protocol", "Tcp");
  default_to("sourceAddressPrefix", "*");
  default_to("sourcePortRange", "*");
  default_to("destinationAddressPrefix", "*");
  default_to("destinationPortRange", "3389");
  return json + (members.empty() ? "" : ", " + members) + '}';
}
std::string allow(int priority, const std::string& members) { return rule(priority, "Allow", members); }
std::string deny(int priority, const std::string& members) { return rule(priority, "Deny", members); }

std::string from(const std::string& source) { return R"("sourceAddressPrefix": ")" + source + '"'; }
std::string port(const std::string& range) { return R"("destinationPortRange": ")" + range + '"'; }
std::string with_protocol(const std::string& protocol) { return R"("protocol": ")" + protocol + '"'; }

std::vector<Case> cases() {
  return {
      {"Plain", true, allow(100, "")},
      {"AllZeroCidr", true, allow(100, from("0.0.0.0/0"))},
      {"InternetTag", true, allow(100, from("Internet"))},
      {"InternetTagInLowerCase", true, allow(100, from("internet"))},
      {"PluralPorts", true, allow(100, R"("destinationPortRanges": ["443", "3389"])")},
      {"StarPort", true, allow(100, port("*"))},
      {"Range", true, allow(100, port("3000-4000"))},
      {"RangeThatEndsBefore", false, allow(100, port("3000-3388"))},
      {"PluralRange", true, allow(100, R"("destinationPortRanges": ["22", "3380-3390"])")},
      {"PluralSource", true, allow(100, R"("sourceAddressPrefixes": ["10.0.0.0/8", "0.0.0.0/0"])")},
      {"Ipv6Any", true, allow(100, from("::/0"))},
      {"LowerCaseEnums", true, R"({"name": "a", "priority": 100, "access": "allow", "direction": "inbound",
        "protocol": "tcp", "sourceAddressPrefix": "*", "sourcePortRange": "*", "destinationAddressPrefix": "*",
        "destinationPortRange": "3389"})"},
      {"AllowThenDeny", true, allow(100, "") + ", " + deny(200, with_protocol("*"))},
      {"DenyThenAllow", false, deny(100, with_protocol("*")) + ", " + allow(200, "")},
      {"CoveredByTwoDeniesTogether", false,
       deny(100, from("0.0.0.0/1")) + ", " + deny(110, from("128.0.0.0/1")) + ", " + allow(200, from("0.0.0.0/0"))},
      {"TwoDeniesLeaveIpv6", true,
       deny(100, from("0.0.0.0/1")) + ", " + deny(110, from("128.0.0.0/1")) + ", " + allow(200, from("*"))},
      {"TwoHalves", true, allow(100, from("0.0.0.0/1")) + ", " + allow(110, from("128.0.0.0/1"))},
      {"AzureCloudTag", true, allow(100, from("AzureCloud"))},
      {"RegionalTag", true, allow(100, from("AzureCloud.WestEurope"))},
      {"LargePublicBlock", true, allow(100, from("8.0.0.0/6"))},
      {"OnePublicAddress", true, allow(100, from("203.0.113.7"))},
      {"Udp", true, allow(100, with_protocol("Udp"))},
      {"AnyProtocol", true, allow(100, with_protocol("*"))},
      {"Icmp", false, allow(100, with_protocol("Icmp") + ", " + port("*"))},
      {"Esp", false, allow(100, with_protocol("Esp") + ", " + port("*"))},
      {"Outbound", false, allow(100, R"("direction": "Outbound")")},
      {"PrivateSource", false, allow(100, from("10.0.0.0/8"))},
      {"VirtualNetworkTag", false, allow(100, from("VirtualNetwork"))},
      {"LoadBalancerTag", false, allow(100, from("AzureLoadBalancer"))},
      {"SourcePortOnly", false, allow(100, R"("sourcePortRange": "3389", )" + port("443"))},
      {"SourcePortRestricted", true, allow(100, R"("sourcePortRange": "3389")")},
      {"AllowUnderANarrowDeny", true, deny(100, from("203.0.113.0/24")) + ", " + allow(200, "")},
      {"TcpDeniedUdpLeft", true, deny(100, "") + ", " + allow(200, with_protocol("*"))},
      {"DenyOfAnotherPort", true, deny(100, port("22")) + ", " + allow(200, "")},
      {"DenyOutboundDoesNotHelp", true, deny(100, R"("direction": "Outbound")") + ", " + allow(200, "")},
      {"DefaultsOnly", false, ""},
      {"DenyAllOnly", false, deny(4096, with_protocol("*") + ", " + port("*"))},
      {"PrivateDestination", true, allow(100, R"("destinationAddressPrefix": "10.0.0.4")")},
      {"PublicDestinationAfterTranslation", false, allow(100, R"("destinationAddressPrefix": "198.51.100.20")")},
      {"EmptySingularBesideAList", true,
       allow(100, R"("sourceAddressPrefix": "", "sourceAddressPrefixes": ["Internet"], "destinationPortRange": "",
                     "destinationPortRanges": ["3389"])")},
      {"GroupAsSource", false,
       allow(100, R"("sourceAddressPrefix": "", "sourceApplicationSecurityGroups": [{"id": "/a/asg-web"}])")},
      {"PortAsNumber", true, allow(100, R"("destinationPortRange": 3389)")},
  };
}

const policy::Policy& rdp_policy() {
  const auto& all = io::built_in_policies();
  return *std::find_if(all.begin(), all.end(), [](const auto& policy) { return policy.id == "NSG-RDP-001"; });
}

// REQUIRES: `json` holds one NSG.
bool says_open(const std::string& json) {
  const auto document = io::parse_json("case.json", json, 0);
  if (!document) {
    ADD_FAILURE() << document.error().message << "\n" << json;
    return false;
  }
  const io::RuleSource source = io::read_rules(*document, {});
  EXPECT_TRUE(source.errors.empty());
  if (source.nsgs.size() != 1) {
    ADD_FAILURE() << source.nsgs.size() << " NSGs in\n" << json;
    return false;
  }
  const auto audit = test::audit_rules(source.nsgs.front().rules, {&rdp_policy(), 1});
  for (const auto& finding : audit.findings) EXPECT_EQ(finding.status, policy::Status::Violated) << finding.message;
  return !audit.findings.empty();
}

std::string nsg(const std::string& rules) {
  return R"({"name": "nsg", "type": "Microsoft.Network/networkSecurityGroups", "securityRules": [)" + rules + "]}";
}

TEST(MiniBenchmark, SaysWhether3389IsReachable) {
  for (const Case& each : cases()) {
    SCOPED_TRACE(each.name);
    EXPECT_EQ(says_open(nsg(each.rules)), each.open);
  }
}

// One NSG that is open and the same with a deny in front, in the forms in which tools are given them.
TEST(MiniBenchmark, TheFormDoesNotMatter) {
  const std::string open = R"("priority": 110, "access": "Allow", "direction": "Inbound", "protocol": "Tcp",
    "sourceAddressPrefix": "Internet", "sourcePortRange": "*", "destinationAddressPrefix": "*",
    "destinationPortRanges": ["3000-4000"])";
  const std::string shut = R"("priority": 100, "access": "Deny", "direction": "Inbound", "protocol": "*",
    "sourceAddressPrefix": "*", "sourcePortRange": "*", "destinationAddressPrefix": "*",
    "destinationPortRange": "3389")";
  const std::string head =
      R"({"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
    "contentVersion": "1.0.0.0", "resources": [{"type": "Microsoft.Network/networkSecurityGroups", "name": "nsg",
    "apiVersion": "2023-09-01", "location": "westeurope", "properties": {"securityRules": [)";
  const std::string child = R"(]}}, {"type": "Microsoft.Network/networkSecurityGroups/securityRules", "name": "nsg/b",
    "apiVersion": "2023-09-01", "dependsOn": ["nsg"], "properties": {)";
  const std::vector<std::pair<const char*, std::array<std::string, 2>>> forms{
      {"RestObject",
       {R"({"name": "nsg", "id": "/s/nsg", "properties": {"securityRules": [{"name": "a", "properties": {)" + open +
            "}}]}}",
        R"({"name": "nsg", "id": "/s/nsg", "properties": {"securityRules": [{"name": "a", "properties": {)" + open +
            R"(}}, {"name": "b", "properties": {)" + shut + "}}]}}"}},
      {"RuleList",
       {R"([{"name": "a", )" + open + "}]", R"([{"name": "a", )" + open + R"(}, {"name": "b", )" + shut + "}]"}},
      {"Template",
       {head + R"({"name": "a", "properties": {)" + open + "}}]}}]}",
        head + R"({"name": "a", "properties": {)" + open + R"(}}, {"name": "b", "properties": {)" + shut + "}}]}}]}"}},
      {"TemplateWithChildRule",
       {head + child + open + "}}]}", head + R"({"name": "a", "properties": {)" + open + "}}" + child + shut + "}}]}"}},
  };
  for (const auto& [name, texts] : forms) {
    SCOPED_TRACE(name);
    EXPECT_TRUE(says_open(texts[0]));
    EXPECT_FALSE(says_open(texts[1]));
  }
}

}  // namespace
}  // namespace nsgcheck::mini_benchmark_test
