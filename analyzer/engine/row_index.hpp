// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <vector>

#include "analyzer/engine/grid.hpp"

namespace nsgcheck::engine {

/// For the classes of each dimension the rows of a grid that may hold them, so that the rows that meet a box are found
/// together instead of one by one.
class RowIndex {
 public:
  /// REQUIRES: `grid` outlives this.
  explicit RowIndex(const Grid& grid);

  /// Rows of which `may` overlaps the box, as bits. Where is_complete() is false there may be more of them.
  [[nodiscard]] Words meeting(const Box& box) const;
  /// True when some point of the box is held by none of `rows`, whatever their unknown values turn out to be. Only a
  /// few points are looked at, so false says nothing.
  [[nodiscard]] bool finds_open_point(const Box& box, Words rows) const;
  /// False when a dimension has so many classes for so few rows (service tags of thousands of prefixes) that looking
  /// at the rows is quicker; meeting() then leaves it out.
  [[nodiscard]] bool is_complete() const { return complete_; }

 private:
  struct Dimension {
    bool indexed{};
    Words everywhere;                   ///< rows that hold every class
    std::vector<std::uint64_t> others;  ///< class by class: the rows among the others that hold it
  };

  void index(std::size_t dim);

  const Grid& grid_;
  std::size_t row_words_;
  std::array<Dimension, kDims> dims_;
  bool complete_{true};
};

}  // namespace nsgcheck::engine
