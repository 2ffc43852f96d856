// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <istream>
#include <ostream>

#include "analyzer/net/text.hpp"
#include "cli/commands.hpp"
#include "cli/deployment_inputs.hpp"
#include "cli/inputs.hpp"
#include "cli/output.hpp"
#include "cli/policy_files.hpp"
#include "cli/rdp_write.hpp"
#include "simulator/io/rdp_report.hpp"

namespace nsgcheck::cli {
namespace {

namespace fs = std::filesystem;

// One byte more than an .rdp file may have, so that the reader sees that there are too many.
std::string front_of(std::istream& in) {
  std::string bytes(io::kLargestRdpFile + 1, '\0');
  in.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  bytes.resize(static_cast<std::size_t>(in.gcount()));
  return bytes;
}

io::RdpFile unreadable(const std::string& shown, std::string why) {
  io::RdpFile file;
  file.document.file = shown;
  file.document.line_starts = {0};
  file.errors.push_back({shown, {}, std::move(why)});
  return file;
}

io::RdpFile read_file(const std::string& path, Process& process) {
  const std::string shown = shown_path(path);
  if (path == "-") return io::read_rdp_file(shown, front_of(process.in));
  errno = 0;
  std::ifstream in{path, std::ios::binary};
  if (!in) return unreadable(shown, errno != 0 ? std::strerror(errno) : "cannot be opened");
  return io::read_rdp_file(shown, front_of(in));
}

/// What a directory holds.
struct DirectoryContent {
  std::vector<std::string> files;  ///< .rdp files, sorted
  std::size_t others{};            ///< files of other names
  std::string failure;             ///< why it could not be read to its end, or ""
};

DirectoryContent content_of(const std::string& directory) {
  DirectoryContent out;
  std::error_code error;
  fs::recursive_directory_iterator it{directory, error};
  for (; !error && it != fs::recursive_directory_iterator{}; it.increment(error)) {
    std::error_code ignored;
    if (!it->is_regular_file(ignored)) continue;
    if (net::same_word(it->path().extension().string(), ".rdp"))
      out.files.push_back(it->path().string());
    else
      ++out.others;
  }
  if (error) out.failure = error.message();
  std::sort(out.files.begin(), out.files.end());
  return out;
}

void read_directory(const std::string& path, bool quiet, std::vector<io::RdpFileReport>& out, Process& process) {
  const DirectoryContent content = content_of(path);
  const std::string shown = shown_path(path);
  for (const std::string& file : content.files) out.push_back({read_file(file, process), {}});
  if (!content.failure.empty())
    out.push_back({unreadable(shown, content.failure), {}});
  else if (content.files.empty())
    out.push_back({unreadable(shown, "the directory holds no .rdp file"), {}});
  if (content.others > 0 && !quiet)
    process.err << fmt::format("nsgcheck: {}: not read, since only .rdp files are: {}\n", io::printable(shown),
                               content.others == 1 ? "1 file" : fmt::format("{} files", content.others));
}

std::vector<io::RdpFileReport> read_files(const RdpArguments& arguments, Process& process) {
  std::vector<io::RdpFileReport> out;
  for (const std::string& path : arguments.files) {
    std::error_code error;
    if (path != "-" && fs::is_directory(path, error))
      read_directory(path, arguments.common.quiet, out, process);
    else
      out.push_back({read_file(path, process), {}});
  }
  return out;
}

// Without a frontend nothing could be said of any file, so those that the files name stand in for it.
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

void add_assumptions(io::RdpReport& report, const model::Deployment& deployment) {
  std::vector<std::string> codes = deployment.assumptions;
  for (const auto& [file, answer] : report.files)
    for (const std::string& code : answer.connection.assumptions)
      if (std::find(codes.begin(), codes.end(), code) == codes.end()) codes.push_back(code);
  for (const std::string& code : codes)
    report.assumptions.push_back({code, std::string{io::rdp_assumption_text(code)}});
}

bool passes(const io::RdpFileReport& report, std::optional<policy::Severity> fail_on) {
  const auto counts = [&](const io::RdpFinding& finding) { return fail_on && finding.severity <= *fail_on; };
  const auto& findings = report.answer.findings;
  return report.answer.verdict == "reached" && std::none_of(findings.begin(), findings.end(), counts);
}

Exit exit_of(const io::RdpReport& report, const RdpArguments& arguments) {
  const auto& files = report.files;
  const auto readable = [](const io::RdpFileReport& one) { return one.file.readable; };
  const auto whole = [](const io::RdpFileReport& one) { return one.file.errors.empty(); };
  if (std::none_of(files.begin(), files.end(), readable)) return Exit::Usage;
  if (!std::all_of(files.begin(), files.end(), whole)) return Exit::Incomplete;
  const bool all = std::all_of(files.begin(), files.end(),
                               [&](const io::RdpFileReport& one) { return passes(one, arguments.fail_on); });
  return all ? Exit::Clean : Exit::Findings;
}

Exit check_files(const RdpArguments& arguments, Process& process) {
  DeploymentInputs inputs;
  if (!load_deployment(arguments.deployment, process, inputs)) return Exit::Usage;
  io::RdpCheckOptions options;
  const auto from = clients_of(arguments.from, inputs.deployment, process);
  if (!from || !read_now(arguments.now, inputs.deployment, options.time, process)) return Exit::Usage;
  options.from = *from;
  options.walk = walk_options(arguments.deployment);

  io::RdpReport report;
  report.places = &inputs.places;
  report.deployment = inputs.deployment.name;
  report.from = arguments.from.empty() ? "Internet" : arguments.from;
  report.files = read_files(arguments, process);
  options.frontends_assumed = assume_frontends(inputs.deployment, report.files);
  const path::CompiledDeployment compiled{inputs.deployment};
  const io::RdpCheck check{compiled, options};
  for (io::RdpFileReport& file : report.files) {
    file.answer = check.check(file.file);
    for (const io::Diagnostic& error : file.file.errors) process.err << "nsgcheck: " << located(error) << '\n';
  }
  add_assumptions(report, inputs.deployment);
  const bool written =
      write_outputs(arguments.outputs, arguments.common, process, [&](Format format, const io::TextStyle& style) {
        return format == Format::Json ? io::render_rdp_json(report) : io::render_rdp_text(report, style);
      });
  return written ? exit_of(report, arguments) : Exit::OutputFailed;
}

}  // namespace

Exit run_rdp(const RdpArguments& arguments, Process& process) {
  return arguments.write.empty() ? check_files(arguments, process) : write_rdp_files(arguments, process);
}

}  // namespace nsgcheck::cli
