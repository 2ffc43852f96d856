// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/cli/call.hpp"

namespace nsgcheck::cli::audit_deployment_test {
namespace {

using nlohmann::json;

const std::string kDeployments = std::string{NSGCHECK_SOURCE_DIR} + "/rules/samples/deployments/";

json audit(const std::string& deployment, std::vector<std::string> more = {}) {
  std::vector<std::string> args{"audit", "--deployment", deployment, "-f", "json"};
  args.insert(args.end(), more.begin(), more.end());
  const Result result = call(args);
  EXPECT_FALSE(result.out.empty()) << result.err;
  return result.out.empty() ? json() : json::parse(result.out);
}

json arrival(const json& report, const std::string& instance, int port, const std::string& protocol,
             const std::string& source) {
  for (const json& one : report["arrivals"])
    if (one["instance"] == instance && one["port"] == port && one["protocol"] == protocol && one["source"] == source)
      return one;
  return {};
}

const json* finding(const json& report, const std::string& id, const std::string& nsg) {
  for (const json& one : report["findings"])
    if (one["id"] == id && one["nsg"] == nsg) return &one;
  return nullptr;
}

// What the subnet's NSG allows and what arrives behind the NICs' are two statements.
TEST(AuditDeployment, TellsWhatARuleAllowsFromWhatArrives) {
  const json report = audit(kDeployments + "narrow-nic.json");
  EXPECT_EQ(report["nsgs"][0]["ports"][0]["verdict"], "allow");
  EXPECT_EQ(report["nsgs"][0]["attachedTo"], json::parse(R"([{"appliedTo": "subnet", "name": "web"}])"));
  EXPECT_EQ(report["nsgs"][1]["attachedTo"].size(), 3U);
  const json* open = finding(report, "NSG-RDP-001", "web-nsg");
  ASSERT_NE(open, nullptr);
  EXPECT_EQ((*open)["arrivesAt"], json::array());
  EXPECT_EQ((*open)["mayArriveAt"], json::array());
  const json* forwarder = finding(report, "NSG-RDP-002", "web-nsg");
  ASSERT_NE(forwarder, nullptr);
  EXPECT_EQ((*forwarder)["arrivesAt"], json({"WebRole1_IN_0", "WebRole1_IN_1", "WorkerRole1_IN_0"}));
  struct Row {
    int port;
    const char* protocol;
    const char* source;
    const char* verdict;
  };
  for (const Row& row : {Row{3389, "tcp", "Internet", "deny"}, Row{3389, "tcp", "VirtualNetwork", "allow"},
                         Row{3389, "udp", "Internet", "deny"}, Row{20000, "tcp", "Internet", "partial"},
                         Row{20000, "tcp", "AzureLoadBalancer", "allow"}}) {
    SCOPED_TRACE(std::to_string(row.port) + row.source);
    const json one = arrival(report, "WebRole1_IN_0", row.port, row.protocol, row.source);
    EXPECT_EQ(one["verdict"], row.verdict);
  }
  const json part = arrival(report, "WebRole1_IN_0", 20000, "tcp", "Internet");
  EXPECT_EQ(part["region"][0]["source"], json({"203.0.113.0/24"}));
  ASSERT_EQ(part["stages"].size(), 2U);
  EXPECT_EQ(part["stages"][0]["verdict"], "allow");
  EXPECT_EQ(part["stages"][1]["nsg"], "nic-nsg");
  const auto text = call({"audit", "--deployment", kDeployments + "narrow-nic.json"}).out;
  EXPECT_NE(text.find("such traffic arrives at no instance: other stages stop it"), std::string::npos) << text;
  EXPECT_NE(text.find("3389/tcp   from Internet           stopped  by nic-nsg (nic)"), std::string::npos) << text;
}

// The file is looked through block by block; the word that tells of it may lie across two.
TEST(AuditDeployment, IsKnownWhereverItsRolesBegin) {
  const Folder folder;
  for (const char* name : {"works.json", "works-nsg.json"})
    std::filesystem::copy_file(kDeployments + name, folder.path(name));
  std::ifstream file{folder.path("works.json")};
  const std::string text{std::istreambuf_iterator<char>{file}, {}};
  const std::size_t roles = text.find("\"roles\"");
  ASSERT_NE(roles, std::string::npos);
  for (const std::size_t place : {65528U, 65529U, 65532U, 65535U, 65536U, 131070U, 131072U}) {
    std::string padded = text;
    padded.insert(roles, std::string(place - roles, ' '));
    const Result result = call({"audit", folder.write("works.json", padded), "-f", "json"});
    ASSERT_FALSE(result.out.empty()) << place << result.err;
    EXPECT_TRUE(json::parse(result.out).contains("arrivals")) << place;
  }
}

std::string deployment_with(const std::string& more, const std::string& routes = "[]") {
  return R"({"nsgs": ["rules.json"], "forwarderPort": 20001, "virtualNetwork": {"addressPrefixes": ["172.20.0.0/16"],
    "subnets": [{"name": "web", "addressPrefix": "172.20.0.0/24", "nsg": "web-nsg", "routes": )" +
         routes + R"(}]}, "roles": [{"name": "R", "subnet": "web",
    "instances": [{"name": "R_IN_0", "address": "172.20.0.4"}]}])" +
         more + "}";
}

std::string rules_from(const std::string& source) {
  return R"({"name": "web-nsg", "type": "Microsoft.Network/networkSecurityGroups", "properties": {"securityRules": [
    {"name": "A", "properties": {"priority": 100, "direction": "Inbound", "access": "Allow", "protocol": "Tcp", )" +
         source + R"(, "sourcePortRange": "*", "destinationAddressPrefix": "*", "destinationPortRange": "3389"}},
    {"name": "D", "properties": {"priority": 200, "direction": "Inbound", "access": "Deny", "protocol": "*",
      "sourceAddressPrefix": "10.0.0.0/8", "sourcePortRange": "*", "destinationAddressPrefix": "*",
      "destinationPortRange": "*"}}]}})";
}

// The deployment's own network, groups and forwarder port take the place of the defaults.
TEST(AuditDeployment, TagsAndGroupsAreThoseOfTheDeployment) {
  const Folder folder;
  folder.write("rules.json", rules_from(R"("sourceApplicationSecurityGroups": [{"id": "ops"}])"));
  const std::string known =
      folder.write("known.json", deployment_with(R"(, "applicationSecurityGroups": {"ops": ["172.20.7.7"]})"));
  const json report = audit(known);
  const json& ports = report["nsgs"][0]["ports"];
  EXPECT_EQ(ports[1]["source"], "VirtualNetwork");
  // The whole of 172.20.0.0/16 by the default rule; 10.0.0.0/8, which rule D denies, is no part of this network.
  EXPECT_EQ(ports[1]["verdict"], "allow");
  EXPECT_EQ(ports[5]["port"], 20001);
  for (const json& one : report["assumptions"]) {
    EXPECT_NE(one["code"], "virtual-network-default");
    EXPECT_NE(one["code"], "forwarder-port-default");
  }
  EXPECT_EQ(arrival(report, "R_IN_0", 3389, "tcp", "Internet")["verdict"], "deny");
  EXPECT_EQ(arrival(report, "R_IN_0", 20001, "tcp", "VirtualNetwork")["verdict"], "allow");
}

// A default route makes everything VirtualNetwork to rules (semantics 2); the Internet that is asked about stays.
TEST(AuditDeployment, ADefaultRouteOpensTheDefaultRule) {
  const Folder folder;
  folder.write("rules.json", rules_from(R"("sourceAddressPrefix": "10.1.1.1")"));
  const std::string routed = folder.write(
      "routed.json", deployment_with("", R"([{"addressPrefix": "0.0.0.0/0", "nextHop": "VirtualAppliance"}])"));
  const json report = audit(routed);
  EXPECT_EQ(report["nsgs"][0]["ports"][0]["source"], "Internet");
  EXPECT_EQ(report["nsgs"][0]["ports"][0]["verdict"], "allow");
  EXPECT_EQ(arrival(report, "R_IN_0", 3389, "tcp", "Internet")["verdict"], "allow");
}

TEST(AuditDeployment, AnNsgThatIsAttachedToNothingSaysSo) {
  const Folder folder;
  folder.write("rules.json", rules_from(R"("sourceAddressPrefix": "10.1.1.1")"));
  const std::string deployment = folder.write("d.json", deployment_with(""));
  std::string other = rules_from(R"("sourceAddressPrefix": "*")");
  other.replace(other.find("web-nsg"), 7, "old-nsg");
  const std::string file = folder.write("other.json", other);
  const json report = audit(deployment, {file});
  ASSERT_EQ(report["nsgs"].size(), 2U);
  EXPECT_EQ(report["nsgs"][1]["attachedTo"], json::array());
  const json* open = finding(report, "NSG-RDP-001", "old-nsg");
  ASSERT_NE(open, nullptr);
  EXPECT_EQ((*open)["arrivesAt"], json::array());
  const auto text = call({"audit", "--deployment", deployment, file}).out;
  EXPECT_NE(text.find("attached to nothing in the deployment"), std::string::npos) << text;
}

}  // namespace
}  // namespace nsgcheck::cli::audit_deployment_test
