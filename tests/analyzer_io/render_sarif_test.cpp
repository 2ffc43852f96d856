// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "analyzer/io/report.hpp"
#include "tests/analyzer_io/render_sample.hpp"

namespace nsgcheck::io::render_sarif_test {
namespace {

using Json = nlohmann::json;

class AuditSarif : public testing::Test {
 protected:
  AuditSarif() { fill_full(sample_); }
  [[nodiscard]] Json run() const { return Json::parse(render_sarif(sample_.report))["runs"][0]; }
  Sample sample_;
};

// What GitHub's page on SARIF support calls required.
TEST_F(AuditSarif, HasWhatCodeScanningDemands) {
  const Json document = Json::parse(render_sarif(sample_.report));
  EXPECT_EQ(document["version"], "2.1.0");
  EXPECT_TRUE(document["$schema"].get<std::string>().ends_with("sarif-2.1.0.json"));
  const Json driver = run()["tool"]["driver"];
  EXPECT_EQ(driver["name"], "nsgcheck");
  EXPECT_EQ(driver["rules"].size(), sample_.report.policies.size());
  EXPECT_EQ(driver["rules"][0]["name"], "RemoteDesktopIsOpenToTheInternet");
  for (const Json& rule : driver["rules"]) {
    EXPECT_FALSE(rule["shortDescription"]["text"].get<std::string>().empty());
    EXPECT_FALSE(rule["fullDescription"]["text"].get<std::string>().empty());
    EXPECT_FALSE(rule["help"]["text"].get<std::string>().empty());
    EXPECT_FALSE(rule["help"]["markdown"].get<std::string>().empty());
    EXPECT_TRUE(rule["properties"]["security-severity"].is_string());
    EXPECT_LE(rule["properties"]["tags"].size(), 10U);
    EXPECT_EQ(rule["properties"]["tags"][0], "security");
  }
  const Json results = run()["results"];
  for (const Json& result : results) {
    EXPECT_FALSE(result["message"]["text"].get<std::string>().empty());
    const Json& place = result["locations"][0]["physicalLocation"];
    EXPECT_GE(place["region"]["startLine"], 1);
    EXPECT_GE(place["region"]["startColumn"], 1);
    EXPECT_FALSE(result["partialFingerprints"]["primaryLocationLineHash"].get<std::string>().empty());
    EXPECT_EQ(result["partialFingerprints"]["nsgcheck/v1"].get<std::string>().size(), 32U);
    EXPECT_EQ(driver["rules"][result["ruleIndex"].get<std::size_t>()]["id"], result["ruleId"]);
  }
}

TEST_F(AuditSarif, PointsAtTheRuleInCodePoints) {
  const Json run = this->run();
  EXPECT_EQ(run["columnKind"], "unicodeCodePoints");
  const Json& first = run["results"][0];
  EXPECT_EQ(first["ruleId"], "NSG-RDP-001");
  EXPECT_EQ(first["level"], "error");
  EXPECT_EQ(first["locations"][0]["physicalLocation"], Json::parse(R"({"artifactLocation": {"uri": "nsgs/web.json"},
                            "region": {"startLine": 7, "startColumn": 9, "endLine": 14, "endColumn": 10}})"));
  EXPECT_EQ(first["properties"]["witness"], "tcp 203.0.113.0:49152 -> 10.0.0.4:3389");
}

TEST_F(AuditSarif, RelatesTheCausesOfAStructuralFinding) {
  const Json results = run()["results"];
  for (const Json& result : results) {
    if (result["ruleId"] != "NSG-HYG-002") continue;
    EXPECT_EQ(result["level"], "note");
    EXPECT_EQ(result["relatedLocations"][0]["physicalLocation"]["region"]["startLine"], 7);
    EXPECT_EQ(result["relatedLocations"][0]["message"]["text"], "AllowRdp (100)");
    return;
  }
  ADD_FAILURE() << "no such result";
}

TEST_F(AuditSarif, KeepsSuppressedResultsAndSaysSo) {
  std::size_t suppressed = 0;
  const Json results = run()["results"];
  for (const Json& result : results) {
    if (!result.contains("suppressions")) continue;
    ++suppressed;
    EXPECT_EQ(result["ruleId"], "NSG-HYG-006");
    EXPECT_EQ(result["suppressions"][0]["kind"], "external");
  }
  EXPECT_EQ(suppressed, 1U);
}

TEST_F(AuditSarif, SaysWhatCouldNotBeRead) {
  const Json invocation = run()["invocations"][0];
  EXPECT_EQ(invocation["executionSuccessful"], false);
  std::multiset<std::string> levels;
  for (const Json& note : invocation["toolExecutionNotifications"]) levels.insert(note["level"]);
  EXPECT_EQ(levels.count("error"), 1U);
  EXPECT_EQ(levels.count("note"), 4U);
}

TEST_F(AuditSarif, TellsEqualFingerprintsApart) {
  auto& findings = sample_.report.nsgs[0].audit.findings;
  findings.assign(2, findings[0]);
  const Json results = run()["results"];
  EXPECT_NE(results[0]["partialFingerprints"]["primaryLocationLineHash"],
            results[1]["partialFingerprints"]["primaryLocationLineHash"]);
  EXPECT_EQ(results[0]["partialFingerprints"]["nsgcheck/v1"], results[1]["partialFingerprints"]["nsgcheck/v1"]);
}

TEST_F(AuditSarif, HasAPlaceForAFindingThatHasNone) {
  auto& nsg = sample_.report.nsgs[0];
  nsg.audit.findings.resize(1);
  nsg.audit.findings[0].span = {};
  EXPECT_EQ(run()["results"][0]["locations"][0]["physicalLocation"]["region"]["startLine"], 2);
}

struct UriCase {
  const char* name;
  std::string file;
  std::string uri;
};

class AuditSarifUri : public testing::TestWithParam<UriCase> {};

TEST_P(AuditSarifUri, IsEscaped) {
  Sample sample;
  fill_full(sample);
  sample.report.files[0] = GetParam().file;
  const Json json = Json::parse(render_sarif(sample.report));
  EXPECT_EQ(json["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"],
            GetParam().uri);
}

INSTANTIATE_TEST_SUITE_P(Files, AuditSarifUri,
                         testing::Values(UriCase{"Relative", "a/b-1_2.json", "a/b-1_2.json"},
                                         UriCase{"Blank", "my rules.json", "my%20rules.json"},
                                         UriCase{"PercentAndHash", "50%#1.json", "50%25%231.json"},
                                         UriCase{"ColonMakesNoScheme", "c:x.json", "c%3Ax.json"},
                                         UriCase{"Umlaut", "\u00fc.json", "%C3%BC.json"},
                                         UriCase{"Backslash", "a\\b.json", "a/b.json"},
                                         UriCase{"OutsideOfTheCurrentDirectory", "/etc/a.json", "file:///etc/a.json"}),
                         [](const auto& test) { return std::string{test.param.name}; });

}  // namespace
}  // namespace nsgcheck::io::render_sarif_test
