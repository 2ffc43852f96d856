// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analyzer/policy/finding.hpp"
#include "analyzer/policy/flow_path.hpp"

namespace nsgcheck::policy {

/// "web-nsg (subnet)", "admin rules (virtual network)", "platform, not filtered", "no NSG".
[[nodiscard]] std::string stage_name(const PathStage& stage);

/// The stages of a way as what a finding can keep without the deployment: each with its first deciding rule.
[[nodiscard]] std::vector<Finding::Hop> hops_of(const FlowWay& way, const model::Deployment& deployment);

/// The priority of a rule for outputs; empty when it is not known, or the rule stands for what nobody wrote.
[[nodiscard]] std::optional<std::int64_t> shown_priority(const model::SecurityRule& rule);

}  // namespace nsgcheck::policy
