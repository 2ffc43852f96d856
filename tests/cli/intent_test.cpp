// SPDX-License-Identifier: Apache-2.0
// --expect as a user meets it. Expectations one by one are the matter of tests/policy/intent_test.cpp.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/call.hpp"
#include "tests/cli/group_text.hpp"

namespace nsgcheck::cli::intent_test {
namespace {

using testing::HasSubstr;
using testing::Not;

const std::string kRules = group_text({inside_rule_text("web", 100, "Allow", "203.0.113.0/24", "443")});
const std::string kMust =
    "must: [{name: clients, protocol: tcp, from: 203.0.113.0/24, to: VirtualNetwork, ports: 443}]\n";

/// A run of audit on kRules with an intent.
struct AgainstIntent {
  explicit AgainstIntent(const std::string& intent, const std::vector<std::string>& more = {}) {
    file = folder.write("nsg.json", kRules);
    std::vector<std::string> words{"audit", file, "--expect", folder.write("intent.yaml", intent)};
    words.insert(words.end(), more.begin(), more.end());
    result = call(words);
  }
  Folder folder;
  std::string file;
  Result result;
};

TEST(Expect, SaysWhatIsHeld) {
  const AgainstIntent run{kMust + "mustNot: [{name: no RDP, from: Internet, ports: 3389}]\n"};
  EXPECT_EQ(run.result.exit, Exit::Clean) << run.result.err;
  EXPECT_THAT(run.result.out, HasSubstr("held      must: clients"));
  EXPECT_THAT(run.result.out, HasSubstr("2 expectations: 2 held in "));
  EXPECT_THAT(run.result.out, Not(HasSubstr("NSG-INT")));
}

TEST(Expect, FailsOnWhatIsViolated) {
  const AgainstIntent run{kMust + "mustNot: [{name: no web, from: Internet, ports: 443}]\n"};
  EXPECT_EQ(run.result.exit, Exit::Findings);
  EXPECT_THAT(run.result.out, HasSubstr("HIGH  NSG-INT-002"));
  EXPECT_THAT(run.result.out, HasSubstr("violated  mustNot: no web"));
  EXPECT_THAT(run.result.out, HasSubstr("2 expectations: 1 held, 1 violated in "));
}

TEST(Expect, TakesTheSeverityOfTheEntry) {
  const AgainstIntent run{"mustNot: [{from: Internet, ports: 443, severity: low}]\n"};
  EXPECT_EQ(run.result.exit, Exit::Clean);
  EXPECT_THAT(run.result.out, HasSubstr("LOW  NSG-INT-002"));
}

TEST(Expect, NeverPassesANameThatIsNobodys) {
  const AgainstIntent run{"must: [{nsg: wbe-nsg, from: VirtualNetwork, to: VirtualNetwork}]\n"};
  EXPECT_EQ(run.result.exit, Exit::Incomplete);
  EXPECT_THAT(run.result.err, HasSubstr("intent.yaml:1:8: no NSG of the input has the name \"wbe-nsg\""));
  EXPECT_THAT(run.result.out, HasSubstr("1 expectation: 1 unknown in "));
}

TEST(Expect, RefusesAFileThatItCannotRead) {
  const AgainstIntent run{"must: [{from: 10.0.0.0/99}]\n"};
  EXPECT_EQ(run.result.exit, Exit::Usage);
  EXPECT_THAT(run.result.err, HasSubstr("intent.yaml:1:15: \"10.0.0.0/99\" is no address"));
  const Folder folder;
  const std::string file = folder.write("nsg.json", kRules);
  EXPECT_EQ(call({"audit", file, "--expect", folder.path("none.yaml")}).exit, Exit::Usage);
}

TEST(Expect, IsInTheJson) {
  const AgainstIntent run{kMust + "mustNot: [{name: no web, from: Internet, ports: 443}]\n", {"-f", "json"}};
  EXPECT_THAT(run.result.out, HasSubstr(R"("expectation": "no web")"));
  EXPECT_THAT(run.result.out, HasSubstr(R"("verdict": "held",
      "judged": "nsg",)"));
  EXPECT_THAT(run.result.out, HasSubstr(R"("held": 1,
      "violated": 1,
      "unknown": 0)"));
}

// Without an intent nothing is said of one.
TEST(Expect, ChangesNothingWhereItIsNotGiven) {
  const Folder folder;
  const Result result = call({"audit", folder.write("nsg.json", kRules), "-f", "json"});
  EXPECT_THAT(result.out, Not(HasSubstr("xpectation")));
  EXPECT_THAT(result.out, Not(HasSubstr("NSG-INT")));
}

TEST(Expect, TheSampleIntentIsOfTheSample) {
  const std::string samples = std::string{NSGCHECK_SOURCE_DIR} + "/rules/samples/";
  const auto against = [&](const std::string& file) {
    return call({"audit", samples + file, "--expect", samples + "intent.yaml"}).out;
  };
  EXPECT_THAT(against("cloud-service.json"), HasSubstr("5 expectations: 5 held"));
  EXPECT_THAT(against("cloud-service-3389-only.json"), HasSubstr("5 expectations: 2 held, 3 violated"));
}

}  // namespace
}  // namespace nsgcheck::cli::intent_test
