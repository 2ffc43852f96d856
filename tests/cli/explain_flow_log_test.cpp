// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <vector>

#include "cli/run.hpp"

namespace nsgcheck::cli::explain_flow_log_test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

const std::string kRoot = NSGCHECK_SOURCE_DIR;
const std::string kSample = kRoot + "/rules/samples/cloud-service.json";
const std::string kLogs = kRoot + "/rules/samples/flow-logs/";

struct Result {
  Exit exit{};
  std::string out, err;
};

Result call(std::vector<std::string> args, const std::string& input = {}) {
  std::istringstream in{input};
  std::ostringstream out;
  std::ostringstream err;
  const Exit exit = run(args, Process{in, out, err});
  return {exit, out.str(), err.str()};
}

std::string bytes_of(const std::string& path) {
  std::ifstream file{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{file}, {}};
}

// The same traffic in each of the three versions.
TEST(ExplainFlowLog, EachVersionIsHeldAgainstTheRuleSet) {
  struct Row {
    const char* file;
    std::vector<std::string> options;
    const char* summary;
  };
  const std::vector<Row> rows{
      {"nsg-version-1.json", {}, "5 entries logged, 5 distinct flows answered, 0 differ from what was logged\n"},
      {"nsg-version-2.json", {}, "7 entries logged, 5 distinct flows answered, 0 differ from what was logged\n"},
      {"vnet.json",
       {"--acl", "5d0c9a7e-31f4-4b0b-9a53-4c2c1f1f0a11=web-nsg"},
       "8 entries logged, 5 distinct flows answered, 0 differ from what was logged\n"},
  };
  std::string first;
  for (const Row& row : rows) {
    SCOPED_TRACE(row.file);
    std::vector<std::string> args{"explain", kSample, "--flows", kLogs + row.file, "-q"};
    args.insert(args.end(), row.options.begin(), row.options.end());
    const Result result = call(args);
    EXPECT_EQ(result.exit, Exit::Clean) << result.err;
    EXPECT_EQ(result.err, "");
    EXPECT_TRUE(result.out.ends_with(row.summary)) << result.out;
    const std::string answers = result.out.substr(0, result.out.size() - std::string{row.summary}.size());
    if (first.empty()) first = answers;
    EXPECT_EQ(answers, first);
  }
}

TEST(ExplainFlowLog, ComesFromStandardInputToo) {
  const Result result =
      call({"explain", kSample, "--flows", "-", "-f", "jsonl"}, bytes_of(kLogs + "nsg-version-2.json"));
  EXPECT_EQ(result.exit, Exit::Clean) << result.err;
  EXPECT_EQ(std::count(result.out.begin(), result.out.end(), '\n'), 5);
}

TEST(ExplainFlowLog, WhatDiffersIsNamedWhereItIsLogged) {
  const Result result = call({"explain", kSample, "--flows", kLogs + "drifted.json"});
  EXPECT_EQ(result.exit, Exit::Incomplete);
  EXPECT_THAT(result.err, HasSubstr("drifted.json:53:19: allow logged, deny found\n"));
  EXPECT_THAT(result.err, HasSubstr("drifted.json:20:19: destination port \"70000\" of a flow tuple is no port, 0 to "
                                    "65535\n"));
  EXPECT_THAT(result.out, HasSubstr("4 entries logged, 4 distinct flows answered, 1 differ from what was logged\n"));
}

TEST(ExplainFlowLog, SaysWhatItCannotAsk) {
  const Result vnet = call({"explain", kSample, "--flows", kLogs + "vnet.json"});
  EXPECT_EQ(vnet.exit, Exit::Incomplete);
  EXPECT_THAT(vnet.err, HasSubstr("1 entries were decided by no NSG"));
  EXPECT_THAT(vnet.err,
              HasSubstr("7 entries of \"5d0c9a7e-31f4-4b0b-9a53-4c2c1f1f0a11\" are not asked: no input has that "
                        "NSG"));
  std::string other = bytes_of(kLogs + "nsg-version-1.json");
  for (auto at = other.find("WEB-NSG"); at != std::string::npos; at = other.find("WEB-NSG")) other.replace(at, 7, "DB");
  const Result none = call({"explain", kSample, "--flows", "-"}, other);
  EXPECT_EQ(none.exit, Exit::Incomplete);
  EXPECT_THAT(none.err, HasSubstr("5 entries of \"DB\" are not asked: no input has that NSG"));
  // Who asks for one NSG does not miss the others.
  EXPECT_EQ(call({"explain", kSample, "--nsg", "web-nsg", "--flows", "-"}, other).exit, Exit::Clean);
  const Result missing = call({"explain", kSample, "--flows", "no-such-log.json"});
  EXPECT_EQ(missing.exit, Exit::Usage);
  EXPECT_THAT(missing.err, HasSubstr("no-such-log.json:1:1: cannot be read: No such file or directory"));
}

TEST(ExplainFlowLog, GroupsAreKnownByTheirGuid) {
  const std::string nsg = R"({"type":"Microsoft.Network/networkSecurityGroups","name":"g","properties":{
    "resourceGuid":"00AA00AA-BB11-CC22-DD33-44EE44EE44EE","securityRules":[]}})";
  const fs::path folder = fs::temp_directory_path() / ("nsgcheck-flow-log-" + std::to_string(::getpid()));
  fs::create_directories(folder);
  std::ofstream{folder / "g.json"} << nsg;
  const std::string log = R"({"records":[{"flowRecords":{"flows":[{"aclID":"00aa00aa-bb11-cc22-dd33-44ee44ee44ee",
    "flowGroups":[{"rule":"UserRule_gone","flowTuples":["1663146003599,203.0.113.7,10.0.0.4,1,3389,6,I,D,NX,0,0,0,0"]}]}]}}]})";
  const Result result = call({"explain", (folder / "g.json").string(), "--flows", "-"}, log);
  fs::remove_all(folder);
  EXPECT_EQ(result.exit, Exit::Clean) << result.err;
  EXPECT_THAT(result.out, HasSubstr("1 entries logged, 1 distinct flows answered, 0 differ from what was logged\n"
                                    "1 as logged, but by another rule, first -:2:57: DenyAllInBound, logged gone\n"));
}

/// ASCII as UTF-16 with a byte order mark, or as UTF-8 with one.
std::string encoded(const std::string& text, const std::string& encoding) {
  if (encoding == "utf-8") return "\xEF\xBB\xBF" + text;
  const bool little = encoding == "utf-16le";
  std::string out = little ? "\xFF\xFE" : "\xFE\xFF";
  for (const char c : text) out += little ? std::string{c, '\0'} : std::string{'\0', c};
  return out;
}

// What PowerShell writes: its `>` gives UTF-16, Out-File and Set-Content others.
TEST(ExplainFlowLog, EncodingsOfPowerShellAreRead) {
  const std::string csv =
      "direction,protocol,source,sourcePort,destination,destinationPort\r\nin,tcp,203.0.113.20,50000,10.0.0.4,"
      "20000\r\n";
  const std::string lines =
      R"({"direction": "in", "protocol": "tcp", "source": "203.0.113.20", "destination": "10.0.0.4", "destinationPort": 20000})"
      "\n";
  const std::string rules = bytes_of(kSample);
  const std::vector<std::pair<std::string, std::string>> flows{
      {"log", bytes_of(kLogs + "nsg-version-2.json")}, {"csv", csv}, {"json lines", lines}};
  for (const auto& [name, text] : flows) {
    const Result plain = call({"explain", kSample, "--flows", "-", "-q"}, text);
    for (const std::string encoding : {"utf-8", "utf-16le", "utf-16be"}) {
      SCOPED_TRACE(name + ' ' + encoding);
      const Result other = call({"explain", kSample, "--flows", "-", "-q"}, encoded(text, encoding));
      EXPECT_EQ(other.out, plain.out);
      EXPECT_EQ(other.err, plain.err);
      EXPECT_EQ(other.exit, plain.exit);
    }
  }
  for (const std::string encoding : {"utf-8", "utf-16le", "utf-16be"}) {
    SCOPED_TRACE("rules " + encoding);
    EXPECT_EQ(call({"audit", "-"}, encoded(rules, encoding)).out, call({"audit", "-"}, rules).out);
  }
}

TEST(ExplainFlowLog, SaysWhereUtf16Breaks) {
  std::string flows =
      encoded("direction,protocol,source,destination,destinationPort\nin,tcp,203.0.113.20,10.0.0.4,", "utf-16le");
  flows += std::string{"\x00\xD8\x20\x00", 4};
  const Result result = call({"explain", kSample, "--flows", "-"}, flows);
  EXPECT_EQ(result.exit, Exit::Incomplete);
  EXPECT_THAT(result.err, HasSubstr("unit 0xD800 at offset"));
}

}  // namespace
}  // namespace nsgcheck::cli::explain_flow_log_test
