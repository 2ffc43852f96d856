// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "analyzer/io/report.hpp"
#include "cli/run.hpp"

namespace nsgcheck::cli {

/// What directories among the inputs hold of a Cloud Service.
struct ServiceFiles {
  std::vector<std::string> cloud;      ///< .csdef, .cscfg and other XML of one service, to be read together
  std::vector<std::string> rdp;        ///< .rdp files
  std::vector<io::InputReport> aside;  ///< those that are not read, with the reason
  std::vector<std::string> all;        ///< of all three, as the walk gives them
};

/// Looks for them by name, and into XML for its form. Of the definition, the configuration, the topology and Get
/// Deployment there may be one each: where there are more nobody knows which belong together, and none is taken. A
/// *.Local.cscfg, made for the emulator on a developer's machine, gives way to any other configuration.
[[nodiscard]] ServiceFiles find_service_files(const std::vector<std::string>& inputs, Process& process);

/// The files as left aside, for a reason.
[[nodiscard]] std::vector<io::InputReport> left_aside(const std::vector<std::string>& files, const std::string& why);

}  // namespace nsgcheck::cli
