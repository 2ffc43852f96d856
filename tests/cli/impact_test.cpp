// SPDX-License-Identifier: Apache-2.0
// The command impact as a user meets it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/call.hpp"
#include "tests/cli/capture_maker.hpp"
#include "tests/cli/group_text.hpp"

namespace nsgcheck::cli::impact_test {
namespace {

using testing::HasSubstr;
using testing::Not;

const std::string kSamples = std::string{NSGCHECK_SOURCE_DIR} + "/rules/samples/";
const std::string kOld = kSamples + "cloud-service.json";
const std::string kNew = kSamples + "cloud-service-3389-only.json";
const std::string kLog = kSamples + "flow-logs/nsg-version-2.json";
constexpr double kJune2026 = 1'780'272'000;  // 2026-06-01T00:00:00Z

Result impact(std::vector<std::string> args, const std::string& input = {}) {
  args.insert(args.begin(), "impact");
  return call(std::move(args), input);
}

std::string open_to(const std::string& port) {
  return group_text({rule_text("Web", 100, "Allow", "*", port), rule_text("Ftp", 110, "Allow", "*", "21")});
}

const MadeEnd kClient{"203.0.113.10", 50001};
const MadeEnd kServer{"10.0.0.4", 443};

// Entries 09:00:05 to 09:06:31 of the operators' connection to 20000, of one inside connection, of two denied scans and
// of one to the outside; the new rules open 3389 alone.
TEST(ImpactCommand, SaysWhatALogWouldHaveLost) {
  const Result result = impact({kOld, kNew, "--traffic", kLog});
  EXPECT_EQ(result.exit, Exit::Findings) << result.err;
  EXPECT_EQ(result.err, "");
  const std::string out = flat(result.out);
  EXPECT_THAT(out, HasSubstr("would break web-nsg inbound AllowForwarderFromOperators ("));
  EXPECT_THAT(out, HasSubstr(" -> DenyAllInBound (default) tcp 203.0.113.17 -> 10.0.0.4:20000 3 times, "
                             "2026-03-02T09:00:05Z to 09:06:31Z "));
  EXPECT_THAT(out, HasSubstr("would newly open web-nsg inbound DenyAll ("));
  EXPECT_THAT(out, HasSubstr(" tcp 198.51.100.7 -> 10.0.0.4:3389 once, 2026-03-02T09:00:17Z "));
  EXPECT_THAT(out, HasSubstr("no traffic used 1 rule of OLD, 2026-03-02T09:00:05Z to 09:06:31Z (evidence, not proof) "
                             "AllowProbe ("));
  EXPECT_THAT(out, HasSubstr(", gone in NEW "));
  EXPECT_THAT(out, HasSubstr("of 5 conversations: 1 would break, 1 would newly open, 3 fare alike (assumed: "
                             "virtual-network-default) "));
}

// What a group denies that may be missing may pass (semantics 3): the two scans, and all else that is denied.
TEST(ImpactCommand, AGroupThatMayBeMissingMayOpen) {
  const Folder folder;
  std::string text = bytes_of(kOld);
  const std::string mark = R"("name": "web-nsg",)";
  text.replace(text.find(mark), mark.size(), mark + R"("condition": "[parameters('deployed')]",)");
  const std::string perhaps = folder.write("perhaps.json", text);
  const Result newly = impact({kOld, perhaps, "--traffic", kLog});
  EXPECT_EQ(newly.exit, Exit::Findings) << newly.err;
  EXPECT_THAT(flat(newly.out), HasSubstr("may newly open web-nsg inbound DenyAll ("));
  EXPECT_THAT(flat(newly.out), HasSubstr("unresolved-expression"));
  EXPECT_THAT(flat(newly.out), Not(HasSubstr("would")));
  // On both sides it is missing together.
  const Result both = impact({perhaps, perhaps, "--traffic", kLog});
  EXPECT_EQ(both.exit, Exit::Clean) << both.out << both.err;
  EXPECT_THAT(flat(both.out), HasSubstr("open-values-alike"));
}

TEST(ImpactCommand, AChangeWithoutEffectIsClean) {
  const Result result = impact({kOld, kOld, "--traffic", kLog});
  EXPECT_EQ(result.exit, Exit::Clean) << result.err;
  EXPECT_THAT(flat(result.out), HasSubstr("none of 5 conversations would break or open"));
}

TEST(ImpactCommand, WritesEveryFormat) {
  struct Row {
    const char* format;
    std::vector<std::string> parts;
  };
  const std::vector<Row> rows{
      {"json",
       {"\"schema\": \"nsgcheck.impact/1\"", "\"effect\": \"breaks\"", "\"client\": \"203.0.113.17\"",
        "\"serverPort\": 20000", "\"count\": 3", "\"firstSeen\": \"2026-03-02T09:00:05Z\"",
        "\"name\": \"AllowForwarderFromOperators\"", "\"status\": \"unused\"", "\"goneInNew\": true", "\"breaks\": 1",
        "\"opens\": 1", "\"unaffected\": 3", "\"logged\": {\n        \"allowed\": 3,"}},
      {"jsonl",
       {"{\"kind\":\"conversation\",\"nsg\":\"web-nsg\"", "{\"kind\":\"unusedRule\"", "{\"kind\":\"summary\""}},
      {"markdown",
       {"# nsgcheck impact\n", "| breaks | `web-nsg` inbound `tcp 203.0.113.17 -> 10.0.0.4:20000` |",
        "evidence, not proof"}},
      {"csv",
       {"nsg,direction,protocol,client,server,serverPort,effect,count,",
        "web-nsg,inbound,tcp,203.0.113.17,10.0.0.4,20000,breaks,3,1,2026-03-02T09:00:05Z,2026-03-02T09:06:31Z,allow,"}},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.format);
    const Result result = impact({kOld, kNew, "--traffic", kLog, "-f", row.format});
    EXPECT_EQ(result.exit, Exit::Findings) << result.err;
    for (const std::string& part : row.parts) EXPECT_THAT(result.out, HasSubstr(part));
  }
}

TEST(ImpactCommand, AsksCapturesWhereTheirEndsAre) {
  const Folder folder;
  const std::string old_rules = folder.write("old.json", open_to("443"));
  const std::string new_rules = folder.write("new.json", open_to("8443"));
  CaptureMaker capture;
  capture.conversation(kJune2026, kClient, kServer, "hello", "world")
      .conversation(kJune2026 + 60, {"203.0.113.10", 50002}, kServer, "", "")
      .tcp(kJune2026 + 90, {"203.0.113.11", 50003}, kServer, 1, 0, CaptureMaker::kSyn)
      .udp(kJune2026 + 100, {"10.0.0.4", 50004}, {"198.51.100.53", 53}, "query")
      .conversation(kJune2026 + 120, kClient, {"198.51.100.20", 443}, "", "");
  const std::string file = folder.write("web.pcap", capture.bytes());
  const Result result = impact({old_rules, new_rules, "--traffic", file});
  EXPECT_EQ(result.exit, Exit::Findings) << result.err;
  EXPECT_THAT(flat(result.out),
              HasSubstr("tcp 203.0.113.10 -> 10.0.0.4:443 2 times from 2 ports, 2026-06-01T00:00:00Z to "
                        "00:01:00.0"));
  EXPECT_THAT(flat(result.out),
              HasSubstr("tcp 203.0.113.11 -> 10.0.0.4:443 once, 2026-06-01T00:01:30Z, never answered "));
  // Both of its ends are outside; the query fares alike.
  EXPECT_THAT(flat(result.out), HasSubstr("1 captured flow not asked: neither end is behind an NSG"));
  EXPECT_THAT(flat(result.out), HasSubstr("of 3 conversations: 2 would break, 1 fares alike"));
  EXPECT_THAT(flat(result.out), HasSubstr("Ftp (" + old_rules + ":6)"));
  EXPECT_THAT(flat(result.out), HasSubstr("capture-place"));
  // From standard input, where --inside leaves only what is behind the NSG.
  const Result inside =
      impact({old_rules, new_rules, "--traffic", "-", "--inside", "198.51.100.0/24"}, capture.bytes());
  EXPECT_EQ(inside.exit, Exit::Findings) << inside.err;
  EXPECT_THAT(flat(inside.out), HasSubstr("tcp 203.0.113.10 -> 198.51.100.20:443 once"));
  EXPECT_THAT(flat(inside.out), Not(HasSubstr("10.0.0.4:443")));
  const Result outbound = impact({old_rules, new_rules, "--traffic", file, "--direction", "out"});
  EXPECT_EQ(outbound.exit, Exit::Clean) << outbound.err;
  EXPECT_THAT(flat(outbound.out),
              HasSubstr("no inbound traffic of web-nsg was seen: nothing is said of 2 rules of it"));
}

// The same NSG before a subnet of a template: only what goes to that subnet is asked of it.
TEST(ImpactCommand, AsksCapturesWhereTheInputsAttachTheNsg) {
  const Folder folder;
  const auto network = [](const std::string& port) {
    return R"({"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
      "resources": [{"type": "Microsoft.Network/networkSecurityGroups", "name": "web-nsg", "properties":
        {"securityRules": [)" +
           rule_text("Web", 100, "Allow", "*", port) + R"(]}},
      {"type": "Microsoft.Network/virtualNetworks", "name": "net", "properties": {
        "addressSpace": {"addressPrefixes": ["10.0.0.0/16"]}, "subnets": [
          {"name": "web", "properties": {"addressPrefix": "10.0.0.0/24", "networkSecurityGroup":
            {"id": "[resourceId('Microsoft.Network/networkSecurityGroups', 'web-nsg')]"}}},
          {"name": "db", "properties": {"addressPrefix": "10.0.1.0/24"}}]}}]})";
  };
  const std::string old_rules = folder.write("old.json", network("443"));
  const std::string new_rules = folder.write("new.json", network("8443"));
  CaptureMaker capture;
  capture.conversation(kJune2026, kClient, kServer, "", "")
      .conversation(kJune2026 + 1, kClient, {"10.0.1.4", 443}, "", "")
      .conversation(kJune2026 + 2, {"10.0.1.4", 50001}, {"10.0.1.5", 443}, "", "");
  const std::string file = folder.write("web.pcap", capture.bytes());
  const Result result = impact({old_rules, new_rules, "--traffic", file});
  EXPECT_EQ(result.exit, Exit::Findings) << result.err;
  EXPECT_THAT(flat(result.out), HasSubstr("of 1 conversation: 1 would break, 0 fare alike"));
  EXPECT_THAT(flat(result.out), HasSubstr("2 captured flows not asked"));
  const Result everywhere = impact({old_rules, new_rules, "--traffic", file, "--inside", "10.0.0.0/16"});
  EXPECT_THAT(flat(everywhere.out), HasSubstr("tcp 203.0.113.10 -> 10.0.1.4:443 once"));
}

TEST(ImpactCommand, WalksDirectoriesAndSaysWhatItCannotRead) {
  const Folder folder;
  std::filesystem::create_directories(folder.path("logs"));
  std::filesystem::copy_file(kLog, folder.path("logs/PT1H.json"));
  folder.write("logs/readme.txt", "notes\n");
  const Result walked = impact({kOld, kNew, "--traffic", folder.path("logs"), "-f", "json"});
  EXPECT_EQ(walked.exit, Exit::Findings) << walked.err;
  EXPECT_THAT(walked.out, HasSubstr("\"skipped\": true"));
  EXPECT_THAT(walked.out, HasSubstr("\"breaks\": 1"));
  // Named, it was meant to be read.
  const Result named = impact({kOld, kNew, "--traffic", kLog, "--traffic", folder.path("logs/readme.txt")});
  EXPECT_EQ(named.exit, Exit::Incomplete);
  EXPECT_THAT(named.err, HasSubstr("readme.txt: neither a capture (pcap, pcapng) nor a flow log\n"));
  const Result none = impact({kOld, kNew, "--traffic", folder.path("logs/readme.txt")});
  EXPECT_EQ(none.exit, Exit::Usage);
  EXPECT_THAT(none.err, HasSubstr("none of --traffic could be read"));
  EXPECT_EQ(impact({kOld, kNew, "--traffic", folder.path("missing.pcap")}).exit, Exit::Usage);
  const std::string cut =
      folder.write("cut.pcap", CaptureMaker{}.conversation(kJune2026, kClient, kServer, "", "").bytes().substr(0, 100));
  const Result damaged = impact({kOld, kNew, "--traffic", cut});
  EXPECT_EQ(damaged.exit, Exit::Incomplete);
  EXPECT_THAT(damaged.err, HasSubstr("cut.pcap: byte "));
}

TEST(ImpactCommand, AsksEntriesOfTheNsgThatTheLogNames) {
  const std::string vnet = kSamples + "flow-logs/vnet.json";
  const Result without = impact({kOld, kNew, "--traffic", vnet});
  EXPECT_EQ(without.exit, Exit::Incomplete);
  EXPECT_THAT(flat(without.out), HasSubstr("7 log entries of \"5d0c9a7e-31f4-4b0b-9a53-4c2c1f1f0a11\" not asked"));
  EXPECT_THAT(flat(without.out), HasSubstr("no traffic was asked of these NSGs"));
  const Result with = impact({kOld, kNew, "--traffic", vnet, "--acl", "5d0c9a7e-31f4-4b0b-9a53-4c2c1f1f0a11=web-nsg"});
  EXPECT_EQ(with.exit, Exit::Findings) << with.err;
  EXPECT_THAT(flat(with.out), HasSubstr("1 log entry not asked: no NSG decided"));
  EXPECT_THAT(flat(with.out), HasSubstr("tcp 203.0.113.17 -> 10.0.0.4:20000"));
  EXPECT_EQ(impact({kOld, kNew, "--traffic", kLog, "--nsg", "no-such"}).exit, Exit::Usage);
}

TEST(ImpactCommand, SaysThatTheOldRulesAreNotThoseOfTheLog) {
  const Result result = impact({kNew, kOld, "--traffic", kLog});
  EXPECT_EQ(result.exit, Exit::Findings) << result.err;
  const std::string out = flat(result.out);
  EXPECT_THAT(out, HasSubstr("OLD denies 3 entries logged as allowed"));
  EXPECT_THAT(out, HasSubstr("nsg-version-2.json:19:19 by AllowForwarderFromOperators, here DenyAllInBound"));
  EXPECT_THAT(out, HasSubstr("OLD allows 1 entry logged as denied"));
}

}  // namespace
}  // namespace nsgcheck::cli::impact_test
