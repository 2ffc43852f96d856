// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "analyzer/engine/grid.hpp"

namespace nsgcheck::engine {

/// Is a box held by a union of other boxes, and if not, where not? Exact: by subtraction of one cover after the other,
/// those first that leave the fewest pieces (architecture 3). The worst case is exponential in the dimensions, so each
/// question may take `budget` boxes and then says Exhausted instead of guessing.
class CoverSearch {
 public:
  enum class Outcome : std::uint8_t { Covered, Uncovered, Exhausted };

  static constexpr std::size_t kBudget = 200'000;

  explicit CoverSearch(const Layout& layout, std::size_t budget = kBudget) : layout_{layout}, budget_{budget} {}

  /// `covers` are the candidates; those that do not meet `box` do no harm.
  [[nodiscard]] Outcome find(const Box& box, const std::vector<const Box*>& covers);

  /// After Uncovered: a box of flows that no cover holds.
  [[nodiscard]] const Box& witness() const { return witness_; }
  /// After Covered: indices into `covers` of those that the proof used.
  [[nodiscard]] const std::vector<std::size_t>& used() const { return used_; }

 private:
  [[nodiscard]] Outcome search(Box box, std::vector<std::size_t> candidates);
  /// The candidate that sticks out of the box in the fewest dimensions; `missing` says in which.
  [[nodiscard]] std::size_t best(const Box& box, const std::vector<std::size_t>& candidates,
                                 std::array<bool, kDims>& missing) const;

  const Layout& layout_;
  std::size_t budget_;
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
