// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "analyzer/io/json_parts.hpp"
#include "analyzer/io/render_parts.hpp"

namespace nsgcheck::io {

/// A `physicalLocation` (SARIF 3.29) in code points. REQUIRES: the place has a position or a file.
[[nodiscard]] Json physical_location(const Place& place);
/// A `location` (3.28): where the span stands, where that is known, and the NSG as its logical location.
[[nodiscard]] Json location(const AuditReport& report, const model::Nsg& nsg, SourceSpan span);

/// `codeFlows` (3.36) of a finding: the rules that decide, in the order in which Azure looks at them; and for each
/// instance at which such traffic arrives the stages that it passes, hop by hop, each at the rule that lets it through.
/// Empty for findings that no rule decides.
[[nodiscard]] Json code_flows(const AuditReport& report, const NsgReport& nsg, const policy::Finding& finding);

}  // namespace nsgcheck::io
