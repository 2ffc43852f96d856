// SPDX-License-Identifier: Apache-2.0
// Suppressions and baselines as a user has them. Texts of outputs are looked for, so that no JSON library is needed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "tests/cli/call.hpp"
#include "tests/cli/group_text.hpp"
#include "tests/cli/policy_of.hpp"

namespace nsgcheck::cli::living_test {
namespace {

using testing::HasSubstr;
using testing::Not;
namespace fs = std::filesystem;

const std::string kRules = std::string{NSGCHECK_SOURCE_DIR} + "/rules/";
const std::string kSamples = kRules + "samples/suppressions/";
const std::vector<std::string> kFirstOfJune{"--now", "2026-06-01T12:00:00Z"};

std::vector<std::string> args_of(const std::vector<std::string>& samples, const std::vector<std::string>& more = {}) {
  std::vector<std::string> args{"audit"};
  for (const std::string& name : samples) {
    if (name.ends_with(".yaml")) args.emplace_back("--suppressions");
    args.push_back(kSamples + name);
  }
  args.insert(args.end(), kFirstOfJune.begin(), kFirstOfJune.end());
  args.insert(args.end(), more.begin(), more.end());
  return args;
}

class GovernancePolicies : public testing::TestWithParam<std::string> {};

TEST_P(GovernancePolicies, ExamplesHold) {
  const auto file = policy_of(GetParam());
  ASSERT_TRUE(file);
  EXPECT_TRUE(policy::is_about_suppressions(file->policy));
  EXPECT_GE(file->examples.size(), 2U);
  for (const io::PolicyExample& example : file->examples) {
    SCOPED_TRACE((example.must_fail ? "must fail: " : "must pass: ") + example.why);
    const Result result = call(args_of(example.files, {"-f", "csv"}));
    EXPECT_EQ(result.err, "");
    EXPECT_EQ(result.out.find("\r\n" + GetParam()) != std::string::npos, example.must_fail) << result.out;
  }
}

INSTANTIATE_TEST_SUITE_P(Family, GovernancePolicies, testing::Values("NSG-GOV-001", "NSG-GOV-002", "NSG-GOV-003"),
                         [](const auto& test) { return "Policy" + test.param.substr(8); });

// What hides a finding, and what does not. The rest of the program thinks it is the first of June 2026.
TEST(Suppressions, HideWhatTheySay) {
  const std::string owned = "  owner: ops\n  until: 2027-03-01\n  reason: r\n";
  struct Row {
    const char* name;
    std::string rules, yaml;
    Exit exit;
    std::string summary;
  };
  // Without them: 3389 (high) and the forwarder port (medium) are open to 512 addresses.
  const Row rows[]{
      {"ById", "nsg.json", "- id: NSG-RDP-001\n" + owned, Exit::Clean, ": 1 medium, 1 low, 4 info (1 suppressed)"},
      {"ByAliasInAnyCase", "nsg.json", "- id: ckv_azure_9\n" + owned, Exit::Clean, ": 1 medium, 1 low, 4 info (1 s"},
      {"OtherPolicy", "nsg.json", "- id: NSG-EXP-002\n" + owned, Exit::Findings, ": 1 high, 2 medium"},
      {"OtherNsg", "nsg.json", "- id: NSG-RDP-001\n  nsg: db-nsg\n" + owned, Exit::Findings, ": 1 high, 2 medium"},
      {"OtherRule", "nsg.json", "- id: NSG-RDP-001\n  rule: Other\n" + owned, Exit::Findings, ": 1 high, 2 medium"},
      {"SeveralRulesDecide", "nsg.json", "- id: NSG-EXP-014\n  rule: AllowRdp\n" + owned, Exit::Findings,
       ": 1 high, 2 medium"},
      {"UnknownIsNotMeant", "unknown.json", "- id: NSG-RDP-001\n" + owned, Exit::Findings,
       ": 1 critical, 1 high, 1 medium"},
      {"UnknownIsMeant", "unknown.json", "- id: NSG-RDP-001\n  status: unknown\n" + owned, Exit::Findings,
       ": 1 high, 1 low, 4 info (2 unknown, 1 suppressed)"},
      {"ViolationIsNotUnknown", "nsg.json", "- id: NSG-RDP-001\n  status: unknown\n" + owned, Exit::Findings,
       ": 1 high, 2 medium"},
      {"LapsedCountsAgain", "nsg.json", "- {id: NSG-RDP-001, owner: o, until: 2026-05-31, reason: r}", Exit::Findings,
       ": 2 high, 1 medium"},
      {"LastDay", "nsg.json", "- {id: NSG-RDP-001, owner: o, until: 2026-06-01, reason: r}", Exit::Clean,
       ": 1 medium, 1 low, 4 info (1 suppressed)"},
      {"IncompleteHidesNothing", "nsg.json", "- {id: NSG-RDP-001, until: 2026-06-01, reason: r}", Exit::Findings,
       ": 2 high, 1 medium"},
      {"NoneHidesGovernance", "nsg.json",
       "- {id: NSG-RDP-001, owner: o, until: 2026-05-31, reason: r}\n- id: NSG-GOV-001\n" + owned, Exit::Findings,
       ": 2 high, 2 medium"},
  };
  const Folder folder;
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    const std::string file = folder.write("s.yaml", row.yaml);
    const Result result = call({kSamples + row.rules, "--suppressions", file, "--now", "2026-06-01"});
    EXPECT_EQ(result.exit, row.exit) << result.out;
    const std::string last = result.out.substr(result.out.rfind("\n1 NSG with") + 1);
    EXPECT_THAT(last, HasSubstr(row.summary));
  }
}

TEST(Suppressions, StayInOutputsWithOwnerDayAndReason) {
  const auto in = [](const char* format) { return call(args_of({"nsg.json", "good.yaml"}, {"-f", format})).out; };
  EXPECT_THAT(in("json"), HasSubstr("\"status\": \"suppressed\""));
  EXPECT_THAT(in("json"), HasSubstr("\"owner\": \"ops@contoso.com\""));
  EXPECT_THAT(in("sarif"), HasSubstr("\"justification\": \"the jump host is replaced by Bastion in March (until "
                                     "2027-03-01, ops@contoso.com)\""));
  EXPECT_THAT(in("junit"), HasSubstr("<skipped message=\"suppressed until 2027-03-01, for which ops@contoso.com"));
  EXPECT_THAT(in("text"), HasSubstr("Bastion"));
  EXPECT_THAT(in("markdown"), HasSubstr("suppressed until 2027-03-01"));
  EXPECT_THAT(in("github"), Not(HasSubstr("NSG-RDP-001")));
}

// The marker in a description reaches the audit from every form that has descriptions.
TEST(Suppressions, AreFoundInDescriptionsOfEveryForm) {
  const std::string text = "nsgcheck:ignore NSG-RDP-001 until=2027-03-01 owner=ops why not";
  const std::string members =
      R"("priority": 100, "direction": "Inbound", "access": "Allow", "protocol": "Tcp", "sourceAddressPrefix":
      "198.51.100.0/24", "sourcePortRange": "*", "destinationAddressPrefix": "*", "destinationPortRange": "3389",
      "description": ")" +
      text + "\"";
  struct Row {
    const char* name;
    std::string json;
  };
  const Row rows[]{
      {"Rest", R"({"name": "n", "properties": {"securityRules": [{"name": "R", "properties": {)" + members + "}}]}}"},
      {"AzureCli", R"({"name": "n", "securityRules": [{"name": "R", )" + members + "}]}"},
      {"RuleList", R"([{"name": "R", )" + members + "}]"},
      {"TemplateWithAParameter",
       R"({"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
        "parameters": {"d": {"type": "string", "defaultValue": ")" +
           text + R"("}}, "resources": [{
        "type": "Microsoft.Network/networkSecurityGroups", "name": "n", "apiVersion": "2023-01-01",
        "properties": {"securityRules": [{"name": "R", "properties": {)" +
           members.substr(0, members.find("\"description\"")) + R"("description": "[parameters('d')]"}}]}}]})"},
      {"TerraformState",
       R"({"format_version": "1.0", "terraform_version": "1.5.0", "values": {"root_module": {"resources": [{
        "address": "azurerm_network_security_group.n", "mode": "managed", "type": "azurerm_network_security_group",
        "name": "n", "values": {"name": "n", "security_rule": [{"name": "R", "priority": 100, "direction": "Inbound",
        "access": "Allow", "protocol": "Tcp", "source_address_prefix": "198.51.100.0/24", "source_port_range": "*",
        "destination_address_prefix": "*", "destination_port_range": "3389", "description": ")" +
           text + R"("}]}}]}}})"},
  };
  const Folder folder;
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    const std::string file = folder.write("f.json", row.json);
    const Result result = call({file, "-f", "json", "--now", "2026-06-01"});
    EXPECT_THAT(result.out, HasSubstr("\"kind\": \"inSource\"")) << result.err;
    EXPECT_THAT(result.out, HasSubstr("\"reason\": \"why not\""));
  }
}

TEST(Suppressions, RefuseBadFilesAndAnUnknownDay) {
  const Folder folder;
  const std::string bad = folder.write("bad.yaml", "- id: NSG-RDP-001\n  untill: 2027-01-01\n");
  const Result key = call({kSamples + "nsg.json", "--suppressions", bad});
  EXPECT_EQ(key.exit, Exit::Usage);
  EXPECT_THAT(key.err, HasSubstr("bad.yaml:2:"));
  EXPECT_EQ(call({kSamples + "nsg.json", "--suppressions", folder.path("absent.yaml")}).exit, Exit::Usage);
  const Result no_day = call({kSamples + "nsg.json", "--suppressions", kSamples + "good.yaml"});
  EXPECT_EQ(no_day.exit, Exit::Usage);
  EXPECT_THAT(no_day.err, HasSubstr("give --now"));
  EXPECT_EQ(call({kSamples + "described.json", "--now", "soon"}).exit, Exit::Usage);
  EXPECT_EQ(call({kSamples + "nsg.json", "--now", "soon"}).exit, Exit::Usage);
}

std::string rules(const std::string& name, const std::string& source, const std::string& before = {}) {
  return R"({"name": "web", "securityRules": [{"name": ")" + name +
         R"(", "priority": 100, "direction": "Inbound", "access": "Allow",)" + before +
         R"("protocol": "Tcp", "sourceAddressPrefix": ")" + source +
         R"(", "sourcePortRange": "*", "destinationAddressPrefix": "*", "destinationPortRange": "3389"}]})";
}

// The baseline is made of the rule set OLD, and that of NEW is held against it.
TEST(Baseline, OnlyNewFindingsFail) {
  const std::string office = rules("A", "198.51.100.0/23");
  struct Row {
    const char* name;
    std::string before, after;
    Exit exit;
    std::string summary;
  };
  // The region of 3389 is in three findings: NSG-RDP-001 and -003 and NSG-EXP-014.
  const Row rows[]{
      {"Same", office, office, Exit::Clean, "0 new, 0 gone"},
      {"RenamedRuleOnOtherLines", office, "\n\n" + rules("B", "198.51.100.0/23"), Exit::Clean, "0 new, 0 gone"},
      {"GrewWider", office, rules("A", "198.51.100.0/22"), Exit::Findings, "3 new, 3 gone"},
      {"Closed", office, R"({"name": "web", "securityRules": []})", Exit::Clean, "0 new, 3 gone"},
      {"Opened", rules("A", "10.0.0.0/8"), office, Exit::Findings, "3 new, "},
      {"UnknownHidesNoViolation", rules("A", "[parameters('x')]"), rules("A", "Internet"), Exit::Findings, "new,"},
      {"NowSuppressedIsNotGone", office,
       rules("A", "198.51.100.0/23", R"("description": "nsgcheck:ignore NSG-RDP-001 until=2027-03-01 owner=o r",)"),
       Exit::Clean, "0 new, 0 gone"},
      {"SuppressedBeforeIsNotKnown",
       rules("A", "198.51.100.0/23", R"("description": "nsgcheck:ignore NSG-RDP-001 until=2027-03-01 owner=o r",)"),
       office, Exit::Findings, "1 new, 0 gone"},
  };
  const Folder folder;
  for (const Row& row : rows) {
    for (const std::string format : {"json", "baseline"}) {
      SCOPED_TRACE(row.name + (" of " + format));
      const std::string old_file = folder.write("old.json", row.before);
      const std::string known = folder.write("known.json", call({old_file, "-f", format, "--now", "2026-06-01"}).out);
      const std::string new_file = folder.write("another-name.json", row.after);
      const Result result =
          call({new_file, "--baseline", known, "--now", "2026-06-01", "--fail-on", "low", "-f", "markdown"});
      EXPECT_EQ(result.exit, row.exit) << result.out;
      EXPECT_THAT(result.out, HasSubstr(row.summary));
    }
  }
}

TEST(Baseline, MarksFindingsInOutputs) {
  const Folder folder;
  const std::string known = folder.write("known.json", call({kSamples + "nsg.json", "-f", "baseline"}).out);
  const auto in = [&](const std::string& rules, const char* format) {
    return call({kSamples + rules, "--baseline", known, "-f", format}).out;
  };
  EXPECT_THAT(in("nsg.json", "json"), HasSubstr("\"baseline\": \"known\""));
  EXPECT_THAT(in("nsg.json", "json"), HasSubstr("\"new\": 0"));
  EXPECT_THAT(in("nsg.json", "sarif"), HasSubstr("\"baselineState\": \"unchanged\""));
  EXPECT_THAT(in("nsg.json", "junit"), HasSubstr("<skipped message=\"known: in the baseline\"/>"));
  EXPECT_THAT(in("nsg.json", "text"), HasSubstr("HIGH, KNOWN  NSG-RDP-001"));
  EXPECT_THAT(in("nsg.json", "github"), Not(HasSubstr("::warning")));
  EXPECT_THAT(in("nsg.json", "azuredevops"), Not(HasSubstr("##vso")));
  EXPECT_THAT(in("closed.json", "sarif"), HasSubstr("\"baselineState\": \"absent\""));
  EXPECT_THAT(in("closed.json", "json"), HasSubstr("\"gone\": ["));
  EXPECT_THAT(in("closed.json", "text"), HasSubstr("Gone since the baseline\n  high NSG-RDP-001 in web-nsg"));
  EXPECT_THAT(in("unknown.json", "json"), HasSubstr("\"baseline\": \"new\""));
}

TEST(Baseline, RefusesWhatIsNone) {
  const Folder folder;
  const std::string other = folder.write("other.json", "{\n\"schema\": \"nsgcheck.diff/1\"}");
  const Result result = call({kSamples + "nsg.json", "--baseline", other});
  EXPECT_EQ(result.exit, Exit::Usage);
  EXPECT_THAT(result.err, HasSubstr("other.json:2:11: a baseline is what audit --format json"));
  EXPECT_EQ(call({kSamples + "nsg.json", "--baseline", folder.path("absent")}).exit, Exit::Usage);
}

// Two groups of one name in two resource groups: what opens in the one is not known from the other.
TEST(Baseline, TellsGroupsOfOneNameApart) {
  const Folder folder;
  const auto group = [](const std::string& where, const std::string& rules) {
    return R"({"id": "/subscriptions/s/resourceGroups/)" + where +
           R"(/providers/Microsoft.Network/networkSecurityGroups/n", "name": "n",
             "type": "Microsoft.Network/networkSecurityGroups", "properties": {"securityRules": [)" +
           rules + "]}}";
  };
  const std::string open = rule_text("a", 100, "Allow", "203.0.113.0/24", "3389");
  const std::string before = folder.write("before.json", "[" + group("prod", "") + ", " + group("test", open) + "]");
  const std::string after = folder.write("after.json", "[" + group("prod", open) + ", " + group("test", "") + "]");
  const std::string baseline = folder.path("baseline.json");
  call({"audit", before, "-q", "-o", "baseline=" + baseline});
  EXPECT_EQ(call({"audit", before, "--baseline", baseline}).exit, Exit::Clean);
  EXPECT_EQ(call({"audit", after, "--baseline", baseline}).exit, Exit::Findings);
}

}  // namespace
}  // namespace nsgcheck::cli::living_test
