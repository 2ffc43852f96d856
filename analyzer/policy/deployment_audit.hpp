// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "analyzer/model/deployment.hpp"
#include "analyzer/policy/finding.hpp"

namespace nsgcheck::policy {

/// Judges what the policies ask of a deployment (family NSG-CS), worst first, then by place. `now`: seconds since 1970,
/// empty: expirations are not judged. The findings are about no NSG. Pure.
[[nodiscard]] std::vector<Finding> audit_deployment(const model::Deployment& deployment,
                                                    std::span<const Policy> policies, std::optional<std::int64_t> now);

}  // namespace nsgcheck::policy
