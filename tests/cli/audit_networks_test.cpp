// SPDX-License-Identifier: Apache-2.0
// What an audit says of networks that the inputs describe themselves.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/cli/call.hpp"

namespace nsgcheck::cli::audit_networks_test {
namespace {

using nlohmann::json;

class AuditNetworks : public testing::Test {
 protected:
  json audit(const std::string& resources) {
    const std::string path =
        folder_.write("main.json", R"({"contentVersion": "1.0.0.0", "resources": [)" + resources + "]}");
    const Result result = call({"audit", path, "-f", "json"});
    EXPECT_EQ(result.err, "");
    return json::parse(result.out, nullptr, false);
  }

  Folder folder_;
};

std::string nsg(const std::string& name, const std::string& destination) {
  return R"({"type": "Microsoft.Network/networkSecurityGroups", "name": ")" + name +
         R"(", "properties": {"securityRules": [{"name": "rdp", "properties": {"priority": 100,
  "direction": "Inbound", "access": "Allow", "protocol": "Tcp", "sourceAddressPrefix": "*", "sourcePortRange": "*",
  "destinationAddressPrefix": ")" +
         destination + R"(", "destinationPortRange": "3389"}}]}})";
}

std::string network(const std::string& name, const std::string& block, const std::string& group) {
  return R"({"type": "Microsoft.Network/virtualNetworks", "name": ")" + name +
         R"(", "properties": {"addressSpace": {"addressPrefixes": [")" + block +
         R"("]}, "subnets": [{"name": "web", "properties": {"addressPrefix": ")" + block +
         R"(", "networkSecurityGroup": {"id": "[resourceId('Microsoft.Network/networkSecurityGroups', ')" + group +
         R"(')]"}}}]}})";
}

std::string nic(const std::string& name, const std::string& vnet, const std::string& more = "",
                const std::string& group = "") {
  return R"({"type": "Microsoft.Network/networkInterfaces", "name": ")" + name + R"(", "properties": {)" + group +
         R"("ipConfigurations": [{"properties": {)" + more +
         R"("subnet": {"id": "[resourceId('Microsoft.Network/virtualNetworks/subnets', ')" + vnet +
         R"(', 'web')]"}}}]}})";
}

const json* arrival(const json& network, const std::string& interface, int port, const std::string& source) {
  for (const json& one : network["arrivals"])
    if (one["instance"] == interface && one["port"] == port && one["protocol"] == "tcp" && one["source"] == source)
      return &one;
  return nullptr;
}

const json* finding(const json& report, const std::string& id, const std::string& group) {
  for (const json& one : report["findings"])
    if (one["id"] == id && one["nsg"] == group) return &one;
  return nullptr;
}

TEST_F(AuditNetworks, AGroupInTwoNetworksIsFollowedInBoth) {
  const json report = audit(nsg("g", "*") + "," + network("a", "10.0.0.0/24", "g") + "," +
                            network("b", "10.1.0.0/24", "g") + "," + nic("first", "a") + "," + nic("second", "b"));
  ASSERT_EQ(report["networks"].size(), 2U);
  const json* open = finding(report, "NSG-RDP-001", "g");
  ASSERT_NE(open, nullptr);
  EXPECT_EQ((*open)["arrivesAt"], json({"first", "second"}));
  EXPECT_EQ(report["nsgs"][0]["attachedTo"].size(), 2U);
}

struct AddressRow {
  std::string name, destination, given, verdict;
};

// An interface whose address is not given may have any of its subnet.
TEST_F(AuditNetworks, WhatDependsOnAnAddressThatIsNotGivenIsUnknown) {
  const std::vector<AddressRow> rows{
      {"any address of the subnet", "10.0.0.0/24", "", "allow"},
      {"one address of the subnet, which it may have", "10.0.0.4", "", "unknown"},
      {"another one, which it may have as well", "10.0.0.9", "", "unknown"},
      {"part of the subnet", "10.0.0.0/25", "", "unknown"},
      {"an address elsewhere", "10.9.0.4", "", "deny"},
      {"one address, which it has", "10.0.0.4", R"("privateIPAddress": "10.0.0.4",)", "allow"},
      {"one address, and it has another", "10.0.0.4", R"("privateIPAddress": "10.0.0.9",)", "deny"}};
  for (const AddressRow& row : rows) {
    SCOPED_TRACE(row.name);
    const json report =
        audit(nsg("g", row.destination) + "," + network("a", "10.0.0.0/24", "g") + "," + nic("n", "a", row.given));
    const json* one = arrival(report["networks"][0], "n", 3389, "Internet");
    ASSERT_NE(one, nullptr);
    EXPECT_EQ((*one)["verdict"], row.verdict);
    EXPECT_EQ(one->value("reason", ""), row.verdict == "unknown" ? "unresolved-expression" : "");
  }
}

TEST_F(AuditNetworks, AGroupThatNoInputHoldsMayHoldAnything) {
  const json report = audit(
      nsg("g", "*") + "," + network("a", "10.0.0.0/24", "g") + "," +
      nic("n", "a", "",
          R"("networkSecurityGroup": {"id": "[resourceId('Microsoft.Network/networkSecurityGroups', 'gone')]"},)"));
  const json& network = report["networks"][0];
  const json* one = arrival(network, "n", 3389, "Internet");
  ASSERT_NE(one, nullptr);
  EXPECT_EQ((*one)["verdict"], "unknown");
  EXPECT_EQ((*one)["reason"], "missing-attachment");
  EXPECT_THAT(network["missing"].dump(), testing::HasSubstr("gone is not in the inputs"));
}

// A subnet of a network that exists already: of the network only the name is known.
TEST_F(AuditNetworks, ASubnetOfANetworkElsewhereHasItsInterfaces) {
  const json report = audit(nsg("g", "*") + R"(,
  {"type": "Microsoft.Network/virtualNetworks/subnets", "name": "old/web", "properties": {"addressPrefix": "10.7.0.0/24",
    "networkSecurityGroup": {"id": "[resourceId('Microsoft.Network/networkSecurityGroups', 'g')]"}}},)" +
                            nic("n", "old"));
  ASSERT_EQ(report["networks"].size(), 1U);
  EXPECT_EQ(report["networks"][0]["name"], "old");
  const json* one = arrival(report["networks"][0], "n", 3389, "Internet");
  ASSERT_NE(one, nullptr);
  EXPECT_EQ((*one)["verdict"], "allow");
  EXPECT_FALSE(report.contains("unplacedInterfaces"));
}

// What a balancer sends on, and its probe, come to ports of their own.
TEST_F(AuditNetworks, TrafficThroughABalancerIsFollowedToItsPort) {
  const json report = audit(nsg("g", "*") + "," + network("a", "10.0.0.0/24", "g") + R"(,
  {"type": "Microsoft.Network/loadBalancers", "name": "lb", "properties": {
    "frontendIPConfigurations": [{"name": "f", "properties": {"publicIPAddress": {"id": "x"}}}],
    "probes": [{"name": "up", "properties": {"protocol": "Http", "port": 81}}],
    "loadBalancingRules": [{"name": "web", "properties": {"protocol": "Tcp", "frontendPort": 443, "backendPort": 8443,
      "probe": {"id": "[resourceId('Microsoft.Network/loadBalancers/probes', 'lb', 'up')]"},
      "backendAddressPool": {"id": "[resourceId('Microsoft.Network/loadBalancers/backendAddressPools', 'lb', 'p')]"}}}]}},)" +
                            nic("n", "a", R"("loadBalancerBackendAddressPools": [{"id":
      "[resourceId('Microsoft.Network/loadBalancers/backendAddressPools', 'lb', 'p')]"}],)"));
  const json& network = report["networks"][0];
  const json* one = arrival(network, "n", 8443, "Internet");
  ASSERT_NE(one, nullptr);
  EXPECT_EQ((*one)["verdict"], "deny");
  const json* probe = arrival(network, "n", 81, "AzureLoadBalancer");
  ASSERT_NE(probe, nullptr);
  EXPECT_EQ((*probe)["verdict"], "allow");
}

const char* const kService = R"(, {"type": "Microsoft.Compute/cloudServices", "name": "contoso", "properties": {
  "roleProfile": {"roles": [{"name": "Web", "sku": {"name": "Standard_D1_v2", "capacity": 1}}]},
  "networkProfile": {"loadBalancerConfigurations": [{"properties": {"frontendIPConfigurations": [
    {"properties": {"publicIPAddress": {"id": "x"}}}]}}]}}})";

// A Cloud Service stands behind what its template shows of the network, and nothing of it is guessed.
TEST_F(AuditNetworks, ACloudServiceStandsInTheNetworkOfItsTemplate) {
  struct Row {
    std::string name, prefix, group, set, said;
  };
  const std::vector<Row> rows{
      {"a group that is there", "[parameters('p')]", "g", "p=10.0.0.0/24", ""},
      {"a group that is not", "[parameters('p')]", "gone", "p=10.0.0.0/24", "gone is not in the inputs"},
      {"a prefix that is not known", "[parameters('p')]", "g", "", "address prefix is not known before deployment"}};
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    const std::string path = folder_.write(
        "service.json", R"({"contentVersion": "1.0.0.0", "parameters": {"p": {"type": "string"}}, "resources": [)" +
                            nsg("g", "*") + "," + network("a", row.prefix, row.group) + kService + "]}");
    std::vector<std::string> args{"reach", path, "-f", "json"};
    if (!row.set.empty()) args.insert(args.end(), {"--set", row.set});
    const Result result = call(args);
    EXPECT_THAT(result.err, testing::HasSubstr(row.said));
    EXPECT_EQ(result.err.empty(), row.said.empty());
    EXPECT_EQ(result.out.find("network-incomplete") == std::string::npos, row.said.empty());
  }
}

}  // namespace
}  // namespace nsgcheck::cli::audit_networks_test
