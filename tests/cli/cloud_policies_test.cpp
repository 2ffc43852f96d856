// SPDX-License-Identifier: Apache-2.0
// Each policy of the family NSG-CS proves itself on the samples that its file names.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "analyzer/io/policy_reader.hpp"
#include "analyzer/policy/cloud_check.hpp"
#include "cli/run.hpp"

namespace nsgcheck::cli::cloud_policies_test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

const std::string kSamples = std::string{NSGCHECK_SOURCE_DIR} + "/rules/samples/cloud-service-files/";

std::vector<fs::path> policy_files() {
  std::vector<fs::path> out;
  for (const auto& entry : fs::directory_iterator{std::string{NSGCHECK_SOURCE_DIR} + "/rules"})
    if (entry.path().filename().string().starts_with("NSG-CS-")) out.push_back(entry.path());
  std::sort(out.begin(), out.end());
  return out;
}

io::PolicyFile policy_of(const fs::path& path) {
  std::ifstream in{path, std::ios::binary};
  const std::string text{std::istreambuf_iterator<char>{in}, {}};
  auto file = io::read_policy(path.filename().string(), text);
  EXPECT_TRUE(file) << (file ? "" : file.error().message);
  return file ? *file : io::PolicyFile{};
}

struct Audit {
  Exit exit{};
  json report;
  std::string err;
};

Audit audit(const std::vector<std::string>& samples, const std::vector<std::string>& options = {}) {
  std::vector<std::string> args{"audit"};
  for (const std::string& name : samples) {
    if (name.ends_with(".cer")) args.emplace_back("--certificate");
    args.push_back(kSamples + name);
  }
  args.insert(args.end(), {"-f", "json", "--now", "2026-06-01T00:00:00Z"});
  args.insert(args.end(), options.begin(), options.end());
  std::istringstream in;
  std::ostringstream out, err;
  const Exit exit = run(args, Process{in, out, err});
  return {exit, json::parse(out.str(), nullptr, false), err.str()};
}

std::string test_name(const testing::TestParamInfo<fs::path>& file) {
  std::string name = file.param.stem().string();
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

class CloudPolicies : public testing::TestWithParam<fs::path> {};

TEST_P(CloudPolicies, ExamplesHold) {
  const io::PolicyFile file = policy_of(GetParam());
  for (const io::PolicyExample& example : file.examples) {
    SCOPED_TRACE((example.must_fail ? "must fail: " : "must pass: ") + example.why);
    const Audit result = audit(example.files);
    EXPECT_EQ(result.err, "");
    ASSERT_FALSE(result.report.is_discarded());
    std::size_t found = 0;
    for (const json& finding : result.report["findings"]) {
      if (finding["id"] != file.policy.id) continue;
      ++found;
      EXPECT_EQ(finding["nsg"], nullptr);
      EXPECT_EQ(finding["deployment"], "contoso");
      EXPECT_FALSE(finding["line"].is_null()) << finding["message"];
      EXPECT_FALSE(finding["message"].get<std::string>().empty());
    }
    EXPECT_EQ(found > 0, example.must_fail) << result.report["findings"].dump(1).substr(0, 3000);
  }
}

INSTANTIATE_TEST_SUITE_P(Rules, CloudPolicies, testing::ValuesIn(policy_files()), test_name);

TEST(CloudPolicies, ThereIsOneForEachCheck) {
  std::set<std::string_view> asked;
  for (const fs::path& path : policy_files())
    for (const policy::Ask& ask : policy_of(path).policy.asks)
      asked.insert(policy::code(std::get<policy::CloudAsk>(ask).check));
  const auto all = policy::cloud_check_codes();
  EXPECT_EQ(asked, (std::set<std::string_view>{all.begin(), all.end()}));
}

// A service as it should be: clients come in, and nothing of the family is found.
TEST(CloudPolicies, AGoodServiceHasNone) {
  const Audit result = audit({"service.csdef", "service.cscfg", "rules.json"});
  for (const json& finding : result.report["findings"])
    EXPECT_FALSE(finding["id"].get<std::string>().starts_with("NSG-CS-")) << finding.dump(1);
  EXPECT_EQ(result.exit, Exit::Clean);
  EXPECT_EQ(result.report["inputs"].size(), 3U);
}

// No output quotes the encrypted password, also where it is at fault.
TEST(CloudPolicies, NeverShowThePassword) {
  for (const std::string file : {"service.cscfg", "password-cut.cscfg", "password-weak.cscfg"}) {
    for (const std::string format : {"text", "json", "sarif", "junit", "markdown", "github", "csv"}) {
      std::istringstream in;
      std::ostringstream out, err;
      const Exit exit = run({"audit", kSamples + "service.csdef", kSamples + file, kSamples + "rules.json",
                             "--certificate", kSamples + "password.cer", "-f", format},
                            Process{in, out, err});
      EXPECT_NE(exit, Exit::Usage);
      EXPECT_THAT(out.str(), testing::HasSubstr(file == "service.cscfg" ? "NSG-CS-028" : "NSG-CS-02")) << format;
      EXPECT_THAT(out.str() + err.str(), testing::Not(testing::HasSubstr("MIIB"))) << format << ' ' << file;
    }
  }
}

TEST(CloudPolicies, SayWhatACertificateIsFor) {
  struct Row {
    std::string name;
    std::vector<std::string> args;
    std::string said;
  };
  const std::vector<Row> rows{
      {"rule sets alone", {kSamples + "rules.json", "--certificate", kSamples + "password.cer"}, "of a Cloud Service"},
      {"no certificate",
       {kSamples + "service.csdef", kSamples + "service.cscfg", kSamples + "rules.json", "--certificate",
        kSamples + "rules.json"},
       "it is no certificate"},
      {"no file",
       {kSamples + "service.csdef", kSamples + "service.cscfg", kSamples + "rules.json", "--certificate",
        "nowhere.cer"},
       "nowhere.cer"}};
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    std::vector<std::string> args{"audit"};
    args.insert(args.end(), row.args.begin(), row.args.end());
    std::istringstream in;
    std::ostringstream out, err;
    EXPECT_EQ(run(args, Process{in, out, err}), Exit::Usage);
    EXPECT_THAT(err.str(), testing::HasSubstr(row.said));
    EXPECT_EQ(out.str(), "");
  }
}

TEST(CloudPolicies, AreNotJudgedOnRuleSetsAlone) {
  const Audit result = audit({"only-3389.json"});
  for (const json& finding : result.report["findings"])
    EXPECT_FALSE(finding["id"].get<std::string>().starts_with("NSG-CS-"));
}

TEST(CloudPolicies, EveryFormatShowsTheirFindings) {
  for (const std::string format : {"text", "jsonl", "sarif", "junit", "markdown", "github", "azuredevops", "csv"}) {
    std::istringstream in;
    std::ostringstream out, err;
    const Exit exit = run(
        {"audit", kSamples + "service.csdef", kSamples + "administrator.cscfg", kSamples + "rules.json", "-f", format},
        Process{in, out, err});
    EXPECT_EQ(exit, Exit::Findings) << format;
    EXPECT_THAT(out.str(), testing::HasSubstr("NSG-CS-012")) << format;
  }
}

}  // namespace
}  // namespace nsgcheck::cli::cloud_policies_test
