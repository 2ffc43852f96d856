// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <compare>
#include <map>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "analyzer/engine/box_join.hpp"
#include "analyzer/engine/cover.hpp"
#include "analyzer/engine/diff_rules.hpp"
#include "analyzer/engine/grid.hpp"

namespace nsgcheck::engine {

/// How the two verdicts on a flow lie to each other.
enum class Shift : std::uint8_t { NewlyAllowed, NewlyDenied, Unknown };

/// What the two rule sets say about the flows of one part of the space, where that is not surely the same.
struct Contrast {
  Shift shift{};
  std::optional<bool> old_allows, new_allows;   ///< empty: not settled
  std::optional<RuleIndex> old_rule, new_rule;  ///< who decides it, where it is settled
  std::optional<Reason> reason;                 ///< of Shift::Unknown
  friend auto operator<=>(const Contrast&, const Contrast&) = default;
};

/// A decision diagram over the pair of two first matches: its state are the rules of both sides that may still match,
/// and it ends where they surely say the same or both are decided. Parts in which only rules matter that both sides
/// have in the same order are never opened, so the work follows what was changed, not what is there.
class DiffDiagram {
 public:
  /// Work allowed for one comparison, in class visits; some seconds at worst.
  static constexpr std::size_t kBudget = 4'000'000;
  /// Boxes listed at most.
  static constexpr std::size_t kMaxBoxes = 16'384;

  /// Classes of an address dimension that hold a symbol's own point, by Dim; empty where there are none.
  using SymbolClasses = std::array<Words, kDims>;

  /// REQUIRES: the grid has flows, was made from `rules` with SpaceOptions::keep_unreachable, and all outlive this.
  DiffDiagram(const Grid& grid, const DiffRules& rules, bool ported, const SymbolClasses& symbol_classes,
              WorkBudget& budget);

  /// False when the budget or the list of boxes ran out; what was not looked at is then listed as unknown.
  [[nodiscard]] bool complete() const { return complete_; }

  using Piece = KeyedBox;  ///< its key is an index into contrasts()
  [[nodiscard]] const std::vector<Contrast>& contrasts() const { return contrasts_; }
  /// Disjoint boxes that together hold every flow on which the two sides do not surely agree.
  [[nodiscard]] std::vector<Piece> pieces();

 private:
  using NodeId = std::uint32_t;
  struct Edge {
    Words classes;
    NodeId to{};
    friend bool operator==(const Edge&, const Edge&) = default;
  };
  struct Node {
    std::vector<Edge> edges;  ///< those to kSame are left out; none: a leaf
    std::size_t contrast{};   ///< of a leaf other than kSame
    friend bool operator==(const Node&, const Node&) = default;
  };
  /// Rows that may still match, then for each doubt the rows among them of which it is in doubt.
  struct State {
    std::size_t dim{};
    Words words;
    friend bool operator==(const State&, const State&) = default;
  };
  struct StateHash {
    std::size_t operator()(const State& state) const;
  };
  /// A reason for a row to match only perhaps: a dimension's own literals, or that a symbol's point may be among its
  /// known addresses. Only doubts that some row has take part.
  struct Doubt {
    std::size_t dim{};
    bool known_part{};
    std::vector<Words> rows;  ///< by class: rows in doubt there
  };
  static constexpr NodeId kSame = 0;

  void number_rows();
  void cut_rows(const SymbolClasses& symbol_classes);
  void mark_changed();
  [[nodiscard]] bool is_plain(std::size_t row) const;
  [[nodiscard]] std::span<const std::uint64_t> part(const State& state, std::size_t index) const {
    return std::span{state.words}.subspan(index * row_words_, row_words_);
  }
  [[nodiscard]] std::span<std::uint64_t> part(State& state, std::size_t index) const {
    return std::span{state.words}.subspan(index * row_words_, row_words_);
  }
  [[nodiscard]] std::uint64_t sure(const State& state, std::size_t word) const;
  void cut_unreachable(State& state) const;
  [[nodiscard]] State successor(const State& state, std::size_t cls) const;
  [[nodiscard]] std::optional<NodeId> settled(const State& state);
  [[nodiscard]] bool is_decided(const State& state, const Words& side) const;
  [[nodiscard]] bool first_is_last(const State& state, const Words& side) const;
  [[nodiscard]] Words open_classes(const State& state) const;
  [[nodiscard]] NodeId build(State state);
  [[nodiscard]] NodeId unique(std::size_t dim, std::vector<Edge> edges);
  [[nodiscard]] NodeId leaf(Contrast contrast);
  [[nodiscard]] NodeId leaf_of(const State& state);
  [[nodiscard]] DecisionList decisions(const State& state, const Words& side, std::optional<RuleIndex>& decider) const;
  [[nodiscard]] std::vector<Conjunction> alternatives(const State& state, std::size_t row) const;
  [[nodiscard]] Reason why(const DecisionList& old_list, const DecisionList& new_list) const;
  [[nodiscard]] bool same_rows(const State& state) const;
  void collect(NodeId node, std::size_t dim, Box& box, std::vector<Piece>& out);

  const Grid& grid_;
  const DiffRules& rules_;
  bool ported_;
  WorkBudget& budget_;
  bool complete_{true};
  std::size_t row_words_{};
  std::vector<std::uint32_t> content_;           ///< by row: equal for looks that match and decide alike
  std::vector<std::optional<LiteralId>> place_;  ///< by row: set for a look that counts when the rule comes first
  Words side_[2], allows_, denies_, certain_, changed_;
  std::array<std::vector<Words>, kDims> may_rows_;
  std::vector<Doubt> doubts_;
  std::array<Words, kDims + 1> full_from_;
  std::vector<Node> nodes_{Node{}};
  std::vector<Contrast> contrasts_;
  std::map<Contrast, NodeId> leaves_;
  std::unordered_map<State, NodeId, StateHash> seen_;
  std::unordered_multimap<std::size_t, NodeId> by_edges_;
  NodeId root_{};
};

}  // namespace nsgcheck::engine
