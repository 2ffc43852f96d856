// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "analyzer/io/report.hpp"
#include "analyzer/model/deployment.hpp"
#include "cli/arguments.hpp"
#include "cli/run.hpp"
#include "simulator/path/walk.hpp"

namespace nsgcheck::cli {

/// A deployment and what outputs need to point into its files.
struct DeploymentInputs {
  io::Documents documents;
  io::AuditReport places;
  model::Deployment deployment;
};

/// Reads the deployment file and the files that it names; what options say wins. False when there is nothing to walk,
/// said on `process.err`.
[[nodiscard]] bool load_deployment(const DeploymentArguments& arguments, Process& process, DeploymentInputs& inputs);

[[nodiscard]] path::WalkOptions walk_options(const DeploymentArguments& arguments);

}  // namespace nsgcheck::cli
