// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <ostream>

#include "cli/commands.hpp"
#include "cli/deployment_inputs.hpp"
#include "cli/directory_walk.hpp"
#include "cli/inputs.hpp"
#include "cli/output.hpp"
#include "cli/policy_files.hpp"
#include "cli/rdp_files.hpp"
#include "cli/rdp_write.hpp"
#include "simulator/io/rdp_policies.hpp"

namespace nsgcheck::cli {
namespace {

namespace fs = std::filesystem;

void read_directory(const std::string& path, bool quiet, std::vector<io::RdpFileReport>& out, Process& process) {
  const DirectoryContent content = walk_directory(path);
  const std::string shown = shown_path(path);
  const auto before = out.size();
  for (const std::string& file : content.files)
    if (is_rdp_name(file)) out.push_back({read_rdp(file, process), {}});
  const std::size_t others = content.files.size() - (out.size() - before);
  for (const io::Diagnostic& failure : content.failures)
    out.push_back({unreadable_rdp(failure.file, failure.message), {}});
  if (out.size() == before) out.push_back({unreadable_rdp(shown, "the directory holds no .rdp file"), {}});
  if (others > 0 && !quiet)
    process.err << fmt::format("nsgcheck: {}: not read, since only .rdp files are: {}\n", io::printable(shown),
                               others == 1 ? "1 file" : fmt::format("{} files", others));
  for (const std::string& passed : content.passed)
    if (!quiet)
      process.err << fmt::format("nsgcheck: {}: hidden, or a linked directory; passed over\n", io::printable(passed));
}

std::vector<io::RdpFileReport> read_files(const RdpArguments& arguments, Process& process) {
  std::vector<io::RdpFileReport> out;
  for (const std::string& path : arguments.files) {
    std::error_code error;
    if (path != "-" && fs::is_directory(path, error))
      read_directory(path, arguments.common.quiet, out, process);
    else
      out.push_back({read_rdp(path, process), {}});
  }
  return out;
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
  const auto policies = policies_in_force({});
  if (!policies) {
    process.err << "nsgcheck: " << located(policies.error()) << '\n';
    return Exit::Usage;
  }
  DeploymentInputs inputs;
  if (!load_deployment(arguments.deployment, process, inputs)) return Exit::Usage;
  model::doubt_conditional_nsgs(inputs.deployment);
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
    name_policies(file.answer.findings, *policies);
    for (const io::Diagnostic& error : file.file.errors) process.err << "nsgcheck: " << located(error) << '\n';
  }
  add_assumptions(report, inputs.deployment);
  const bool written =
      write_outputs(arguments.outputs, arguments.common, process, [&](Format format, const io::TextStyle& style) {
        return format == Format::Json ? io::render_rdp_json(report) : io::render_rdp_text(report, style);
      });
  return written ? answered(inputs, exit_of(report, arguments)) : Exit::OutputFailed;
}

}  // namespace

Exit run_rdp(const RdpArguments& arguments, Process& process) {
  return arguments.write.empty() ? check_files(arguments, process) : write_rdp_files(arguments, process);
}

}  // namespace nsgcheck::cli
