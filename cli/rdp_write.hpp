// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/arguments.hpp"
#include "cli/run.hpp"

namespace nsgcheck::cli {

/// `nsgcheck rdp --write`: the .rdp file of each instance.
[[nodiscard]] Exit write_rdp_files(const RdpArguments& arguments, Process& process);

}  // namespace nsgcheck::cli
