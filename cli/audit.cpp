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
#include "analyzer/policy/deployment_audit.hpp"
#include "cli/commands.hpp"
#include "cli/deployment_files.hpp"
#include "cli/deployment_inputs.hpp"
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
                         const policy::AuditOptions& options, const std::vector<std::string>& of_deployment) {
  std::vector<std::string> codes;
  if (!report.nsgs.empty() && context.virtual_network_assumed) codes.emplace_back("virtual-network-default");
  if (!report.nsgs.empty() && options.forwarder_port_assumed) codes.emplace_back("forwarder-port-default");
  report.assumptions = policy::assumptions(codes, context, options);
  for (const std::string& code : of_deployment)
    if (std::find(codes.begin(), codes.end(), code) == codes.end())
      report.assumptions.push_back({code, std::string{model::assumption_text(code)}});
}

bool fails(const policy::NsgAudit& audit, policy::Severity fail_on) {
  return std::any_of(audit.findings.begin(), audit.findings.end(), [&](const policy::Finding& finding) {
    return finding.status != policy::Status::Suppressed && finding.severity <= fail_on;
  });
}

bool fails(const io::AuditReport& report, const std::optional<policy::Severity>& fail_on) {
  if (!fail_on) return false;
  for (const io::NsgReport& nsg : report.nsgs)
    if (fails(nsg.audit, *fail_on)) return true;
  return report.deployment && fails(report.deployment->whole.audit, *fail_on);
}

/// What is judged, and with which settings.
struct Subject {
  io::Documents documents;
  model::NetworkContext context;
  policy::AuditOptions options;
  std::optional<DeploymentInputs> deployment;
  std::optional<std::int64_t> now;  ///< seconds since 1970
  bool any_known{};
  bool incomplete{};
};

// Rule sets by themselves.
void load_rule_sets(const AuditArguments& arguments, Process& process, io::AuditReport& report, Subject& subject) {
  LoadedInputs loaded = load_inputs(arguments.inputs, process, arguments.common.quiet);
  say_errors(loaded, process);
  subject.documents = std::move(loaded.documents);
  subject.context = std::move(loaded.context);
  subject.options = {arguments.forwarder_port.value_or(20000), !arguments.forwarder_port};
  subject.any_known = loaded.any_known;
  subject.incomplete = loaded.incomplete;
  report.documents = &subject.documents;
  report.files = loaded.files;
  report.inputs = std::move(loaded.reports);
  for (model::Nsg& nsg : loaded.nsgs) report.nsgs.push_back({std::move(nsg), {}});
  // Without a deployment there is nothing that they could hold for.
  std::erase_if(report.policies, policy::is_about_deployments);
}

// Rule sets with the deployment that they stand before. False when there is nothing to judge, said already.
bool load_whole(const AuditArguments& arguments, Process& process, io::AuditReport& report, Subject& subject) {
  DeploymentArguments wanted;
  wanted.files = arguments.deployment;
  auto& files = arguments.deployment.empty() ? wanted.files : wanted.rule_sets;
  files = arguments.inputs.files;
  wanted.parameters = arguments.inputs.parameters;
  wanted.service_tags = arguments.inputs.service_tags;
  wanted.forwarder_port = arguments.forwarder_port;
  DeploymentInputs& inputs = subject.deployment.emplace();
  std::optional<std::int64_t> time;
  if (!load_deployment(wanted, process, inputs) || !read_now(arguments.now, inputs.deployment, time, process))
    return false;
  constexpr std::int64_t kNanoseconds = 1'000'000'000;
  if (time) subject.now = *time / kNanoseconds;
  const model::Deployment& deployment = inputs.deployment;
  const auto& codes = deployment.assumptions;
  subject.context = deployment.network;
  subject.options = {deployment.forwarder_port,
                     std::find(codes.begin(), codes.end(), "forwarder-port-default") != codes.end()};
  subject.any_known = true;
  report.documents = &inputs.documents;
  report.files = inputs.places.files;
  report.inputs = std::move(inputs.places.inputs);
  for (const model::Nsg& nsg : deployment.nsgs) report.nsgs.push_back({nsg, {}});
  return true;
}

void audit_whole(const Subject& subject, io::AuditReport& report) {
  if (!subject.deployment) return;
  const model::Deployment& deployment = subject.deployment->deployment;
  io::NsgReport& whole = report.deployment.emplace().whole;
  whole.nsg.name = deployment.name;
  if (!deployment.roles.empty()) whole.nsg.span = deployment.roles.front().span;
  whole.audit.findings = policy::audit_deployment(deployment, report.policies, subject.now);
}

}  // namespace

Exit run_audit(const AuditArguments& arguments, Process& process) {
  auto policies = policies_in_force(arguments.policies);
  if (!policies) {
    process.err << "nsgcheck: " << located(policies.error()) << '\n';
    return Exit::Usage;
  }
  io::AuditReport report;
  report.policies = std::move(*policies);
  Subject subject;
  if (arguments.deployment.empty() && !tell_of_deployment(arguments.inputs.files, process))
    load_rule_sets(arguments, process, report, subject);
  else if (!load_whole(arguments, process, report, subject))
    return Exit::Usage;
  audit_all(report, subject.context, subject.options, arguments.jobs);
  audit_whole(subject, report);
  collect_assumptions(report, subject.context, subject.options,
                      subject.deployment ? subject.deployment->deployment.assumptions : std::vector<std::string>{});

  const auto rendered = [&](Format format, const io::TextStyle& style) { return render(report, format, style); };
  if (!write_outputs(arguments.outputs, arguments.common, process, rendered)) return Exit::OutputFailed;
  if (!subject.any_known) {
    process.err << "nsgcheck: no network security group in any input\n";
    return Exit::Usage;
  }
  if (subject.incomplete) return Exit::Incomplete;
  return fails(report, arguments.fail_on) ? Exit::Findings : Exit::Clean;
}

}  // namespace nsgcheck::cli
