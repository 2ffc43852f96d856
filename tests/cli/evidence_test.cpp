// SPDX-License-Identifier: Apache-2.0
// --evidence as a user meets it: the file that each command writes is accepted by the second opinion.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>

#include "cli/verify/run.hpp"
#include "tests/cli/call.hpp"
#include "tests/cli/group_text.hpp"

namespace nsgcheck::cli::evidence_test {
namespace {

using testing::HasSubstr;

const std::string kWide = rule_text("wide", 100, "Allow", "Internet", "3389");
const std::string kTwin = rule_text("twin", 110, "Allow", "203.0.113.7", "3389");

std::string verified(const std::string& file, int exit = 0) {
  std::istringstream in;
  std::ostringstream out;
  EXPECT_EQ(verify::run({file}, in, out, out), exit);
  return out.str();
}

TEST(Evidence, OfAnAuditIsAccepted) {
  const Folder folder;
  const std::string nsg = folder.write("nsg.json", group_text({kWide, kTwin}));
  const std::string evidence = folder.path("e.json");
  const Result plain = call({nsg});
  const Result result = call({nsg, "--evidence", evidence});
  EXPECT_EQ(result.exit, plain.exit);
  EXPECT_EQ(result.out, plain.out);
  const std::string said = verified(evidence);
  EXPECT_THAT(said, HasSubstr(" 1 redundant"));
  EXPECT_THAT(said, HasSubstr("; 0 unknown, not claimed"));
}

TEST(Evidence, ShowsWhatIsExpected) {
  const Folder folder;
  const std::string nsg = folder.write("nsg.json", group_text({kTwin}));
  const std::string intent = folder.write("intent.yaml",
                                          "must: [{name: twin, protocol: tcp, from: 203.0.113.7, ports: 3389}]\n"
                                          "mustNot: [{name: others, from: 198.51.100.0/24}]\n"
                                          "only: [{name: just it, from: Internet, ports: 3389,"
                                          " allow: [{protocol: tcp, from: 203.0.113.7}]}]\n");
  const std::string evidence = folder.path("e.json");
  EXPECT_EQ(call({nsg, "--expect", intent, "--evidence", evidence}).exit, Exit::Findings);
  EXPECT_THAT(verified(evidence), HasSubstr("expectations: 3 of 3 shown (3 held)"));
  // One more rule, and two of them are violated.
  const std::string wider = folder.write("wider.json", group_text({kWide, kTwin}));
  EXPECT_EQ(call({wider, "--expect", intent, "--evidence", evidence}).exit, Exit::Findings);
  EXPECT_THAT(verified(evidence), HasSubstr("expectations: 3 of 3 shown (1 held, 2 violated)"));
}

TEST(Evidence, NamesEveryFinding) {
  const Folder folder;
  // A rule without a name that the API takes, one that is open, and one that is shown.
  const std::string nsg =
      folder.write("nsg.json", group_text({kWide, kTwin, rule_text("_bad!", 120, "Allow", "1.2.3", "22")}));
  const std::string evidence = folder.path("e.json");
  const Result result = call({nsg, "--format", "json", "--evidence", evidence});
  const auto report = nlohmann::json::parse(result.out);
  const auto proofs = nlohmann::json::parse(bytes_of(evidence));
  ASSERT_EQ(report["findings"].size(), proofs["findings"].size());
  std::set<std::string> reasons;
  for (std::size_t i = 0; i < proofs["findings"].size(); ++i) {
    EXPECT_EQ(report["findings"][i]["fingerprint"], proofs["findings"][i]["fingerprint"]);
    if (proofs["findings"][i]["shows"].is_null()) reasons.insert(proofs["findings"][i]["reason"].get<std::string>());
  }
  EXPECT_THAT(reasons, testing::ElementsAre("a fact of the text, not of traffic", "the input leaves it open"));
  EXPECT_THAT(verified(evidence), HasSubstr(" are not: a fact of the text, not of traffic"));
}

TEST(Evidence, OfAComparisonIsAccepted) {
  const Folder folder;
  const std::string both = folder.write("both.json", group_text({kWide, kTwin}));
  const std::string twin = folder.write("twin.json", group_text({kTwin}));
  const std::string evidence = folder.path("e.json");
  EXPECT_EQ(call({"diff", both, twin, "--evidence", evidence}).exit, Exit::Findings);
  EXPECT_EQ(verified(evidence), "accepted: 2 claims (1 differs, 1 equivalent); 0 unknown, not claimed\n");
  EXPECT_EQ(call({"diff", both, "/dev/null", "--certificate", evidence}).exit, Exit::Findings);
  EXPECT_EQ(verified(evidence), "accepted: 2 claims (2 differs); 0 unknown, not claimed\n");
}

// A group that may be missing is a list with a rule more that may let everything pass.
TEST(Evidence, OfAGroupThatMayBeMissing) {
  const Folder folder;
  const auto text = [](const std::string& condition) {
    return R"({"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
      "parameters": {"a": {"type": "bool"}}, "resources": [{"type": "Microsoft.Network/networkSecurityGroups",)" +
           condition + R"("name": "web-nsg", "properties": {"securityRules": [)" + kTwin + "]}}]}";
  };
  const std::string there = folder.write("there.json", text(""));
  const std::string perhaps = folder.write("perhaps.json", text(R"("condition": "[parameters('a')]",)"));
  const std::string evidence = folder.path("e.json");
  EXPECT_EQ(call({"diff", there, perhaps, "--evidence", evidence}).exit, Exit::Findings);
  EXPECT_THAT(verified(evidence), HasSubstr("2 unknown, not claimed"));
  auto file = nlohmann::json::parse(bytes_of(evidence));
  EXPECT_EQ(file["lists"][1]["rules"][0]["name"], "no group: everything passes");
  // Somebody who calls them equal is not believed.
  for (auto& claim : file["claims"]) {
    claim["claims"] = "equivalent";
    claim.erase("reason");
    claim["complete"] = true;
    claim["cover"] = nlohmann::json::array();
    for (nlohmann::json box : claim["question"]) {
      box["says"] = nlohmann::json::array();
      claim["cover"].push_back(box);
    }
  }
  verified(folder.write("forged.json", file.dump()), 1);
  EXPECT_EQ(call({"diff", perhaps, perhaps, "--evidence", evidence}).exit, Exit::Clean);
  EXPECT_THAT(verified(evidence), HasSubstr("2 equivalent"));
}

TEST(Evidence, OfASimplificationIsAccepted) {
  const Folder folder;
  const std::string nsg = folder.write("nsg.json", group_text({kWide, kTwin}));
  const std::string evidence = folder.path("e.json");
  EXPECT_EQ(call({"simplify", nsg, "--evidence", evidence}).exit, Exit::Findings);
  EXPECT_EQ(verified(evidence), "accepted: 2 claims (2 equivalent); 0 unknown, not claimed\n");
}

TEST(Evidence, OfAnotherRuleSetIsRefused) {
  const Folder folder;
  const std::string evidence = folder.path("e.json");
  EXPECT_EQ(call({folder.write("nsg.json", group_text({kTwin})), "--evidence", evidence}).exit, Exit::Findings);
  std::string text = bytes_of(evidence);
  const std::string source = R"("203.0.113.7")";
  text.replace(text.find(source), source.size(), R"("203.0.113.8")");
  EXPECT_THAT(verified(folder.write("other.json", text), 1), HasSubstr("refused: claim 0, web-nsg inbound, "));
}

TEST(Evidence, ThatCannotBeWrittenIsAFailure) {
  const Folder folder;
  const Result result = call({folder.write("nsg.json", group_text({kTwin})), "--evidence", folder.path("no/e.json")});
  EXPECT_EQ(result.exit, Exit::OutputFailed);
  EXPECT_THAT(result.err, HasSubstr("cannot write "));
}

}  // namespace
}  // namespace nsgcheck::cli::evidence_test
