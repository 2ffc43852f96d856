// SPDX-License-Identifier: Apache-2.0
#include "simulator/path/evidence.hpp"

#include <string>
#include <utility>

namespace nsgcheck::path {
namespace {

using AnswerKind = wire::ServerAnswer::Kind;

// Something before the machine that the client speaks to is said to stop the connection.
bool lost_on_first_hop(const Trace& trace) {
  if (trace.verdict != Verdict::Blocked) return false;
  switch (trace.reason) {
    case Reason::NsgDeniedForwarderPort:
    case Reason::ProbeDenied:
    case Reason::NoHealthyForwarder:
    case Reason::EndpointAclDenied:
      return true;
    case Reason::NsgDeniedOutbound:
    case Reason::NsgDeniedSecondHop:
      return trace.leg == Leg::Instance;
    case Reason::AdminRuleDenied:
      break;
    default:
      return false;
  }
  // An admin rule may stand at each hop; a forwarder that was reached is before the second.
  for (const Hop& hop : trace.hops)
    if (hop.kind == HopKind::Forwarder) return false;
  return true;
}

// The assumption of the model that must be wrong when what it says was lost was answered.
std::string_view explanation(Reason lost) {
  switch (lost) {
    case Reason::NsgDeniedForwarderPort:
      return "the forwarder listens on another port, or other rules are in force than the deployment's";
    case Reason::NsgDeniedOutbound:
    case Reason::NsgDeniedSecondHop:
    case Reason::AdminRuleDenied:
    case Reason::EndpointAclDenied:
    case Reason::TrafficRuleDenied:
      return "other rules are in force than the deployment's";
    case Reason::ProbeDenied:
    case Reason::NoHealthyForwarder:
    case Reason::ForwarderCrashed:
    case Reason::InstanceNotReady:
      return "the balancer's probe, or the state of an instance, is not as the deployment says";
    case Reason::NoForwarderRole:
      return "a role imports RemoteForwarder that the deployment does not show so";
    case Reason::RemoteAccessDisabled:
    case Reason::AccountExpired:
      return "remote desktop is enabled otherwise than the deployment says";
    case Reason::UnknownRole:
    case Reason::UnknownInstance:
    case Reason::UnknownEndpoint:
      return "the deployment does not have all roles and instances";
    default:
      return "the forwarder reads requests otherwise than is taken here";
  }
}

void contradict(Trace& trace, std::string message) {
  trace.message = std::move(message);
  trace.verdict = Verdict::Unknown;
  trace.reason = Reason::CaptureContradictsModel;
  trace.reached = nullptr;
}

}  // namespace

void hold_against_capture(Trace& trace, const Observed& observed) {
  if (trace.leg == Leg::Elsewhere) return;
  const model::Instance* ended = observed.ended_at;
  if (ended != nullptr && trace.wanted != nullptr && ended != trace.wanted) {
    trace.verdict = Verdict::Misrouted;
    trace.reason = Reason::CaptureContradictsModel;
    trace.reached = ended;
    trace.message = trace.wanted->name + " was wanted, but the capture shows the connection ending on " + ended->name;
    return;
  }
  const bool lost = trace.verdict == Verdict::Blocked || trace.verdict == Verdict::Unroutable;
  const bool answered = observed.answer == AnswerKind::Confirm || ended != nullptr;
  const bool accepted = observed.handshake == flow::Handshake::Full || observed.answer != AnswerKind::NoData;
  if ((lost && answered) || (lost_on_first_hop(trace) && accepted))
    return contradict(trace, "the model says " + std::string{code(trace.reason)} +
                                 ", but the capture shows an answer; it would be explained if " +
                                 std::string{explanation(trace.reason)});
  if (trace.verdict == Verdict::Reached && observed.closed_unanswered && ended == nullptr &&
      observed.request != nullptr)
    contradict(trace, "the model says that it reaches " + trace.reached->name +
                          ", but the capture shows the server closing it without an answer to the request; it would be "
                          "explained if rules or states behind the forwarder are "
                          "not as the deployment says");
}

}  // namespace nsgcheck::path
