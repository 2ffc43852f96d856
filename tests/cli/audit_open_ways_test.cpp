// SPDX-License-Identifier: Apache-2.0
// NSG-NET-001 where the inputs do not show all of the way to a machine: unknown, and never silence.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/cli/call.hpp"

namespace nsgcheck::cli::audit_open_ways_test {
namespace {

using nlohmann::json;

const std::string kIds = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Network/";

std::string resource(const std::string& type, const std::string& name, const std::string& properties,
                     const std::string& more = "") {
  return R"({"id": ")" + kIds + type + '/' + name + R"(", "type": "Microsoft.Network/)" + type + R"(", "name": ")" +
         name + '"' + more + R"(, "properties": {)" + properties + "}}";
}

std::string id(const std::string& path) { return R"({"id": ")" + kIds + path + R"("})"; }

/// No rule of its own: the default rules deny the Internet.
const std::string kClosed = resource("networkSecurityGroups", "closed", R"("securityRules": [])");

std::string network(const std::string& of_subnet) {
  return ',' + resource("virtualNetworks", "v",
                        R"("addressSpace": {"addressPrefixes": ["10.0.0.0/16"]}, "subnets": [
    {"id": ")" + kIds + R"(virtualNetworks/v/subnets/a", "name": "a", "properties": {)" +
                            of_subnet + R"("addressPrefix": "10.0.0.0/24"}}])");
}

std::string nic(const std::string& of_nic, const std::string& of_configuration) {
  return ',' +
         resource("networkInterfaces", "n",
                  of_nic + R"("ipConfigurations": [{"name": "c", "properties": {)" + of_configuration +
                      R"("privateIPAddress": "10.0.0.4", "subnet": )" + id("virtualNetworks/v/subnets/a") + "}}]");
}

std::string address(const std::string& sku, const std::string& properties = "") {
  return ',' + resource("publicIPAddresses", "p", properties, R"(, "sku": {"name": ")" + sku + R"("})");
}

std::string balancer(const std::string& pool) {
  return ',' + resource("loadBalancers", "b",
                        R"("frontendIPConfigurations": [{"name": "f", "properties": {"publicIPAddress": )" +
                            id("publicIPAddresses/other") + R"(}}],
    "backendAddressPools": [{"id": ")" +
                            kIds + R"(loadBalancers/b/backendAddressPools/p", "name": "p", "properties": {)" + pool +
                            R"(}}], "loadBalancingRules": [{"name": "r", "properties": {"protocol": "Tcp",
    "frontendPort": 3389, "backendPort": 3389, "backendAddressPool": )" +
                            id("loadBalancers/b/backendAddressPools/p") + "}}]",
                        R"(, "sku": {"name": "Basic"})");
}

class AuditOpenWays : public testing::Test {
 protected:
  Result audit(const std::string& text) { return call({"audit", folder_.write("main.json", text), "-f", "json"}); }
  /// Status and reason of the finding, "none" without one; then the exit.
  std::string said(const std::string& text) {
    const Result result = audit(text);
    const json report = json::parse(result.out, nullptr, false);
    std::string out = "none";
    message_.clear();
    for (const json& one : report["findings"]) {
      if (one["id"] != "NSG-NET-001") continue;
      out = one["status"].get<std::string>();
      if (one.contains("reason") && one["reason"].is_string()) out += ' ' + one["reason"].get<std::string>();
      message_ = one["message"];
    }
    return out + ", exit " + std::to_string(static_cast<int>(result.exit));
  }

  std::string fingerprint(const std::string& text) {
    const json report = json::parse(audit(text).out, nullptr, false);
    for (const json& one : report["findings"])
      if (one["id"] == "NSG-NET-001") return one["fingerprint"];
    return "";
  }

  Folder folder_;
  std::string message_;
};

struct Row {
  std::string name, resources, said, message;
};

TEST_F(AuditOpenWays, OfAnExport) {
  const std::string open = R"("publicIPAddress": )" + id("publicIPAddresses/p") + ',';
  const std::string before = R"("networkSecurityGroup": )" + id("networkSecurityGroups/closed") + ',';
  const std::string routes = R"("routeTable": )" + id("routeTables/rt") + ',';
  const std::string pool =
      R"("loadBalancerBackendAddressPools": [)" + id("loadBalancers/b/backendAddressPools/p") + "],";
  const std::string nat = R"("loadBalancerInboundNatRules": [)" + id("loadBalancers/b/inboundNatRules/rdp") + "],";
  const std::string member = R"("backendIPConfigurations": [)" + id("networkInterfaces/n/ipConfigurations/c") + ']';
  const std::string here = R"("ipConfiguration": )" + id("networkInterfaces/n/ipConfigurations/c");
  const auto by_address = [](const std::string& address) {
    return R"("loadBalancerBackendAddresses": [{"name": "m", "properties": {"ipAddress": ")" + address + R"("}}])";
  };
  const std::vector<Row> rows{
      {"subnet not in the inputs", nic("", open) + address("Basic"), "unknown missing-attachment, exit 1",
       "its subnet a is not in the inputs"},
      {"and a Standard address", nic("", open) + address("Standard"), "unknown missing-attachment, exit 1", ""},
      {"and no way in", nic("", ""), "none, exit 0", ""},
      {"and its own NSG denies", nic(before, open) + address("Basic"), "none, exit 0", ""},
      {"all in the inputs, no NSG", network("") + nic("", open) + address("Basic"), "violated, exit 1", ""},
      {"Standard, no NSG", network("") + nic("", open) + address("Standard"), "none, exit 0", ""},
      {"SKU of an address elsewhere", network("") + nic("", open), "unknown missing-attachment, exit 1",
       "public address p is not in the inputs"},
      {"behind an NSG that denies", network(before) + nic("", open), "none, exit 0", ""},
      {"route table not in the inputs", network(before + routes) + nic("", open) + address("Standard"),
       "unknown missing-attachment, exit 1", "its route table rt is not in the inputs"},
      {"route table without routes",
       network(before + routes) + nic("", open) + address("Standard") + ',' +
           resource("routeTables", "rt", R"("routes": [])"),
       "none, exit 0", ""},
      {"pool of a balancer elsewhere", network("") + nic("", pool), "unknown missing-attachment, exit 1",
       "its load balancer b is not in the inputs"},
      {"NAT rule of a balancer elsewhere", network("") + nic("", nat), "unknown missing-attachment, exit 1",
       "its load balancer b is not in the inputs"},
      {"and behind an NSG that denies", network(before) + nic("", pool), "none, exit 0", ""},
      {"member said by the pool only", network("") + nic("", "") + balancer(member), "violated, exit 1", ""},
      {"member by its address", network("") + nic("", "") + balancer(by_address("10.0.0.4")), "violated, exit 1", ""},
      {"another member by its address", network("") + nic("", "") + balancer(by_address("10.0.0.5")), "none, exit 0",
       ""},
      {"address that says itself where it is", network("") + nic("", "") + address("Basic", here), "violated, exit 1",
       "arrive at n by public address p, and no NSG"},
      {"and the interface says it, too", network("") + nic("", open) + address("Basic", here), "violated, exit 1",
       "arrive at n by public address p, and no NSG"},
      {"address that is elsewhere",
       network("") + nic("", "") +
           address("Basic", R"("ipConfiguration": )" + id("networkInterfaces/m/ipConfigurations/c")),
       "none, exit 0", ""},
      {"pool without members", network("") + nic("", "") + balancer(""), "none, exit 0", ""},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(said('[' + kClosed + row.resources + ']'), row.said);
    EXPECT_THAT(message_, testing::HasSubstr(row.message));
  }
}

std::string in_template(const std::string& condition, const std::string& before, const std::string& sku,
                        const std::string& configurations) {
  return R"({"contentVersion": "1.0.0.0", "parameters": {"q": {"type": "bool"}, "s": {"type": "string"}}, "resources": [
  {"type": "Microsoft.Network/networkSecurityGroups", "name": "g")" +
         condition + R"(, "properties": {"securityRules": []}},
  {"type": "Microsoft.Network/virtualNetworks", "name": "v", "properties": {"addressSpace": {"addressPrefixes":
    ["10.0.0.0/16"]}, "subnets": [{"name": "a", "properties": {"addressPrefix": "10.0.0.0/24")" +
         before + R"(}}]}},
  {"type": "Microsoft.Network/publicIPAddresses", "name": "p", "sku": {"name": ")" +
         sku + R"("}, "properties": {}},
  {"type": "Microsoft.Network/networkInterfaces", "name": "n", "properties": {"ipConfigurations": )" +
         configurations + "}}]}";
}

TEST_F(AuditOpenWays, OfATemplate) {
  const std::string placed =
      R"("subnet": {"id": "[resourceId('Microsoft.Network/virtualNetworks/subnets', 'v', 'a')]"})";
  const std::string open = R"([{"properties": {"publicIPAddress": {"id":
    "[resourceId('Microsoft.Network/publicIPAddresses', 'p')]"}, )";
  const std::string before =
      R"(, "networkSecurityGroup": {"id": "[resourceId('Microsoft.Network/networkSecurityGroups', 'g')]"})";
  const std::string maybe = R"(, "condition": "[parameters('q')]")";
  const std::vector<Row> rows{
      {"no NSG", in_template("", "", "Basic", open + placed + "}}]"), "violated, exit 1", ""},
      {"SKU is a parameter", in_template("", "", "[parameters('s')]", open + placed + "}}]"),
       "unknown unresolved-expression, exit 1", "the SKU of public address p is not known"},
      {"whether there is an address is open",
       in_template("", "", "Basic",
                   R"([{"properties": {"publicIPAddress":
       "[if(parameters('q'), createObject('id', '/x'), null())]", )" +
                       placed + "}}]"),
       "unknown unresolved-expression, exit 1", "whether n has a public address is not known before deployment"},
      {"subnet is a parameter", in_template("", "", "Basic", open + R"("subnet": {"id": "[parameters('s')]"}}}])"),
       "unknown missing-attachment, exit 1", "its subnet {parameters('s')} is not in the inputs"},
      {"configurations are a parameter", in_template("", "", "Basic", R"("[parameters('s')]")"),
       "unknown missing-attachment, exit 1", ""},
      {"NSG that is surely there", in_template("", before, "Basic", open + placed + "}}]"), "none, exit 0", ""},
      {"NSG of an open condition", in_template(maybe, before, "Basic", open + placed + "}}]"),
       "unknown unresolved-expression, exit 1", ""},
      {"which a Standard address needs", in_template(maybe, before, "Standard", open + placed + "}}]"), "none, exit 0",
       ""},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(said(row.resources), row.said);
    EXPECT_THAT(message_, testing::HasSubstr(row.message));
    EXPECT_THAT(message_, testing::Not(testing::HasSubstr("null())}")));
  }
}

// What is listed as a way in says whether it is one.
TEST_F(AuditOpenWays, MarksDoubtfulWays) {
  const std::string placed =
      R"([{"properties": {"publicIPAddress": {"id": "[resourceId('Microsoft.Network/publicIPAddresses', 'p')]"},
    "subnet": {"id": "[resourceId('Microsoft.Network/virtualNetworks/subnets', 'v', 'a')]"}}}])";
  const auto way = [&](const std::string& sku) {
    return json::parse(audit(in_template("", "", sku, placed)).out, nullptr, false)["networks"][0]["publicWays"][0];
  };
  const json open = way("[parameters('s')]");
  EXPECT_EQ(open["certain"], false);
  EXPECT_EQ(open["reason"], "unresolved-expression");
  EXPECT_EQ(open["doubt"], "the SKU of public address p is not known");
  const json sure = way("Basic");
  EXPECT_EQ(sure["certain"], true);
  EXPECT_FALSE(sure.contains("reason"));
  EXPECT_THAT(
      flat(call({folder_.write("main.json", in_template("", "", "[parameters('s')]", placed))}).out),
      testing::HasSubstr("by public address p (not certain, unresolved-expression: the SKU of public address p"));
}

// Interfaces that are made with their machine are no resources of their own.
TEST_F(AuditOpenWays, OfAMachineWithItsInterfaces) {
  const auto machine = [](const std::string& of_interface, const std::string& sku) {
    return R"({"contentVersion": "1.0.0.0", "resources": [
  {"type": "Microsoft.Network/networkSecurityGroups", "name": "g", "properties": {"securityRules": []}},
  {"type": "Microsoft.Network/virtualNetworks", "name": "v", "properties": {"addressSpace": {"addressPrefixes":
    ["10.0.0.0/16"]}, "subnets": [{"name": "a", "properties": {"addressPrefix": "10.0.0.0/24"}}]}},
  {"type": "Microsoft.Compute/virtualMachines", "name": "vm", "properties": {"networkProfile": {
    "networkInterfaceConfigurations": [{"name": "n", "properties": {)" +
           of_interface + R"("ipConfigurations": [{"name": "c", "properties": {"subnet": {"id":
    "[resourceId('Microsoft.Network/virtualNetworks/subnets', 'v', 'a')]"},
    "publicIPAddressConfiguration": {"name": "p", "sku": {"name": ")" +
           sku + R"("}}}}]}}]}}}]})";
  };
  EXPECT_EQ(said(machine("", "Basic")), "violated, exit 1");
  EXPECT_THAT(message_, testing::HasSubstr("arrive at vm/n"));
  EXPECT_EQ(said(machine("", "Standard")), "none, exit 0");
  EXPECT_EQ(said(machine(R"("networkSecurityGroup":
    {"id": "[resourceId('Microsoft.Network/networkSecurityGroups', 'g')]"}, )",
                         "Basic")),
            "none, exit 0");
}

// The same network in another resource group is another one.
TEST_F(AuditOpenWays, InterfacesOfOneNameAreToldApartByTheirIds) {
  const std::string one = '[' + kClosed + network("") +
                          nic("", R"("publicIPAddress": )" + id("publicIPAddresses/p") + ',') + address("Basic") + ']';
  std::string other = one;
  for (std::size_t at = 0; (at = other.find("/rg/", at)) != std::string::npos; at += 5) other.replace(at, 4, "/rg2/");
  const std::string first = fingerprint(one);
  EXPECT_NE(first, "");
  EXPECT_EQ(fingerprint(one), first);
  EXPECT_NE(fingerprint(other), first);
}

}  // namespace
}  // namespace nsgcheck::cli::audit_open_ways_test
