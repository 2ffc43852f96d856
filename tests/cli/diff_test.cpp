// SPDX-License-Identifier: Apache-2.0
// The command diff as a user meets it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "cli/run.hpp"
#include "tests/support/golden.hpp"

namespace nsgcheck::cli::diff_test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

struct Result {
  Exit exit{};
  std::string out, err;
};

/// In a folder of the test's own, gone afterwards.
class DiffCommand : public testing::Test {
 protected:
  void SetUp() override {
    fs::create_directories(folder_);
    fs::current_path(folder_);
  }
  void TearDown() override {
    fs::current_path(before_);
    fs::remove_all(folder_);
  }

  static std::string write(const std::string& name, const std::string& text) {
    fs::create_directories(fs::path{name}.parent_path().empty() ? "." : fs::path{name}.parent_path());
    std::ofstream{name, std::ios::binary} << text;
    return name;
  }

  static Result call(std::vector<std::string> args, const std::string& input = {}) {
    args.insert(args.begin(), "diff");
    std::istringstream in{input};
    std::ostringstream out;
    std::ostringstream err;
    const Exit exit = run(args, Process{in, out, err});
    return {exit, out.str(), err.str()};
  }

  static nlohmann::json json(std::vector<std::string> args) {
    args.insert(args.end(), {"-f", "json"});
    return nlohmann::json::parse(call(args).out);
  }

 private:
  fs::path before_{fs::current_path()};
  fs::path folder_{fs::temp_directory_path() / ("nsgcheck-diff-" + std::to_string(::getpid()))};
};

std::string rule(const std::string& name, int priority, const std::string& source, const std::string& port,
                 const std::string& protocol = "Tcp") {
  return R"({"name": ")" + name + R"(", "priority": )" + std::to_string(priority) +
         R"(, "direction": "Inbound", "access": "Allow", "protocol": ")" + protocol + R"(",
    "sourceAddressPrefix": ")" +
         source + R"(", "sourcePortRange": "*", "destinationAddressPrefix": "*", "destinationPortRange": ")" + port +
         "\"}";
}

std::string nsg(const std::string& name, const std::string& rules) {
  return R"({"name": ")" + name + R"(", "securityRules": [)" + rules + "]}";
}

TEST_F(DiffCommand, ExitCodesAreThoseOfTheInterface) {
  const std::string office = write("office.json", nsg("web", rule("a", 100, "203.0.113.7", "443")));
  const std::string renamed = write("renamed.json", nsg("WEB", rule("b", 200, "203.0.113.7/32", "443-443")));
  const std::string open = write("open.json", nsg("web", rule("a", 100, "*", "3389")));
  const std::string unknown = write("unknown.json", nsg("web", rule("a", 100, "[parameters('x')]", "443")));
  const std::string broken = write("broken.json", "{\"securityRules\": [");
  const std::string other = write("other.json", "{\"name\": \"package\"}");
  const std::string empty = write(
      "empty.json",
      R"({"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#", "resources": []})");
  write("tree/office.json", nsg("web", rule("a", 100, "203.0.113.7", "443")));
  write("tree/broken.json", "{\"securityRules\": [");
  struct Row {
    const char* name;
    std::vector<std::string> args;
    Exit exit;
  };
  const Row rows[]{
      {"Itself", {office, office}, Exit::Clean},
      {"OtherNamesAndPriorities", {office, renamed}, Exit::Clean},
      {"Changed", {office, open}, Exit::Findings},
      {"UnknownIsNoPass", {office, unknown}, Exit::Findings},
      {"TheSameUnknownIsNoChange", {unknown, unknown}, Exit::Clean},
      {"NoSuchFile", {office, "absent.json"}, Exit::Usage},
      {"OldUnreadable", {broken, office}, Exit::Usage},
      {"NewUnreadable", {office, broken}, Exit::Usage},
      {"NoKnownForm", {office, other}, Exit::Usage},
      {"NoneBefore", {empty, office}, Exit::Findings},
      {"NoneOnEitherSide", {empty, empty}, Exit::Usage},
      {"NotThereBefore", {"/dev/null", office}, Exit::Findings},
      {"NotThereAtAll", {"/dev/null", "/dev/null"}, Exit::Usage},
      {"PartUnreadableWinsOverEqual", {office, "tree"}, Exit::Incomplete},
      {"OneStateOnly", {office}, Exit::Usage},
      {"BothStandardInput", {"-", "-"}, Exit::Usage},
      {"MappedToNobody", {office, open, "--map", "web=nobody"}, Exit::Usage},
      {"MapWithoutName", {office, open, "--map", "web="}, Exit::Usage},
      {"UnknownFormat", {office, open, "-f", "sarif"}, Exit::Usage},
      {"Help", {"--help"}, Exit::Clean},
      {"OutputToAMissingFolder", {office, open, "-o", "json=no/such/place.json"}, Exit::OutputFailed},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    const Result result = call(row.args);
    EXPECT_EQ(result.exit, row.exit) << result.out << result.err;
    EXPECT_EQ(result.err.empty(), row.exit == Exit::Clean || row.exit == Exit::Findings);
  }
}

TEST_F(DiffCommand, JsonIsThatOfTheInterface) {
  write("old.json", nsg("web-nsg", ""));
  write("new.json", nsg("web-nsg", "\n" + rule("Ops", 110, "198.51.100.0/24", "3389")));
  const auto report = json({"old.json", "new.json"});
  EXPECT_EQ(report["schema"], "nsgcheck.diff/1");
  EXPECT_EQ(report["equivalent"], false);
  EXPECT_EQ(report["summary"]["newlyAllowed"], 1);
  EXPECT_EQ(report["summary"]["newlyDenied"], 0);
  const auto& web = report["nsgs"][0];
  EXPECT_EQ(web["name"], "web-nsg");
  EXPECT_EQ(web["status"], "changed");
  EXPECT_EQ(web["complete"], true);
  EXPECT_EQ(web["newlyDenied"], nlohmann::json::array());
  auto entry = web["newlyAllowed"][0];
  EXPECT_EQ(entry["witness"],
            nlohmann::json::parse(R"({"protocol": "tcp", "source": "198.51.100.0", "sourcePort": 49152,
    "destination": "10.0.0.4", "destinationPort": 3389})"));
  entry.erase("witness");
  EXPECT_EQ(entry, nlohmann::json::parse(R"({"direction": "inbound", "protocol": "tcp", "source": ["198.51.100.0/24"],
    "sourcePorts": ["0-65535"], "destination": ["*"], "destinationPorts": ["3389"],
    "oldRule": {"name": "DenyAllInBound", "priority": 65500, "access": "Deny", "line": null, "default": true},
    "newRule": {"name": "Ops", "priority": 110, "access": "Allow", "line": 2, "file": "new.json"}})"));
}

TEST_F(DiffCommand, ARegionHasOneProtocolOrAny) {
  write("old.json", nsg("n", ""));
  struct Row {
    const char* name;
    std::string protocol;
    std::string port;
    std::vector<std::string> protocols;  ///< of newlyAllowed
  };
  const Row rows[]{
      {"Any", "*", "*", {"any"}},
      {"IcmpIsBoth", "Icmp", "*", {"icmp", "icmpv6"}},
      {"WithPorts", "*", "22", {"tcp", "udp", "sctp"}},
      {"AnotherNumber", "Esp", "*", {"esp"}},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    write("new.json", nsg("n", rule("a", 100, "8.8.8.8", row.port, row.protocol)));
    const auto report = json({"old.json", "new.json"});
    std::vector<std::string> found;
    for (const auto& entry : report["nsgs"][0]["newlyAllowed"]) {
      found.push_back(entry["protocol"]);
      // A packet of "any" is one of TCP.
      EXPECT_EQ(entry["witness"]["protocol"], entry["protocol"] == "any" ? "tcp" : entry["protocol"]);
      EXPECT_EQ(entry["witness"]["sourcePort"].is_null(), found.back().starts_with("icmp") || found.back() == "esp");
    }
    EXPECT_EQ(found, row.protocols);
    EXPECT_EQ(report["summary"]["newlyAllowed"], row.protocols.size());
  }
}

TEST_F(DiffCommand, NsgsPairByNameAndByMap) {
  write("old.json",
        "[" + nsg("web", rule("a", 100, "8.8.8.8", "443")) + "," + nsg("db", rule("a", 100, "9.9.9.9", "1433")) + "]");
  write("new.json", "[" + nsg("DB", rule("b", 100, "9.9.9.9", "1433")) + "," +
                        nsg("front", rule("b", 100, "8.8.8.8", "443")) + "]");
  const auto statuses = [](const nlohmann::json& report) {
    std::string out;
    for (const auto& one : report["nsgs"])
      out += one["name"].get<std::string>() + ':' + one["status"].get<std::string>() + ' ';
    return out;
  };
  EXPECT_EQ(statuses(json({"old.json", "new.json"})), "DB:equal front:added web:removed ");
  const auto mapped = json({"--map", "web=front", "old.json", "new.json"});
  EXPECT_EQ(statuses(mapped), "DB:equal front:equal ");
  EXPECT_EQ(mapped["equivalent"], true);
  EXPECT_EQ(mapped["nsgs"][1]["old"]["name"], "web");
}

TEST_F(DiffCommand, WhatIsNotSettledIsSaid) {
  write("old.json", nsg("n", rule("a", 100, "8.8.8.8", "443")));
  write("new.json", nsg("n", rule("a", 100, "8.8.8.8", "443") + "," + rule("b", 110, "[parameters('from')]", "22")));
  const auto report = json({"old.json", "new.json"});
  EXPECT_EQ(report["equivalent"], false);
  EXPECT_EQ(report["nsgs"][0]["status"], "unknown");
  const auto& entry = report["nsgs"][0]["unknownRegion"][0];
  EXPECT_EQ(entry["oldVerdict"], "deny");
  EXPECT_EQ(entry["newVerdict"], "unknown");
  EXPECT_EQ(entry["reason"], "unresolved-expression");
  EXPECT_EQ(entry["newRule"], nullptr);
  EXPECT_THAT(call({"old.json", "new.json"}).out, HasSubstr("may be newly allowed (unresolved-expression)"));
  // The same expression on both sides is the same value; that is said, too.
  write("again.json", nsg("n", rule("z", 300, "[parameters('from')]", "22") + "," + rule("a", 100, "8.8.8.8", "443")));
  const auto again = json({"new.json", "again.json"});
  EXPECT_EQ(again["equivalent"], true);
  EXPECT_EQ(again["assumptions"][1]["code"], "open-values-alike");
  // What a variable is does not show in the expression.
  write("v1.json", nsg("n", rule("a", 100, "[variables('from')]", "22")));
  write("v2.json", nsg("n", rule("b", 100, "[variables('from')]", "22")));
  EXPECT_EQ(call({"v1.json", "v2.json"}).exit, Exit::Findings);
}

TEST_F(DiffCommand, APlanIsComparedWithItself) {
  const auto group = [](const std::string& port) {
    return R"({"name": "n", "resource_group_name": "rg", "security_rule": [{"name": "a", "priority": 100, "access": "Allow",
      "direction": "Inbound", "protocol": "Tcp", "source_address_prefix": "8.8.8.8", "source_port_range": "*",
      "destination_address_prefix": "*", "destination_port_range": ")" +
           port + "\"}]}";
  };
  const std::string text =
      R"({"format_version": "1.2", "resource_changes": [{"address": "azurerm_network_security_group.n",
    "type": "azurerm_network_security_group", "change": {"actions": ["update"], "before": )" +
      group("443") + R"(, "after": )" + group("22") + "}}]}";
  write("plan.json", text);
  const auto report = json({"plan.json"});
  EXPECT_EQ(report["nsgs"][0]["newlyAllowed"][0]["destinationPorts"][0], "22");
  EXPECT_EQ(report["nsgs"][0]["newlyDenied"][0]["destinationPorts"][0], "443");
  // From standard input, which can be read once.
  EXPECT_EQ(nlohmann::json::parse(call({"-", "-f", "json"}, text).out)["summary"], report["summary"]);
  EXPECT_EQ(call({"plan.json", "plan.json"}).exit, Exit::Clean);
}

TEST_F(DiffCommand, JsonLinesAreTheRegions) {
  write("old.json", nsg("n", rule("a", 100, "8.8.8.8", "443")));
  write("new.json", nsg("n", rule("a", 100, "9.9.9.9", "443")));
  std::istringstream lines{call({"old.json", "new.json", "-f", "jsonl"}).out};
  std::vector<std::string> changes;
  for (std::string line; std::getline(lines, line);) {
    const auto entry = nlohmann::json::parse(line);
    EXPECT_EQ(entry["nsg"], "n");
    changes.push_back(entry["change"].get<std::string>() + ' ' + entry["source"][0].get<std::string>());
  }
  EXPECT_EQ(changes, (std::vector<std::string>{"newlyAllowed 9.9.9.9/32", "newlyDenied 8.8.8.8/32"}));
}

TEST_F(DiffCommand, OutsideTextIsHarmless) {
  write("old.json", nsg("n", ""));
  write("new.json", nsg("a|b<img>`\\u001b[31m", rule("x|@team\\u001b[2J", 100, "8.8.8.8", "443")));
  EXPECT_EQ(call({"old.json", "new.json"}).out.find('\x1b'), std::string::npos);
  const std::string markdown = call({"old.json", "new.json", "-f", "markdown"}).out;
  EXPECT_EQ(markdown.find('\x1b'), std::string::npos);
  EXPECT_THAT(markdown, HasSubstr("`x\\|@team\\x1b[2J (new.json:1)`"));
}

// What a user sees of the samples; scripts/refresh-golden writes the files.
TEST(DiffGolden, SamplesByteForByte) {
  const fs::path before = fs::current_path();
  fs::current_path(NSGCHECK_SOURCE_DIR);
  for (const auto& [format, file] : {std::pair{"text", "diff.txt"}, {"json", "diff.json"}, {"markdown", "diff.md"}}) {
    SCOPED_TRACE(file);
    std::istringstream in;
    std::ostringstream out;
    std::ostringstream err;
    EXPECT_EQ(run({"diff", "rules/samples/diff-old.json", "rules/samples/diff-new.json", "-f", format},
                  Process{in, out, err}),
              Exit::Findings);
    support::expect_golden(file, out.str());
  }
  fs::current_path(before);
}

}  // namespace
}  // namespace nsgcheck::cli::diff_test
