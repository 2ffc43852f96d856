// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "analyzer/io/json_parts.hpp"
#include "analyzer/io/render_explain.hpp"

namespace nsgcheck::io {

/// Interface 4 with a deployment: `stages` are all that the flow passes, `verdict` is of all together; for a set that
/// is split by place also `ways`. REQUIRES: `report` has a path.
[[nodiscard]] std::string render_path_json(const ExplainReport& report, int indent);
/// A ladder for each stage, then whether the traffic arrives and what stops it.
[[nodiscard]] std::string render_path_text(const ExplainReport& report, const TextStyle& style);

/// {subnet, instances} of an end of a way; both null outside of the deployment.
[[nodiscard]] Json place_json(const policy::WayEnd& end, const model::Deployment& deployment);
/// {nsg, appliedTo, direction, subnet, instances} of a stage.
[[nodiscard]] Json path_stage_head(const policy::PathStage& stage, const model::Deployment& deployment);

/// What keeps flows of a way from arriving: "web-nsg (subnet): DenyRdp (200)" for each stage that denies some.
[[nodiscard]] std::vector<std::string> obstacles(const policy::FlowWay& way);

}  // namespace nsgcheck::io
