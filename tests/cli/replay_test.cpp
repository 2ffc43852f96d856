// SPDX-License-Identifier: Apache-2.0
// `nsgcheck replay` over the captures of the lab, with a deployment that says what the lab was.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "cli/run.hpp"

namespace nsgcheck::cli::replay_test {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

const std::string kRoot = NSGCHECK_SOURCE_DIR;

std::string capture(const std::string& name) { return kRoot + "/captures/" + name; }
std::string deployment(const std::string& name) { return kRoot + "/tests/cli/deployments/" + name + ".json"; }

struct Result {
  Exit exit{};
  std::string out, err;
};

Result replay(const std::string& model, std::vector<std::string> args) {
  args.insert(args.begin(), {"replay", "--deployment", deployment(model)});
  std::istringstream in;
  std::ostringstream out;
  std::ostringstream err;
  const Exit exit = run(args, Process{in, out, err});
  return {exit, out.str(), err.str()};
}

json rows_of(const std::string& model, const std::string& file) {
  const Result result = replay(model, {capture(file), "-f", "json"});
  return json::parse(result.out)["connections"];
}

json lab() {
  std::ifstream file{capture("expected.json")};
  return json::parse(file)["files"];
}

TEST(Replay, EndsWhereTheLabEndedForEveryGoodRequest) {
  std::size_t compared = 0;
  const json files = lab();
  for (const auto& [name, file] : files.items()) {
    // Other groups stood in these, or another port was in use.
    if (name.rfind("nsg-", 0) == 0 || name.rfind("closed-port", 0) == 0 || name.rfind("filter-", 0) == 0) continue;
    if (file["packets"] == 0) continue;
    std::map<std::uint64_t, json> by_packet;
    for (const json& row : rows_of("open", name)) by_packet[row["firstPacket"]] = row;
    for (const json& c : file["connections"]) {
      if (c.value("parse_outcome", "") != "ok" || !c.contains("first_frame") || c["proto"] != "tcp") continue;
      if (c.value("leg", "") != "client-vip" || c.value("cookie_kind", "").rfind("azure", 0) != 0) continue;
      if (!c.contains("expected_destination") || c["expected_destination"].is_null()) continue;
      // The lab's forwarder takes names in any case.
      if (c["cookie"].get<std::string>().find(c["expected_destination"].get<std::string>()) == std::string::npos)
        continue;
      SCOPED_TRACE(name + ": " + c.dump());
      ASSERT_TRUE(by_packet.contains(c["first_frame"]));
      const json& row = by_packet.at(c["first_frame"]);
      EXPECT_EQ(row["cookie"]["outcome"], "azure");
      EXPECT_EQ(row["wanted"], c["expected_destination"]);
      EXPECT_EQ(row["reached"], c["expected_destination"]);
      EXPECT_EQ(row["reason"], "ok");
      ++compared;
    }
  }
  EXPECT_GT(compared, 50);
}

TEST(Replay, NamesTheRuleThatClosesTheForwarderPort) {
  std::size_t clients = 0;
  for (const json& row : rows_of("closed-forwarder-port", "nsg-drop-20000.fabric.pcapng")) {
    if (row["leg"] != "client") continue;
    SCOPED_TRACE(row.dump());
    ++clients;
    EXPECT_EQ(row["verdict"], "blocked");
    EXPECT_EQ(row["reason"], "nsg-denied-forwarder-port");
    EXPECT_THAT(row["hops"].dump(), HasSubstr("DenyAllInBound"));
  }
  EXPECT_EQ(clients, 3);
}

struct RunCase {
  const char* name;
  const char* model;
  std::vector<std::string> files;
  std::vector<std::string> options;
  Exit exit;
};

class ReplayExit : public testing::TestWithParam<RunCase> {};

TEST_P(ReplayExit, IsThatOfTheInterface) {
  std::vector<std::string> args = GetParam().options;
  for (const std::string& file : GetParam().files) args.push_back(capture(file));
  const Result result = replay(GetParam().model, args);
  EXPECT_EQ(result.exit, GetParam().exit) << result.out << result.err;
}

INSTANTIATE_TEST_SUITE_P(
    Of, ReplayExit,
    testing::Values(RunCase{"all_reached", "open", {"fr-tls-short.client.pcap"}, {}, Exit::Clean},
                    RunCase{"blocked", "closed-forwarder-port", {"nsg-drop-20000.fabric.pcapng"}, {}, Exit::Findings},
                    RunCase{"damaged", "open", {"cut-last-record.client.pcap"}, {}, Exit::Incomplete},
                    RunCase{"damage_wins_over_findings",
                            "closed-forwarder-port",
                            {"cut-last-record.client.pcap"},
                            {},
                            Exit::Incomplete},
                    RunCase{"no_capture", "open", {"not-pcap.client.snoop"}, {}, Exit::Usage},
                    RunCase{"empty_file", "open", {"empty-file.pcap"}, {}, Exit::Usage},
                    RunCase{"no_capture_beside_one",
                            "open",
                            {"not-pcap.client.snoop", "fr-tls-short.client.pcap"},
                            {},
                            Exit::Incomplete},
                    RunCase{"no_such_file", "open", {"there-is-none.pcap"}, {}, Exit::Usage},
                    RunCase{"no_such_deployment", "there-is-none", {"fr-tls-short.client.pcap"}, {}, Exit::Usage},
                    RunCase{"no_such_format", "open", {"fr-tls-short.client.pcap"}, {"-f", "sarif"}, Exit::Usage},
                    RunCase{
                        "no_such_reading", "open", {"fr-tls-short.client.pcap"}, {"--reading", "kind"}, Exit::Usage}),
    [](const auto& entry) { return std::string{entry.param.name}; });

TEST(Replay, HoldsRowsAgainstAnExpectationFile) {
  const std::string path =
      (std::filesystem::temp_directory_path() / ("nsgcheck-expect-" + std::to_string(::getpid()) + ".json")).string();
  const json good =
      json::parse(replay("closed-forwarder-port", {capture("nsg-drop-20000.fabric.pcapng"), "-f", "json"}).out);
  json wanted{{"connections", json::array()}};
  for (const json& row : good["connections"]) {
    // One more goes straight to an instance and gets through.
    if (row["leg"] != "client") continue;
    wanted["connections"].push_back({{"capture", "nsg-drop-20000.fabric.pcapng"},
                                     {"client", row["client"]},
                                     {"clientPort", row["clientPort"]},
                                     {"verdict", "blocked"},
                                     {"reason", "nsg-denied-forwarder-port"}});
  }
  ASSERT_EQ(wanted["connections"].size(), 3);
  std::ofstream{path} << wanted.dump();
  EXPECT_EQ(replay("closed-forwarder-port", {capture("nsg-drop-20000.fabric.pcapng"), "--expect", path}).exit,
            Exit::Clean);
  const Result differs = replay("open", {capture("nsg-drop-20000.fabric.pcapng"), "--expect", path});
  EXPECT_EQ(differs.exit, Exit::Findings);
  EXPECT_THAT(differs.err, HasSubstr("verdict \"blocked\" expected, \"unknown\" found"));
  std::filesystem::remove(path);
}

TEST(Replay, MasksUserNames) {
  const std::vector<std::string> args{capture("malformed-cookie.client.pcap"), "-f", "json"};
  EXPECT_THAT(replay("open", args).out, HasSubstr("\"mstshash=WebRole1_IN_0\""));
  std::vector<std::string> masked = args;
  masked.push_back("--mask-users");
  EXPECT_THAT(replay("open", masked).out, Not(HasSubstr("\"mstshash=WebRole1_IN_0\"")));
  EXPECT_THAT(replay("open", masked).out, HasSubstr("\"mstshash=***\""));
}

TEST(Replay, SaysTheSameTwice) {
  const std::vector<std::string> args{capture("fr-tls-short.client.pcap"), capture("nmap-scan.client.pcap"), "-f",
                                      "json"};
  EXPECT_EQ(replay("open", args).out, replay("open", args).out);
}

}  // namespace
}  // namespace nsgcheck::cli::replay_test
