// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/model/resource_lookup.hpp"

namespace nsgcheck::model {

/// A subnet and the network it is of.
struct PlacedSubnet {
  ResourceHandle handle;
  SourceSpan span;
  const TopologySubnet* subnet{};
  std::size_t network{};  ///< index into TopologyIndex::networks()
};

/// A topology in which everything that refers to something else is looked up quickly.
class TopologyIndex {
 public:
  /// Both must outlive the index.
  TopologyIndex(const Topology& topology, const std::vector<const Nsg*>& nsgs);
  TopologyIndex(const TopologyIndex&) = delete;
  TopologyIndex& operator=(const TopologyIndex&) = delete;

  [[nodiscard]] const Topology& topology() const { return topology_; }
  [[nodiscard]] const std::vector<const Nsg*>& nsgs() const { return nsgs_; }
  /// Those of the topology, then those that subnets which stand by themselves, or interfaces with a way in from the
  /// Internet, name and no input holds: of the latter only the name is known, if that.
  [[nodiscard]] const std::vector<TopologyNetwork>& networks() const { return networks_; }
  [[nodiscard]] const std::vector<PlacedSubnet>& subnets() const { return subnets_; }
  /// By network: its subnets and the interfaces that have a configuration in one of them.
  [[nodiscard]] const std::vector<const PlacedSubnet*>& subnets_of(std::size_t network) const;
  [[nodiscard]] const std::vector<const TopologyNic*>& nics_of(std::size_t network) const;
  /// In no subnet of the inputs. Those with a way in are in a network nevertheless, in a subnet of which nothing is
  /// known (TopologySubnet::elsewhere).
  [[nodiscard]] const std::vector<const TopologyNic*>& unplaced_nics() const { return unplaced_; }
  /// The subnet that a configuration of an interface lies in, or null.
  [[nodiscard]] const PlacedSubnet* place_of(const TopologyIpConfiguration& configuration,
                                             const TopologyNic& nic) const;

  /// The network that a reference from a document means, as an index.
  [[nodiscard]] std::optional<std::size_t> network_meant(std::string_view reference, std::uint32_t document) const;
  [[nodiscard]] const PlacedSubnet* subnet_meant(std::string_view reference, std::uint32_t document) const;
  [[nodiscard]] const TopologyRouteTable* route_table_meant(std::string_view reference, std::uint32_t document) const;
  [[nodiscard]] const TopologyPublicAddress* address_meant(std::string_view reference, std::uint32_t document) const;
  /// The balancer of that name, for a document.
  [[nodiscard]] bool is_balancer_for(const TopologyBalancer& balancer, std::uint32_t document) const;
  [[nodiscard]] std::optional<std::size_t> nsg_meant(std::string_view reference, std::uint32_t document) const;

  /// The NSG that itself says it stands before a subnet or an interface.
  [[nodiscard]] std::optional<std::size_t> nsg_at_subnet(const ResourceHandle& handle, SourceSpan span) const;
  [[nodiscard]] std::optional<std::size_t> nsg_at_nic(const ResourceHandle& handle, SourceSpan span) const;

  /// What resources of their own link to a resource of the same input.
  using Links = ReferenceLookup<const TopologyLink*>;
  [[nodiscard]] static std::vector<ResourceReference> linked(const Links& links, const ResourceHandle& handle,
                                                             SourceSpan span);
  Links subnet_nsgs, nic_nsgs, subnet_routes, nic_asgs, nic_addresses, nic_pools, nic_nat_rules;

 private:
  struct NamedNsg {
    ResourceHandle handle;
    SourceSpan span;
  };
  using Attachments = ReferenceLookup<std::size_t>;
  std::optional<std::size_t> attached_to(const Attachments& all, const ResourceHandle& handle, SourceSpan span) const;
  [[nodiscard]] bool has_own(std::uint32_t document, const ResourceHandle& handle) const;
  void place_subnets();
  void place_nics();
  void place_elsewhere(const TopologyNic& nic);
  [[nodiscard]] std::size_t network_elsewhere(std::string_view subnet, SourceSpan span);

  const Topology& topology_;
  const std::vector<const Nsg*>& nsgs_;
  std::vector<TopologyNetwork> networks_;
  std::vector<PlacedSubnet> subnets_;
  std::vector<NamedNsg> named_nsgs_;
  std::vector<std::vector<const PlacedSubnet*>> subnets_by_network_;
  std::vector<std::vector<const TopologyNic*>> nics_by_network_;
  std::vector<const TopologyNic*> unplaced_;
  using ByDocument = std::pair<std::uint32_t, std::string>;  ///< and what is meant, in lower case
  std::map<ByDocument, std::size_t> networks_elsewhere_;
  std::map<ByDocument, const PlacedSubnet*> subnets_elsewhere_;
  std::deque<TopologySubnet> unknown_subnets_;
  std::deque<PlacedSubnet> placed_elsewhere_;
  std::optional<ResourceLookup<TopologyNetwork>> network_lookup_;
  std::optional<ResourceLookup<PlacedSubnet>> subnet_lookup_;
  std::optional<ResourceLookup<NamedNsg>> nsg_lookup_;
  ResourceLookup<TopologyNic> nic_lookup_;
  ResourceLookup<TopologyRouteTable> route_tables_;
  ResourceLookup<TopologyPublicAddress> addresses_;
  ResourceLookup<TopologyBalancer> balancers_;
  Attachments at_subnets_, at_nics_;
};

}  // namespace nsgcheck::model
