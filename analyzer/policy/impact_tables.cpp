// SPDX-License-Identifier: Apache-2.0
#include "analyzer/policy/impact_tables.hpp"

#include <algorithm>
#include <utility>

#include "analyzer/engine/diff_rules.hpp"
#include "analyzer/engine/explain.hpp"
#include "analyzer/net/text.hpp"
#include "analyzer/policy/flow_path.hpp"
#include "analyzer/policy/places.hpp"

namespace nsgcheck::policy {
namespace {

using engine::Verdict;

bool looks_at_source_ports(const engine::Filter& filter) {
  for (engine::RuleIndex rule = 0; rule < filter.rules().size(); ++rule)
    if (!filter.ports()[filter.source_ports(rule, true)].sure.is_all()) return true;
  return false;
}

// Whether some rule may match without surely matching.
bool is_uncertain(const engine::Filter& filter) {
  const auto open = [](const engine::FilterRule& rule) {
    return rule.source.undetermined || rule.destination.undetermined || rule.source_ports.undetermined ||
           rule.destination_ports.undetermined || rule.protocols_undetermined;
  };
  return filter.symbols().size() > 0 || std::any_of(filter.rules().begin(), filter.rules().end(), open) ||
         std::any_of(filter.steps().begin(), filter.steps().end(),
                     [](const engine::Step& step) { return !step.certain; });
}

bool may_be_in(const engine::AddressPart& part, const net::IpAddress& address, const engine::SymbolTable& symbols) {
  if (part.addresses.contains(address)) return true;
  return std::any_of(part.symbols.begin(), part.symbols.end(),
                     [&](engine::SymbolId id) { return symbols[id].base.contains(address); });
}

bool may_hold(const engine::Region& region, const net::FiveTuple& packet, const engine::SymbolTable& symbols) {
  const bool ports = !net::has_ports(packet.protocol) || (region.source_ports.contains(packet.source_port) &&
                                                          region.destination_ports.contains(packet.destination_port));
  return region.protocols[packet.protocol.number] && ports && may_be_in(region.source, packet.source, symbols) &&
         may_be_in(region.destination, packet.destination, symbols);
}

// What a group that may be missing denies may pass (semantics 3).
ImpactSide unless_missing(const ImpactSide& side, std::vector<ModelRule>* candidates) {
  if (side.verdict != Verdict::Deny) return side;
  if (candidates != nullptr && side.rule) candidates->push_back(*side.rule);
  ImpactSide out;
  out.verdict = Verdict::Unknown;
  out.reason = model::Reason::UnresolvedExpression;
  return out;
}

// The rule of `nsg` that a copy of it is.
std::optional<ModelRule> rule_like(const model::Nsg& nsg, const model::SecurityRule& copy) {
  for (ModelRule i = 0; i < nsg.rules.size(); ++i)
    if (nsg.rules[i].span == copy.span && nsg.rules[i].name == copy.name) return i;
  return std::nullopt;
}

}  // namespace

ImpactTables::ImpactTables(const NsgPair& pair, net::Direction direction, const model::NetworkContext& context)
    : pair_{pair},
      direction_{direction},
      context_{context},
      before_{compile(pair.before, direction, context)},
      after_{compile(pair.after, direction, context)} {
  for (const auto* side : {before_.get(), after_.get()})
    source_ports_matter_ = source_ports_matter_ || (side != nullptr && looks_at_source_ports(side->filter));
  takes_conditions_alike_ = pair.before != nullptr && pair.after != nullptr && !pair.before->conditions.empty() &&
                            engine::conditions_alike(*pair.before, *pair.after, false);
}

ImpactTables::Side::Side(engine::ResolvedRules rules)
    : filter{std::move(rules)}, classifier{filter}, uncertain{is_uncertain(filter)} {}

std::unique_ptr<ImpactTables::Side> ImpactTables::compile(const model::Nsg* nsg, net::Direction direction,
                                                          const model::NetworkContext& context) {
  return nsg == nullptr ? nullptr : std::make_unique<Side>(engine::resolve(*nsg, direction, context));
}

// What the platform's own services get is filtered by rules that name their tag, and by no other (semantics 3).
std::optional<ImpactSide> ImpactTables::ask_platform(const model::Nsg& nsg, const net::FiveTuple& packet,
                                                     std::vector<ModelRule>* candidates) const {
  if (direction_ != net::Direction::Outbound || net::family_of(packet.destination) != net::Family::V4)
    return std::nullopt;
  const PlatformCut cut = cut_platform(engine::flow_set(packet, false));
  if (cut.platform.empty()) return std::nullopt;
  ImpactSide out;
  out.platform = true;
  const auto naming = rules_naming(nsg, cut.platform.front().tag);
  if (!naming) return out;
  // The tag of a platform service means the address at which it is asked.
  model::NetworkContext context = context_;
  context.service_tags.prefixes[net::lower(cut.platform.front().tag)] = cut.platform.front().flows.destination.known;
  const engine::Filter filter{engine::resolve(*naming, direction_, context)};
  const engine::Answer answer = engine::ask(filter, engine::flow_set(packet, false));
  const auto own = [&](engine::RuleIndex rule) { return rule_like(nsg, naming->rules[filter.origin(rule)]); };
  out.verdict = engine::verdict(answer);
  if (out.verdict == Verdict::Unknown) {
    out.reason = answer.reason;
    for (const engine::RuleIndex rule : answer.candidates)
      if (const auto found = own(rule); found && candidates != nullptr) candidates->push_back(*found);
    return out;
  }
  const auto& deciders = out.verdict == Verdict::Allow ? answer.yes_rules : answer.no_rules;
  if (!deciders.empty()) out.rule = own(deciders.front());
  out.platform = !out.rule;
  return out;
}

ImpactSide ImpactTables::ask(const model::Nsg* nsg, const Side* side, const net::FiveTuple& packet,
                             std::vector<ModelRule>* candidates) const {
  if (nsg == nullptr) return {};
  const auto platform = ask_platform(*nsg, packet, candidates);
  const ImpactSide out = platform ? *platform : ask_rules(*side, packet, candidates);
  return nsg->conditions.empty() || takes_conditions_alike_ ? out : unless_missing(out, candidates);
}

ImpactSide ImpactTables::ask_rules(const Side& side, const net::FiveTuple& packet, std::vector<ModelRule>* candidates) {
  const engine::Decision decision = decide(side.filter, side.classifier, packet);
  ImpactSide out;
  out.verdict = decision.verdict;
  if (decision.decider) out.rule = side.filter.origin(*decision.decider);
  if (decision.verdict == Verdict::Unknown) {
    const engine::Answer answer = engine::ask(side.filter, engine::flow_set(packet, false));
    out.reason = answer.reason;
    if (candidates != nullptr)
      for (const engine::RuleIndex rule : answer.candidates) candidates->push_back(side.filter.origin(rule));
    return out;
  }
  // For protocols without ports it may be open whether a rule with ports matches (semantics 1).
  if (candidates == nullptr || (!side.uncertain && net::has_ports(packet.protocol))) return out;
  for (const engine::RuleLook& look : engine::ladder(side.filter, engine::flow_set(packet, false))) {
    if (look.overall() == engine::Match::No || look.rule == decision.decider) continue;
    candidates->push_back(side.filter.origin(look.rule));
    out.perhaps_other = true;
  }
  if (out.perhaps_other && out.rule) candidates->push_back(*out.rule);
  return out;
}

ImpactSide ImpactTables::before(const net::FiveTuple& packet, std::vector<ModelRule>& candidates) const {
  return ask(pair_.before, before_.get(), packet, &candidates);
}

ImpactSide ImpactTables::after(const net::FiveTuple& packet) const {
  return ask(pair_.after, after_.get(), packet, nullptr);
}

bool ImpactTables::surely_alike(const net::FiveTuple& packet) {
  if (!diff_) diff_ = engine::diff(pair_.before, pair_.after, direction_, context_);
  if (!diff_->complete) return false;
  for (const engine::Difference& difference : diff_->differences)
    for (const engine::Region& region : difference.regions)
      if (may_hold(region, packet, diff_->symbols)) return false;
  return true;
}

}  // namespace nsgcheck::policy
