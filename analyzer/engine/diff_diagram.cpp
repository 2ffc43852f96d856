// SPDX-License-Identifier: Apache-2.0
#include "analyzer/engine/diff_diagram.hpp"

#include <algorithm>

#include "analyzer/engine/diff_align.hpp"
#include "analyzer/engine/diff_regroup.hpp"

namespace nsgcheck::engine {
namespace {

// A node costs memory besides its visits; so a chain of dimensions with few classes is bounded, too.
constexpr std::size_t kDiffNodeCost = 16;

}  // namespace

std::size_t DiffDiagram::StateHash::operator()(const State& state) const {
  std::size_t hash = state.dim;
  for (const std::uint64_t word : state.words) mix_hash(hash, word);
  return hash;
}

DiffDiagram::DiffDiagram(const Grid& grid, const DiffRules& rules, bool ported, const SymbolClasses& symbol_classes,
                         WorkBudget& budget)
    : grid_{grid}, rules_{rules}, ported_{ported}, budget_{budget}, row_words_{words_for(grid.rows.size())} {
  number_rows();
  cut_rows(symbol_classes);
  mark_changed();
  State start{0, Words(row_words_ * (1 + doubts_.size()), 0)};
  for (std::size_t r = 0; r < grid.rows.size(); ++r) set_bit(part(start, 0), r);
  cut_unreachable(start);
  root_ = build(std::move(start));
}

// Everything about the row is settled: it matches what it says, counts, and says one thing.
bool DiffDiagram::is_plain(std::size_t row) const {
  const GridRow& look = grid_.rows[row];
  const FilterRule& rule = rules_.filter().rules()[look.rule];
  return look.sure_if_counted.empty() && !look.sure_is_empty && look.sure == look.may && !place_[row] &&
         !(rule.may_allow && rule.may_deny);
}

void DiffDiagram::mark_changed() {
  changed_ = changed_rows(content_, side_[0], side_[1]);
  // A rule of unknown place may stand between any two others: rules then stay as they are.
  if (rules_.some_float()) return;
  std::array<std::vector<ListedRow>, 2> rows;
  for (std::size_t s = 0; s < 2; ++s)
    for_each_bit(side_[s], [&](std::size_t r) {
      const bool plain = is_plain(r);
      rows[s].push_back({r, plain ? &grid_.rows[r].sure : nullptr, test_bit(allows_, r)});
    });
  keep_regrouped(grid_.layout, rows[0], rows[1], changed_);
}

void DiffDiagram::number_rows() {
  for (Words* words : {&side_[0], &side_[1], &allows_, &denies_, &certain_}) words->assign(row_words_, 0);
  std::map<std::pair<std::uint32_t, std::optional<LiteralId>>, std::uint32_t> numbers;
  std::vector<bool> looked_at(rules_.filter().rules().size(), false);
  for (std::size_t r = 0; r < grid_.rows.size(); ++r) {
    const RuleIndex index = grid_.rows[r].rule;
    const FilterRule& rule = rules_.filter().rules()[index];
    const bool perhaps = !grid_.rows[r].sure_if_counted.empty();
    // A rule that shares its priority is looked at twice: first as the one that comes before the others.
    const bool by_place = rule.floating || (rules_.filter().shares_priority(index) && !looked_at[index]);
    looked_at[index] = true;
    place_.push_back(by_place ? rules_.doubts(index).in_front : std::nullopt);
    set_bit(side_[static_cast<std::size_t>(rules_.side(index))], r);
    if (rule.may_allow) set_bit(allows_, r);
    if (rule.may_deny) set_bit(denies_, r);
    if (!perhaps) set_bit(certain_, r);
    const auto number = static_cast<std::uint32_t>(numbers.size());
    content_.push_back(numbers.try_emplace({rules_.content(index), place_.back()}, number).first->second);
  }
}

void DiffDiagram::cut_rows(const SymbolClasses& symbol_classes) {
  full_from_.fill(Words(row_words_, 0));
  full_from_[kDims] = certain_;
  Words full = certain_;
  for (std::size_t d = kDims; d-- > 0;) {
    const std::size_t classes = grid_.layout.classes(d);
    may_rows_[d].assign(classes, Words(row_words_, 0));
    Doubt own{d, false, may_rows_[d]};
    Doubt known{d, true, may_rows_[d]};
    bool some_own = false;
    bool some_known = false;
    for (std::size_t r = 0; r < grid_.rows.size(); ++r) {
      const GridRow& row = grid_.rows[r];
      const auto sure = grid_.layout.side(row.sure_if_counted.empty() ? row.sure : row.sure_if_counted, d);
      std::size_t count = 0;
      for_each_bit(sure, [&](std::size_t) { ++count; });
      if (count != classes) full[r / 64] &= ~(std::uint64_t{1} << r % 64);
      for_each_bit(grid_.layout.side(row.may, d), [&](std::size_t c) {
        set_bit(may_rows_[d][c], r);
        if (test_bit(sure, c)) return;
        set_bit(own.rows[c], r);
        some_own = true;
        if (symbol_classes[d].empty() || !test_bit(symbol_classes[d], c)) return;
        if (!rules_.doubts(row.rule).known_part[d]) return;
        set_bit(known.rows[c], r);
        some_known = true;
      });
    }
    full_from_[d] = full;
    if (some_own) doubts_.push_back(std::move(own));
    if (some_known) doubts_.push_back(std::move(known));
  }
}

std::uint64_t DiffDiagram::sure(const State& state, std::size_t word) const {
  std::uint64_t in_doubt = 0;
  for (std::size_t i = 0; i < doubts_.size(); ++i) in_doubt |= part(state, 1 + i)[word];
  return state.words[word] & certain_[word] & ~in_doubt;
}

// Drops rows that an earlier one of their side, sure in everything that is left, keeps from being reached.
void DiffDiagram::cut_unreachable(State& state) const {
  const Words& full = full_from_[state.dim];
  for (const Words& side : side_) {
    for (std::size_t w = 0; w < row_words_; ++w) {
      const std::uint64_t ends = sure(state, w) & full[w] & side[w];
      if (ends == 0) continue;
      std::uint64_t dropped = ~(ends ^ (ends - 1));  // after the lowest set bit
      for (std::size_t rest = w; rest < row_words_; ++rest, dropped = ~std::uint64_t{0})
        for (std::size_t p = 0; p <= doubts_.size(); ++p) part(state, p)[rest] &= ~(dropped & side[rest]);
      break;
    }
  }
}

DiffDiagram::State DiffDiagram::successor(const State& state, std::size_t cls) const {
  State next{state.dim + 1, state.words};
  const Words& may = may_rows_[state.dim][cls];
  for (std::size_t w = 0; w < row_words_; ++w) next.words[w] &= may[w];
  for (std::size_t i = 0; i < doubts_.size(); ++i) {
    const auto rows = part(next, 1 + i);
    const bool here = doubts_[i].dim == state.dim;
    for (std::size_t w = 0; w < row_words_; ++w) rows[w] = next.words[w] & (here ? doubts_[i].rows[cls][w] : rows[w]);
  }
  cut_unreachable(next);
  return next;
}

bool DiffDiagram::is_decided(const State& state, const Words& side) const {
  const Words& full = full_from_[state.dim];
  for (std::size_t w = 0; w < row_words_; ++w)
    if ((sure(state, w) & full[w] & side[w]) != 0) return true;
  return false;
}

bool DiffDiagram::first_is_last(const State& state, const Words& side) const {
  for (std::size_t w = 0; w < row_words_; ++w) {
    const std::uint64_t rows = state.words[w] & side[w];
    if (rows == 0) continue;
    return (rows & (~rows + 1) & sure(state, w) & full_from_[state.dim][w]) != 0;
  }
  return false;
}

std::optional<DiffDiagram::NodeId> DiffDiagram::settled(const State& state) {
  bool some_changed = false;
  bool some_allow = false;
  bool some_deny = false;
  for (std::size_t w = 0; w < row_words_; ++w) {
    some_changed = some_changed || (state.words[w] & changed_[w]) != 0;
    some_allow = some_allow || (state.words[w] & allows_[w]) != 0;
    some_deny = some_deny || (state.words[w] & denies_[w]) != 0;
  }
  if (!some_changed || !some_allow) return kSame;
  if (!some_deny && is_decided(state, side_[0]) && is_decided(state, side_[1])) return kSame;
  const bool both_end = first_is_last(state, side_[0]) && first_is_last(state, side_[1]);
  if (both_end || state.dim == kDims) return leaf_of(state);
  return std::nullopt;
}

// Classes in which a changed row may match; in the others both sides say the same.
Words DiffDiagram::open_classes(const State& state) const {
  Words open(words_for(grid_.layout.classes(state.dim)), 0);
  for (std::size_t w = 0; w < row_words_; ++w) {
    for (std::uint64_t rest = state.words[w] & changed_[w]; rest != 0; rest &= rest - 1) {
      const std::size_t row = w * 64 + static_cast<std::size_t>(std::countr_zero(rest));
      const auto side = grid_.layout.side(grid_.rows[row].may, state.dim);
      for (std::size_t i = 0; i < open.size(); ++i) open[i] |= side[i];
    }
  }
  return open;
}

DiffDiagram::NodeId DiffDiagram::build(State state) {
  if (const auto end = settled(state)) return *end;
  if (const auto found = seen_.find(state); found != seen_.end()) return found->second;
  const Words open = open_classes(state);
  std::size_t visits = kDiffNodeCost;
  for (const std::uint64_t word : open) visits += static_cast<std::size_t>(count_ones(word));
  if (budget_.left < visits) {
    complete_ = false;
    return leaf({Shift::Unknown, {}, {}, {}, {}, Reason::BudgetExceeded});
  }
  budget_.left -= visits;

  std::vector<Edge> edges;
  std::unordered_map<NodeId, std::size_t> edge_of;
  for_each_bit(open, [&](std::size_t cls) {
    const NodeId to = build(successor(state, cls));
    if (to == kSame) return;
    const auto [it, fresh] = edge_of.try_emplace(to, edges.size());
    if (fresh) edges.push_back({Words(open.size(), 0), to});
    set_bit(edges[it->second].classes, cls);
  });
  const NodeId node = unique(state.dim, std::move(edges));
  seen_.emplace(std::move(state), node);
  return node;
}

DiffDiagram::NodeId DiffDiagram::unique(std::size_t dim, std::vector<Edge> edges) {
  if (edges.empty()) return kSame;
  // A leaf under every class is that leaf; other nodes stay, so that every path has all dimensions or ends in a leaf.
  std::size_t count = 0;
  for (const std::uint64_t word : edges[0].classes) count += static_cast<std::size_t>(count_ones(word));
  const bool everywhere = count == grid_.layout.classes(dim);
  if (edges.size() == 1 && everywhere && nodes_[edges[0].to].edges.empty()) return edges[0].to;
  std::size_t hash = dim;
  for (const Edge& edge : edges) {
    mix_hash(hash, edge.to);
    for (const std::uint64_t word : edge.classes) mix_hash(hash, word);
  }
  const auto [first, last] = by_edges_.equal_range(hash);
  for (auto it = first; it != last; ++it)
    if (nodes_[it->second].edges == edges) return it->second;
  nodes_.push_back({std::move(edges), 0});
  const auto id = static_cast<NodeId>(nodes_.size() - 1);
  by_edges_.emplace(hash, id);
  return id;
}

DiffDiagram::NodeId DiffDiagram::leaf(Contrast contrast) {
  const auto [it, fresh] = leaves_.try_emplace(contrast, static_cast<NodeId>(nodes_.size()));
  if (!fresh) return it->second;
  nodes_.push_back({{}, contrasts_.size()});
  contrasts_.push_back(contrast);
  return it->second;
}

std::vector<DiffDiagram::Piece> DiffDiagram::pieces() {
  std::vector<Piece> out;
  Box box = grid_.layout.full();
  collect(root_, 0, box, out);
  return out;
}

void DiffDiagram::collect(NodeId node, std::size_t dim, Box& box, std::vector<Piece>& out) {
  if (node == kSame) return;
  if (nodes_[node].edges.empty()) {
    if (out.size() < kMaxBoxes)
      out.push_back({nodes_[node].contrast, box});
    else
      complete_ = false;
    return;
  }
  const auto side = grid_.layout.side(box, dim);
  const Words before(side.begin(), side.end());
  for (const Edge& edge : nodes_[node].edges) {
    std::copy(edge.classes.begin(), edge.classes.end(), side.begin());
    collect(edge.to, dim + 1, box, out);
    if (out.size() >= kMaxBoxes && !complete_) break;
  }
  std::copy(before.begin(), before.end(), side.begin());
}

}  // namespace nsgcheck::engine
