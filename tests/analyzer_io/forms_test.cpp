// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/analyzer_io/source_text.hpp"

namespace nsgcheck::io::forms_test {
namespace {

class Forms : public testing::TestWithParam<FormCase> {};

TEST_P(Forms, AreKnownByTheirContent) {
  std::string format;
  const auto lines = source_lines(GetParam().text, &format);
  EXPECT_EQ(format, GetParam().format);
  EXPECT_THAT(lines, testing::ElementsAreArray(GetParam().lines));
}

std::string name_of(const testing::TestParamInfo<FormCase>& row) { return row.param.name; }

const std::string kRdp = "Rdp 100 Allow inbound tcp *:* > *:3389-3389";
const std::string kWeb = "Web 200 Deny inbound tcp *:* > *:80-80";
const std::string kGap =
    "gap  ?invalid-rule ?invalid-rule ?invalid-rule ?invalid-rule ?invalid-rule:?invalid-rule > "
    "?invalid-rule:?invalid-rule";

// nsg-semantics 4.1 to 4.3 and 4.8.
INSTANTIATE_TEST_SUITE_P(
    Azure, Forms,
    testing::Values(
        FormCase{"Rest",
                 R"({"type":"Microsoft.Network/networkSecurityGroups","name":"n","properties":{"securityRules":[
                    @Rdp 100 Allow 3389, @Web 200 Deny 80]}})",
                 "rest",
                 {"n / " + kRdp, "n / " + kWeb}},
        FormCase{"RestOfAnotherResource",
                 R"({"type":"Microsoft.Network/virtualNetworks","name":"v","properties":{}})",
                 "rest",
                 {"skip 1: resource of type Microsoft.Network/virtualNetworks"}},
        FormCase{"AzureLocalIsAnotherKind",
                 R"({"type":"Microsoft.AzureStackHCI/networkSecurityGroups","properties":{"securityRules":[]}})",
                 "rest",
                 {"skip 1: resource of type Microsoft.AzureStackHCI/networkSecurityGroups"}},
        FormCase{
            "RestList",
            R"({"value":[{"type":"microsoft.network/networksecuritygroups","name":"a","properties":{"securityRules":[]}},
                    {"type":"Microsoft.Compute/disks","name":"d"},
                    {"name":"b","properties":{"securityRules":[@Rdp 100 Allow 3389]}}]})",
            "rest-list",
            {"a /", "b / " + kRdp, "skip 2: resource of type Microsoft.Compute/disks"}},
        FormCase{"EmptyRestList", R"({"value":[]})", "rest-list", {}},
        FormCase{"RestListWithFurtherPages",
                 R"({"value":[],
          "nextLink":"https://management.azure.com/x"})",
                 "rest-list",
                 {"error 2:22: nextLink: the list goes on in a further page that is not in this file"}},
        FormCase{"OneOddPartOfAList",
                 R"({"value":[{"name":"a","properties":{"securityRules":[]}},
                    42, {"what":1}]})",
                 "rest-list",
                 {"a /", "error 2:21: '42' where a network security group or a rule belongs",
                  "error 2:25: an object that is neither a network security group nor a rule"}},
        FormCase{
            "RestRules",
            R"({"value":[{"id":"/s/1/networkSecurityGroups/web/securityRules/Rdp","name":"Rdp","properties":{"priority":100,
                    "access":"Allow","direction":"Inbound","protocol":"Tcp","sourceAddressPrefix":"*",
                    "sourcePortRange":"*","destinationAddressPrefix":"*","destinationPortRange":"3389"}}]})",
            "rest-list",
            {"web / " + kRdp}},
        FormCase{"DefaultRulesByType",
                 R"({"value":[{"type":"Microsoft.Network/networkSecurityGroups/defaultSecurityRules","name":"Rdp",
                    "properties":{"priority":100,"access":"Allow","direction":"Inbound","protocol":"Tcp",
                    "sourceAddressPrefix":"*","sourcePortRange":"*","destinationAddressPrefix":"*",
                    "destinationPortRange":"3389"}}]})",
                 "rest-list",
                 {"sample / default " + kRdp}},
        FormCase{"Cli",
                 R"({"name":"n","resourceGroup":"g","securityRules":[%Rdp 100 Allow 3389],"defaultSecurityRules":[],
                    "subnets":[{"id":"/v/s"}],"type":"Microsoft.Network/networkSecurityGroups"})",
                 "az-cli",
                 {"n / " + kRdp, "n on subnet /v/s"}},
        FormCase{"CliList",
                 R"([{"name":"n","securityRules":[%Rdp 100 Allow 3389]},{"name":"m","securityRules":[]}])",
                 "az-cli",
                 {"n / " + kRdp, "m /"}},
        FormCase{"HalfFlattened", R"([{"name":"n","securityRules":[@Rdp 100 Allow 3389]}])", "az-cli", {"n / " + kRdp}},
        FormCase{"CliCreate",
                 R"({"NewNSG":{"name":"n","defaultSecurityRules":[],"securityRules":[@Web 200 Deny 80]}})",
                 "az-new-nsg",
                 {"n / " + kWeb}},
        FormCase{"NestedArray",
                 R"([{"name":"n","properties":{"securityRules":[@Rdp 100 Allow 3389]}}])",
                 "rest-list",
                 {"n / " + kRdp}},
        FormCase{"RuleList",
                 R"([@Rdp 100 Allow 3389, %Web 200 Deny 80])",
                 "rule-list",
                 {"sample / " + kRdp, "sample / " + kWeb}},
        FormCase{"RuleListWithOddEntry",
                 R"([%Rdp 100 Allow 3389, "x"])",
                 "rule-list",
                 {"sample / " + kRdp, "error 3:39: 'x' where a network security group or a rule belongs"}},
        FormCase{
            "OneRule",
            "@Rdp 100 Allow 3389\n",
            "rule-list",
            {"sample / " + kRdp,
             "sample / gap the group's other rules ?missing-attachment ?missing-attachment ?missing-attachment "
             "?missing-attachment ?missing-attachment:?missing-attachment > ?missing-attachment:?missing-attachment",
             "skip 1: network security group \"sample\" is not part of the file: its other rules are not known"}},
        FormCase{"AListOfOneRule", "[@Rdp 100 Allow 3389]\n", "rule-list", {"sample / " + kRdp}},
        FormCase{"GroupWhoseRulesAreNotShown",
                 R"([{"type":"Microsoft.Network/networkSecurityGroups","name":"n","location":"west"}])",
                 "az-cli",
                 {"n / " + kGap}},
        FormCase{"Unknown", R"({"hello":"world"})", "", {}}, FormCase{"Scalar", "1", "", {}},
        FormCase{"EmptyArray", "[]", "", {}}),
    name_of);

INSTANTIATE_TEST_SUITE_P(
    ResourceGraph, Forms,
    testing::Values(
        FormCase{"Rows",
                 R"({"count":1,"data":[{"type":"microsoft.network/networksecuritygroups","name":"n","tenantId":"t",
                    "properties":{"securityRules":[@Rdp 100 Allow 3389]}}],"skip_token":null,"total_records":1})",
                 "resource-graph",
                 {"n / " + kRdp}},
        FormCase{"Truncated",
                 R"({"data":[],"resultTruncated":"true"})",
                 "resource-graph",
                 {"error 1:30: resultTruncated: the answer is not complete"}},
        FormCase{"MorePages",
                 R"({"data":[],"$skipToken":"abc"})",
                 "resource-graph",
                 {"error 1:25: $skipToken: the answer goes on in a further page that is not in this file"}},
        FormCase{"Table",
                 R"({"data":{"columns":[{"name":"name","type":"string"},{"name":"properties","type":"object"},
                    {"name":"type","type":"string"}],"rows":[["n",{"securityRules":[@Web 200 Deny 80]},
                    "microsoft.network/networksecuritygroups"]]}})",
                 "resource-graph",
                 {"n / " + kWeb}},
        FormCase{"BareRows",
                 R"([{"subscriptionId":"s","tenantId":"t","type":"microsoft.network/networksecuritygroups","name":"n",
                    "properties":{"securityRules":[]}}])",
                 "resource-graph",
                 {"n /"}},
        FormCase{"OneRuleARowInAColumn",
                 R"({"data":[{"name":"n","rules":@Rdp 100 Allow 3389},{"name":"n","rules":@Web 200 Deny 80},
                    {"name":"m","rules":@Rdp 100 Allow 3389}]})",
                 "resource-graph",
                 {"n / " + kRdp, "n / " + kWeb, "m / " + kRdp}},
        FormCase{"OneRuleARowOverColumns",
                 R"({"data":[{"nsgName":"n","ruleName":"Rdp","properties_priority":100,"properties_access":"Allow",
                    "properties_direction":"Inbound","rule.protocol":"Tcp","properties_sourceAddressPrefix":"*",
                    "properties_sourcePortRange":"*","properties_destinationAddressPrefix":"*",
                    "properties_destinationPortRange":"3389"}]})",
                 "resource-graph",
                 {"n / " + kRdp}},
        FormCase{"RulesInAColumnOfTheGroup",
                 R"({"data":[{"name":"n","properties_securityRules":[@Rdp 100 Allow 3389]}]})",
                 "resource-graph",
                 {"n / " + kRdp}},
        FormCase{"GroupsWithoutTheirRules",
                 R"({"data":[{"type":"microsoft.network/networksecuritygroups","name":"n"}]})",
                 "resource-graph",
                 {"n / " + kGap}}),
    name_of);

// nsg-semantics 4.7.
INSTANTIATE_TEST_SUITE_P(
    PowerShell, Forms,
    testing::Values(
        FormCase{"Whole",
                 R"({"Name":"n","SecurityRules":[#Rdp 100 Allow 3389],"DefaultSecurityRules":[#Web 200 Deny 80]})",
                 "powershell",
                 {"n / " + kRdp, "n / default " + kWeb}},
        FormCase{"List",
                 R"([{"Name":"n","SecurityRules":[]},{"Name":"m","SecurityRules":[#Web 200 Deny 80]}])",
                 "powershell",
                 {"n /", "m / " + kWeb}},
        FormCase{"ListUnderValue",
                 R"({"value":[{"Name":"n","SecurityRules":[#Web 200 Deny 80]}],"Count":1})",
                 "powershell",
                 {"n / " + kWeb}},
        FormCase{"RuleList",
                 "[#Rdp 100 Allow 3389,#Web 200 Deny 80]",
                 "powershell",
                 {"sample / " + kRdp, "sample / " + kWeb}},
        FormCase{"CutRules",
                 R"({"Name":"n",
 "SecurityRules":["Microsoft.Azure.Commands.Network.Models.PSSecurityRule"],"DefaultSecurityRules":[]})",
                 "powershell",
                 {"n / " + kGap,
                  "error 2:19: ConvertTo-Json has cut SecurityRules here: "
                  "\"Microsoft.Azure.Commands.Network.Models.PSSecurityRule\"; export it again with -Depth 10"}},
        FormCase{"CutList",
                 R"([{"Name":"n","SecurityRules":[{"Name":"r","Priority":100,"Access":"Allow","Direction":"Inbound",
"Protocol":"Tcp","SourceAddressPrefix":"10.0.0.0/8 192.168.0.0/16","SourcePortRange":"*",
"DestinationAddressPrefix":"*","DestinationPortRange":"80"}]}])",
                 "powershell",
                 {"n / r 100 Allow inbound tcp ?invalid-rule:* > *:80-80",
                  "error 2:40: ConvertTo-Json has cut SecurityRules here: \"10.0.0.0/8 192.168.0.0/16\"; export it "
                  "again with -Depth 10"}},
        FormCase{"CutButKeptAsText",
                 R"({"Name":"n","SecurityRules":"Microsoft.Azure.Commands.Network.Models.PSSecurityRule",
                 "SecurityRulesText":"[{\"Name\":\"Rdp\",\"Priority\":100,\"Access\":\"Allow\",\"Direction\":\"Inbound\",\"Protocol\":\"Tcp\",\"SourceAddressPrefix\":[\"*\"],\"SourcePortRange\":[\"*\"],\"DestinationAddressPrefix\":[\"*\"],\"DestinationPortRange\":[\"3389\"]}]"})",
                 "powershell",
                 {"n / " + kRdp}},
        FormCase{
            "PsRule",
            R"([{"ResourceId":"/s/routeTables/r","ResourceName":"r","Type":"Microsoft.Network/routeTables","Properties":{}},
                    {"ResourceId":"/s/networkSecurityGroups/n","ResourceName":"n",
                     "Type":"Microsoft.Network/networkSecurityGroups","Properties":{"securityRules":[@Rdp 100 Allow 3389]}}])",
            "psrule-export",
            {"n / " + kRdp, "skip 1: resource of type Microsoft.Network/routeTables"}}),
    name_of);

INSTANTIATE_TEST_SUITE_P(
    Others, Forms,
    testing::Values(
        FormCase{
            "Effective",
            R"({"value":[{"networkSecurityGroup":{"id":"/s/networkSecurityGroups/n"},"association":{"subnet":{"id":"/v/s"}},
  "effectiveSecurityRules":[{"name":"securityRules/Rdp","protocol":"Tcp","sourcePortRange":"0-65535",
   "sourcePortRanges":["0-65535"],"destinationPortRange":"3389-3389","sourceAddressPrefix":"0.0.0.0/0",
   "sourceAddressPrefixes":["0.0.0.0/0","0.0.0.0/0"],"destinationAddressPrefix":"10.0.0.4/32","access":"Allow",
   "priority":100,"direction":"Inbound"},{"name":"defaultSecurityRules/DenyAllInBound","protocol":"All",
   "sourcePortRange":"0-65535","destinationPortRange":"0-65535","sourceAddressPrefix":"0.0.0.0/0",
   "destinationAddressPrefix":"VirtualNetwork","access":"Deny","priority":65500,"direction":"Inbound"}]},
  {"association":{"networkManager":{"id":"/m/1"}},"effectiveSecurityRules":[]},
  {"association":{}}]})",
            "effective-rules",
            {"n / Rdp 100 Allow inbound tcp *:0-65535 > 10.0.0.4/32:3389-3389",
             "n / default DenyAllInBound 65500 Deny inbound * *:0-65535 > tag VirtualNetwork:0-65535",
             "n on subnet /v/s",
             "skip 8: security admin rules of the network manager /m/1: they stand before the rules of each group of "
             "this answer",
             "error 9:3: an entry without effectiveSecurityRules"}},
        // What Azure lists for a name stands in its place, in all shapes; nothing listed means nothing is expanded.
        FormCase{"EffectiveExpanded",
                 R"({"value":[{"networkSecurityGroup":{"id":"/s/networkSecurityGroups/n"},"effectiveSecurityRules":[
 {"name":"securityRules/a","protocol":"Tcp","sourcePortRange":"0-65535","destinationPortRange":"3389-3389",
  "sourceAddressPrefix":"VirtualNetwork","sourceAddressPrefixes":["VirtualNetwork"],"destinationAddressPrefix":"0.0.0.0/0",
  "expandedSourceAddressPrefix":["10.3.0.0/16","168.63.129.16/32"],"expandedDestinationAddressPrefix":null,
  "access":"Allow","priority":100,"direction":"Inbound"},
 {"name":"securityRules/b","protocol":"Tcp","sourcePortRange":"0-65535","destinationPortRange":"22-22",
  "sourceAddressPrefix":"virtualnetwork","destinationAddressPrefix":"Storage","expandedSourceAddressPrefix":[],
  "expandedDestinationAddressPrefix":[],"access":"Deny","priority":110,"direction":"Inbound"},
 {"name":"securityRules/c","protocol":"Tcp","sourcePortRange":"0-65535","destinationPortRange":"22-22",
  "sourceAddressPrefixes":["Sql","Storage"],"destinationAddressPrefix":"Other",
  "expandedSourceAddressPrefix":["20.0.0.0/8","21.0.0.0/8"],"access":"Deny","priority":120,"direction":"Inbound"}],
  "tagMap":{"Storage":["20.0.0.0/8"],"Sql":["21.0.0.0/8"],"Other":[],"x":null}}]})",
                 "effective-rules",
                 {"n / a 100 Allow inbound tcp 10.3.0.0/16,168.63.129.16/32:0-65535 > *:3389-3389",
                  "n / b 110 Deny inbound tcp 10.3.0.0/16,168.63.129.16/32:0-65535 > 20.0.0.0/8:22-22",
                  "n / c 120 Deny inbound tcp 21.0.0.0/8,20.0.0.0/8:0-65535 > tag Other:22-22"}},
        FormCase{"EffectiveExpandedPowerShell",
                 R"([{"NetworkSecurityGroup":{"Id":"/s/networkSecurityGroups/n"},"EffectiveSecurityRules":[
 {"Name":"securityRules/a","Protocol":"Tcp","SourcePortRange":["0-65535"],"DestinationPortRange":["3389-3389"],
  "SourceAddressPrefix":["Internet"],"DestinationAddressPrefix":["VirtualNetwork"],
  "ExpandedSourceAddressPrefix":["32.0.0.0/3","2000::/3"],"ExpandedDestinationAddressPrefix":"10.3.0.0/16 10.4.0.0/16",
  "Access":"Allow","Priority":100,"Direction":"Inbound"},
 {"Name":"securityRules/b","Protocol":"Tcp","SourcePortRange":["0-65535"],"DestinationPortRange":["22-22"],
  "SourceAddressPrefix":["Sql"],"DestinationAddressPrefix":["0.0.0.0/0"],"ExpandedSourceAddressPrefix":[],
  "ExpandedDestinationAddressPrefix":[],"Access":"Deny","Priority":110,"Direction":"Inbound"}],
  "TagMap":"{\"Sql\":[\"21.0.0.0/8\"]}"}])",
                 "effective-rules",
                 {"n / a 100 Allow inbound tcp 32.0.0.0/3,2000::/3:0-65535 > 10.3.0.0/16,10.4.0.0/16:3389-3389",
                  "n / b 110 Deny inbound tcp 21.0.0.0/8:0-65535 > *:22-22"}},
        FormCase{"EffectiveExpandedOddly",
                 R"({"networkSecurityGroup":{"id":"/s/networkSecurityGroups/n"},"effectiveSecurityRules":[
 {"name":"securityRules/a","protocol":"Tcp","sourcePortRange":"0-65535","destinationPortRange":"3389-3389",
  "sourceAddressPrefix":"VirtualNetwork","destinationAddressPrefix":"0.0.0.0/0",
  "expandedSourceAddressPrefix":["10.3.0.0/16",7,"here"],"access":"Deny","priority":100,"direction":"Inbound"}],
  "tagMap":{"Sql":["there"]}})",
                 "effective-rules",
                 {"n / a 100 Deny inbound tcp 10.3.0.0/16,?invalid-rule,?invalid-rule:0-65535 > *:3389-3389",
                  "error 5:20: tagMap, Sql: \"there\" is no address prefix"}},
        FormCase{"WhatIf",
                 R"({"status":"Succeeded","changes":[
{"resourceId":"/s/networkSecurityGroups/a","changeType":"Modify","before":{"name":"a","properties":{"securityRules":[]}},
 "after":{"name":"a","type":"Microsoft.Network/networkSecurityGroups","properties":{"securityRules":[@Rdp 100 Allow 3389]}}},
{"resourceId":"/s/networkSecurityGroups/b","changeType":"Ignore","before":{"name":"b","properties":{"securityRules":[@Web 200 Deny 80]}}},
{"resourceId":"/s/networkSecurityGroups/c","changeType":"Delete","before":{}},
{"resourceId":"/s/networkSecurityGroups/d","changeType":"Unsupported"}]})",
                 "what-if",
                 {"a / " + kRdp, "b / " + kWeb, "skip 7: /s/networkSecurityGroups/c: will be deleted",
                  "error 8:1: /s/networkSecurityGroups/d (Unsupported): the answer does not show it"}},
        FormCase{
            "WhatIfOfRulesOfAnUnchangedGroup",
            R"({"changes":[
{"resourceId":"/s/networkSecurityGroups/a","changeType":"Ignore","before":{"id":"/s/networkSecurityGroups/a","name":"a",
 "type":"Microsoft.Network/networkSecurityGroups","properties":{"securityRules":[@Rdp 100 Allow 3389, @Web 200 Allow 80, @Old 300 Allow 1]}}},
{"resourceId":"/S/networkSecurityGroups/A/securityRules/Web","changeType":"Modify","after":{"id":"/S/networkSecurityGroups/A/securityRules/Web",
 "type":"Microsoft.Network/networkSecurityGroups/securityRules","name":"Web","properties":{"priority":200,"access":"Deny","direction":"Inbound",
 "protocol":"Tcp","sourceAddressPrefix":"*","sourcePortRange":"*","destinationAddressPrefix":"*","destinationPortRange":"80"}}},
{"resourceId":"/s/networkSecurityGroups/a/securityRules/old","changeType":"Delete"}],
"potentialChanges":[{"resourceId":"/s/networkSecurityGroups/z","changeType":"Modify"},
{"resourceId":"/s/disks/z","changeType":"Modify"}]})",
            "what-if",
            {"a / " + kRdp, "a / " + kWeb, "skip 10: /s/networkSecurityGroups/a/securityRules/old: will be deleted",
             "skip 12: /s/disks/z (Modify): a potential change; whether it comes is known while the deployment runs "
             "only",
             "error 11:21: /s/networkSecurityGroups/z (Modify): a potential change; whether it comes is known while "
             "the deployment runs only"}},
        FormCase{
            "SecurityAdminRules",
            R"({"value":[
{"type":"Microsoft.Network/networkManagers/securityAdminConfigurations/ruleCollections/rules","name":"deny","kind":"Custom",
 "properties":{"access":"Deny","direction":"Inbound","priority":1,"protocol":"Any"}},
{"id":"/n/securityAdminConfigurations/c/ruleCollections/r/rules/deliver","kind":"Custom","properties":{"access":"AlwaysAllow",
 "direction":"Inbound","priority":2,"protocol":"Tcp"}}],
"skipToken":"x"})",
            "security-admin",
            {"skip 2: security admin rule deny (Deny, priority 1): looked at before any NSG; it counts on the way "
             "through a deployment (reach, replay) and perhaps through the networks of the inputs, not in what an NSG "
             "alone lets through",
             "skip 4: security admin rule deliver (AlwaysAllow, priority 2): looked at before any NSG; it counts on "
             "the way through a deployment (reach, replay) and perhaps through the networks of the inputs, not in what "
             "an NSG alone lets through",
             "error 6:13: skipToken: the list goes on in a further page that is not in this file"}},
        FormCase{"ResourceGraphWithFewerRowsThanThereAre",
                 R"({"count":1,
"total_records":2,"data":[{"type":"microsoft.network/networksecuritygroups","name":"n","properties":{"securityRules":[]}}]})",
                 "resource-graph",
                 {"n /", "error 2:17: total_records is 2, but only 1 rows are in this file"}},
        FormCase{"Cassette",
                 R"({"version":1,"interactions":[
{"response":{"body":{"data":{"value":[{"name":"n","properties":{"securityRules":[@Rdp 100 Allow 3389]}}]}}}},
{"response":{"body":{"string":"{\"name\":\"m\",\"properties\":{\"securityRules\":[]}}"}}},
{"response":{"body":{"string":"{\"name\":"}}},
{"response":{"body":{"string":""}}},
{"response":{"body":{"data":{"type":"Microsoft.Network/networkWatchers"}}}},
{"response":{"body":{"string":"{\"name\":\"m\",\"properties\":{\"securityRules\":[]}}"}}}]})",
                 "cassette",
                 {"n / " + kRdp, "m /", "skip 7: resource of type Microsoft.Network/networkWatchers",
                  "error 5:31: the JSON inside this text has a fault in its line 1, column 9: the file ends inside the "
                  "object that starts in line 1: '}' is missing"}},
        FormCase{"BuildingBlocks",
                 R"({"$schema":"https://x/buildingBlocks.json","parameters":{"buildingBlocks":{"value":[
{"type":"VirtualNetwork","settings":[]},
{"type":"NetworkSecurityGroup","settings":[{"name":"n","securityRules":[{"name":"RDP","sourceAddressPrefix":"10.0.0.0/8"},
 %Web 200 Deny 80]}]}]}}})",
                 "building-blocks",
                 {"n / gap RDP ?unresolved-expression ?unresolved-expression ?unresolved-expression "
                  "?unresolved-expression ?unresolved-expression:?unresolved-expression > "
                  "?unresolved-expression:?unresolved-expression",
                  "n / " + kWeb, "skip 2: building block of type VirtualNetwork"}},
        FormCase{"ArmTemplate",
                 R"({"$schema":"https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
                    "contentVersion":"1.0.0.0","resources":[{"type":"Microsoft.Network/networkSecurityGroups","name":"n",
                    "apiVersion":"2023-09-01","properties":{"securityRules":[@Rdp 100 Allow 3389]}}]})",
                 "arm-template",
                 {"n / " + kRdp}},
        FormCase{"ArmParameters",
                 R"({"$schema":"https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#",
                    "parameters":{}})",
                 "arm-parameters",
                 {"skip 1: a file of this form holds no network security group"}},
        FormCase{"ServiceTags",
                 R"({"cloud":"Public","values":[{"name":"A","properties":{"addressPrefixes":[]}}]})",
                 "service-tags",
                 {"skip 1: a file of this form holds no network security group"}},
        FormCase{"FlowLog",
                 R"({"records":[{"properties":{"Version":2,"flows":[]}}]})",
                 "flow-log",
                 {"skip 1: a file of this form holds no network security group"}}),
    name_of);

}  // namespace
}  // namespace nsgcheck::io::forms_test
