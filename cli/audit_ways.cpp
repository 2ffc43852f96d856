// SPDX-License-Identifier: Apache-2.0
#include "cli/audit_ways.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "analyzer/io/threads.hpp"
#include "analyzer/policy/deployment_audit.hpp"
#include "analyzer/policy/mutate.hpp"
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

/// A network that an NSG is a part of, and what was said of its whole ways.
struct Standing {
  const model::Deployment& deployment;
  std::size_t nsg;  ///< its index there
  OpenOfNetwork open;
  const std::vector<policy::ExpectationVerdict>& verdicts;
};

bool notice(const Standing& standing, const io::AuditReport& report, const model::Nsg& changed,
            net::Port forwarder_port) {
  model::Deployment deployment = standing.deployment;
  deployment.nsgs[standing.nsg] = changed;
  const policy::FlowPaths paths{deployment, policy::AskedOf::Sets};
  const policy::IntentNetwork network{deployment, paths, standing.open.open, standing.open.unplaced, false};
  const auto judged = policy::judge_path_intent(network, *report.intent, report.policies, forwarder_port);
  return !policy::same_verdicts(judged.verdicts, standing.verdicts);
}

// In which networks with expectations of whole ways the NSG stands.
std::vector<Standing> standings(const io::AuditReport& report, const MutateWith& with, std::size_t nsg) {
  std::vector<Standing> out;
  if (report.ways.empty()) return out;
  if (report.deployment != nullptr) {
    if (!report.ways.front().verdicts.empty())
      out.push_back({*report.deployment, nsg, {}, report.ways.front().verdicts});
    return out;
  }
  for (std::size_t i = 0; i < with.networks.size(); ++i) {
    const auto& inputs = with.networks[i].input_nsgs;
    const auto at = std::find(inputs.begin(), inputs.end(), std::optional{nsg});
    if (at != inputs.end() && !report.ways[i].verdicts.empty())
      out.push_back({with.networks[i].deployment, static_cast<std::size_t>(at - inputs.begin()),
                     open_of(with.networks[i], report.unplaced), report.ways[i].verdicts});
  }
  return out;
}

void mutate_one(io::AuditReport& report, const MutateWith& with, std::size_t index) {
  io::NsgReport& nsg = report.nsgs[index];
  const std::vector<Standing> stands = standings(report, with, index);
  if (nsg.audit.expectations.empty() && stands.empty()) return;
  const auto ways = [&](const model::Nsg& changed) {
    return std::any_of(stands.begin(), stands.end(),
                       [&](const Standing& one) { return notice(one, report, changed, with.options.forwarder_port); });
  };
  nsg.mutation = policy::mutate(nsg.nsg, with.contexts[std::min(index, with.contexts.size() - 1)], with.options,
                                nsg.audit.expectations, stands.empty() ? policy::WaysNotice{} : ways);
}

}  // namespace

void mutate_all(io::AuditReport& report, const MutateWith& with, unsigned threads) {
  io::for_each_index(report.nsgs.size(), threads, [&](std::size_t i) { mutate_one(report, with, i); });
}

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
  (void)whole_of(report, networks);
  for (const model::NetworkDeployment& network : networks.networks) {
    const OpenOfNetwork open = open_of(network, report.unplaced);
    const policy::FlowPaths paths{network.deployment, policy::AskedOf::Sets};
    judge(report, {network.deployment, paths, open.open, open.unplaced, networks.networks.size() > 1}, forwarder_port);
  }
}

}  // namespace nsgcheck::cli
