// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "analyzer/policy/policy.hpp"

namespace nsgcheck::io {

/// `{"schema": "nsgcheck.policies/1", "policies": [...]}`.
[[nodiscard]] std::string render_policies_json(const std::vector<policy::Policy>& policies);

}  // namespace nsgcheck::io
