// SPDX-License-Identifier: Apache-2.0
#include "analyzer/engine/rule_space.hpp"

#include <algorithm>
#include <utility>

namespace nsgcheck::engine {

using Outcome = CoverSearch::Outcome;

bool is_settled(const FilterRule& rule) {
  return !rule.floating && !rule.may_be_absent && !rule.protocols_undetermined && !rule.source.undetermined &&
         !rule.destination.undetermined && !rule.source_ports.undetermined && !rule.destination_ports.undetermined &&
         !(rule.may_allow && rule.may_deny);
}

RuleSpace::RuleSpace(const Filter& filter, const Grid& grid, WorkBudget& budget)
    : filter_{filter},
      grid_{grid},
      row_of_(filter.rules().size()),
      last_look_(filter.rules().size()),
      is_exact_(grid.rows.size()),
      is_gone_(filter.rules().size(), false),
      index_{grid},
      meets_(grid.rows.size()),
      search_{grid.layout, budget} {
  for (std::size_t r = 0; r < grid.rows.size(); ++r) {
    is_exact_[r] = !grid.rows[r].sure_is_empty && grid.rows[r].sure == grid.rows[r].may;
    if (!grid.rows[r].sure_is_empty) row_of_[grid.rows[r].rule] = r;
    last_look_[grid.rows[r].rule] = r;
  }
}

void RuleSpace::drop(RuleIndex rule) {
  is_gone_[rule] = true;
  earlier_of_.reset();
}

bool RuleSpace::says_other(RuleIndex a, RuleIndex b) const {
  return filter_.rules()[a].may_allow != filter_.rules()[b].may_allow;
}

const Words& RuleSpace::meets(RuleIndex rule) const {
  const std::size_t mine = *row_of_[rule];
  Words& bits = meets_[mine];
  if (!bits.empty()) return bits;
  bits = index_.meeting(own(rule));
  if (index_.is_complete()) return bits;
  const Probe probe{grid_.layout, own(rule)};
  for_each_bit(Words{bits}, [&](std::size_t r) {
    const bool known = is_exact_[mine] && is_exact_[r] && !meets_[r].empty() && r != mine;
    if (!(known ? test_bit(meets_[r], mine) : probe.overlaps(grid_.rows[r].may))) clear_bit(bits, r);
  });
  return bits;
}

const std::vector<RuleIndex>& RuleSpace::earlier(RuleIndex rule) {
  if (earlier_of_ == rule) return earlier_;
  earlier_of_ = rule;
  earlier_.clear();
  earlier_rows_.assign(words_for(grid_.rows.size()), 0);
  const auto priority = filter_.rules()[rule].priority;
  for_each_bit(meets(rule), [&](std::size_t r) {
    const GridRow& row = grid_.rows[r];
    const FilterRule& other = filter_.rules()[row.rule];
    if (r >= *row_of_[rule] || row.sure_is_empty || other.priority >= priority) return;
    if ((other.may_allow && other.may_deny) || is_gone_[row.rule]) return;
    if (!is_exact_[r] && !grid_.layout.overlaps(row.sure, own(rule))) return;
    earlier_.push_back(row.rule);
    set_bit(earlier_rows_, *row_of_[row.rule]);
  });
  return earlier_;
}

std::vector<const Box*> RuleSpace::boxes(const std::vector<RuleIndex>& rules) const {
  std::vector<const Box*> out;
  out.reserve(rules.size());
  for (const RuleIndex r : rules) out.push_back(&own(r));
  return out;
}

Outcome RuleSpace::decide(const Box& box, const std::vector<RuleIndex>& rules, const Words& rows) {
  if (index_.finds_open_point(box, rows)) return Outcome::Uncovered;
  return search_.decide(box, boxes(rules));
}

RuleSpace::Fate RuleSpace::fate(RuleIndex rule) {
  const std::vector<RuleIndex>& before = earlier(rule);
  switch (decide(own(rule), before, earlier_rows_)) {
    case Outcome::Covered:
      return Fate::Dead;
    case Outcome::Uncovered:
      return Fate::Alive;
    case Outcome::Exhausted:
      break;
  }
  return Fate::Undecided;
}

double RuleSpace::overlap(RuleIndex a, RuleIndex b) const {
  return grid_.layout.volume(Layout::intersect(own(a), own(b)));
}

bool RuleSpace::contains(RuleIndex outer, RuleIndex inner) const { return grid_.layout.covers(own(outer), own(inner)); }

Words RuleSpace::rows_perhaps_before(RuleIndex rule, RuleIndex within) const {
  const Words& all = meets(rule);
  const Words& part = meets(within);
  Words out(all.size());
  for (std::size_t w = 0; w < out.size(); ++w) out[w] = all[w] & part[w];
  for_each_bit(Words{out}, [&](std::size_t r) {
    const GridRow& row = grid_.rows[r];
    if (r >= *row_of_[rule] || row.rule == rule || is_gone_[row.rule]) clear_bit(out, r);
  });
  return out;
}

std::vector<const Box*> RuleSpace::may_of(const Words& rows) const {
  std::vector<const Box*> out;
  for_each_bit(rows, [&](std::size_t r) { out.push_back(&grid_.rows[r].may); });
  return out;
}

RuleSpace::Share RuleSpace::share_of(const Box& box, const Words& rows) {
  if (index_.finds_open_point(box, rows)) return Share::Some;
  return share_of(box, may_of(rows));
}

RuleSpace::Share RuleSpace::share_of(const Box& box, const std::vector<const Box*>& covers) {
  switch (search_.decide(box, covers)) {
    case Outcome::Uncovered:
      return Share::Some;
    case Outcome::Covered:
      return Share::None;
    case Outcome::Exhausted:
      break;
  }
  return Share::Undecided;
}

RuleSpace::Share RuleSpace::sure_share(RuleIndex rule) { return share_of(own(rule), rows_perhaps_before(rule, rule)); }

std::vector<RuleIndex> RuleSpace::opponents(RuleIndex rule) {
  std::vector<RuleIndex> out;
  for (const RuleIndex other : earlier(rule))
    if (says_other(other, rule)) out.push_back(other);
  sort_by_overlap(out, rule);
  return out;
}

void RuleSpace::sort_by_overlap(std::vector<RuleIndex>& rules, RuleIndex with) const {
  if (rules.size() < 2) return;
  std::vector<std::pair<double, RuleIndex>> keyed;
  keyed.reserve(rules.size());
  const Probe probe{grid_.layout, own(with)};
  for (const RuleIndex r : rules) keyed.emplace_back(probe.common_volume(own(r)), r);
  std::stable_sort(keyed.begin(), keyed.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
  for (std::size_t i = 0; i < rules.size(); ++i) rules[i] = keyed[i].second;
}

RuleSpace::Share RuleSpace::takes(RuleIndex opponent, RuleIndex rule) {
  std::vector<const Box*> covers;
  for (const RuleIndex e : earlier(rule))
    if (filter_.rules()[e].priority < filter_.rules()[opponent].priority) covers.push_back(&own(e));
  return share_of(Layout::intersect(own(opponent), own(rule)), covers);
}

RuleSpace::Share RuleSpace::surely_takes(RuleIndex opponent, RuleIndex rule) {
  return share_of(Layout::intersect(own(opponent), own(rule)), rows_perhaps_before(opponent, rule));
}

RuleSpace::Removal RuleSpace::removal(RuleIndex rule, std::vector<RuleIndex>& causes) {
  const Box& mine = own(rule);
  std::vector<RuleIndex> holders = earlier(rule);
  Words holding = earlier_rows_;
  const auto add_causes = [&] {
    for (const std::size_t i : search_.used())
      if (std::find(causes.begin(), causes.end(), holders[i]) == causes.end()) causes.push_back(holders[i]);
  };
  // Rules that come later, or may: those of the same priority and those of unknown place.
  std::vector<std::size_t> rows;
  for_each_bit(meets(rule), [&](std::size_t r) { rows.push_back(r); });
  for (const std::size_t r : rows) {
    const GridRow& row = grid_.rows[r];
    const FilterRule& other = filter_.rules()[row.rule];
    if (row.rule == rule || is_gone_[row.rule]) continue;
    // An earlier rule that may match is no danger: where it decides, this rule does not.
    if (!other.floating && other.priority < filter_.rules()[rule].priority) continue;
    const bool same = !says_other(rule, row.rule) && !(other.may_allow && other.may_deny);
    if (same) {
      if (row.sure_is_empty || other.priority <= filter_.rules()[rule].priority) continue;
      holders.push_back(row.rule);
      set_bit(holding, *row_of_[row.rule]);
      const Outcome outcome = decide(mine, holders, holding);
      if (outcome == Outcome::Exhausted) return Removal::Undecided;
      if (outcome == Outcome::Uncovered) continue;
      add_causes();
      return Removal::ChangesNothing;
    }
    const Outcome outcome = decide(Layout::intersect(row.may, mine), holders, holding);
    if (outcome == Outcome::Exhausted) return Removal::Undecided;
    if (outcome == Outcome::Uncovered) return Removal::ChangesSomething;
  }
  const Outcome outcome = decide(mine, holders, holding);
  if (outcome == Outcome::Covered) add_causes();
  return outcome == Outcome::Covered ? Removal::ChangesNothing : Removal::ChangesSomething;
}

std::vector<const Box*> RuleSpace::sure_before(std::int64_t priority, const Box& box) const {
  std::vector<const Box*> out;
  for (const GridRow& row : grid_.rows) {
    const FilterRule& rule = filter_.rules()[row.rule];
    if (row.sure_is_empty || is_gone_[row.rule] || rule.floating || rule.priority >= priority) continue;
    if (grid_.layout.overlaps(row.sure, box)) out.push_back(&row.sure);
  }
  return out;
}

bool RuleSpace::is_heard_anyway(RuleIndex rule) {
  const std::int64_t priority = filter_.rules()[rule].priority;
  for (const GridRow& row : grid_.rows) {
    const FilterRule& other = filter_.rules()[row.rule];
    if (row.rule == rule || is_gone_[row.rule] || !is_settled(other) || other.priority >= priority) continue;
    if (!says_other(row.rule, rule) && grid_.layout.covers(row.may, may(rule))) return true;
  }
  return search_.decide(may(rule), sure_before(priority, may(rule))) == Outcome::Covered;
}

bool RuleSpace::may_move_up(RuleIndex rule, RuleIndex to) {
  const std::int64_t from = filter_.rules()[rule].priority;
  const std::int64_t up_to = filter_.rules()[to].priority;
  for (const GridRow& row : grid_.rows) {
    const FilterRule& between = filter_.rules()[row.rule];
    if (row.rule == rule || row.rule == to || is_gone_[row.rule]) continue;
    if (!between.floating && (between.priority < up_to || between.priority > from)) continue;
    const bool same = !says_other(row.rule, rule) && !(between.may_allow && between.may_deny);
    if (same || !grid_.layout.overlaps(row.may, may(rule))) continue;
    // Where rules before it decide already, it is not heard, wherever `rule` stands.
    const Box part = Layout::intersect(row.may, may(rule));
    const std::int64_t place = between.floating ? up_to : between.priority;
    if (search_.decide(part, sure_before(place, part)) != Outcome::Covered) return false;
  }
  return true;
}

std::vector<RuleIndex> RuleSpace::cause(RuleIndex rule) {
  std::vector<RuleIndex> before = earlier(rule);
  sort_by_overlap(before, rule);
  // Taking the biggest first keeps the list short; then those are dropped that the rest makes needless.
  std::vector<RuleIndex> chosen;
  std::vector<const Box*> covers;
  for (const RuleIndex r : before) {
    chosen.push_back(r);
    covers.push_back(&own(r));
    if (search_.decide(own(rule), covers) == Outcome::Covered) break;
  }
  for (std::size_t i = chosen.size(); i-- > 0 && chosen.size() > 1;) {
    std::vector<RuleIndex> fewer = chosen;
    fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
    if (search_.decide(own(rule), boxes(fewer)) == Outcome::Covered) chosen = std::move(fewer);
  }
  return chosen;
}

bool RuleSpace::taken(RuleIndex rule, const std::vector<RuleIndex>& takers, std::size_t limit, std::vector<Box>& out) {
  for (const RuleIndex taker : takers) {
    if (!row_of_[taker]) continue;
    const Box part = Layout::intersect(own(taker), own(rule));
    if (grid_.layout.is_empty(part)) continue;
    const auto parts = subtract(grid_.layout, part, may_of(rows_perhaps_before(taker, rule)), limit);
    if (!parts || out.size() + parts->size() > limit) return false;
    out.insert(out.end(), parts->begin(), parts->end());
  }
  return true;
}

}  // namespace nsgcheck::engine
