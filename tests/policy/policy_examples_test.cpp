// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "analyzer/io/policy_reader.hpp"
#include "tests/policy/audit_rules.hpp"

namespace nsgcheck::policy_examples_test {
namespace {

std::vector<std::filesystem::path> policy_files() {
  std::vector<std::filesystem::path> out;
  for (const auto& entry : std::filesystem::directory_iterator{test::source_folder("rules")})
    if (entry.path().extension() == ".yaml") out.push_back(entry.path());
  std::sort(out.begin(), out.end());
  return out;
}

std::string test_name(const testing::TestParamInfo<std::filesystem::path>& file) {
  std::string name = file.param.stem().string();
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

class PolicyFiles : public testing::TestWithParam<std::filesystem::path> {};

// Each policy proves itself: what its author says must fail is found, what must pass is not.
TEST_P(PolicyFiles, ExamplesHold) {
  const auto file = io::read_policy(GetParam().filename().string(), test::bytes_of(GetParam()));
  ASSERT_TRUE(file.has_value()) << file.error().position.line << ':' << file.error().position.column << ": "
                                << file.error().message;
  std::size_t failing = 0;
  for (const io::PolicyExample& example : file->examples) {
    failing += example.must_fail ? 1 : 0;
    // Examples of deployments and suppressions are held by the tests of the command, which reads their files.
    const bool of_files = policy::is_about_deployments(file->policy) || policy::is_about_networks(file->policy) ||
                          policy::is_about_suppressions(file->policy);
    EXPECT_EQ(of_files, !example.files.empty()) << example.why;
    if (!example.files.empty()) continue;
    SCOPED_TRACE((example.must_fail ? "must fail: " : "must pass: ") + example.why);
    EXPECT_EQ(policy::is_about_intent(file->policy), example.intent.has_value());
    const auto audit =
        test::audit_rules(example.rules, {&file->policy, 1}, example.intent ? &*example.intent : nullptr);
    EXPECT_EQ(!audit.findings.empty(), example.must_fail)
        << (audit.findings.empty() ? "" : audit.findings.front().message);
    for (const auto& finding : audit.findings) EXPECT_EQ(finding.status, policy::Status::Violated) << finding.message;
  }
  EXPECT_GE(failing, 1U) << "no example that must fail";
  EXPECT_GE(file->examples.size() - failing, 1U) << "no example that must pass";
}

TEST_P(PolicyFiles, SaysWhyAndWhatToDo) {
  const auto file = io::read_policy(GetParam().filename().string(), test::bytes_of(GetParam()));
  ASSERT_TRUE(file.has_value());
  const policy::Policy& policy = file->policy;
  EXPECT_GE(policy.rationale.size(), 40U);
  EXPECT_GE(policy.remediation.size(), 20U);
  EXPECT_FALSE(policy.references.empty());
  EXPECT_LE(policy.title.size(), 100U);
  EXPECT_FALSE(policy.title.ends_with('.'));
}

INSTANTIATE_TEST_SUITE_P(Rules, PolicyFiles, testing::ValuesIn(policy_files()), test_name);

TEST(BuiltInPolicies, AreThePolicyFiles) {
  std::vector<std::string> ids;
  for (const auto& path : policy_files()) {
    const auto file = io::read_policy(path.filename().string(), test::bytes_of(path));
    ASSERT_TRUE(file.has_value()) << path;
    ids.push_back(file->policy.id);
  }
  std::vector<std::string> built_in;
  for (const policy::Policy& policy : io::built_in_policies()) built_in.push_back(policy.id);
  std::sort(ids.begin(), ids.end());
  EXPECT_EQ(built_in, ids);
}

// Interface 8 fixes these.
TEST(BuiltInPolicies, HaveTheSeveritiesOfTheInterface) {
  using policy::Severity;
  const std::vector<std::pair<std::string, Severity>> expected{
      {"NSG-RDP-001", Severity::Critical}, {"NSG-RDP-002", Severity::High},   {"NSG-RDP-003", Severity::High},
      {"NSG-RDP-004", Severity::High},     {"NSG-RDP-005", Severity::Medium}, {"NSG-HYG-001", Severity::Medium},
      {"NSG-HYG-002", Severity::Info},     {"NSG-HYG-003", Severity::Low},    {"NSG-HYG-005", Severity::Info},
      {"NSG-PLAT-001", Severity::High}};
  const auto& all = io::built_in_policies();
  for (const auto& row : expected) {
    const auto found = std::find_if(all.begin(), all.end(), [&](const auto& policy) { return policy.id == row.first; });
    ASSERT_NE(found, all.end()) << row.first;
    EXPECT_EQ(policy::worst(*found), row.second) << row.first;
  }
}

TEST(BuiltInPolicies, OneForEachFault) {
  std::set<model::FaultKind> covered;
  for (const policy::Policy& policy : io::built_in_policies())
    for (const policy::Ask& ask : policy.asks)
      if (const auto* validity = std::get_if<policy::Validity>(&ask)) covered.insert(validity->kind);
  EXPECT_EQ(covered.size(), static_cast<std::size_t>(model::FaultKind::WrongType) + 1);
}

}  // namespace
}  // namespace nsgcheck::policy_examples_test
