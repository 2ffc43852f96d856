// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/cli/rdp_case.hpp"
#include "tests/support/golden.hpp"

namespace nsgcheck::cli::rdp_test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;

TEST(Rdp, ExitCodesAreThoseOfTheInterface) {
  const RdpFolder folder;
  const std::string right = folder.put("right.rdp", right_file());
  const std::string wrong = folder.put("wrong.rdp", right_file("WebRole1#WebRole1_IN_7"));
  const std::string bad_line = folder.put("line.rdp", right_file() + "hello\r\n");
  const std::string user = folder.put("user.rdp", right_file() + "username:s:admin\r\n");
  const std::string junk = folder.put("junk.rdp", "hello\n");
  const std::string other = folder.put("notes.txt", "hello\n");
  fs::create_directory(folder.path("none"));
  fs::create_directories(folder.path("some/deeper"));
  const std::string deep = folder.put("some/deeper/a.RDP", right_file());
  struct Row {
    const char* name;
    std::vector<std::string> args;
    Exit exit;
  };
  const Row rows[]{{"right", {right}, Exit::Clean},
                   {"wrong", {wrong}, Exit::Findings},
                   {"one_of_two_is_wrong", {right, wrong}, Exit::Findings},
                   {"reached_with_finding", {user}, Exit::Findings},
                   {"finding_below_threshold", {user, "--fail-on", "high"}, Exit::Clean},
                   {"never_means_findings_only", {wrong, "--fail-on", "never"}, Exit::Findings},
                   {"one_line_unreadable", {bad_line}, Exit::Incomplete},
                   {"unreadable_wins_over_findings", {junk, wrong}, Exit::Incomplete},
                   {"unreadable_alone", {junk}, Exit::Usage},
                   {"no_such_file", {folder.path("absent.rdp")}, Exit::Usage},
                   {"no_such_file_beside_one", {right, folder.path("absent.rdp")}, Exit::Incomplete},
                   {"directory", {folder.path("some")}, Exit::Clean},
                   {"directory_without_files", {folder.path("none")}, Exit::Usage},
                   {"nothing_to_do", {}, Exit::Usage},
                   {"file_and_write", {right, "--write", folder.path("out")}, Exit::Usage},
                   {"force_without_write", {right, "--force"}, Exit::Usage},
                   {"server_without_write", {right, "--server", "contoso.test"}, Exit::Usage},
                   {"no_such_format", {right, "-f", "sarif"}, Exit::Usage},
                   {"no_such_time", {right, "--now", "soon"}, Exit::Usage},
                   {"no_such_client", {right, "--from", "Nowhere"}, Exit::Usage},
                   {"no_such_severity", {right, "--fail-on", "awful"}, Exit::Usage},
                   {"output_to_nowhere", {right, "-o", "json=" + folder.path("absent/out.json")}, Exit::OutputFailed}};
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    const RdpResult result = rdp("works", row.args);
    EXPECT_EQ(result.exit, row.exit) << result.out << result.err;
  }
}

TEST(Rdp, SaysWhatALineHidesOnStandardErrorToo) {
  const RdpResult result = rdp("works", {"-"}, right_file() + "hello\r\n");
  EXPECT_EQ(result.err, "nsgcheck: -:4:1: \"hello\" is not of the form key:type:value\n");
  EXPECT_THAT(result.out, HasSubstr("4:1  \"hello\" is not of the form key:type:value"));
}

TEST(Rdp, JsonHasWhatTheInterfaceNames) {
  const json out = json::parse(rdp("works", {"-", "-f", "json"}, right_file()).out);
  EXPECT_EQ(out["schema"], "nsgcheck.rdp/1");
  EXPECT_EQ(out["from"], "Internet");
  const json& file = out["files"][0];
  EXPECT_EQ(file["file"], "-");
  EXPECT_EQ(file["server"], "198.51.100.20");
  EXPECT_EQ(file["port"], 3389);
  EXPECT_EQ(file["userName"], "ops");
  EXPECT_EQ(file["cookie"], (json{{"outcome", "azure"},
                                  {"text", "mstshash=WebRole1#WebRole1_IN_0"},
                                  {"role", "WebRole1"},
                                  {"instance", "WebRole1_IN_0"},
                                  {"endpoint", nullptr},
                                  {"faults", json::array()}}));
  EXPECT_EQ(file["wanted"], "WebRole1_IN_0");
  EXPECT_EQ(file["reached"], "WebRole1_IN_0");
  EXPECT_EQ(file["forwarders"], (json{"WebRole1_IN_0", "WebRole1_IN_1"}));
  EXPECT_EQ(file["hops"][0]["hop"], "load-balancer");
  EXPECT_EQ(out["summary"]["reached"], 1);
}

TEST(Rdp, HostNameIsAnAssumption) {
  const json out = json::parse(rdp("works", {"-", "-f", "json"},
                                   "full address:s:contoso.test\nloadbalanceinfo:s:Cookie: "
                                   "mstshash=WebRole1#WebRole1_IN_0\n")
                                   .out);
  EXPECT_EQ(out["files"][0]["assumptions"], (json{"host-name-not-resolved", "slot-not-named"}));
  EXPECT_FALSE(out["files"][0]["hops"][0].contains("before"));
}

TEST(Rdp, WithoutFrontendTheAddressOfTheFileIsTaken) {
  const RdpFolder folder;
  const std::string model = folder.put("d.json", R"({"roles": [{"name": "WebRole1", "remoteForwarder": true,
    "remoteAccess": true, "instances": [{"name": "WebRole1_IN_0", "address": "10.0.0.4"}]}]})");
  std::istringstream in{right_file()};
  std::ostringstream out;
  std::ostringstream err;
  const Exit exit = run({"rdp", "-", "--deployment", model, "-f", "json"}, Process{in, out, err});
  EXPECT_EQ(exit, Exit::Clean) << out.str() << err.str();
  const json file = json::parse(out.str())["files"][0];
  EXPECT_EQ(file["verdict"], "reached");
  EXPECT_THAT(file["assumptions"], testing::Contains("frontend-from-file"));
}

// A right file ends where reach() says, which knows nothing of files and requests.
TEST(Rdp, RightFilesEndWhereReachSays) {
  const fs::path folder = fs::path{NSGCHECK_SOURCE_DIR} / "rules/samples/deployments";
  std::size_t compared = 0;
  for (const auto& entry : fs::directory_iterator{folder}) {
    const std::string model = entry.path().stem().string();
    if (entry.path().extension() != ".json" || model.ends_with("-nsg")) continue;
    const RdpFolder files;
    ASSERT_EQ(rdp(model, {"--write", files.path()}).exit, Exit::Clean);
    std::map<std::string, std::string> by_instance;
    const json checked = json::parse(rdp(model, {files.path(), "-f", "json"}).out);
    for (const json& file : checked["files"])
      by_instance[file["wanted"]] = file["verdict"].get<std::string>() + ' ' + file["reason"].get<std::string>();
    std::istringstream in;
    std::ostringstream out;
    std::ostringstream err;
    (void)run({"reach", "--deployment", entry.path().string(), "-f", "json"}, Process{in, out, err});
    const json reached = json::parse(out.str());
    for (const json& answer : reached["instances"]) {
      SCOPED_TRACE(model + ' ' + answer["instance"].get<std::string>());
      EXPECT_EQ(by_instance[answer["instance"]],
                answer["verdict"].get<std::string>() + ' ' + answer["reason"].get<std::string>());
      ++compared;
    }
  }
  EXPECT_GE(compared, 27);
}

TEST(Rdp, FaultsThatAFileHasAThousandTimesAreCounted) {
  std::string text = right_file();
  for (int i = 0; i < 1000; ++i) text += "username:s:ops\r\n";
  const json file = json::parse(rdp("works", {"-", "-f", "json"}, text).out)["files"][0];
  ASSERT_EQ(file["findings"].size(), 101);
  EXPECT_EQ(file["findings"][100]["code"], "further-lines");
  EXPECT_THAT(file["findings"][100]["message"].get<std::string>(), HasSubstr("900 further lines"));
}

TEST(Rdp, SaysWhatADirectoryHoldsBesides) {
  const RdpFolder folder;
  (void)folder.put("a.rdp", right_file());
  (void)folder.put("notes.txt", "hello");
  EXPECT_THAT(rdp("works", {folder.path()}).err, HasSubstr("not read, since only .rdp files are: 1 file"));
  EXPECT_EQ(rdp("works", {folder.path(), "-q"}).err, "");
}

TEST(Rdp, RolesWithoutRemoteDesktop) {
  const RdpFolder folder;
  const std::string model = folder.put("d.json", R"({"loadBalancer": {"frontends": ["198.51.100.20"]}, "roles": [
    {"name": "WebRole1", "remoteForwarder": true, "remoteAccess": false,
     "instances": [{"name": "WebRole1_IN_0", "address": "10.0.0.4"}]},
    {"name": "WorkerRole1", "remoteAccess": true,
     "instances": [{"name": "WorkerRole1_IN_0", "address": "10.0.0.6"}]}]})");
  const auto with_model = [&](std::vector<std::string> args) {
    args.insert(args.begin(), "rdp");
    args.insert(args.end(), {"--deployment", model, "-f", "json"});
    std::istringstream in{right_file()};
    std::ostringstream out;
    std::ostringstream err;
    const Exit exit = run(args, Process{in, out, err});
    return std::pair{exit, json::parse(out.str())};
  };
  const auto [exit, checked] = with_model({"-"});
  EXPECT_EQ(exit, Exit::Findings);
  EXPECT_EQ(checked["files"][0]["reason"], "remote-access-disabled");
  EXPECT_EQ(checked["files"][0]["findings"][0]["code"], "remote-access-disabled");

  const auto [written_exit, written] = with_model({"--write", folder.path("out")});
  EXPECT_EQ(written_exit, Exit::Clean);
  EXPECT_EQ(written["written"].size(), 1);
  EXPECT_EQ(written["leftOut"][0]["instance"], "WebRole1_IN_0");
  EXPECT_EQ(written["leftOut"][0]["reason"], "remote-access-disabled");
}

TEST(RdpWriteCommand, WritesAFileForEachInstanceThatIsFine) {
  const RdpFolder folder;
  const std::string out = folder.path("out");
  const RdpResult wrote = rdp("works", {"--write", out});
  EXPECT_EQ(wrote.exit, Exit::Clean) << wrote.err;
  EXPECT_THAT(wrote.out, HasSubstr("3 files written, 0 left out"));
  EXPECT_EQ(folder.bytes_of("out/WebRole1_IN_0.rdp"), right_file());
  const RdpResult checked = rdp("works", {out, "-f", "json"});
  EXPECT_EQ(checked.exit, Exit::Clean);
  const json summary = json::parse(checked.out)["summary"];
  EXPECT_EQ(summary["reached"], 3);
  EXPECT_EQ(summary["findings"], 0);
}

TEST(RdpWriteCommand, ReplacesNothingUnasked) {
  const RdpFolder folder;
  (void)folder.put("WebRole1_IN_1.rdp", "mine");
  const RdpResult refused = rdp("works", {"--write", folder.path()});
  EXPECT_EQ(refused.exit, Exit::OutputFailed);
  EXPECT_THAT(refused.err, HasSubstr("WebRole1_IN_1.rdp is there already"));
  EXPECT_EQ(folder.bytes_of("WebRole1_IN_1.rdp"), "mine");
  EXPECT_THAT(folder.names(), ElementsAre("WebRole1_IN_1.rdp"));

  const RdpResult forced = rdp("works", {"--write", folder.path(), "--force", "-f", "json"});
  EXPECT_EQ(forced.exit, Exit::Clean) << forced.err;
  EXPECT_EQ(folder.bytes_of("WebRole1_IN_1.rdp"), right_file("WebRole1#WebRole1_IN_1"));
  EXPECT_THAT(folder.names(), ElementsAre("WebRole1_IN_0.rdp", "WebRole1_IN_1.rdp", "WorkerRole1_IN_0.rdp"));
  const json written = json::parse(forced.out)["written"];
  EXPECT_EQ(written[0]["replaced"], false);
  EXPECT_EQ(written[1]["replaced"], true);
}

TEST(RdpWriteCommand, TakesALinkThatLeadsNowhereForAFile) {
  const RdpFolder folder;
  fs::create_symlink(folder.path("absent"), folder.path("WebRole1_IN_0.rdp"));
  EXPECT_EQ(rdp("works", {"--write", folder.path()}).exit, Exit::OutputFailed);
  EXPECT_THAT(folder.names(), ElementsAre("WebRole1_IN_0.rdp"));
}

// With a Cloud Service's own files as the deployment, named or as inputs.
TEST(RdpWriteCommand, TakesTheFilesOfAService) {
  const std::string samples = std::string{NSGCHECK_SOURCE_DIR} + "/rules/samples/cloud-service-files/";
  struct Row {
    std::string name;
    std::vector<std::string> files;
    std::string user, note;
    Exit exit;
  };
  const std::vector<Row> rows{
      {"all of them", {"service.csdef", "service.cscfg", "rules.json"}, "ops", "", Exit::Clean},
      {"no configuration", {"service.csdef", "rules.json"}, "", "no input tells the user name", Exit::Clean},
      {"what runs", {"get-deployment.xml", "rules.json"}, "", "no input tells the user name", Exit::Clean},
      {"a template", {"cloud-service.json"}, "ops", "", Exit::Clean},
  };
  for (const Row& row : rows) {
    for (const bool named : {false, true}) {
      SCOPED_TRACE(row.name);
      const RdpFolder folder;
      std::vector<std::string> args{"rdp", "--write", folder.path("out"), "--server", "contoso.cloudapp.net",
                                    "-f",  "json"};
      for (const std::string& file : row.files) {
        if (named) args.emplace_back("--deployment");
        args.push_back(samples + file);
      }
      std::istringstream in;
      std::ostringstream out, err;
      EXPECT_EQ(run(args, Process{in, out, err}), row.exit) << err.str();
      EXPECT_EQ(folder.bytes_of("out/WebRole1_IN_0.rdp"),
                "full address:s:contoso.cloudapp.net\r\nusername:s:" + row.user +
                    "\r\nLoadBalanceInfo:s:Cookie: "
                    "mstshash=WebRole1#WebRole1_IN_0\r\n");
      const json written = json::parse(out.str(), nullptr, false)["written"][0];
      if (row.note.empty()) {
        EXPECT_TRUE(written["note"].is_null()) << written["note"];
      } else {
        EXPECT_THAT(written["note"].get<std::string>(), HasSubstr(row.note));
      }
    }
  }
}

struct WriteCase {
  const char* name;
  std::vector<std::string> args;
  Exit exit;
  const char* said;
};

class RdpWriteExit : public testing::TestWithParam<WriteCase> {};

TEST_P(RdpWriteExit, IsThatOfTheInterface) {
  const RdpFolder folder;
  (void)folder.put("file", "");
  std::vector<std::string> args = GetParam().args;
  for (std::string& arg : args)
    if (arg.rfind("DIR/", 0) == 0) arg = folder.path(arg.substr(4));
  const RdpResult result = rdp("works", args);
  EXPECT_EQ(result.exit, GetParam().exit);
  EXPECT_THAT(result.out + result.err, HasSubstr(GetParam().said));
}

INSTANTIATE_TEST_SUITE_P(
    Of, RdpWriteExit,
    testing::Values(
        WriteCase{"host", {"--write", "DIR/a", "--server", "contoso.test"}, Exit::Clean, "3 files written"},
        WriteCase{"no_host", {"--write", "DIR/a", "--server", "a b"}, Exit::Usage, "\"a b\" is no host name"},
        WriteCase{"host_with_port", {"--write", "DIR/a", "--server", "a:1"}, Exit::Usage, "\"a:1\" is no host name"},
        WriteCase{"files_besides", {"--write", "DIR/a", "DIR/file"}, Exit::Usage, "--write excludes FILE"},
        WriteCase{"expired", {"--write", "DIR/a", "--now", "2028-01-01"}, Exit::Findings, "account-expired"},
        WriteCase{"directory_is_a_file", {"--write", "DIR/file"}, Exit::OutputFailed, "cannot make the directory"}),
    [](const auto& entry) { return std::string{entry.param.name}; });

struct GoldenCase {
  const char* name;
  std::string sample;  ///< in rules/samples/rdp
  std::string model;   ///< in rules/samples/deployments
  std::string golden;  ///< in tests/golden
  Exit exit;
};

class RdpGolden : public testing::TestWithParam<GoldenCase> {
 protected:
  // Outputs name files relative to the current directory.
  void SetUp() override { fs::current_path(NSGCHECK_SOURCE_DIR); }
  void TearDown() override { fs::current_path(before_); }

 private:
  fs::path before_{fs::current_path()};
};

TEST_P(RdpGolden, IsWrittenByteForByte) {
  const RdpResult result = rdp(GetParam().model, {"rules/samples/rdp/" + GetParam().sample});
  EXPECT_EQ(result.exit, GetParam().exit);
  support::expect_golden(GetParam().golden, result.out);
}

INSTANTIATE_TEST_SUITE_P(
    Rdp, RdpGolden,
    testing::Values(GoldenCase{"Right", "WebRole1_IN_0.rdp", "works", "rdp-right.txt", Exit::Clean},
                    GoldenCase{"EditedByHand", "hand-edited.rdp", "works", "rdp-hand-edited.txt", Exit::Findings},
                    GoldenCase{"OtherDeployment", "WebRole1_IN_0.rdp", "only-3389-open", "rdp-blocked.txt",
                               Exit::Findings}),
    [](const auto& test) { return std::string{test.param.name}; });

}  // namespace
}  // namespace nsgcheck::cli::rdp_test
