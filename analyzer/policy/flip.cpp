// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "analyzer/engine/resolve.hpp"
#include "analyzer/policy/direction_view.hpp"
#include "analyzer/policy/remedy_search.hpp"

namespace nsgcheck::policy {
namespace {

using model::SecurityRule;

bool can_take(const std::vector<model::AddressItem>& items) {
  return std::all_of(items.begin(), items.end(),
                     [](const auto& item) { return std::holds_alternative<model::Block>(item.value); });
}
bool can_take(const std::vector<model::PortItem>& items) {
  return std::all_of(items.begin(), items.end(),
                     [](const auto& item) { return std::holds_alternative<model::PortRange>(item.value); });
}

bool covers(const std::vector<model::PortItem>& items, const net::PortSet& ports) {
  net::PortSet mine;
  for (const model::PortItem& item : items) {
    if (std::holds_alternative<model::AnyPort>(item.value)) return true;
    if (const auto* range = std::get_if<model::PortRange>(&item.value))
      mine = mine | net::PortSet::range(range->low, range->high);
  }
  return mine.covers(ports);
}

/// Allows that have the flows but for one side, where that is a list that can take more.
class Widening {
 public:
  Widening(const Audited& on, const Goal& goal) : on_{on}, goal_{goal} {}

  void offer_all(RemedySearch& search) {
    for (ModelRule i = 0; i < on_.nsg.rules.size(); ++i) {
      const SecurityRule& rule = on_.nsg.rules[i];
      if (rule.origin != model::Origin::User || rule.access.value != model::Access::Allow) continue;
      if (rule.direction.value != goal_.pattern.direction || !rule.protocol.value) continue;
      if ((goal_.pattern.protocols & ~*rule.protocol.value).any()) continue;
      if (auto wide = widened(rule)) {
        Draft draft{on_.nsg};
        draft.replace(i, *std::move(wide));
        search.offer(RemedyKind::Widen, draft, &goal_);
      }
    }
  }

 private:
  [[nodiscard]] net::AddressSet known(const std::vector<model::AddressItem>& items) const {
    engine::SymbolTable symbols;
    return engine::resolve_addresses(items, on_.context, symbols).known;
  }

  [[nodiscard]] std::optional<SecurityRule> widened(SecurityRule rule) const {
    const FlowPattern& flows = goal_.pattern;
    std::size_t missing = 0;
    bool possible = true;
    const auto take_in = [&](auto& items, const auto& more) {
      ++missing;
      possible = possible && can_take(items) && can_take(more);
      items.insert(items.end(), more.begin(), more.end());
      for (auto& item : items) item.in_list = true;
    };
    if (!known(rule.sources).covers(known(flows.from))) take_in(rule.sources, flows.from);
    if (!known(rule.destinations).covers(known(flows.to))) take_in(rule.destinations, flows.to);
    if (!covers(rule.destination_ports, flows.ports))
      take_in(rule.destination_ports,
              exact_rule(flows, flows.protocols, flows.ports, goal_.wanted, 0).destination_ports);
    if (missing != 1 || !possible) return std::nullopt;
    return rule;
  }

  const Audited& on_;
  const Goal& goal_;
};

bool is_known(const Audited& on, const std::vector<model::AddressItem>& side) {
  engine::SymbolTable symbols;
  return engine::resolve_addresses(side, on.context, symbols).symbols.empty();
}

}  // namespace

Remedies find_flips(const Audited& audited, const FlowPattern& flows, model::Access wanted) {
  for (const auto* side : {&flows.from, &flows.to})
    if (!is_known(audited, *side))
      return {{}, "which addresses " + side_name(*side) + " holds is not known (give --service-tags)"};
  const bool allow = wanted == model::Access::Allow;
  const Goal goal{flows, allow ? engine::View::Denied : engine::View::Allowed, wanted};
  const Judgement now = judge_goal(audited, audited.nsg, goal);
  if (now.region.empty() && now.unknown_region.empty() && now.complete) return {{}, "it is so already"};
  if (now.region.empty() || !now.unknown_region.empty())
    return {{}, "what decides is not known; make the value known first"};
  Finding asked;
  asked.direction = flows.direction;
  asked.decided_by = now.decided_by;
  asked.region = now.region;
  RemedySearch search{audited, asked, [&](const model::Nsg& after, const NsgAudit&) {
                        const Judgement then = judge_goal(audited, after, goal);
                        return then.complete && then.region.empty() && then.unknown_region.empty();
                      }};
  if (allow) Widening{audited, goal}.offer_all(search);
  search.narrow_and_remove(goal);
  search.add_above(goal, flows);
  search.explain_none("no change of few rules does it without breaking what a policy in force demands");
  return search.ranked(false);
}

}  // namespace nsgcheck::policy
