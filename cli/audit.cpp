// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <memory>
#include <mutex>
#include <ostream>
#include <thread>

#include "analyzer/io/report.hpp"
#include "analyzer/policy/arrivals.hpp"
#include "analyzer/policy/audit.hpp"
#include "cli/audit_networks.hpp"
#include "cli/commands.hpp"
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
    case Format::Azure:
      break;  // of replay and effective
  }
  return {};
}

// Each NSG is judged by itself, in a network of its own or in the last of `contexts`; the order of the results is that
// of the inputs whatever the threads do.
void audit_all(io::AuditReport& report, const std::vector<model::NetworkContext>& contexts,
               const policy::AuditOptions& options, unsigned jobs) {
  std::atomic<std::size_t> next{0};
  std::mutex failing;
  std::exception_ptr failure;
  const auto work = [&] {
    try {
      for (std::size_t i = next++; i < report.nsgs.size(); i = next++)
        report.nsgs[i].audit = policy::audit_nsg(report.nsgs[i].nsg, static_cast<std::uint32_t>(i),
                                                 contexts[std::min(i, contexts.size() - 1)], report.policies, options);
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

namespace {

/// What there is to audit. Without a deployment one network is that of every NSG.
struct Subject {
  LoadedInputs loaded;
  DeploymentInputs deployment;
  std::vector<model::NetworkContext> contexts;     ///< by NSG, or one for all
  std::unique_ptr<const policy::FlowPaths> paths;  ///< with a deployment; the report points into it
  InputNetworks networks;                          ///< without one; likewise
  bool incomplete{};
};

Exit load_rule_sets(const AuditArguments& arguments, Process& process, Subject& subject, io::AuditReport& report) {
  LoadedInputs& loaded = subject.loaded;
  loaded = load_inputs(arguments.inputs, process, arguments.common.quiet);
  say_errors(loaded, process);
  report.documents = &loaded.documents;
  report.files = loaded.files;
  report.inputs = std::move(loaded.reports);
  for (model::Nsg& nsg : loaded.nsgs) report.nsgs.push_back({std::move(nsg), {}, {}});
  subject.contexts = {std::move(loaded.context)};
  subject.incomplete = loaded.incomplete;
  return Exit::Clean;
}

Exit load_deployed(const AuditArguments& arguments, Process& process, Subject& subject, io::AuditReport& report) {
  DeploymentArguments files;
  files.files = arguments.deployment;
  files.rule_sets = arguments.inputs.files;
  files.parameters = arguments.inputs.parameters;
  files.service_tags = arguments.inputs.service_tags;
  files.forwarder_port = arguments.forwarder_port;
  if (!load_deployment(files, process, subject.deployment)) return Exit::Usage;
  const model::Deployment& deployment = subject.deployment.deployment;
  report.documents = &subject.deployment.documents;
  report.files = subject.deployment.places.files;
  report.inputs = std::move(subject.deployment.places.inputs);
  report.deployment = &deployment;
  for (std::size_t i = 0; i < deployment.nsgs.size(); ++i) {
    report.nsgs.push_back({deployment.nsgs[i], {}, policy::attachments(deployment, i)});
    subject.contexts.push_back(policy::context_of(deployment, i));
  }
  if (subject.contexts.empty()) subject.contexts.push_back(deployment.network);
  return Exit::Clean;
}

policy::AuditOptions options_of(const AuditArguments& arguments, const io::AuditReport& report) {
  policy::AuditOptions options{arguments.forwarder_port.value_or(20000), !arguments.forwarder_port, nullptr};
  if (report.deployment == nullptr) return options;
  const auto& assumed = report.deployment->assumptions;
  options.forwarder_port = report.deployment->forwarder_port;
  options.forwarder_port_assumed = std::find(assumed.begin(), assumed.end(), "forwarder-port-default") != assumed.end();
  options.asked = &report.deployment->network;
  return options;
}

void follow_traffic(io::AuditReport& report, const policy::FlowPaths& paths, net::Port forwarder_port) {
  const model::Deployment& deployment = *report.deployment;
  report.arrivals = policy::arrivals(paths, deployment, forwarder_port);
  for (std::size_t i = 0; i < report.nsgs.size(); ++i)
    policy::note_arrivals(report.nsgs[i].audit.findings, i, paths, deployment, forwarder_port);
}

void add_deployment_assumptions(io::AuditReport& report) {
  const model::Deployment& deployment = *report.deployment;
  const auto add = [&](const policy::Assumption& one) {
    const bool known = std::any_of(report.assumptions.begin(), report.assumptions.end(),
                                   [&](const policy::Assumption& other) { return other.code == one.code; });
    if (!known) report.assumptions.push_back(one);
  };
  for (const policy::Assumption& one : filter_assumptions(deployment)) add(one);
  for (std::size_t i = 0; i < deployment.nsgs.size(); ++i)
    if (policy::routes_differ(deployment, i)) add_assumption(report, "routes-of-subnets-together");
  for (const policy::Arrival& arrival : report.arrivals)
    for (const std::string& code : arrival.path.assumptions) add_assumption(report, code);
  if (!report.arrivals.empty()) add_assumption(report, "sent-there");
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
  const bool deployed = !arguments.deployment.empty();
  const Exit read = deployed ? load_deployed(arguments, process, subject, report)
                             : load_rule_sets(arguments, process, subject, report);
  if (read != Exit::Clean) return read;
  const policy::AuditOptions options = options_of(arguments, report);
  audit_all(report, subject.contexts, options, arguments.jobs);
  collect_assumptions(report, subject.contexts.front(), options);
  if (deployed) {
    subject.paths = std::make_unique<const policy::FlowPaths>(*report.deployment);
    follow_traffic(report, *subject.paths, options.forwarder_port);
    add_deployment_assumptions(report);
  } else if (!report.nsgs.empty()) {
    subject.networks = follow_networks(report, subject.loaded.topology, options.forwarder_port);
  }

  const auto rendered = [&](Format format, const io::TextStyle& style) { return render(report, format, style); };
  if (!write_outputs(arguments.outputs, arguments.common, process, rendered)) return Exit::OutputFailed;
  if (report.nsgs.empty()) {
    process.err << "nsgcheck: no network security group in any input\n";
    return Exit::Usage;
  }
  if (subject.incomplete) return Exit::Incomplete;
  return fails(report, arguments.fail_on) ? Exit::Findings : Exit::Clean;
}

}  // namespace nsgcheck::cli
