// SPDX-License-Identifier: Apache-2.0
#include "analyzer/policy/audit.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <tuple>
#include <utility>

#include "analyzer/model/rule_text.hpp"
#include "analyzer/net/text.hpp"
#include "analyzer/policy/direction_view.hpp"
#include "analyzer/policy/fingerprint.hpp"
#include "analyzer/policy/judge.hpp"
#include "analyzer/policy/naming.hpp"
#include "analyzer/policy/prerequisite.hpp"
#include "analyzer/policy/structural.hpp"

namespace nsgcheck::policy {
namespace {

using engine::Verdict;
using engine::View;

constexpr std::string_view kVirtualNetworkDefault = "virtual-network-default";
constexpr std::string_view kForwarderPortDefault = "forwarder-port-default";

class Auditor {
 public:
  Auditor(const model::Nsg& nsg, std::uint32_t index, const model::NetworkContext& context,
          std::span<const Policy> policies, const AuditOptions& options)
      : nsg_{nsg},
        index_{index},
        context_{context},
        asked_{options.asked != nullptr ? *options.asked : context},
        options_{options},
        inbound_{nsg, net::Direction::Inbound, context, policies, options.forwarder_port},
        outbound_{nsg, net::Direction::Outbound, context, policies, options.forwarder_port} {}

  NsgAudit run(std::span<const Policy> policies) {
    port_table();
    for (const Policy& policy : policies) {
      policy_ = &policy;
      for (const Ask& ask : policy.asks) std::visit([&](const auto& kind) { judge_ask(kind); }, ask);
    }
    for (DirectionView* view : {&inbound_, &outbound_}) {
      if (!view->hygiene_was_asked()) continue;
      for (const engine::RuleIndex rule : view->hygiene().undecided)
        out_.undecided.push_back(view->filter().origin(rule));
    }
    const auto order = [](const Finding& f) {
      return std::tuple{f.severity, f.span.document, f.span.begin, f.policy->id};
    };
    std::stable_sort(out_.findings.begin(), out_.findings.end(),
                     [&](const Finding& a, const Finding& b) { return order(a) < order(b); });
    return std::move(out_);
  }

 private:
  DirectionView& view(net::Direction direction) { return direction == net::Direction::Inbound ? inbound_ : outbound_; }

  void port_table() {
    const auto row = [&](net::Port port, net::Protocol protocol, net::Direction direction, std::string_view source) {
      constexpr std::string_view kTo = "VirtualNetwork";
      PortVerdict entry{port, protocol, direction, std::string{source}, std::string{kTo}, {}};
      entry.judgement = judge_pattern(pattern_of(entry));
      out_.ports.push_back(std::move(entry));
    };
    constexpr net::Port kRdp = 3389;
    constexpr auto kIn = net::Direction::Inbound;
    for (const auto source : {"Internet", "VirtualNetwork", "AzureLoadBalancer"}) row(kRdp, net::kTcp, kIn, source);
    for (const auto source : {"Internet", "VirtualNetwork"}) row(kRdp, net::kUdp, kIn, source);
    for (const auto source : {"Internet", "VirtualNetwork", "AzureLoadBalancer"})
      row(options_.forwarder_port, net::kTcp, kIn, source);
    row(kRdp, net::kTcp, net::Direction::Outbound, "VirtualNetwork");
  }

  Judgement judge_pattern(const FlowPattern& pattern, View question = View::Allowed) {
    DirectionView& here = view(pattern.direction);
    return judge(here.filter(), resolve_pattern(pattern, asked_, options_.forwarder_port, here.symbols()), question);
  }

  void judge_ask(const Forbid& ask) {
    const Judgement found = judge_pattern(ask.flows);
    if (found.verdict == Verdict::Deny) return;
    report(ask.flows, found, "allows " + phrase(ask.flows, found), "may allow " + phrase(ask.flows, found));
  }

  void judge_ask(const CloudAsk&) {}  // judged with the deployment: audit_deployment()

  void judge_ask(const ForbidWhole& ask) {
    Judgement found = judge_pattern(ask.flows);
    if (found.some_denied || found.verdict == Verdict::Deny) return;
    if (found.verdict != Verdict::Allow) {
      // What is allowed for sure is no violation of this policy: only what is not settled is.
      if (found.unknown_region.empty()) found.unknown_region = found.region;
      found.region.clear();
    }
    report(ask.flows, found, "allows everything: " + phrase(ask.flows, found),
           "may allow everything: " + phrase(ask.flows, found));
  }

  void judge_ask(const Require& ask) {
    const Judgement found = judge_pattern(ask.flows, View::DeniedByUser);
    if (found.region.empty() && found.unknown_region.empty() && found.complete) return;
    report(ask.flows, found, "denies " + phrase(ask.flows, found), "may deny " + phrase(ask.flows, found));
  }

  void judge_ask(const RequireSome& ask) {
    Judgement when = judge_pattern(ask.when);
    const Judgement some = judge_pattern(ask.some);
    if (when.verdict == Verdict::Deny || some.verdict == Verdict::Allow || some.verdict == Verdict::Partial) return;
    const bool certain = when.verdict != Verdict::Unknown && some.verdict == Verdict::Deny;
    const std::string closed = wanted(ask.some);
    const std::string open = "allows " + phrase(ask.when, when);
    when.decided_by = some.decided_by;
    if (!certain) {
      if (!some.reason)
        when.reason = when.reason.value_or(model::Reason::InvalidRule);
      else
        when.reason = some.reason;
      if (!some.candidates.empty()) {
        when.candidates = some.candidates;
        when.unsettled = some.unsettled;
      }
      if (when.unknown_region.empty()) when.unknown_region = std::move(when.region);
      when.region.clear();
    }
    report(ask.when, when, open + ", but no " + closed,
           "allows or may allow " + phrase(ask.when, when) + ", and it is not known whether it allows any " + closed,
           ask.some.with_forwarder_port);
  }

  void judge_ask(const Prerequisite& ask) {
    const model::SecurityRule* naming = naming_rule(nsg_, ask.named);
    if (naming == nullptr) return;
    if (!ask.whole) {
      const Verdict open = judge_pattern(ask.need).verdict;
      if (open == Verdict::Allow || open == Verdict::Partial) return;
    }
    Judgement denied = judge_pattern(ask.need, View::Denied);
    if (denied.region.empty() && denied.unknown_region.empty() && denied.complete) return;
    if (!ask.whole && denied.some_denied) denied.region.clear();
    const std::string who = rule_label(*naming) + " names " + side_name(ask.named.from) + ", but ";
    report(ask.need, denied, who + "denied is " + phrase(ask.need, denied),
           who + "perhaps denied is " + phrase(ask.need, denied));
  }

  void judge_ask(const OpenSourcePort& ask) {
    DirectionView& here = view(ask.flows.direction);
    const NamedQuestion question = resolve_pattern(ask.flows, asked_, options_.forwarder_port, here.symbols());
    const engine::Answer answer = engine::ask(here.filter(), question.flows);
    for (const engine::RuleIndex index : answer.yes_rules) {
      const engine::FilterRule& rule = here.filter().rules()[index];
      if (rule.is_default || rule.source_ports.undetermined || rule.source_ports.known.is_all()) continue;
      Finding finding = start(ask.flows);
      finding.rule = here.filter().origin(index);
      finding.span = nsg_.rules[*finding.rule].span;
      finding.decided_by = {*finding.rule};
      finding.message = rule_label(nsg_.rules[*finding.rule]) + " opens " + wanted(ask.flows) +
                        " only for clients with source port " + enumerate(net::to_strings(rule.source_ports.known)) +
                        "; clients choose theirs freely, so it nearly never matches";
      NamedQuestion narrow = question;
      narrow.flows.source_ports = rule.source_ports.known;
      const Judgement open = judge(here.filter(), narrow);
      finding.region = open.region;
      finding.witness = open.witness;
      const std::string subject = net::lower(nsg_.rules[*finding.rule].name);
      add(std::move(finding), subject);
    }
  }

  void judge_ask(const Hygiene& ask) {
    for (DirectionView* here : {&inbound_, &outbound_})
      add_all(hygiene_findings(nsg_, here->filter(), here->hygiene(), ask.kind));
  }
  void judge_ask(const CoveredEntry&) { add_all(covered_entries(nsg_, context_)); }
  void judge_ask(const Validity& ask) { add_all(validity_findings(nsg_, ask.kind)); }

  // What is open, in words: the regions when they are few, else the question.
  static std::string phrase(const FlowPattern& pattern, const Judgement& found) {
    const auto& regions = found.region.empty() ? found.unknown_region : found.region;
    std::vector<std::string> lines;
    for (const NamedRegion& region : regions) lines.push_back(one_line(region));
    return enumerate(lines, 2) + (pattern.direction == net::Direction::Inbound ? " inbound" : " outbound");
  }

  [[nodiscard]] std::string wanted(const FlowPattern& pattern) const {
    net::PortSet ports = pattern.ports;
    if (pattern.with_forwarder_port)
      ports = ports | net::PortSet::range(options_.forwarder_port, options_.forwarder_port);
    return enumerate(protocol_names(pattern.protocols)) + ' ' + enumerate(net::to_strings(ports)) + " from " +
           side_name(pattern.from);
  }

  Finding start(const FlowPattern& pattern, bool forwarder = false) const {
    Finding finding;
    finding.direction = pattern.direction;
    finding.span = nsg_.span;
    if (context_.virtual_network_assumed) finding.assumptions.emplace_back(kVirtualNetworkDefault);
    if ((forwarder || pattern.with_forwarder_port) && options_.forwarder_port_assumed)
      finding.assumptions.emplace_back(kForwarderPortDefault);
    return finding;
  }

  void report(const FlowPattern& pattern, const Judgement& found, const std::string& sure, const std::string& unsure,
              bool forwarder = false) {
    Finding finding = start(pattern, forwarder);
    const bool violated = !found.region.empty();
    finding.status = violated ? Status::Violated : Status::Unknown;
    finding.decided_by = found.decided_by;
    finding.region = found.region;
    finding.unknown_region = found.unknown_region;
    finding.region_complete = found.complete;
    finding.witness = found.witness;
    finding.message = violated ? sure : unsure;
    if (violated) {
      finding.message += "; decided by " + rule_labels(nsg_, found.decided_by);
    } else {
      finding.reason = found.reason.value_or(model::Reason::BudgetExceeded);
      finding.decided_by = found.candidates;
      finding.message += "; not settled because of " +
                         because(*finding.reason, found.unsettled.empty() ? found.candidates : found.unsettled);
    }
    // The place to look at is the rule that lets most in: they are in evaluation order, so the first user rule.
    for (const ModelRule rule : finding.decided_by) {
      if (!nsg_.rules[rule].span.known()) continue;
      finding.span = nsg_.rules[rule].span;
      break;
    }
    finding.severity = severity(pattern, finding);
    finding.policy = policy_;
    finding.nsg = index_;
    finding.fingerprint = fingerprint(finding, nsg_.name, "");
    out_.findings.push_back(std::move(finding));
  }

  [[nodiscard]] std::string because(model::Reason reason, const std::vector<ModelRule>& rules) const {
    const std::string who = rule_labels(nsg_, rules);
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

  Severity severity(const FlowPattern& pattern, const Finding& finding) {
    if (const auto* fixed = std::get_if<Severity>(&policy_->severity)) return *fixed;
    const auto& graded = std::get<BySource>(policy_->severity);
    const auto& regions = finding.region.empty() ? finding.unknown_region : finding.region;
    switch (widest_source(regions, view(pattern.direction).filter().symbols())) {
      case Width::Wide:
        return graded.wide;
      case Width::Medium:
        return graded.medium;
      case Width::Narrow:
        break;
    }
    return graded.narrow;
  }

  void add(Finding finding, const std::string& subject) {
    finding.policy = policy_;
    finding.nsg = index_;
    finding.severity = worst(*policy_);
    finding.fingerprint = fingerprint(finding, nsg_.name, subject);
    out_.findings.push_back(std::move(finding));
  }
  void add_all(std::vector<StructuralFinding> found) {
    for (StructuralFinding& one : found) add(std::move(one.finding), one.subject);
  }

  const model::Nsg& nsg_;
  std::uint32_t index_;
  const model::NetworkContext& context_;
  const model::NetworkContext& asked_;
  const AuditOptions& options_;
  DirectionView inbound_, outbound_;
  const Policy* policy_{};
  NsgAudit out_;
};

}  // namespace

FlowPattern pattern_of(const PortVerdict& entry) {
  return {entry.direction,
          net::protocol_set({entry.protocol}),
          {model::parse_address_item(entry.source, {}, false)},
          {model::parse_address_item(entry.destination, {}, false)},
          net::PortSet::range(entry.port, entry.port),
          false};
}

NsgAudit audit_nsg(const model::Nsg& nsg, std::uint32_t index, const model::NetworkContext& context,
                   std::span<const Policy> policies, const AuditOptions& options) {
  return Auditor{nsg, index, context, policies, options}.run(policies);
}

std::vector<Assumption> assumptions(const std::vector<std::string>& codes, const model::NetworkContext& context,
                                    const AuditOptions& options) {
  std::vector<Assumption> out;
  for (const std::string& code : codes) {
    if (code == kVirtualNetworkDefault) {
      out.push_back({code, "No virtual network is given, so VirtualNetwork is taken as " +
                               enumerate(net::to_strings(context.virtual_network), 8) +
                               ", and Internet as all public addresses."});
    } else if (code == kForwarderPortDefault) {
      out.push_back({code, "The RemoteForwarder is taken to listen on port " + std::to_string(options.forwarder_port) +
                               ", the usual one; --forwarder-port sets another."});
    }
  }
  return out;
}

}  // namespace nsgcheck::policy
