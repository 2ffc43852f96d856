// SPDX-License-Identifier: Apache-2.0
// Expectations about whole ways as a user meets them. Verdicts one by one are the matter of
// tests/policy/path_intent_test.cpp.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/call.hpp"
#include "tests/cli/group_text.hpp"

namespace nsgcheck::cli::whole_way_test {
namespace {

using testing::HasSubstr;
using testing::Not;

const std::string kSamples = std::string{NSGCHECK_SOURCE_DIR} + "/rules/samples/deployments/";

Result against(const std::string& sample, const std::string& intent, const std::vector<std::string>& more = {}) {
  std::vector<std::string> words{
      "audit", kSamples + sample + "-nsg.json", "--deployment", kSamples + sample + ".json", "--expect", intent};
  words.insert(words.end(), more.begin(), more.end());
  return call(words);
}

struct Sample {
  const char* name;
  const char* said;
};
void PrintTo(const Sample& row, std::ostream* out) { *out << row.name; }

class SampleWays : public testing::TestWithParam<Sample> {};

TEST_P(SampleWays, AreWhatTheirReadmeSays) {
  const Result result = against(GetParam().name, kSamples + "intent.yaml");
  EXPECT_EQ(result.err, "");
  EXPECT_THAT(flat(result.out), HasSubstr(GetParam().said));
}

constexpr Sample kSamplesRows[]{
    {"works", "4 expectations: 4 held in "},
    {"ipv6", "4 expectations: 4 held in "},
    // The subnet's NSG opens 3389 to the Internet, and the NICs' closes it.
    {"narrow-nic", "4 expectations: 4 held in "},
    {"only-3389-open", "4 expectations: 1 held, 3 violated in "},
    {"second-hop-denied", "4 expectations: 2 held, 2 violated in "},
    {"two-subnets", "4 expectations: 2 held, 2 violated in "},
};
INSTANTIATE_TEST_SUITE_P(Rows, SampleWays, testing::ValuesIn(kSamplesRows), [](const auto& row) {
  std::string name = row.param.name;
  for (char& c : name)
    if (c == '-') c = '_';
  return name;
});

TEST(WholeWays, NameInstancesAndEveryHop) {
  const Result text = against("second-hop-denied", kSamples + "intent.yaml");
  EXPECT_EQ(text.exit, Exit::Findings);
  EXPECT_THAT(flat(text.out), HasSubstr("is lost at WorkerRole1_IN_0; stopped by DenyRdp of web-nsg (subnet)"));
  EXPECT_THAT(flat(text.out), HasSubstr("hop inbound at WorkerRole1_IN_0: web-nsg (subnet), DenyRdp (200) stops it"));
  EXPECT_THAT(flat(text.out), HasSubstr("violated must: forwarders reach the worker (whole way; WorkerRole1_IN_0)"));
  const Result json = against("second-hop-denied", kSamples + "intent.yaml", {"-f", "json"});
  EXPECT_THAT(flat(json.out), HasSubstr(R"("judged": "path", "nsgs": [], "places": [)"));
  EXPECT_THAT(flat(json.out),
              HasSubstr(R"("hop": "nsg-inbound", "at": "WorkerRole1_IN_0", "nsg": "web-nsg", )"
                        R"("appliedTo": "subnet", "verdict": "deny", "decidedBy": { "name": "DenyRdp")"));
  const Result sarif = against("second-hop-denied", kSamples + "intent.yaml", {"-f", "sarif"});
  EXPECT_THAT(sarif.out, HasSubstr("inbound at WorkerRole1_IN_0: web-nsg (subnet), DenyRdp (200) stops it"));
}

TEST(WholeWays, ArePassedByNobodyWithoutANetwork) {
  const Folder folder;
  const std::string rules = folder.write("nsg.json", group_text({}));
  const std::string intent = folder.write("intent.yaml", "mustNot: [{name: rdp, from: Internet, to: 'role:Web'}]\n");
  const Result result = call({"audit", rules, "--expect", intent});
  EXPECT_EQ(result.exit, Exit::Incomplete);
  EXPECT_THAT(result.err,
              HasSubstr("intent.yaml:1:11: \"rdp\" is about whole ways, and no input describes the network"));
  EXPECT_THAT(result.out, HasSubstr("1 expectation: 1 unknown in "));
}

TEST(WholeWays, ArePassedByNobodyOfAnotherName) {
  const Folder folder;
  const std::string intent = folder.write("intent.yaml", "mustNot: [{name: rdp, from: Internet, to: 'role:Wbe'}]\n");
  const Result result = against("works", intent);
  EXPECT_EQ(result.exit, Exit::Incomplete);
  EXPECT_THAT(result.err, HasSubstr("the network has no role \"Wbe\", so \"rdp\" cannot be judged"));
  EXPECT_THAT(result.out, HasSubstr("1 expectation: 1 unknown in "));
}

TEST(WholeWays, OfAnAddressThatIsNobodysAreUnknown) {
  const Folder folder;
  const std::string intent =
      folder.write("intent.yaml", "mustNot: [{name: rdp, judged: path, from: Internet, to: 192.0.2.7}]\n");
  const Result result = against("works", intent);
  EXPECT_EQ(result.exit, Exit::Incomplete);
  EXPECT_THAT(result.err, HasSubstr("no machine or subnet of the network has an address that \"rdp\" asks about"));
}

// A template that describes the network itself needs no deployment file.
TEST(WholeWays, AreJudgedInANetworkOfTheInputs) {
  const Folder folder;
  const std::string file = folder.write("main.json", R"({"contentVersion": "1.0.0.0", "resources": [
  {"type": "Microsoft.Network/networkSecurityGroups", "name": "g", "properties": {"securityRules": [{"name": "rdp",
    "properties": {"priority": 100, "direction": "Inbound", "access": "Allow", "protocol": "Tcp",
    "sourceAddressPrefix": "*", "sourcePortRange": "*", "destinationAddressPrefix": "*",
    "destinationPortRange": "3389"}}]}},
  {"type": "Microsoft.Network/virtualNetworks", "name": "net", "properties": {"addressSpace": {"addressPrefixes":
    ["10.0.0.0/24"]}, "subnets": [{"name": "web", "properties": {"addressPrefix": "10.0.0.0/24",
    "networkSecurityGroup": {"id": "[resourceId('Microsoft.Network/networkSecurityGroups', 'g')]"}}}]}},
  {"type": "Microsoft.Network/networkInterfaces", "name": "first", "properties": {"ipConfigurations": [{"properties":
    {"privateIPAddress": "10.0.0.4", "privateIPAllocationMethod": "Static", "subnet": {"id":
    "[resourceId('Microsoft.Network/virtualNetworks/subnets', 'net', 'web')]"}}}]}}]})");
  const std::string intent = folder.write("intent.yaml", R"(
mustNot:
  - {name: no rdp, from: Internet, to: instance:first, ports: 3389}
  - {name: no ssh, from: Internet, to: subnet:web, ports: 22}
)");
  const Result result = call({"audit", file, "--expect", intent});
  EXPECT_EQ(result.err, "");
  EXPECT_THAT(result.out, HasSubstr("network net\n"));
  EXPECT_THAT(flat(result.out), HasSubstr("violated mustNot: no rdp (whole way; first)"));
  EXPECT_THAT(flat(result.out), HasSubstr("held mustNot: no ssh (whole way; first)"));
  EXPECT_THAT(flat(result.out), HasSubstr("\"no rdp\" must not arrive, but tcp 3389 from Internet"));
  EXPECT_THAT(call({"audit", file, "--expect", intent, "-f", "junit"}).out,
              HasSubstr("<testsuite name=\"network net\""));
}

// By hand: of the eight changes of the one rule only a wider source or protocol leaves what is said of 3389 and of the
// office true.
TEST(WholeWays, NoticeChangesOfRules) {
  const Result deployed = against("works", kSamples + "intent.yaml", {"--mutate"});
  EXPECT_THAT(flat(deployed.out), HasSubstr("web-nsg: 8 mutants: 6 noticed, 2 not, 0 without effect"));
  EXPECT_THAT(flat(deployed.out), HasSubstr("not noticed AllowForwarder (100), line 5: source widened to any"));
  EXPECT_THAT(flat(deployed.out), HasSubstr("not noticed AllowForwarder (100), line 5: protocol widened to any"));
}

TEST(WholeWays, NoticeChangesOfRulesInANetworkOfTheInputs) {
  const Folder folder;
  const std::string network = std::string{NSGCHECK_SOURCE_DIR} + "/rules/samples/network.json";
  const std::string intent =
      folder.write("intent.yaml", "must: [{judged: path, protocol: tcp, from: 203.0.113.0/28, ports: [3389]}]\n");
  const Result result = call({"audit", network, "--expect", intent, "--mutate"});
  EXPECT_THAT(flat(result.out), HasSubstr("web-nsg: 7 mutants: 4 noticed"));
  EXPECT_THAT(flat(result.out), Not(HasSubstr("AllowRdp (100), line 11: dropped")));
}

TEST(WholeWays, AreNotBrokenByFix) {
  const Folder folder;
  const std::string intent =
      folder.write("intent.yaml",
                   "must: [{name: admins, protocol: tcp, from: 203.0.113.7, to: 'role:WebRole1', "
                   "ports: 3389}]\n");
  const std::vector<std::string> plain{"fix", kSamples + "only-3389-open-nsg.json", "--finding", "NSG-RDP-001"};
  EXPECT_THAT(call(plain).out, HasSubstr("1. "));
  std::vector<std::string> with = plain;
  with.insert(with.end(), {"--deployment", kSamples + "only-3389-open.json", "--expect", intent});
  const Result result = call(with);
  EXPECT_EQ(result.exit, Exit::Findings) << result.err;
  EXPECT_THAT(result.out, Not(HasSubstr("1. ")));
  EXPECT_THAT(flat(result.out), HasSubstr("not offered is what breaks the expectation \"admins\""));
  // Without a network nobody can say whether it breaks.
  std::vector<std::string> blind = plain;
  blind.insert(blind.end(), {"--expect", intent});
  EXPECT_EQ(call(blind).exit, Exit::Incomplete);
}

}  // namespace
}  // namespace nsgcheck::cli::whole_way_test
