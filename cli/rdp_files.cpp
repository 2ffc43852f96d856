// SPDX-License-Identifier: Apache-2.0
#include "cli/rdp_files.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <istream>

#include "cli/directory_walk.hpp"
#include "cli/inputs.hpp"

namespace nsgcheck::cli {
namespace {

// One byte more than an .rdp file may have, so that the reader sees that there are too many.
std::string front_of(std::istream& in) {
  std::string bytes(io::kLargestRdpFile + 1, '\0');
  in.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  bytes.resize(static_cast<std::size_t>(in.gcount()));
  return bytes;
}

}  // namespace

io::RdpFile unreadable_rdp(const std::string& shown, std::string why) {
  io::RdpFile file;
  file.document.file = shown;
  file.document.line_starts = {0};
  file.errors.push_back({shown, {}, std::move(why)});
  return file;
}

io::RdpFile read_rdp(const std::string& path, Process& process) {
  const std::string shown = shown_path(path);
  if (path == "-") return io::read_rdp_file(shown, front_of(process.in));
  errno = 0;
  std::ifstream in{path, std::ios::binary};
  if (!in) return unreadable_rdp(shown, errno != 0 ? std::strerror(errno) : "cannot be opened");
  return io::read_rdp_file(shown, front_of(in));
}

bool is_rdp_name(const std::string& path) { return ends_in(path, ".rdp"); }

bool assume_frontends(model::Deployment& deployment, const std::vector<io::RdpFileReport>& files) {
  if (!deployment.balancer.frontends.empty()) return false;
  for (const io::RdpFileReport& report : files) {
    const io::RdpSettings settings{report.file};
    const auto server = io::parse_rdp_server(settings.text("full address"));
    if (!server || !server->address) continue;
    const auto is_own = [&](const model::Instance& instance) {
      return instance.address(net::family_of(*server->address)) == *server->address;
    };
    const bool instance = std::any_of(deployment.roles.begin(), deployment.roles.end(), [&](const model::Role& role) {
      return std::any_of(role.instances.begin(), role.instances.end(), is_own);
    });
    if (!instance) deployment.balancer.frontends.push_back(*server->address);
  }
  return true;
}

}  // namespace nsgcheck::cli
