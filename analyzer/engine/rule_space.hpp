// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "analyzer/engine/cover.hpp"
#include "analyzer/engine/filter.hpp"
#include "analyzer/engine/grid.hpp"
#include "analyzer/engine/row_index.hpp"
#include "analyzer/engine/space.hpp"

namespace nsgcheck::engine {

/// True when the input settles all that a rule says but for the addresses that its tags and groups hold.
[[nodiscard]] bool is_settled(const FilterRule& rule);

/// How one rule lies to the others in one space of all flows: the questions of hygiene, each answered by proof.
class RuleSpace {
 public:
  /// REQUIRES: `grid` was made with SpaceOptions::keep_unreachable and outlives this, as does `budget`.
  RuleSpace(const Filter& filter, const Grid& grid, WorkBudget& budget);

  /// Row of the grid in which the rule surely matches something; empty when there is none.
  [[nodiscard]] std::optional<std::size_t> row(RuleIndex rule) const { return row_of_[rule]; }
  [[nodiscard]] const Box& own(RuleIndex rule) const { return grid_.rows[*row_of_[rule]].sure; }

  /// True when the rule has a look here at all, so that it may match something.
  [[nodiscard]] bool may_match(RuleIndex rule) const { return last_look_[rule].has_value(); }
  /// All that the rule may match. REQUIRES: may_match().
  [[nodiscard]] const Box& may(RuleIndex rule) const { return grid_.rows[*last_look_[rule]].may; }

  /// From here on the rule counts as gone for every question about others; about itself it may still be asked.
  void drop(RuleIndex rule);

  enum class Fate : std::uint8_t { Alive, Dead, Undecided };
  /// Dead: earlier rules surely decide all that the rule matches here. Alive: they leave a part, which rules that may
  /// match could still take.
  [[nodiscard]] Fate fate(RuleIndex rule);
  enum class Share : std::uint8_t { Some, None, Undecided };
  /// Whether the rule decides something here, whatever the unknown values turn out to be.
  [[nodiscard]] Share sure_share(RuleIndex rule);
  /// Earlier rules of the other action that meet `rule`, biggest overlap first.
  [[nodiscard]] std::vector<RuleIndex> opponents(RuleIndex rule);
  /// Whether `opponent` is the first sure match of a part of `rule`.
  [[nodiscard]] Share takes(RuleIndex opponent, RuleIndex rule);
  /// As takes(), and no rule that may come or match earlier could have that part.
  [[nodiscard]] Share surely_takes(RuleIndex opponent, RuleIndex rule);
  enum class Removal : std::uint8_t { ChangesNothing, ChangesSomething, Undecided };
  /// What taking the rule away would do here. Rules that prove ChangesNothing are added to `causes`.
  [[nodiscard]] Removal removal(RuleIndex rule, std::vector<RuleIndex>& causes);
  /// A rule that may match here but never surely does (ports on protocols without ports): true when its say is heard
  /// without it, too, for an earlier rule of the same action may match all of that, or earlier ones decide it.
  [[nodiscard]] bool is_heard_anyway(RuleIndex rule);
  /// True when what `rule` may match can be decided at the place of `to` instead: an earlier rule, of the same action.
  /// False, too, when the budget runs out.
  [[nodiscard]] bool may_move_up(RuleIndex rule, RuleIndex to);
  /// Few earlier rules that together hold all of a dead rule, biggest overlap first.
  [[nodiscard]] std::vector<RuleIndex> cause(RuleIndex rule);
  /// The parts of `rule` that `takers` surely decide, as disjoint boxes; false when there are more than `limit`, of
  /// which `out` then holds some.
  [[nodiscard]] bool taken(RuleIndex rule, const std::vector<RuleIndex>& takers, std::size_t limit,
                           std::vector<Box>& out);
  [[nodiscard]] bool contains(RuleIndex outer, RuleIndex inner) const;
  [[nodiscard]] double overlap(RuleIndex a, RuleIndex b) const;

 private:
  /// The rows that may match something of what `rule` surely matches, as bits. Found once: most questions begin there.
  [[nodiscard]] const Words& meets(RuleIndex rule) const;
  /// Rules that surely come before `rule` and surely match something of it.
  [[nodiscard]] const std::vector<RuleIndex>& earlier(RuleIndex rule);
  [[nodiscard]] std::vector<const Box*> boxes(const std::vector<RuleIndex>& rules) const;
  /// What surely matches of rules that come before all those of a priority and meet `box`.
  [[nodiscard]] std::vector<const Box*> sure_before(std::int64_t priority, const Box& box) const;
  /// The rows of rules that may come before `rule` and may match something of it and something of `within`, as bits.
  [[nodiscard]] Words rows_perhaps_before(RuleIndex rule, RuleIndex within) const;
  /// What those rows may match.
  [[nodiscard]] std::vector<const Box*> may_of(const Words& rows) const;
  /// Whether the rows leave anything of the box.
  [[nodiscard]] Share share_of(const Box& box, const Words& rows);
  [[nodiscard]] Share share_of(const Box& box, const std::vector<const Box*>& covers);
  /// As CoverSearch::decide(), of what the rules surely match; `rows` are theirs, as bits.
  [[nodiscard]] CoverSearch::Outcome decide(const Box& box, const std::vector<RuleIndex>& rules, const Words& rows);
  void sort_by_overlap(std::vector<RuleIndex>& rules, RuleIndex with) const;
  [[nodiscard]] bool says_other(RuleIndex a, RuleIndex b) const;

  const Filter& filter_;
  const Grid& grid_;
  std::vector<std::optional<std::size_t>> row_of_;
  std::vector<std::optional<std::size_t>> last_look_;
  std::vector<bool> is_exact_;  ///< by row: what may match is what surely matches
  std::vector<bool> is_gone_;
  RowIndex index_;
  mutable std::vector<Words> meets_;  ///< by row; empty: not asked for yet
  std::optional<RuleIndex> earlier_of_;
  std::vector<RuleIndex> earlier_;
  Words earlier_rows_;  ///< those of earlier_
  CoverSearch search_;
};

}  // namespace nsgcheck::engine
