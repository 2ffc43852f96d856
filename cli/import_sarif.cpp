// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <ostream>

#include "analyzer/io/claims.hpp"
#include "cli/commands.hpp"
#include "cli/inputs.hpp"
#include "cli/output.hpp"
#include "cli/policy_files.hpp"

namespace nsgcheck::cli {
namespace {

std::string render(const io::ClaimsReport& report, Format format, const io::TextStyle& style) {
  switch (format) {
    case Format::Json:
      return io::render_claims_json(report);
    case Format::Markdown:
      return io::render_claims_markdown(report);
    default:
      return io::render_claims_text(report, style);
  }
}

bool load_log(const std::string& path, Process& process, io::Documents& documents, io::ClaimsReport& report) {
  report.file = shown_path(path);
  const auto bytes = read_bytes(path, process.in);
  if (!bytes) {
    process.err << fmt::format("nsgcheck: {}: {}\n", io::printable(report.file), bytes.error());
    return false;
  }
  auto document = io::parse_json(report.file, *bytes, 0);
  if (!document) {
    process.err << "nsgcheck: " << located(document.error()) << '\n';
    return false;
  }
  documents.push_back(std::move(*document));
  auto log = io::read_sarif(documents.back());
  if (!log) {
    process.err << "nsgcheck: " << located(log.error()) << '\n';
    return false;
  }
  for (const io::Diagnostic& error : log->errors) process.err << "nsgcheck: " << located(error) << '\n';
  report.log = std::move(*log);
  return true;
}

void audit(LoadedInputs& loaded, const policy::AuditOptions& options, io::AuditReport& report) {
  report.documents = &loaded.documents;
  report.files = loaded.files;
  report.inputs = std::move(loaded.reports);
  std::erase_if(report.policies, policy::is_about_deployments);
  std::erase_if(report.policies, policy::is_about_networks);
  for (const model::Nsg& nsg : loaded.nsgs) {
    const auto index = static_cast<std::uint32_t>(report.nsgs.size());
    report.nsgs.push_back({nsg, policy::audit_nsg(nsg, index, loaded.context, report.policies, options), {}});
  }
  std::vector<std::string> codes;
  if (loaded.context.virtual_network_assumed) codes.emplace_back("virtual-network-default");
  if (options.forwarder_port_assumed) codes.emplace_back("forwarder-port-default");
  report.assumptions = policy::assumptions(codes, loaded.context, options);
}

}  // namespace

Exit run_import_sarif(const ImportSarifArguments& arguments, Process& process) {
  auto policies = policies_in_force(arguments.policies);
  if (!policies) {
    process.err << "nsgcheck: " << located(policies.error()) << '\n';
    return Exit::Usage;
  }
  io::ClaimsReport report;
  io::Documents log_documents;
  if (!load_log(arguments.sarif, process, log_documents, report)) return Exit::Usage;
  LoadedInputs loaded = load_inputs(arguments.inputs, process, arguments.common.quiet);
  say_errors(loaded, process);
  if (loaded.nsgs.empty()) {
    process.err << "nsgcheck: no network security group in any input\n";
    return Exit::Usage;
  }
  const policy::AuditOptions options{arguments.forwarder_port.value_or(20000), !arguments.forwarder_port, nullptr};
  report.audit.policies = std::move(*policies);
  audit(loaded, options, report.audit);
  report.incomplete = loaded.incomplete || !report.log.errors.empty();
  io::compare_claims(report, loaded.context, options.forwarder_port);
  const auto rendered = [&](Format format, const io::TextStyle& style) { return render(report, format, style); };
  if (!write_outputs(arguments.outputs, arguments.common, process, rendered)) return Exit::OutputFailed;
  if (report.incomplete) return Exit::Incomplete;
  return io::has_claims(report) ? Exit::Findings : Exit::Clean;
}

}  // namespace nsgcheck::cli
