// SPDX-License-Identifier: Apache-2.0
// --evidence as a user meets it: the file that each command writes is accepted by the second opinion.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/verify/run.hpp"
#include "tests/cli/call.hpp"
#include "tests/cli/group_text.hpp"

namespace nsgcheck::cli {
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
}  // namespace nsgcheck::cli
