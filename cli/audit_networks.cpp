// SPDX-License-Identifier: Apache-2.0
#include "cli/audit_networks.hpp"

#include <algorithm>

namespace nsgcheck::cli {
namespace {

void follow_network(io::AuditReport& report, const model::NetworkDeployment& network, const policy::FlowPaths& paths,
                    net::Port forwarder_port) {
  const model::Deployment& deployment = network.deployment;
  for (std::size_t i = 0; i < report.nsgs.size(); ++i) {
    const auto attached = policy::attachments(deployment, i);
    if (attached.empty()) continue;
    report.nsgs[i].attached.insert(report.nsgs[i].attached.end(), attached.begin(), attached.end());
    if (!deployment.roles.empty())
      policy::note_arrivals(report.nsgs[i].audit.findings, i, paths, deployment, forwarder_port);
  }
  report.networks.push_back({&network, policy::arrivals(paths, deployment, forwarder_port)});
  if (deployment.roles.empty()) return;
  for (const std::string& code : deployment.assumptions) add_assumption(report, code);
  for (const policy::Arrival& arrival : report.networks.back().arrivals)
    for (const std::string& code : arrival.path.assumptions) add_assumption(report, code);
}

}  // namespace

void add_assumption(io::AuditReport& report, std::string_view code) {
  const bool known = std::any_of(report.assumptions.begin(), report.assumptions.end(),
                                 [&](const policy::Assumption& other) { return other.code == code; });
  if (!known) report.assumptions.push_back({std::string{code}, std::string{model::assumption_text(code)}});
}

InputNetworks follow_networks(io::AuditReport& report, const model::Topology& topology, net::Port forwarder_port) {
  std::vector<model::Nsg> nsgs;
  for (const io::NsgReport& one : report.nsgs) nsgs.push_back(one.nsg);
  InputNetworks out;
  out.networks = model::deployments_of(topology, nsgs);
  for (const model::NetworkDeployment& network : out.networks) {
    out.paths.push_back(std::make_unique<const policy::FlowPaths>(network.deployment));
    follow_network(report, network, *out.paths.back(), forwarder_port);
  }
  report.unplaced = model::unplaced_interfaces(topology);
  return out;
}

}  // namespace nsgcheck::cli
