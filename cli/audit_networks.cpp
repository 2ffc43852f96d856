// SPDX-License-Identifier: Apache-2.0
#include "cli/audit_networks.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "analyzer/policy/arrival_findings.hpp"
#include "analyzer/policy/deployment_audit.hpp"
#include "analyzer/policy/naming.hpp"

namespace nsgcheck::cli {
namespace {

void note_attachments(io::AuditReport& report, const model::NetworkDeployment& network) {
  for (std::size_t i = 0; i < network.deployment.nsgs.size(); ++i) {
    if (!network.input_nsgs[i]) continue;
    auto& attached = report.nsgs[*network.input_nsgs[i]].attached;
    for (const policy::AttachedTo& one : policy::attachments(network.deployment, i)) attached.push_back(one);
  }
}

using InterfaceIds = decltype(policy::ArrivedIn::ids);

// Returns what is found about arrivals.
std::vector<policy::Finding> follow_traffic(io::AuditReport& report, const model::NetworkDeployment& network,
                                            const policy::FlowPaths& paths, net::Port forwarder_port,
                                            const InterfaceIds& ids) {
  const model::Deployment& deployment = network.deployment;
  for (std::size_t i = 0; i < deployment.nsgs.size(); ++i)
    if (network.input_nsgs[i])
      policy::note_arrivals(report.nsgs[*network.input_nsgs[i]].audit.findings, i, paths, deployment, forwarder_port);
  io::NetworkReport& here = report.networks.back();
  here.arrivals = policy::arrivals(paths, deployment, forwarder_port, network.ways);
  here.inside_followed = policy::follows_inside(paths, deployment);
  if (!here.inside_followed) add_assumption(report, "inside-not-followed");
  for (const std::string& code : deployment.assumptions) add_assumption(report, code);
  for (const policy::Arrival& arrival : here.arrivals)
    for (const std::string& code : arrival.path.assumptions) add_assumption(report, code);
  policy::ArrivedIn in{deployment, paths, forwarder_port, &network.ways, network.missing, {}, ids};
  for (const std::optional<std::size_t>& nsg : network.input_nsgs)
    in.of_nsgs.push_back(nsg ? &report.nsgs[*nsg].audit.findings : nullptr);
  return policy::arrival_findings(here.arrivals, in, report.policies);
}

// To which networks the collections of a network manager apply is not in the inputs, so they perhaps do to each.
void add_admin_rules(const std::vector<model::AdminRule>& rules, model::Deployment& deployment) {
  for (const model::AdminRule& rule : rules) {
    deployment.admin_rules.push_back(rule);
    deployment.admin_rules.back().rule.may_be_absent = model::Reason::MissingAttachment;
  }
}

}  // namespace

io::NsgReport& whole_of(io::AuditReport& report, const InputNetworks& networks) {
  if (report.whole) return *report.whole;
  std::vector<std::string> names;
  for (const model::NetworkDeployment& network : networks.networks) names.push_back(network.deployment.name);
  io::NsgReport& whole = report.whole.emplace();
  whole.nsg.name = policy::enumerate(names);
  if (!report.nsgs.empty()) whole.nsg.span = report.nsgs.front().nsg.span;
  return whole;
}

namespace {

void add_once(std::vector<policy::Assumption>& to, std::string_view code, std::string text) {
  const bool known =
      std::any_of(to.begin(), to.end(), [&](const policy::Assumption& other) { return other.code == code; });
  if (!known) to.push_back({std::string{code}, std::move(text)});
}

}  // namespace

void add_assumption(std::vector<policy::Assumption>& to, std::string_view code) {
  add_once(to, code, std::string{model::assumption_text(code)});
}

void add_assumption(io::AuditReport& report, std::string_view code) { add_assumption(report.assumptions, code); }

void add_assumption(io::AuditReport& report, std::string_view code, std::string text) {
  add_once(report.assumptions, code, std::move(text));
}

InputNetworks follow_networks(io::AuditReport& report, const model::Topology& topology,
                              const std::vector<model::AdminRule>& admin_rules, net::Port forwarder_port) {
  std::vector<const model::Nsg*> nsgs;
  for (const io::NsgReport& one : report.nsgs) nsgs.push_back(&one.nsg);
  InputNetworks out;
  out.networks = model::deployments_of(topology, nsgs);
  for (model::NetworkDeployment& network : out.networks) add_admin_rules(admin_rules, network.deployment);
  std::vector<policy::Finding> found;
  InterfaceIds ids;
  for (const model::TopologyNic& nic : topology.nics)
    if (!nic.handle.id.empty()) ids.emplace(std::pair{nic.span.document, nic.span.begin}, nic.handle.id);
  for (const model::NetworkDeployment& network : out.networks) {
    note_attachments(report, network);
    report.networks.push_back({&network, {}});
    if (network.deployment.roles.empty()) continue;
    out.paths.push_back(std::make_unique<const policy::FlowPaths>(network.deployment, policy::AskedOf::Sets));
    auto here = follow_traffic(report, network, *out.paths.back(), forwarder_port, ids);
    std::move(here.begin(), here.end(), std::back_inserter(found));
  }
  policy::sort_findings(found);
  if (!found.empty()) whole_of(report, out).audit.findings = std::move(found);
  report.unplaced = model::unplaced_interfaces(topology);
  return out;
}

}  // namespace nsgcheck::cli
