// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "analyzer/io/report.hpp"
#include "analyzer/policy/flow_path.hpp"
#include "cli/arguments.hpp"
#include "cli/audit_networks.hpp"
#include "cli/deployment_inputs.hpp"
#include "cli/inputs.hpp"

namespace nsgcheck::cli {

/// What is judged, and with which settings.
struct Subject {
  LoadedInputs loaded;
  std::optional<DeploymentInputs> deployment;
  std::optional<std::int64_t> now;                 ///< seconds since 1970
  std::vector<model::NetworkContext> contexts;     ///< by NSG, or one for all
  std::unique_ptr<const policy::FlowPaths> paths;  ///< with a deployment; the report points into it
  InputNetworks networks;                          ///< without one; likewise
};

/// What the arguments say before anything is read: .rdp files by themselves.
struct Given {
  AuditArguments arguments;
  std::vector<std::string> rdp_files;
};

/// Rule sets by themselves, or with the deployment that the inputs describe. Where the files that tell of it come to
/// none, the rule sets are judged by themselves, and what is wrong with the files is an error of the inputs. False when
/// there is nothing to judge, said already.
[[nodiscard]] bool load_subject(Given& given, Process& process, Subject& subject, io::AuditReport& report);

}  // namespace nsgcheck::cli
