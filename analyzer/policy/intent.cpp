// SPDX-License-Identifier: Apache-2.0
#include "analyzer/policy/intent.hpp"

#include <algorithm>
#include <utility>

#include "analyzer/engine/resolve.hpp"
#include "analyzer/policy/direction_view.hpp"
#include "analyzer/policy/draft.hpp"
#include "analyzer/policy/fingerprint.hpp"
#include "analyzer/policy/flow_finding.hpp"
#include "analyzer/policy/judge.hpp"

namespace nsgcheck::policy {
namespace {

using engine::View;

/// No flow can be of it, whatever the rules are: nothing would be said by it.
bool is_empty(const engine::FlowSet& flows) {
  const auto none = [](const engine::AddressTerm& term) {
    return term.known.empty() && term.symbols.empty() && !term.undetermined;
  };
  const auto exact = [](const engine::AddressTerm& term) { return term.symbols.empty() && !term.undetermined; };
  if (none(flows.source) || none(flows.destination)) return true;
  const auto& from = flows.source.known;
  const auto& to = flows.destination.known;
  return exact(flows.source) && exact(flows.destination) && (from.v4.empty() || to.v4.empty()) &&
         (from.v6.empty() || to.v6.empty());
}

/// The pattern with what its words mean to who asks written out: in rules they may mean more (semantics 2).
FlowPattern exactly(const FlowPattern& pattern, const model::NetworkContext& asked) {
  FlowPattern out = pattern;
  for (auto* side : {&out.from, &out.to}) {
    std::vector<model::AddressItem> items;
    for (const model::AddressItem& item : *side) {
      engine::SymbolTable symbols;
      const engine::AddressTerm term = engine::resolve_addresses({item}, asked, symbols);
      if (std::holds_alternative<model::AnyAddress>(item.value) || !term.symbols.empty() || term.undetermined) {
        items.push_back(item);
        continue;
      }
      for (model::AddressItem& block : model::block_items(term.known)) items.push_back(std::move(block));
    }
    *side = std::move(items);
  }
  return out;
}

class IntentJudge {
 public:
  IntentJudge(const model::Nsg& nsg, std::uint32_t index, const model::NetworkContext& context,
              std::span<const Policy> policies, const AuditOptions& options)
      : nsg_{nsg},
        index_{index},
        context_{context},
        asked_{options.asked != nullptr ? *options.asked : context},
        policies_{policies},
        options_{options},
        patterns_{patterns_of(*options.intent)},
        inbound_{nsg, net::Direction::Inbound, context, patterns_, options.forwarder_port},
        outbound_{nsg, net::Direction::Outbound, context, patterns_, options.forwarder_port} {}

  IntentJudgement run() {
    const auto& all = options_.intent->expectations;
    for (std::uint32_t i = 0; i < all.size(); ++i) {
      if (!concerns(all[i], nsg_.name)) continue;
      expectation_ = &all[i];
      verdict_ = {i, Fulfilment::Held, {}, {}};
      judge_expectation();
      out_.verdicts.push_back(verdict_);
    }
    return std::move(out_);
  }

 private:
  void judge_expectation() {
    const std::string called = '"' + expectation_->name + '"';
    const FlowPattern& flows = expectation_->flows;
    switch (expectation_->kind) {
      case ExpectationKind::Must:
        denied(flows, Breach::MustDenied, called + " must be allowed, but ", {});
        break;
      case ExpectationKind::MustNot: {
        const Judgement found = judge_pattern(flows, View::Allowed);
        const std::string what = called + " must not be allowed, but " + found_flows(flows, found);
        take(flows, found, Breach::MustNotAllowed, what + " is", what + " perhaps is", {});
        break;
      }
      case ExpectationKind::Only:
        more();
        for (std::uint32_t i = 0; i < expectation_->allow.size(); ++i)
          denied(expectation_->allow[i], Breach::OnlyLess, called + " lists it, but ", i);
        break;
    }
  }

  void denied(const FlowPattern& flows, Breach breach, const std::string& head, std::optional<std::uint32_t> entry) {
    const Judgement found = judge_pattern(flows, View::Denied);
    const std::string what = head + found_flows(flows, found) + " is ";
    take(flows, found, breach, what + "denied", what + "perhaps denied", entry);
  }

  // What is allowed in the scope once all that is listed is denied before every rule.
  void more() {
    const FlowPattern& scope = expectation_->flows;
    const model::Nsg rest = deny_listed(nsg_, *expectation_, asked_, options_.forwarder_port);
    std::vector<const FlowPattern*> asked{&scope};
    for (const FlowPattern& entry : expectation_->allow) asked.push_back(&entry);
    DirectionView view{rest, scope.direction, context_, asked, options_.forwarder_port};
    Judgement found = judge(view, scope, View::Allowed);
    // The rules put before the others are nobody's.
    for (auto* rules : {&found.decided_by, &found.candidates, &found.unsettled})
      std::erase_if(*rules, [&](ModelRule rule) { return rule >= nsg_.rules.size(); });
    const std::string what =
        '"' + expectation_->name + "\" lists all that may be allowed, but " + found_flows(scope, found);
    take(scope, found, Breach::OnlyMore, what + " is allowed, too", what + " is perhaps allowed, too", {});
  }

  Judgement judge(DirectionView& view, const FlowPattern& pattern, View question) {
    const NamedQuestion named = resolve_pattern(pattern, asked_, options_.forwarder_port, view.symbols());
    asks_nothing_ = is_empty(named.flows);
    if (!asks_nothing_) return policy::judge(view.filter(), named, question);
    Judgement nothing;
    nothing.complete = false;
    nothing.reason = model::Reason::MissingAttachment;
    return nothing;
  }

  Judgement judge_pattern(const FlowPattern& pattern, View question) {
    return judge(pattern.direction == net::Direction::Inbound ? inbound_ : outbound_, pattern, question);
  }

  // What was found against the expectation counts, and is a finding of the policy for it where that is in force.
  void take(const FlowPattern& pattern, const Judgement& found, Breach breach, const std::string& sure,
            const std::string& unsure, std::optional<std::uint32_t> entry) {
    if (found.region.empty() && found.unknown_region.empty() && found.complete) return;
    const bool violated = !found.region.empty();
    weigh(verdict_, violated, found.reason);
    const auto [policy, ask] = policy_for(breach, policies_);
    if (policy == nullptr) return;
    Finding finding = start_finding(nsg_, pattern, context_, options_);
    put_judgement(finding, nsg_, found, sure, unsure);
    if (asks_nothing_)
      finding.message = '"' + expectation_->name + "\" is about no flow at all: " + pattern_words(pattern);
    finding.policy = policy;
    finding.ask = ask;
    finding.severity = expectation_->severity.value_or(worst(*policy));
    finding.nsg = index_;
    finding.expected = Finding::Expected{verdict_.expectation, expectation_->name, entry};
    if (breach == Breach::MustNotAllowed) finding.barred = &pattern;
    finding.fingerprint = fingerprint(finding, nsg_.name, pattern_words(pattern));
    out_.findings.push_back(std::move(finding));
  }

  const model::Nsg& nsg_;
  std::uint32_t index_;
  const model::NetworkContext& context_;
  const model::NetworkContext& asked_;
  std::span<const Policy> policies_;
  const AuditOptions& options_;
  std::vector<const FlowPattern*> patterns_;
  DirectionView inbound_, outbound_;
  const Expectation* expectation_{};
  ExpectationVerdict verdict_;
  bool asks_nothing_{};  ///< the flows judged last are none at all
  IntentJudgement out_;
};

}  // namespace

std::vector<const FlowPattern*> patterns_of(const Intent& intent) {
  std::vector<const FlowPattern*> out;
  for (const Expectation& one : intent.expectations) {
    if (one.whole_way) continue;
    out.push_back(&one.flows);
    for (const FlowPattern& entry : one.allow) out.push_back(&entry);
  }
  return out;
}

model::Nsg deny_listed(const model::Nsg& nsg, const Expectation& expectation, const model::NetworkContext& asked,
                       net::Port forwarder) {
  model::Nsg rest = nsg;
  std::int64_t priority = 0;
  for (const FlowPattern& entry : expectation.allow) {
    const FlowPattern exact = exactly(entry, asked);
    if (exact.from.empty() || exact.to.empty()) continue;
    const auto put = [&](const net::ProtocolSet& protocols, const net::PortSet& ports) {
      if (protocols.any()) rest.rules.push_back(exact_rule(exact, protocols, ports, model::Access::Deny, priority--));
    };
    put(exact.protocols & net::ported_protocols(), ports_of(entry, forwarder));
    put(exact.protocols & ~net::ported_protocols(), net::PortSet::all());
  }
  return rest;
}

IntentJudgement judge_intent(const model::Nsg& nsg, std::uint32_t index, const model::NetworkContext& context,
                             std::span<const Policy> policies, const AuditOptions& options) {
  if (options.intent == nullptr) return {};
  const auto& all = options.intent->expectations;
  const bool any = std::any_of(all.begin(), all.end(), [&](const Expectation& one) { return concerns(one, nsg.name); });
  return any ? IntentJudge{nsg, index, context, policies, options}.run() : IntentJudgement{};
}

}  // namespace nsgcheck::policy
