// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include "analyzer/engine/box.hpp"

namespace nsgcheck::engine {

/// A row of one of two lists that are compared.
struct ListedRow {
  std::size_t row{};  ///< its bit
  const Box* box{};   ///< all that it matches; null when something about it is not settled
  bool allows{};
};

/// One rule with a list is often several rules with an item each elsewhere. Neighbours that say the same and together
/// are one box are such a rule: where both lists hold the same one between the same unchanged rows, its rows are taken
/// out of `changed`. Where no row that is left there can match, both lists decide alike.
/// REQUIRES: the rows that are not in `changed` stand in both lists in the same order and match alike.
void keep_regrouped(const Layout& layout, const std::vector<ListedRow>& old_rows,
                    const std::vector<ListedRow>& new_rows, Words& changed);

}  // namespace nsgcheck::engine
