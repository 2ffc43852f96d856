// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "analyzer/io/json_parts.hpp"
#include "analyzer/io/render_fix.hpp"

namespace nsgcheck::io {

/// The member `remedies` of a fix.
[[nodiscard]] Json remedies_json(const FindingFix& fix);

}  // namespace nsgcheck::io
