// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <ostream>
#include <utility>

#include "analyzer/io/render_expectations.hpp"
#include "analyzer/io/render_printable.hpp"
#include "analyzer/io/report.hpp"
#include "analyzer/io/threads.hpp"
#include "analyzer/policy/arrival_findings.hpp"
#include "analyzer/policy/arrivals.hpp"
#include "analyzer/policy/audit.hpp"
#include "analyzer/policy/deployment_audit.hpp"
#include "analyzer/policy/fingerprint.hpp"
#include "cli/audit_clients.hpp"
#include "cli/audit_networks.hpp"
#include "cli/audit_subject.hpp"
#include "cli/audit_ways.hpp"
#include "cli/commands.hpp"
#include "cli/evidence_file.hpp"
#include "cli/inputs.hpp"
#include "cli/intent_file.hpp"
#include "cli/living.hpp"
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
    case Format::Baseline:
      return io::render_baseline(report);
    case Format::Pcapng:
    case Format::Azure:
      break;  // of replay and effective
  }
  return {};
}

void audit_one(io::AuditReport& report, std::size_t index, const model::NetworkContext& context,
               const policy::AuditOptions& options) {
  io::NsgReport& nsg = report.nsgs[index];
  nsg.audit = policy::audit_nsg(nsg.nsg, static_cast<std::uint32_t>(index), context, report.policies, options);
}

// Each NSG is judged by itself, in a network of its own or in the last of `contexts`; the order of the results is that
// of the inputs whatever the threads do.
void audit_all(io::AuditReport& report, const std::vector<model::NetworkContext>& contexts,
               const policy::AuditOptions& options, unsigned jobs) {
  io::for_each_index(report.nsgs.size(), threads_for(jobs),
                     [&](std::size_t i) { audit_one(report, i, contexts[std::min(i, contexts.size() - 1)], options); });
  std::vector<policy::JudgedNsg> audited;
  for (io::NsgReport& nsg : report.nsgs) audited.push_back({&nsg.nsg, &nsg.audit});
  policy::tell_apart(audited);
}

void collect_assumptions(io::AuditReport& report, const model::NetworkContext& context,
                         const policy::AuditOptions& options, const std::vector<std::string>& of_deployment) {
  std::vector<std::string> codes;
  if (!report.nsgs.empty() && context.virtual_network_assumed) codes.emplace_back("virtual-network-default");
  if (!report.nsgs.empty() && options.forwarder_port_assumed) codes.emplace_back("forwarder-port-default");
  report.assumptions = policy::assumptions(codes, context, options);
  const bool conditional = std::any_of(report.nsgs.begin(), report.nsgs.end(),
                                       [](const io::NsgReport& one) { return !one.nsg.conditions.empty(); });
  if (conditional) add_assumption(report, "conditions-hold");
  for (const std::string& code : of_deployment)
    if (std::find(codes.begin(), codes.end(), code) == codes.end())
      report.assumptions.push_back({code, std::string{model::assumption_text(code)}});
}

bool write_evidence(const AuditArguments& arguments, const io::AuditReport& report,
                    const std::vector<model::NetworkContext>& contexts, const policy::AuditOptions& options,
                    Process& process) {
  if (arguments.evidence.empty()) return true;
  policy::Evidence evidence;
  for (std::size_t i = 0; i < report.nsgs.size(); ++i)
    policy::add_evidence(evidence, report.nsgs[i].nsg, contexts[std::min(i, contexts.size() - 1)], report.policies,
                         options, report.nsgs[i].audit);
  for (const auto* others : {&report.whole, &report.governance})
    if (*others) policy::add_other_findings(evidence, (*others)->audit.findings);
  for (const io::WaysReport& ways : report.ways) policy::add_whole_ways(evidence, *report.intent, ways.verdicts);
  return write_evidence(arguments.evidence, evidence, "audit", {report, report}, process);
}

bool fails(const policy::NsgAudit& audit, policy::Severity fail_on) {
  return std::any_of(audit.findings.begin(), audit.findings.end(), [&](const policy::Finding& finding) {
    return finding.status != policy::Status::Suppressed && finding.baseline != policy::Finding::Baseline::Known &&
           finding.severity <= fail_on;
  });
}

bool fails(const io::AuditReport& report, const std::optional<policy::Severity>& fail_on) {
  if (!fail_on) return false;
  for (const io::NsgReport& nsg : report.nsgs)
    if (fails(nsg.audit, *fail_on)) return true;
  return (report.whole && fails(report.whole->audit, *fail_on)) ||
         (report.governance && fails(report.governance->audit, *fail_on));
}

policy::AuditOptions options_of(const AuditArguments& arguments, const io::AuditReport& report) {
  policy::AuditOptions options{arguments.forwarder_port.value_or(20000), !arguments.forwarder_port, nullptr,
                               report.intent};
  if (report.deployment == nullptr) return options;
  const auto& assumed = report.deployment->assumptions;
  options.forwarder_port = report.deployment->forwarder_port;
  options.forwarder_port_assumed = std::find(assumed.begin(), assumed.end(), "forwarder-port-default") != assumed.end();
  options.asked = &report.deployment->network;
  return options;
}

// What arrives at the instances, and what is to be said of the deployment itself.
void follow_deployment(io::AuditReport& report, Subject& subject, net::Port forwarder_port) {
  const model::Deployment& deployment = *report.deployment;
  subject.paths = std::make_unique<const policy::FlowPaths>(deployment, policy::AskedOf::Sets);
  const policy::FlowPaths& paths = *subject.paths;
  report.arrivals = policy::arrivals(paths, deployment, forwarder_port);
  for (std::size_t i = 0; i < report.nsgs.size(); ++i)
    policy::note_arrivals(report.nsgs[i].audit.findings, i, paths, deployment, forwarder_port);
  io::NsgReport& whole = report.whole.emplace();
  whole.nsg.name = deployment.name;
  if (!deployment.roles.empty()) whole.nsg.span = deployment.roles.front().span;
  whole.audit.findings = policy::audit_deployment(deployment, report.policies, subject.now);
  policy::ArrivedIn in{deployment, paths, forwarder_port, nullptr, {}, {}, {}};
  for (const io::NsgReport& nsg : report.nsgs) in.of_nsgs.push_back(&nsg.audit.findings);
  for (policy::Finding& finding : policy::arrival_findings(report.arrivals, in, report.policies))
    whole.audit.findings.push_back(std::move(finding));
  policy::sort_findings(whole.audit.findings);
  judge_deployment_ways(report, paths, forwarder_port);
  for (std::size_t i = 0; i < deployment.nsgs.size(); ++i)
    if (policy::routes_differ(deployment, i)) add_assumption(report, "routes-of-subnets-together");
  for (const policy::Arrival& arrival : report.arrivals)
    for (const std::string& code : arrival.path.assumptions) add_assumption(report, code);
  if (!report.arrivals.empty()) add_assumption(report, "sent-there");
  if (!policy::follows_inside(paths, deployment)) add_assumption(report, "inside-not-followed");
}

// Likewise for the networks that the inputs describe themselves.
void follow_own_networks(io::AuditReport& report, Subject& subject, net::Port forwarder_port) {
  subject.networks = follow_networks(report, subject.loaded.topology, subject.loaded.admin_rules, forwarder_port);
  judge_network_ways(report, subject.networks, forwarder_port);
}

}  // namespace

Exit run_audit(const AuditArguments& arguments, Process& process) {
  Given given{arguments, {}};
  given.rdp_files = take_rdp_files(given.arguments.inputs.files);
  for (std::string& file : take_rdp_files(given.arguments.deployment)) given.rdp_files.push_back(std::move(file));
  auto policies = policies_in_force(arguments.policies);
  if (!policies) {
    process.err << "nsgcheck: " << located(policies.error()) << '\n';
    return Exit::Usage;
  }
  io::AuditReport report;
  report.policies = std::move(*policies);
  Subject subject;
  std::optional<policy::Intent> intent;
  if (!read_intent_file(arguments.expect, report.policies, intent, process)) return Exit::Usage;
  if (!load_subject(given, process, subject, report)) return Exit::Usage;
  report.intent = intent ? &*intent : nullptr;
  io::Documents& documents = subject.deployment ? subject.deployment->documents : subject.loaded.documents;
  Living living;
  if (!load_living(arguments, documents, report, process, living)) return Exit::Usage;
  const policy::AuditOptions options = options_of(arguments, report);
  audit_all(report, subject.contexts, options, arguments.jobs);
  collect_assumptions(report, subject.contexts.front(), options,
                      report.deployment ? report.deployment->assumptions : std::vector<std::string>{});
  bool whole = true;
  if (report.deployment != nullptr) {
    follow_deployment(report, subject, options.forwarder_port);
    whole = audit_rdp_files(given.rdp_files, subject.now, *subject.deployment, report, process);
  } else {
    if (!report.nsgs.empty()) follow_own_networks(report, subject, options.forwarder_port);
    whole = refuse_rdp_files(given.rdp_files, report, process);
  }
  if (arguments.mutate)
    mutate_all(report, {subject.contexts, subject.networks.networks, options}, threads_for(arguments.jobs));
  apply_living(living, report);
  if (report.intent != nullptr) whole = list_intent(report, process) && whole;

  const auto rendered = [&](Format format, const io::TextStyle& style) { return render(report, format, style); };
  if (!write_evidence(arguments, report, subject.contexts, options, process) ||
      !write_outputs(arguments.outputs, arguments.common, process, rendered))
    return Exit::OutputFailed;
  if (report.deployment == nullptr && report.nsgs.empty()) {
    process.err << "nsgcheck: no network security group in any input\n";
    return Exit::Usage;
  }
  if (subject.loaded.incomplete || (subject.deployment && subject.deployment->incomplete) || !whole)
    return Exit::Incomplete;
  return fails(report, arguments.fail_on) || io::has_survivors(report) ? Exit::Findings : Exit::Clean;
}

}  // namespace nsgcheck::cli
