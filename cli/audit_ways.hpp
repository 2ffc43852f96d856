// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "analyzer/io/report.hpp"
#include "analyzer/policy/audit.hpp"
#include "analyzer/policy/flow_path.hpp"
#include "cli/audit_networks.hpp"

namespace nsgcheck::cli {

/// Whether some expectation is about whole ways; null: there are none at all.
[[nodiscard]] bool has_whole_ways(const policy::Intent* intent);

/// Holds the deployment against the expectations about whole ways; findings go to report.whole. REQUIRES: both.
void judge_deployment_ways(io::AuditReport& report, const policy::FlowPaths& paths, net::Port forwarder_port);

/// Holds the networks of the inputs against them; report.whole is made where there are such expectations.
void judge_network_ways(io::AuditReport& report, const InputNetworks& networks, net::Port forwarder_port);

/// What mutants of the NSGs are judged with.
struct MutateWith {
  const std::vector<model::NetworkContext>& contexts;     ///< by NSG, or one for all
  const std::vector<model::NetworkDeployment>& networks;  ///< of the inputs; none where there is a deployment
  const policy::AuditOptions& options;
};

/// Says of each NSG that expectations are about, by itself or as a part of whole ways, which changes of its rules they
/// do not notice. REQUIRES: report.intent; its NSGs audited, whole ways judged.
void mutate_all(io::AuditReport& report, const MutateWith& with, unsigned threads);

/// What the inputs leave open about a network, in sentences, and which machines they do not place.
struct OpenOfNetwork {
  std::vector<std::string> open, unplaced;
};
[[nodiscard]] OpenOfNetwork open_of(const model::NetworkDeployment& network,
                                    const std::vector<std::string>& unplaced_interfaces);

}  // namespace nsgcheck::cli
