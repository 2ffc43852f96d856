// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "analyzer/io/document.hpp"
#include "analyzer/io/policy_fields.hpp"
#include "analyzer/policy/expectation.hpp"

namespace nsgcheck::io {

/// Reads an intent file (rules/schema/intent.schema.json, docs/intent.md). Unknown keys, duplicate keys, values of the
/// wrong kind, flows that no packet can be of, and a file that states nothing are errors at their line and column.
[[nodiscard]] tl::expected<policy::Intent, Diagnostic> read_intent(std::string_view file, std::string_view yaml);

/// The same for a mapping inside another document; faults go to `faults`. Lines and columns are not set.
[[nodiscard]] policy::Intent read_intent(const Node& node, PolicyFaults& faults);

}  // namespace nsgcheck::io
