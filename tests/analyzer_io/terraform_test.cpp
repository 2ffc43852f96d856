// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analyzer/io/terraform.hpp"
#include "tests/analyzer_io/rule_line.hpp"
#include "tests/analyzer_io/source_text.hpp"

namespace nsgcheck::io::terraform_test {
namespace {

class Terraform : public testing::TestWithParam<FormCase> {};

TEST_P(Terraform, RulesFindTheirGroup) {
  std::string format;
  const auto lines = source_lines(GetParam().text, &format);
  EXPECT_EQ(format, GetParam().format);
  EXPECT_THAT(lines, testing::ElementsAreArray(GetParam().lines));
}

std::string name_of(const testing::TestParamInfo<FormCase>& row) { return row.param.name; }

const std::string kRdp = "Rdp 100 Allow inbound tcp *:* > *:3389-3389";
const std::string kWeb = "Web 200 Deny inbound tcp *:* > *:80-80";
const std::string kUnknown = "?unresolved-expression";
const std::string kGap = "gap  " + kUnknown + ' ' + kUnknown + ' ' + kUnknown + ' ' + kUnknown + ' ' + kUnknown + ':' +
                         kUnknown + " > " + kUnknown + ':' + kUnknown;

const std::string kMissing = "?missing-attachment";
const std::string kRest = "gap the group's other rules " + kMissing + ' ' + kMissing + ' ' + kMissing + ' ' + kMissing +
                          ' ' + kMissing + ':' + kMissing + " > " + kMissing + ':' + kMissing;

std::string plan(const std::string& changes, const std::string& configuration = "{}") {
  return R"({"format_version":"1.2","resource_changes":[)" + changes + R"(],"configuration":)" + configuration + "}";
}

/// One change, on a line of its own.
std::string change(const std::string& address, const std::string& action, const std::string& after,
                   const std::string& unknown = "{}") {
  const std::string bare = without_keys(address);
  const std::size_t name = bare.rfind('.');
  const std::size_t type = name == 0 ? 0 : bare.rfind('.', name - 1) + 1;
  const std::string state = action == "delete" ? R"("before":)" + after + R"(,"after":null)" : R"("after":)" + after;
  std::string quoted;
  for (const char c : address) quoted += c == '"' ? "\\\"" : std::string(1, c);
  return "\n" + (R"({"address":")" + quoted + R"(","mode":"managed","type":")" + bare.substr(type, name - type) +
                 R"(","change":{"actions":[")" + action + R"("],)" + state + R"(,"after_unknown":)" + unknown + "}}");
}

std::string lone_rule(const std::string& group, const std::string& resource_group = "rg") {
  return R"({"name":"Rdp","priority":100,"access":"Allow","direction":"Inbound","protocol":"Tcp",
    "source_address_prefix":"*","source_port_range":"*","destination_address_prefix":"*",
    "destination_port_range":"3389",)" +
         (group.empty() ? "" : R"("network_security_group_name":")" + group + "\",") + R"("resource_group_name":")" +
         resource_group + "\"}";
}

/// A plan that reads the group "n" of resource group "g", with the rule Rdp.
std::string found(const std::string& changes) {
  return R"({"format_version":"1.2","resource_changes":[)" + changes + R"(],"prior_state":{"values":{"root_module":{
    "child_modules":[{"resources":[{"address":"data.azurerm_network_security_group.d","mode":"data",
    "type":"azurerm_network_security_group","values":{"id":"/g/networkSecurityGroups/n","name":"n",
    "resource_group_name":"g","security_rule":[%Rdp 100 Allow 3389]}},
    {"address":"azurerm_network_security_group.old","mode":"managed","type":"azurerm_network_security_group",
    "values":{"name":"old","security_rule":[]}}]}]}}}})";
}

constexpr const char* kGroup = "azurerm_network_security_group.a";
constexpr const char* kRule = "azurerm_network_security_rule.r";

// nsg-semantics 4.6.
INSTANTIATE_TEST_SUITE_P(
    Plans, Terraform,
    testing::Values(
        FormCase{"RulesInTheGroup",
                 plan(change(kGroup, "create", R"({"name":"n","security_rule":[%Rdp 100 Allow 3389]})")),
                 "terraform-plan",
                 {"n / " + kRdp}},
        FormCase{"DeletedGroupIsDropped",
                 plan(change(kGroup, "delete", R"({"name":"n","security_rule":[]})")),
                 "terraform-plan",
                 {"skip 2: azurerm_network_security_group.a: the plan has it no more (delete)"}},
        FormCase{"OtherResources",
                 plan(change("azurerm_subnet.s", "create", R"({"name":"s"})")),
                 "terraform-plan",
                 {"skip 2: resource of type azurerm_subnet"}},
        FormCase{"UnknownRulesAreAGap",
                 plan(change(kGroup, "create", R"({"name":"n"})", R"({"security_rule":true})")),
                 "terraform-plan",
                 {"n / " + kGap}},
        FormCase{
            "LoneRuleByNameSettlesThem",
            plan(change(kGroup, "create", R"({"name":"n","resource_group_name":"RG"})", R"({"security_rule":true})") +
                 "," + change(kRule, "create", lone_rule("N"))),
            "terraform-plan",
            {"n / " + kRdp}},
        FormCase{
            "SameNameInAnotherResourceGroup",
            plan(change(kGroup, "create", R"({"name":"n","resource_group_name":"other","security_rule":[]})") + "," +
                 change(kRule, "create", lone_rule("n"))),
            "terraform-plan",
            {"n /", "n / " + kRdp, "n / " + kRest,
             "skip 3: azurerm_network_security_rule.r: the other rules of the network security group n are not in this "
             "file"}},
        FormCase{"LoneRuleByReference",
                 plan(change("module.m.azurerm_network_security_group.a", "create", "{}",
                             R"({"name":true,"security_rule":true})") +
                          "," +
                          change("module.m.azurerm_network_security_rule.r", "create", lone_rule(""),
                                 R"({"network_security_group_name":true})") +
                          "," + change(kGroup, "create", R"({"name":"outer","security_rule":[]})"),
                      R"({"root_module":{"module_calls":{"m":{"module":{"resources":[
                         {"address":"azurerm_network_security_rule.r","expressions":{"network_security_group_name":
                         {"references":["azurerm_network_security_group.a.name","azurerm_network_security_group.a"]}}}]}}}}})"),
                 "terraform-plan",
                 {"module.m.azurerm_network_security_group.a / " + kRdp, "outer /"}},
        FormCase{
            "ReferenceThroughAVariable",
            plan(change(kGroup, "create", R"({"security_rule":[]})", R"({"name":true})") + "," +
                     change("module.m.module.i[\"k\"].azurerm_network_security_rule.r", "create", lone_rule(""),
                            R"({"network_security_group_name":true})") +
                     "," + change("azurerm_network_security_group.b", "create", R"({"name":"b","security_rule":[]})"),
                 R"({"root_module":{"module_calls":{"m":{
                         "expressions":{"outer":{"references":["azurerm_network_security_group.a.name","azurerm_network_security_group.a"]}},
                         "module":{"module_calls":{"i":{"expressions":{"group":{"references":["var.outer"]}},"module":{"resources":[
                         {"address":"azurerm_network_security_rule.r","expressions":{"network_security_group_name":
                         {"references":["var.group"]}}}]}}}}}}}})"),
            "terraform-plan",
            {"azurerm_network_security_group.a / " + kRdp, "b /"}},
        FormCase{"ReferenceToAnOutput",
                 plan(change("module.net.azurerm_network_security_group.a", "create", R"({"security_rule":[]})",
                             R"({"name":true})") +
                          "," + change(kRule, "create", lone_rule(""), R"({"network_security_group_name":true})"),
                      R"({"root_module":{"resources":[{"address":"azurerm_network_security_rule.r","expressions":
                         {"network_security_group_name":{"references":["module.net.group_name","module.net"]}}}],
                         "module_calls":{"net":{"module":{"outputs":{"group_name":{"expression":
                         {"references":["azurerm_network_security_group.a.name","azurerm_network_security_group.a"]}}}}}}}})"),
                 "terraform-plan",
                 {"module.net.azurerm_network_security_group.a / " + kRdp}},
        FormCase{
            "ReferencesInACircle",
            plan(change(kGroup, "create", R"({"name":"n","security_rule":[]})") + "," +
                     change("module.m.azurerm_network_security_rule.r", "create", lone_rule(""),
                            R"({"network_security_group_name":true})"),
                 R"({"root_module":{"module_calls":{"m":{"expressions":{"v":{"references":["module.m.o"]}},"module":{
                         "outputs":{"o":{"expression":{"references":["var.v"]}}},
                         "resources":[{"address":"azurerm_network_security_rule.r","expressions":{
                         "network_security_group_name":{"references":["var.v"]}}}]}}}}})"),
            "terraform-plan",
            {"n / " + kRdp + " (perhaps)",
             "skip 3: module.m.azurerm_network_security_rule.r: which network security group it belongs to is known "
             "after apply only"}},
        FormCase{"AzapiRule",
                 plan(change(kGroup, "create", R"({"name":"n","security_rule":[]})") + "," +
                      change("azapi_resource.r", "create",
                             with_rules(R"({"type":"Microsoft.Network/networkSecurityGroups/securityRules@2023-09-01",
                      "name":"Rdp","parent_id":"/x/networkSecurityGroups/n","body":{"properties":{"priority":100,"access":"Allow",
                      "direction":"Inbound","protocol":"Tcp","sourceAddressPrefix":"*","sourcePortRange":"*",
                      "destinationAddressPrefix":"*","destinationPortRange":"3389"}}})"))),
                 "terraform-plan",
                 {"n / " + kRdp}},
        FormCase{"AzapiRuleWithoutBody",
                 plan(change(kGroup, "create", R"({"name":"n","security_rule":[]})") + "," +
                      change("azapi_resource.r", "create",
                             R"({"type":"Microsoft.Network/networkSecurityGroups/securityRules@2023-09-01",
                             "name":"","parent_id":"/x/networkSecurityGroups/n"})",
                             R"({"body":true})")),
                 "terraform-plan",
                 {"n / " + kGap}},
        FormCase{
            "AzapiUpdateMakesTheRulesUnknown",
            plan(change(kGroup, "create", R"({"name":"n","security_rule":[]})") + "," +
                 change("azapi_update_resource.u", "create",
                        R"({"type":"Microsoft.Network/networkSecurityGroups@2023-09-01",
                             "resource_id":"/x/networkSecurityGroups/n","body":{}})")),
            "terraform-plan",
            {"n / " + kGap,
             "skip 3: azapi_update_resource.u: it changes a network security group after it is made; what its rules "
             "are then is not known"}},
        FormCase{"SecurityAdminRule",
                 plan(change("azurerm_network_manager_admin_rule.d", "create",
                             R"({"name":"d","action":"Deny","priority":3,"direction":"Inbound","protocol":"Tcp"})")),
                 "terraform-plan",
                 {"skip 2: security admin rule d (Deny, priority 3): looked at before any NSG; it counts on the way "
                  "through a deployment (reach, replay) and perhaps through the networks of the inputs, not in what an "
                  "NSG alone lets through"}},
        FormCase{"ReferenceToSeveralInstances",
                 plan(change("azurerm_network_security_group.a[0]", "create", R"({"security_rule":[]})",
                             R"({"name":true})") +
                          "," +
                          change("azurerm_network_security_group.a[\"x]\"]", "create", R"({"security_rule":[]})",
                                 R"({"name":true})") +
                          "," + change(kRule, "create", lone_rule(""), R"({"network_security_group_name":true})"),
                      R"({"root_module":{"resources":[{"address":"azurerm_network_security_rule.r","expressions":
                         {"network_security_group_name":{"references":["azurerm_network_security_group.a"]}}}]}})"),
                 "terraform-plan",
                 {"azurerm_network_security_group.a[0] / " + kRdp + " (perhaps)",
                  "azurerm_network_security_group.a[\"x]\"] / " + kRdp + " (perhaps)"}},
        FormCase{"LoneRuleOfAnyGroup",
                 plan(change(kGroup, "create", R"({"name":"n","security_rule":[]})") + "," +
                      change(kRule, "create", lone_rule(""), R"({"network_security_group_name":true})")),
                 "terraform-plan",
                 {"n / " + kRdp + " (perhaps)",
                  "skip 3: azurerm_network_security_rule.r: which network security group it belongs to is known after "
                  "apply only"}},
        FormCase{
            "LoneRulesWithoutTheirGroup",
            plan(change(kRule, "create", lone_rule("n")) + "," +
                 change("azurerm_network_security_rule.s", "create", lone_rule("n"))),
            "terraform-plan",
            {"n / " + kRdp, "n / " + kRdp, "n / " + kRest,
             "skip 2: azurerm_network_security_rule.r: the other rules of the network security group n are not in this "
             "file"}},
        FormCase{"LoneRuleOfAGroupThatIsOnlyRead",
                 plan(change("data.azurerm_network_security_group.d", "read", R"({"name":"n"})",
                             R"({"security_rule":true})") +
                      "," + change(kRule, "create", lone_rule("n"))),
                 "terraform-plan",
                 {"n / " + kRdp, "n / " + kGap}},
        FormCase{"FoundGroupThatIsAttached",
                 found(change("azurerm_subnet_network_security_group_association.x", "create",
                              R"({"subnet_id":"/s","network_security_group_id":"/g/networkSecurityGroups/n"})")),
                 "terraform-plan",
                 {"n / " + kRdp, "n on subnet /s"}},
        FormCase{"FoundGroupThatIsNot",
                 found(""),
                 "terraform-plan",
                 {"skip 3: data.azurerm_network_security_group.d: the plan only reads it, and nothing in the plan "
                  "refers to it"}},
        FormCase{"FoundGroupThatAScaleSetNames",
                 found(change("azurerm_linux_virtual_machine_scale_set.v", "create",
                              R"({"network_interface":[{"network_security_group_id":"/g/networkSecurityGroups/N"}]})")),
                 "terraform-plan",
                 {"n / " + kRdp, "skip 2: resource of type azurerm_linux_virtual_machine_scale_set"}},
        FormCase{"FoundGroupThatGetsARule",
                 found(change(kRule, "create", lone_rule("n", "g"))),
                 "terraform-plan",
                 {"n / " + kRdp}},
        FormCase{"FoundGroupOfAnotherResourceGroup",
                 found(change(kRule, "create", lone_rule("n", "h"))),
                 "terraform-plan",
                 {"n / " + kRdp, "n / " + kRest,
                  "skip 2: azurerm_network_security_rule.r: the other rules of the network security group n are not in "
                  "this file",
                  "skip 6: data.azurerm_network_security_group.d: the plan only reads it, and nothing in the plan "
                  "refers to it"}},
        FormCase{
            "UnknownValueOfARule",
            plan(change(kGroup, "create", R"({"name":"n","security_rule":[{"name":"r","priority":100,"access":"Deny",
                   "direction":"Inbound","protocol":"*","source_port_range":"*","destination_address_prefix":"*",
                   "destination_port_range":"*","source_address_prefixes":["10.0.0.0/8"]}]})",
                        R"({"security_rule":[{"source_address_prefixes":[false,true]}]})")),
            "terraform-plan",
            {"n / r 100 Deny inbound * 10.0.0.0/8,?unresolved-expression:* > *:*"}},
        FormCase{"LoneRuleReplacesWhatTheGroupReadBack",
                 plan(change(kGroup, "no-op", R"({"name":"n","security_rule":[%Rdp 100 Deny 22,%Web 200 Deny 80]})") +
                      "," + change(kRule, "update", lone_rule("n"))),
                 "terraform-plan",
                 {"n / " + kWeb, "n / " + kRdp}},
        FormCase{"DeletedLoneRuleLeavesTheGroup",
                 plan(change(kGroup, "no-op", R"({"name":"n","security_rule":[%Rdp 100 Deny 22,%Web 200 Deny 80]})") +
                      "," + change(kRule, "delete", lone_rule("n"))),
                 "terraform-plan",
                 {"n / " + kWeb, "skip 7: azurerm_network_security_rule.r: the plan has it no more (delete)"}},
        FormCase{
            "Associations",
            plan(
                change(kGroup, "create", R"({"name":"n","security_rule":[]})") + "," +
                    change("azurerm_subnet_network_security_group_association.x", "create", "{}",
                           R"({"subnet_id":true,"network_security_group_id":true})") +
                    "," +
                    change(
                        "azurerm_network_interface_security_group_association.y", "create",
                        R"({"network_interface_id":"/nic","network_security_group_id":"/s/networkSecurityGroups/N"})") +
                    "," +
                    change(
                        "azurerm_network_interface_security_group_association.z", "create",
                        R"({"network_interface_id":"/nic","network_security_group_id":"/s/networkSecurityGroups/q"})"),
                R"({"root_module":{"resources":[{"address":"azurerm_subnet_network_security_group_association.x",
                        "expressions":{"subnet_id":{"references":["azurerm_subnet.s.id","azurerm_subnet.s"]},
                        "network_security_group_id":{"references":["azurerm_network_security_group.a.id",
                        "azurerm_network_security_group.a"]}}}]}})"),
            "terraform-plan",
            {"n /", "n on subnet azurerm_subnet.s.id", "n on nic /nic",
             "skip 5: azurerm_network_interface_security_group_association.z: its network security group is not in "
             "this file"}},
        FormCase{"ChangeWithoutState",
                 R"({"format_version":"1.2","resource_changes":[{"address":"a.b","change":{"actions":["update"]}}]})",
                 "terraform-plan",
                 {"error 1:45: a.b: a change without the state after it"}},
        FormCase{
            "PlannedValuesOnly",
            R"({"format_version":"0.1","planned_values":{"root_module":{"resources":[],"child_modules":[{"resources":[
                    {"address":"module.m.azurerm_network_security_group.a","type":"azurerm_network_security_group",
                     "values":{"name":"n","security_rule":[%Rdp 100 Allow 3389]}}]}]}}})",
            "terraform-plan",
            {"n / " + kRdp}},
        FormCase{"AzapiBody",
                 plan(change("azapi_resource.a", "create",
                             R"({"type":"Microsoft.Network/networkSecurityGroups@2023-09-01","name":"n",
                               "body":{"properties":{"securityRules":[@Rdp 100 Allow 3389]}}})")),
                 "terraform-plan",
                 {"n / " + kRdp}},
        FormCase{"AzapiBodyAsText",
                 plan(change("azapi_resource.a", "create",
                             R"({"type":"Microsoft.Network/networkSecurityGroups@2023-09-01","name":"n",
                               "body":"{\"properties\":{\"securityRules\":[]}}"})")),
                 "terraform-plan",
                 {"n /"}},
        FormCase{"AzapiBodyUnknown",
                 plan(change("azapi_resource.a", "create",
                             R"({"type":"Microsoft.Network/networkSecurityGroups@2023-09-01","name":"n"})",
                             R"({"body":true})")),
                 "terraform-plan",
                 {"n / " + kGap}}),
    name_of);

/// A plan with changes that are put off.
std::string deferring(const std::string& changes, const std::string& deferred) {
  return R"({"format_version":"1.2","resource_changes":[)" + changes + R"(],"deferred_changes":[{"reason":"x",
"resource_change":)" +
         deferred + "}]}";
}

// https://developer.hashicorp.com/terraform/internals/json-format: what is deferred may come to be, or not.
INSTANTIATE_TEST_SUITE_P(
    IncompletePlans, Terraform,
    testing::Values(
        FormCase{"NotComplete",
                 R"({"format_version":"1.2","resource_changes":[],
"complete":false,
"errored":true})",
                 "terraform-plan",
                 {"error 3:11: errored: Terraform failed while it planned; changes that it did not come to are missing",
                  "error 2:12: complete is false: further changes are left to a later plan"}},
        FormCase{"Complete",
                 R"({"format_version":"1.2","resource_changes":[],"complete":true,"errored":false})",
                 "terraform-plan",
                 {}},
        FormCase{"DeferredRule",
                 deferring(change(kGroup, "create", R"({"name":"n","security_rule":[%Web 200 Deny 80]})"),
                           change(kRule, "create", lone_rule("n", ""))),
                 "terraform-plan",
                 {"n / " + kWeb, "n / " + kRdp + " (perhaps)",
                  "error 4:80: azurerm_network_security_rule.r: deferred (x); what it becomes is known in a later "
                  "plan only"}},
        FormCase{"DeferredChangeOfARule",
                 deferring(change(kGroup, "update", R"({"name":"n","security_rule":[%Rdp 200 Deny 80]})"),
                           change(kRule, "update", lone_rule("n", ""))),
                 "terraform-plan",
                 {"n / Rdp 200 Deny inbound tcp *:* > *:80-80 (perhaps)", "n / " + kRdp + " (perhaps)",
                  "error 4:80: azurerm_network_security_rule.r: deferred (x); what it becomes is known in a later "
                  "plan only"}},
        FormCase{"DeferredGroup",
                 deferring("", change(kGroup, "update", R"({"name":"n","security_rule":[%Web 200 Deny 80]})")),
                 "terraform-plan",
                 {"n / " + kWeb, "n / " + kGap,
                  "error 1:67: azurerm_network_security_group.a: deferred (x); what it becomes is known in a later "
                  "plan only"}},
        FormCase{"DeferredWithoutAChange",
                 R"({"format_version":"1.2","resource_changes":[],"deferred_changes":[{"reason":"x"}]})",
                 "terraform-plan",
                 {"error 1:67: a deferred change without resource_change"}}),
    name_of);

INSTANTIATE_TEST_SUITE_P(
    States, Terraform,
    testing::Values(
        FormCase{"Show",
                 R"({"format_version":"1.0","terraform_version":"1.5.0","values":{"root_module":{"resources":[
{"address":"azurerm_network_security_group.a","type":"azurerm_network_security_group","values":{"name":"n",
 "security_rule":[%Rdp 100 Allow 3389]}},
{"address":"azurerm_network_security_rule.r","type":"azurerm_network_security_rule","values":{"name":"Rdp","priority":100,
 "access":"Allow","direction":"Inbound","protocol":"Tcp","source_address_prefix":"*","source_port_range":"*",
 "destination_address_prefix":"*","destination_port_range":"3389","network_security_group_name":"n"}}]}}})",
                 "terraform-state",
                 {"n / " + kRdp}},
        FormCase{"EmptyShow", R"({"format_version":"1.0","terraform_version":"1.5.0"})", "terraform-state", {}},
        FormCase{"Raw",
                 R"({"version":4,"terraform_version":"1.5.0","serial":3,"lineage":"x","resources":[
{"mode":"managed","type":"azurerm_network_security_group","name":"a","instances":[
 {"attributes":{"name":"n","security_rule":[%Web 200 Deny 80]}},{"index_key":1,"attributes_flat":{}}]}]})",
                 "tfstate",
                 {"n / " + kWeb, "error 5:39: azurerm_network_security_group.a: an instance without attributes"}},
        FormCase{"RawOfVersion3",
                 R"({"version":3,"lineage":"x","modules":[]})",
                 "tfstate",
                 {"error 1:12: Terraform state of version 3; version 4 or the output of `terraform show -json` can be "
                  "read"}},
        FormCase{"AttributesByTypeAndName",
                 R"({"outputs":{},"resources":{"azurerm_resource_group":{"g":{"name":"g"}},
                    "azurerm_network_security_group":{"a":{"name":"n","security_rule":[%Rdp 100 Allow 3389]}}}})",
                 "terraform-state",
                 {"n / " + kRdp, "skip 1: resource of type azurerm_resource_group"}}),
    name_of);

TEST(TerraformAddresses, LoseTheirKeys) {
  EXPECT_EQ(without_keys("a.b"), "a.b");
  EXPECT_EQ(without_keys("module.m[0].a.b[\"x.y[1]\"]"), "module.m.a.b");
  EXPECT_EQ(without_keys(""), "");
}

}  // namespace
}  // namespace nsgcheck::io::terraform_test
