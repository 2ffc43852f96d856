// SPDX-License-Identifier: Apache-2.0
#include "analyzer/policy/remedy.hpp"

#include <algorithm>
#include <utility>

#include "analyzer/model/rule_text.hpp"
#include "analyzer/policy/remedy_search.hpp"

namespace nsgcheck::policy {
namespace {

using model::SecurityRule;

/// The ways that fit what a policy asks.
class FindingRemedies {
 public:
  FindingRemedies(const Audited& audited, const Finding& finding)
      : on_{audited}, finding_{finding}, search_{audited, finding, [this](const model::Nsg&, const NsgAudit& again) {
                                                   return is_closed(again);
                                                 }} {}

  Remedies run() {
    for (const Ask& ask : finding_.policy->asks) std::visit([&](const auto& kind) { try_ask(kind); }, ask);
    // Something is missing there: taking away what needs it is a way, but not the one that is looked for.
    const auto& asks = finding_.policy->asks;
    const bool lacks =
        std::any_of(asks.begin(), asks.end(), [](const Ask& ask) { return std::holds_alternative<RequireSome>(ask); });
    return search_.ranked(lacks);
  }

 private:
  // A policy may ask several things; a finding is about one direction.
  [[nodiscard]] bool concerns(const FlowPattern& pattern) const { return pattern.direction == finding_.direction; }
  [[nodiscard]] bool is_settled() const { return finding_.status == Status::Violated; }

  void try_ask(const Forbid& ask) {
    if (!concerns(ask.flows)) return;
    const Goal goal{ask.flows, engine::View::Allowed, model::Access::Deny};
    if (is_settled()) {
      search_.narrow_and_remove(goal);
    }
    search_.add_above(goal, goal.pattern);
    if (search_.found_none())
      search_.explain_none("no deny can stand before the rules that allow it: no priority is free");
  }

  void try_ask(const Require& ask) {
    if (!concerns(ask.flows) || !settled_or_say()) return;
    const Goal goal{ask.flows, engine::View::DeniedByUser, model::Access::Allow};
    search_.narrow_and_remove(goal);
    search_.add_above(goal, goal.pattern);
  }

  void try_ask(const Prerequisite& ask) {
    if (!concerns(ask.need) || !settled_or_say()) return;
    search_.add_above({ask.need, engine::View::Denied, model::Access::Allow}, ask.need);
  }

  void try_ask(const RequireSome& ask) {
    if (!concerns(ask.when) || !settled_or_say()) return;
    // Those who reach the one should reach the other, and nobody else.
    FlowPattern some = ask.some;
    constexpr std::size_t kMost = 16;
    std::vector<model::AddressItem> from;
    for (const NamedRegion& region : finding_.region)
      for (const std::string& text : region.source) {
        model::AddressItem item = model::parse_address_item(text, {}, false);
        const bool known = std::any_of(from.begin(), from.end(), [&](const auto& i) { return i.text == item.text; });
        if (!known) from.push_back(std::move(item));
      }
    if (!from.empty() && from.size() <= kMost) some.from = std::move(from);
    search_.add_above({ask.some, engine::View::Denied, model::Access::Allow}, some);
    search_.narrow_and_remove({ask.when, engine::View::Allowed, model::Access::Deny});
  }

  void try_ask(const ForbidWhole& ask) {
    if (!concerns(ask.flows)) return;
    search_.explain_none("which of these flows are needed is not known: allow those, then deny the rest");
  }

  void try_ask(const OpenSourcePort&) {
    if (!finding_.rule) return;
    SecurityRule rule = on_.nsg.rules[*finding_.rule];
    rule.source_ports = model::parse_port_items("*", {}, false);
    Draft mended{on_.nsg};
    mended.replace(*finding_.rule, std::move(rule));
    search_.offer(RemedyKind::Mend, mended, nullptr);
    Draft removed{on_.nsg};
    removed.remove(*finding_.rule);
    search_.offer(RemedyKind::Remove, removed, nullptr);
  }

  void try_ask(const Hygiene& ask) {
    if (!finding_.rule) return;
    if (ask.kind == engine::HygieneKind::PartiallyShadowed || ask.kind == engine::HygieneKind::Correlated) {
      search_.explain_none("which of the two rules is meant to win is not known");
      return;
    }
    Draft draft{on_.nsg};
    draft.remove(*finding_.rule);
    search_.offer(RemedyKind::Remove, draft, nullptr);
  }

  void try_ask(const CoveredEntry&) {
    if (!finding_.rule) return;
    SecurityRule rule = on_.nsg.rules[*finding_.rule];
    const auto drop = [&](auto& items) {
      std::erase_if(items, [&](const auto& item) { return item.span.known() && item.span == finding_.span; });
      for (auto& item : items) item.in_list = items.size() > 1;
    };
    drop(rule.sources);
    drop(rule.source_ports);
    drop(rule.destinations);
    drop(rule.destination_ports);
    Draft draft{on_.nsg};
    draft.replace(*finding_.rule, std::move(rule));
    search_.offer(RemedyKind::Mend, draft, nullptr);
  }

  void try_ask(const Validity& ask) {
    if (ask.kind == model::FaultKind::HostBits && finding_.rule) return mend_host_bits();
    search_.explain_none("what is meant by the value is for its author to say");
  }

  void try_ask(const SuppressionAsk&) { search_.explain_none("it is about a suppression, not about a rule"); }
  void try_ask(const IntentAsk&) {
    if (!finding_.expected || !settled_or_say()) return;
    const Expectation& broken = on_.options.intent->expectations[finding_.expected->expectation];
    if (broken.kind == ExpectationKind::MustNot) {
      const Goal goal{broken.flows, engine::View::Allowed, model::Access::Deny};
      search_.narrow_and_remove(goal);
      search_.add_above(goal, goal.pattern);
    } else if (broken.kind == ExpectationKind::Must || finding_.expected->entry) {
      const FlowPattern& flows = finding_.expected->entry ? broken.allow[*finding_.expected->entry] : broken.flows;
      const Goal goal{flows, engine::View::Denied, model::Access::Allow};
      search_.narrow_and_remove(goal);
      search_.add_above(goal, goal.pattern);
    } else {
      search_.explain_none("which of it is needed is not said: narrow the rules, or list it under \"allow\"");
    }
  }
  void try_ask(const ArrivalAsk&) { search_.explain_none("it is about the network, not about a rule"); }
  void try_ask(const CloudAsk&) { search_.explain_none("it is about the deployment, not about a rule"); }

  void mend_host_bits() {
    SecurityRule rule = on_.nsg.rules[*finding_.rule];
    for (auto* side : {&rule.sources, &rule.destinations})
      for (model::AddressItem& item : *side) {
        const auto* block = std::get_if<model::Block>(&item.value);
        if (block == nullptr || !block->host_bits || item.span != finding_.span) continue;
        const bool in_list = item.in_list;
        item = model::block_item(block->prefix);
        item.in_list = in_list;
      }
    Draft draft{on_.nsg};
    draft.replace(*finding_.rule, std::move(rule));
    search_.offer(RemedyKind::Mend, draft, nullptr);
  }

  bool settled_or_say() {
    if (is_settled()) return true;
    search_.explain_none("whether it is violated is not known; make the value known first");
    return false;
  }

  [[nodiscard]] bool is_closed(const NsgAudit& again) const {
    // By the expectation: two of them may say the same of the same flows.
    if (finding_.expected)
      return std::none_of(again.findings.begin(), again.findings.end(), [&](const Finding& found) {
        return found.expected && found.policy == finding_.policy &&
               found.expected->expectation == finding_.expected->expectation &&
               found.expected->entry == finding_.expected->entry;
      });
    if (keys_of(again).contains(key_of(finding_))) return false;
    return finding_.rule.has_value() || count_like(again, finding_) < count_like(on_.audit, finding_);
  }

  const Audited& on_;
  const Finding& finding_;
  RemedySearch search_;
};

}  // namespace

std::string key_of(const Finding& finding) { return finding.policy->id + ' ' + finding.fingerprint; }

std::set<std::string> keys_of(const NsgAudit& audit) {
  std::set<std::string> out;
  for (const Finding& finding : audit.findings) out.insert(key_of(finding));
  return out;
}

std::size_t count_like(const NsgAudit& audit, const Finding& finding) {
  return static_cast<std::size_t>(
      std::count_if(audit.findings.begin(), audit.findings.end(), [&](const Finding& other) {
        return other.policy->id == finding.policy->id && other.direction == finding.direction;
      }));
}

std::string_view name(RemedyKind kind) {
  switch (kind) {
    case RemedyKind::Narrow:
      return "narrow";
    case RemedyKind::Remove:
      return "remove";
    case RemedyKind::Deny:
      return "deny";
    case RemedyKind::Allow:
      return "allow";
    case RemedyKind::Mend:
      return "mend";
    case RemedyKind::Widen:
      return "widen";
  }
  return "mend";
}

Remedies find_remedies(const Audited& audited, const Finding& finding) {
  return FindingRemedies{audited, finding}.run();
}

}  // namespace nsgcheck::policy
