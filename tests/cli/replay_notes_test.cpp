// SPDX-License-Identifier: Apache-2.0
// What replay and reach say beside the verdict of a connection.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "tests/cli/replay_made.hpp"

namespace nsgcheck::cli::replay_notes_test {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

const std::string kCookie = "mstshash=WebRole1#WebRole1_IN_1";

class ReplayNotes : public ReplayMade {
 protected:
  static CaptureMaker both_legs(std::uint16_t port) {
    CaptureMaker capture;
    capture.conversation(kJune2026, kClient, kVip, connection_request(kCookie), connection_confirm());
    capture.conversation(kJune2026 + 0.001, kClient, {"10.0.0.5", port}, connection_request(kCookie),
                         connection_confirm());
    return capture;
  }
};

TEST_F(ReplayNotes, InferTheForwarderPortFromBothLegs) {
  add_rule("Other", "Allow", "Inbound", "*", "20005");
  const json result = replay(both_legs(20005));
  ASSERT_EQ(result["connections"].size(), 2);
  for (const json& row : result["connections"]) {
    SCOPED_TRACE(row.dump(1));
    EXPECT_THAT(row["message"].get<std::string>(), HasSubstr("forwarder port looks like 20005"));
    EXPECT_THAT(row["assumptions"].dump(), HasSubstr("\"forwarder-port-inferred\""));
    ASSERT_EQ(row["notes"].size(), 1);
    EXPECT_EQ(row["notes"][0]["code"], "forwarder-port-inferred");
  }
  EXPECT_EQ(result["connections"][0]["forwarders"], json({"WebRole1_IN_1"}));
  EXPECT_THAT(result["notes"].dump(), HasSubstr("forwarder port looks like 20005"));
  EXPECT_THAT(replay_text(both_legs(20005)), HasSubstr("forwarder port looks like 20005"));
}

TEST_F(ReplayNotes, NameThePortThatWouldExplainAContradiction) {
  rules_.erase(0);
  add_rule("Other", "Allow", "Inbound", "*", "20005");
  const json row = replay(both_legs(20005))["connections"][0];
  EXPECT_EQ(row["reason"], "capture-contradicts-model");
  EXPECT_THAT(row["message"].get<std::string>(), HasSubstr("nsg-denied-forwarder-port"));
  EXPECT_THAT(row["message"].get<std::string>(), HasSubstr("forwarder port looks like 20005"));
  const json settled = replay(both_legs(20005), {"--forwarder-port", "20005"})["connections"][0];
  EXPECT_EQ(settled["reason"], "ok");
  EXPECT_TRUE(settled["notes"].empty());
}

TEST_F(ReplayNotes, SayNothingOfThePortThatIsAsAssumed) {
  const json result = replay(both_legs(20000));
  EXPECT_THAT(result.dump(), Not(HasSubstr("looks like")));
}

/// Seconds between two packets of a connection, and whether the balancer would have dropped it.
struct SilenceCase {
  const char* name;
  MadeEnd server;
  int minutes;
  double seconds;
  bool noted;
};

class ReplaySilence : public ReplayMade, public testing::WithParamInterface<SilenceCase> {};

TEST_P(ReplaySilence, IsNotedWhenItIsLongerThanTheTimeout) {
  deployment_["loadBalancer"]["idleTimeoutMinutes"] = GetParam().minutes;
  const MadeEnd& server = GetParam().server;
  CaptureMaker capture;
  capture.conversation(kJune2026, kClient, server, connection_request(kCookie), connection_confirm());
  const auto next = static_cast<std::uint32_t>(1001 + connection_request(kCookie).size());
  capture.tcp(kJune2026 + 0.04 + GetParam().seconds, kClient, server, next, 5020, CaptureMaker::kAck, "more");
  const json result = replay(capture);
  const json& row = result["connections"][0];
  EXPECT_EQ(row["verdict"], "reached");
  ASSERT_EQ(row["notes"].size(), GetParam().noted ? 1 : 0) << row.dump(1);
  EXPECT_EQ(result["notes"].size(), GetParam().noted ? 1 : 0);
  if (!GetParam().noted) return;
  EXPECT_EQ(row["notes"][0]["code"], "idle-timeout");
  EXPECT_EQ(row["notes"][0]["packet"], 6);
  EXPECT_THAT(row["assumptions"].dump(), HasSubstr("\"idle-timeout\""));
  EXPECT_THAT(replay_text(capture), HasSubstr("silent for"));
}

INSTANTIATE_TEST_SUITE_P(Of, ReplaySilence,
                         testing::Values(SilenceCase{"just_over", kVip, 4, 240.5, true},
                                         SilenceCase{"just_under", kVip, 4, 239.5, false},
                                         SilenceCase{"a_longer_timeout", kVip, 30, 1799, false},
                                         SilenceCase{"behind_the_balancer", {"10.0.0.5", 20000}, 4, 300, true},
                                         SilenceCase{"straight_to_the_instance", {"10.0.0.5", 3389}, 4, 300, false}),
                         [](const auto& test) { return std::string{test.param.name}; });

/// Bytes sent straight at an instance's 3389.
struct StraightCase {
  const char* name;
  std::function<CaptureMaker()> capture;
  std::string verdict, reason;
};

class ReplayStraight : public ReplayMade, public testing::WithParamInterface<StraightCase> {};

TEST_P(ReplayStraight, IsReachedOnlyByRemoteDesktop) {
  const json row = replay(GetParam().capture())["connections"][0];
  EXPECT_EQ(row["leg"], "instance");
  EXPECT_EQ(row["verdict"], GetParam().verdict) << row.dump(1);
  EXPECT_EQ(row["reason"], GetParam().reason);
}

const MadeEnd kInstance{"10.0.0.5", 3389};

std::function<CaptureMaker()> datagram(const std::string& bytes) {
  return [bytes] { return CaptureMaker{}.udp(kJune2026, kClient, kInstance, bytes); };
}
std::function<CaptureMaker()> stream(const std::string& bytes, const std::string& answer = "") {
  return [=] { return CaptureMaker{}.conversation(kJune2026, kClient, kInstance, bytes, answer); };
}

INSTANTIATE_TEST_SUITE_P(
    Of, ReplayStraight,
    testing::Values(
        StraightCase{"udp_syn", datagram(udp_syn()), "reached", "ok"},
        StraightCase{"udp_junk", datagram("junk that is no SYN at all"), "not-rdp", "not-rdp"},
        StraightCase{"udp_nothing", datagram(""), "not-rdp", "not-rdp"},
        StraightCase{"no_cookie", stream(connection_request("")), "reached", "ok"},
        StraightCase{"a_user_name", stream(connection_request("mstshash=alice")), "reached", "ok"},
        StraightCase{"http", stream("GET / HTTP/1.0\r\n\r\n"), "not-rdp", "not-rdp"},
        StraightCase{"no_bytes", stream(""), "unknown", "no-data"},
        StraightCase{"malformed", stream(connection_request("mstshash=a#b#c#d")), "unroutable", "malformed-request"},
        StraightCase{"malformed_but_confirmed", stream(connection_request("mstshash=a#b#c#d"), connection_confirm()),
                     "reached", "ok"}),
    [](const auto& test) { return std::string{test.param.name}; });

TEST_F(ReplayNotes, GiveEachCandidatesOutcomeWhereTheyDiffer) {
  deployment_["roles"][0]["instances"][1]["forwarder"] = "crashed";
  const CaptureMaker capture =
      CaptureMaker{}.conversation(kJune2026, kClient, kVip, connection_request("mstshash=WebRole1#WebRole1_IN_0"));
  const json row = replay(capture)["connections"][0];
  EXPECT_EQ(row["verdict"], "unknown");
  EXPECT_EQ(row["candidates"], json::parse(R"([
    {"forwarder": "WebRole1_IN_0", "verdict": "reached", "reason": "ok"},
    {"forwarder": "WebRole1_IN_1", "verdict": "blocked", "reason": "forwarder-crashed"}])"));
  deployment_["roles"][0]["instances"][1].erase("forwarder");
  EXPECT_EQ(replay(capture)["connections"][0]["candidates"], json::array());
}

TEST_F(ReplayNotes, FindTwoRolesWithAForwarder) {
  deployment_["roles"][1]["remoteForwarder"] = true;
  const CaptureMaker capture =
      CaptureMaker{}.conversation(kJune2026, kClient, kVip, connection_request("mstshash=WebRole1#WebRole1_IN_0"));
  const json result = replay(capture);
  ASSERT_EQ(result["findings"].size(), 1);
  EXPECT_EQ(result["findings"][0]["code"], "two-forwarder-roles");
  EXPECT_THAT(result["findings"][0]["message"].get<std::string>(), HasSubstr("WebRole1, WorkerRole1"));
  EXPECT_EQ(result["connections"][0]["forwarders"], json({"WebRole1_IN_0", "WebRole1_IN_1", "WorkerRole1_IN_0"}));
  EXPECT_THAT(replay_text(capture), HasSubstr("finding  More than one role"));
  const json reach = json::parse(run_with("reach", {"-f", "json"}).out);
  EXPECT_EQ(reach["findings"], result["findings"]);
  EXPECT_EQ(reach["instances"][0]["paths"].size(), 3);
  EXPECT_THAT(run_with("reach", {}).out, HasSubstr("finding  More than one role"));
}

TEST_F(ReplayNotes, ListBehindALossOnlyWhatWouldLoseItToo) {
  rules_.erase(0);
  add_rule("DenyRdp", "Deny", "Inbound", "VirtualNetwork", "3389");
  const json reach = json::parse(run_with("reach", {"--instance", "WorkerRole1_IN_0", "-f", "json"}).out);
  std::vector<std::string> hops;
  for (const json& hop : reach["instances"][0]["paths"][0]["hops"])
    hops.push_back(hop["hop"].get<std::string>() + ' ' + hop["at"].get<std::string>() + ' ' +
                   hop["verdict"].get<std::string>() + (hop.value("behindLoss", false) ? " too" : ""));
  EXPECT_EQ(hops, (std::vector<std::string>{"nsg-inbound forwarder deny", "nsg-inbound instance deny too"}));
  const std::string text = run_with("reach", {"--instance", "WorkerRole1_IN_0"}).out;
  EXPECT_THAT(text, HasSubstr("would also be lost at\n    deny     nsg-inbound at WorkerRole1_IN_0"));
  EXPECT_THAT(text, Not(HasSubstr("allow    ")));
}

}  // namespace
}  // namespace nsgcheck::cli::replay_notes_test
