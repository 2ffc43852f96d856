// SPDX-License-Identifier: Apache-2.0
// A whole Cloud Service from its own files: rules/samples/cloud-service-files.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "cli/run.hpp"
#include "tests/support/golden.hpp"

namespace nsgcheck::cli::cloud_service_test {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;

struct Result {
  Exit exit{};
  std::string out, err;
};

// Outputs name files relative to the current directory, so that is the root of the sources.
class CloudService : public testing::Test {
 protected:
  void SetUp() override { std::filesystem::current_path(NSGCHECK_SOURCE_DIR); }
  void TearDown() override { std::filesystem::current_path(before_); }

  static Result say(const std::string& command, const std::vector<std::string>& samples,
                    std::vector<std::string> more = {}) {
    std::vector<std::string> args{command};
    for (const std::string& name : samples) args.push_back("rules/samples/cloud-service-files/" + name);
    args.insert(args.end(), more.begin(), more.end());
    std::istringstream in;
    std::ostringstream out, err;
    const Exit exit = run(args, Process{in, out, err});
    return {exit, out.str(), err.str()};
  }

  static json reach(const std::vector<std::string>& samples, std::vector<std::string> more = {}) {
    more.insert(more.end(), {"-f", "json"});
    const Result result = say("reach", samples, more);
    EXPECT_EQ(result.err, "");
    return json::parse(result.out);
  }

  // "WebRole1_IN_0 reached ok 203.0.113.0/24", one for each instance.
  static std::vector<std::string> answers(const json& report) {
    std::vector<std::string> out;
    for (const json& one : report["instances"]) {
      std::string line = one["instance"].get<std::string>() + ' ' + one["verdict"].get<std::string>() + ' ' +
                         one["reason"].get<std::string>();
      for (const json& source : one["sources"]) line += ' ' + source.get<std::string>();
      out.push_back(line);
    }
    return out;
  }

 private:
  std::filesystem::path before_{std::filesystem::current_path()};
};

const std::vector<std::string> kService{"service.csdef", "service.cscfg", "rules.json"};

TEST_F(CloudService, IsCheckedFromItsOwnFilesByteForByte) {
  const Result result = say("reach", kService);
  EXPECT_EQ(result.exit, Exit::Clean);
  EXPECT_EQ(result.err, "");
  support::expect_golden("reach-cloud-service.txt", result.out);
}

// Three ways to say the same: by hand, in the service's files, by what runs.
TEST_F(CloudService, TwinFormsGiveTheSameAnswers) {
  const json hand = reach({"deployment.json"})["instances"];
  EXPECT_EQ(hand.size(), 3U);
  EXPECT_EQ(reach(kService)["instances"], hand);
  EXPECT_EQ(reach({"rules.json", "service.cscfg", "service.csdef"})["instances"], hand);
  EXPECT_EQ(reach({"service.cscfg", "rules.json"})["instances"], hand) << "without the definition";
  EXPECT_EQ(reach({"service.csdef", "service.cscfg", "get-deployment.xml", "rules.json"})["instances"], hand);
  EXPECT_EQ(reach({"service.csdef", "service.cscfg", "SharedConfig.xml", "rules.json"})["instances"], hand);
  // A deployment file may say what the service's files do not.
  EXPECT_EQ(reach({"service.csdef", "service.cscfg", "deployment.json"})["instances"], hand);
}

TEST_F(CloudService, ATemplateOfExtendedSupportGivesTheSameVerdicts) {
  const json report = reach({"cloud-service.json"});
  EXPECT_EQ(answers(report), answers(reach(kService)));
  EXPECT_THAT(report["assumptions"].dump(), HasSubstr("extension-forwarder-roles"));
  // Any instance may be the forwarder: each is looked at.
  EXPECT_EQ(report["instances"][0]["paths"].size(), 3U);
}

TEST_F(CloudService, DeploymentTakesTheSameFiles) {
  const Result result = say("reach", {},
                            {"--deployment", "rules/samples/cloud-service-files/service.csdef", "--deployment",
                             "rules/samples/cloud-service-files/service.cscfg", "--deployment",
                             "rules/samples/cloud-service-files/rules.json"});
  EXPECT_EQ(result.out, say("reach", kService).out);
  EXPECT_EQ(result.exit, Exit::Clean);
}

TEST_F(CloudService, ReplayTakesThemBesideCaptures) {
  const Result result = say("replay", {"service.csdef", "service.cscfg", "get-deployment.xml", "rules.json"},
                            {"captures/base.client.pcap", "-f", "json"});
  const json hand = json::parse(say("replay", {},
                                    {"--deployment", "rules/samples/cloud-service-files/deployment.json",
                                     "captures/base.client.pcap", "-f", "json"})
                                    .out);
  EXPECT_EQ(json::parse(result.out)["connections"].size(), 8U);
  EXPECT_EQ(json::parse(result.out)["summary"], hand["summary"]);
  EXPECT_EQ(hand["summary"]["reached"], 6);
}

/// What becomes of WebRole1's first instance and of WorkerRole1's.
struct ReachCase {
  std::string name;
  std::vector<std::string> samples;
  std::string web, worker;
};

TEST_F(CloudService, SaysWhatIsLostWhere) {
  const std::string open = "reached ok 203.0.113.0/24";
  const std::vector<ReachCase> rows{
      {"as it should be", kService, open, open},
      {"only 3389 is open",
       {"service.csdef", "service.cscfg", "only-3389.json"},
       "blocked nsg-denied-forwarder-port",
       "blocked nsg-denied-forwarder-port"},
      {"the forwarder got another port",
       {"service.csdef", "service.cscfg", "forwarder-20005.xml", "rules.json"},
       "blocked nsg-denied-forwarder-port",
       "blocked nsg-denied-forwarder-port"},
      {"the second hop is denied",
       {"service.csdef", "service.cscfg", "second-hop-denied.json"},
       "unknown nsg-denied-second-hop",
       "blocked nsg-denied-second-hop"},
      {"a traffic rule",
       {"traffic-rule.csdef", "service.cscfg", "rules.json"},
       open,
       "blocked network-traffic-rule-denied"},
      {"one role only", {"one-role.csdef", "one-role.cscfg", "rules.json"}, open, "unroutable remote-access-disabled"},
      {"an expiration that is blank",
       {"service.csdef", "no-expiration.cscfg", "rules.json"},
       "unroutable account-expired",
       open},
      {"no forwarder",
       {"no-forwarder.csdef", "no-forwarder.cscfg", "rules.json"},
       "unroutable no-forwarder-role",
       "unroutable no-forwarder-role"},
      {"the forwarder is off",
       {"service.csdef", "forwarder-off.cscfg", "rules.json"},
       "unroutable no-forwarder-role",
       "unroutable no-forwarder-role"},
      {"an ACL takes a part",
       {"service.csdef", "acl.cscfg", "rules.json"},
       "reached ok 203.0.113.16/28",
       "reached ok 203.0.113.16/28"},
      {"an ACL takes all",
       {"service.csdef", "acl-closed.cscfg", "rules.json"},
       "blocked endpoint-acl-denied",
       "blocked endpoint-acl-denied"},
      {"an ACL of another role", {"service.csdef", "acl-wrong-role.cscfg", "rules.json"}, open, open},
      {"a classic group", {"service.csdef", "service.cscfg", "classic-nsg.xml"}, open, open},
      {"an account that has expired", {"service.csdef", "expired.cscfg", "rules.json"}, open, open},
  };
  for (const ReachCase& row : rows) {
    SCOPED_TRACE(row.name);
    const std::vector<std::string> all = answers(reach(row.samples));
    ASSERT_EQ(all.size(), 3U);
    EXPECT_EQ(all.front(), "WebRole1_IN_0 " + row.web);
    EXPECT_EQ(all.back(), "WorkerRole1_IN_0 " + row.worker);
  }
  EXPECT_THAT(answers(reach({"service.csdef", "expired.cscfg", "rules.json"}, {"--now", "2026-01-01"})).front(),
              HasSubstr("unroutable account-expired"));
}

// Without addresses a rule for one of them leaves it open; for the whole subnet it does not.
TEST_F(CloudService, VerdictsHoldForEveryAddressOrAreUnknown) {
  const auto with_destination = [&](const std::string& destination) {
    const std::filesystem::path file = std::filesystem::temp_directory_path() / "nsgcheck-cloud-address.json";
    std::ofstream{file} << R"({"name": "web-nsg", "properties": {"securityRules": [{"name": "A", "properties": {
        "priority": 100, "access": "Allow", "direction": "Inbound", "protocol": "Tcp", "sourceAddressPrefix": "203.0.113.9",
        "sourcePortRange": "*", "destinationAddressPrefix": ")"
                        << destination << R"(", "destinationPortRange": "20000"}}]}})";
    const auto out = answers(reach({"service.csdef", "service.cscfg"}, {file.string()}));
    std::filesystem::remove(file);
    return out.front();
  };
  EXPECT_EQ(with_destination("VirtualNetwork"), "WebRole1_IN_0 reached ok 203.0.113.9/32");
  EXPECT_EQ(with_destination("10.0.0.4"), "WebRole1_IN_0 unknown not-a-modelled-address");
  EXPECT_EQ(with_destination("198.51.100.20"), "WebRole1_IN_0 blocked nsg-denied-forwarder-port");
}

// Of a file that is no XML of its form nothing can be answered.
TEST_F(CloudService, SaysWhatItCannotRead) {
  const std::filesystem::path file = std::filesystem::temp_directory_path() / "nsgcheck-cloud-fault.csdef";
  std::ofstream{file} << "<!DOCTYPE x>\n<ServiceDefinition/>";
  const Result result = say("reach", {"service.cscfg"}, {file.string()});
  EXPECT_EQ(result.exit, Exit::Usage);
  EXPECT_EQ(result.out, "");
  EXPECT_THAT(result.err, HasSubstr(".csdef:1:1: a DOCTYPE"));
  std::filesystem::remove(file);
}

}  // namespace
}  // namespace nsgcheck::cli::cloud_service_test
