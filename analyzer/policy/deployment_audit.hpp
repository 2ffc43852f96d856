// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "analyzer/model/deployment.hpp"
#include "analyzer/policy/cloud_check.hpp"
#include "analyzer/policy/finding.hpp"

namespace nsgcheck::policy {

/// Judges what the policies ask of a deployment (family NSG-CS), worst first, then by place. `now`: seconds since 1970,
/// empty: expirations are not judged. The findings are about no NSG. Pure.
[[nodiscard]] std::vector<Finding> audit_deployment(const model::Deployment& deployment,
                                                    std::span<const Policy> policies, std::optional<std::int64_t> now);

/// A fault of a deployment as a finding under a policy, as bad as the policy says. `policy` must outlive it.
[[nodiscard]] Finding finding_of(const Policy& policy, CloudFault fault, const model::Deployment& deployment);
/// Worst first, then by place.
void sort_findings(std::vector<Finding>& findings);

}  // namespace nsgcheck::policy
