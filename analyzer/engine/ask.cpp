// SPDX-License-Identifier: Apache-2.0
#include "analyzer/engine/ask.hpp"

#include <algorithm>
#include <utility>

#include "analyzer/engine/cover.hpp"
#include "analyzer/engine/diagram.hpp"
#include "analyzer/engine/region_merge.hpp"

namespace nsgcheck::engine {
namespace {

Contribution contribution(const FilterRule& rule, View view) {
  if (view == View::Allowed)
    return static_cast<Contribution>((rule.may_allow ? kSaysYes : 0) | (rule.may_deny ? kSaysNo : 0));
  const bool may_yes = rule.may_deny && !rule.is_default;
  return static_cast<Contribution>((may_yes ? kSaysYes : 0) | (rule.may_allow || rule.is_default ? kSaysNo : 0));
}

void add_rule(std::vector<RuleIndex>& list, RuleIndex rule) {
  if (std::find(list.begin(), list.end(), rule) == list.end()) list.push_back(rule);
}

// Why a rule does not surely match or not surely decide.
Reason uncertainty(const Filter& filter, RuleIndex index, bool ported) {
  const FilterRule& rule = filter.rules()[index];
  const auto undetermined = [](const auto& term) { return term.undetermined; };
  if (rule.floating || rule.may_be_absent || rule.protocols_undetermined || undetermined(rule.source) ||
      undetermined(rule.destination) || undetermined(rule.source_ports) || undetermined(rule.destination_ports) ||
      (rule.may_allow && rule.may_deny))
    return rule.reason;
  if (filter.shares_priority(index)) return Reason::DuplicatePriority;
  if (!ported && (!rule.source_ports.known.is_all() || !rule.destination_ports.known.is_all()))
    return Reason::UndefinedPorts;
  for (const auto* side : {&rule.source, &rule.destination})
    for (const SymbolId id : side->symbols)
      if (filter.symbols()[id].reason == Reason::UnknownTag) return Reason::UnknownTag;
  return Reason::AsgWithoutMembers;
}

// Answers one space and adds to the answer; keeps what is common to the four.
class SpaceAsker {
 public:
  SpaceAsker(const Filter& filter, const FlowSet& question, View view, SpaceOptions options)
      : filter_{filter}, question_{question}, view_{view}, options_{options} {}

  Answer run() {
    in_space<net::Ipv4>(true, yes_.v4_ported, unknown_.v4_ported);
    in_space<net::Ipv4>(false, yes_.v4_portless, unknown_.v4_portless);
    in_space<net::Ipv6>(true, yes_.v6_ported, unknown_.v6_ported);
    in_space<net::Ipv6>(false, yes_.v6_portless, unknown_.v6_portless);
    answer_.yes = merge(std::move(yes_), question_);
    answer_.unknown = merge(std::move(unknown_), question_);
    for (auto* list : {&answer_.yes_rules, &answer_.no_rules, &answer_.candidates})
      std::sort(list->begin(), list->end());
    return std::move(answer_);
  }

 private:
  template <class Address>
  void in_space(bool ported, std::vector<Region>& yes, std::vector<Region>& unknown) {
    const Space<Address> space{filter_, ported, question_, options_};
    if (!space.has_flows()) return;
    const Grid& grid = space.grid();
    std::vector<Contribution> says;
    for (const GridRow& row : grid.rows) says.push_back(contribution(filter_.rules()[row.rule], view_));
    find_deciders(grid, says);

    const Diagram diagram{grid, says};
    if (!diagram.complete()) {
      note_budget(space, yes);
      return;
    }
    bool truncated = false;
    for (const Box& box : diagram.boxes(Mark::Yes, truncated)) {
      // The part that is there for sure counts as yes; a box between groups that may be empty proves nothing.
      if (grid.surely_populated(box)) {
        yes.push_back(space.region(box));
        answer_.some_yes = true;
      } else {
        take_unknown(space, box, Reason::AsgWithoutMembers, unknown);
      }
    }
    for (const Box& box : diagram.boxes(Mark::No, truncated)) {
      if (!grid.surely_populated(box)) continue;
      answer_.some_no = true;
      break;
    }
    for (const Box& box : diagram.boxes(Mark::Unknown, truncated))
      take_unknown(space, box, unknown_reason(grid, box, ported), unknown);
    if (truncated) answer_.complete = false;
  }

  template <class Address>
  void take_unknown(const Space<Address>& space, const Box& box, Reason reason, std::vector<Region>& unknown) {
    answer_.some_unknown = true;
    note_reason(reason);
    unknown.push_back(space.region(box));
  }

  void note_reason(Reason reason) {
    if (!answer_.reason || reason < *answer_.reason) answer_.reason = reason;
  }

  // Rules that decide some flow for sure: not all of it is taken by earlier rules, or made uncertain by them.
  void find_deciders(const Grid& grid, const std::vector<Contribution>& says) {
    CoverSearch search{grid.layout};
    for (std::size_t r = 0; r < grid.rows.size(); ++r) {
      const GridRow& row = grid.rows[r];
      if (row.sure_is_empty || (says[r] != kSaysYes && says[r] != kSaysNo)) continue;
      std::vector<const Box*> covers;
      for (std::size_t e = 0; e < r; ++e) {
        const bool contradicts = (says[e] & ~says[r]) != 0;
        const Box& box = contradicts ? grid.rows[e].may : grid.rows[e].sure;
        if (grid.layout.overlaps(box, row.sure)) covers.push_back(&box);
      }
      if (search.find(row.sure, covers) == CoverSearch::Outcome::Covered) continue;
      add_rule(says[r] == kSaysYes ? answer_.yes_rules : answer_.no_rules, row.rule);
    }
  }

  Reason unknown_reason(const Grid& grid, const Box& box, bool ported) {
    Reason reason = Reason::BudgetExceeded;
    for (const GridRow& row : grid.rows) {
      if (!grid.layout.overlaps(row.may, box)) continue;
      add_rule(answer_.candidates, row.rule);
      if (!row.sure_is_empty && grid.layout.covers(row.sure, box)) break;
      const bool uncertain = row.sure_is_empty || !grid.layout.covers(row.sure, Layout::intersect(row.may, box)) ||
                             (filter_.rules()[row.rule].may_allow && filter_.rules()[row.rule].may_deny);
      if (uncertain) reason = std::min(reason, uncertainty(filter_, row.rule, ported));
    }
    return reason;
  }

  // Too many classes for the whole region: one proven piece for each side is still worth saying.
  template <class Address>
  void note_budget(const Space<Address>& space, std::vector<Region>& yes) {
    answer_.complete = false;
    answer_.some_unknown = true;
    note_reason(Reason::BudgetExceeded);
    const Grid& grid = space.grid();
    CoverSearch search{grid.layout};
    for (std::size_t r = 0; r < grid.rows.size(); ++r) {
      const Contribution says = contribution(filter_.rules()[grid.rows[r].rule], view_);
      if (grid.rows[r].sure_is_empty || (says != kSaysYes && says != kSaysNo)) continue;
      std::vector<const Box*> covers;
      for (std::size_t e = 0; e < r; ++e) covers.push_back(&grid.rows[e].may);
      if (search.find(grid.rows[r].sure, covers) != CoverSearch::Outcome::Uncovered) continue;
      if (!grid.surely_populated(search.witness())) continue;
      if (says == kSaysNo) answer_.some_no = true;
      if (says != kSaysYes) continue;
      answer_.some_yes = true;
      yes.push_back(space.region(search.witness()));
    }
  }

  const Filter& filter_;
  const FlowSet& question_;
  View view_;
  SpaceOptions options_;
  Answer answer_;
  SpaceRegions yes_, unknown_;
};

}  // namespace

Answer ask(const Filter& filter, const FlowSet& question, View view) {
  Answer answer = SpaceAsker{filter, question, view, {}}.run();
  const bool by_symbols = answer.some_unknown && answer.complete && filter.symbols().size() > 0 &&
                          (answer.reason == Reason::UnknownTag || answer.reason == Reason::AsgWithoutMembers);
  if (!by_symbols || !answer.some_yes) return answer;
  // "Allowed from Storage, denied elsewhere" is settled by cases although no single address is: each is in the tag,
  // which has its own region, or in none. When the other case adds nothing, the listed region is the whole truth.
  const Answer outside = SpaceAsker{filter, question, view, {.outside_symbols = true}}.run();
  if (outside.complete && !outside.some_unknown && outside.yes == answer.yes) {
    answer.unknown.clear();
    answer.some_unknown = false;
    answer.some_no = outside.some_no;
    answer.reason.reset();
    answer.candidates.clear();
  }
  return answer;
}

Verdict verdict(const Answer& answer) {
  if (answer.some_yes && answer.complete && !answer.some_no && !answer.some_unknown) return Verdict::Allow;
  if (answer.some_yes) return Verdict::Partial;
  if (answer.some_unknown || !answer.complete) return Verdict::Unknown;
  return Verdict::Deny;
}

}  // namespace nsgcheck::engine
