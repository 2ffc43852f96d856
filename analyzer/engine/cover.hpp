// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "analyzer/engine/grid.hpp"

namespace nsgcheck::engine {

/// Work that a group of questions may take together, counted in comparisons of two boxes. It bounds time without a
/// clock, so that the same input always gives the same answer.
struct WorkBudget {
  std::size_t left{};
};

/// Is a box held by a union of other boxes, and if not, where not? Exact: by subtraction of one cover after the other,
/// those first that leave the fewest pieces (architecture 3). The worst case is exponential in the dimensions, so each
/// question may take kBudget, and all together what `total` has left; then it says Exhausted instead of guessing.
class CoverSearch {
 public:
  enum class Outcome : std::uint8_t { Covered, Uncovered, Exhausted };

  /// Comparisons for one question; a fraction of a second.
  static constexpr std::size_t kBudget = 5'000'000;

  /// REQUIRES: both outlive this.
  CoverSearch(const Layout& layout, WorkBudget& total) : layout_{layout}, total_{total} {}

  /// `covers` are the candidates; those that do not meet `box` do no harm.
  [[nodiscard]] Outcome find(const Box& box, const std::vector<const Box*>& covers);

  /// After Uncovered: a box of flows that no cover holds.
  [[nodiscard]] const Box& witness() const { return witness_; }
  /// After Covered: indices into `covers` of those that the proof used.
  [[nodiscard]] const std::vector<std::size_t>& used() const { return used_; }

 private:
  /// False when there is not that much work left.
  [[nodiscard]] bool pay(std::size_t comparisons);
  [[nodiscard]] Outcome search(Box box, std::vector<std::size_t> candidates);
  /// The candidate that sticks out of the box in the fewest dimensions; `missing` says in which.
  [[nodiscard]] std::size_t best(const Box& box, const std::vector<std::size_t>& candidates,
                                 std::array<bool, kDims>& missing) const;

  const Layout& layout_;
  WorkBudget& total_;
  std::size_t left_{};
  const std::vector<const Box*>* covers_{};
  std::vector<bool> was_used_;
  std::vector<std::size_t> used_;
  Box witness_;
};

/// Everything of `box` that no cover holds, as disjoint boxes; empty optional when there would be more than `limit`.
[[nodiscard]] std::optional<std::vector<Box>> subtract(const Layout& layout, const Box& box,
                                                       const std::vector<const Box*>& covers, std::size_t limit);

}  // namespace nsgcheck::engine
