// SPDX-License-Identifier: Apache-2.0
// What inputs leave open, compared: alike only where it surely turns out alike (interface 1, 5).
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/cli/call.hpp"

namespace nsgcheck::cli::diff_open_values_test {
namespace {

nlohmann::json json_of(const std::vector<std::string>& sides) {
  return nlohmann::json::parse(call({"diff", sides.at(0), sides.at(1), "-f", "json"}).out);
}

std::string rule(const std::string& source) {
  return R"({"priority": 100, "direction": "Inbound", "access": "Allow", "protocol": "Tcp", "sourceAddressPrefix": ")" +
         source + R"(", "sourcePortRange": "*", "destinationAddressPrefix": "*", "destinationPortRange": "3389"})";
}

// One rule of a nested deployment with expressions of its own, which gives `given` for the parameter p.
std::string nested(const std::string& given) {
  return R"({"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
    "parameters": {"a": {"type": "string"}, "b": {"type": "string"}},
    "resources": [{"type": "Microsoft.Resources/deployments", "name": "d", "properties": {
      "expressionEvaluationOptions": {"scope": "inner"}, "parameters": {"p": {"value": ")" +
         given + R"("}}, "template": {"parameters": {"p": {"type": "string"}}, "resources": [
      {"type": "Microsoft.Network/networkSecurityGroups", "name": "web", "properties": {"securityRules": [)" +
         R"({"name": "a", "properties": )" + rule("[parameters('p')]") + "}]}}]}}}]}";
}

// "Written alike" holds in one scope: what a parameter was given is compared, not its name (interface 1, 5).
TEST(DiffOpenValues, WhatNestedDeploymentsPassOn) {
  const Folder folder;
  const std::string a = folder.write("a.json", nested("[parameters('a')]"));
  const std::string spaced = folder.write("spaced.json", nested("[ parameters( 'a' ) ]"));
  const std::string b = folder.write("b.json", nested("[parameters('b')]"));
  const std::string here = folder.write("here.json", nested("[reference('here').ip]"));
  const std::string there = folder.write("there.json", nested("[reference('there').ip]"));
  struct Row {
    const char* name;
    std::string before, after;
    Exit exit;
  };
  const Row rows[]{
      {"TheSameParameter", a, spaced, Exit::Clean},
      {"AnotherParameter", a, b, Exit::Findings},
      {"AnotherRunTimeValue", here, there, Exit::Findings},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(call({"diff", row.before, row.after}).exit, row.exit);
    if (row.exit == Exit::Clean) continue;
    const auto report = json_of({row.before, row.after});
    EXPECT_EQ(report["equivalent"], false);
    EXPECT_EQ(report["nsgs"][0]["unknownRegion"][0]["reason"], "unresolved-expression");
  }
}

std::string conditional(const std::string& condition, const std::string& loop = {}) {
  return R"({"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
    "parameters": {"a": {"type": "bool"}, "b": {"type": "bool"}, "n": {"type": "int"}},
    "resources": [{"type": "Microsoft.Network/networkSecurityGroups", "name": "web",)" +
         condition + loop + R"("properties": {"securityRules": [{"name": "a", "properties": )" + rule("8.8.8.8") +
         "}]}}]}";
}

std::string with_default(const std::string& value, const std::string& used, const std::string& function = "r") {
  return R"({"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
    "parameters": {"p": {"type": "string", "defaultValue": ")" +
         value + R"("}, "q": {"type": "string"}},
    "functions": [{"namespace": "f", "members": {"ip": {"output": {"type": "string", "value": "[reference(')" +
         function +
         R"(').ip]"}}}}],
    "resources": [{"type": "Microsoft.Network/networkSecurityGroups", "name": "web", "properties": {"securityRules": [)" +
         R"({"name": "a", "properties": )" + rule(used) + "}]}}]}";
}

// Nor is it enough in one template: what is known goes into what is not (interface 1, 5).
TEST(DiffOpenValues, WhatParametersAddToOpenValues) {
  const Folder folder;
  const std::string used = "[reference(parameters('p')).ip]";
  const std::string one = folder.write("one.json", with_default("a", used));
  const std::string spaced = folder.write("spaced.json", with_default("a", "[ reference(parameters( 'p' )).ip ]"));
  const std::string two = folder.write("two.json", with_default("b", used));
  const std::string open = folder.write("open.json", with_default("a", "[reference(parameters('q')).ip]"));
  const std::string still_open = folder.write("still-open.json", with_default("b", "[reference(parameters('q')).ip]"));
  const std::string late = folder.write("late.json", with_default("[reference('a').ip]", "[parameters('p')]"));
  const std::string later = folder.write("later.json", with_default("[reference('b').ip]", "[parameters('p')]"));
  const std::string function = folder.write("function.json", with_default("a", "[f.ip()]"));
  const std::string other_function = folder.write("other-function.json", with_default("a", "[f.ip()]", "s"));
  struct Row {
    const char* name;
    std::string before, after;
    Exit exit;
  };
  const Row rows[]{
      {"TheSameValue", one, spaced, Exit::Clean},
      {"AnotherValue", one, two, Exit::Findings},
      {"NoValueOnEitherSide", open, still_open, Exit::Clean},
      {"AnotherRunTimeValue", late, later, Exit::Findings},
      {"TheSameFunction", function, function, Exit::Clean},
      {"AnotherFunctionOfThatName", function, other_function, Exit::Findings},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    const auto report = json_of({row.before, row.after});
    EXPECT_EQ(call({"diff", row.before, row.after}).exit, row.exit);
    if (row.exit == Exit::Clean) continue;
    EXPECT_EQ(report["equivalent"], false);
    EXPECT_EQ(report["nsgs"][0]["unknownRegion"][0]["reason"], "unresolved-expression");
  }
}

// A group that may not be deployed may let everything pass (semantics 3; 5 "removed").
TEST(DiffOpenValues, AGroupThatMayNotBeDeployed) {
  const Folder folder;
  const std::string there = folder.write("there.json", conditional(""));
  const std::string a = folder.write("a.json", conditional(R"("condition": "[parameters('a')]",)"));
  const std::string also_a = folder.write("also-a.json", conditional(R"( "condition" : "[parameters('a')]", )"));
  const std::string b = folder.write("b.json", conditional(R"("condition": "[parameters('b')]",)"));
  const std::string looped =
      folder.write("loop.json", conditional("", R"("copy": {"name": "l", "count": "[parameters('n')]"},)"));
  const std::string known = folder.write("known.json", conditional(R"("condition": "[equals(1, 1)]",)"));
  struct Row {
    const char* name;
    std::string before, after;
    bool equivalent;
  };
  const Row rows[]{
      {"NewlyConditional", there, a, false},
      {"NoMoreConditional", a, there, false},
      {"TheSameCondition", a, also_a, true},
      {"AnotherCondition", a, b, false},
      {"HowManyIsNotKnown", there, looped, false},
      {"AConditionThatHolds", there, known, true},
      {"Itself", looped, looped, true},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    const auto report = json_of({row.before, row.after});
    EXPECT_EQ(call({"diff", row.before, row.after}).exit, row.equivalent ? Exit::Clean : Exit::Findings);
    EXPECT_EQ(report["equivalent"], row.equivalent);
    const auto& regions = report["nsgs"][0]["unknownRegion"];
    ASSERT_EQ(regions.empty(), row.equivalent);
    for (const auto& region : regions) EXPECT_EQ(region["reason"], "unresolved-expression");
  }
  // What the rules allow passes with and without the group; what they deny is in doubt.
  const auto regions = json_of({there, a})["nsgs"][0]["unknownRegion"];
  EXPECT_EQ(regions[0]["oldVerdict"], "deny");
  EXPECT_EQ(regions[0]["newVerdict"], "unknown");
  EXPECT_EQ(regions[0]["oldRule"]["name"], "DenyAllInBound");
  EXPECT_EQ(regions[0]["newRule"], nullptr);
  EXPECT_EQ(json_of({a, also_a})["assumptions"].back()["code"], "open-values-alike");
}

}  // namespace
}  // namespace nsgcheck::cli::diff_open_values_test
