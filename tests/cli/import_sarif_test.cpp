// SPDX-License-Identifier: Apache-2.0
// The command import-sarif as a user meets it. The samples are shaped as each tool writes them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/call.hpp"
#include "tests/cli/group_text.hpp"

namespace nsgcheck::cli::import_sarif_test {
namespace {

using testing::HasSubstr;
using testing::Not;

const std::string kSamples = std::string{NSGCHECK_SOURCE_DIR} + "/rules/samples/";
const std::string kClosed = kSamples + "cloud-service.json";
const std::string kOpen = kSamples + "cloud-service-3389-only.json";

Result import(const std::string& sarif, std::vector<std::string> args = {kClosed, kOpen},
              const std::string& input = {}) {
  args.insert(args.begin(), {"import-sarif", sarif});
  return call(std::move(args), input);
}

TEST(ImportSarif, JudgesEachFinding) {
  const Result result = import(kSamples + "sarif/checkov.sarif");
  EXPECT_EQ(result.exit, Exit::Findings) << result.err;
  const std::string out = flat(result.out);
  EXPECT_THAT(out, HasSubstr("Checkov 3.2.0: 5 results"));
  EXPECT_THAT(out, HasSubstr("refuted CKV_AZURE_9 /rules/samples/cloud-service.json:11 NSG-RDP-001 web-nsg: does not "
                             "happen; denied by DenyAll ("));
  EXPECT_THAT(out, HasSubstr("confirmed CKV_AZURE_9 rules/samples/cloud-service-3389-only.json:5 NSG-RDP-001 web-nsg: "
                             "allows tcp 3389 from Internet"));
  EXPECT_THAT(out, HasSubstr("; decided by AllowRdp ("));
  EXPECT_THAT(out, HasSubstr("; e.g. tcp "));
  EXPECT_THAT(out, HasSubstr("refuted CKV_AZURE_10 rules/samples/cloud-service-3389-only.json:5 NSG-EXP-002 web-nsg: "
                             "does not happen; denied by DenyAllInBound (default)"));
  EXPECT_THAT(out, HasSubstr("not-comparable CKV_AZURE_35 rules/samples/cloud-service.json:11 no policy has this id"));
  EXPECT_THAT(out, HasSubstr("not-comparable CKV_AZURE_9 modules/other.json:1 no input is \"modules/other.json\""));
  EXPECT_THAT(out, HasSubstr("1 confirmed, 2 refuted, 0 unknown, 2 not comparable; "));
}

TEST(ImportSarif, KnowsTheIdsOfEachTool) {
  for (const char* file : {"trivy.sarif", "kics.sarif", "psrule.sarif"}) {
    SCOPED_TRACE(file);
    const Result result = import(kSamples + "sarif/" + file, {kOpen});
    EXPECT_EQ(result.exit, Exit::Findings) << result.err;
    EXPECT_THAT(result.out, HasSubstr("confirmed"));
    EXPECT_THAT(result.out, Not(HasSubstr("not-comparable")));
  }
}

std::string sarif(const std::string& results, const std::string& tool = "Checkov") {
  return R"({"version": "2.1.0", "runs": [{"tool": {"driver": {"name": ")" + tool + R"("}}, "results": [)" + results +
         "]}]}";
}

std::string finding(const std::string& id, int line) {
  return R"({"ruleId": ")" + id +
         R"(", "locations": [{"physicalLocation": {"artifactLocation": {"uri": "nsg.json"}, "region": {"startLine": )" +
         std::to_string(line) + "}}}]}";
}

TEST(ImportSarif, SaysWhatTheToolMissed) {
  const Folder folder;
  const std::string rules = folder.write("nsg.json", group_text({rule_text("Open", 100, "Allow", "*", "3389")}));
  const Result all = import("-", {rules}, sarif(finding("CKV_AZURE_9", 5)));
  EXPECT_THAT(all.out, Not(HasSubstr("CKV_AZURE_9\n")));
  EXPECT_THAT(all.out, HasSubstr("confirmed"));
  const Result none = import("-", {rules}, sarif(""));
  EXPECT_EQ(none.exit, Exit::Findings);
  EXPECT_THAT(none.out, HasSubstr("missed         CKV_AZURE_9\n"));
  const Result stranger = import("-", {rules}, sarif("", "Inhouse"));
  EXPECT_EQ(stranger.exit, Exit::Clean);
  EXPECT_THAT(flat(stranger.out), HasSubstr("what \"Inhouse\" missed is not judged: its ids are not known"));
}

// The rule at which the tool points may have no part in it, or be decided by one of which not all is known.
TEST(ImportSarif, LooksAtTheRuleThatIsMeant) {
  const Folder folder;
  const std::string rules =
      folder.write("nsg.json", group_text({rule_text("First", 100, "Allow", "*", "3389"),
                                           rule_text("Second", 110, "Allow", "10.0.0.0/8", "443")}));
  const Result result = import("-", {rules}, sarif(finding("CKV_AZURE_9", 6)));
  EXPECT_THAT(flat(result.out), HasSubstr("where the tool points, is not among them"));
  const std::string doubt =
      folder.write("nsg.json", group_text({rule_text("Tag", 100, "Deny", "Contoso", "3389"),
                                           rule_text("Open", 110, "Allow", "203.0.113.0/24", "3389")}));
  const Result unknown = import("-", {doubt}, sarif(finding("CKV_AZURE_9", 6)));
  EXPECT_EQ(unknown.exit, Exit::Findings);
  EXPECT_THAT(flat(unknown.out), HasSubstr("(unknown-tag)"));
  const Result nowhere = import("-", {rules}, sarif(finding("CKV_AZURE_9", 900)));
  EXPECT_THAT(nowhere.out, HasSubstr("no NSG stands at this place"));
}

TEST(ImportSarif, WritesJsonAndMarkdown) {
  const Result json = import(kSamples + "sarif/checkov.sarif", {kClosed, kOpen, "-f", "json"});
  for (const char* part : {"\"schema\": \"nsgcheck.import-sarif/1\"", "\"status\": \"confirmed\"",
                           "\"status\": \"refuted\"", "\"witness\": {", "\"confirmed\": 1", "\"notComparable\": 2"})
    EXPECT_THAT(json.out, HasSubstr(part));
  const Result markdown = import(kSamples + "sarif/checkov.sarif", {kClosed, kOpen, "-f", "markdown"});
  EXPECT_THAT(markdown.out, HasSubstr("| refuted | `CKV_AZURE_9` |"));
}

TEST(ImportSarif, SaysWhatIsNoSarif) {
  struct Row {
    const char* text;
    const char* error;
  };
  const Row rows[]{
      {"{", "nsgcheck: -:1:"},
      {"{}", "nsgcheck: -:1:1: no SARIF: it has no list \"runs\"\n"},
      {R"({"version": "2.0.0", "runs": []})", "nsgcheck: -:1:13: SARIF version \"2.0.0\" is not known, only 2.1.0\n"},
  };
  for (const Row& row : rows) {
    const Result result = import("-", {kOpen}, row.text);
    EXPECT_EQ(result.exit, Exit::Usage);
    EXPECT_THAT(result.err, HasSubstr(row.error));
  }
  const Result part = import("-", {kOpen}, sarif("{}, " + finding("CKV_AZURE_9", 5)));
  EXPECT_EQ(part.exit, Exit::Incomplete);
  EXPECT_THAT(part.err, HasSubstr("a result of a SARIF run names no rule\n"));
  EXPECT_THAT(part.out, HasSubstr("not-comparable CKV_AZURE_9 nsg.json:5"));
  EXPECT_EQ(import(kSamples + "sarif/checkov.sarif", {kSamples + "missing.json"}).exit, Exit::Usage);
}

}  // namespace
}  // namespace nsgcheck::cli::import_sarif_test
