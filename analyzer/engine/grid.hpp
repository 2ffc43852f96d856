// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "analyzer/engine/box.hpp"
#include "analyzer/engine/terms.hpp"

namespace nsgcheck::engine {

/// One look at one rule, over the classes of a grid.
struct GridRow {
  RuleIndex rule{};
  bool sure_is_empty{};  ///< nothing surely matches
  Box sure;              ///< flows that surely match; a part of `may`
  Box may;               ///< flows that may match
  /// Of a look that counts only perhaps (Step::certain false): what would surely match if it does. Else empty.
  Box sure_if_counted;
};

/// A question over one family, with or without ports, reduced to bits: the rows in the order of evaluation, each a pair
/// of boxes. Rows that cannot matter to the question are left out.
struct Grid {
  Layout layout;
  std::vector<GridRow> rows;
  Words populated_source;       ///< classes of Dim::Source that surely hold an address
  Words populated_destination;  ///< likewise
  /// True when the box surely holds a flow.
  [[nodiscard]] bool surely_populated(const Box& box) const;
};

}  // namespace nsgcheck::engine
