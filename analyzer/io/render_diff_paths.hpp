// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "analyzer/io/json_parts.hpp"
#include "analyzer/io/render_diff.hpp"
#include "analyzer/io/render_layout.hpp"

namespace nsgcheck::io {

// What a comparison says of the whole ways through a deployment; nothing without one.

/// A section with an entry for all instances at which the same flows arrive newly, are lost newly or are not settled by
/// the same rules, the largest danger first; then the changes that arrive nowhere, with what stops them.
[[nodiscard]] std::string paths_text(const DiffReport& report, const Paint& paint, std::size_t width);
[[nodiscard]] std::string paths_markdown(const DiffReport& report);
/// By instance and direction: `newlyArrives`, `newlyLost`, `unknownRegion`, and `stopped`, the changes that other
/// stages do not let through.
[[nodiscard]] Json paths_json(const DiffReport& report);

}  // namespace nsgcheck::io
