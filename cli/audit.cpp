// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <ostream>
#include <thread>

#include "analyzer/io/report.hpp"
#include "analyzer/policy/audit.hpp"
#include "cli/commands.hpp"
#include "cli/inputs.hpp"
#include "cli/output.hpp"
#include "cli/policy_files.hpp"

namespace nsgcheck::cli {
namespace {

std::string render(const io::AuditReport& report, Format format, const io::TextStyle& style) {
  switch (format) {
    case Format::Text:
      return io::render_text(report, style);
    case Format::Json:
      return io::render_json(report);
    case Format::Jsonl:
      return io::render_jsonl(report);
    case Format::Sarif:
      return io::render_sarif(report);
    case Format::Junit:
      return io::render_junit(report);
    case Format::Markdown:
      return io::render_markdown(report);
    case Format::Github:
      return io::render_github(report);
    case Format::AzureDevops:
      return io::render_azuredevops(report);
    case Format::Csv:
      return io::render_csv(report);
    case Format::Pcapng:
      break;  // of replay
  }
  return {};
}

// Each NSG is judged by itself; the order of the results is that of the inputs whatever the threads do.
void audit_all(io::AuditReport& report, const model::NetworkContext& context, const policy::AuditOptions& options,
               unsigned jobs) {
  std::atomic<std::size_t> next{0};
  std::mutex failing;
  std::exception_ptr failure;
  const auto work = [&] {
    try {
      for (std::size_t i = next++; i < report.nsgs.size(); i = next++)
        report.nsgs[i].audit =
            policy::audit_nsg(report.nsgs[i].nsg, static_cast<std::uint32_t>(i), context, report.policies, options);
    } catch (...) {
      // A thread of its own has nobody above it to tell; the first failure is everybody's.
      const std::scoped_lock lock{failing};
      if (!failure) failure = std::current_exception();
    }
  };
  const std::size_t threads = std::min<std::size_t>(threads_for(jobs), report.nsgs.size());
  {
    std::vector<std::jthread> others;
    for (std::size_t i = 1; i < threads; ++i) others.emplace_back(work);
    work();
  }
  if (failure) std::rethrow_exception(failure);
}

void collect_assumptions(io::AuditReport& report, const model::NetworkContext& context,
                         const policy::AuditOptions& options) {
  std::vector<std::string> codes;
  if (!report.nsgs.empty() && context.virtual_network_assumed) codes.emplace_back("virtual-network-default");
  if (!report.nsgs.empty() && options.forwarder_port_assumed) codes.emplace_back("forwarder-port-default");
  report.assumptions = policy::assumptions(codes, context, options);
}

bool fails(const io::AuditReport& report, const std::optional<policy::Severity>& fail_on) {
  if (!fail_on) return false;
  for (const io::NsgReport& nsg : report.nsgs)
    for (const policy::Finding& finding : nsg.audit.findings)
      if (finding.status != policy::Status::Suppressed && finding.severity <= *fail_on) return true;
  return false;
}

}  // namespace

Exit run_audit(const AuditArguments& arguments, Process& process) {
  auto policies = policies_in_force(arguments.policies);
  if (!policies) {
    process.err << "nsgcheck: " << located(policies.error()) << '\n';
    return Exit::Usage;
  }
  LoadedInputs loaded = load_inputs(arguments.inputs, process, arguments.common.quiet);
  say_errors(loaded, process);

  io::AuditReport report;
  report.documents = &loaded.documents;
  report.files = loaded.files;
  report.inputs = std::move(loaded.reports);
  report.policies = std::move(*policies);
  for (model::Nsg& nsg : loaded.nsgs) report.nsgs.push_back({std::move(nsg), {}});
  const policy::AuditOptions options{arguments.forwarder_port.value_or(20000), !arguments.forwarder_port};
  audit_all(report, loaded.context, options, arguments.jobs);
  collect_assumptions(report, loaded.context, options);

  const auto rendered = [&](Format format, const io::TextStyle& style) { return render(report, format, style); };
  if (!write_outputs(arguments.outputs, arguments.common, process, rendered)) return Exit::OutputFailed;
  if (!loaded.any_known) {
    process.err << "nsgcheck: no network security group in any input\n";
    return Exit::Usage;
  }
  if (loaded.incomplete) return Exit::Incomplete;
  return fails(report, arguments.fail_on) ? Exit::Findings : Exit::Clean;
}

}  // namespace nsgcheck::cli
