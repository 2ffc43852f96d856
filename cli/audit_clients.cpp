// SPDX-License-Identifier: Apache-2.0
#include "cli/audit_clients.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <ostream>

#include "analyzer/policy/deployment_audit.hpp"
#include "cli/audit_networks.hpp"
#include "cli/inputs.hpp"
#include "cli/policy_files.hpp"
#include "cli/rdp_files.hpp"
#include "simulator/io/rdp_policies.hpp"

namespace nsgcheck::cli {
namespace {

void say(const io::InputReport& input, Process& process) {
  for (const io::Diagnostic& error : input.errors) process.err << "nsgcheck: " << located(error) << '\n';
}

// What stops every client on its way is found without the file, too.
bool is_of_file(policy::CloudCheck check) {
  return policy::is_about_clients(check) || check == policy::CloudCheck::RoleNameTooLong;
}

void add_findings(const io::RdpFileReport& file, std::uint32_t document, const model::Deployment& deployment,
                  io::AuditReport& report) {
  std::vector<policy::Finding>& findings = report.whole->audit.findings;
  for (const io::RdpFinding& found : file.answer.findings) {
    const auto check = io::check_of(found.code);
    if (!check || !is_of_file(*check)) continue;
    const policy::Policy* policy = io::policy_of(*check, report.policies);
    if (policy == nullptr) continue;
    const std::string fix = found.fix.empty() ? "" : fmt::format(" ({})", found.fix.substr(0, found.fix.size() - 1));
    findings.push_back(policy::finding_of(*policy,
                                          {{document, found.begin, found.end},
                                           found.message + fix,
                                           fmt::format("{} {}", found.code, file.answer.request.text)},
                                          deployment));
    // Never worse than the policy: one that replaces a built-in policy may say so.
    findings.back().severity = std::max(findings.back().severity, found.severity);
  }
}

}  // namespace

std::vector<std::string> take_rdp_files(std::vector<std::string>& files) {
  std::vector<std::string> out;
  std::copy_if(files.begin(), files.end(), std::back_inserter(out), is_rdp_name);
  std::erase_if(files, is_rdp_name);
  return out;
}

bool refuse_rdp_files(const std::vector<std::string>& files, io::AuditReport& report, Process& process) {
  for (const std::string& path : files) {
    io::InputReport input;
    input.file = shown_path(path);
    input.errors.push_back({input.file,
                            {},
                            "an .rdp file is held against the deployment that it leads to, and no input describes one; "
                            "give it with --deployment, or run \"nsgcheck rdp FILE --deployment DEPLOYMENT\""});
    say(input, process);
    report.inputs.push_back(std::move(input));
  }
  return files.empty();
}

bool audit_rdp_files(const std::vector<std::string>& files, std::optional<std::int64_t> now, DeploymentInputs& inputs,
                     io::AuditReport& report, Process& process) {
  if (files.empty()) return true;
  constexpr std::int64_t kNanoseconds = 1'000'000'000;
  std::vector<io::RdpFileReport> read;
  for (const std::string& path : files) read.push_back({read_rdp(path, process), {}});
  // Only these files stand in for frontends, so the deployment that the rest of the report shows stays as it is.
  model::Deployment deployment = inputs.deployment;
  io::RdpCheckOptions options;
  const auto clients = clients_of("", deployment, process);
  if (!clients) return false;
  options.from = *clients;
  if (now) options.time = *now * kNanoseconds;
  options.frontends_assumed = assume_frontends(deployment, read);
  const path::CompiledDeployment compiled{deployment};
  const io::RdpCheck check{compiled, options};
  bool whole = true;
  for (io::RdpFileReport& file : read) {
    file.answer = check.check(file.file);
    io::InputReport input;
    input.file = file.file.document.file;
    input.format = file.file.readable ? "rdp" : "";
    input.errors = file.file.errors;
    say(input, process);
    whole = whole && input.errors.empty();
    report.inputs.push_back(std::move(input));
    for (const std::string& code : file.answer.connection.assumptions)
      add_assumption(report, code, std::string{io::rdp_assumption_text(code)});
    add_findings(file, static_cast<std::uint32_t>(inputs.documents.size()), inputs.deployment, report);
    inputs.documents.push_back(std::move(file.file.document));
    report.files.push_back(inputs.documents.back().file);
  }
  policy::sort_findings(report.whole->audit.findings);
  return whole;
}

}  // namespace nsgcheck::cli
