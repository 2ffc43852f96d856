// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "analyzer/io/arm/template.hpp"
#include "arm_case.hpp"

namespace nsgcheck::io::arm_case::arm_nesting_test {
namespace {

std::string deployment(const std::string& members, const std::string& more = "") {
  return R"({"type": "Microsoft.Resources/deployments", "name": "inner", "apiVersion": "2022-09-01")" + more +
         R"(, "properties": {"mode": "Incremental", )" + members + "}}";
}

std::string whole(const std::string& sections, const std::string& resources) {
  return R"({"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#", )" +
         sections + R"( "resources": [)" + resources + "]}";
}

const std::string kInner = R"("expressionEvaluationOptions": {"scope": "inner"}, )";
const std::string kA1 = R"("parameters": {"a": {"type": "string", "defaultValue": "10.1.0.0/16"}},)";
const std::string kA2 = R"("parameters": {"a": {"type": "string", "defaultValue": "10.2.0.0/16"}}, )";

std::string template_of(const std::string& sections, const std::string& resources) {
  return R"("template": {)" + sections + R"("resources": [)" + resources + "]}";
}

struct NestingCase {
  const char* name;
  std::string text;
  std::string rules;
};

// A diff takes values for the same that are written alike: an inner template's are told in the words of the outermost.
TEST(ArmNesting, OpenValuesInTheWordsOfTheOutermost) {
  const std::string outer = R"("parameters": {"x": {"type": "string"}, "y": {"type": "string"}},)";
  const auto inner = [&](const std::string& given, const std::string& used) {
    return whole(outer, deployment(kInner + R"("parameters": {"a": )" + given + "}, " +
                                   template_of(R"("parameters": {"a": {"type": "string"}}, )", nsg("n", used))));
  };
  struct Row {
    const char* name;
    std::string text;
    const char* source;
  };
  const Row rows[]{
      {"the outer template's own", whole(outer, nsg("n", "[parameters('x')]")), "[parameters('x')]"},
      {"a parameter passed on", inner(R"({"value": "[parameters('x')]"})", "[parameters('a')]"), "[parameters('x')]"},
      {"another", inner(R"({"value": "[parameters('y')]"})", "[parameters('a')]"), "[parameters('y')]"},
      {"a run-time value passed on", inner(R"({"value": "[reference('r').ip]"})", "[parameters('a')]"),
       "[reference('r').ip]"},
      {"inside an expression", inner(R"({"value": "[parameters('x')]"})", "[concat(parameters('a'), '/32')]"),
       "[concat(parameters('x'), '/32')]"},
      {"a known value inside a run-time value", inner(R"({"value": "r"})", "[reference(parameters('a')).ip]"),
       "[reference('r').ip]"},
      {"what cannot be said",
       inner(R"({"reference": {"keyVault": {"id": "x"}, "secretName": "s"}})", "[parameters('a')]"),
       "[nestedParameters('a')]"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    const Document document = arm_case::document(row.text);
    const RuleSource source = read(document);
    ASSERT_EQ(source.nsgs.size(), 1U);
    EXPECT_EQ(source.nsgs[0].rules.at(0).sources.at(0).text, row.source);
  }
}

// The outermost template's own parameters: a value that is known is part of what is left open.
TEST(ArmNesting, OpenValuesTellWhatTheyTakeFromParameters) {
  struct Row {
    const char* name;
    const char* parameter;
    const char* used;
    const char* source;
  };
  const Row rows[]{
      {"a known value inside a run-time value", R"("string", "defaultValue": "r")", "[reference(parameters('x')).ip]",
       "[reference('r').ip]"},
      {"a number", R"("int", "defaultValue": 3)", "[reference('r')[parameters('x')]]", "[reference('r')[3]]"},
      {"a part of it", R"("object", "defaultValue": {"a": {"b": "r"}})", "[reference(parameters('x').a.b).ip]",
       "[reference('r').ip]"},
      {"an item of it", R"("array", "defaultValue": ["q", "r"])", "[reference(parameters('x')[1]).ip]",
       "[reference('r').ip]"},
      {"a run-time value", R"("string", "defaultValue": "[reference('r').ip]")", "[parameters('x')]",
       "[reference('r').ip]"},
      {"a run-time value in a part of it", R"("object", "defaultValue": {"a": "[reference('r').ip]", "b": 1})",
       "[parameters('x').a]", "[reference('r').ip]"},
      {"no value", R"("string")", "[reference(parameters('x')).ip]", "[reference(parameters('x')).ip]"},
      {"a part of no value", R"("object")", "[parameters('x').a]", "[parameters('x').a]"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    const std::string parameters = R"("parameters": {"x": {"type": )" + std::string{row.parameter} + "}},";
    const Document document = arm_case::document(whole(parameters, nsg("n", row.used)));
    const RuleSource source = read(document);
    ASSERT_EQ(source.nsgs.size(), 1U);
    EXPECT_EQ(source.nsgs[0].rules.at(0).sources.at(0).text, row.source);
  }
}

// The documentation's page "Linked templates", section "Expression evaluation scope in nested templates".
TEST(ArmNesting, Scopes) {
  const std::string use = nsg("n", "[parameters('a')]");
  const std::string outer_vars = R"("variables": {"v": "10.7.0.0/16"},)";
  const NestingCase cases[] = {
      {"outer is the default: names are those of the outer template", whole(kA1, deployment(template_of(kA2, use))),
       source_is("n", "10.1.0.0/16")},
      {"outer, said aloud",
       whole(kA1, deployment(R"("expressionEvaluationOptions": {"scope": "Outer"}, )" + template_of(kA2, use))),
       source_is("n", "10.1.0.0/16")},
      {"inner: a default value of the inner template", whole(kA1, deployment(kInner + template_of(kA2, use))),
       source_is("n", "10.2.0.0/16")},
      {"inner: a value that is passed in",
       whole(kA1,
             deployment(kInner + R"("parameters": {"a": {"value": "[parameters('a')]"}}, )" + template_of(kA2, use))),
       source_is("n", "10.1.0.0/16")},
      {"inner: a passed value that is not known",
       whole(R"("parameters": {"x": {"type": "string"}},)",
             deployment(kInner + R"("parameters": {"a": {"value": "[parameters('x')]"}}, )" + template_of(kA2, use))),
       source_is("n", "?")},
      {"inner: a value from a Key Vault",
       whole("", deployment(kInner +
                            R"("parameters": {"a": {"reference": {"keyVault": {"id": "x"}, "secretName": "s"}}}, )" +
                            template_of(kA2, use))),
       source_is("n", "?")},
      {"inner: values from a linked file win over default values",
       whole("", deployment(kInner + R"("parametersLink": {"uri": "https://x/p.json"}, )" + template_of(kA2, use))),
       source_is("n", "?")},
      {"inner: variables of the outer template are not seen",
       whole(outer_vars, deployment(kInner + template_of("", nsg("n", "[variables('v')]")))), source_is("n", "?")},
      {"inner: variables of its own",
       whole(outer_vars,
             deployment(kInner + template_of(R"("variables": {"v": "10.8.0.0/16"}, )", nsg("n", "[variables('v')]")))),
       source_is("n", "10.8.0.0/16")},
      {"outer: the index of the deployment's loop",
       whole("",
             deployment(template_of("", nsg("[concat('n', copyIndex())]", "[concat('10.', copyIndex(), '.0.0/16')]")),
                        R"(, "copy": {"name": "l", "count": 2})")),
       source_is("n0", "10.0.0.0/16") + source_is("n1", "10.1.0.0/16")},
      {"inner: the index of the deployment's loop, passed in",
       whole("", deployment(kInner + R"("parameters": {"a": {"value": "[concat('10.', copyIndex(), '.0.0/16')]"}}, )" +
                                template_of(kA2, use),
                            R"(, "copy": {"name": "l", "count": 1})")),
       source_is("n", "10.0.0.0/16")},
      {"a deployment in a deployment",
       whole(kA1, deployment(kInner + template_of(kA2, deployment(template_of("", use))))),
       source_is("n", "10.2.0.0/16")},
      {"a condition that fails", whole(kA1, deployment(template_of("", use), R"(, "condition": false)")), ""},
      {"the template is a variable",
       whole(R"("variables": {"t": {"resources": []}},)", deployment(R"("template": "[variables('t')]")")), ""},
  };
  for (const NestingCase& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(rules_of(c.text), c.rules) << skipped(read(document(c.text)));
  }
}

TEST(ArmNesting, LinkedTemplatesAreListed) {
  const auto source = read(document(whole("", deployment(R"("templateLink": {"uri": "https://x/nsg.json"})"))));
  EXPECT_TRUE(source.nsgs.empty());
  ASSERT_EQ(source.errors.size(), 1U);
  EXPECT_EQ(source.errors[0].message,
            "nested deployment \"inner\": the linked template https://x/nsg.json is not part of the input");
}

TEST(ArmNesting, ADeploymentThatNestsItselfEnds) {
  const std::string text = whole(
      R"("variables": {"t": {"resources": [{"type": "Microsoft.Resources/deployments", "name": "d",
      "properties": {"template": "[[variables('t')]"}}]}},)",
      R"({"type": "Microsoft.Resources/deployments", "name": "d", "properties": {"template": "[variables('t')]"}})");
  EXPECT_EQ(skipped(read(document(text))), "nested deployment \"d\": nested deeper than 32 deployments\n");
}

TEST(ArmNesting, ConditionOfADeploymentReachesItsRules) {
  const std::string rule =
      R"({"type": "Microsoft.Network/networkSecurityGroups/securityRules", "name": "n/r", "properties":
      {"priority": 100, "direction": "Inbound", "access": "Allow", "protocol": "Tcp", "sourceAddressPrefix": "*",
       "sourcePortRange": "*", "destinationAddressPrefix": "*", "destinationPortRange": "22"}})";
  const std::string text = whole(R"("parameters": {"on": {"type": "bool"}},)",
                                 deployment(template_of("", rule), R"(, "condition": "[parameters('on')]")"));
  EXPECT_EQ(rules_of(text), "n:\nr 100 Inbound Allow Tcp *:* > *:22 maybe\ngap\n");
}

TEST(ArmNesting, WrappedTemplates) {
  const std::string inner =
      R"({"parameters": {"a": {"type": "string"}}, "resources": [)" + nsg("n", "[parameters('a')]") + "]}";
  const NestingCase cases[] = {
      {"a Blueprint artifact",
       R"({"kind": "template", "properties": {"parameters": {"a": {"value": "10.1.0.0/16"}}, "template": )" + inner +
           "}}",
       source_is("n", "10.1.0.0/16")},
      {"a Blueprint artifact with parameters of the blueprint",
       R"({"kind": "template", "properties": {"parameters": {"a": {"value": "[parameters('b')]"}}, "template": )" +
           inner + "}}",
       source_is("n", "?")},
      {"a template spec",
       R"({"type": "Microsoft.Resources/templateSpecs/versions", "properties": {"mainTemplate": )" + inner + "}}",
       source_is("n", "?")},
      {"a template spec in a template",
       whole(
           "",
           R"({"type": "Microsoft.Resources/templateSpecs/versions", "name": "s/1", "properties": {"mainTemplate": )" +
               inner + "}}"),
       source_is("n", "?")},
  };
  for (const NestingCase& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_TRUE(looks_like_template(document(c.text).root));
    EXPECT_EQ(rules_of(c.text), c.rules);
  }
}

TEST(ArmParameterFiles, GiveValues) {
  const std::string text = whole(kA1, nsg("n", "[parameters('a')]"));
  const NestingCase cases[] = {
      {"a value", R"({"parameters": {"A": {"value": "10.9.0.0/16"}}})", source_is("n", "10.9.0.0/16")},
      {"the later one of two", R"({"parameters": {"a": {"value": "*"}, "A": {"value": "10.9.0.0/16"}}})",
       source_is("n", "10.9.0.0/16")},
      {"another parameter", R"({"parameters": {"b": {"value": "*"}}})", source_is("n", "10.1.0.0/16")},
      {"a Key Vault reference", R"({"parameters": {"a": {"reference": {"keyVault": {"id": "x"}, "secretName": "s"}}}})",
       source_is("n", "?")},
      {"a value of the wrong type", R"({"parameters": {"a": {"value": 5}}})", source_is("n", "?")},
      {"a bracket is text, not an expression", R"({"parameters": {"a": {"value": "[string('10.0.0.0')]"}}})",
       source_is("n", "?")},
  };
  for (const NestingCase& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(rules_of(text, c.text), c.rules);
  }
}

}  // namespace
}  // namespace nsgcheck::io::arm_case::arm_nesting_test
