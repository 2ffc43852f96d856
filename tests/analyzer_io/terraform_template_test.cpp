// SPDX-License-Identifier: Apache-2.0
// ARM templates that stand inside Terraform resources.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/analyzer_io/rule_line.hpp"
#include "tests/analyzer_io/source_text.hpp"

namespace nsgcheck::io::terraform_template_test {
namespace {

const std::string kResource = "azurerm_resource_group_template_deployment";

/// JSON as the text of a string.
std::string text_of(const std::string& json) {
  std::string out = "\"";
  for (const char c : json) out += c == '"' ? "\\\"" : c == '\n' ? "\\n" : std::string(1, c);
  return out + '"';
}

std::string template_of(const std::string& port) {
  return R"({"$schema":"https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
"parameters":{"port":{"type":"string","defaultValue":"22"}},"resources":[{
"type":"Microsoft.Network/networkSecurityGroups","name":"n","properties":{"securityRules":[{"name":"Rdp","properties":{
"priority":100,"access":"Allow","direction":"Inbound","protocol":"Tcp","sourceAddressPrefix":"*","sourcePortRange":"*",
"destinationAddressPrefix":"*","destinationPortRange":")" +
         port + R"("}}]}}]})";
}

std::string plan(const std::string& type, const std::string& after, const std::string& unknown = "{}") {
  return R"({"format_version":"1.2","resource_changes":[
{"address":")" +
         type + R"(.t","mode":"managed","type":")" + type +
         R"(","change":{"actions":["create"],"before":null,"after":)" + after + R"(,"after_unknown":)" + unknown +
         "}}]}";
}

std::string rule(const std::string& port) { return "n / Rdp 100 Allow inbound tcp *:* > *:" + port + '-' + port; }

class TerraformTemplate : public testing::TestWithParam<FormCase> {};

TEST_P(TerraformTemplate, IsRead) {
  std::string format;
  const auto lines = source_lines(GetParam().text, &format);
  EXPECT_EQ(format, GetParam().format);
  EXPECT_THAT(lines, testing::ElementsAreArray(GetParam().lines));
}

std::string name_of(const testing::TestParamInfo<FormCase>& row) { return row.param.name; }

const std::string kPort = "[parameters('port')]";

INSTANTIATE_TEST_SUITE_P(
    Plans, TerraformTemplate,
    testing::Values(
        FormCase{"DefaultValue",
                 plan(kResource, R"({"name":"d","template_content":)" + text_of(template_of(kPort)) + "}"),
                 "terraform-plan",
                 {rule("22")}},
        FormCase{"Parameters",
                 plan(kResource, R"({"name":"d","template_content":)" + text_of(template_of(kPort)) +
                                     R"(,"parameters_content":)" + text_of(R"({"port":{"value":"3389"}})") + "}"),
                 "terraform-plan",
                 {rule("3389")}},
        FormCase{"ParametersKnownAfterApply",
                 plan(kResource, R"({"name":"d","template_content":)" + text_of(template_of(kPort)) + "}",
                      R"({"parameters_content":true})"),
                 "terraform-plan",
                 {"n / Rdp 100 Allow inbound tcp *:* > *:?unresolved-expression"}},
        FormCase{"OfASubscription",
                 plan("azurerm_subscription_template_deployment",
                      R"({"name":"d","template_content":)" + text_of(template_of("443")) + "}"),
                 "terraform-plan",
                 {rule("443")}},
        FormCase{"OlderResourceWithAMap",
                 plan("azurerm_template_deployment", R"({"name":"d","template_body":)" + text_of(template_of(kPort)) +
                                                         R"(,"parameters":{"port":"3389"}})"),
                 "terraform-plan",
                 {rule("3389")}},
        FormCase{"KnownAfterApply",
                 plan(kResource, R"({"name":"d"})", R"({"template_content":true})"),
                 "terraform-plan",
                 {"error 2:181: " + kResource + ".t: its template is known only after apply"}},
        FormCase{
            "OfATemplateSpec",
            plan(kResource, R"({"name":"d","template_content":null,"template_spec_version_id":"/subscriptions/s"})"),
            "terraform-plan",
            {"error 2:181: " + kResource + ".t: its template is not in the input"}},
        FormCase{"NoTemplate",
                 plan(kResource, R"({"name":"d","template_content":"{}"})"),
                 "terraform-plan",
                 {"error 2:212: " + kResource + ".t: \"template_content\" is no template"}},
        FormCase{"NoJson",
                 plan(kResource, R"({"name":"d","template_content":"{"})"),
                 "terraform-plan",
                 {"error 2:212: " + kResource +
                  ".t: the JSON inside this text has a fault in its line 1, column 2: "
                  "the file ends inside the object that starts in line 1: '}' is missing"}}),
    name_of);

INSTANTIATE_TEST_SUITE_P(
    States, TerraformTemplate,
    testing::Values(
        FormCase{"Show",
                 R"({"format_version":"1.0","values":{"root_module":{"resources":[{"address":"a.t","type":")" +
                     kResource + R"(","values":{"template_content":)" + text_of(template_of(kPort)) +
                     R"(,"parameters_content":)" + text_of(R"({"port":{"value":"3389"}})") + "}}]}}}",
                 "terraform-state",
                 {rule("3389")}},
        FormCase{"Raw",
                 R"({"version":4,"lineage":"x","resources":[{"type":")" + kResource +
                     R"(","name":"t","instances":[{"attributes":{"template_content":)" + text_of(template_of("443")) +
                     "}}]}]}",
                 "tfstate",
                 {rule("443")}}),
    name_of);

}  // namespace
}  // namespace nsgcheck::io::terraform_template_test
