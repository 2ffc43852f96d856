// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
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
  /// As find(), but quicker for broad boxes, for it looks for no witness().
  [[nodiscard]] Outcome decide(const Box& box, const std::vector<const Box*>& covers);

  /// After Uncovered: a box of flows that no cover holds.
  [[nodiscard]] const Box& witness() const { return witness_; }
  /// After Covered: indices into `covers` of those that the proof used.
  [[nodiscard]] const std::vector<std::size_t>& used() const { return used_; }

 private:
  /// False when there is not that much work left.
  [[nodiscard]] bool pay(std::size_t comparisons);
  [[nodiscard]] Outcome answer(const Box& box, const std::vector<const Box*>& covers, bool want_witness);
  void narrow_to(const Box& box);
  void gather(const std::vector<const Box*>& covers);
  /// `box` and the candidates [first, last) lie in the two stacks; both are left as they were found but for the box.
  [[nodiscard]] Outcome search(std::size_t box, std::size_t first, std::size_t last);
  /// In how many dimensions the box sticks out of a cover, and in which; empty when they do not meet.
  [[nodiscard]] std::optional<std::size_t> outside(std::size_t box, std::uint32_t cover,
                                                   std::array<bool, kDims>& missing) const;
  void keep_witness(std::size_t box);
  /// Looks at one point of the box, which few covers should hold: true when none does.
  [[nodiscard]] bool finds_open_point();
  [[nodiscard]] std::size_t rarest_class(std::size_t dim);
  /// Those words of a cover that belong to one dimension.
  [[nodiscard]] std::span<const std::uint64_t> side(std::uint32_t cover, std::size_t dim) const {
    return std::span{covers_}.subspan(cover * words_.size() + first_[dim], first_[dim + 1] - first_[dim]);
  }

  const Layout& layout_;
  WorkBudget& total_;
  std::size_t left_{};
  // Everything happens inside the box of the question, which is often one class in a few dimensions: only its words
  // that are not empty take part.
  std::vector<std::size_t> words_;               ///< which these are
  std::array<std::size_t, kDims + 1> first_{};   ///< where each dimension begins among them
  std::vector<std::uint64_t> covers_;            ///< those words of each cover that meets the box
  std::vector<std::size_t> cover_index_;         ///< and which cover that is
  std::vector<std::uint64_t> boxes_;             ///< stack of boxes under way
  std::vector<std::uint32_t> candidates_;        ///< stack of lists of candidates, as places in cover_index_
  std::vector<std::uint32_t> holders_, counts_;  ///< room for finds_open_point()
  std::vector<bool> was_used_;
  std::vector<std::size_t> used_;
  Box witness_;
};

/// Everything of `box` that no cover holds, as disjoint boxes; empty optional when there would be more than `limit`.
[[nodiscard]] std::optional<std::vector<Box>> subtract(const Layout& layout, const Box& box,
                                                       const std::vector<const Box*>& covers, std::size_t limit);

}  // namespace nsgcheck::engine
