// SPDX-License-Identifier: Apache-2.0
#include "analyzer/engine/partition.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "analyzer/engine/box_join.hpp"
#include "analyzer/engine/diff_align.hpp"
#include "analyzer/engine/rule_space.hpp"

namespace nsgcheck::engine {
namespace {

/// Which rows of a grid stand in which list.
struct Lists {
  std::vector<Words> rows;       ///< by list
  std::optional<Words> changed;  ///< rows outside of what both lists have in common; empty: never compared
  /// What is not worth listing where all rules say it; empty: everything is listed.
  std::optional<Contribution> silent{};
};

// A decision tree over the rows that may still match. It ends where every list has said its word, or where only rows
// are left that the lists have in common.
class Splitter {
 public:
  Splitter(const Filter& filter, const Grid& grid, Lists lists, View view, const PartitionLimits& limits,
           std::size_t& work)
      : grid_{grid}, lists_{std::move(lists)}, limits_{limits}, work_{work} {
    for (const GridRow& row : grid.rows) {
      says_.push_back(contribution(filter.rules()[row.rule], view));
      Sides sides;
      bool full = row.sure_if_counted.empty();
      for (std::size_t d = kDims; d-- > 0;) {
        full = full && is_full(d, row.sure);
        sides.full_from[d] = full;
      }
      sides.full_from[kDims] = row.sure_if_counted.empty();
      full_.push_back(sides);
    }
  }

  void run() {
    State start;
    for (std::uint32_t r = 0; r < grid_.rows.size(); ++r)
      start.rows.push_back({r, grid_.rows[r].sure_if_counted.empty()});
    cut(start, 0);
    Box box = grid_.layout.full();
    split(start, 0, box);
  }

  /// Some rule decides every flow, whatever the others do.
  [[nodiscard]] bool ends() const {
    return std::any_of(full_.begin(), full_.end(), [](const Sides& sides) { return sides.full_from[0]; });
  }
  [[nodiscard]] bool complete() const { return complete_; }
  [[nodiscard]] std::vector<KeyedBox> boxes() { return joined(grid_.layout, std::move(boxes_)); }
  [[nodiscard]] const std::vector<BoxWord>& words(std::size_t key) const { return words_[key]; }

 private:
  struct Active {
    std::uint32_t row;
    bool sure;
    friend auto operator<=>(const Active&, const Active&) = default;
  };
  struct State {
    std::vector<Active> rows;
    bool lost_changed{};  ///< a row that is not common to the lists cannot be reached any more
    friend auto operator<=>(const State&, const State&) = default;
  };
  struct Sides {
    std::array<bool, kDims + 1> full_from{};
  };

  [[nodiscard]] bool is_full(std::size_t dim, const Box& box) const {
    std::size_t count = 0;
    for_each_bit(grid_.layout.side(box, dim), [&](std::size_t) { ++count; });
    return count == grid_.layout.classes(dim);
  }
  [[nodiscard]] bool ends(const Active& active, std::size_t dim) const {
    return active.sure && full_[active.row].full_from[dim];
  }

  // Drops rows that none of the lists can reach.
  void cut(State& state, std::size_t dim) const {
    std::vector<bool> is_reached(state.rows.size(), false);
    for (const Words& list : lists_.rows) {
      for (std::size_t i = 0; i < state.rows.size(); ++i) {
        if (!test_bit(list, state.rows[i].row)) continue;
        is_reached[i] = true;
        if (ends(state.rows[i], dim)) break;
      }
    }
    std::size_t kept = 0;
    for (std::size_t i = 0; i < state.rows.size(); ++i) {
      if (is_reached[i])
        state.rows[kept++] = state.rows[i];
      else if (lists_.changed && test_bit(*lists_.changed, state.rows[i].row))
        state.lost_changed = true;
    }
    state.rows.resize(kept);
  }

  // Rows that cannot be reached in one list may be reached in the other, so each list is walked by itself.
  [[nodiscard]] BoxWord word(const State& state, std::size_t dim, const Words& list, bool& ended) const {
    BoxWord out;
    Contribution says = 0;
    ended = false;
    for (const Active& active : state.rows) {
      if (!test_bit(list, active.row)) continue;
      const RuleIndex rule = grid_.rows[active.row].rule;
      if (std::find(out.by.begin(), out.by.end(), rule) == out.by.end()) out.by.push_back(rule);
      says |= says_[active.row];
      ended = ends(active, dim);
      if (ended) break;
    }
    if (ended && says == kSaysYes) out.yes = true;
    if (ended && says == kSaysNo) out.yes = false;
    return out;
  }

  [[nodiscard]] bool only_common(const State& state) const {
    return lists_.changed && std::none_of(state.rows.begin(), state.rows.end(),
                                          [&](const Active& active) { return test_bit(*lists_.changed, active.row); });
  }

  [[nodiscard]] bool is_silent(const State& state) const {
    return lists_.silent && std::all_of(state.rows.begin(), state.rows.end(),
                                        [&](const Active& active) { return says_[active.row] == *lists_.silent; });
  }

  void split(const State& state, std::size_t dim, Box& box) {
    if (!complete_ || is_silent(state)) return;
    if (only_common(state)) {
      // Where other rows were dropped, a larger box might meet them again.
      put(state.lost_changed ? std::optional<State>{state} : std::nullopt, {}, box);
      return;
    }
    std::vector<BoxWord> words;
    bool settled = true;
    for (const Words& list : lists_.rows) {
      bool ended = false;
      words.push_back(word(state, dim, list, ended));
      settled = settled && words.back().yes.has_value();
    }
    if (settled || dim == kDims) {
      put(std::nullopt, std::move(words), box);
      return;
    }
    const auto side = grid_.layout.side(box, dim);
    const Words before(side.begin(), side.end());
    for (const auto& [next, classes] : successors(state, dim)) {
      std::copy(classes.begin(), classes.end(), side.begin());
      split(next, dim + 1, box);
    }
    std::copy(before.begin(), before.end(), side.begin());
  }

  // What is left behind each class, classes of equal states together, and those that only common rows meet.
  std::map<State, Words> successors(const State& state, std::size_t dim) {
    std::map<State, Words> out;
    const std::size_t classes = grid_.layout.classes(dim);
    std::optional<State> common;
    for (std::size_t c = 0; c < classes && complete_; ++c) {
      State next{{}, state.lost_changed};
      if (work_ < state.rows.size()) complete_ = false;
      work_ -= std::min(work_, state.rows.size());
      for (const Active& active : state.rows) {
        const GridRow& row = grid_.rows[active.row];
        if (!test_bit(grid_.layout.side(row.may, dim), c)) continue;
        const bool sure = active.sure && test_bit(grid_.layout.side(row.sure, dim), c);
        next.rows.push_back({active.row, sure});
      }
      if (only_common(next)) {
        // The rows of the first such class stand for those of all: none is looked at again.
        if (!common) common = next;
        next = *common;
      } else {
        cut(next, dim + 1);
      }
      if (is_silent(next)) continue;
      set_bit(out.try_emplace(std::move(next), Words(words_for(classes), 0)).first->second, c);
    }
    return out;
  }

  void put(const std::optional<State>& apart, std::vector<BoxWord> words, const Box& box) {
    if (boxes_.size() >= limits_.pieces) {
      complete_ = false;
      return;
    }
    std::vector<std::uint32_t> name;
    for (const BoxWord& word : words) {
      name.push_back(word.yes ? (*word.yes ? 1 : 0) : 2);
      name.insert(name.end(), word.by.begin(), word.by.end());
      name.push_back(0xFFFFFFFF);
    }
    if (apart) name = {0xFFFFFFFE, static_cast<std::uint32_t>(boxes_.size())};
    const auto [it, fresh] = keys_.try_emplace(std::move(name), words_.size());
    if (fresh) words_.push_back(std::move(words));
    boxes_.push_back({it->second, box});
  }

  const Grid& grid_;
  Lists lists_;
  const PartitionLimits& limits_;
  std::size_t& work_;
  bool complete_{true};
  std::vector<Contribution> says_;  ///< by row
  std::vector<Sides> full_;         ///< by row
  std::map<std::vector<std::uint32_t>, std::size_t> keys_;
  std::vector<std::vector<BoxWord>> words_;  ///< by key
  std::vector<KeyedBox> boxes_;
};

/// Cuts the four spaces of a question one after the other.
class Cutter {
 public:
  Cutter(const Filter& filter, const FlowSet& question, View view, const PartitionLimits& limits)
      : filter_{filter}, question_{question}, view_{view}, limits_{limits}, work_{limits.work} {}

  void leave_out() { out_.sparse = true; }

  /// `lists_of(grid)` says which rows stand in which list.
  template <class ListsOf>
  Partition run(const ListsOf& lists_of) {
    in_space<net::Ipv4>(true, lists_of);
    in_space<net::Ipv4>(false, lists_of);
    in_space<net::Ipv6>(true, lists_of);
    in_space<net::Ipv6>(false, lists_of);
    return std::move(out_);
  }

 private:
  template <class Address, class ListsOf>
  void in_space(bool ported, const ListsOf& lists_of) {
    const Space<Address> space{filter_, ported, question_, {nullptr, false, true}};
    if (!space.has_flows()) return;
    const Grid& grid = space.grid();
    out_.question.push_back({space.region(grid.layout.full()), ported});
    if (!out_.complete) return;
    Splitter splitter{filter_, grid, lists_of(grid), view_, limits_, work_};
    splitter.run();
    const std::vector<KeyedBox> boxes = splitter.boxes();
    // Flows that are left out must be somebody's.
    const bool whole = splitter.complete() && (!out_.sparse || splitter.ends());
    out_.complete = whole && out_.boxes.size() + boxes.size() <= limits_.boxes;
    if (!out_.complete) {
      out_.boxes.clear();
      return;
    }
    for (const KeyedBox& one : boxes) out_.boxes.push_back({space.region(one.box), ported, splitter.words(one.key)});
  }

  const Filter& filter_;
  const FlowSet& question_;
  View view_;
  const PartitionLimits& limits_;
  std::size_t work_;
  Partition out_;
};

template <class Holds>
Words rows_where(const Grid& grid, const Holds& holds) {
  Words out(words_for(grid.rows.size()), 0);
  for (std::size_t r = 0; r < grid.rows.size(); ++r)
    if (holds(grid.rows[r].rule)) set_bit(out, r);
  return out;
}

// Rows of equal numbers match the same flows and decide alike, at the places where they stand.
std::vector<std::uint32_t> contents(const DiffRules& rules, const Grid& grid) {
  std::map<std::pair<std::uint32_t, std::optional<LiteralId>>, std::uint32_t> numbers;
  std::vector<bool> looked_at(rules.filter().rules().size(), false);
  std::vector<std::uint32_t> out;
  for (const GridRow& row : grid.rows) {
    // A rule that shares its priority is looked at twice: first as the one that comes before the others.
    const bool by_place =
        rules.filter().rules()[row.rule].floating || (rules.filter().shares_priority(row.rule) && !looked_at[row.rule]);
    looked_at[row.rule] = true;
    const auto place = by_place ? rules.doubts(row.rule).in_front : std::nullopt;
    const auto number = static_cast<std::uint32_t>(numbers.size());
    out.push_back(numbers.try_emplace({rules.content(row.rule), place}, number).first->second);
  }
  return out;
}

}  // namespace

Partition partition(const Filter& filter, const FlowSet& question, View view, const PartitionLimits& limits) {
  return Cutter{filter, question, view, limits}.run([](const Grid& grid) {
    return Lists{{rows_where(grid, [](RuleIndex) { return true; })}, std::nullopt};
  });
}

Partition sparse_partition(const Filter& filter, const FlowSet& question, View view, bool yes,
                           const PartitionLimits& limits) {
  Cutter cutter{filter, question, view, limits};
  cutter.leave_out();
  return cutter.run([&](const Grid& grid) {
    return Lists{{rows_where(grid, [](RuleIndex) { return true; })}, std::nullopt, yes ? kSaysYes : kSaysNo};
  });
}

std::vector<Partition::Asked> asked(const Filter& filter, const FlowSet& question) {
  // Nothing is cut: the first box is one too many.
  return partition(filter, question, View::Allowed, {0, 0, 0}).question;
}

Partition partition_without(const Filter& filter, RuleIndex rule, const PartitionLimits& limits) {
  const FilterRule& own = filter.rules()[rule];
  FlowSet question{own.protocols,
                   {own.source.known, own.source.symbols, false},
                   own.source_ports.known,
                   {own.destination.known, own.destination.symbols, false},
                   own.destination_ports.known};
  return Cutter{filter, question, View::Allowed, limits}.run([&](const Grid& grid) {
    return Lists{{rows_where(grid, [](RuleIndex) { return true; }),
                  rows_where(grid, [&](RuleIndex other) { return other != rule; })},
                 std::nullopt};
  });
}

Partition partition(const DiffRules& rules, const PartitionLimits& limits) {
  const FlowSet question = every_flow();
  return Cutter{rules.filter(), question, View::Allowed, limits}.run([&](const Grid& grid) {
    Lists lists;
    for (const DiffSide side : {DiffSide::Old, DiffSide::New})
      lists.rows.push_back(rows_where(grid, [&](RuleIndex rule) { return rules.side(rule) == side; }));
    lists.changed = changed_rows(contents(rules, grid), lists.rows[0], lists.rows[1]);
    return lists;
  });
}

std::vector<std::uint32_t> open_values(const DiffRules& rules) {
  std::map<std::pair<std::uint32_t, std::optional<LiteralId>>, std::uint32_t> numbers;
  std::vector<std::uint32_t> out;
  for (RuleIndex rule = 0; rule < rules.filter().rules().size(); ++rule) {
    const FilterRule& known = rules.filter().rules()[rule];
    // Of rules of one priority that say the same it does not matter which comes first.
    const bool by_place = known.floating || rules.filter().shares_priority(rule);
    const auto in_front = by_place ? rules.doubts(rule).in_front : std::nullopt;
    if (is_settled(known) && !in_front) {
      out.push_back(0);
      continue;
    }
    const auto number = static_cast<std::uint32_t>(numbers.size() + 1);
    out.push_back(numbers.try_emplace({rules.content(rule), in_front}, number).first->second);
  }
  return out;
}

}  // namespace nsgcheck::engine
