// SPDX-License-Identifier: Apache-2.0
#include "cli/run.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/cli/call.hpp"

namespace nsgcheck::cli::run_test {
namespace {

namespace fs = std::filesystem;

const std::string kSamples = std::string{NSGCHECK_SOURCE_DIR} + "/rules/samples/";

std::string rule_list(const std::string& source, const std::string& port) {
  return R"([{"name": "A", "priority": 100, "direction": "Inbound", "access": "Allow", "protocol": "Tcp",
    "sourceAddressPrefix": ")" +
         source + R"(", "sourcePortRange": "*", "destinationAddressPrefix": "*", "destinationPortRange": ")" + port +
         R"("}])";
}

TEST(Run, ExitCodesAreThoseOfTheInterface) {
  const Folder folder;
  const std::string office = folder.write("office.json", rule_list("203.0.113.7", "443"));
  const std::string open = folder.write("open.json", rule_list("*", "3389"));
  const std::string unknown = folder.write("unknown.json", rule_list("CorpNet", "3389"));
  const std::string broken = folder.write("broken.json", "{\"securityRules\": [");
  const std::string other = folder.write("other.json", "{\"name\": \"package\"}");
  struct Row {
    const char* name;
    std::vector<std::string> args;
    Exit exit;
  };
  const Row rows[]{
      {"NothingAtOrAboveHigh", {office}, Exit::Clean},
      {"Critical", {open}, Exit::Findings},
      {"CriticalButNever", {open, "--fail-on", "never"}, Exit::Clean},
      {"LowCountsWhenAsked", {office, "--fail-on", "low"}, Exit::Findings},
      {"UnknownIsNoPass", {unknown}, Exit::Findings},
      {"NoSuchFile", {folder.path("absent.json")}, Exit::Usage},
      {"BrokenAlone", {broken}, Exit::Usage},
      {"BrokenBesideGoodWinsOverFindings", {open, broken}, Exit::Incomplete},
      {"UnknownFormNamedByTheUser", {office, other}, Exit::Incomplete},
      {"NoArguments", {}, Exit::Usage},
      {"UnknownOption", {office, "--frobnicate"}, Exit::Usage},
      {"UnknownFormat", {office, "-f", "pdf"}, Exit::Usage},
      {"BadPort", {office, "--forwarder-port", "70000"}, Exit::Usage},
      {"Help", {"--help"}, Exit::Clean},
      {"CommandHelp", {"explain", "--help"}, Exit::Clean},
      {"Version", {"--version"}, Exit::Clean},
      {"OutputToAMissingFolder", {office, "-o", "json=" + folder.path("no/such/place.json")}, Exit::OutputFailed},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(call(row.args).exit, row.exit) << call(row.args).err;
  }
}

TEST(Run, AnotherForwarderPortIsJudgedInstead) {
  const Folder folder;
  const std::string file = folder.write("f.json", rule_list("203.0.113.0/24", "20005"));
  const auto ports =
      nlohmann::json::parse(call({file, "-f", "json", "--forwarder-port", "20005"}).out)["nsgs"][0]["ports"];
  EXPECT_EQ(ports[5]["port"], 20005);
  EXPECT_EQ(ports[5]["verdict"], "partial");
  EXPECT_EQ(nlohmann::json::parse(call({file, "-f", "json"}).out)["nsgs"][0]["ports"][5]["verdict"], "deny");
}

std::string tagged_rule(const std::string& name, int priority, const std::string& access, const std::string& source) {
  return R"({"direction": "Inbound", "protocol": "Tcp", "sourcePortRange": "*", "destinationAddressPrefix": "*",
    "destinationPortRange": "3389", "name": ")" +
         name + R"(", "priority": )" + std::to_string(priority) + R"(, "access": ")" + access +
         R"(", "sourceAddressPrefix": ")" + source + "\"}";
}

TEST(Run, KnowledgeOfTagsSettlesWhatNoAddressDoes) {
  struct Row {
    const char* name;
    std::string rules;
    const char* verdict;
    const char* reason;  // "" for none
  };
  // Interface 8: regional tags lie in their parent, each tag has an address; what is not settled is unknown.
  const Row rows[]{
      {"RegionBehindADenyOfItsParentIsClosed",
       tagged_rule("D", 100, "Deny", "Storage") + "," + tagged_rule("A", 110, "Allow", "Storage.WestUS"), "deny", ""},
      {"AnAllowedTagIsOpenInPart", tagged_rule("A", 100, "Allow", "AzureCloud"), "partial", ""},
      {"ADeniedTagBeforeAnAllowIsNotSettled",
       tagged_rule("D", 100, "Deny", "CorpNet") + "," + tagged_rule("A", 110, "Allow", "*"), "unknown", "unknown-tag"},
      {"AnExpressionThatNobodyEvaluated", tagged_rule("A", 100, "Allow", "[parameters('from')]"), "unknown",
       "unresolved-expression"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    const auto first =
        nlohmann::json::parse(call({"-", "-f", "json"}, "[" + row.rules + "]").out)["nsgs"][0]["ports"][0];
    EXPECT_EQ(first["verdict"], row.verdict);
    EXPECT_EQ(first.value("reason", ""), row.reason);
  }
}

TEST(Run, StandardInputIsAFileCalledDash) {
  const Result result = call({"-", "-f", "json"}, rule_list("*", "3389"));
  EXPECT_EQ(result.exit, Exit::Findings);
  EXPECT_EQ(nlohmann::json::parse(result.out)["inputs"][0]["file"], "-");
}

TEST(Run, DirectoriesAreWalkedInOrderAndWhatHoldsNoNsgIsListed) {
  const Folder folder;
  folder.write("b.json", rule_list("203.0.113.7", "443"));
  folder.write("a.json", rule_list("203.0.113.7", "443"));
  folder.write("package.json", "{\"name\": \"package\"}");
  folder.write("main.bicep", "param location string");
  const Result result = call({folder.path(), "-f", "json"});
  EXPECT_EQ(result.exit, Exit::Clean) << result.err;
  auto inputs = nlohmann::json::parse(result.out)["inputs"];
  ASSERT_EQ(inputs.size(), 4U);
  EXPECT_NE(inputs[0]["skipped"][1]["what"].get<std::string>().find("1 .bicep"), std::string::npos);
  inputs.erase(0);
  EXPECT_EQ(fs::path{inputs[0]["file"].get<std::string>()}.filename(), "a.json");
  EXPECT_EQ(fs::path{inputs[1]["file"].get<std::string>()}.filename(), "b.json");
  EXPECT_FALSE(inputs[2]["skipped"].empty());
}

TEST(Run, WhatAWalkPassesOverIsListed) {
  const Folder folder;
  folder.write("a.json", rule_list("203.0.113.7", "443"));
  folder.write(".hidden.json", rule_list("*", "3389"));
  fs::create_directory(folder.path("real"));
  fs::create_directory_symlink(folder.path("real"), folder.path("linked"));
  const auto inputs = nlohmann::json::parse(call({folder.path(), "-f", "json"}).out)["inputs"];
  ASSERT_EQ(inputs.size(), 2U);
  const auto said = inputs[0]["skipped"].back()["what"].get<std::string>();
  EXPECT_NE(said.find(".hidden.json"), std::string::npos) << said;
  EXPECT_NE(said.find("linked"), std::string::npos) << said;
}

// A directory that cannot be opened may hold rules: as root, who may open all, the run is another user's.
TEST(Run, ADirectoryThatCannotBeOpenedIsAnError) {
  const Folder folder;
  folder.write("a.json", rule_list("203.0.113.7", "443"));
  fs::create_directory(folder.path("closed"));
  fs::permissions(folder.path(), static_cast<fs::perms>(0755));
  fs::permissions(folder.path("closed"), fs::perms::none);
  constexpr uid_t kNobody = 65534;
  const bool root = geteuid() == 0;
  ASSERT_TRUE(!root || seteuid(kNobody) == 0);
  const Result audit = call({folder.path()});
  const Result diff = call({"diff", folder.path(), folder.path("a.json")});
  ASSERT_TRUE(!root || seteuid(0) == 0);
  fs::permissions(folder.path("closed"), fs::perms::owner_all);
  for (const Result* result : {&audit, &diff}) {
    EXPECT_EQ(result->exit, Exit::Incomplete);
    EXPECT_NE(result->err.find("closed"), std::string::npos) << result->err;
  }
}

TEST(Run, EveryFormatIsWrittenAsideAndTheSameTwice) {
  const Folder folder;
  const std::string sample = kSamples + "cloud-service-3389-only.json";
  for (const std::string format :
       {"text", "json", "jsonl", "sarif", "junit", "markdown", "github", "azuredevops", "csv"}) {
    SCOPED_TRACE(format);
    const std::string path = folder.path("out." + format);
    const Result first = call({sample, "-f", format, "-o", format + "=" + path});
    const Result second = call({sample, "-f", format, "--jobs", "1"});
    EXPECT_EQ(first.exit, Exit::Findings);
    EXPECT_FALSE(first.out.empty());
    EXPECT_EQ(first.out, second.out);
    std::ostringstream written;
    written << std::ifstream{path, std::ios::binary}.rdbuf();
    EXPECT_EQ(written.str(), first.out);
  }
  for (const auto& entry : fs::directory_iterator{folder.path()})
    EXPECT_EQ(entry.path().extension().string().find(".tmp"), std::string::npos) << entry.path();
}

TEST(Explain, NamesTheDeciderOfAPacket) {
  const Result result =
      call({"explain", kSamples + "cloud-service.json", "--direction", "in", "--protocol", "tcp", "--from",
            "198.51.100.7", "--source-port", "50000", "--to", "10.0.0.4", "--port", "20000", "-f", "json"});
  ASSERT_EQ(result.exit, Exit::Clean) << result.err;
  const auto json = nlohmann::json::parse(result.out);
  EXPECT_EQ(json["schema"], "nsgcheck.explain/1");
  EXPECT_EQ(json["verdict"], "deny");
  EXPECT_EQ(json["stages"][0]["decidedBy"]["name"], "DenyAll");
  EXPECT_EQ(json["stages"][0]["rulesEvaluated"].size(), 4U);
  EXPECT_EQ(json["stages"][0]["rulesEvaluated"][0]["source"], false);
  EXPECT_EQ(json["stages"][0]["rulesEvaluated"][0]["destinationPort"], true);
}

TEST(Explain, WithoutSourcePortTheAnswerIsOverASet) {
  const Result result = call({"explain", kSamples + "cloud-service.json", "--direction", "in", "--protocol", "tcp",
                              "--from", "Internet", "--to", "VirtualNetwork", "--port", "20000", "-f", "json"});
  const auto stage = nlohmann::json::parse(result.out)["stages"][0];
  EXPECT_EQ(stage["verdict"], "partial");
  ASSERT_TRUE(stage["decidedBy"].is_array());
  EXPECT_EQ(stage["decidedBy"][0]["name"], "AllowForwarderFromOperators");
  EXPECT_EQ(stage["region"][0]["source"][0], "203.0.113.16/28");
}

TEST(Explain, FlowsAreAnsweredInOrderAndHeldAgainstWhatIsExpected) {
  const Folder folder;
  const std::string header = "direction,protocol,source,sourcePort,destination,destinationPort,expect\n";
  const std::string right = folder.write("right.csv", header +
                                                          "in,tcp,203.0.113.17,50000,10.0.0.4,20000,allow\n"
                                                          "inbound,TCP,198.51.100.7,50000,10.0.0.4,20000,deny\n"
                                                          "in,tcp,Internet,,VirtualNetwork,20000,partial\n"
                                                          "out,icmp,10.0.0.4,,10.0.0.5,,allow\n");
  const std::string wrong = folder.write("wrong.csv", header + "in,tcp,203.0.113.17,50000,10.0.0.4,20000,deny\n");
  const std::string lines = folder.write(
      "flows.jsonl",
      R"({"direction":"in","protocol":6,"source":"203.0.113.17","sourcePort":1,"destination":"10.0.0.4","destinationPort":20000})"
      "\n");
  const std::string broken = folder.write("broken.csv", header + "sideways,tcp,203.0.113.17,1,10.0.0.4,20000,deny\n");
  const std::string sample = kSamples + "cloud-service.json";

  const Result good = call({"explain", sample, "--flows", right, "-f", "jsonl"});
  EXPECT_EQ(good.exit, Exit::Clean) << good.err;
  std::istringstream out{good.out};
  std::vector<std::string> verdicts;
  for (std::string line; std::getline(out, line);)
    verdicts.push_back(nlohmann::json::parse(line)["verdict"].get<std::string>());
  EXPECT_EQ(verdicts, (std::vector<std::string>{"allow", "deny", "partial", "allow"}));

  EXPECT_EQ(call({"explain", sample, "--flows", wrong}).exit, Exit::Findings);
  EXPECT_EQ(call({"explain", sample, "--flows", lines}).exit, Exit::Clean);
  const Result bad = call({"explain", sample, "--flows", broken});
  EXPECT_EQ(bad.exit, Exit::Incomplete);
  EXPECT_NE(bad.err.find("broken.csv:2:1: direction \"sideways\""), std::string::npos) << bad.err;
}

TEST(Explain, TheFastLineEqualsTheFullAnswerButForItsLadder) {
  const Folder folder;
  const std::string flows = folder.write(
      "f.csv",
      "direction,protocol,source,sourcePort,destination,destinationPort\nin,tcp,203.0.113.17,50000,10.0.0.4,20000\n");
  const std::string sample = kSamples + "cloud-service.json";
  auto fast = nlohmann::json::parse(call({"explain", sample, "--flows", flows, "-f", "jsonl"}).out);
  auto full = nlohmann::json::parse(call({"explain", sample, "--flows", flows, "-f", "jsonl", "--ladder"}).out);
  full["stages"][0].erase("rulesEvaluated");
  EXPECT_EQ(fast, full);
}

TEST(Explain, RefusesWhatItCannotAsk) {
  struct Row {
    const char* name;
    std::vector<std::string> args;
    const char* message;
  };
  const std::string sample = kSamples + "cloud-service.json";
  const Row rows[]{
      {"Families", {"--direction", "in", "--protocol", "tcp", "--from", "10.0.0.1", "--to", "fd00::1"}, "families"},
      {"Direction", {"--direction", "up", "--protocol", "tcp", "--from", "10.0.0.1", "--to", "10.0.0.2"}, "\"up\""},
      {"Protocol", {"--direction", "in", "--protocol", "tpc", "--from", "10.0.0.1", "--to", "10.0.0.2"}, "\"tpc\""},
      {"Address", {"--direction", "in", "--protocol", "tcp", "--from", "10.0.0", "--to", "10.0.0.2"}, "\"10.0.0\""},
      {"NoSource", {"--direction", "in", "--protocol", "tcp", "--to", "10.0.0.2"}, "no source"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    std::vector<std::string> args{"explain", sample};
    args.insert(args.end(), row.args.begin(), row.args.end());
    const Result result = call(args);
    EXPECT_EQ(result.exit, Exit::Usage);
    EXPECT_NE(result.err.find(row.message), std::string::npos) << result.err;
  }
}

TEST(Reach, SaysWhoGetsThroughAndWhatWouldOpenTheWay) {
  const std::string deployments = kSamples + "deployments/";
  const Result works = call({"reach", "--deployment", deployments + "works.json", "-f", "json"});
  EXPECT_EQ(works.exit, Exit::Clean) << works.err;
  const auto open = nlohmann::json::parse(works.out);
  EXPECT_EQ(open["instances"][0]["sources"], nlohmann::json({"203.0.113.0/24"}));
  EXPECT_NE(std::find(open["assumptions"].begin(), open["assumptions"].end(), "expiration-not-judged"),
            open["assumptions"].end());
  const Result denied = call({"reach", "--deployment", deployments + "second-hop-denied.json", "--instance",
                              "WorkerRole1_IN_0", "-f", "json"});
  EXPECT_EQ(denied.exit, Exit::Findings) << denied.err;
  const auto miss = nlohmann::json::parse(denied.out)["instances"][0]["nearestMiss"];
  EXPECT_NE(miss["obstacles"][0]["opening"].get<std::string>().find("DenyRdp"), std::string::npos);
}

TEST(Reach, TheAccountIsJudgedAtTheTimeGiven) {
  // The sample's account expires on 2027-01-01.
  const std::string deployment = kSamples + "deployments/works.json";
  struct Row {
    const char* now;
    Exit exit;
  };
  for (const Row& row : {Row{"2026-12-31T23:59:59Z", Exit::Clean}, Row{"2027-01-01T00:00:00Z", Exit::Findings},
                         Row{"tomorrow", Exit::Usage}}) {
    SCOPED_TRACE(row.now);
    EXPECT_EQ(call({"reach", "--deployment", deployment, "--now", row.now}).exit, row.exit);
  }
}

TEST(Policies, AreListedAndFoundByTheIdsOfOtherTools) {
  EXPECT_NE(call({"policies"}).out.find("NSG-RDP-001"), std::string::npos);
  EXPECT_NE(call({"policies", "CKV_AZURE_9"}).out.find("NSG-RDP-001"), std::string::npos);
  EXPECT_EQ(call({"policies", "NO-SUCH-ID"}).exit, Exit::Usage);
  EXPECT_EQ(nlohmann::json::parse(call({"policies", "NSG-RDP-001", "-f", "json"}).out)["policies"].size(), 1U);
}

TEST(Policies, OnesOwnAreInForceBesideTheBuiltIn) {
  const Folder folder;
  const std::string policy = folder.write("own.yaml", R"(id: OWN-1
title: Telnet from anywhere
severity: critical
rationale: Nobody needs it.
remediation: Close it.
ask:
  forbid: {direction: inbound, protocol: [tcp], from: Internet, to: VirtualNetwork, ports: [23]}
examples:
  fail:
    - why: open to all
      rules: [{name: A, priority: 100, access: Allow, protocol: Tcp, source: "*", ports: 23}]
  pass:
    - why: another port
      rules: [{name: A, priority: 100, access: Allow, protocol: Tcp, source: "*", ports: 24}]
)");
  const std::string rules = folder.write("telnet.json", rule_list("203.0.113.7", "23"));
  EXPECT_EQ(call({rules}).exit, Exit::Clean);
  const Result result = call({rules, "--policy", policy});
  EXPECT_EQ(result.exit, Exit::Findings) << result.err;
  EXPECT_NE(result.out.find("OWN-1"), std::string::npos);
  const std::string bad = folder.write("bad.yaml", "id: X\nasks: 3\n");
  EXPECT_EQ(call({rules, "--policy", bad}).exit, Exit::Usage);
}

}  // namespace
}  // namespace nsgcheck::cli::run_test
