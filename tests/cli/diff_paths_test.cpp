// SPDX-License-Identifier: Apache-2.0
// What a change means at the instances of a deployment: diff --deployment as a user meets it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "tests/cli/call.hpp"

namespace nsgcheck::cli::diff_paths_test {
namespace {

using testing::HasSubstr;
using testing::Not;
namespace fs = std::filesystem;

const std::string kSamples = std::string{NSGCHECK_SOURCE_DIR} + "/rules/samples/deployments/";

// A sample with one text in place of another, in a file of its own.
std::string changed(const std::string& sample, const std::string& from, const std::string& to) {
  std::ifstream in{kSamples + sample};
  std::string text{std::istreambuf_iterator<char>{in}, {}};
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
  const std::string path = fs::temp_directory_path() / ("nsgcheck-paths-" + std::to_string(::getpid()) + ".json");
  std::ofstream{path} << text;
  return path;
}

Result diff(const std::string& before, const std::string& after, const std::string& deployment,
            const std::string& format) {
  return call({"diff", before, after, "--deployment", kSamples + deployment, "-f", format});
}

TEST(DiffPaths, SaysWhoLosesWhatAtWhichInstance) {
  const Result result =
      diff(kSamples + "works-nsg.json", kSamples + "second-hop-denied-nsg.json", "works.json", "text");
  EXPECT_EQ(result.exit, Exit::Findings);
  EXPECT_THAT(result.out, HasSubstr("Through all stages\n"));
  EXPECT_THAT(result.out, HasSubstr("  newly lost  inbound tcp 3389 from VirtualNetwork at WebRole1_IN_0,\n"
                                    "              WebRole1_IN_1 and WorkerRole1_IN_0\n"
                                    "    by web-nsg, e.g. tcp 10.0.0.5:49152 -> 10.0.0.4:3389\n"));
  EXPECT_THAT(result.out, Not(HasSubstr("newly arrives")));
}

// The NICs' NSG denies what the subnets' lets in.
TEST(DiffPaths, SaysWhatStillStopsAChange) {
  const std::string opened = changed("narrow-nic-nsg.json", "\"3389\"", "\"3380-3390\"");
  const Result result = diff(kSamples + "narrow-nic-nsg.json", opened, "narrow-nic.json", "text");
  EXPECT_EQ(result.exit, Exit::Findings);
  EXPECT_THAT(result.out, HasSubstr("does not arrive at WebRole1_IN_0, WebRole1_IN_1 and\n"
                                    "  WorkerRole1_IN_0: DenyAllInBound of nic-nsg (nic)"));
  EXPECT_THAT(result.out, Not(HasSubstr("newly arrives")));
  fs::remove(opened);
}

TEST(DiffPaths, SaysWhatNewlyArrivesInEveryFormat) {
  const std::string opened = changed("works-nsg.json", "203.0.113.0/24", "203.0.112.0/23");
  const Result text = diff(kSamples + "works-nsg.json", opened, "works.json", "text");
  EXPECT_THAT(text.out, HasSubstr("newly arrives  inbound tcp 20000 from 203.0.112.0/24 at WebRole1_IN_0,"));
  const Result json = diff(kSamples + "works-nsg.json", opened, "works.json", "json");
  EXPECT_THAT(json.out, HasSubstr("\"instance\": \"WebRole1_IN_0\""));
  EXPECT_THAT(json.out, HasSubstr("\"newlyArrives\": [\n"));
  EXPECT_THAT(json.out, HasSubstr("\"newlyLost\": []"));
  const Result markdown = diff(kSamples + "works-nsg.json", opened, "works.json", "markdown");
  EXPECT_THAT(markdown.out, HasSubstr("| newly arrives | `inbound tcp 20000 from 203.0.112.0/24` | `WebRole1_IN_0, "));
  fs::remove(opened);
}

// What a group denies that may be missing may arrive: it stops nothing for sure.
TEST(DiffPaths, AGroupThatMayBeMissingStopsNothing) {
  const Folder folder;
  std::ifstream in{kSamples + "works-nsg.json"};
  const std::string group{std::istreambuf_iterator<char>{in}, {}};
  const auto text = [&](const std::string& condition) {
    return R"({"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
      "parameters": {"a": {"type": "bool"}}, "resources": [{"type": "Microsoft.Network/networkSecurityGroups",)" +
           condition + group.substr(group.find('{') + 1) + "]}";
  };
  const std::string there = folder.write("there.json", text(""));
  const std::string perhaps = folder.write("perhaps.json", text(R"("condition": "[parameters('a')]",)"));
  const Result newly = diff(there, perhaps, "works.json", "text");
  EXPECT_EQ(newly.exit, Exit::Findings) << newly.err;
  EXPECT_THAT(flat(newly.out), HasSubstr("at WebRole1_IN_0, WebRole1_IN_1 and WorkerRole1_IN_0"));
  EXPECT_THAT(flat(newly.out), HasSubstr("(unresolved-expression)"));
  EXPECT_THAT(newly.out, Not(HasSubstr("does not arrive")));
  const Result both = diff(perhaps, perhaps, "works.json", "text");
  EXPECT_EQ(both.exit, Exit::Clean) << both.out << both.err;
}

TEST(DiffPaths, SaysWhichGroupStandsNowhere) {
  const std::string lone = changed("works-nsg.json", "\"web-nsg\"", "\"lone-nsg\"");
  const Result result = diff("/dev/null", lone, "works.json", "text");
  EXPECT_EQ(result.exit, Exit::Findings);
  EXPECT_THAT(result.out, HasSubstr("Through all stages\n  lone-nsg stands nowhere in the deployment\n"));
  fs::remove(lone);
}

TEST(DiffPaths, RefusesADeploymentThatIsNotThere) {
  const Result result = diff(kSamples + "works-nsg.json", kSamples + "works-nsg.json", "none.json", "text");
  EXPECT_EQ(result.exit, Exit::Usage);
}

}  // namespace
}  // namespace nsgcheck::cli::diff_paths_test
