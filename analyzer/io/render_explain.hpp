// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analyzer/io/flow_file.hpp"
#include "analyzer/io/render_fix.hpp"
#include "analyzer/io/report.hpp"
#include "analyzer/policy/flow_path.hpp"

namespace nsgcheck::io {

/// One NSG's answer to a flow.
struct StageReport {
  const model::Nsg* nsg{};  ///< whose rules the answer numbers; null: no rules decide
  policy::StageAnswer answer;
  const policy::PathStage* path{};  ///< with a deployment: where it stands
};

/// What would flip an NSG's verdict.
struct WhyNot {
  model::Access wanted{};
  FindingFix fix;  ///< of no finding: the ways only
};

/// A flow asked of one or more NSGs. `places` gives documents and files for lines and quotes, and assumptions.
struct ExplainReport {
  const AuditReport* places{};
  FlowRow flow;
  std::vector<StageReport> stages;
  /// With a deployment, instead of `stages`: all stages that the flow passes.
  const policy::PathAnswer* path{};
  const model::Deployment* deployment{};
  std::vector<WhyNot> why_not{};  ///< by stage, when it was asked for
};

/// The verdict of all NSGs together: theirs when they agree; empty when they differ (interface 4).
[[nodiscard]] std::optional<engine::Verdict> common_verdict(const ExplainReport& report);

/// Interface 4. `indent` -1: one line.
[[nodiscard]] std::string render_explain_json(const ExplainReport& report, int indent);
/// The ladder of rules: looked at, why not, which decided; with the deciding rule quoted from its file.
[[nodiscard]] std::string render_explain_text(const ExplainReport& report, const TextStyle& style);

}  // namespace nsgcheck::io
