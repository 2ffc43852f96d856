// SPDX-License-Identifier: Apache-2.0
// What is said where the words of a command line name no command, or leave out what it needs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <utility>

#include "tests/cli/call.hpp"

namespace nsgcheck::cli::command_words_test {
namespace {

using testing::HasSubstr;

struct Row {
  std::string name;
  std::vector<std::string> args;
  std::string said;
};

TEST(CommandWords, SayWhatIsMissing) {
  const std::string sample = std::string{NSGCHECK_SOURCE_DIR} + "/rules/samples/hardened.json";
  const std::vector<Row> rows{
      {"help as a word", {"help"}, "\"help\" is no file and no command; the commands are audit, explain, diff"},
      {"a command misspelt", {"exlpain", sample}, "\"exlpain\" is no file and no command"},
      {"a file that is not there", {"nowhere.json"}, "nowhere.json:1:1: no such file"},
      {"explain without a direction", {"explain", sample}, "--direction is required"},
      {"explain with a direction that is none",
       {"explain", sample, "--direction", "up", "--protocol", "tcp", "--from", "203.0.113.7", "--to", "10.0.0.4",
        "--port", "3389"},
       "direction \"up\" is neither in nor out"}};
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    const Result result = call(row.args);
    EXPECT_EQ(result.exit, Exit::Usage);
    EXPECT_THAT(result.err, HasSubstr(row.said));
  }
}

// Common options (interface 1) are those of each command that has a use for them.
TEST(CommandWords, ExplainWritesEveryFormatAside) {
  const Folder folder;
  const std::string sample = std::string{NSGCHECK_SOURCE_DIR} + "/rules/samples/cloud-service.json";
  const std::string flows = folder.write("flows.csv",
                                         "direction,protocol,source,sourcePort,destination,destinationPort\n"
                                         "in,tcp,203.0.113.17,50000,10.0.0.4,20000\n"
                                         "in,tcp,198.51.100.7,,10.0.0.4,20000\n");
  const std::string deployment = std::string{NSGCHECK_SOURCE_DIR} + "/rules/samples/deployments/works.json";
  const std::vector<std::string> one{"--direction",  "in",   "--protocol", "tcp",    "--from",
                                     "203.0.113.17", "--to", "10.0.0.4",   "--port", "20000"};
  const std::vector<std::pair<std::string, std::vector<std::string>>> rows{
      {"one flow", {"explain", sample}},
      {"a list", {"explain", sample, "--flows", flows}},
      {"a list with its rules", {"explain", sample, "--flows", flows, "--ladder"}},
      {"one flow of a deployment", {"explain", "--deployment", deployment}},
      {"a list of a deployment", {"explain", "--deployment", deployment, "--flows", flows}}};
  for (const auto& [name, words] : rows) {
    SCOPED_TRACE(name);
    std::vector<std::string> args = words;
    if (name.starts_with("one")) args.insert(args.end(), one.begin(), one.end());
    const auto as = [&](const std::string& format) {
      std::vector<std::string> with = args;
      with.insert(with.end(), {"-f", format, "--jobs", "1"});
      return call(with).out;
    };
    std::vector<std::string> with = args;
    for (const char* format : {"text", "json", "jsonl"})
      with.insert(with.end(), {"-o", std::string{format} + '=' + folder.path(format)});
    const Result result = call(with);
    EXPECT_EQ(result.exit, Exit::Clean) << result.err;
    EXPECT_EQ(result.out, as("text"));
    for (const char* format : {"text", "json", "jsonl"}) {
      std::ifstream in{folder.path(format), std::ios::binary};
      EXPECT_EQ((std::string{std::istreambuf_iterator<char>{in}, {}}), as(format)) << format;
    }
    with = args;
    with.insert(with.end(), {"-o", "json=" + folder.path("no/such/place")});
    EXPECT_EQ(call(with).exit, Exit::OutputFailed);
  }
}

TEST(CommandWords, EveryCommandThatReadsRuleSetsTakesJobs) {
  const std::string sample = std::string{NSGCHECK_SOURCE_DIR} + "/rules/samples/hardened.json";
  const std::vector<std::vector<std::string>> rows{
      {"audit", sample}, {"diff", sample, sample}, {"simplify", sample}, {"fix", sample}};
  for (const std::vector<std::string>& row : rows) {
    SCOPED_TRACE(row[0]);
    std::vector<std::string> with = row;
    with.insert(with.end(), {"--jobs", "1"});
    const Result plain = call(row);
    const Result result = call(with);
    EXPECT_EQ(result.exit, plain.exit) << result.err;
    EXPECT_EQ(result.out, plain.out);
  }
}

TEST(CommandWords, AFileThatIsGivenTwiceIsReadOnce) {
  const Folder folder;
  std::ifstream in{std::string{NSGCHECK_SOURCE_DIR} + "/rules/samples/hardened.json"};
  const std::string sample = folder.write("u.json", {std::istreambuf_iterator<char>{in}, {}});
  const Result once = call({sample});
  struct Twice {
    std::string name;
    std::vector<std::string> args;
  };
  const std::vector<Twice> rows{{"by one name", {sample, sample}},
                                {"by two names", {sample, folder.path() + "/./u.json"}},
                                {"by its directory first", {folder.path(), sample}},
                                {"by its directory last", {sample, folder.path()}}};
  for (const Twice& row : rows) {
    SCOPED_TRACE(row.name);
    const Result result = call(row.args);
    EXPECT_EQ(result.exit, once.exit);
    EXPECT_EQ(result.out.substr(result.out.rfind(" NSG with")), once.out.substr(once.out.rfind(" NSG with")));
    EXPECT_THAT(result.err, HasSubstr("is given more than once; it is read once"));
    std::vector<std::string> quietly = row.args;
    quietly.emplace_back("-q");
    EXPECT_EQ(call(quietly).err, "");
  }
  // Two states of one file are two readings.
  EXPECT_EQ(call({"diff", sample, sample}).err, "");
}

// What is the case for every address is so for a group's members.
TEST(CommandWords, NothingIsSaidTwice) {
  const Folder folder;
  const auto group = [](const std::string& name, const std::string& rule) {
    return R"({"name": ")" + name + R"(", "properties": {"securityRules": [{"name": "a", "properties": {"priority": 100,
      "access": "Allow", "direction": "Inbound", "protocol": "Tcp", "sourceAddressPrefix": "*", )" +
           rule + "}}]}}";
  };
  const std::string members =
      folder.write("members.json", group("n", R"("sourcePortRange": "*", "destinationPortRange": "3389",
        "destinationApplicationSecurityGroups": [{"id": "/subscriptions/s/resourceGroups/r/providers/)"
                                              R"(Microsoft.Network/applicationSecurityGroups/g"}])"));
  const std::string clients = folder.write(
      "clients.json",
      group("n", R"("sourcePortRange": "3389", "destinationPortRange": "20000", "destinationAddressPrefix": "*")"));
  const std::string intent = folder.write("intent.yaml", "only: [{nsg: n, from: Internet, ports: 20000, allow: []}]\n");
  struct Once {
    std::string name;
    std::vector<std::string> args;
    std::string said, not_said;
  };
  const std::vector<Once> rows{
      {"a group's members",
       {members},
       "may allow tcp 3389 from Internet inbound;",
       "may allow tcp 3389 from Internet and"},
      {"what closes it", {"fix", clients, "--finding", "NSG-RDP-005"}, "closes it: newly denied", "also changes"},
      {"an expectation without a name", {clients, "--expect", intent}, " only ", "only: only"},
  };
  for (const Once& row : rows) {
    SCOPED_TRACE(row.name);
    const std::string out = flat(call(row.args).out);
    EXPECT_THAT(out, HasSubstr(row.said));
    EXPECT_THAT(out, testing::Not(HasSubstr(row.not_said)));
  }
}

TEST(CommandWords, InputsThatAreCountedAreThoseOfNsgs) {
  const std::string samples = std::string{NSGCHECK_SOURCE_DIR} + "/rules/samples/";
  const Result intent = call({samples + "cloud-service.json", "--expect", samples + "intent.yaml"});
  EXPECT_THAT(intent.out, HasSubstr("1 NSG with 4 rules in 1 input: "));
  const Result deployed = call({"audit", "--deployment", samples + "deployments/works.json"});
  EXPECT_THAT(deployed.out, HasSubstr("1 NSG with 1 rule in 1 input: "));
}

}  // namespace
}  // namespace nsgcheck::cli::command_words_test
