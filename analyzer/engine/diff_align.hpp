// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "analyzer/engine/box.hpp"

namespace nsgcheck::engine {

/// Of two lists of rows that stand in one: the rows outside a long common subsequence. Where none of these can match,
/// both lists decide alike. `content` is by row; `old_rows` and `new_rows` say which rows a list has.
[[nodiscard]] Words changed_rows(const std::vector<std::uint32_t>& content, const Words& old_rows,
                                 const Words& new_rows);

}  // namespace nsgcheck::engine
