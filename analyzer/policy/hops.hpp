// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "analyzer/policy/finding.hpp"
#include "analyzer/policy/flow_path.hpp"

namespace nsgcheck::policy {

/// "web-nsg (subnet)", "admin rules (virtual network)", "platform, not filtered", "no NSG".
[[nodiscard]] std::string stage_name(const PathStage& stage);

/// The stages of a way as what a finding can keep without the deployment: each with its first deciding rule.
[[nodiscard]] std::vector<Finding::Hop> hops_of(const FlowWay& way, const model::Deployment& deployment);

}  // namespace nsgcheck::policy
