// SPDX-License-Identifier: Apache-2.0
#include "cli/rdp_write.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <ostream>
#include <vector>

#include "cli/deployment_inputs.hpp"
#include "cli/inputs.hpp"
#include "cli/output.hpp"
#include "simulator/io/rdp_report.hpp"

namespace nsgcheck::cli {
namespace {

namespace fs = std::filesystem;

bool is_there(const std::string& path) {
  std::error_code error;
  return fs::exists(fs::symlink_status(path, error));
}

std::string path_in(const std::string& directory, const std::string& name) {
  return (fs::path{directory} / name).string();
}

// What clients shall connect to is given, or the deployment says it.
bool has_server(const RdpArguments& arguments, const model::Deployment& deployment, Process& process) {
  if (arguments.server.empty()) {
    if (!deployment.balancer.frontends.empty()) return true;
    process.err << "nsgcheck: the deployment names no frontend; say with --server what clients connect to\n";
    return false;
  }
  const auto server = io::parse_rdp_server(arguments.server);
  if (server && !server->port && server->host == arguments.server) return true;
  process.err << fmt::format("nsgcheck: --server \"{}\" is no host name or address\n", io::printable(arguments.server));
  return false;
}

// All or nothing: a folder with files of two deployments would be worse than none.
bool none_is_there(const RdpArguments& arguments, const io::RdpFilesToWrite& todo, Process& process) {
  if (arguments.force) return true;
  bool none = true;
  for (const io::RdpFileToWrite& file : todo.files) {
    const std::string path = path_in(arguments.write, file.name);
    if (!is_there(path)) continue;
    process.err << fmt::format("nsgcheck: {} is there already; --force replaces it\n", io::printable(shown_path(path)));
    none = false;
  }
  return none;
}

bool write_all(const RdpArguments& arguments, const io::RdpFilesToWrite& todo, std::vector<io::WrittenRdpFile>& written,
               Process& process) {
  std::error_code error;
  fs::create_directories(arguments.write, error);
  if (error) {
    process.err << fmt::format("nsgcheck: cannot make the directory {}: {}\n", io::printable(arguments.write),
                               error.message());
    return false;
  }
  for (const io::RdpFileToWrite& file : todo.files) {
    const std::string path = path_in(arguments.write, file.name);
    const bool replaced = is_there(path);
    const std::string failure = write_file(path, file.bytes, arguments.force ? IfThere::Replace : IfThere::Fail);
    if (!failure.empty()) {
      say_not_written(process, shown_path(path), failure);
      return false;
    }
    written.push_back({shown_path(path), file.role->name, file.instance->name, replaced, file.note});
  }
  return true;
}

}  // namespace

Exit write_rdp_files(const RdpArguments& arguments, Process& process) {
  DeploymentInputs inputs;
  if (!load_deployment(arguments.deployment, process, inputs)) return Exit::Usage;
  std::optional<std::int64_t> time;
  if (!has_server(arguments, inputs.deployment, process)) return Exit::Usage;
  if (!read_now(arguments.now, inputs.deployment, time, process)) return Exit::Usage;
  const io::RdpFilesToWrite todo = io::rdp_files_of(inputs.deployment, arguments.server, time);
  if (!none_is_there(arguments, todo, process)) return Exit::OutputFailed;
  std::vector<io::WrittenRdpFile> written;
  const bool all = write_all(arguments, todo, written, process);
  const bool said =
      write_outputs(arguments.outputs, arguments.common, process, [&](Format format, const io::TextStyle& style) {
        return format == Format::Json ? io::render_rdp_written_json(inputs.deployment.name, written, todo.left_out)
                                      : io::render_rdp_written_text(written, todo.left_out, style);
      });
  if (!all || !said) return Exit::OutputFailed;
  // Azure gives no file for a role without remote desktop, either: that is as it should be.
  const bool only_disabled = std::all_of(todo.left_out.begin(), todo.left_out.end(), [](const io::RdpLeftOut& one) {
    return one.reason == "remote-access-disabled";
  });
  const bool certain =
      std::none_of(todo.files.begin(), todo.files.end(), [](const io::RdpFileToWrite& file) { return file.doubtful; });
  const bool all_roles = !inputs.deployment.roles_doubt;
  return answered(inputs, only_disabled && certain && all_roles && !written.empty() ? Exit::Clean : Exit::Findings);
}

}  // namespace nsgcheck::cli
