// SPDX-License-Identifier: Apache-2.0
// Resources of one name in several resource groups or subscriptions: a reference means the one in its place.
#include <gtest/gtest.h>

#include "topology_case.hpp"

namespace nsgcheck::io::arm_case::topology_places_test {
namespace {

/// What a deployment into another resource group makes.
std::string in_group(const std::string& group, const std::string& resources, const std::string& members = "") {
  return R"({"type": "Microsoft.Resources/deployments", "name": "d", "resourceGroup": ")" + group + "\", " + members +
         R"("properties": {"mode": "Incremental", "expressionEvaluationOptions": {"scope": "inner"}, "template":
    {"resources": [)" +
         resources + "]}}}";
}

std::string network(const std::string& prefix, const std::string& of_subnet = "") {
  return R"({"type": "Microsoft.Network/virtualNetworks", "name": "v", "properties": {"addressSpace": {"addressPrefixes":
    [")" +
         prefix + R"("]}, "subnets": [{"name": "s", "properties": {)" + of_subnet + R"("addressPrefix": ")" + prefix +
         R"("}}]}})";
}

/// The id of a resource in a place: "'b', " for another resource group.
std::string id(const std::string& place, const std::string& type, const std::string& names) {
  return R"({"id": "[resourceId()" + place + "'Microsoft.Network/" + type + "', " + names + R"()]"})";
}

std::string nic(const std::string& place, const std::string& of_configuration = "", const std::string& of_nic = "") {
  return R"({"type": "Microsoft.Network/networkInterfaces", "name": "n", "properties": {)" + of_nic +
         R"("ipConfigurations": [{"name": "c", "properties": {)" + of_configuration + R"("subnet": )" +
         id(place, "virtualNetworks/subnets", "'v', 's'") + "}}]}}";
}

std::string group(const std::string& name = "g") {
  return R"({"type": "Microsoft.Network/networkSecurityGroups", "name": ")" + name +
         R"(", "properties": {"securityRules": []}})";
}

std::string address(const std::string& sku) {
  return R"({"type": "Microsoft.Network/publicIPAddresses", "name": "p", "sku": {"name": ")" + sku +
         R"("}, "properties": {}})";
}

std::string balancer(const std::string& name) {
  return R"({"type": "Microsoft.Network/loadBalancers", "name": "b", "sku": {"name": "Basic"}, "properties": {
    "frontendIPConfigurations": [{"name": "f", "properties": {"publicIPAddress": {"id": "x"}}}],
    "backendAddressPools": [{"name": "p"}], "loadBalancingRules": [{"name": ")" +
         name +
         R"(", "properties": {"protocol": "Tcp", "frontendPort": 3389, "backendPort": 3389, "backendAddressPool": )" +
         id("", "loadBalancers/backendAddressPools", "'b', 'p'") + "}}]}}";
}

std::string whole(const std::string& resources) {
  return R"({"contentVersion": "1.0.0.0", "parameters": {"rg": {"type": "string"}, "here": {"type": "string",
    "defaultValue": "[resourceGroup().name]"}}, "resources": [)" +
         resources + "]}";
}

const std::string kOne = "network v: 10.1.0.0/24, 168.63.129.16/32\nsubnet s 10.1.0.0/24 nsg -\n";
const std::string kTwo = "network v: 10.2.0.0/24, 168.63.129.16/32\nsubnet s 10.2.0.0/24 nsg -\n";
const std::string kInOne = "nic n subnet s 10.1.0.4 nsg -\nunfiltered: n\n";
const std::string kInTwo = "nic n subnet s 10.2.0.4 nsg -\nunfiltered: n\n";

struct Row {
  const char* name;
  std::string resources, networks;
};

TEST(TopologyPlaces, ReferencesMeanTheResourceInTheirPlace) {
  const std::string a = in_group("a", network("10.1.0.0/24"));
  const std::string b = in_group("b", network("10.2.0.0/24"));
  const std::string here = network("10.1.0.0/24");
  const std::string pool =
      R"("loadBalancerBackendAddressPools": [)" + id("'b', ", "loadBalancers/backendAddressPools", "'b', 'p'") + "], ";
  const std::string by_address = R"("publicIPAddress": )" + id("'b', ", "publicIPAddresses", "'p'") + ", ";
  const std::string before = R"("networkSecurityGroup": )" + id("'b', ", "networkSecurityGroups", "'g'") + ", ";
  const Row rows[]{
      {"subnet of the first", a + ',' + b + ',' + nic("'a', "), kOne + kInOne + kTwo},
      {"subnet of the second", a + ',' + b + ',' + nic("'B', "), kOne + kTwo + kInTwo},
      {"subnet of its own group", here + ',' + b + ',' + nic(""), kOne + kInOne + kTwo},
      {"its own group, said aloud", here + ',' + b + ',' + nic("resourceGroup().name, "), kOne + kInOne + kTwo},
      {"its own group by default", here + ',' + b + ',' + nic("parameters('here'), "), kOne + kInOne + kTwo},
      {"subnet of another, beside its own", here + ',' + b + ',' + nic("'b', "), kOne + kTwo + kInTwo},
      {"of the deployment that makes the interface", here + ',' + in_group("b", network("10.2.0.0/24") + ',' + nic("")),
       kOne + kTwo + kInTwo},
      {"a group that is not there", a + ',' + b + ',' + nic("'c', "), kOne + kTwo},
      {"a group that is not known", a + ',' + b + ',' + nic("parameters('rg'), "), kOne + kTwo},
      {"which is the only one of the name", here + ',' + nic("parameters('rg'), "), kOne + kInOne},
      {"two subscriptions",
       in_group("a", network("10.1.0.0/24"), R"("subscriptionId": "1", )") + ',' +
           in_group("a", network("10.2.0.0/24"), R"("subscriptionId": "2", )") + ',' + nic("'2', 'a', "),
       kOne + kTwo + kInTwo},
      {"NSG of another group", here + ',' + in_group("a", group()) + ',' + nic("", "", before),
       kOne + "nic n subnet s 10.1.0.4 nsg g\nmissing: network interface n: its network security group g is not in the "
              "inputs\n"},
      {"NSG of that group",
       here + ',' + in_group("a", group()) + ',' + in_group("b", group()) + ',' + nic("", "", before),
       kOne + "nic n subnet s 10.1.0.4 nsg g\n"},
      {"public address of another group", here + ',' + in_group("a", address("Standard")) + ',' + nic("", by_address),
       kOne + "nic n subnet s 10.1.0.4 nsg -\nway to n by public address p 0 0\n"
              "missing: network interface n: public address p is not in the inputs, and its SKU not known\n"
              "unfiltered: n\n"},
      {"public address of that group",
       here + ',' + in_group("a", address("Basic")) + ',' + in_group("b", address("Standard")) + ',' +
           nic("", by_address),
       kOne + "nic n subnet s 10.1.0.4 nsg -\nway to n by public address p 0 0 closed\nunfiltered: n\n"},
      {"balancer of another group", here + ',' + in_group("a", balancer("one")) + ',' + nic("", pool),
       kOne + "nic n subnet s 10.1.0.4 nsg -\nway to n by load balancer b 0 0\n"
              "missing: network interface n: its load balancer b is not in the inputs\nunfiltered: n\n"},
      {"balancer of that group",
       here + ',' + in_group("a", balancer("one")) + ',' + in_group("b", balancer("two")) + ',' + nic("", pool),
       kOne + "nic n subnet s 10.1.0.4 nsg -\nway to n by load balancer rule b/two 3389 3389\nunfiltered: n\n"},
      {"subnets by themselves",
       in_group("a", R"({"type": "Microsoft.Network/virtualNetworks", "name": "v", "properties": {"addressSpace":
         {"addressPrefixes": ["10.1.0.0/24"]}}})") +
           ',' +
           in_group("b", R"({"type": "Microsoft.Network/virtualNetworks", "name": "v", "properties": {"addressSpace":
         {"addressPrefixes": ["10.2.0.0/24"]}}}, {"type": "Microsoft.Network/virtualNetworks/subnets", "name": "v/s",
         "properties": {"addressPrefix": "10.2.0.0/24"}})") +
           ',' + nic("'b', "),
       kTwo + kInTwo},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(networks_of({whole(row.resources)}), row.networks);
  }
}

// An interface with a way in is never left out: what stands before it is not known then.
TEST(TopologyPlaces, AnInterfaceInOneOfSeveralSubnetsIsInNone) {
  const std::string a = in_group("a", network("10.1.0.0/24"));
  const std::string b = in_group("b", network("10.2.0.0/24"));
  const std::string by_address = R"("publicIPAddress": )" + id("", "publicIPAddresses", "'p'") + ", ";
  const std::string networks =
      networks_of({whole(a + ',' + b + ',' + address("Basic") + ',' + nic("parameters('rg'), ", by_address))});
  EXPECT_NE(networks.find("way to n by public address p"), std::string::npos) << networks;
  EXPECT_NE(networks.find("missing: network interface n: its subnet s is not in the inputs, or in several of them"),
            std::string::npos)
      << networks;
}

std::string change(const std::string& address, const std::string& after, const std::string& unknown = "{}") {
  return R"({"address": ")" + address + R"(", "type": ")" + address.substr(0, address.find('.')) +
         R"(", "change": {"actions": ["create"], "after": {)" + after + R"(}, "after_unknown": )" + unknown + "}}";
}

TEST(TopologyPlaces, OfATerraformPlan) {
  const auto part = [](const std::string& group, const std::string& prefix) {
    const std::string in = R"(, "resource_group_name": ")" + group + '"';
    return change("azurerm_virtual_network." + group, R"("name": "v", "address_space": [")" + prefix + "\"]" + in) +
           ',' +
           change("azurerm_subnet." + group,
                  R"("name": "s", "virtual_network_name": "v", "address_prefixes": [")" + prefix + "\"]" + in) +
           ',' + change("azurerm_network_security_group." + group, R"("name": "g", "security_rule": [])" + in) + ',';
  };
  const std::string text = R"({"format_version": "1.2", "resource_changes": [)" + part("a", "10.1.0.0/24") +
                           part("b", "10.2.0.0/24") +
                           change("azurerm_subnet_network_security_group_association.x", "",
                                  R"({"subnet_id": true, "network_security_group_id": true})") +
                           R"(], "configuration": {"root_module": {"resources": [
    {"address": "azurerm_subnet_network_security_group_association.x", "expressions": {
      "subnet_id": {"references": ["azurerm_subnet.b.id", "azurerm_subnet.b"]},
      "network_security_group_id": {"references": ["azurerm_network_security_group.b.id", "azurerm_network_security_group.b"]}}}]}}})";
  EXPECT_EQ(networks_of({text}), kOne + "network v: 10.2.0.0/24, 168.63.129.16/32\nsubnet s 10.2.0.0/24 nsg g\n");
}

}  // namespace
}  // namespace nsgcheck::io::arm_case::topology_places_test
