// SPDX-License-Identifier: Apache-2.0
// What a Terraform plan says of networks, beside templates where both can say it.
#include <gtest/gtest.h>

#include "topology_case.hpp"

namespace nsgcheck::io::arm_case::topology_plan_test {
namespace {

// As "load balancer and NAT rule" of topology_test.
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

}  // namespace
}  // namespace nsgcheck::io::arm_case::topology_plan_test
