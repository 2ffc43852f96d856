// SPDX-License-Identifier: Apache-2.0
#include "analyzer/policy/flow_finding.hpp"

#include <algorithm>

#include "analyzer/policy/naming.hpp"
#include "analyzer/policy/structural.hpp"

namespace nsgcheck::policy {
namespace {

std::string because(const model::Nsg& nsg, model::Reason reason, const std::vector<ModelRule>& rules) {
  const std::string who = rule_labels(nsg, rules);
  switch (reason) {
    case model::Reason::UnknownTag:
      return "service tags without data in " + who + " (give --service-tags)";
    case model::Reason::AsgWithoutMembers:
      return "application security groups without members in " + who;
    case model::Reason::UnresolvedExpression:
      return "expressions that could not be resolved in " + who;
    case model::Reason::InvalidRule:
      return "invalid values in " + who;
    case model::Reason::UndefinedPorts:
      return "ports on a protocol without ports in " + who;
    case model::Reason::DuplicatePriority:
      return "rules of one priority: " + who;
    case model::Reason::MissingAttachment:
      return "what is not in the inputs: " + who;
    case model::Reason::BudgetExceeded:
      return "the work budget, which ran out";
  }
  return who;
}

// `part` is `whole` for the members of a tag or group alone.
bool is_within(const NamedRegion& part, const NamedRegion& whole) {
  return whole.destination == std::vector<std::string>{"*"} && whole.region.destination.symbols.empty() &&
         part.region.destination.addresses.empty() && part.source == whole.source &&
         part.protocols == whole.protocols && part.source_ports == whole.source_ports &&
         part.destination_ports == whole.destination_ports;
}

}  // namespace

Finding start_finding(const model::Nsg& nsg, const FlowPattern& pattern, const model::NetworkContext& context,
                      const AuditOptions& options, bool forwarder) {
  Finding finding;
  finding.direction = pattern.direction;
  finding.span = nsg.span;
  if (context.virtual_network_assumed) finding.assumptions.emplace_back(kVirtualNetworkDefault);
  if ((forwarder || pattern.with_forwarder_port) && options.forwarder_port_assumed)
    finding.assumptions.emplace_back(kForwarderPortDefault);
  return finding;
}

void put_judgement(Finding& finding, const model::Nsg& nsg, const Judgement& found, const std::string& sure,
                   const std::string& unsure) {
  const bool violated = !found.region.empty();
  finding.status = violated ? Status::Violated : Status::Unknown;
  finding.decided_by = found.decided_by;
  finding.region = found.region;
  finding.unknown_region = found.unknown_region;
  finding.region_complete = found.complete;
  finding.witness = found.witness;
  finding.message = violated ? sure : unsure;
  if (violated) {
    finding.message += "; decided by " + rule_labels(nsg, found.decided_by);
  } else {
    finding.reason = found.reason.value_or(model::Reason::BudgetExceeded);
    finding.decided_by = found.candidates;
    finding.message += "; not settled because of " +
                       because(nsg, *finding.reason, found.unsettled.empty() ? found.candidates : found.unsettled);
  }
  // The place to look at is the rule that lets most in: they are in evaluation order, so the first user rule.
  for (const ModelRule rule : finding.decided_by) {
    if (!nsg.rules[rule].span.known()) continue;
    finding.span = nsg.rules[rule].span;
    break;
  }
}

std::string found_flows(const FlowPattern& pattern, const Judgement& found) {
  const auto& regions = found.region.empty() ? found.unknown_region : found.region;
  std::vector<std::string> lines;
  for (const NamedRegion& region : regions) {
    // What may hold for every address may hold for the members of a tag or group, too.
    const auto holds_more = [&](const NamedRegion& other) { return &other != &region && is_within(region, other); };
    if (std::none_of(regions.begin(), regions.end(), holds_more)) lines.push_back(one_line(region));
  }
  return enumerate(lines, 2) + (pattern.direction == net::Direction::Inbound ? " inbound" : " outbound");
}

}  // namespace nsgcheck::policy
