// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analyzer/io/report.hpp"
#include "cli/deployment_inputs.hpp"

namespace nsgcheck::cli {

/// Takes the .rdp files out of a list of inputs, known by their names.
[[nodiscard]] std::vector<std::string> take_rdp_files(std::vector<std::string>& files);

/// Notes for each .rdp file that there is no deployment to hold it against, and which command takes one. False when
/// there are any.
[[nodiscard]] bool refuse_rdp_files(const std::vector<std::string>& files, io::AuditReport& report, Process& process);

/// Holds .rdp files against the deployment, as `nsgcheck rdp` does for clients of the Internet: what policies are about
/// becomes findings of `report.whole`, which must be there. `now`: seconds since 1970, empty: the expiration is not
/// judged. False when a part of a file could not be read, said on `process.err`.
[[nodiscard]] bool audit_rdp_files(const std::vector<std::string>& files, std::optional<std::int64_t> now,
                                   DeploymentInputs& inputs, io::AuditReport& report, Process& process);

}  // namespace nsgcheck::cli
