// SPDX-License-Identifier: Apache-2.0
#include "cli/audit_ways.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "analyzer/policy/deployment_audit.hpp"
#include "analyzer/policy/naming.hpp"
#include "analyzer/policy/path_intent.hpp"

namespace nsgcheck::cli {
namespace {

void judge(io::AuditReport& report, const policy::IntentNetwork& network, net::Port forwarder_port) {
  policy::PathIntentJudgement judged =
      policy::judge_path_intent(network, *report.intent, report.policies, forwarder_port);
  auto& findings = report.whole->audit.findings;
  std::move(judged.findings.begin(), judged.findings.end(), std::back_inserter(findings));
  policy::sort_findings(findings);
  for (const std::string& code : judged.assumptions) add_assumption(report, code);
  report.ways.push_back({network.deployment.name, std::move(judged.verdicts)});
}

}  // namespace

bool has_whole_ways(const policy::Intent* intent) {
  return intent != nullptr && std::any_of(intent->expectations.begin(), intent->expectations.end(),
                                          [](const policy::Expectation& one) { return one.whole_way; });
}

void judge_deployment_ways(io::AuditReport& report, const policy::FlowPaths& paths, net::Port forwarder_port) {
  if (has_whole_ways(report.intent)) judge(report, {*report.deployment, paths, {}, {}, false}, forwarder_port);
}

OpenOfNetwork open_of(const model::NetworkDeployment& network, const std::vector<std::string>& unplaced_interfaces) {
  OpenOfNetwork out{network.missing, unplaced_interfaces};
  for (const std::string& name : network.not_placed) out.unplaced.push_back("no address is known of " + name);
  return out;
}

void judge_network_ways(io::AuditReport& report, const InputNetworks& networks, net::Port forwarder_port) {
  if (!has_whole_ways(report.intent) || networks.networks.empty()) return;
  std::vector<std::string> names;
  for (const model::NetworkDeployment& network : networks.networks) names.push_back(network.deployment.name);
  io::NsgReport& whole = report.whole.emplace();
  whole.nsg.name = policy::enumerate(names);
  if (!report.nsgs.empty()) whole.nsg.span = report.nsgs.front().nsg.span;
  for (const model::NetworkDeployment& network : networks.networks) {
    const OpenOfNetwork open = open_of(network, report.unplaced);
    const policy::FlowPaths paths{network.deployment, policy::AskedOf::Sets};
    judge(report, {network.deployment, paths, open.open, open.unplaced, names.size() > 1}, forwarder_port);
  }
}

}  // namespace nsgcheck::cli
