// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "analyzer/policy/finding.hpp"

namespace nsgcheck::policy {

/// 32 hex digits (the first half of a SHA-256) of what a finding means: policy, NSG without regard to case, direction,
/// status, `subject` (what a structural finding is about) and the regions. Not of names of files, lines or wording.
[[nodiscard]] std::string fingerprint(const Finding& finding, const std::string& nsg_name, const std::string& subject);

}  // namespace nsgcheck::policy
