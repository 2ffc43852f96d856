// SPDX-License-Identifier: Apache-2.0
// The samples of every form say one NSG, that of cloud-service.json: read from any of them, it lets the same through.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include <nlohmann/json.hpp>

#include "tests/cli/call.hpp"

namespace nsgcheck::cli::form_samples_test {
namespace {

namespace fs = std::filesystem;

const fs::path kSamples = fs::path{NSGCHECK_SOURCE_DIR} / "rules" / "samples";

struct FormSample {
  std::string name, file, format;
};

void PrintTo(const FormSample& row, std::ostream* out) { *out << row.file; }

// What nsg-semantics 4.1 calls the forms; the files' names say which shape of a form they are.
const std::vector<FormSample> kSamplesOfForms{
    {"CopyLoop", "copy-loop.json", "arm-template"},
    {"ChildResources", "child-resources.json", "arm-template"},
    {"SymbolicNames", "symbolic-names.json", "arm-template"},
    {"TemplateSpec", "template-spec.json", "arm-template"},
    {"BlueprintArtifact", "blueprint-artifact.json", "arm-template"},
    {"WhatIf", "what-if.json", "what-if"},
    {"RestList", "rest-list.json", "rest-list"},
    {"AzCli", "az-cli.json", "az-cli"},
    {"AzNewNsg", "az-new-nsg.json", "az-new-nsg"},
    {"RuleList", "rule-list.json", "rule-list"},
    {"PowerShell", "powershell.json", "powershell"},
    {"PowerShellCutButKeptAsText", "powershell-cut.json", "powershell"},
    {"ResourceGraph", "resource-graph.json", "resource-graph"},
    {"ResourceGraphTable", "resource-graph-table.json", "resource-graph"},
    {"TerraformPlan", "terraform-plan.json", "terraform-plan"},
    {"TerraformAzapi", "terraform-azapi.json", "terraform-plan"},
    {"TerraformState", "terraform-state.json", "terraform-state"},
    {"Tfstate", "terraform.tfstate", "tfstate"},
    {"EffectiveRules", "effective-rules.json", "effective-rules"},
    {"ClassicNsg", "classic-nsg.xml", "classic-nsg"},
    {"PsRuleExport", "psrule-export.json", "psrule-export"},
    {"Cassette", "cassette.json", "cassette"},
};

class FormSamples : public testing::TestWithParam<FormSample> {};

TEST_P(FormSamples, SayTheSameNsg) {
  const std::string file = (kSamples / "forms" / GetParam().file).string();
  const Result audit = call({"audit", file, "-f", "json"});
  EXPECT_THAT(audit.err, testing::IsEmpty());
  const auto report = nlohmann::json::parse(audit.out);
  ASSERT_EQ(report["inputs"].size(), 1U);
  EXPECT_EQ(report["inputs"][0]["format"], GetParam().format);
  for (const std::string other : {"cloud-service.json", "forms/rest-list.json"}) {
    const Result diff = call({"diff", (kSamples / other).string(), file});
    EXPECT_EQ(diff.exit, Exit::Clean) << diff.out << diff.err;
  }
  // That a difference would be one.
  const Result open = call({"diff", file, (kSamples / "wide-open.json").string()});
  EXPECT_EQ(open.exit, Exit::Findings) << open.out << open.err;
}

INSTANTIATE_TEST_SUITE_P(Of, FormSamples, testing::ValuesIn(kSamplesOfForms),
                         [](const auto& row) { return row.param.name; });

TEST(FormSamplesOnTheirOwn, WhatIfHoldsBothStates) {
  const Result diff = call({"diff", (kSamples / "forms" / "what-if.json").string(), "-f", "json"});
  EXPECT_EQ(diff.exit, Exit::Findings) << diff.err;
  EXPECT_THAT(diff.out, testing::HasSubstr("DenyAll"));
}

TEST(FormSamplesOnTheirOwn, SecurityAdminRulesAreListed) {
  const Result audit = call({"audit", (kSamples / "forms" / "rest-list.json").string(),
                             (kSamples / "forms" / "security-admin.json").string()});
  EXPECT_EQ(audit.exit, Exit::Clean) << audit.err;
  EXPECT_THAT(audit.out + audit.err, testing::HasSubstr("no-desktop"));
}

TEST(FormSamplesOnTheirOwn, ServiceTagsSettleATag) {
  const Folder folder;
  const std::string nsg = folder.write("nsg.json", R"([{"name": "Storage", "priority": 100, "direction": "Inbound",
    "access": "Allow", "protocol": "Tcp", "sourceAddressPrefix": "Storage.WestEurope", "sourcePortRange": "*",
    "destinationAddressPrefix": "*", "destinationPortRange": "443"}])");
  const std::vector<std::string> question{"explain", nsg,         "--direction", "in",       "--protocol", "tcp",
                                          "--from",  "192.0.2.5", "--to",        "10.0.0.4", "--port",     "443"};
  EXPECT_THAT(call(question).out, testing::HasSubstr("unknown"));
  std::vector<std::string> settled = question;
  settled.insert(settled.end(), {"--service-tags", (kSamples / "forms" / "service-tags.json").string()});
  EXPECT_THAT(call(settled).out, testing::Not(testing::HasSubstr("unknown")));
}

TEST(FormSamplesOnTheirOwn, AreAllHereAndInTheReadme) {
  std::set<std::string> listed{"web.bicep", "security-admin.json", "service-tags.json"};
  for (const FormSample& row : kSamplesOfForms) listed.insert(row.file);
  std::ifstream file{kSamples / "README.md"};
  std::ostringstream readme;
  readme << file.rdbuf();
  std::set<std::string> present;
  for (const auto& entry : fs::directory_iterator{kSamples / "forms"}) {
    present.insert(entry.path().filename().string());
    EXPECT_THAT(readme.str(), testing::HasSubstr("`" + entry.path().filename().string() + "`"));
  }
  EXPECT_EQ(listed, present);
}

}  // namespace
}  // namespace nsgcheck::cli::form_samples_test
