// SPDX-License-Identifier: Apache-2.0
#include "analyzer/engine/diagram.hpp"

#include <algorithm>

namespace nsgcheck::engine {
namespace {

constexpr std::size_t kLeaves = 3;
// A node costs memory besides its visits; so a chain of dimensions with few classes is bounded, too.
constexpr std::size_t kNodeCost = 16;

}  // namespace

std::size_t Diagram::StateHash::operator()(const State& state) const {
  std::size_t hash = state.dim;
  for (const std::uint64_t word : state.may) mix_hash(hash, word);
  for (const std::uint64_t word : state.sure) mix_hash(hash, word);
  return hash;
}

Diagram::Diagram(const Grid& grid, const std::vector<Contribution>& contributions, WorkBudget& budget)
    : grid_{grid}, budget_{budget}, nodes_(kLeaves) {
  index_rows();
  const std::size_t row_words = words_for(grid.rows.size());
  says_yes_.assign(row_words, 0);
  says_no_ = says_yes_;
  State start{0, Words(row_words, 0), Words(row_words, 0)};
  for (std::size_t r = 0; r < grid.rows.size(); ++r) {
    if ((contributions[r] & kSaysYes) != 0) set_bit(says_yes_, r);
    if ((contributions[r] & kSaysNo) != 0) set_bit(says_no_, r);
    set_bit(start.may, r);
    if (!grid.rows[r].sure_is_empty) set_bit(start.sure, r);
  }
  cut_unreachable(start);
  root_ = build(start);
}

void Diagram::index_rows() {
  const std::size_t row_words = words_for(grid_.rows.size());
  full_from_.fill(Words(row_words, 0));
  for (std::size_t d = 0; d < kDims; ++d) {
    may_rows_[d].assign(grid_.layout.classes(d), Words(row_words, 0));
    sure_rows_[d] = may_rows_[d];
  }
  for (std::size_t r = 0; r < grid_.rows.size(); ++r) {
    const GridRow& row = grid_.rows[r];
    bool full = !row.sure_is_empty;
    if (full) set_bit(full_from_[kDims], r);
    for (std::size_t d = kDims; d-- > 0;) {
      for_each_bit(grid_.layout.side(row.may, d), [&](std::size_t c) { set_bit(may_rows_[d][c], r); });
      std::size_t count = 0;
      if (!row.sure_is_empty)
        for_each_bit(grid_.layout.side(row.sure, d), [&](std::size_t c) {
          set_bit(sure_rows_[d][c], r);
          ++count;
        });
      full = full && count == grid_.layout.classes(d);
      if (full) set_bit(full_from_[d], r);
    }
  }
}

void Diagram::cut_unreachable(State& state) const {
  const Words& full = full_from_[state.dim];
  std::size_t size = state.may.size();
  for (std::size_t w = 0; w < size; ++w) {
    const std::uint64_t ends = state.sure[w] & full[w];
    if (ends == 0) continue;
    const std::uint64_t kept = ends ^ (ends - 1);  // up to and including the lowest set bit
    state.may[w] &= kept;
    state.sure[w] &= kept;
    size = w + 1;
  }
  while (size > 0 && state.may[size - 1] == 0) --size;
  state.may.resize(size);
  state.sure.resize(size);
}

const Diagram::State& Diagram::successor(const State& state, std::size_t cls) {
  State& next = states_[state.dim + 1];
  const Words& may = may_rows_[state.dim][cls];
  const Words& sure = sure_rows_[state.dim][cls];
  const std::size_t size = state.may.size();
  next.dim = state.dim + 1;
  next.may.resize(size);
  next.sure.resize(size);
  for (std::size_t w = 0; w < size; ++w) {
    next.may[w] = state.may[w] & may[w];
    next.sure[w] = state.sure[w] & sure[w];
  }
  cut_unreachable(next);
  return next;
}

bool Diagram::is_decided(const State& state) const {
  const Words& full = full_from_[state.dim];
  for (std::size_t w = 0; w < state.sure.size(); ++w)
    if ((state.sure[w] & full[w]) != 0) return true;
  return false;
}

bool Diagram::any_of(const State& state, const Words& rows) const {
  for (std::size_t w = 0; w < state.may.size(); ++w)
    if ((state.may[w] & rows[w]) != 0) return true;
  return false;
}

Diagram::NodeId Diagram::build(const State& state) {
  // All rules that are left say the same: it does not matter which of them decides. No rule left says no (semantics 1:
  // the defaults end with a deny).
  if (!any_of(state, says_yes_)) return static_cast<NodeId>(Mark::No);
  if (!any_of(state, says_no_) && is_decided(state)) return static_cast<NodeId>(Mark::Yes);
  if (state.dim == kDims) return static_cast<NodeId>(Mark::Unknown);
  if (const auto found = seen_.find(state); found != seen_.end()) return found->second;

  const std::size_t classes = grid_.layout.classes(state.dim);
  if (budget_.left < classes + kNodeCost) {
    complete_ = false;
    return static_cast<NodeId>(Mark::Unknown);
  }
  budget_.left -= classes + kNodeCost;

  std::vector<Edge> edges;
  std::unordered_map<NodeId, std::size_t> edge_of;
  for (std::size_t cls = 0; cls < classes && complete_; ++cls) {
    const NodeId to = build(successor(state, cls));
    const auto [it, fresh] = edge_of.try_emplace(to, edges.size());
    if (fresh) edges.push_back({Words(words_for(classes), 0), to});
    set_bit(edges[it->second].classes, cls);
  }
  const NodeId node = unique(state.dim, std::move(edges));
  seen_.emplace(state, node);
  return node;
}

Diagram::NodeId Diagram::unique(std::size_t dim, std::vector<Edge> edges) {
  // A leaf under every class is that leaf; other nodes stay, so that every path has all dimensions or ends in a leaf.
  if (edges.size() == 1 && edges[0].to < kLeaves) return edges[0].to;
  std::size_t hash = dim;
  for (const Edge& edge : edges) {
    mix_hash(hash, edge.to);
    for (const std::uint64_t word : edge.classes) mix_hash(hash, word);
  }
  const auto [first, last] = by_edges_.equal_range(hash);
  for (auto it = first; it != last; ++it)
    if (nodes_[it->second] == edges) return it->second;
  nodes_.push_back(std::move(edges));
  const auto id = static_cast<NodeId>(nodes_.size() - 1);
  by_edges_.emplace(hash, id);
  return id;
}

std::vector<Box> Diagram::boxes(Mark mark, bool& truncated) const {
  std::vector<Box> out;
  Box box = grid_.layout.full();
  collect(root_, 0, static_cast<NodeId>(mark), box, out, truncated);
  return out;
}

void Diagram::collect(NodeId node, std::size_t dim, NodeId wanted, Box& box, std::vector<Box>& out,
                      bool& truncated) const {
  if (node < kLeaves) {
    if (node != wanted) return;
    if (out.size() < kMaxBoxes)
      out.push_back(box);
    else
      truncated = true;
    return;
  }
  const auto side = grid_.layout.side(box, dim);
  const Words before(side.begin(), side.end());
  for (const Edge& edge : nodes_[node]) {
    std::copy(edge.classes.begin(), edge.classes.end(), side.begin());
    collect(edge.to, dim + 1, wanted, box, out, truncated);
    if (truncated) break;
  }
  std::copy(before.begin(), before.end(), side.begin());
}

}  // namespace nsgcheck::engine
