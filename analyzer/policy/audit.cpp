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
#include "analyzer/policy/flow_finding.hpp"
#include "analyzer/policy/intent.hpp"
#include "analyzer/policy/judge.hpp"
#include "analyzer/policy/naming.hpp"
#include "analyzer/policy/opened_by.hpp"
#include "analyzer/policy/prerequisite.hpp"
#include "analyzer/policy/structural.hpp"
#include "analyzer/policy/witness.hpp"

namespace nsgcheck::policy {
namespace {

using engine::Verdict;
using engine::View;

/// Few flows of a question, each by itself, that a rule denies for sure if no other comes before it: of the first rules
/// that deny and of the last.
std::vector<engine::FlowSet> denied_samples(const engine::Filter& filter, const engine::FlowSet& question) {
  constexpr std::size_t kFew = 4;
  std::vector<engine::FlowSet> out;
  for (const engine::FilterRule& rule : filter.rules()) {
    if (rule.may_allow || !rule.may_deny) continue;
    const net::ProtocolSet protocols = question.protocols & rule.protocols & net::ported_protocols();
    const auto from = question.source.known.v4 & rule.source.known.v4;
    const auto to = question.destination.known.v4 & rule.destination.known.v4;
    const auto from_port = question.source_ports & rule.source_ports.known;
    const auto port = question.destination_ports & rule.destination_ports.known;
    if (protocols.none() || from.empty() || to.empty() || from_port.empty() || port.empty()) continue;
    const auto lowest = []<class T>(const net::IntervalSet<T>& set) {
      const T low = set.intervals().front().low;
      return net::IntervalSet<T>::range(low, low);
    };
    if (out.size() == kFew) out.pop_back();
    out.push_back(
        {protocols, {{lowest(from), {}}, {}, false}, lowest(from_port), {{lowest(to), {}}, {}, false}, lowest(port)});
  }
  return out;
}

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
      for (ask_ = 0; ask_ < policy.asks.size(); ++ask_)
        std::visit([&](const auto& kind) { judge_ask(kind); }, policy.asks[ask_]);
    }
    for (DirectionView* view : {&inbound_, &outbound_}) {
      if (!view->hygiene_was_asked()) continue;
      for (const engine::RuleIndex rule : view->hygiene().undecided)
        out_.undecided.push_back(view->filter().origin(rule));
    }
    IntentJudgement intent = judge_intent(nsg_, index_, context_, policies, options_);
    out_.expectations = std::move(intent.verdicts);
    for (Finding& finding : intent.findings) out_.findings.push_back(std::move(finding));
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
    constexpr auto kIn = net::Direction::Inbound;
    for (const auto source : {"Internet", "VirtualNetwork", "AzureLoadBalancer"})
      row(net::kRdpPort, net::kTcp, kIn, source);
    for (const auto source : {"Internet", "VirtualNetwork"}) row(net::kRdpPort, net::kUdp, kIn, source);
    for (const auto source : {"Internet", "VirtualNetwork", "AzureLoadBalancer"})
      row(options_.forwarder_port, net::kTcp, kIn, source);
    row(net::kRdpPort, net::kTcp, net::Direction::Outbound, "VirtualNetwork");
  }

  NamedQuestion named(const FlowPattern& pattern) {
    return resolve_pattern(pattern, asked_, options_.forwarder_port, view(pattern.direction).symbols());
  }

  Judgement judge_pattern(const FlowPattern& pattern, View question = View::Allowed) {
    return judge(view(pattern.direction).filter(), named(pattern), question);
  }

  void judge_ask(const Forbid& ask) {
    const engine::Filter& filter = view(ask.flows.direction).filter();
    const NamedQuestion question = named(ask.flows);
    if (surely_denied(filter, question.flows)) return;
    const Judgement found = judge(filter, question);
    if (found.verdict == Verdict::Deny) return;
    report(ask.flows, found, "allows " + found_flows(ask.flows, found), "may allow " + found_flows(ask.flows, found));
  }

  void judge_ask(const CloudAsk&) {}        // judged with the deployment: audit_deployment()
  void judge_ask(const ArrivalAsk&) {}      // judged with the network: arrival_findings()
  void judge_ask(const IntentAsk&) {}       // judged with the intent: judge_intent()
  void judge_ask(const SuppressionAsk&) {}  // judged when all findings are there: apply_suppressions()

  // Most rule sets deny nearly all of "everything": one flow proves it, and the whole region need not be known.
  bool surely_denies_some(const FlowPattern& pattern) {
    const engine::Filter& filter = view(pattern.direction).filter();
    const std::vector<engine::FlowSet> flows = denied_samples(filter, named(pattern).flows);
    return std::any_of(flows.begin(), flows.end(),
                       [&](const engine::FlowSet& flow) { return engine::ask(filter, flow).some_no; });
  }

  void judge_ask(const ForbidWhole& ask) {
    if (surely_denies_some(ask.flows)) return;
    Judgement found = judge_pattern(ask.flows);
    if (found.some_denied || found.verdict == Verdict::Deny) return;
    if (found.verdict != Verdict::Allow) {
      // What is allowed for sure is no violation of this policy: only what is not settled is.
      if (found.unknown_region.empty()) found.unknown_region = found.region;
      found.region.clear();
    }
    report(ask.flows, found, "allows everything: " + found_flows(ask.flows, found),
           "may allow everything: " + found_flows(ask.flows, found));
  }

  void judge_ask(const Require& ask) {
    const Judgement found = judge_pattern(ask.flows, View::DeniedByUser);
    if (found.region.empty() && found.unknown_region.empty() && found.complete) return;
    report(ask.flows, found, "denies " + found_flows(ask.flows, found), "may deny " + found_flows(ask.flows, found));
  }

  void judge_ask(const RequireSome& ask) {
    Judgement when = judge_pattern(ask.when);
    const Judgement some = judge_pattern(ask.some);
    if (when.verdict == Verdict::Deny || some.verdict == Verdict::Allow || some.verdict == Verdict::Partial) return;
    const bool certain = when.verdict != Verdict::Unknown && some.verdict == Verdict::Deny;
    const std::string closed = wanted(ask.some);
    const std::string open = "allows " + found_flows(ask.when, when);
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
    report(
        ask.when, when, open + ", but no " + closed,
        "allows or may allow " + found_flows(ask.when, when) + ", and it is not known whether it allows any " + closed,
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
    report(ask.need, denied, who + "denied is " + found_flows(ask.need, denied),
           who + "perhaps denied is " + found_flows(ask.need, denied));
  }

  void judge_ask(const OpenSourcePort& ask) {
    DirectionView& here = view(ask.flows.direction);
    const NamedQuestion question = named(ask.flows);
    const engine::Answer answer = engine::ask(here.filter(), question.flows);
    for (const engine::RuleIndex index : answer.yes_rules) {
      const engine::FilterRule& rule = here.filter().rules()[index];
      if (rule.is_default || rule.source_ports.undetermined || rule.source_ports.known.is_all()) continue;
      const auto opened = opened_by(here.filter(), ask.flows, question.flows, index);
      if (opened && opened->empty()) continue;
      Finding finding = start_finding(nsg_, ask.flows, context_, options_);
      finding.rule = here.filter().origin(index);
      finding.span = nsg_.rules[*finding.rule].span;
      finding.decided_by = {*finding.rule};
      finding.region_complete = opened.has_value();
      std::vector<std::string> lines;
      for (const engine::Region& region : opened.value_or(std::vector<engine::Region>{})) {
        finding.region.push_back(name_region(region, question, here.filter().symbols()));
        NamedRegion shown = finding.region.back();
        shown.destination = {"*"};
        shown.region.source_ports = net::PortSet::all();  // said behind
        std::string line = one_line(shown);
        if (std::find(lines.begin(), lines.end(), line) == lines.end()) lines.push_back(std::move(line));
        if (!finding.witness) finding.witness = pick_witness(region, here.filter().symbols());
      }
      finding.message = rule_label(nsg_.rules[*finding.rule]) + " opens " +
                        (opened ? enumerate(lines, 2) : "more than can be listed of what is asked about") +
                        " only for clients with source port " + enumerate(net::to_strings(rule.source_ports.known)) +
                        how_often(rule.source_ports.known);
      const std::string subject = net::lower(nsg_.rules[*finding.rule].name);
      add(std::move(finding), subject);
    }
  }

  // Systems choose from 49152 on (RFC 6335), from 32768 on (Linux), or from 1024 on (old ones).
  static std::string how_often(const net::PortSet& source_ports) {
    const net::PortSet chosen = net::PortSet::range(1024, 65535);
    if (source_ports.covers(chosen)) return "; clients choose theirs among these, so it keeps out nearly nobody";
    constexpr std::size_t kFew = 256;
    std::size_t count = 0;
    const net::PortSet hit = source_ports & chosen;
    for (const auto& run : hit.intervals()) count += std::size_t{run.high} - run.low + 1;
    if (count > kFew) return "; clients choose theirs freely, so some get in and others do not";
    return "; clients choose theirs freely, so it nearly never matches";
  }

  void judge_ask(const Hygiene& ask) {
    for (DirectionView* here : {&inbound_, &outbound_})
      add_all(hygiene_findings(nsg_, here->filter(), here->hygiene(), ask.kind));
  }
  void judge_ask(const CoveredEntry&) { add_all(covered_entries(nsg_, context_)); }
  void judge_ask(const Validity& ask) { add_all(validity_findings(nsg_, ask.kind)); }

  [[nodiscard]] std::string wanted(const FlowPattern& pattern) const {
    net::PortSet ports = pattern.ports;
    if (pattern.with_forwarder_port)
      ports = ports | net::PortSet::range(options_.forwarder_port, options_.forwarder_port);
    return enumerate(protocol_names(pattern.protocols)) + ' ' + enumerate(net::to_strings(ports)) + " from " +
           side_name(pattern.from);
  }

  void report(const FlowPattern& pattern, const Judgement& found, const std::string& sure, const std::string& unsure,
              bool forwarder = false) {
    Finding finding = start_finding(nsg_, pattern, context_, options_, forwarder);
    put_judgement(finding, nsg_, found, sure, unsure);
    finding.severity = severity(pattern, finding);
    finding.policy = policy_;
    finding.ask = ask_;
    finding.nsg = index_;
    finding.fingerprint = fingerprint(finding, nsg_.name, "");
    out_.findings.push_back(std::move(finding));
  }

  Severity severity(const FlowPattern& pattern, const Finding& finding) {
    if (const auto* fixed = std::get_if<Severity>(&policy_->severity)) return *fixed;
    const auto& graded = std::get<BySource>(policy_->severity);
    const auto& regions = finding.region.empty() ? finding.unknown_region : finding.region;
    return policy::severity(graded, widest_source(regions, view(pattern.direction).filter().symbols()));
  }

  void add(Finding finding, const std::string& subject) {
    finding.policy = policy_;
    finding.ask = ask_;
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
  std::uint32_t ask_{};
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
