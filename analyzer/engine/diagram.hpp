// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "analyzer/engine/cover.hpp"
#include "analyzer/engine/grid.hpp"

namespace nsgcheck::engine {

/// What a question asks of each flow: Yes, No, or not settled by the input.
enum class Mark : std::uint8_t { No, Yes, Unknown };

/// What a rule contributes when it decides: bit 0 "yes", bit 1 "no"; both when its access is not known.
using Contribution = std::uint8_t;
inline constexpr Contribution kSaysYes = 1;
inline constexpr Contribution kSaysNo = 2;

/// A reduced ordered decision diagram of a grid: for each flow class the mark that first match gives it. Reduced means
/// equal parts are one node, so two grids of equal meaning give the same boxes, however their rules are written.
class Diagram {
 public:
  /// Work allowed for one question, in class visits; about a second, and some tens of megabytes.
  static constexpr std::size_t kBudget = 3'000'000;
  /// Boxes listed at most.
  static constexpr std::size_t kMaxBoxes = 4'096;

  /// `contributions`: by row of the grid. REQUIRES: the grid has flows.
  Diagram(const Grid& grid, const std::vector<Contribution>& contributions, WorkBudget& budget);

  /// False when the budget ran out; boxes() and has() are then not to be used.
  [[nodiscard]] bool complete() const { return complete_; }
  /// Disjoint boxes that together hold exactly the flows of that mark; `truncated` is set when there are more than
  /// kMaxBoxes of them.
  [[nodiscard]] std::vector<Box> boxes(Mark mark, bool& truncated) const;

 private:
  using NodeId = std::uint32_t;
  struct Edge {
    Words classes;
    NodeId to;
    friend bool operator==(const Edge&, const Edge&) = default;
  };
  struct State {
    std::size_t dim{};
    Words may;   ///< rows that match or may match in the dimensions so far; no words of zeros at the end
    Words sure;  ///< rows that surely match in them; as long as `may`
    friend bool operator==(const State&, const State&) = default;
  };
  struct StateHash {
    std::size_t operator()(const State& state) const;
  };

  void index_rows();
  /// REQUIRES: `state` is not held in states_ beyond its own dimension.
  [[nodiscard]] NodeId build(const State& state);
  /// The state behind one class, in states_.
  [[nodiscard]] const State& successor(const State& state, std::size_t cls);
  /// Drops rows that an earlier one, sure in everything that is left, keeps from being reached.
  void cut_unreachable(State& state) const;
  /// Some row surely matches whatever the dimensions that are left hold.
  [[nodiscard]] bool is_decided(const State& state) const;
  [[nodiscard]] bool any_of(const State& state, const Words& rows) const;
  [[nodiscard]] NodeId unique(std::size_t dim, std::vector<Edge> edges);
  void collect(NodeId node, std::size_t dim, NodeId wanted, Box& box, std::vector<Box>& out, bool& truncated) const;

  const Grid& grid_;
  WorkBudget& budget_;
  bool complete_{true};
  std::array<std::vector<Words>, kDims> may_rows_, sure_rows_;  ///< by dimension and class: rows that hold the class
  std::array<Words, kDims + 1> full_from_;  ///< rows that surely hold everything from a dimension on
  Words says_yes_, says_no_;                ///< rows by what they contribute
  std::array<State, kDims + 1> states_;     ///< room for the state of each dimension on the way down
  std::vector<std::vector<Edge>> nodes_;    ///< the first three are the leaves No, Yes, Unknown
  std::unordered_map<State, NodeId, StateHash> seen_;
  std::unordered_multimap<std::size_t, NodeId> by_edges_;
  NodeId root_{};
};

}  // namespace nsgcheck::engine
