// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>

namespace nsgcheck::net {

/// Edits (letters added, dropped or changed, or two neighbours swapped) between two words, without regard to ASCII
/// case. For "did you mean": takes time in the product of the lengths, so callers bound what comes from outside.
[[nodiscard]] std::size_t edit_distance(std::string_view a, std::string_view b);

}  // namespace nsgcheck::net
