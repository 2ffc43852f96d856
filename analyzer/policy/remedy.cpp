// SPDX-License-Identifier: Apache-2.0
#include "analyzer/policy/remedy.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <set>
#include <tuple>
#include <utility>

#include "analyzer/engine/resolve.hpp"
#include "analyzer/model/legality.hpp"
#include "analyzer/model/rule_text.hpp"
#include "analyzer/net/text.hpp"
#include "analyzer/policy/direction_view.hpp"
#include "analyzer/policy/draft.hpp"
#include "analyzer/policy/judge.hpp"
#include "analyzer/policy/structural.hpp"

namespace nsgcheck::policy {
namespace {

using model::SecurityRule;

/// Rules that one after the other may turn out to decide; more is no small change.
constexpr std::size_t kMostRules = 40;

/// Flows that must be closed or opened.
struct Goal {
  FlowPattern pattern;
  engine::View view{};     ///< whose "yes" must become empty
  model::Access wanted{};  ///< of a new rule that reaches it
};

bool is_demand(const Policy& policy) {
  return std::any_of(policy.asks.begin(), policy.asks.end(), [](const Ask& ask) {
    return std::holds_alternative<Require>(ask) || std::holds_alternative<RequireSome>(ask) ||
           std::holds_alternative<Prerequisite>(ask);
  });
}

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

class Search {
 public:
  Search(const Audited& audited, const Finding& finding)
      : on_{audited}, finding_{finding}, known_{keys_of(audited.audit)} {}

  Remedies run() {
    for (const Ask& ask : finding_.policy->asks) std::visit([&](const auto& kind) { try_ask(kind); }, ask);
    // Something is missing there: taking away what needs it is a way, but not the one that is looked for.
    const auto& asks = finding_.policy->asks;
    const bool lacks =
        std::any_of(asks.begin(), asks.end(), [](const Ask& ask) { return std::holds_alternative<RequireSome>(ask); });
    const auto rank = [&](const Remedy& r) {
      const bool grave_news = !r.news.empty() && r.news.front().severity <= Severity::High;
      const bool bad_news = !r.news.empty() && r.news.front().severity <= Severity::Medium;
      return std::tuple{grave_news,       lacks && r.kind != RemedyKind::Allow,
                        bad_news,         !r.besides.empty(),
                        r.news.size(),    r.changes.size(),
                        r.besides.size(), r.kind};
    };
    std::stable_sort(out_.ranked.begin(), out_.ranked.end(),
                     [&](const Remedy& a, const Remedy& b) { return rank(a) < rank(b); });
    if (!out_.ranked.empty())
      out_.why_none.clear();
    else if (out_.why_none.empty())
      out_.why_none = "no change of few rules closes it without breaking something else";
    return std::move(out_);
  }

 private:
  // A policy may ask several things; a finding is about one direction.
  [[nodiscard]] bool concerns(const FlowPattern& pattern) const { return pattern.direction == finding_.direction; }
  [[nodiscard]] bool is_settled() const { return finding_.status == Status::Violated; }

  void try_ask(const Forbid& ask) {
    if (!concerns(ask.flows)) return;
    const Goal goal{ask.flows, engine::View::Allowed, model::Access::Deny};
    if (is_settled()) {
      narrow_and_remove(goal);
    }
    add_above(goal, goal.pattern);
    if (out_.ranked.empty()) out_.why_none = "no deny can stand before the rules that allow it: no priority is free";
  }

  void try_ask(const Require& ask) {
    if (!concerns(ask.flows) || !settled_or_say()) return;
    const Goal goal{ask.flows, engine::View::DeniedByUser, model::Access::Allow};
    narrow_and_remove(goal);
    add_above(goal, goal.pattern);
  }

  void try_ask(const Prerequisite& ask) {
    if (!concerns(ask.need) || !settled_or_say()) return;
    add_above({ask.need, engine::View::Denied, model::Access::Allow}, ask.need);
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
    add_above({ask.some, engine::View::Denied, model::Access::Allow}, some);
    narrow_and_remove({ask.when, engine::View::Allowed, model::Access::Deny});
  }

  void try_ask(const ForbidWhole& ask) {
    if (!concerns(ask.flows)) return;
    out_.why_none = "which of these flows are needed is not known: allow those, then deny the rest";
  }

  void try_ask(const OpenSourcePort&) {
    if (!finding_.rule) return;
    SecurityRule rule = on_.nsg.rules[*finding_.rule];
    rule.source_ports = model::parse_port_items("*", {}, false);
    Draft mended{on_.nsg};
    mended.replace(*finding_.rule, std::move(rule));
    offer(RemedyKind::Mend, mended, nullptr);
    Draft removed{on_.nsg};
    removed.remove(*finding_.rule);
    offer(RemedyKind::Remove, removed, nullptr);
  }

  void try_ask(const Hygiene& ask) {
    if (!finding_.rule) return;
    if (ask.kind == engine::HygieneKind::PartiallyShadowed || ask.kind == engine::HygieneKind::Correlated) {
      out_.why_none = "which of the two rules is meant to win is not known";
      return;
    }
    Draft draft{on_.nsg};
    draft.remove(*finding_.rule);
    offer(RemedyKind::Remove, draft, nullptr);
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
    offer(RemedyKind::Mend, draft, nullptr);
  }

  void try_ask(const Validity& ask) {
    if (ask.kind == model::FaultKind::HostBits && finding_.rule) return mend_host_bits();
    out_.why_none = "what is meant by the value is for its author to say";
  }

  void try_ask(const SuppressionAsk&) { out_.why_none = "it is about a suppression, not about a rule"; }
  void try_ask(const IntentAsk&) { out_.why_none = "how to meet an expectation is for its author to say"; }
  void try_ask(const CloudAsk&) { out_.why_none = "it is about the deployment, not about a rule"; }

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
    offer(RemedyKind::Mend, draft, nullptr);
  }

  bool settled_or_say() {
    if (is_settled()) return true;
    out_.why_none = "whether it is violated is not known; make the value known first";
    return false;
  }

  [[nodiscard]] net::PortSet ports_of(const FlowPattern& pattern) const {
    const net::Port forwarder = on_.options.forwarder_port;
    return pattern.with_forwarder_port ? pattern.ports | net::PortSet::range(forwarder, forwarder) : pattern.ports;
  }

  [[nodiscard]] Judgement judge_goal(const model::Nsg& nsg, const Goal& goal) const {
    DirectionView view{nsg, goal.pattern.direction, on_.context, on_.policies, on_.options.forwarder_port};
    const model::NetworkContext& asked = on_.options.asked != nullptr ? *on_.options.asked : on_.context;
    return judge(view.filter(), resolve_pattern(goal.pattern, asked, on_.options.forwarder_port, view.symbols()),
                 goal.view);
  }

  using Transform = std::function<Narrowed(const SecurityRule&)>;

  // Changes the deciding rules, and those that decide then, until none is left. False when that cannot be done.
  bool change_deciders(const Goal& goal, const Transform& transform, Draft& draft) const {
    for (std::size_t step = 0; step < kMostRules; ++step) {
      const std::vector<model::RuleChange> so_far = draft.changes();
      const model::Nsg now = model::apply(on_.nsg, so_far);
      const Judgement found = judge_goal(now, goal);
      if (!found.complete) return false;
      if (found.region.empty()) return !so_far.empty();
      const auto origins = draft.origins();
      bool changed = false;
      for (const ModelRule decider : found.decided_by) {
        const SecurityRule& rule = now.rules[decider];
        if (model::is_default(rule) || !origins[decider]) return false;
        const Narrowed narrowed = transform(rule);
        if (!narrowed) return false;
        if (*narrowed)
          draft.replace(*origins[decider], **narrowed);
        else
          draft.remove(*origins[decider]);
        changed = true;
      }
      if (!changed) return false;
    }
    return false;
  }

  void narrow_and_remove(const Goal& goal) {
    const model::NetworkContext& asked = on_.options.asked != nullptr ? *on_.options.asked : on_.context;
    const std::array<std::pair<RemedyKind, Transform>, 3> ways{{
        {RemedyKind::Narrow, [&](const SecurityRule& rule) { return without_ports(rule, ports_of(goal.pattern)); }},
        {RemedyKind::Narrow,
         [&](const SecurityRule& rule) {
           engine::SymbolTable symbols;
           const auto from = engine::resolve_addresses(goal.pattern.from, asked, symbols);
           return without_sources(rule, from.known, on_.context);
         }},
        {RemedyKind::Remove, [](const SecurityRule&) { return Narrowed{std::optional<SecurityRule>{}}; }},
    }};
    for (const auto& [kind, transform] : ways) {
      Draft draft{on_.nsg};
      if (!change_deciders(goal, transform, draft)) continue;
      const std::vector<model::RuleChange> changes = draft.changes();
      const bool all_gone = std::all_of(changes.begin(), changes.end(), [](const model::RuleChange& change) {
        return std::holds_alternative<model::RemoveRule>(change);
      });
      offer(all_gone ? RemedyKind::Remove : kind, draft, &goal);
    }
  }

  // A new rule before the first that says otherwise.
  void add_above(const Goal& goal, const FlowPattern& flows) {
    std::int64_t before = model::kDefaultPriority;
    for (const ModelRule rule : finding_.decided_by)
      before = std::min(before, on_.nsg.rules[rule].priority.value.value_or(before));
    FlowPattern narrow = flows;
    net::ProtocolSet seen;
    for (const auto* regions : {&finding_.region, &finding_.unknown_region})
      for (const NamedRegion& region : *regions) seen |= region.region.protocols;
    if ((narrow.protocols & seen).any()) narrow.protocols &= seen;
    Draft draft{on_.nsg};
    model::Nsg with = on_.nsg;
    std::vector<SecurityRule> rules = rules_for(narrow, ports_of(flows), goal.wanted, on_.nsg);
    if (rules.empty()) return;
    for (SecurityRule& rule : rules) {
      const auto priority = free_priority(with, flows.direction, before);
      if (!priority) return;
      rule.priority.value = *priority;
      rule.priority.text = std::to_string(*priority);
      with.rules.push_back(rule);
      draft.add(std::move(rule));
    }
    Goal reached = goal;
    reached.pattern = flows;
    offer(goal.wanted == model::Access::Deny ? RemedyKind::Deny : RemedyKind::Allow, draft, &reached);
  }

  /// The NSG with nothing but the goal reached: rules before all others that the API would not take.
  [[nodiscard]] model::Nsg ideal(const Goal& goal) const {
    model::Nsg out = on_.nsg;
    const auto put = [&](const FlowPattern& pattern, const net::ProtocolSet& protocols, const net::PortSet& ports) {
      if (protocols.any()) out.rules.push_back(exact_rule(pattern, protocols, ports, goal.wanted, 0));
    };
    const auto put_both = [&](const FlowPattern& pattern, const net::PortSet& ports) {
      put(pattern, pattern.protocols & net::ported_protocols(), ports);
      put(pattern, pattern.protocols & ~net::ported_protocols(), net::PortSet::all());
    };
    if (goal.view != engine::View::DeniedByUser) {
      put_both(goal.pattern, ports_of(goal.pattern));
      return out;
    }
    // Only what a user's rule denies is to be opened, not what the defaults deny.
    for (const NamedRegion& named : finding_.region) {
      FlowPattern pattern{
          goal.pattern.direction, named.region.protocols, {}, {}, named.region.destination_ports, false};
      for (const auto& p : net::to_prefixes(named.region.source.addresses))
        pattern.from.push_back(model::block_item(p));
      for (const auto& p : net::to_prefixes(named.region.destination.addresses))
        pattern.to.push_back(model::block_item(p));
      if (pattern.from.empty() || pattern.to.empty()) continue;
      put_both(pattern, pattern.ports);
    }
    return out;
  }

  [[nodiscard]] static std::vector<Change> all_of(NsgDiff diff) {
    std::vector<Change> out = std::move(diff.allowed);
    for (auto* list : {&diff.denied, &diff.unknown})
      for (Change& change : *list) out.push_back(std::move(change));
    return out;
  }

  /// Takes the draft as a remedy if it is one.
  void offer(RemedyKind kind, const Draft& draft, const Goal* goal) {
    Remedy remedy;
    remedy.kind = kind;
    remedy.changes = draft.changes();
    for (const Remedy& other : out_.ranked)
      if (same_changes(other.changes, remedy.changes)) return;
    model::Nsg after = model::apply(on_.nsg, remedy.changes);
    model::find_faults(after);
    NsgDiff whole = compare({&on_.nsg, &after}, on_.context, true);
    const auto was_known = [](const Change& change) { return change.old_allows && !change.new_allows; };
    if (!whole.complete || std::any_of(whole.unknown.begin(), whole.unknown.end(), was_known)) return;
    if (goal != nullptr) {
      const model::Nsg wanted = ideal(*goal);
      NsgDiff rest = compare({&wanted, &after}, on_.context, true);
      if (!rest.complete) return;
      remedy.besides = all_of(std::move(rest));
    } else {
      remedy.besides = all_of(whole);
    }
    remedy.differences = all_of(std::move(whole));
    if (!judge_again(after, remedy)) return;
    out_.ranked.push_back(std::move(remedy));
  }

  // False when the finding is still there, or something that is demanded is broken.
  bool judge_again(const model::Nsg& after, Remedy& remedy) const {
    NsgAudit again = audit_nsg(after, on_.index, on_.context, on_.policies, on_.options);
    const std::set<std::string> now = keys_of(again);
    if (now.contains(key_of(finding_))) return false;
    if (!finding_.rule && count_like(again, finding_) >= count_like(on_.audit, finding_)) return false;
    for (Finding& found : again.findings) {
      if (known_.contains(key_of(found))) continue;
      // What is left of a finding that was there before is nothing new.
      if (!found.rule && count_like(again, found) <= count_like(on_.audit, found)) continue;
      if (is_demand(*found.policy)) return false;
      remedy.news.push_back(std::move(found));
    }
    return true;
  }

  static bool same_changes(const std::vector<model::RuleChange>& a, const std::vector<model::RuleChange>& b) {
    const auto removed = [](const std::vector<model::RuleChange>& changes) {
      std::set<ModelRule> out;
      for (const model::RuleChange& change : changes)
        if (const auto* one = std::get_if<model::RemoveRule>(&change)) out.insert(one->rule);
      return out;
    };
    return a.size() == b.size() && removed(a).size() == a.size() && removed(a) == removed(b);
  }

  const Audited& on_;
  const Finding& finding_;
  std::set<std::string> known_;
  Remedies out_;
};

}  // namespace

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
  }
  return "mend";
}

Remedies find_remedies(const Audited& audited, const Finding& finding) { return Search{audited, finding}.run(); }

}  // namespace nsgcheck::policy
