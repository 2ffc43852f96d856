// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "analyzer/io/document.hpp"
#include "analyzer/policy/baseline.hpp"

namespace nsgcheck::io {

/// Reads what an earlier audit found, from `audit --format json` or `--format baseline`. Findings that may not be known
/// (policy::may_be_known) are left out. A document of another schema, or with a finding whose id, fingerprint, severity
/// or status is missing or cannot be read, is an error at its line and column.
[[nodiscard]] tl::expected<std::vector<policy::BaselineEntry>, Diagnostic> read_baseline(const Document& document);

}  // namespace nsgcheck::io
