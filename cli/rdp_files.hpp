// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "analyzer/model/deployment.hpp"
#include "cli/run.hpp"
#include "simulator/io/rdp_report.hpp"

namespace nsgcheck::cli {

/// True for a name that ends in .rdp, in any case.
[[nodiscard]] bool is_rdp_name(const std::string& path);

/// Reads an .rdp file, "-" for standard input. Never fails: that it cannot be read is an error of the file.
[[nodiscard]] io::RdpFile read_rdp(const std::string& path, Process& process);

/// A file of which nothing could be read, and why.
[[nodiscard]] io::RdpFile unreadable_rdp(const std::string& shown, std::string why);

/// Without a frontend nothing could be said of any file, so those that the files name stand in for it. True when the
/// deployment has none of its own.
bool assume_frontends(model::Deployment& deployment, const std::vector<io::RdpFileReport>& files);

}  // namespace nsgcheck::cli
