// SPDX-License-Identifier: Apache-2.0
#include "simulator/path/opening.hpp"

namespace nsgcheck::path {
namespace {

std::string packet_text(const Hop& hop) {
  if (!hop.before) return "the connection";
  const End& to = hop.before->destination;
  return "tcp " + (to.port ? std::to_string(*to.port) : "any port") + " from " +
         net::to_string(hop.before->source.address) + " to " + net::to_string(to.address);
}

// A plugin's account needs more than its date.
std::string account_opening(const Hop& hop, const model::Deployment& deployment) {
  for (const model::Role& role : deployment.roles)
    for (const model::Instance& instance : role.instances) {
      if (&instance != hop.instance || deployment.account_of(role).missing.empty()) continue;
      return role.account ? "give the account a name, a password and an expiration that is a date"
                          : "give the account an expiration that is a date";
    }
  return "give the account a later expiration";
}

std::string before_rule(const Hop& hop) {
  if (hop.rule == nullptr) return "";
  return " before rule " + hop.rule->name;
}

}  // namespace

std::string opening_of(const Hop& hop, const model::Deployment& deployment) {
  const std::string machine = hop.instance != nullptr ? hop.instance->name : "the instance";
  if (hop.kind == HopKind::EndpointAcl && hop.verdict == HopVerdict::Deny && hop.before)
    return "permit " + net::to_string(hop.before->source.address) + " in the access control " + hop.nsg->name +
           before_rule(hop);
  if (hop.nsg != nullptr) {
    if (hop.verdict == HopVerdict::Unknown) return "settle what " + hop.nsg->name + " says: " + hop.text;
    const bool out = hop.kind == HopKind::NsgOutbound;
    return "allow " + packet_text(hop) + (out ? " outbound" : " inbound") + " in " + hop.nsg->name + before_rule(hop);
  }
  if ((hop.kind == HopKind::AdminRules || hop.kind == HopKind::Probe) && hop.verdict == HopVerdict::Unknown)
    return "settle what the security admin rules say: " + hop.text;
  if (hop.kind == HopKind::RemoteAccess && hop.verdict == HopVerdict::Unknown)
    return "settle what remote desktop of " + machine + " depends on: " + hop.text;
  switch (hop.reason) {
    case Reason::AdminRuleDenied:
    case Reason::ProbeDenied:
      return "allow " + packet_text(hop) + " in the security admin rules" + before_rule(hop);
    case Reason::NoHealthyForwarder:
    case Reason::InstanceNotReady:
      return "bring " + machine + " to the state Ready";
    case Reason::ForwarderCrashed:
      return "restart the forwarder of " + machine;
    case Reason::TrafficRuleDenied:
      return "name the forwarder's role in the network traffic rule before " + machine;
    case Reason::RemoteAccessDisabled:
      return "enable remote desktop for the role of " + machine;
    case Reason::AccountExpired:
      return account_opening(hop, deployment);
    default:
      return std::string{code(hop.reason)};
  }
}

}  // namespace nsgcheck::path
