// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "analyzer/io/json_parts.hpp"
#include "simulator/io/replay_report.hpp"

namespace nsgcheck::io {

/// The list `hops` of interface 7.
[[nodiscard]] Json hops_json(const AuditReport& places, const std::vector<HopRow>& hops);
/// [{"code", "message"}]
[[nodiscard]] Json findings_json(const std::vector<model::DeploymentFinding>& findings);
[[nodiscard]] Json assumptions_json(const std::vector<policy::Assumption>& assumptions);

/// Text of a value that stands `depth` levels deep in an indented document; no line feed at its end.
[[nodiscard]] std::string indented(const Json& json, std::size_t depth);

}  // namespace nsgcheck::io
