// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "analyzer/io/arm/functions.hpp"

namespace nsgcheck::io::arm {

/// ARM counts UTF-16 units and folds case by culture; for ASCII both are what they look like here.
[[nodiscard]] bool is_ascii(std::string_view text);
/// The result for text that would need more: unknown, not wrong.
[[nodiscard]] Outcome beyond_ascii();
[[nodiscard]] tl::unexpected<std::string> too_long();

/// A string, integer or boolean as concat() and format() write it; empty for other types.
[[nodiscard]] std::optional<std::string> scalar_text(const Node& node);

/// Adds `part` to `out`; false once that exceeds kMaxText.
[[nodiscard]] bool append_bounded(std::string& out, std::string_view part);

/// string.Format of .NET for strings, whole numbers (D, N0, X with widths) and booleans.
[[nodiscard]] Outcome format_text(Arguments arguments);

}  // namespace nsgcheck::io::arm
