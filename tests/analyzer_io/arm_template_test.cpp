// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "analyzer/io/arm/template.hpp"
#include "arm_case.hpp"

namespace nsgcheck::io::arm_case::arm_template_test {
namespace {

/// A rule object; `source` and `port` are JSON values.
std::string rule(const std::string& name, const std::string& priority, const std::string& source,
                 const std::string& port) {
  return R"({"name": )" + name + R"(, "properties": {"priority": )" + priority +
         R"(, "direction": "Inbound", "access": "Allow", "protocol": "Tcp", "sourceAddressPrefix": )" + source +
         R"(, "sourcePortRange": "*", "destinationAddressPrefix": "*", "destinationPortRange": )" + port + "}}";
}

std::string nsg(const std::string& name, const std::string& rules, const std::string& more = "") {
  return R"({"type": "Microsoft.Network/networkSecurityGroups", "apiVersion": "2023-09-01", "name": )" + name + more +
         R"(, "properties": {"securityRules": )" + rules + "}}";
}

/// A template of these sections ("\"parameters\": {...},") and resources.
std::string whole(const std::string& sections, const std::string& resources) {
  return R"({"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#", )" +
         sections + R"( "resources": [)" + resources + "]}";
}

const std::string kOneRule = "[" + rule(R"("r")", "100", R"("10.0.0.0/8")", R"("22")") + "]";
const std::string kOneLine = "r 100 Inbound Allow Tcp 10.0.0.0/8:* > *:22\n";

struct TemplateCase {
  const char* name;
  std::string text;
  std::string rules;
};

void expect_rules(const std::vector<TemplateCase>& cases) {
  for (const TemplateCase& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(rules_of(c.text), c.rules) << skipped(read(document(c.text)));
  }
}

std::string parameter_rule(const std::string& expression) {
  return "[" + rule(R"("r")", "100", '"' + expression + '"', R"("22")") + "]";
}

std::string source_is(const std::string& source) { return "n:\nr 100 Inbound Allow Tcp " + source + ":* > *:22\n"; }

TEST(ArmTemplate, ParametersAndVariables) {
  const auto with = [](const std::string& sections, const std::string& expression) {
    return whole(sections, nsg(R"("n")", parameter_rule(expression)));
  };
  expect_rules({
      {"a literal", whole("", nsg(R"("n")", kOneRule)), "n:\n" + kOneLine},
      {"a default value",
       with(R"("parameters": {"a": {"type": "string", "defaultValue": "10.1.0.0/16"}},)", "[parameters('A')]"),
       source_is("10.1.0.0/16")},
      {"no value at all", with(R"("parameters": {"a": {"type": "string"}},)", "[parameters('a')]"), source_is("?")},
      {"a default value that is an expression",
       with(R"("parameters": {"a": {"type": "string", "defaultValue": "[concat('10.2', '.0.0/16')]"}},)",
            "[parameters('a')]"),
       source_is("10.2.0.0/16")},
      {"a default value of the wrong type",
       with(R"("parameters": {"a": {"type": "string", "defaultValue": 5}},)", "[parameters('a')]"), source_is("?")},
      {"a parameter that is not declared", with("", "[parameters('a')]"), source_is("?")},
      {"a variable", with(R"("variables": {"v": "10.3.0.0/16"},)", "[variables('v')]"), source_is("10.3.0.0/16")},
      {"a variable of a variable",
       with(R"("variables": {"w": "[variables('v').x[1]]", "v": {"x": ["*", "10.4.0.0/16"]}},)", "[variables('w')]"),
       source_is("10.4.0.0/16")},
      {"variables in a circle",
       with(R"("variables": {"a": "[variables('b')]", "b": "[variables('a')]"},)", "[variables('a')]"), source_is("?")},
      {"a variable that a loop makes",
       with(
           R"("variables": {"copy": [{"name": "v", "count": 3, "input": "[concat('10.', copyIndex('v', 7), '.0.0/16')]"}]},)",
           "[variables('v')[2]]"),
       source_is("10.9.0.0/16")},
      {"a loop inside a variable",
       with(
           R"("variables": {"o": {"copy": [{"name": "v", "count": 2, "input": "[concat('10.', copyIndex('v'), '.0.0/16')]"}]}},)",
           "[variables('o').v[1]]"),
       source_is("10.1.0.0/16")},
      {"an escaped bracket", with("", "[[x]"), source_is("?")},
      {"a malformed expression", with("", "[concat('a']"), source_is("?")},
      {"a user-defined function",
       with(R"("functions": [{"namespace": "c", "members": {"net": {"parameters": [{"name": "n", "type": "string"}],
            "output": {"type": "string", "value": "[concat('10.', parameters('n'), '.0.0/16')]"}}}}],)",
            "[c.net('5')]"),
       source_is("10.5.0.0/16")},
      {"a user-defined function sees no variables of the template",
       with(R"("variables": {"v": "*"}, "functions": [{"namespace": "c", "members": {"f": {"parameters": [],
            "output": {"type": "string", "value": "[variables('v')]"}}}}],)",
            "[c.f()]"),
       source_is("?")},
  });
}

TEST(ArmTemplate, OnlyTheFieldWithAnUnknownPartIsUnknown) {
  const std::string rules = R"([{"name": "r", "properties": {"priority": "[parameters('p')]", "direction": "Inbound",
      "access": "Allow", "protocol": "[parameters('p')]", "sourceAddressPrefixes": ["10.0.0.1", "[parameters('p')]"],
      "sourcePortRange": "*", "destinationAddressPrefixes": "[createArray('10.0.0.2', parameters('p'))]",
      "destinationPortRanges": ["22", "[concat(parameters('p'), '-3390')]"]}}])";
  EXPECT_EQ(rules_of(whole(R"("parameters": {"p": {"type": "string"}},)", nsg(R"("n")", rules))),
            "n:\nr ? Inbound Allow ? 10.0.0.1,?:* > 10.0.0.2,?:22,?\n");
}

TEST(ArmTemplate, WholeListsAndRulesAsExpressions) {
  const std::string variables = R"("variables": {"list": )" + kOneRule + R"(, "groups": [{"rules": )" + kOneRule +
                                R"(}], "one": )" + rule(R"("o")", "200", R"("*")", R"("3389")") + "},";
  const std::string open = R"("parameters": {"p": {"type": "array"}, "n": {"type": "int"}}, )" +
                           variables.substr(0, variables.size() - 2) +
                           R"(, "some": "[concat(variables('list'), parameters('p'))]", "copy": [{"name": "loop",
      "count": "[parameters('n')]", "input": "[variables('one')]"}]},)";
  const std::string one = "o 200 Inbound Allow Tcp *:* > *:3389\n";
  expect_rules({
      {"a variable", whole(variables, nsg(R"("n")", R"("[variables('list')]")")), "n:\n" + kOneLine},
      {"a member of an item", whole(variables, nsg(R"("n")", R"("[variables('groups')[0].rules]")")),
       "n:\n" + kOneLine},
      {"two lists", whole(variables, nsg(R"("n")", R"("[concat(variables('list'), createArray(variables('one')))]")")),
       "n:\n" + kOneLine + one},
      {"one rule of a list", whole(variables, nsg(R"("n")", R"(["[variables('one')]"])")), "n:\n" + one},
      {"the choice of two",
       whole(variables, nsg(R"("n")", R"("[if(equals(1, 2), variables('list'), createArray())]")")), "n:\n"},
      {"a list that is not known",
       whole(R"("parameters": {"p": {"type": "array"}},)", nsg(R"("n")", R"("[parameters('p')]")")), "n:\ngap\n"},
      {"an item that is not known",
       whole(R"("parameters": {"p": {"type": "object"}},)",
             nsg(R"("n")", "[" + rule(R"("r")", "100", R"("10.0.0.0/8")", R"("22")") + R"(, "[parameters('p')]"])")),
       "n:\n" + kOneLine + "gap\n"},
      {"a list and one that is not known",
       whole(open, nsg(R"("n")", R"("[concat(variables('list'), parameters('p'))]")")), "n:\n" + kOneLine + "gap\n"},
      {"the other way round", whole(open, nsg(R"("n")", R"("[concat(parameters('p'), variables('list'))]")")),
       "n:\n" + kOneLine + "gap\n"},
      {"united", whole(open, nsg(R"("n")", R"("[union(parameters('p'), variables('list'), variables('list'))]")")),
       "n:\n" + kOneLine + "gap\n"},
      {"flattened", whole(open, nsg(R"("n")", R"("[flatten(createArray(variables('list'), parameters('p')))]")")),
       "n:\n" + kOneLine + "gap\n"},
      {"through a variable",
       whole(open, nsg(R"("n")", R"("[concat(variables('some'), createArray(variables('one')))]")")),
       "n:\n" + kOneLine + one + "gap\n"},
      {"a loop of an unknown number beside a list",
       whole(open, nsg(R"("n")", R"("[concat(variables('list'), variables('loop'))]")")), "n:\n" + kOneLine + "gap\n"},
      {"a list in an object that may be replaced",
       whole(open, nsg(R"("n")", R"("[union(createObject('r', variables('list')), parameters('p')).r]")")),
       "n:\ngap\n"},
      {"one of those that are known",
       whole(open, nsg(R"("n")", R"(["[concat(variables('list'), parameters('p'))[0]]"])")), "n:\ngap\n"},
      {"all properties as an expression",
       whole(R"("variables": {"p": {"securityRules": )" + kOneRule + "}},",
             R"({"type": "Microsoft.Network/networkSecurityGroups", "name": "n", "properties": "[variables('p')]"})"),
       "n:\n" + kOneLine},
  });
}

std::string property_loop(const std::string& count) {
  return R"({"type": "Microsoft.Network/networkSecurityGroups", "name": "n", "properties": {"copy": [{"name": "securityRules",
      "count": )" +
         count + R"(, "input": )" +
         rule(R"("[concat('r', copyIndex('securityRules'))]")", R"("[copyIndex('securityRules', 200)]")",
              R"("[parameters('nets')[copyIndex('securityRules')]]")", R"("22")") +
         "}]}}";
}

const std::string kNets = R"("parameters": {"nets": {"type": "array", "defaultValue": ["10.0.0.0/24", "10.0.1.0/24"]},
    "free": {"type": "int"}},)";
const std::string kTwoLines =
    "r0 200 Inbound Allow Tcp 10.0.0.0/24:* > *:22\nr1 201 Inbound Allow Tcp 10.0.1.0/24:* > *:22\n";

TEST(ArmTemplate, Loops) {
  const std::string group_loop = R"(, "copy": {"name": "groups", "count": 2})";
  const std::string open_loop = R"(, "copy": {"name": "groups", "count": "[parameters('free')]"})";
  const std::string by_index = parameter_rule("[parameters('nets')[copyIndex()]]");
  expect_rules({
      {"of a property", whole(kNets, property_loop(R"("[length(parameters('nets'))]")")), "n:\n" + kTwoLines},
      {"of a property, no pass", whole(kNets, property_loop("0")), "n:\n"},
      {"of a property, number not known", whole(kNets, property_loop(R"("[parameters('free')]")")), "n:\ngap\n"},
      {"of a property, negative number", whole(kNets, property_loop("-1")), "n:\ngap\n"},
      {"of a resource", whole(kNets, nsg(R"("[format('n{0}', copyIndex(1))]")", by_index, group_loop)),
       "n1:\nr 100 Inbound Allow Tcp 10.0.0.0/24:* > *:22\nn2:\nr 100 Inbound Allow Tcp 10.0.1.0/24:* > *:22\n"},
      {"of a resource, number not known", whole(kNets, nsg(R"("n")", by_index, open_loop)),
       "n:\nr 100 Inbound Allow Tcp ?:* > *:22\n"},
      {"a list for each pass",
       whole(R"("parameters": {"g": {"type": "array", "defaultValue": [{"r": )" + kOneRule + R"(}, {"r": []}]}},)",
             nsg(R"("[concat('n', copyIndex())]")", R"("[parameters('g')[copyIndex()].r]")", group_loop)),
       "n0:\n" + kOneLine + "n1:\n"},
  });
}

TEST(ArmTemplate, LabelsThePassThatMadeARule) {
  const auto first = read(document(whole(kNets, property_loop("2")))).nsgs.at(0);
  EXPECT_EQ(first.iteration, "");
  EXPECT_EQ(first.rules.at(0).iteration, "securityRules[0]");
  EXPECT_EQ(first.rules.at(1).iteration, "securityRules[1]");

  const std::string loop = R"(, "copy": {"name": "groups", "count": 2})";
  const auto groups = read(document(whole("", nsg(R"("[concat('n', copyIndex())]")", kOneRule, loop)))).nsgs;
  ASSERT_EQ(groups.size(), 2U);
  EXPECT_EQ(groups[1].iteration, "groups[1]");
  EXPECT_EQ(groups[1].rules.at(0).iteration, "groups[1]");

  const std::string variable = R"("variables": {"copy": [{"name": "v", "count": 2, "input": )" +
                               rule(R"("r")", R"("[copyIndex('v', 100)]")", R"("*")", R"("22")") + "}]},";
  const auto made = read(document(whole(variable, nsg(R"("n")", R"("[variables('v')]")")))).nsgs.at(0);
  EXPECT_EQ(made.rules.at(0).iteration, "securityRules[0]");
  EXPECT_EQ(made.rules.at(1).iteration, "securityRules[1]");

  EXPECT_EQ(read(document(whole("", nsg(R"("n")", kOneRule)))).nsgs.at(0).rules.at(0).iteration, "");
}

std::string child(const std::string& name, const std::string& more = "") {
  const std::string body = rule(name, "100", R"("10.0.0.0/8")", R"("22")");
  return R"({"type": "Microsoft.Network/networkSecurityGroups/securityRules", )" + body.substr(1, body.size() - 2) +
         more + "}";
}

TEST(ArmTemplate, RulesAsResourcesOfTheirOwn) {
  const std::string free = R"("parameters": {"n": {"type": "string"}, "on": {"type": "bool"}},)";
  const std::string inside =
      R"(, "resources": [{"type": "securityRules", )" + kOneRule.substr(2, kOneRule.size() - 3) + "]";
  const std::string full_inside = R"(, "resources": [)" + child(R"("n/r")") + "]";
  expect_rules({
      {"beside the group", whole("", nsg(R"("n")", "[]") + "," + child(R"("n/r")")), "n:\n" + kOneLine},
      {"before the group", whole("", child(R"("n/r")") + "," + nsg(R"("n")", "[]")), "n:\n" + kOneLine},
      {"in another case", whole("", nsg(R"("Web")", "[]") + "," + child(R"("WEB/r")")), "Web:\n" + kOneLine},
      {"inside the group", whole("", nsg(R"("n")", "[]", inside)), "n:\n" + kOneLine},
      {"inside the group, with its full type", whole("", nsg(R"("n")", "[]", full_inside)), "n:\n" + kOneLine},
      {"in addition to a list", whole("", nsg(R"("n")", kOneRule) + "," + child(R"("[concat('n', '/s')]")")),
       "n:\n" + kOneLine + "s" + kOneLine.substr(1)},
      {"without the group", whole("", child(R"("n/r")")), "n:\n" + kOneLine + "gap\n"},
      {"of a group whose name is not known",
       whole(free, nsg(R"("[parameters('n')]")", "[]") + "," + child(R"("[concat(parameters('n'), '/r')]")")),
       "[parameters('n')]:\n" + kOneLine},
      {"of a group whose name is not known, written in two ways",
       whole(free, nsg(R"("[format('{0}-nsg', parameters('n'))]")", "[]") + "," +
                       child(R"("[concat(parameters( 'n' ), '-nsg/', 'r')]")")),
       "{parameters('n')}-nsg:\n" + kOneLine},
      {"under a condition that holds", whole("", child(R"("n/r")", R"(, "condition": "[equals(1, 1)]")")),
       "n:\n" + kOneLine + "gap\n"},
      {"under a condition that fails",
       whole("", nsg(R"("n")", "[]") + "," + child(R"("n/r")", R"(, "condition": false)")), "n:\n"},
      {"under a condition that is not known", whole(free, child(R"("n/r")", R"(, "condition": "[parameters('on')]")")),
       "n:\n" + kOneLine.substr(0, kOneLine.size() - 1) + " maybe\ngap\n"},
      {"in a loop", whole("", child(R"("[concat('n/r', copyIndex())]")", R"(, "copy": {"name": "l", "count": 2})")),
       "n:\nr0" + kOneLine.substr(1) + "r1" + kOneLine.substr(1) + "gap\n"},
      {"in a loop of unknown length",
       whole(
           R"("parameters": {"c": {"type": "int"}},)",
           nsg(R"("n")", "[]") + "," +
               child(R"("[concat('n/r', copyIndex())]")", R"(, "copy": {"name": "l", "count": "[parameters('c')]"})")),
       "n:\ngap\n"},
  });
}

TEST(ArmTemplate, Conditions) {
  const std::string free = R"("parameters": {"on": {"type": "bool"}, "off": {"type": "bool", "defaultValue": false}},)";
  expect_rules({
      {"that hold", whole(free, nsg(R"("n")", kOneRule, R"(, "condition": "[not(parameters('off'))]")")),
       "n:\n" + kOneLine},
      {"that fail", whole(free, nsg(R"("n")", kOneRule, R"(, "condition": "[parameters('off')]")")), ""},
      {"that are not known", whole(free, nsg(R"("n")", kOneRule, R"(, "condition": "[parameters('on')]")")),
       "n:\n" + kOneLine},
      {"that fail leave the children",
       whole(free, nsg(R"("n")", kOneRule, R"(, "condition": false, "resources": [)" + child(R"("n/c")") + "]")),
       "n:\nc" + kOneLine.substr(1) + "gap\n"},
  });
  const Document open = document(whole(free, nsg(R"("n")", "[]", R"(, "condition": "[parameters('on')]")")));
  const RuleSource source = read(open);
  EXPECT_EQ(skipped(source), "");
  ASSERT_EQ(source.nsgs.size(), 1U);
  EXPECT_EQ(source.nsgs[0].conditions, std::vector<std::string>{"[parameters('on')]"});
}

}  // namespace
}  // namespace nsgcheck::io::arm_case::arm_template_test
