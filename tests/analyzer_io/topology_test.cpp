// SPDX-License-Identifier: Apache-2.0
// The same small network in several forms must come to the same deployment.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include "analyzer/model/topology_deployment.hpp"
#include "arm_case.hpp"

namespace nsgcheck::io::arm_case {
namespace {

std::string text(const net::AddressSet& set) { return fmt::format("{}", fmt::join(net::to_strings(set), ", ")); }

std::string nsg_name(const model::Deployment& deployment, std::optional<std::size_t> nsg) {
  return nsg ? deployment.nsgs[*nsg].name : "-";
}

std::string shown(const model::NetworkDeployment& network) {
  const model::Deployment& d = network.deployment;
  std::string out = fmt::format("network {}: {}\n", d.name, text(d.network.virtual_network));
  for (const model::Subnet& subnet : d.subnets) {
    out += fmt::format("subnet {}", subnet.name);
    for (const net::AnyPrefix& prefix : subnet.prefixes) out += ' ' + text(net::AddressSet::of(prefix));
    out += fmt::format(" nsg {}", nsg_name(d, subnet.nsg));
    for (const model::Route& route : subnet.routes) out += " route " + text(net::AddressSet::of(route.prefix));
    out += '\n';
  }
  for (const model::Role& role : d.roles)
    for (const model::Instance& instance : role.instances) {
      out += fmt::format("nic {} subnet {}", instance.name, d.subnets[*role.subnet].name);
      for (const net::IpAddress& address : instance.addresses) out += ' ' + net::to_string(address);
      out += fmt::format(" nsg {}\n", nsg_name(d, instance.nsg));
    }
  for (const auto& [asg, members] : d.network.asg_members) out += fmt::format("asg {}: {}\n", asg, text(members));
  for (const auto& [nic, way] : network.ways)
    out += fmt::format("way to {} by {} {} {}{}\n", nic, way.by, way.frontend_port.value_or(0),
                       way.backend_port.value_or(0), way.closed ? " closed" : "") +
           (way.probe_port ? fmt::format("probe of {} {}\n", way.by, *way.probe_port) : "");
  for (const std::string& line : network.missing) out += "missing: " + line + '\n';
  for (const std::string& line : network.not_placed) out += "not placed: " + line + '\n';
  for (const std::string& line : network.unfiltered) out += "unfiltered: " + line + '\n';
  return out;
}

std::string networks_of(const std::vector<std::string>& files) {
  model::Topology topology;
  std::vector<model::Nsg> nsgs;
  for (std::size_t i = 0; i < files.size(); ++i) {
    const Document input = document(files[i], static_cast<std::uint32_t>(i));
    RuleSource source = read_rules(input, {});
    for (const Diagnostic& error : source.errors) ADD_FAILURE() << error.message;
    topology.append(std::move(source.topology));
    for (model::Nsg& nsg : source.nsgs) nsgs.push_back(model::with_defaults(std::move(nsg)));
  }
  std::string out;
  std::vector<const model::Nsg*> pointers;
  for (const model::Nsg& nsg : nsgs) pointers.push_back(&nsg);
  for (const model::NetworkDeployment& network : model::deployments_of(topology, pointers)) out += shown(network);
  return out;
}

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

std::string arm(const std::string& resources) {
  return R"({"contentVersion": "1.0.0.0", "variables": {"v": "vnet"}, "resources": [)" + resources + "]}";
}

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

const std::string kVnet = R"(
  {"type": "Microsoft.Network/virtualNetworks", "name": "vnet", "properties": {
    "addressSpace": {"addressPrefixes": ["10.0.0.0/16"]}, "subnets": [
      {"name": "web", "properties": {"addressPrefix": "10.0.0.0/24"}}]}})";

std::string nic(const std::string& properties, const std::string& configuration = "") {
  return R"({"type": "Microsoft.Network/networkInterfaces", "name": "n", "properties": {)" + properties +
         R"("ipConfigurations": [{"name": "one", "properties": {)" + configuration +
         R"("subnet": {"id": "[resourceId('Microsoft.Network/virtualNetworks/subnets', 'vnet', 'web')]"}}}]}})";
}

const std::string kHead = "network vnet: 10.0.0.0/16, 168.63.129.16/32\nsubnet web 10.0.0.0/24 nsg -\n";

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

// As "load balancer and NAT rule" above.
const char* const kBalancerPlan = R"json({"format_version": "1.2", "planned_values": {}, "resource_changes": [
  {"address": "azurerm_virtual_network.v", "type": "azurerm_virtual_network",
   "change": {"actions": ["create"], "after": {"name": "vnet", "address_space": ["10.0.0.0/16"]}}},
  {"address": "azurerm_subnet.web", "type": "azurerm_subnet",
   "change": {"actions": ["create"], "after": {"name": "web", "virtual_network_name": "vnet", "address_prefixes": ["10.0.0.0/24"]}}},
  {"address": "azurerm_lb_rule.r", "type": "azurerm_lb_rule",
   "change": {"actions": ["create"], "after": {"name": "rdp", "protocol": "Tcp", "frontend_port": 3389, "backend_port": 20000},
     "after_unknown": {"loadbalancer_id": true, "backend_address_pool_ids": true, "probe_id": true}}},
  {"address": "azurerm_lb_probe.up", "type": "azurerm_lb_probe",
   "change": {"actions": ["create"], "after": {"name": "up", "protocol": "Http", "port": 8080}, "after_unknown": {"loadbalancer_id": true}}},
  {"address": "azurerm_lb.lb", "type": "azurerm_lb",
   "change": {"actions": ["create"], "after": {"name": "lb", "sku": "Standard", "frontend_ip_configuration": [{"name": "f"}]},
     "after_unknown": {"frontend_ip_configuration": [{"public_ip_address_id": true}]}}},
  {"address": "azurerm_lb_backend_address_pool.p", "type": "azurerm_lb_backend_address_pool",
   "change": {"actions": ["create"], "after": {"name": "p"}, "after_unknown": {"loadbalancer_id": true}}},
  {"address": "azurerm_lb_nat_rule.n", "type": "azurerm_lb_nat_rule",
   "change": {"actions": ["create"], "after": {"name": "admin", "frontend_port": 50001, "backend_port": 3389}, "after_unknown": {"loadbalancer_id": true}}},
  {"address": "azurerm_network_interface.n", "type": "azurerm_network_interface",
   "change": {"actions": ["create"], "after": {"name": "n", "ip_configuration": [{"name": "one"}]},
     "after_unknown": {"ip_configuration": [{"subnet_id": true, "private_ip_address": true}]}}},
  {"address": "azurerm_network_interface_backend_address_pool_association.a", "type": "azurerm_network_interface_backend_address_pool_association",
   "change": {"actions": ["create"], "after": {}, "after_unknown": {"network_interface_id": true, "backend_address_pool_id": true}}},
  {"address": "azurerm_network_interface_nat_rule_association.b", "type": "azurerm_network_interface_nat_rule_association",
   "change": {"actions": ["create"], "after": {}, "after_unknown": {"network_interface_id": true, "nat_rule_id": true}}}],
  "configuration": {"root_module": {"resources": [
   {"address": "azurerm_lb_rule.r", "expressions": {
     "loadbalancer_id": {"references": ["azurerm_lb.lb.id", "azurerm_lb.lb"]},
     "probe_id": {"references": ["azurerm_lb_probe.up.id", "azurerm_lb_probe.up"]},
     "backend_address_pool_ids": {"references": ["azurerm_lb_backend_address_pool.p.id", "azurerm_lb_backend_address_pool.p"]}}},
   {"address": "azurerm_lb_probe.up", "expressions": {"loadbalancer_id": {"references": ["azurerm_lb.lb.id", "azurerm_lb.lb"]}}},
   {"address": "azurerm_lb_backend_address_pool.p", "expressions": {"loadbalancer_id": {"references": ["azurerm_lb.lb.id", "azurerm_lb.lb"]}}},
   {"address": "azurerm_lb_nat_rule.n", "expressions": {"loadbalancer_id": {"references": ["azurerm_lb.lb.id", "azurerm_lb.lb"]}}},
   {"address": "azurerm_network_interface.n", "expressions": {"ip_configuration": [
     {"subnet_id": {"references": ["azurerm_subnet.web.id", "azurerm_subnet.web"]}}]}},
   {"address": "azurerm_network_interface_backend_address_pool_association.a", "expressions": {
     "network_interface_id": {"references": ["azurerm_network_interface.n.id", "azurerm_network_interface.n"]},
     "backend_address_pool_id": {"references": ["azurerm_lb_backend_address_pool.p.id", "azurerm_lb_backend_address_pool.p"]}}},
   {"address": "azurerm_network_interface_nat_rule_association.b", "expressions": {
     "network_interface_id": {"references": ["azurerm_network_interface.n.id", "azurerm_network_interface.n"]},
     "nat_rule_id": {"references": ["azurerm_lb_nat_rule.n.id", "azurerm_lb_nat_rule.n"]}}}]}}})json";

TEST(Topology, FindsTheWaysInOfATerraformPlan) {
  EXPECT_EQ(networks_of({kBalancerPlan}), kHead +
                                              "nic n subnet web 10.0.0.4 nsg -\n"
                                              "way to n by load balancer rule lb/rdp 3389 20000 closed\n"
                                              "probe of load balancer rule lb/rdp 8080\n"
                                              "way to n by NAT rule lb/admin 50001 3389 closed\nunfiltered: n\n");
}

// A scale set and a route that stands alone, in both languages.
const std::string kSetTemplate = kVnet + R"(,
  {"type": "Microsoft.Network/networkSecurityGroups", "name": "set-nsg", "properties": {"securityRules": []}},
  {"type": "Microsoft.Network/routeTables", "name": "rt", "properties": {"routes": [
    {"name": "all", "properties": {"addressPrefix": "0.0.0.0/0", "nextHopType": "VirtualAppliance"}}]}},
  {"type": "Microsoft.Network/virtualNetworks/subnets", "name": "vnet/app", "properties": {"addressPrefix": "10.0.1.0/24",
    "routeTable": {"id": "[resourceId('Microsoft.Network/routeTables', 'rt')]"}}},
  {"type": "Microsoft.Network/loadBalancers", "name": "lb", "properties": {
    "frontendIPConfigurations": [{"name": "f", "properties": {"publicIPAddress": {"id": "x"}}}],
    "loadBalancingRules": [{"name": "web", "properties": {"protocol": "Tcp", "frontendPort": 443, "backendPort": 8443,
      "backendAddressPool": {"id": "[resourceId('Microsoft.Network/loadBalancers/backendAddressPools', 'lb', 'p')]"}}}]}},
  {"type": "Microsoft.Compute/virtualMachineScaleSets", "name": "set", "properties": {"virtualMachineProfile": {"networkProfile":
    {"networkInterfaceConfigurations": [{"name": "nic", "properties": {
      "networkSecurityGroup": {"id": "[resourceId('Microsoft.Network/networkSecurityGroups', 'set-nsg')]"},
      "ipConfigurations": [{"name": "one", "properties": {"publicIPAddressConfiguration": {"name": "own"},
        "subnet": {"id": "[resourceId('Microsoft.Network/virtualNetworks/subnets', 'vnet', 'app')]"},
        "applicationSecurityGroups": [{"id": "[resourceId('Microsoft.Network/applicationSecurityGroups', 'asg')]"}],
        "loadBalancerBackendAddressPools": [{"id": "[resourceId('Microsoft.Network/loadBalancers/backendAddressPools', 'lb', 'p')]"}]}}]}}]}}}})";
const std::string kSetPlan = R"json({"format_version": "1.2", "planned_values": {}, "resource_changes": [
  {"address": "azurerm_virtual_network.v", "type": "azurerm_virtual_network",
   "change": {"actions": ["create"], "after": {"name": "vnet", "address_space": ["10.0.0.0/16"]}}},
  {"address": "azurerm_subnet.web", "type": "azurerm_subnet",
   "change": {"actions": ["create"], "after": {"name": "web", "virtual_network_name": "vnet", "address_prefixes": ["10.0.0.0/24"]}}},
  {"address": "azurerm_subnet.app", "type": "azurerm_subnet",
   "change": {"actions": ["create"], "after": {"name": "app", "virtual_network_name": "vnet", "address_prefixes": ["10.0.1.0/24"]}}},
  {"address": "azurerm_network_security_group.s", "type": "azurerm_network_security_group",
   "change": {"actions": ["create"], "after": {"name": "set-nsg", "security_rule": []}}},
  {"address": "azurerm_route_table.rt", "type": "azurerm_route_table", "change": {"actions": ["create"], "after": {"name": "rt", "route": []}}},
  {"address": "azurerm_route.all", "type": "azurerm_route", "change": {"actions": ["create"], "after": {"name": "all",
    "route_table_name": "rt", "address_prefix": "0.0.0.0/0", "next_hop_type": "VirtualAppliance"}}},
  {"address": "azurerm_subnet_route_table_association.a", "type": "azurerm_subnet_route_table_association",
   "change": {"actions": ["create"], "after": {}, "after_unknown": {"subnet_id": true, "route_table_id": true}}},
  {"address": "azurerm_lb.lb", "type": "azurerm_lb",
   "change": {"actions": ["create"], "after": {"name": "lb", "frontend_ip_configuration": [{"name": "f", "public_ip_address_id": "x"}]}}},
  {"address": "azurerm_lb_backend_address_pool.p", "type": "azurerm_lb_backend_address_pool",
   "change": {"actions": ["create"], "after": {"name": "p"}, "after_unknown": {"loadbalancer_id": true}}},
  {"address": "azurerm_lb_rule.r", "type": "azurerm_lb_rule",
   "change": {"actions": ["create"], "after": {"name": "web", "protocol": "Tcp", "frontend_port": 443, "backend_port": 8443},
     "after_unknown": {"loadbalancer_id": true, "backend_address_pool_ids": true}}},
  {"address": "azurerm_linux_virtual_machine_scale_set.set", "type": "azurerm_linux_virtual_machine_scale_set",
   "change": {"actions": ["create"], "after": {"name": "set", "network_interface": [{"name": "nic", "ip_configuration": [
     {"name": "one", "public_ip_address": [{"name": "own"}], "application_security_group_ids":
       ["/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/applicationSecurityGroups/asg"]}]}]},
     "after_unknown": {"network_interface": [{"network_security_group_id": true, "ip_configuration": [
       {"subnet_id": true, "load_balancer_backend_address_pool_ids": true}]}]}}}],
  "configuration": {"root_module": {"resources": [
   {"address": "azurerm_subnet_route_table_association.a", "expressions": {
     "subnet_id": {"references": ["azurerm_subnet.app.id", "azurerm_subnet.app"]},
     "route_table_id": {"references": ["azurerm_route_table.rt.id", "azurerm_route_table.rt"]}}},
   {"address": "azurerm_lb_backend_address_pool.p", "expressions": {"loadbalancer_id": {"references": ["azurerm_lb.lb.id", "azurerm_lb.lb"]}}},
   {"address": "azurerm_lb_rule.r", "expressions": {"loadbalancer_id": {"references": ["azurerm_lb.lb.id", "azurerm_lb.lb"]},
     "backend_address_pool_ids": {"references": ["azurerm_lb_backend_address_pool.p.id", "azurerm_lb_backend_address_pool.p"]}}},
   {"address": "azurerm_linux_virtual_machine_scale_set.set", "expressions": {"network_interface": [{
     "network_security_group_id": {"references": ["azurerm_network_security_group.s.id", "azurerm_network_security_group.s"]},
     "ip_configuration": [{"subnet_id": {"references": ["azurerm_subnet.app.id", "azurerm_subnet.app"]},
       "load_balancer_backend_address_pool_ids": {"references": ["azurerm_lb_backend_address_pool.p.id", "azurerm_lb_backend_address_pool.p"]}}]}]}}]}}})json";

TEST(Topology, ScaleSetsOfBothLanguagesAreTheSame) {
  const std::string expected =
      "network vnet: 10.0.0.0/16, 168.63.129.16/32\nsubnet web 10.0.0.0/24 nsg -\n"
      "subnet app 10.0.1.0/24 nsg - route 0.0.0.0/0\nnic set/nic subnet app 10.0.1.4 nsg set-nsg\n"
      "way to set/nic by public addresses of set/nic 0 0\nway to set/nic by load balancer rule lb/web 443 8443\n";
  EXPECT_EQ(networks_of({arm(kSetTemplate)}), expected);
  EXPECT_EQ(networks_of({kSetPlan}), expected);
}

struct PlanRow {
  std::string name;
  std::string subnets;  ///< changes
  std::string nic_address;
  std::string configuration;  ///< of the root module
  std::string expected;
};

std::string subnet_change(const std::string& address, const std::string& name, const std::string& prefix) {
  return R"({"address": ")" + address +
         R"(", "type": "azurerm_subnet", "change": {"actions": ["create"], "after": {"name": ")" + name +
         R"(", "virtual_network_name": "vnet", "address_prefixes": [")" + prefix + R"("]}}},)";
}

std::string nic_expressions(const std::string& references) {
  return R"({"address": "azurerm_network_interface.n", "expressions": {"ip_configuration": [{"subnet_id": {"references": [)" +
         references + "]}}]}}";
}

const std::string kTwoSubnets = subnet_change(R"(azurerm_subnet.s[\"a\"])", "web", "10.0.0.0/24") +
                                subnet_change(R"(azurerm_subnet.s[\"b\"])", "app", "10.0.1.0/24");
const std::string kTwoHead =
    "network vnet: 10.0.0.0/16, 168.63.129.16/32\nsubnet web 10.0.0.0/24 nsg -\nsubnet app 10.0.1.0/24 nsg -\n";
const std::string kTwoModules = subnet_change("module.net[0].azurerm_subnet.s", "web", "10.0.0.0/24") +
                                subnet_change("module.net[1].azurerm_subnet.s", "app", "10.0.1.0/24");
const std::string kModuleOutput =
    R"(, "module_calls": {"net": {"module": {"outputs": {"id": {"expression": {"references": ["azurerm_subnet.s.id", "azurerm_subnet.s"]}}},
      "resources": []}}})";

const std::vector<PlanRow> kPlans{
    {"a variable of a module leads to what its caller gives", subnet_change("azurerm_subnet.web", "web", "10.0.0.0/24"),
     "module.vm.azurerm_network_interface.n",
     R"("resources": [], "module_calls": {"vm": {"expressions": {"subnet_id": {"references": ["azurerm_subnet.web.id", "azurerm_subnet.web"]}},
       "module": {"resources": [)" +
         nic_expressions(R"("var.subnet_id")") + "]}}}",
     kHead + "nic n subnet web 10.0.0.4 nsg -\nunfiltered: n\n"},
    {"an instance has the one with its key", kTwoSubnets, R"(azurerm_network_interface.n[\"b\"])",
     R"("resources": [)" + nic_expressions(R"("azurerm_subnet.s")") + "]",
     kTwoHead + "nic n subnet app 10.0.1.4 nsg -\nunfiltered: n\n"},
    {"of two without a word which, none is taken", kTwoSubnets, "azurerm_network_interface.n",
     R"("resources": [)" + nic_expressions(R"("azurerm_subnet.s")") + "]", kTwoHead},
    {"nor of two instances of a module", kTwoModules, "azurerm_network_interface.n",
     R"("resources": [)" + nic_expressions(R"("module.net")") + "]" + kModuleOutput, kTwoHead},
    {"nor of two instances of a module by its output", kTwoModules, "azurerm_network_interface.n",
     R"("resources": [)" + nic_expressions(R"("module.net.id", "module.net")") + "]" + kModuleOutput, kTwoHead},
};

TEST(Topology, FollowsReferencesOfAPlan) {
  for (const PlanRow& row : kPlans) {
    SCOPED_TRACE(row.name);
    const std::string plan =
        R"({"format_version": "1.2", "planned_values": {}, "resource_changes": [
  {"address": "azurerm_virtual_network.v", "type": "azurerm_virtual_network",
   "change": {"actions": ["create"], "after": {"name": "vnet", "address_space": ["10.0.0.0/16"]}}},)" +
        row.subnets + R"({"address": ")" + row.nic_address +
        R"(", "type": "azurerm_network_interface", "change": {"actions": ["create"],
   "after": {"name": "n", "ip_configuration": [{"name": "one"}]},
   "after_unknown": {"ip_configuration": [{"subnet_id": true, "private_ip_address": true}]}}}],
  "configuration": {"root_module": {)" +
        row.configuration + "}}}";
    EXPECT_EQ(networks_of({plan}), row.expected);
  }
}

// The same names in unrelated templates are different resources.
TEST(Topology, KeepsUnrelatedFilesApart) {
  const std::string one = arm(kNsgs + "," + kInline + "," + kNics);
  EXPECT_EQ(networks_of({one, one}), kExpected + kExpected);
  EXPECT_EQ(networks_of({one, arm(kVnet), arm(nic(""))}),
            kExpected + "network vnet: 10.0.0.0/16, 168.63.129.16/32\nsubnet web 10.0.0.0/24 nsg -\n")
      << "of two subnets elsewhere with the name, none is taken";
}

TEST(Topology, SaysWhatIsMissingAndWhatIsNotFiltered) {
  for (const OddRow& row : kOdd) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(networks_of({arm(row.resources)}), row.expected);
  }
}

}  // namespace
}  // namespace nsgcheck::io::arm_case
