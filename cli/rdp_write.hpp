// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>

#include "analyzer/io/report.hpp"
#include "cli/arguments.hpp"
#include "cli/run.hpp"

namespace nsgcheck::cli {

/// `nsgcheck rdp --write`: the .rdp file of each instance.
[[nodiscard]] Exit write_rdp_files(const RdpArguments& arguments, Process& process);

/// What a run says, in a format.
using RdpRender = std::function<std::string(Format, const io::TextStyle&)>;
/// Writes it to the files of -o and to standard output; false when that failed, said on `process.err`.
[[nodiscard]] bool write_rdp_outputs(const RdpArguments& arguments, Process& process, const RdpRender& render);

}  // namespace nsgcheck::cli
