// SPDX-License-Identifier: Apache-2.0
#include "analyzer/policy/remedy_search.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <tuple>
#include <utility>

#include "analyzer/engine/resolve.hpp"
#include "analyzer/model/legality.hpp"
#include "analyzer/policy/direction_view.hpp"
#include "analyzer/policy/judge.hpp"

namespace nsgcheck::policy {
namespace {

using model::SecurityRule;

/// Rules that one after the other may turn out to decide; more is no small change.
constexpr std::size_t kMostRules = 40;

std::vector<Change> all_of(NsgDiff diff) {
  std::vector<Change> out = std::move(diff.allowed);
  for (auto* list : {&diff.denied, &diff.unknown})
    for (Change& change : *list) out.push_back(std::move(change));
  return out;
}

bool same_changes(const std::vector<model::RuleChange>& a, const std::vector<model::RuleChange>& b) {
  const auto removed = [](const std::vector<model::RuleChange>& changes) {
    std::set<ModelRule> out;
    for (const model::RuleChange& change : changes)
      if (const auto* one = std::get_if<model::RemoveRule>(&change)) out.insert(one->rule);
    return out;
  };
  return a.size() == b.size() && removed(a).size() == a.size() && removed(a) == removed(b);
}

}  // namespace

Judgement judge_goal(const Audited& on, const model::Nsg& nsg, const Goal& goal) {
  const std::array<const FlowPattern*, 1> asked_of{&goal.pattern};
  const net::Port forwarder = on.options.forwarder_port;
  DirectionView view{nsg, goal.pattern.direction, on.context, asked_of, forwarder};
  const model::NetworkContext& asked = on.options.asked != nullptr ? *on.options.asked : on.context;
  return judge(view.filter(), resolve_pattern(goal.pattern, asked, forwarder, view.symbols()), goal.view);
}

bool is_demand(const Policy& policy) {
  return std::any_of(policy.asks.begin(), policy.asks.end(), [](const Ask& ask) {
    return std::holds_alternative<Require>(ask) || std::holds_alternative<RequireSome>(ask) ||
           std::holds_alternative<Prerequisite>(ask);
  });
}

RemedySearch::RemedySearch(const Audited& on, const Finding& finding, Done done)
    : on_{on}, finding_{finding}, done_{std::move(done)}, known_{keys_of(on.audit)} {}

// Changes the deciding rules, and those that decide then, until none is left. False when that cannot be done.
bool RemedySearch::change_deciders(const Goal& goal, const Transform& transform, Draft& draft) const {
  for (std::size_t step = 0; step < kMostRules; ++step) {
    const std::vector<model::RuleChange> so_far = draft.changes();
    const model::Nsg now = model::apply(on_.nsg, so_far);
    const Judgement found = judge_goal(on_, now, goal);
    if (!found.complete) return false;
    if (found.region.empty()) return !so_far.empty();
    const auto origins = draft.origins();
    bool changed = false;
    for (const ModelRule decider : found.decided_by) {
      const SecurityRule& rule = now.rules[decider];
      if (rule.origin != model::Origin::User || model::is_default(rule) || !origins[decider]) return false;
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

void RemedySearch::narrow_and_remove(const Goal& goal) {
  const model::NetworkContext& asked = on_.options.asked != nullptr ? *on_.options.asked : on_.context;
  const std::array<std::pair<RemedyKind, Transform>, 3> ways{{
      {RemedyKind::Narrow,
       [&](const SecurityRule& rule) {
         return without_ports(rule, ports_of(goal.pattern, on_.options.forwarder_port));
       }},
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

void RemedySearch::add_above(const Goal& goal, const FlowPattern& flows) {
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
  std::vector<SecurityRule> rules =
      rules_for(narrow, ports_of(flows, on_.options.forwarder_port), goal.wanted, on_.nsg);
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

// The NSG with nothing but the goal reached: rules before all others that the API would not take.
model::Nsg RemedySearch::ideal(const Goal& goal) const {
  model::Nsg out = on_.nsg;
  const auto put = [&](const FlowPattern& pattern, const net::ProtocolSet& protocols, const net::PortSet& ports) {
    if (protocols.any()) out.rules.push_back(exact_rule(pattern, protocols, ports, goal.wanted, 0));
  };
  const auto put_both = [&](const FlowPattern& pattern, const net::PortSet& ports) {
    put(pattern, pattern.protocols & net::ported_protocols(), ports);
    put(pattern, pattern.protocols & ~net::ported_protocols(), net::PortSet::all());
  };
  if (goal.view != engine::View::DeniedByUser) {
    put_both(goal.pattern, ports_of(goal.pattern, on_.options.forwarder_port));
    return out;
  }
  // Only what a user's rule denies is to be opened, not what the defaults deny.
  for (const NamedRegion& named : finding_.region) {
    FlowPattern pattern{
        goal.pattern.direction, named.region.protocols, {}, {}, named.region.destination_ports, false, {}, {}};
    pattern.from = model::block_items(named.region.source.addresses);
    pattern.to = model::block_items(named.region.destination.addresses);
    if (pattern.from.empty() || pattern.to.empty()) continue;
    put_both(pattern, pattern.ports);
  }
  return out;
}

void RemedySearch::offer(RemedyKind kind, const Draft& draft, const Goal* goal) {
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
    // Boxes of the whole may hold both.
    if (!remedy.besides.empty()) remedy.wanted = all_of(compare({&on_.nsg, &wanted}, on_.context, true));
  } else {
    remedy.besides = all_of(whole);
  }
  remedy.differences = all_of(std::move(whole));
  if (remedy.wanted.empty()) remedy.wanted = remedy.differences;
  if (!judge_again(after, remedy)) return;
  out_.ranked.push_back(std::move(remedy));
}

// An expectation that held must hold.
bool RemedySearch::keeps_expectations(const NsgAudit& again) {
  const auto& before = on_.audit.expectations;
  const auto& after = again.expectations;
  for (std::size_t i = 0; i < std::min(before.size(), after.size()); ++i) {
    if (before[i].verdict != Fulfilment::Held || after[i].verdict == Fulfilment::Held) continue;
    const Expectation& broken = on_.options.intent->expectations[after[i].expectation];
    if (refused_++ == 0) refused_for_ = "the expectation \"" + broken.name + '"';
    return false;
  }
  return true;
}

// False when it is not done, or something that is demanded is broken.
bool RemedySearch::judge_again(const model::Nsg& after, Remedy& remedy) {
  NsgAudit again = audit_nsg(after, on_.index, on_.context, on_.policies, on_.options);
  if (!done_(after, again)) return false;
  for (Finding& found : again.findings) {
    // Expectations are compared one by one.
    if (known_.contains(key_of(found)) || found.expected) continue;
    // What is left of a finding that was there before is nothing new.
    if (!found.rule && count_like(again, found) <= count_like(on_.audit, found)) continue;
    if (is_demand(*found.policy)) return false;
    remedy.news.push_back(std::move(found));
  }
  if (!keeps_expectations(again)) return false;
  if (!on_.breaks) return true;
  const std::string broken = on_.breaks(after);
  if (!broken.empty() && refused_++ == 0) refused_for_ = broken;
  return broken.empty();
}

Remedies RemedySearch::ranked(bool wants_allow) {
  const auto rank = [&](const Remedy& r) {
    const bool grave_news = !r.news.empty() && r.news.front().severity <= Severity::High;
    const bool bad_news = !r.news.empty() && r.news.front().severity <= Severity::Medium;
    return std::tuple{grave_news,       wants_allow && r.kind != RemedyKind::Allow,
                      bad_news,         !r.besides.empty(),
                      r.news.size(),    r.changes.size(),
                      r.besides.size(), r.kind};
  };
  std::stable_sort(out_.ranked.begin(), out_.ranked.end(),
                   [&](const Remedy& a, const Remedy& b) { return rank(a) < rank(b); });
  if (!out_.ranked.empty()) return std::move(out_);
  if (refused_ > 0)
    out_.why_none = std::to_string(refused_) + (refused_ == 1 ? " change" : " changes") +
                    " would do, but not offered is what breaks " + refused_for_;
  else
    out_.why_none = why_none_.empty() ? "no change of few rules closes it without breaking something else" : why_none_;
  return std::move(out_);
}

}  // namespace nsgcheck::policy
