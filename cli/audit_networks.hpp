// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "analyzer/io/report.hpp"
#include "analyzer/policy/flow_path.hpp"

namespace nsgcheck::cli {

/// The virtual networks that the inputs of an audit describe; the report points into it.
struct InputNetworks {
  std::vector<model::NetworkDeployment> networks;
  std::vector<std::unique_ptr<const policy::FlowPaths>> paths;  ///< of networks with interfaces
};

/// Says in the report what arrives at each interface of the inputs, where each NSG stands, and what is missing.
/// `admin_rules`: of the inputs; they perhaps apply. REQUIRES: its NSGs are those of the inputs, audited.
[[nodiscard]] InputNetworks follow_networks(io::AuditReport& report, const model::Topology& topology,
                                            const std::vector<model::AdminRule>& admin_rules, net::Port forwarder_port);

/// What is said about the networks of the inputs, made where there is none yet (AuditReport::whole).
[[nodiscard]] io::NsgReport& whole_of(io::AuditReport& report, const InputNetworks& networks);

/// Adds the assumption of a code, once.
void add_assumption(std::vector<policy::Assumption>& to, std::string_view code);
void add_assumption(io::AuditReport& report, std::string_view code);
/// Likewise, with a text of its own.
void add_assumption(io::AuditReport& report, std::string_view code, std::string text);

}  // namespace nsgcheck::cli
