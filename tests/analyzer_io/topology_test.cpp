// SPDX-License-Identifier: Apache-2.0
// The same small network in several forms must come to the same deployment.
#include <gtest/gtest.h>

#include <sstream>

#include "topology_case.hpp"

namespace nsgcheck::io::arm_case::topology_test {
namespace {

const std::string kExpected = R"(network vnet: 10.0.0.0/16, 168.63.129.16/32
subnet web 10.0.0.0/24 nsg web-nsg
subnet db 10.0.1.0/24 nsg -
nic web-nic subnet web 10.0.0.4 nsg -
nic db-nic subnet db 10.0.1.10 nsg db-nsg
asg app: 10.0.1.10/32
)";

const std::string kNsgs = R"(
  {"type": "Microsoft.Network/networkSecurityGroups", "name": "web-nsg", "properties": {"securityRules": []}},
  {"type": "Microsoft.Network/networkSecurityGroups", "name": "db-nsg", "properties": {"securityRules": []}})";

const std::string kNics = R"(
  {"type": "Microsoft.Network/networkInterfaces", "name": "web-nic", "properties": {"ipConfigurations": [
    {"name": "one", "properties": {"privateIPAllocationMethod": "Dynamic",
      "subnet": {"id": "[resourceId('Microsoft.Network/virtualNetworks/subnets', 'vnet', 'web')]"}}}]}},
  {"type": "Microsoft.Network/networkInterfaces", "name": "db-nic", "properties": {
    "networkSecurityGroup": {"id": "[resourceId('Microsoft.Network/networkSecurityGroups', 'db-nsg')]"},
    "ipConfigurations": [{"name": "one", "properties": {"privateIPAddress": "10.0.1.10",
      "subnet": {"id": "[concat(resourceId('Microsoft.Network/virtualNetworks', variables('v')), '/subnets/db')]"},
      "applicationSecurityGroups": [{"id": "[resourceId('Microsoft.Network/applicationSecurityGroups', 'app')]"}]}}]}})";

const std::string kInline = R"(
  {"type": "Microsoft.Network/virtualNetworks", "name": "[variables('v')]", "properties": {
    "addressSpace": {"addressPrefixes": ["10.0.0.0/16"]}, "subnets": [
      {"name": "web", "properties": {"addressPrefix": "10.0.0.0/24",
        "networkSecurityGroup": {"id": "[resourceId('Microsoft.Network/networkSecurityGroups', 'web-nsg')]"}}},
      {"name": "db", "properties": {"addressPrefix": "10.0.1.0/24"}}]}})";

struct Row {
  std::string name;
  std::vector<std::string> files;
};

const std::vector<Row> kTwins{
    {"template, subnets in the network", {arm(kNsgs + "," + kInline + "," + kNics)}},
    {"template, subnets by themselves", {arm(kNsgs + "," + R"(
  {"type": "Microsoft.Network/virtualNetworks", "name": "vnet", "properties": {
    "addressSpace": {"addressPrefixes": ["10.0.0.0/16"]}}},
  {"type": "Microsoft.Network/virtualNetworks/subnets", "name": "[format('{0}/web', variables('v'))]", "properties": {
    "addressPrefix": "10.0.0.0/24",
    "networkSecurityGroup": {"id": "[resourceId('Microsoft.Network/networkSecurityGroups', 'web-nsg')]"}}},
  {"type": "Microsoft.Network/virtualNetworks/subnets", "name": "vnet/db", "properties": {
    "addressPrefixes": ["10.0.1.0/24"]}},)" + kNics)}},
    {"template, subnets as children in a loop",
     {arm(kNsgs + "," + R"(
  {"type": "Microsoft.Network/virtualNetworks", "name": "vnet", "properties": {
    "addressSpace": {"addressPrefixes": ["10.0.0.0/16"]}}, "resources": [
    {"type": "subnets", "name": "[createArray('web', 'db')[copyIndex()]]", "copy": {"name": "s", "count": 2},
     "properties": {"addressPrefix": "[format('10.0.{0}.0/24', copyIndex())]", "networkSecurityGroup":
      "[if(equals(copyIndex(), 0), createObject('id', resourceId('Microsoft.Network/networkSecurityGroups', 'web-nsg')), null())]"}}]},)" +
          kNics)}},
    {"two files: the groups in one, the network in the other", {arm(kNsgs), arm(kInline + "," + kNics)}},
    {"REST list", {R"({"value": [
  {"type": "Microsoft.Network/networkSecurityGroups", "name": "web-nsg",
   "id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/networkSecurityGroups/web-nsg", "properties": {"securityRules": []}},
  {"type": "Microsoft.Network/networkSecurityGroups", "name": "db-nsg",
   "id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/networkSecurityGroups/db-nsg", "properties": {"securityRules": []}},
  {"type": "Microsoft.Network/virtualNetworks", "name": "vnet",
   "id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/vnet", "properties": {
    "addressSpace": {"addressPrefixes": ["10.0.0.0/16"]}, "subnets": [
      {"name": "web", "id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/vnet/subnets/web",
       "properties": {"addressPrefix": "10.0.0.0/24", "networkSecurityGroup":
        {"id": "/subscriptions/s/resourceGroups/G/providers/Microsoft.Network/networkSecurityGroups/WEB-NSG"}}},
      {"name": "db", "properties": {"addressPrefix": "10.0.1.0/24"}}]}},
  {"type": "Microsoft.Network/networkInterfaces", "name": "web-nic",
   "id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/networkInterfaces/web-nic", "properties": {"ipConfigurations": [
    {"name": "one", "properties": {"privateIPAddress": "10.0.0.4",
      "subnet": {"id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/vnet/subnets/web"}}}]}},
  {"type": "Microsoft.Network/networkInterfaces", "name": "db-nic",
   "id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/networkInterfaces/db-nic", "properties": {
    "networkSecurityGroup": {"id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/networkSecurityGroups/db-nsg"},
    "ipConfigurations": [{"name": "one", "properties": {"privateIPAddress": "10.0.1.10",
      "subnet": {"id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/vnet/subnets/db"},
      "applicationSecurityGroups": [{"id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/applicationSecurityGroups/app"}]}}]}}]})"}},
    {"Terraform plan", {R"json({"format_version": "1.2", "planned_values": {}, "resource_changes": [
  {"address": "azurerm_network_security_group.web", "type": "azurerm_network_security_group",
   "change": {"actions": ["create"], "after": {"name": "web-nsg", "security_rule": []}, "after_unknown": {"id": true}}},
  {"address": "azurerm_network_security_group.db", "type": "azurerm_network_security_group",
   "change": {"actions": ["create"], "after": {"name": "db-nsg", "security_rule": []}, "after_unknown": {"id": true}}},
  {"address": "azurerm_virtual_network.v", "type": "azurerm_virtual_network",
   "change": {"actions": ["create"], "after": {"name": "vnet", "address_space": ["10.0.0.0/16"]}, "after_unknown": {"id": true}}},
  {"address": "azurerm_subnet.s[\"web\"]", "type": "azurerm_subnet",
   "change": {"actions": ["create"], "after": {"name": "web", "virtual_network_name": "vnet", "address_prefixes": ["10.0.0.0/24"]}, "after_unknown": {"id": true}}},
  {"address": "azurerm_subnet.s[\"db\"]", "type": "azurerm_subnet",
   "change": {"actions": ["create"], "after": {"name": "db", "virtual_network_name": "vnet", "address_prefixes": ["10.0.1.0/24"]}, "after_unknown": {"id": true}}},
  {"address": "azurerm_subnet_network_security_group_association.a", "type": "azurerm_subnet_network_security_group_association",
   "change": {"actions": ["create"], "after": {}, "after_unknown": {"subnet_id": true, "network_security_group_id": true}}},
  {"address": "azurerm_network_interface.web", "type": "azurerm_network_interface",
   "change": {"actions": ["create"], "after": {"name": "web-nic", "ip_configuration": [{"name": "one", "private_ip_address_allocation": "Dynamic"}]},
     "after_unknown": {"id": true, "ip_configuration": [{"subnet_id": true, "private_ip_address": true}]}}},
  {"address": "azurerm_network_interface.db", "type": "azurerm_network_interface",
   "change": {"actions": ["create"], "after": {"name": "db-nic", "ip_configuration": [{"name": "one", "private_ip_address": "10.0.1.10"}]},
     "after_unknown": {"id": true, "ip_configuration": [{"subnet_id": true}]}}},
  {"address": "azurerm_network_interface_security_group_association.b", "type": "azurerm_network_interface_security_group_association",
   "change": {"actions": ["create"], "after": {}, "after_unknown": {"network_interface_id": true, "network_security_group_id": true}}},
  {"address": "azurerm_network_interface_application_security_group_association.c", "type": "azurerm_network_interface_application_security_group_association",
   "change": {"actions": ["create"], "after": {"application_security_group_id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/applicationSecurityGroups/app"},
     "after_unknown": {"network_interface_id": true}}}],
  "configuration": {"root_module": {"resources": [
   {"address": "azurerm_subnet_network_security_group_association.a", "expressions": {
     "subnet_id": {"references": ["azurerm_subnet.s[\"web\"].id", "azurerm_subnet.s[\"web\"]", "azurerm_subnet.s"]},
     "network_security_group_id": {"references": ["azurerm_network_security_group.web.id", "azurerm_network_security_group.web"]}}},
   {"address": "azurerm_network_interface.web", "expressions": {"ip_configuration": [
     {"subnet_id": {"references": ["azurerm_subnet.s[\"web\"].id", "azurerm_subnet.s[\"web\"]", "azurerm_subnet.s"]}}]}},
   {"address": "azurerm_network_interface.db", "expressions": {"ip_configuration": [
     {"subnet_id": {"references": ["azurerm_subnet.s[\"db\"].id", "azurerm_subnet.s[\"db\"]", "azurerm_subnet.s"]}}]}},
   {"address": "azurerm_network_interface_security_group_association.b", "expressions": {
     "network_interface_id": {"references": ["azurerm_network_interface.db.id", "azurerm_network_interface.db"]},
     "network_security_group_id": {"references": ["azurerm_network_security_group.db.id", "azurerm_network_security_group.db"]}}},
   {"address": "azurerm_network_interface_application_security_group_association.c", "expressions": {
     "network_interface_id": {"references": ["azurerm_network_interface.db.id", "azurerm_network_interface.db"]}}}]}}})json"}},
};

TEST(Topology, TwinsComeToTheSameDeployment) {
  for (const Row& row : kTwins) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(networks_of(row.files), kExpected);
  }
}

struct OddRow {
  std::string name;
  std::string resources;
  std::string expected;
};

std::string nic(const std::string& properties, const std::string& configuration = "") {
  return R"({"type": "Microsoft.Network/networkInterfaces", "name": "n", "properties": {)" + properties +
         R"("ipConfigurations": [{"name": "one", "properties": {)" + configuration +
         R"("subnet": {"id": "[resourceId('Microsoft.Network/virtualNetworks/subnets', 'vnet', 'web')]"}}}]}})";
}

const std::vector<OddRow> kOdd{
    {"a group that is nowhere is whatever it may be",
     kVnet + "," +
         nic(R"("networkSecurityGroup": {"id": "[resourceId('Microsoft.Network/networkSecurityGroups', 'gone')]"},)"),
     kHead + "nic n subnet web 10.0.0.4 nsg gone\n"
             "missing: network interface n: its network security group gone is not in the inputs\n"},
    {"no group at all", kVnet + "," + nic(""), kHead + "nic n subnet web 10.0.0.4 nsg -\nunfiltered: n\n"},
    {"a Standard public address without a group lets nothing in",
     kVnet +
         R"(, {"type": "Microsoft.Network/publicIPAddresses", "name": "pip", "sku": {"name": "Standard"}, "properties": {}},)" +
         nic("", R"("publicIPAddress": {"id": "[resourceId('Microsoft.Network/publicIPAddresses', 'pip')]"},)"),
     kHead + "nic n subnet web 10.0.0.4 nsg -\nway to n by public address pip 0 0 closed\nunfiltered: n\n"},
    {"a Basic one does not",
     kVnet +
         R"(, {"type": "Microsoft.Network/publicIPAddresses", "name": "pip", "sku": {"name": "Basic"}, "properties": {}},)" +
         nic("", R"("publicIPAddress": {"id": "[resourceId('Microsoft.Network/publicIPAddresses', 'pip')]"},)"),
     kHead + "nic n subnet web 10.0.0.4 nsg -\nway to n by public address pip 0 0\nunfiltered: n\n"},
    {"load balancer and NAT rule",
     kVnet + R"(, {"type": "Microsoft.Network/loadBalancers", "name": "lb", "properties": {
  "frontendIPConfigurations": [{"name": "f", "properties": {"publicIPAddress": {"id": "x"}}}],
  "probes": [{"name": "up", "properties": {"protocol": "Http", "port": 8080, "requestPath": "/"}},
             {"name": "other", "properties": {"protocol": "Tcp", "port": 81}}],
  "loadBalancingRules": [{"name": "rdp", "properties": {"protocol": "Tcp", "frontendPort": 3389, "backendPort": 20000,
    "probe": {"id": "[resourceId('Microsoft.Network/loadBalancers/probes', 'lb', 'up')]"},
    "backendAddressPool": {"id": "[resourceId('Microsoft.Network/loadBalancers/backendAddressPools', 'lb', 'p')]"}}}],
  "inboundNatRules": [{"name": "admin", "properties": {"protocol": "Tcp", "frontendPort": 50001, "backendPort": 3389}}]}},)" +
         nic("",
             R"("loadBalancerBackendAddressPools": [{"id": "[resourceId('Microsoft.Network/loadBalancers/backendAddressPools', 'lb', 'p')]"}],
  "loadBalancerInboundNatRules": [{"id": "[resourceId('Microsoft.Network/loadBalancers/inboundNatRules', 'lb', 'admin')]"}],)"),
     kHead + "nic n subnet web 10.0.0.4 nsg -\n"
             "way to n by load balancer rule lb/rdp 3389 20000\nprobe of load balancer rule lb/rdp 8080\n"
             "way to n by NAT rule lb/admin 50001 3389\n"
             "unfiltered: n\n"},
    {"a prefix that is not known",
     R"({"type": "Microsoft.Network/virtualNetworks", "name": "vnet", "properties": {
    "addressSpace": {"addressPrefixes": ["10.0.0.0/16"]}, "subnets": [
      {"name": "web", "properties": {"addressPrefix": "[reference('x').prefix]"}}]}},)" +
         nic(""),
     "network vnet: 10.0.0.0/16, 168.63.129.16/32\nsubnet web nsg -\n"
     "missing: subnet vnet/web: its address prefix is not known before deployment\n"
     "not placed: network interface n\n"},
    {"GatewaySubnet is left in peace",
     R"({"type": "Microsoft.Network/virtualNetworks", "name": "vnet", "properties": {
    "addressSpace": {"addressPrefixes": ["10.0.0.0/16"]}, "subnets": [
      {"name": "GatewaySubnet", "properties": {"addressPrefix": "10.0.255.0/27"}}]}},
  {"type": "Microsoft.Network/networkInterfaces", "name": "n", "properties": {"ipConfigurations": [{"properties": {
    "subnet": {"id": "[resourceId('Microsoft.Network/virtualNetworks/subnets', 'vnet', 'GatewaySubnet')]"}}}]}})",
     "network vnet: 10.0.0.0/16, 168.63.129.16/32\nsubnet GatewaySubnet 10.0.255.0/27 nsg -\n"
     "nic n subnet GatewaySubnet 10.0.255.4 nsg -\n"},
    {"routes and peers", kVnet + R"(,
  {"type": "Microsoft.Network/virtualNetworks", "name": "hub", "properties": {"addressSpace": {"addressPrefixes": ["10.9.0.0/16"]}}},
  {"type": "Microsoft.Network/virtualNetworks/virtualNetworkPeerings", "name": "vnet/to-hub", "properties": {
    "remoteVirtualNetwork": {"id": "[resourceId('Microsoft.Network/virtualNetworks', 'hub')]"}}},
  {"type": "Microsoft.Network/virtualNetworks/virtualNetworkPeerings", "name": "vnet/to-other", "properties": {
    "remoteVirtualNetwork": {"id": "[resourceId('Microsoft.Network/virtualNetworks', 'other')]"}}},
  {"type": "Microsoft.Network/routeTables", "name": "rt", "properties": {"routes": [
    {"name": "all", "properties": {"addressPrefix": "0.0.0.0/0", "nextHopType": "VirtualAppliance"}}]}},
  {"type": "Microsoft.Network/virtualNetworks/subnets", "name": "vnet/app", "properties": {"addressPrefix": "10.0.1.0/24",
    "routeTable": {"id": "[resourceId('Microsoft.Network/routeTables', 'rt')]"}}})",
     "network vnet: 10.0.0.0/16, 10.9.0.0/16, 168.63.129.16/32\nsubnet web 10.0.0.0/24 nsg -\n"
     "subnet app 10.0.1.0/24 nsg - route 0.0.0.0/0\n"
     "missing: virtual network vnet: the address space of its peer other is not known\n"},
};

// The same names in unrelated templates are different resources.
TEST(Topology, KeepsUnrelatedFilesApart) {
  const std::string one = arm(kNsgs + "," + kInline + "," + kNics);
  EXPECT_EQ(networks_of({one, one}), kExpected + kExpected);
  EXPECT_EQ(networks_of({one, arm(kVnet), arm(nic(""))}),
            kExpected + "network vnet: 10.0.0.0/16, 168.63.129.16/32\nsubnet web 10.0.0.0/24 nsg -\n")
      << "of two subnets elsewhere with the name, none is taken";
}

std::string member(const std::string& name, const std::string& address, const std::string& group) {
  return R"(, {"type": "Microsoft.Network/networkInterfaces", "name": ")" + name +
         R"(", "properties": {"ipConfigurations": [{"name": "one", "properties": {"privateIPAddress": ")" + address +
         R"(", "subnet": {"id": "[resourceId('Microsoft.Network/virtualNetworks/subnets', 'vnet', 'web')]"},
    "applicationSecurityGroups": [{"id": ")" +
         group + R"("}]}}]}})";
}

// Namesakes in two resource groups have members of their own; of spellings that may mean one group none is known.
TEST(Topology, MembersOfGroupsOfOneName) {
  const std::string rg1 =
      "/subscriptions/s/resourceGroups/rg1/providers/Microsoft.Network/applicationSecurityGroups/web";
  const std::string rg2 =
      "/subscriptions/s/resourceGroups/rg2/providers/Microsoft.Network/applicationSecurityGroups/web";
  const std::string upper =
      "/SUBSCRIPTIONS/S/RESOURCEGROUPS/RG1/PROVIDERS/MICROSOFT.NETWORK/APPLICATIONSECURITYGROUPS/WEB";
  const std::string open = "[resourceId('Microsoft.Network/applicationSecurityGroups', 'web')]";
  struct Groups {
    const char* name;
    std::string first, second;
    std::vector<std::string> members;
  };
  const Groups rows[]{
      {"one group", rg1, upper, {"10.0.0.4/31"}},
      {"two resource groups", rg1, rg2, {"10.0.0.4/32", "10.0.0.5/32"}},
      {"one that is known at deployment only", rg1, open, {}},
  };
  for (const Groups& row : rows) {
    SCOPED_TRACE(row.name);
    std::istringstream lines{
        networks_of({arm(kVnet + member("a", "10.0.0.4", row.first) + member("b", "10.0.0.5", row.second))})};
    std::vector<std::string> members;
    for (std::string line; std::getline(lines, line);)
      if (line.starts_with("asg web: ")) members.push_back(line.substr(9));
    EXPECT_EQ(members, row.members);
  }
}

TEST(Topology, SaysWhatIsMissingAndWhatIsNotFiltered) {
  for (const OddRow& row : kOdd) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(networks_of({arm(row.resources)}), row.expected);
  }
}

}  // namespace
}  // namespace nsgcheck::io::arm_case::topology_test
