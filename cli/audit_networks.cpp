// SPDX-License-Identifier: Apache-2.0
#include "cli/audit_networks.hpp"

#include <algorithm>

namespace nsgcheck::cli {
namespace {

void note_attachments(io::AuditReport& report, const model::NetworkDeployment& network) {
  for (std::size_t i = 0; i < network.deployment.nsgs.size(); ++i) {
    if (!network.input_nsgs[i]) continue;
    auto& attached = report.nsgs[*network.input_nsgs[i]].attached;
    for (const policy::AttachedTo& one : policy::attachments(network.deployment, i)) attached.push_back(one);
  }
}

void follow_traffic(io::AuditReport& report, const model::NetworkDeployment& network, const policy::FlowPaths& paths,
                    net::Port forwarder_port) {
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
}

}  // namespace

void add_assumption(io::AuditReport& report, std::string_view code) {
  add_assumption(report, code, std::string{model::assumption_text(code)});
}

void add_assumption(io::AuditReport& report, std::string_view code, std::string text) {
  const bool known = std::any_of(report.assumptions.begin(), report.assumptions.end(),
                                 [&](const policy::Assumption& other) { return other.code == code; });
  if (!known) report.assumptions.push_back({std::string{code}, std::move(text)});
}

InputNetworks follow_networks(io::AuditReport& report, const model::Topology& topology, net::Port forwarder_port) {
  std::vector<const model::Nsg*> nsgs;
  for (const io::NsgReport& one : report.nsgs) nsgs.push_back(&one.nsg);
  InputNetworks out;
  out.networks = model::deployments_of(topology, nsgs);
  for (const model::NetworkDeployment& network : out.networks) {
    note_attachments(report, network);
    report.networks.push_back({&network, {}});
    if (network.deployment.roles.empty()) continue;
    out.paths.push_back(std::make_unique<const policy::FlowPaths>(network.deployment, policy::AskedOf::Sets));
    follow_traffic(report, network, *out.paths.back(), forwarder_port);
  }
  report.unplaced = model::unplaced_interfaces(topology);
  return out;
}

}  // namespace nsgcheck::cli
