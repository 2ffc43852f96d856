// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "analyzer/io/report.hpp"
#include "analyzer/policy/flow_path.hpp"
#include "cli/audit_networks.hpp"

namespace nsgcheck::cli {

/// Whether some expectation is about whole ways; null: there are none at all.
[[nodiscard]] bool has_whole_ways(const policy::Intent* intent);

/// Holds the deployment against the expectations about whole ways; findings go to report.whole. REQUIRES: both.
void judge_deployment_ways(io::AuditReport& report, const policy::FlowPaths& paths, net::Port forwarder_port);

/// Holds the networks of the inputs against them; report.whole is made where there are such expectations.
void judge_network_ways(io::AuditReport& report, const InputNetworks& networks, net::Port forwarder_port);

/// What the inputs leave open about a network, in sentences, and which machines they do not place.
struct OpenOfNetwork {
  std::vector<std::string> open, unplaced;
};
[[nodiscard]] OpenOfNetwork open_of(const model::NetworkDeployment& network,
                                    const std::vector<std::string>& unplaced_interfaces);

}  // namespace nsgcheck::cli
