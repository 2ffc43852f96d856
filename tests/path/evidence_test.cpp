// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "tests/path/base_deployment.hpp"

namespace nsgcheck::path::evidence_test {
namespace {

using AnswerKind = wire::ServerAnswer::Kind;

/// What the capture shows of a connection for WorkerRole1_IN_0, and what that makes of the model's verdict.
struct EvidenceCase {
  std::string name;
  std::function<void(model::Deployment&)> change;
  std::function<void(Observed&, const model::Deployment&)> see;
  Verdict verdict;
  Reason reason;
  std::string explained{};  ///< by which assumption; part of the message
};

const auto kAsIs = [](model::Deployment&) {};
const auto kFirstHopClosed = [](model::Deployment& d) { d.nsgs[0] = nsg("web-nsg", {}); };
const auto kSecondHopClosed = [](model::Deployment& d) {
  d.nsgs[1] = nsg("work-nsg", {"100 Deny Inbound Tcp * * * 3389"});
};

TEST(Evidence, OutweighsTheModel) {
  const std::vector<EvidenceCase> rows{
      {"ended where it was meant to", kAsIs, [](auto& o, const auto& d) { o.ended_at = &d.roles[1].instances[0]; },
       Verdict::Reached, Reason::Ok},
      {"ended elsewhere", kAsIs, [](auto& o, const auto& d) { o.ended_at = &d.roles[0].instances[1]; },
       Verdict::Misrouted, Reason::CaptureContradictsModel},
      {"ended elsewhere although the model blocks it", kFirstHopClosed,
       [](auto& o, const auto& d) { o.ended_at = &d.roles[0].instances[1]; }, Verdict::Misrouted,
       Reason::CaptureContradictsModel},
      {"a handshake where the first hop is closed", kFirstHopClosed,
       [](auto& o, const auto&) { o.handshake = flow::Handshake::Full; }, Verdict::Unknown,
       Reason::CaptureContradictsModel, "the forwarder listens on another port"},
      {"an answer where the first hop is closed, seen from the middle", kFirstHopClosed,
       [](auto& o, const auto&) { o.answer = AnswerKind::Other; }, Verdict::Unknown, Reason::CaptureContradictsModel},
      {"a handshake where the second hop is closed: the forwarder took it", kSecondHopClosed,
       [](auto& o, const auto&) { o.handshake = flow::Handshake::Full; }, Verdict::Blocked, Reason::NsgDeniedSecondHop},
      {"a Connection Confirm where the second hop is closed", kSecondHopClosed,
       [](auto& o, const auto&) { o.answer = AnswerKind::Confirm; }, Verdict::Unknown, Reason::CaptureContradictsModel,
       "other rules are in force"},
      {"a Connection Confirm of an instance that is not Ready",
       [](auto& d) { d.roles[1].instances[0].state = model::InstanceState::Busy; },
       [](auto& o, const auto&) { o.answer = AnswerKind::Confirm; }, Verdict::Unknown, Reason::CaptureContradictsModel,
       "the state of an instance"},
      {"a Connection Confirm where the account expired", [](auto& d) { d.remote_desktop.expiration = 1; },
       [](auto& o, const auto&) { o.answer = AnswerKind::Confirm; }, Verdict::Unknown, Reason::CaptureContradictsModel,
       "remote desktop is enabled otherwise"},
      {"a Connection Confirm of an instance that the deployment does not have",
       [](auto& d) { d.roles[1].instances[0].name = "WorkerRole1_IN_9"; },
       [](auto& o, const auto&) { o.answer = AnswerKind::Confirm; }, Verdict::Unknown, Reason::CaptureContradictsModel,
       "does not have all roles and instances"},
      {"arrived where the second hop is closed", kSecondHopClosed,
       [](auto& o, const auto& d) { o.ended_at = &d.roles[1].instances[0]; }, Verdict::Unknown,
       Reason::CaptureContradictsModel},
      {"a handshake where an admin rule closes the second hop",
       [](auto& d) { d.admin_rules = {admin_rule("10 Deny Inbound Tcp * * * 3389")}; },
       [](auto& o, const auto&) { o.handshake = flow::Handshake::Full; }, Verdict::Blocked, Reason::AdminRuleDenied},
      {"a handshake where an admin rule closes the first hop",
       [](auto& d) { d.admin_rules = {admin_rule("10 Deny Inbound Tcp * * * 20000")}; },
       [](auto& o, const auto&) { o.handshake = flow::Handshake::Full; }, Verdict::Unknown,
       Reason::CaptureContradictsModel},
      {"closed without an answer where the model finds nothing in the way", kAsIs,
       [](auto& o, const auto&) { o.closed_unanswered = true; }, Verdict::Unknown, Reason::CaptureContradictsModel,
       "rules or states behind the forwarder"},
      {"closed without an answer where the second hop is closed", kSecondHopClosed,
       [](auto& o, const auto&) { o.closed_unanswered = true; }, Verdict::Blocked, Reason::NsgDeniedSecondHop},
      {"the sound one of two forwarders took it", [](auto& d) { d.roles[0].instances[1].forwarder_crashed = true; },
       [](auto& o, const auto& d) { o.taken_by = &d.roles[0].instances[0]; }, Verdict::Reached, Reason::Ok},
      {"the crashed one of two forwarders took it", [](auto& d) { d.roles[0].instances[1].forwarder_crashed = true; },
       [](auto& o, const auto& d) { o.taken_by = &d.roles[0].instances[1]; }, Verdict::Blocked,
       Reason::ForwarderCrashed},
  };
  for (const EvidenceCase& row : rows) {
    SCOPED_TRACE(row.name);
    model::Deployment deployment = base_deployment();
    row.change(deployment);
    const CompiledDeployment compiled{deployment};
    const wire::ConnectionRequest read = request(kToWorker);
    Observed observed = connection("198.51.100.20", 3389, &read);
    row.see(observed, deployment);
    const Trace trace = walk(compiled, observed, {});
    EXPECT_EQ(word(trace.verdict), word(row.verdict));
    EXPECT_EQ(code(trace.reason), code(row.reason));
    EXPECT_THAT(trace.message, testing::HasSubstr(row.explained));
    if (row.verdict == Verdict::Misrouted) {
      EXPECT_EQ(trace.reached, &deployment.roles[0].instances[1]);
    }
  }
}

}  // namespace
}  // namespace nsgcheck::path::evidence_test
