// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "tests/bench/flat_rules.hpp"

namespace nsgcheck::bench {

/// Rules that earlier ones leave nothing for, by one solver that learns rule by rule (Z3); empty after `seconds`.
[[nodiscard]] std::optional<std::size_t> z3_covered(const std::vector<FlatRule>& rules, double seconds);
/// Whether both allow the same flows; a packet shows it when not. Empty after `seconds`.
[[nodiscard]] std::optional<bool> z3_equal(const std::vector<FlatRule>& before, const std::vector<FlatRule>& after,
                                           double seconds);

}  // namespace nsgcheck::bench
