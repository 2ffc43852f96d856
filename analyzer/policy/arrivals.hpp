// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <utility>
#include <vector>

#include "analyzer/model/topology_deployment.hpp"
#include "analyzer/policy/finding.hpp"
#include "analyzer/policy/flow_path.hpp"

namespace nsgcheck::policy {

/// What of one kind of traffic arrives at an instance, through all stages, if it is sent there.
struct Arrival {
  const model::Role* role{};
  const model::Instance* instance{};
  net::Port port{};
  net::Protocol protocol;
  std::string source;  ///< tag
  PathAnswer path;
};

/// Whether arrivals() follows traffic from inside the virtual network, too: each instance may be sent to from every
/// place, and in a large network that is more than anybody reads.
[[nodiscard]] bool follows_inside(const FlowPaths& paths, const model::Deployment& deployment);

/// Ways from the Internet by instance.
using Ways = std::vector<std::pair<std::string, model::PublicWay>>;

/// For each instance the inbound rows of an audit's table (interface 8), in the order of the deployment; then, by the
/// ways to it, what arrives from the Internet at the ports that balancers send it to, and from their probes. `paths`
/// must outlive the result.
[[nodiscard]] std::vector<Arrival> arrivals(const FlowPaths& paths, const model::Deployment& deployment,
                                            net::Port forwarder_port, const Ways& ways = {});

/// Where an NSG of a deployment stands.
struct AttachedTo {
  std::string_view applied_to;  ///< "subnet" or "nic"
  std::string name;             ///< of the subnet or the instance
};
[[nodiscard]] std::vector<AttachedTo> attachments(const model::Deployment& deployment, std::size_t nsg);

/// The network as the NSG's rules see it: with the user-defined routes of every subnet in which it stands.
[[nodiscard]] model::NetworkContext context_of(const model::Deployment& deployment, std::size_t nsg);
/// True when the subnets in which it stands do not all have the same routes, so that no one context is all of theirs.
[[nodiscard]] bool routes_differ(const model::Deployment& deployment, std::size_t nsg);

/// Says of each inbound finding about flows that an NSG lets in at which of its instances such flows arrive
/// (Finding::arrives). `nsg`: index into the deployment.
void note_arrivals(std::vector<Finding>& findings, std::size_t nsg, const FlowPaths& paths,
                   const model::Deployment& deployment, net::Port forwarder_port);

}  // namespace nsgcheck::policy
