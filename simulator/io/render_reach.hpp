// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "analyzer/io/report.hpp"
#include "simulator/path/reach.hpp"

namespace nsgcheck::io {

/// Whether remote desktop reaches each instance before anything is deployed.
struct ReachReport {
  const AuditReport* places{};  ///< documents and shown names, for lines and quotes
  std::string from;             ///< the clients asked for, as given
  std::vector<path::ReachAnswer> answers;
  std::vector<model::DeploymentFinding> findings;
  std::vector<std::string> assumptions;  ///< codes
};

/// {"schema": "nsgcheck.reach/1", "from", "instances": [{instance, verdict, reason, sources, nearestMiss, paths,
/// keptOut}], ...}.
[[nodiscard]] std::string render_reach_json(const ReachReport& report);
/// A line an instance, then for each that is not reached the ways to it, hop by hop.
[[nodiscard]] std::string render_reach_text(const ReachReport& report, const TextStyle& style);

}  // namespace nsgcheck::io
