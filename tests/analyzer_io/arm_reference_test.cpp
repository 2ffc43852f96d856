// SPDX-License-Identifier: Apache-2.0
// What reference() gives of resources of the same template: what is written there, and no more.
#include <gtest/gtest.h>

#include "topology_case.hpp"

namespace nsgcheck::io::arm_case::arm_reference_test {
namespace {

const std::string kAtRunTime = "unknown: reference() is known at run time only";
const std::string kNetworks =
    "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroup}/providers/"
    "Microsoft.Network/virtualNetworks/";

/// A network "v" with further members and properties.
std::string network(const std::string& members = "", const std::string& properties = "") {
  return R"({"type": "Microsoft.Network/virtualNetworks", "name": "v", )" + members + R"("properties": {)" +
         properties + R"("addressSpace": {"addressPrefixes": ["10.0.0.0/16", "[variables('more')]"]},
    "subnets": [{"name": "a", "properties": {"addressPrefix": "10.0.0.0/24"}},
                {"name": "b", "properties": {"addressPrefix": "[parameters('open')]"}}]}})";
}

std::string whole(const std::string& resources) {
  return R"({"parameters": {"open": {"type": "string"}, "flag": {"type": "bool"}},
    "variables": {"more": "10.1.0.0/16"}, "resources": [)" +
         resources + "]}";
}

struct Row {
  const char* name;
  std::string expression, resources, value;
};

TEST(ArmReference, GivesWhatTheTemplateItselfStates) {
  const std::string nic = R"({"type": "Microsoft.Network/networkInterfaces", "name": "n", "properties": {
    "ipConfigurations": [{"name": "c", "properties": {"privateIPAllocationMethod": "Static", "privateIPAddress": "10.0.0.9",
      "subnet": {"id": "[reference('v').subnets[0].id]"}}},
      {"name": "d", "properties": {"privateIPAddress": "10.0.0.10"}}]}})";
  const std::string by_id = "reference(resourceId('Microsoft.Network/virtualNetworks', 'v')";
  const std::string first = "[reference('v').subnets[0].id]";
  const Row rows[]{
      {"id of a subnet, by name", first, network(), '"' + kNetworks + "v/subnets/a\""},
      {"by id", "[" + by_id + ").subnets[1].id]", network(), '"' + kNetworks + "v/subnets/b\""},
      {"by id, with a version", "[" + by_id + ", '2023-04-01').subnets[0].id]", network(),
       '"' + kNetworks + "v/subnets/a\""},
      {"in full", "[" + by_id + ", '2023-04-01', 'Full').properties.subnets[0].name]", network(), R"("a")"},
      {"in full, what is no property", "[" + by_id + ", '2023-04-01', 'Full').location]", network(), kAtRunTime},
      {"a condition that holds", first, network(R"("condition": "[equals(1, 1)]", )"),
       '"' + kNetworks + "v/subnets/a\""},
      {"list of prefixes", "[reference('v').addressSpace.addressPrefixes]", network(),
       R"(["10.0.0.0/16","10.1.0.0/16"])"},
      {"one of them", "[reference('v').addressSpace.addressPrefixes[1]]", network(), R"("10.1.0.0/16")"},
      {"property of a subnet", "[reference('v').subnets[0].properties.addressPrefix]", network(), R"("10.0.0.0/24")"},
      {"one that is a parameter", "[reference('v').subnets[1].properties.addressPrefix]", network(),
       "unknown: parameter `open` has no value and no default value"},
      {"what it refers to, through another", "[reference('n').ipConfigurations[0].properties.subnet.id]",
       network() + ',' + nic, '"' + kNetworks + "v/subnets/a\""},
      {"address that is static", "[reference('n').ipConfigurations[0].properties.privateIPAddress]", nic,
       R"("10.0.0.9")"},
      {"address that Azure may choose", "[reference('n').ipConfigurations[1].properties.privateIPAddress]", nic,
       kAtRunTime},
      {"subnets of a loop", first,
       R"({"type": "Microsoft.Network/virtualNetworks", "name": "v", "properties": {"copy": [{"name": "subnets",
         "count": 2, "input": {"name": "[format('s{0}', copyIndex('subnets'))]"}}]}})",
       '"' + kNetworks + "v/subnets/s0\""},
      {"symbolic name", first,
       R"({"v": {"type": "Microsoft.Network/virtualNetworks", "name": "net", "properties": {"subnets":
         [{"name": "a"}]}}})",
       '"' + kNetworks + "net/subnets/a\""},
      {"symbolic name of what exists", first,
       R"({"v": {"type": "Microsoft.Network/virtualNetworks", "existing": true, "name": "net", "properties": {"subnets":
         [{"name": "a"}]}}})",
       kAtRunTime},
      {"not of the template", first, nic, kAtRunTime},
      {"another group", "[reference(resourceId('g', 'Microsoft.Network/virtualNetworks', 'v')).subnets[0].id]",
       network(), kAtRunTime},
      {"an open condition", first, network(R"("condition": "[parameters('flag')]", )"), kAtRunTime},
      {"a condition that does not hold", first, network(R"("condition": false, )"), kAtRunTime},
      {"made by a loop", first, network(R"("copy": {"name": "c", "count": 1}, )"), kAtRunTime},
      {"two of the name", "[reference('v').x]",
       network("", R"("x": "1", )") + R"(, {"type": "Microsoft.Network/routeTables", "name": "v"})", kAtRunTime},
      {"one that may have the name", first,
       network() + R"(, {"type": "Microsoft.Network/virtualNetworks", "name": "[parameters('open')]"})", kAtRunTime},
      {"subnets by themselves, too", first,
       network() + R"(, {"type": "Microsoft.Network/virtualNetworks/subnets", "name": "v/z", "properties": {}})",
       kAtRunTime},
      {"those of another network", first,
       network() + R"(, {"type": "Microsoft.Network/virtualNetworks/subnets", "name": "w/z", "properties": {}})",
       '"' + kNetworks + "v/subnets/a\""},
      {"a subnet beyond", "[reference('v').subnets[2].id]", network(), kAtRunTime},
      {"what Azure fills in", "[reference('v').provisioningState]", network("", R"("provisioningState": "x", )"),
       kAtRunTime},
      {"an object, which Azure adds to", "[string(reference('v').subnets[0])]", network(), kAtRunTime},
      {"not written", "[reference('v').dhcpOptions.dnsServers]", network(), kAtRunTime},
      {"itself", "[reference('v').x]", network("", R"("x": "[reference('v').x]", )"), kAtRunTime},
      {"of a type that Azure fills in", "[reference('s').x]",
       R"({"type": "Microsoft.Storage/storageAccounts", "name": "s", "properties": {"x": "1"}})", kAtRunTime},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    std::string text = whole(row.resources);
    if (row.resources.starts_with(R"({"v": {)"))
      text.replace(text.rfind('[' + row.resources), row.resources.size() + 2, row.resources);
    EXPECT_EQ(value_of(row.expression, text), row.value);
  }
}

// A machine's subnet counts although the name of its network is known at deployment only.
TEST(ArmReference, PlacesInterfaces) {
  const auto resources = [](const std::string& name, const std::string& of) {
    return R"({"type": "Microsoft.Network/networkSecurityGroups", "name": "g", "properties": {"securityRules": []}},
  {"type": "Microsoft.Network/virtualNetworks", "name": ")" +
           name + R"(", "properties": {
    "addressSpace": {"addressPrefixes": ["10.0.0.0/16"]}, "subnets": [{"name": "web", "properties": {"addressPrefix":
    "10.0.0.0/24", "networkSecurityGroup": {"id": "[resourceId('Microsoft.Network/networkSecurityGroups', 'g')]"}}}]}},
  {"type": "Microsoft.Network/networkInterfaces", "name": "n", "properties": {"ipConfigurations": [{"name": "c",
    "properties": {"subnet": {"id": "[reference()" +
           of + R"().subnets[0].id]"}}}]}})";
  };
  EXPECT_EQ(networks_of({arm(resources("vnet", "'vnet'"))}),
            "network vnet: 10.0.0.0/16, 168.63.129.16/32\nsubnet web 10.0.0.0/24 nsg g\n"
            "nic n subnet web 10.0.0.4 nsg -\n");
  const std::string open =
      R"({"contentVersion": "1.0.0.0", "parameters": {"net": {"type": "string"}}, "resources": [)" +
      resources("[parameters('net')]", "resourceId('Microsoft.Network/virtualNetworks', parameters('net'))") + "]}";
  EXPECT_EQ(networks_of({open}),
            "network {parameters('net')}: 10.0.0.0/16, 168.63.129.16/32\nsubnet web 10.0.0.0/24 nsg g\n"
            "nic n subnet web 10.0.0.4 nsg -\n");
}

}  // namespace
}  // namespace nsgcheck::io::arm_case::arm_reference_test
