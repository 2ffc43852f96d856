// SPDX-License-Identifier: Apache-2.0
#include "simulator/path/trace.hpp"

#include <array>
#include <utility>

namespace nsgcheck::path {
namespace {

struct Entry {
  std::string_view code;
  Verdict verdict;
};

// In the order of Reason.
constexpr std::array<Entry, 40> kReasons{{{"ok", Verdict::Reached},
                                          {"nsg-denied-forwarder-port", Verdict::Blocked},
                                          {"nsg-denied-outbound", Verdict::Blocked},
                                          {"nsg-denied-second-hop", Verdict::Blocked},
                                          {"admin-rule-denied", Verdict::Blocked},
                                          {"probe-denied", Verdict::Blocked},
                                          {"no-healthy-forwarder", Verdict::Blocked},
                                          {"forwarder-crashed", Verdict::Blocked},
                                          {"no-cookie", Verdict::Unroutable},
                                          {"user-cookie", Verdict::Unroutable},
                                          {"msts-token", Verdict::Unroutable},
                                          {"malformed-request", Verdict::Unroutable},
                                          {"incomplete-request", Verdict::Unknown},
                                          {"unknown-role", Verdict::Unroutable},
                                          {"unknown-instance", Verdict::Unroutable},
                                          {"unknown-endpoint", Verdict::Unroutable},
                                          {"instance-not-ready", Verdict::Blocked},
                                          {"remote-access-disabled", Verdict::Unroutable},
                                          {"account-expired", Verdict::Unroutable},
                                          {"not-rdp", Verdict::NotRdp},
                                          {"no-data", Verdict::Unknown},
                                          {"no-forwarder-role", Verdict::Unroutable},
                                          {"unknown-tag", Verdict::Unknown},
                                          {"capture-contradicts-model", Verdict::Unknown},
                                          {"not-a-modelled-address", Verdict::Unknown},
                                          {"reading-differs", Verdict::Unknown},
                                          {"name-case-differs", Verdict::Unknown},
                                          {"syn-only", Verdict::Unknown},
                                          {"refused", Verdict::Blocked},
                                          {"mid-stream", Verdict::Unknown},
                                          {"snaplen-cut", Verdict::Unknown},
                                          {"endpoint-acl-denied", Verdict::Blocked},
                                          {"network-traffic-rule-denied", Verdict::Blocked},
                                          {"invalid-rule", Verdict::Unknown},
                                          {"duplicate-priority", Verdict::Unknown},
                                          {"undefined-ports", Verdict::Unknown},
                                          {"unresolved-expression", Verdict::Unknown},
                                          {"asg-without-members", Verdict::Unknown},
                                          {"missing-attachment", Verdict::Unknown},
                                          {"budget-exceeded", Verdict::Unknown}}};
static_assert(kReasons.size() == static_cast<std::size_t>(Reason::BudgetExceeded) + 1);

}  // namespace

std::string_view code(Reason reason) { return kReasons[static_cast<std::size_t>(reason)].code; }

Reason reason_for(model::Reason reason) {
  switch (reason) {
    case model::Reason::InvalidRule:
      return Reason::InvalidRule;
    case model::Reason::DuplicatePriority:
      return Reason::DuplicatePriority;
    case model::Reason::UndefinedPorts:
      return Reason::UndefinedPorts;
    case model::Reason::UnresolvedExpression:
      return Reason::UnresolvedExpression;
    case model::Reason::UnknownTag:
      return Reason::UnknownTag;
    case model::Reason::AsgWithoutMembers:
      return Reason::AsgWithoutMembers;
    case model::Reason::MissingAttachment:
      return Reason::MissingAttachment;
    case model::Reason::BudgetExceeded:
      return Reason::BudgetExceeded;
  }
  return Reason::InvalidRule;
}

std::string_view cause(model::Reason reason) {
  switch (reason) {
    case model::Reason::InvalidRule:
      return "a value that cannot be read";
    case model::Reason::DuplicatePriority:
      return "two rules of one priority";
    case model::Reason::UndefinedPorts:
      return "ports of a protocol without ports";
    case model::Reason::UnresolvedExpression:
      return "an unresolved expression";
    case model::Reason::UnknownTag:
      return "a service tag without data";
    case model::Reason::AsgWithoutMembers:
      return "an application security group without members";
    case model::Reason::MissingAttachment:
      return "rules that are not in the inputs";
    case model::Reason::BudgetExceeded:
      return "the work budget, which ran out";
  }
  return "a value that cannot be read";
}

Verdict verdict_of(Reason reason) { return kReasons[static_cast<std::size_t>(reason)].verdict; }

Hop plain_hop(HopKind kind, std::string_view at, const model::Instance* instance, Reason reason, std::string text) {
  Hop hop;
  hop.kind = kind;
  hop.at = at;
  hop.instance = instance;
  hop.reason = reason;
  if (reason != Reason::Ok)
    hop.verdict = verdict_of(reason) == Verdict::Unknown ? HopVerdict::Unknown : HopVerdict::Deny;
  hop.text = std::move(text);
  return hop;
}

std::string_view word(Leg leg) {
  switch (leg) {
    case Leg::Client:
      return "client";
    case Leg::Forwarder:
      return "forwarder";
    case Leg::Instance:
      return "instance";
    case Leg::Elsewhere:
      break;
  }
  return "unknown";
}

std::string_view word(Verdict verdict) {
  switch (verdict) {
    case Verdict::Reached:
      return "reached";
    case Verdict::Blocked:
      return "blocked";
    case Verdict::Misrouted:
      return "misrouted";
    case Verdict::Unroutable:
      return "unroutable";
    case Verdict::NotRdp:
      return "not-rdp";
    case Verdict::Unknown:
      break;
  }
  return "unknown";
}

std::string_view word(HopKind kind) {
  switch (kind) {
    case HopKind::LoadBalancer:
      return "load-balancer";
    case HopKind::Probe:
      return "probe";
    case HopKind::AdminRules:
      return "admin-rules";
    case HopKind::EndpointAcl:
      return "endpoint-acl";
    case HopKind::NsgInbound:
      return "nsg-inbound";
    case HopKind::NsgOutbound:
      return "nsg-outbound";
    case HopKind::Forwarder:
      return "forwarder";
    case HopKind::TrafficRule:
      return "network-traffic-rule";
    case HopKind::RemoteAccess:
      return "remote-access";
    case HopKind::Instance:
      break;
  }
  return "instance";
}

std::string_view word(HopVerdict verdict) {
  switch (verdict) {
    case HopVerdict::Allow:
      return "allow";
    case HopVerdict::Deny:
      return "deny";
    case HopVerdict::Unknown:
      break;
  }
  return "unknown";
}

}  // namespace nsgcheck::path
