// SPDX-License-Identifier: Apache-2.0
// The policies on what arrives in a network prove themselves on the samples that their files name.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/cli/call.hpp"
#include "tests/cli/policy_of.hpp"

namespace nsgcheck::cli::network_policies_test {
namespace {

using testing::HasSubstr;
using testing::Not;

const std::string kSamples = std::string{NSGCHECK_SOURCE_DIR} + "/rules/samples/networks/";
constexpr std::string_view kId = "NSG-NET-001";

TEST(NetworkPolicies, ExamplesHold) {
  const auto file = policy_of(kId);
  ASSERT_TRUE(file);
  EXPECT_TRUE(policy::is_about_networks(file->policy));
  EXPECT_GE(file->examples.size(), 2U);
  for (const io::PolicyExample& example : file->examples) {
    SCOPED_TRACE((example.must_fail ? "must fail: " : "must pass: ") + example.why);
    std::vector<std::string> args{"audit", "-f", "csv"};
    for (const std::string& name : example.files) args.push_back(kSamples + name);
    const Result result = call(args);
    EXPECT_EQ(result.err, "");
    EXPECT_EQ(result.out.find("\r\n" + std::string{kId}) != std::string::npos, example.must_fail) << result.out;
  }
}

// No change of rules closes it, which must not read as if nothing were open.
TEST(NetworkPolicies, AreNotForFix) {
  const Result result = call({"fix", kSamples + "basic-address.json", "--color", "never"});
  EXPECT_THAT(result.err, HasSubstr("what arrives past the NSGs (NSG-NET-001) is not about rules"));
  EXPECT_EQ(call({"fix", kSamples + "web-nsg.json"}).err, "");
  const Result asked = call({"fix", kSamples + "basic-address.json", "--finding", "NSG-NET-001"});
  EXPECT_EQ(asked.exit, Exit::Usage);
  EXPECT_THAT(asked.err, HasSubstr("--finding NSG-NET-001 is not about the rules of an NSG"));
}

struct Case {
  std::string name;
  std::vector<std::string> args;
  Exit exit;
  std::string wanted;    ///< what of the finding is to be read; empty: there is none
  std::string unwanted;  ///< what is not
};

class Arrivals : public testing::TestWithParam<Case> {};

TEST_P(Arrivals, AreFound) {
  std::vector<std::string> args{"audit"};
  for (const std::string& arg : GetParam().args) args.push_back(arg.ends_with(".json") ? kSamples + arg : arg);
  const Result result = call(args);
  EXPECT_EQ(result.exit, GetParam().exit);
  const std::string out = flat(result.out);
  if (GetParam().wanted.empty()) {
    EXPECT_THAT(out, Not(HasSubstr(kId)));
  } else {
    EXPECT_THAT(out, HasSubstr(kId));
    EXPECT_THAT(out, HasSubstr(GetParam().wanted));
  }
  if (!GetParam().unwanted.empty()) {
    EXPECT_THAT(out, Not(HasSubstr(GetParam().unwanted)));
  }
}

// Semantics 3: a missing NSG passes, a Standard public address lets nothing in without one, AlwaysAllow is not seen by
// NSGs. Interface 1: what is unknown is no pass.
INSTANTIATE_TEST_SUITE_P(
    Table, Arrivals,
    testing::Values(
        Case{"NoGroupAndABasicAddress",
             {"basic-address.json"},
             Exit::Findings,
             "tcp 3389, udp 3389 and tcp 20000 from Internet arrive at db-nic by public address db-ip, and no "
             "NSG "
             "stands before it",
             "UNKNOWN"},
        Case{"AlwaysAllowOfSome",
             {"always-allow.json"},
             Exit::Findings,
             "tcp 3389 from 203.0.113.0/24 arrives at WebRole1_IN_0, let through by desktop of admin rules (virtual "
             "network), past its NSGs",
             "UNKNOWN"},
        Case{"AGroupThatIsNotThere",
             {"missing-nsg.json"},
             Exit::Findings,
             "whether tcp 3389, udp 3389 and tcp 20000 from Internet arrive at db-nic is not settled: subnet hub/db: "
             "its "
             "network security group db-nsg is not in the inputs",
             {}},
        Case{"OtherForwarderPort",
             {"basic-address.json", "--forwarder-port", "20005"},
             Exit::Findings,
             "tcp 3389, udp 3389 and tcp 20005 from Internet arrive at db-nic",
             "20000"},
        Case{"AStandardAddressIsClosed", {"standard-address.json"}, Exit::Clean, {}, {}},
        Case{"NoWayIn", {"private.json"}, Exit::Clean, {}, {}},
        Case{"AllowLeavesItToTheGroup", {"admin-allow.json"}, Exit::Findings, {}, {}},
        Case{"FindingsOfTheGroupSuffice", {"open-group.json"}, Exit::Findings, {}, {}}),
    [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace nsgcheck::cli::network_policies_test
