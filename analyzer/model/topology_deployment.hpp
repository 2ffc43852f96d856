// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "analyzer/model/reason.hpp"
#include "analyzer/model/topology.hpp"

namespace nsgcheck::model {

/// How traffic of the Internet gets to an interface.
struct PublicWay {
  std::string by;  ///< "public address web-ip", "rule lb/rdp of a load balancer", "NAT rule lb/rdp-0"
  Sku sku{};
  std::optional<net::Port> frontend_port, backend_port;  ///< of a rule
  std::string protocol;                                  ///< of a rule, as written
  std::optional<net::Port> probe_port;                   ///< of a rule's probe
  bool floating{};                                       ///< NSGs see the frontend's address as destination
  bool closed{};  ///< no NSG stands there, and a Standard address then lets nothing in
  /// Why it is not known whether the way is there, or lets something in where no NSG stands.
  struct Doubt {
    Reason reason{};
    std::string text;  ///< "whether it has a public address is not known"
  };
  std::optional<Doubt> doubt;
};
class TopologyIndex;
[[nodiscard]] std::vector<PublicWay> public_ways(const TopologyIndex& index, const TopologyNic& nic);

/// What one virtual network of a topology comes to: a deployment whose roles are its network interfaces, one each, so
/// that every question about a deployment can be asked of it.
struct NetworkDeployment {
  Deployment deployment;  ///< with the NSGs that stand in it, and no others
  /// Which of the inputs' NSGs each of the deployment's is; empty for one that the inputs name and do not hold.
  std::vector<std::optional<std::size_t>> input_nsgs;
  /// In sentences: references to what the inputs do not hold, and values that are not known before deployment. An
  /// answer about what they touch is not whole.
  std::vector<std::string> missing;
  /// Interfaces without an address to ask about, as their subnet or its prefix is not known.
  std::vector<std::string> not_placed;
  /// Subnets with machines, and interfaces, that no NSG stands before; those that refuse one are left in peace
  /// (nsg-semantics 3.2).
  std::vector<std::string> unfiltered;
  std::vector<std::pair<std::string, PublicWay>> ways;  ///< by name of the interface
};

/// One deployment for each virtual network with subnets, in input order; `nsgs`, with their defaults, are those of all
/// inputs. An interface whose address is dynamic gets one that stands for all of its subnet (Instance::space).
[[nodiscard]] std::vector<NetworkDeployment> deployments_of(const Topology& topology,
                                                            const std::vector<const Nsg*>& nsgs);

/// Interfaces in no virtual network of the inputs, in sentences: their subnet is not there, or in several files.
[[nodiscard]] std::vector<std::string> unplaced_interfaces(const Topology& topology);

/// A subnet that takes no NSG, by its name: GatewaySubnet, AzureFirewallSubnet, AzureFirewallManagementSubnet,
/// RouteServerSubnet (nsg-semantics 3.2).
[[nodiscard]] bool refuses_nsg(std::string_view subnet_name);

}  // namespace nsgcheck::model
