// SPDX-License-Identifier: Apache-2.0
// Every reason code of the interface, produced by the command from a capture.
#include <gtest/gtest.h>

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "simulator/path/trace.hpp"
#include "tests/cli/replay_made.hpp"

namespace nsgcheck::cli::replay_reasons_test {
namespace {

using nlohmann::json;

const std::string kToWorker = "mstshash=WorkerRole1#WorkerRole1_IN_0";

/// What the one connection of a capture ends with.
struct ReasonCase {
  std::string reason, verdict;
  std::function<void(json& deployment, json& rules)> change;
  std::function<CaptureMaker()> capture;
};

const auto kAsIs = [](json&, json&) {};

std::function<CaptureMaker()> sends(const std::string& bytes) {
  return [bytes] { return CaptureMaker{}.conversation(kJune2026, kClient, kVip, bytes); };
}
std::function<CaptureMaker()> asks(const std::string& cookie) { return sends(connection_request(cookie)); }
CaptureMaker only_a_syn() { return CaptureMaker{}.tcp(kJune2026, kClient, kVip, 1, 0, CaptureMaker::kSyn); }

std::function<void(json&, json&)> with(const json& changed) {
  return [changed](json&, json& rules) { rules.push_back(changed); };
}

std::vector<ReasonCase> lost_in_the_network() {
  const json admin{{{"name", "Admin"},
                    {"priority", 10},
                    {"direction", "Inbound"},
                    {"access", "Deny"},
                    {"protocol", "Tcp"},
                    {"sources", {"*"}},
                    {"destinations", {"*"}},
                    {"destinationPorts", {"20000"}}}};
  return {
      {"nsg-denied-forwarder-port", "blocked", with(made_rule("Changed", 100, "Deny", "Inbound", "Internet", "20000")),
       only_a_syn},
      {"nsg-denied-outbound", "blocked", with(made_rule("Changed", 100, "Deny", "Outbound", "*", "3389")),
       asks(kToWorker)},
      {"nsg-denied-second-hop", "blocked", with(made_rule("Changed", 100, "Deny", "Inbound", "VirtualNetwork", "3389")),
       asks(kToWorker)},
      {"admin-rule-denied", "blocked", [admin](json& d, json&) { d["adminRules"] = admin; }, only_a_syn},
      {"probe-denied", "blocked", with(made_rule("Changed", 100, "Deny", "Inbound", "AzureLoadBalancer", "*")),
       only_a_syn},
      {"no-healthy-forwarder", "blocked",
       [](json& d, json&) {
         for (json& one : d["roles"][0]["instances"]) one["state"] = "Busy";
       },
       only_a_syn},
      {"forwarder-crashed", "blocked",
       [](json& d, json&) {
         for (json& one : d["roles"][0]["instances"]) one["forwarder"] = "crashed";
       },
       asks(kToWorker)},
      {"no-forwarder-role", "unroutable", [](json& d, json&) { d["roles"][0]["remoteForwarder"] = false; }, only_a_syn},
      {"unknown-tag", "unknown", [](json&, json& rules) { rules[0]["properties"]["sourceAddressPrefix"] = "MyOwnTag"; },
       asks(kToWorker)},
      {"invalid-rule", "unknown", [](json&, json& rules) { rules[0]["properties"]["destinationPortRange"] = "twenty"; },
       asks(kToWorker)},
      {"duplicate-priority", "unknown", with(made_rule("Changed", 1000, "Deny", "Inbound", "*", "20000")),
       asks(kToWorker)},
      {"undefined-ports", "unknown",
       [](json&, json& rules) {
         json changed = made_rule("Changed", 100, "Deny", "Outbound", "*", "3389");
         changed["properties"]["sourcePortRange"] = "50000-60000";
         rules.push_back(changed);
       },
       asks(kToWorker)},
      {"asg-without-members", "unknown",
       [](json&, json& rules) {
         json changed = made_rule("Changed", 100, "Deny", "Inbound", "", "3389");
         changed["properties"]["sourceApplicationSecurityGroups"] = {{{"id", "/x/applicationSecurityGroups/web"}}};
         rules.push_back(changed);
       },
       asks(kToWorker)},
      {"instance-not-ready", "blocked", [](json& d, json&) { d["roles"][1]["instances"][0]["state"] = "Stopped"; },
       asks(kToWorker)},
      {"remote-access-disabled", "unroutable", [](json& d, json&) { d["roles"][1]["remoteAccess"] = false; },
       asks(kToWorker)},
      {"account-expired", "unroutable",
       [](json& d, json&) { d["remoteDesktop"]["expiration"] = "2026-05-31T23:59:59Z"; }, asks(kToWorker)},
  };
}

std::vector<ReasonCase> by_the_request() {
  std::string wrapped = connection_request(kToWorker);
  wrapped[4] = static_cast<char>(wrapped[4] - 1);
  return {
      {"ok", "reached", kAsIs,
       [] {
         return CaptureMaker{}.conversation(kJune2026, kClient, kVip, connection_request(kToWorker),
                                            connection_confirm());
       }},
      {"no-cookie", "unroutable", kAsIs, asks("")},
      {"user-cookie", "unroutable", kAsIs, asks("mstshash=alice")},
      {"msts-token", "unroutable", kAsIs, asks("msts=3640205228.15629.0000")},
      {"malformed-request", "unroutable", kAsIs, asks("mstshash=a#b#c#d")},
      {"unknown-role", "unroutable", kAsIs, asks("mstshash=WebRole7#WebRole7_IN_0")},
      {"unknown-instance", "unroutable", kAsIs, asks("mstshash=WebRole1#WebRole1_IN_7")},
      {"unknown-endpoint", "unroutable", kAsIs, asks("mstshash=WebRole1#WebRole1_IN_0#Http")},
      {"name-case-differs", "unknown", kAsIs, asks("mstshash=workerrole1#WorkerRole1_IN_0")},
      {"reading-differs", "unknown", kAsIs, sends(wrapped)},
      {"not-rdp", "not-rdp", kAsIs, sends("GET / HTTP/1.1\r\nHost: a\r\n\r\n")},
      {"incomplete-request", "unknown", kAsIs, sends(connection_request(kToWorker).substr(0, 20))},
  };
}

std::vector<ReasonCase> by_the_capture() {
  using Maker = CaptureMaker;
  return {
      {"no-data", "unknown", kAsIs, sends("")},
      {"syn-only", "unknown", kAsIs, only_a_syn},
      {"refused", "blocked", kAsIs,
       [] { return only_a_syn().tcp(kJune2026 + 1, kVip, kClient, 0, 2, Maker::kRst | Maker::kAck); }},
      {"mid-stream", "unknown", kAsIs,
       [] { return Maker{}.tcp(kJune2026, kClient, kVip, 1, 1, Maker::kAck, "\x17\x03\x03 of a TLS session"); }},
      {"snaplen-cut", "unknown", kAsIs,
       [] { return Maker{}.snap(60).conversation(kJune2026, kClient, kVip, connection_request(kToWorker)); }},
      {"not-a-modelled-address", "unknown", kAsIs,
       [] {
         return Maker{}.conversation(kJune2026, kClient, {"192.0.2.1", 3389}, connection_request(kToWorker));
       }},
      {"capture-contradicts-model", "unknown", with(made_rule("Changed", 100, "Deny", "Inbound", "Internet", "20000")),
       [] {
         return Maker{}.conversation(kJune2026, kClient, kVip, connection_request(kToWorker), connection_confirm());
       }},
  };
}

std::vector<ReasonCase> all() {
  std::vector<ReasonCase> out;
  for (auto part : {lost_in_the_network(), by_the_request(), by_the_capture()})
    for (ReasonCase& one : part) out.push_back(std::move(one));
  return out;
}

class ReplayReason : public ReplayMade, public testing::WithParamInterface<ReasonCase> {};

TEST_P(ReplayReason, ComesOutOfTheCommand) {
  GetParam().change(deployment_, rules_);
  const json result = replay(GetParam().capture());
  ASSERT_EQ(result["connections"].size(), 1);
  const json& row = result["connections"][0];
  EXPECT_EQ(row["reason"], GetParam().reason) << row.dump(1);
  EXPECT_EQ(row["verdict"], GetParam().verdict);
}

std::string test_name(std::string reason) {
  for (char& c : reason) c = c == '-' ? '_' : c;
  return reason;
}

INSTANTIATE_TEST_SUITE_P(Of, ReplayReason, testing::ValuesIn(all()),
                         [](const auto& test) { return test_name(test.param.reason); });

TEST(ReplayReasons, AreAllTested) {
  std::set<std::string> tested;
  for (const ReasonCase& one : all()) tested.insert(one.reason);
  for (int i = 0; i <= static_cast<int>(path::Reason::SnaplenCut); ++i)
    EXPECT_TRUE(tested.contains(std::string{path::code(static_cast<path::Reason>(i))}))
        << path::code(static_cast<path::Reason>(i));
  EXPECT_EQ(tested.size(), 35) << "those of values that are not known";
}

}  // namespace
}  // namespace nsgcheck::cli::replay_reasons_test
