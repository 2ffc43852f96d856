// SPDX-License-Identifier: Apache-2.0
// Where deployments put what they make: subscription and resource group are part of what a group is.
#include <gtest/gtest.h>

#include "analyzer/io/arm/target.hpp"
#include "arm_case.hpp"

namespace nsgcheck::io::arm_case::arm_target_test {
namespace {

/// A rule by itself that denies tcp 22 to everybody, before the rule of nsg().
std::string child(const std::string& name, const std::string& more = "") {
  return R"({"type": "Microsoft.Network/networkSecurityGroups/securityRules", "name": ")" + name + '"' + more +
         R"(, "properties": {"priority": 90, "direction": "Inbound", "access": "Deny", "protocol": "Tcp",
      "sourceAddressPrefix": "*", "sourcePortRange": "*", "destinationAddressPrefix": "*", "destinationPortRange": "22"}})";
}

/// A deployment of `resources` with further members, e.g. R"("resourceGroup": "other")".
std::string nested(const std::string& members, const std::string& resources, const std::string& properties = "",
                   const std::string& sections = "") {
  return R"({"type": "Microsoft.Resources/deployments", "name": "d", )" + members +
         R"("properties": {"mode": "Incremental", )" + properties + R"("template": {)" + sections +
         R"("resources": [)" + resources + "]}}}";
}

std::string whole(const std::string& resources, const std::string& sections = "") {
  return R"({"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#", )" +
         sections + R"("resources": [)" + resources + "]}";
}

std::string group(const std::string& name) { return R"("resourceGroup": ")" + name + R"(", )"; }

const std::string kInner = R"("expressionEvaluationOptions": {"scope": "inner"}, )";
const std::string kParameters = R"("parameters": {"rg": {"type": "string"}, "other": {"type": "string"}}, )";
const std::string kHere = R"("parameters": {"rg": {"type": "string", "defaultValue": "[resourceGroup().name]"}}, )";
const std::string kOwn = "r 100 Inbound Allow Tcp *:* > *:22\n";
const std::string kDeny = "no 90 Inbound Deny Tcp *:* > *:22";

struct Row {
  const char* name;
  std::string text;
  std::string rules;
};

const std::string kWeb = nsg("web", "*");
const std::string kIts = child("web/no");
const std::string kJoined = "web:\n" + kOwn + kDeny + '\n';
const std::string kApart = "web:\n" + kOwn + "web:\n" + kDeny + "\ngap\n";
const std::string kPerhaps = "web:\n" + kOwn + kDeny + " maybe\nweb:\n" + kDeny + "\ngap\n";

const std::string kPassedOn = nested(
    group("other"), nested(group("[parameters('rg')]"), kIts, kInner, R"("parameters": {"rg": {"type": "string"}}, )"),
    kInner + R"("parameters": {"rg": {"value": "[resourceGroup().name]"}}, )",
    R"("parameters": {"rg": {"type": "string"}}, )");

const Row kRows[]{
    {"a deployment beside it", whole(kWeb + ',' + nested("", kIts)), kJoined},
    {"another resource group", whole(kWeb + ',' + nested(group("other"), kIts)), kApart},
    {"another subscription", whole(kWeb + ',' + nested(R"("subscriptionId": "1-2", )", kIts)), kApart},
    {"a scope of its own", whole(kWeb + ',' + child("web/no", R"(, "scope": "/subscriptions/x/resourceGroups/y")")),
     kApart},
    {"two resource groups", whole(nested(group("a"), kWeb) + ',' + nested(group("b"), kIts)), kApart},
    {"one resource group", whole(nested(group("a"), kWeb) + ',' + nested(group("A"), kIts)), kJoined},
    {"a deployment in a deployment", whole(nested(group("a"), kWeb + ',' + nested("", kIts))), kJoined},
    {"back in the group of another",
     whole(nested(group("a"), kWeb) + ',' + nested(group("b"), nested(group("a"), kIts))), kJoined},
    {"a group that is not known", whole(kWeb + ',' + nested(group("[parameters('rg')]"), kIts), kParameters), kPerhaps},
    {"one that is not known, twice",
     whole(nested(group("[parameters('rg')]"), kWeb) + ',' + nested(group("[parameters('rg')]"), kIts), kParameters),
     kJoined},
    {"two that are not known",
     whole(nested(group("[parameters('rg')]"), kWeb) + ',' + nested(group("[parameters('other')]"), kIts), kParameters),
     kPerhaps},
    {"a subscription that is not known",
     whole(kWeb + ',' + nested(R"("subscriptionId": "[parameters('rg')]", )", kIts), kParameters), kPerhaps},
    {"a scope that is not known",
     whole(kWeb + ',' + child("web/no", R"(, "scope": "[parameters('rg')]")"), kParameters), kPerhaps},
    {"its own group, said aloud", whole(kWeb + ',' + nested(group("[resourceGroup().name]"), kIts)), kJoined},
    {"its own group by default", whole(kWeb + ',' + nested(group("[parameters('rg')]"), kIts), kHere), kJoined},
    {"its own subscription",
     whole(kWeb + ',' + nested(R"("subscriptionId": "[subscription().subscriptionId]", )", kIts)), kJoined},
    {"an inner template's own group",
     whole(kWeb + ',' + nested(group("other"), nested(group("[resourceGroup().name]"), kIts), kInner)), kApart},
    {"an outer template's group",
     whole(kWeb + ',' + nested(group("other"), nested(group("[resourceGroup().name]"), kIts))), kJoined},
    {"the outermost's group, passed on", whole(kWeb + ',' + kPassedOn), kPerhaps},
    {"a child inside its group",
     whole(
         R"({"type": "Microsoft.Network/networkSecurityGroups", "name": "web", "scope": "/subscriptions/x/resourceGroups/y",
       "properties": {"securityRules": []}, "resources": [)" +
         child("no") + "]}"),
     "web:\n" + kDeny + '\n'},
    {"a template spec, for anybody to deploy",
     whole(kWeb + R"(, {"type": "Microsoft.Resources/templateSpecs/versions", "name": "s/1", "properties":
       {"mainTemplate": {"resources": [)" +
           kIts + "]}}}"),
     kPerhaps},
};

TEST(ArmTarget, IsPartOfWhatAGroupIs) {
  for (const Row& row : kRows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(rules_of(row.text), row.rules);
  }
}

TEST(ArmTarget, GivesGroupsElsewhereAnId) {
  const std::string tail = "/providers/Microsoft.Network/networkSecurityGroups/web";
  const std::string here = "/subscriptions/{subscriptionId}/resourceGroups/";
  struct Id {
    const char* name;
    std::string members, id;
  };
  const Id rows[]{
      {"where the template goes", "", ""},
      {"a resource group", group("other"), here + "other" + tail},
      {"one that is not known", group("[parameters('rg')]"), here + "{parameters('rg')}" + tail},
      {"a subscription", R"("subscriptionId": "1-2", "resourceGroup": "b", )",
       "/subscriptions/1-2/resourceGroups/b" + tail},
  };
  for (const Id& row : rows) {
    SCOPED_TRACE(row.name);
    const RuleSource source = read(document(whole(nested(row.members, kWeb), kParameters)));
    ASSERT_EQ(source.nsgs.size(), 1U);
    EXPECT_EQ(source.nsgs[0].id.value_or(""), row.id);
  }
}

// Where a reference says nothing of the place, the group of its own template is meant.
TEST(ArmTarget, DecidesWhichGroupASubnetMeans) {
  const auto subnet = [](const std::string& id) {
    return R"({"type": "Microsoft.Network/virtualNetworks", "name": "v", "properties": {"subnets": [{"name": "s",
      "properties": {"networkSecurityGroup": {"id": ")" +
           id + R"("}}}]}})";
  };
  const std::string own = "[resourceId('Microsoft.Network/networkSecurityGroups', 'web')]";
  const auto in = [](const std::string& name) {
    return "[resourceId('" + name + "', 'Microsoft.Network/networkSecurityGroups', 'web')]";
  };
  struct Place {
    const char* name;
    std::string here, there;  ///< further resources of group "a" and of group "b"
    std::string attached;     ///< the subnets of each
  };
  const Place rows[]{
      {"its own", "", subnet(own), ";v/s;"},
      {"another's", "", subnet(in("a")), "v/s;;"},
      {"another's, the other way round", subnet(in("b")), "", ";v/s;"},
      {"of a group that is not there", subnet(in("c")), "", ";;"},
  };
  for (const Place& row : rows) {
    SCOPED_TRACE(row.name);
    const auto with = [](const std::string& more) { return more.empty() ? kWeb : kWeb + ',' + more; };
    const RuleSource source =
        read(document(whole(nested(group("a"), with(row.here)) + ',' + nested(group("b"), with(row.there)))));
    std::string attached;
    for (const model::Nsg& nsg : source.nsgs) attached += (nsg.subnets.empty() ? "" : nsg.subnets[0]) + ';';
    EXPECT_EQ(attached, row.attached);
  }
}

TEST(ArmTarget, ComparesNamesAsFarAsTheyAreKnown) {
  using arm::Same;
  struct Names {
    const char *a, *b;
    Same same;
  };
  const Names rows[]{
      {"web", "WEB", Same::Yes},
      {"web", "db", Same::No},
      {"{parameters('n')}", "{Parameters('n')}", Same::Yes},
      {"{parameters('n')}", "{parameters('m')}", Same::Maybe},
      {"{parameters('n')}", "web", Same::Maybe},
      {"we{parameters('n')}", "web", Same::Maybe},
      {"web{parameters('n')}", "web", Same::Maybe},
      {"db{parameters('n')}", "web", Same::No},
      {"web-{parameters('n')}", "web", Same::No},
      {"{parameters('n')}-nsg", "web-NSG", Same::Maybe},
      {"{parameters('n')}-nsg", "nsg", Same::No},
      {"ab{parameters('n')}ba", "aba", Same::No},
      {"ab{parameters('n')}ba", "abba", Same::Maybe},
      {"a{parameters('n')}", "ab{parameters('n')}", Same::Maybe},
      {"a{parameters('n')}", "b{parameters('n')}", Same::No},
      {"{parameters('n')}a", "{parameters('n')}b", Same::No},
      {"{parameters('n')}-{parameters('m')}", "x-y", Same::Maybe},
  };
  for (const Names& row : rows) {
    SCOPED_TRACE(std::string{row.a} + " and " + row.b);
    EXPECT_EQ(arm::same_name(row.a, row.b), row.same);
    EXPECT_EQ(arm::same_name(row.b, row.a), row.same);
  }
}

// A child whose group has a name that is not known.
TEST(ArmTarget, RulesOfAGroupThatIsNotKnownArePerhapsOfEach) {
  const std::string parameter = R"("parameters": {"n": {"type": "string"}}, )";
  const std::string open = kDeny + " maybe\n";
  const auto part = [](const std::string& name) { return name + ":\n" + kDeny + "\ngap\n"; };
  const std::string kDb = nsg("db", "*");
  const Row rows[]{
      {"each group of the template",
       whole(kWeb + ',' + kDb + ',' + child("[format('{0}/no', parameters('n'))]"), parameter),
       "web:\n" + kOwn + open + "db:\n" + kOwn + open + part("[parameters('n')]")},
      {"those that the known part fits",
       whole(kWeb + ',' + kDb + ',' + child("[concat('w', parameters('n'), '/no')]"), parameter),
       "web:\n" + kOwn + open + "db:\n" + kOwn + part("w{parameters('n')}")},
      {"a group of that name before all others",
       whole(kWeb + ',' + nsg("[parameters('n')]", "*") + ',' + child("[format('{0}/no', parameters('n'))]"),
             parameter),
       "web:\n" + kOwn + "[parameters('n')]:\n" + kOwn + kDeny + '\n'},
      {"a group whose own name is not known", whole(nsg("[parameters('n')]", "*") + ',' + kIts, parameter),
       "[parameters('n')]:\n" + kOwn + open + part("web")},
      {"a group of which only rules are there",
       whole(child("ops/no") + ',' + child("[format('{0}/no', parameters('n'))]"), parameter),
       part("ops") + part("[parameters('n')]")},
      {"a name that is not known where it is cut", whole(kWeb + ',' + child("[parameters('n')]"), parameter),
       "web:\n" + kOwn + "[parameters('n')] 90 Inbound Deny Tcp *:* > *:22 maybe\n[parameters('n')]:\n" +
           "[parameters('n')] 90 Inbound Deny Tcp *:* > *:22\ngap\n"},
      {"another resource group all the same",
       whole(kWeb + ',' + nested(group("other"), child("[format('{0}/no', parameters('n'))]")), parameter),
       "web:\n" + kOwn + part("[parameters('n')]")},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(rules_of(row.text), row.rules);
  }
}

}  // namespace
}  // namespace nsgcheck::io::arm_case::arm_target_test
