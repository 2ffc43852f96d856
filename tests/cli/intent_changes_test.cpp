// SPDX-License-Identifier: Apache-2.0
// What is said of changes with an intent, a deployment or a flow at hand: audit --mutate, fix --expect, fix
// --deployment, explain --why-not.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/call.hpp"
#include "tests/cli/group_text.hpp"

namespace nsgcheck::cli::intent_changes_test {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string sample(const std::string& name) { return std::string{NSGCHECK_SOURCE_DIR} + "/rules/samples/" + name; }

const std::string kOpen = group_text({inside_rule_text("rdp", 200, "Allow", "Internet", "3389")});

TEST(FixWithIntent, OffersNothingThatBreaksAnExpectation) {
  const Folder folder;
  const std::string file = folder.write("nsg.json", kOpen);
  const std::string intent = folder.write(
      "intent.yaml", "must: [{name: admins, protocol: tcp, from: 198.51.100.7, to: VirtualNetwork, ports: 3389}]\n");
  const std::vector<std::string> plain{"fix", file, "--finding", "NSG-RDP-001"};
  EXPECT_THAT(call(plain).out, HasSubstr("1. remove rdp (200)"));
  std::vector<std::string> with = plain;
  with.insert(with.end(), {"--expect", intent});
  const Result result = call(with);
  EXPECT_EQ(result.exit, Exit::Findings) << result.err;
  EXPECT_THAT(result.out, Not(HasSubstr("1. ")));
  EXPECT_THAT(result.out, HasSubstr("not offered is what breaks\n  the expectation \"admins\""));
}

TEST(FixWithIntent, ClosesWhatIsViolated) {
  const Folder folder;
  const std::string file = folder.write("nsg.json", kOpen);
  const std::string intent = folder.write("intent.yaml",
                                          "must: [{protocol: tcp, from: 203.0.113.0/24, to: VirtualNetwork, ports: "
                                          "20000}]\nmustNot: [{from: Internet, ports: 3389}]\n");
  const Result result =
      call({"fix", file, "--expect", intent, "--finding", "NSG-INT-001", "--finding", "NSG-INT-002", "--write"});
  EXPECT_EQ(result.exit, Exit::Clean) << result.out;
  EXPECT_THAT(bytes_of(file), HasSubstr("20000"));
  EXPECT_THAT(bytes_of(file), Not(HasSubstr("3389")));
  EXPECT_THAT(call({"audit", file, "--expect", intent}).out, HasSubstr("2 expectations: 2 held in "));
}

TEST(FixWithDeployment, CutsNobodyOff) {
  const std::vector<std::string> plain{"fix", sample("deployments/works-nsg.json"), "--finding", "NSG-RDP-002"};
  EXPECT_THAT(call(plain).out, HasSubstr("1. "));
  std::vector<std::string> with = plain;
  with.insert(with.end(), {"--deployment", sample("deployments/works.json")});
  const Result result = call(with);
  EXPECT_EQ(result.exit, Exit::Findings) << result.err;
  EXPECT_THAT(result.out, Not(HasSubstr("1. ")));
  EXPECT_THAT(result.out, HasSubstr("the way to WebRole1_IN_0"));
}

TEST(FixWithDeployment, WantsTheSameRules) {
  const Folder folder;
  const Result result =
      call({"fix", folder.write("nsg.json", kOpen), "--deployment", sample("deployments/works.json")});
  EXPECT_EQ(result.exit, Exit::Usage);
  EXPECT_THAT(result.err, HasSubstr("no NSG \"web-nsg\" with the rules that are to be changed"));
}

TEST(WhyNot, OffersChangesWithPatches) {
  const Folder folder;
  const std::string file = folder.write("nsg.json", kOpen);
  const std::vector<std::string> flow{"explain", file,     "--direction", "in",   "--protocol",
                                      "tcp",     "--from", "203.0.113.7", "--to", "10.0.0.4",
                                      "--port",  "20000",  "--why-not"};
  const Result result = call(flow);
  EXPECT_EQ(result.exit, Exit::Clean) << result.err;
  EXPECT_THAT(result.out, HasSubstr("smallest changes of web-nsg that allow it"));
  EXPECT_THAT(result.out, HasSubstr("1. add AllowTcp20000From203_0_113_7"));
  EXPECT_THAT(result.out,
              HasSubstr("does it: newly allowed: inbound tcp 20000 from 203.0.113.7/32 to\n     10.0.0.4/32"));
  EXPECT_THAT(result.out, HasSubstr("changes nothing else (proven)"));
  EXPECT_THAT(result.out, HasSubstr("+      {"));
  std::vector<std::string> json = flow;
  json.insert(json.end(), {"-f", "json"});
  EXPECT_THAT(call(json).out, HasSubstr(R"("wanted": "allow")"));
}

TEST(WhyNot, IsOfSingleFlowsOfGroups) {
  const Folder folder;
  const std::string file = folder.write("nsg.json", kOpen);
  EXPECT_EQ(call({"explain", file, "--flows", file, "--why-not"}).exit, Exit::Usage);
  EXPECT_EQ(call({"explain", "--deployment", sample("deployments/works.json"), "--why-not"}).exit, Exit::Usage);
}

TEST(Mutate, ListsWhatNoExpectationNotices) {
  const Result result = call(
      {"audit", sample("cloud-service.json"), "--expect", sample("intent.yaml"), "--mutate", "--fail-on", "never"});
  EXPECT_EQ(result.exit, Exit::Findings);
  EXPECT_THAT(result.out, HasSubstr("Changes of the rules one by one, and whether an expectation notices them"));
  EXPECT_THAT(result.out, HasSubstr("web-nsg: 28 mutants: "));
  EXPECT_THAT(result.out, HasSubstr("  not noticed  "));
  const Result json =
      call({"audit", sample("cloud-service.json"), "--expect", sample("intent.yaml"), "--mutate", "-f", "json"});
  EXPECT_THAT(json.out, HasSubstr("\"killRatePercent\""));
}

TEST(Mutate, NeedsAnIntent) { EXPECT_EQ(call({"audit", sample("cloud-service.json"), "--mutate"}).exit, Exit::Usage); }

}  // namespace
}  // namespace nsgcheck::cli::intent_changes_test
