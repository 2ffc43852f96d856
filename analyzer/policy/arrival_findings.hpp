// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "analyzer/policy/arrivals.hpp"

namespace nsgcheck::policy {

/// The network in which traffic arrives, and what was said of its NSGs.
struct ArrivedIn {
  const model::Deployment& deployment;
  const FlowPaths& paths;
  net::Port forwarder_port{};
  /// Of a network that the inputs describe; null: a deployment, in which traffic is taken to be sent to each machine.
  const Ways* ways{};
  std::span<const std::string> missing;  ///< what the inputs leave open, in sentences
  /// By index of the deployment's NSGs; null: one that the inputs name and do not hold.
  std::vector<const std::vector<Finding>*> of_nsgs;
  /// Resource ids of the interfaces, by where they stand; those that have none are known by their names.
  std::map<std::pair<std::uint32_t, std::uint64_t>, std::string> ids;
};

/// Remote desktop from the Internet, at 3389 or the forwarder port, that arrives or may arrive at a machine and that no
/// finding of an NSG before the machine says already: no NSG stands there, an admin rule leads past it (AlwaysAllow),
/// or it is not in the inputs (semantics 3). One finding for each machine and policy that asks (ArrivalAsk), as bad as
/// the widest source. Where no NSG stands before a machine of the inputs' networks, a way in from the Internet must be
/// known. `arrivals`: of this network, by machine. Policies must outlive the result. Pure.
[[nodiscard]] std::vector<Finding> arrival_findings(std::span<const Arrival> arrivals, const ArrivedIn& in,
                                                    std::span<const Policy> policies);

}  // namespace nsgcheck::policy
