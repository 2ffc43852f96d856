// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "simulator/io/replay_report.hpp"

namespace nsgcheck::io::replay_render_test {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

model::SecurityRule rule(const char* name, int priority) {
  model::SecurityRule out;
  out.name = name;
  out.priority.value = priority;
  return out;
}

/// A report of two captures: three connections, one of which is blocked twice over, and a damaged file.
class Report {
 public:
  Report() {
    report_.places = &places_;
    CaptureContent a;
    a.file = "a.pcap";
    a.packets = 42;
    a.link_types = {1};
    a.connections.resize(3);
    CaptureContent b;
    b.file = "b.pcap";
    b.readable = false;
    b.damage.push_back({7, 0, false, "no capture"});
    captures_ = {a, b};
    report_.captures = &captures_;
    wire::ConnectionRequest azure;
    azure.outcome = wire::CookieOutcome::Azure;
    azure.names = wire::CookieNames{"WebRole1", "WebRole1_IN_0", std::nullopt};
    azure.faults = {wire::RequestFault::TrailingBlank};
    azure_ = std::make_shared<const wire::ConnectionRequest>(azure);
    add(1, "WebRole1_IN_0", "WebRole1_IN_0", "reached", "ok");
    add(5, "WebRole1_IN_0", std::nullopt, "blocked", "nsg-denied-forwarder-port");
    add(9, "WebRole1_IN_0", std::nullopt, "blocked", "nsg-denied-forwarder-port");
    for (std::size_t i : {std::size_t{1}, std::size_t{2}}) {
      rows_[i].hops = {hop("load-balancer", "allow", nullptr), hop("nsg-inbound", "deny", &deny_)};
      rows_[i].hops[0].after = HopTuple{{"203.0.113.10", 50001}, {"10.0.0.4", 20000}};
    }
    report_.each_row = [this](const RowVisitor& visit, const AlikeVisitor&) {
      for (const ConnectionRow& row : rows_)
        if (!visit(row)) return;
    };
    for (const ConnectionRow& row : rows_) report_.summary.count(row.outcome.verdict);
  }
  Report(const Report&) = delete;
  Report& operator=(const Report&) = delete;

  std::vector<ConnectionRow>& rows() { return rows_; }
  template <class Render, class... More>
  std::string text(Render render, const More&... more) const {
    std::string out;
    const TextSink sink = [&](std::string_view piece) {
      out += piece;
      return true;
    };
    EXPECT_TRUE(render(report_, more..., sink));
    return out;
  }

 private:
  void add(std::uint64_t packet, std::optional<std::string> wanted, std::optional<std::string> reached,
           const char* verdict, const char* reason) {
    ConnectionRow row;
    row.outcome = {"a.pcap", "203.0.113.10", "198.51.100.20", "client", 50001, 3389,
                   packet,   wanted,         reached,         verdict,  reason};
    row.protocol = "tcp";
    row.request = azure_;
    row.cookie_text = "mstshash=WebRole1#WebRole1_IN_0";
    row.message = "what happened";
    row.forwarders = {"WebRole1_IN_0", "WebRole1_IN_1"};
    rows_.push_back(row);
  }
  HopRow hop(const char* name, const char* verdict, const model::SecurityRule* by) {
    HopRow out;
    out.hop = name;
    out.verdict = verdict;
    out.rule = by;
    out.before = HopTuple{{"203.0.113.10", 50001}, {"198.51.100.20", 3389}};
    if (by != nullptr) out.at = "forwarder", out.nsg = "web-nsg", out.applied_to = "subnet";
    return out;
  }

  AuditReport places_;
  std::vector<CaptureContent> captures_;
  model::SecurityRule deny_ = rule("DenyAll", 4096);
  std::shared_ptr<const wire::ConnectionRequest> azure_;
  std::vector<ConnectionRow> rows_;
  ReplayReport report_;
};

TEST(ReplayJson, HasTheKeysOfTheInterface) {
  const json out = json::parse(Report{}.text(render_replay_json));
  EXPECT_EQ(out["schema"], "nsgcheck.replay/1");
  EXPECT_EQ(out["summary"], json::parse(R"({"connections": 3, "reached": 1, "blocked": 2, "misrouted": 0,
                                            "unroutable": 0, "unknown": 0, "notRdp": 0})"));
  EXPECT_EQ(out["captures"][0]["linkType"], "EN10MB");
  EXPECT_EQ(out["captures"][0]["connections"], 3);
  EXPECT_EQ(out["captures"][1]["damage"][0]["offset"], 7);
  const json& row = out["connections"][1];
  EXPECT_EQ(row["firstPacket"], 5);
  EXPECT_EQ(row["clientPort"], 50001);
  EXPECT_EQ(row["cookie"], json::parse(R"({"outcome": "azure", "text": "mstshash=WebRole1#WebRole1_IN_0",
      "role": "WebRole1", "instance": "WebRole1_IN_0", "endpoint": null, "faults": ["trailing-blank"]})"));
  EXPECT_EQ(row["reached"], nullptr);
  EXPECT_EQ(row["hops"][0]["before"]["destinationPort"], 3389);
  EXPECT_EQ(row["hops"][0]["after"]["destination"], "10.0.0.4");
  EXPECT_EQ(row["hops"][1]["at"], "forwarder");
  EXPECT_EQ(row["hops"][1]["appliedTo"], "subnet");
  EXPECT_EQ(row["hops"][1]["decidedBy"]["priority"], 4096);
  EXPECT_EQ(row["forwarders"].size(), 2);
}

TEST(ReplayJsonl, EndsWithTheSummary) {
  std::istringstream lines{Report{}.text(render_replay_jsonl)};
  std::vector<json> values;
  for (std::string line; std::getline(lines, line);) values.push_back(json::parse(line));
  ASSERT_EQ(values.size(), 4);
  EXPECT_EQ(values[0]["verdict"], "reached");
  EXPECT_EQ(values[3]["summary"]["blocked"], 2);
}

TEST(ReplayJunit, CountsCasesAndDamage) {
  const std::string out = Report{}.text(render_replay_junit);
  EXPECT_THAT(out, HasSubstr(R"(<testsuites name="nsgcheck" tests="4" failures="2" errors="1" skipped="0">)"));
  EXPECT_THAT(out, HasSubstr(R"(<testsuite name="a.pcap" tests="3" failures="2" errors="0" skipped="0">)"));
  EXPECT_THAT(out, HasSubstr(R"(<testsuite name="b.pcap" tests="1" failures="0" errors="1" skipped="0">)"));
}

TEST(ReplayText, TellsACauseOnceForAllItsConnections) {
  const std::string out = Report{}.text(render_replay_text, TextStyle{false, 130});
  EXPECT_EQ(out.substr(0, out.find('\n')), "3 connections: 1 reached, 2 blocked");
  const std::string cause = "2 connections blocked: nsg-denied-forwarder-port";
  ASSERT_THAT(out, HasSubstr(cause));
  EXPECT_EQ(out.find(cause), out.rfind(cause));
  EXPECT_THAT(out, HasSubstr("203.0.113.10:50001 -> 198.51.100.20:3389 becomes 10.0.0.4:20000"));
  EXPECT_THAT(out, HasSubstr("web-nsg (subnet): DenyAll (4096)"));
  EXPECT_THAT(out, HasSubstr("a.pcap packet 5, a.pcap packet 9"));
  EXPECT_THAT(out, HasSubstr("Allow TCP from the clients'"));
}

TEST(ReplayText, KeepsWhatCameFromOutsideFromTheTerminal) {
  Report report;
  report.rows()[1].outcome.wanted = "evil\x1b[2J";
  report.rows()[1].message = "evil\x1b[2J";
  report.rows()[1].outcome.capture = "evil\x1b[2J";
  report.rows()[1].hops[1].nsg = "evil\x1b[2J";
  EXPECT_THAT(report.text(render_replay_text, TextStyle{false, 80}), Not(HasSubstr("\x1b")));
  EXPECT_THAT(report.text(render_replay_junit), Not(HasSubstr("\x1b")));
  EXPECT_THAT(report.text(render_replay_json), Not(HasSubstr("\x1b")));
}

TEST(ReplayOutputs, StopWhenTheSinkFails) {
  int pieces = 0;
  const TextSink broken = [&](std::string_view) { return ++pieces < 2; };
  ReplayReport report;
  const AuditReport places;
  report.places = &places;
  const std::vector<CaptureContent> none;
  report.captures = &none;
  report.each_row = [](const auto&, const auto&) {};
  EXPECT_FALSE(render_replay_json(report, broken));
  EXPECT_EQ(pieces, 2);
}

TEST(Remedy, IsThereForEveryReasonThatBlocks) {
  for (const char* reason :
       {"nsg-denied-forwarder-port", "nsg-denied-outbound", "nsg-denied-second-hop", "admin-rule-denied",
        "probe-denied", "no-healthy-forwarder", "forwarder-crashed", "instance-not-ready", "refused"})
    EXPECT_FALSE(remedy(reason).empty()) << reason;
  EXPECT_TRUE(remedy("ok").empty());
}

}  // namespace
}  // namespace nsgcheck::io::replay_render_test
