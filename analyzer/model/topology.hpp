// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/model/deployment.hpp"

namespace nsgcheck::model {

/// How a resource is called, and what another says that means it.
struct ResourceHandle {
  std::string name;     ///< "vnet/web" for a part of another resource
  std::string id;       ///< resource id; "" where the input has none
  std::string address;  ///< Terraform's, "azurerm_subnet.web[0]"; "" elsewhere
  /// Where it is, as far as `id` does not say; "" is that of the deployment which makes it, or not known.
  std::string group{}, subscription{};
};

/// What a resource says of another: an id, a name or a Terraform address. Empty: it names none.
using ResourceReference = std::string;

/// Whether a reference means a resource. Perhaps: the one or the other does not say where it is, or in a name that is
/// known at deployment only.
enum class Meant : std::uint8_t { No, Perhaps, Surely };

/// Where a resource is, in lower case; "" is not said, which in one document is the same place for all.
struct ResourcePlace {
  std::string group, subscription;
};

/// A reference ready to be held against many resources. Ids are compared by their names from the provider on, and by
/// resource group and subscription; everything without regard to case.
class ReferenceKey {
 public:
  explicit ReferenceKey(std::string_view reference);
  /// Of two things that say nothing of their places it is taken that these are the same.
  [[nodiscard]] Meant meant(const ResourceHandle& handle) const;
  [[nodiscard]] bool means(const ResourceHandle& handle) const { return meant(handle) != Meant::No; }

 private:
  std::string text_;
  std::string names_;  ///< of an id, else ""
  ResourcePlace place_;
};
[[nodiscard]] bool means(std::string_view reference, const ResourceHandle& handle);

/// What a reference is called where a sentence names it: its last segment; a name in braces, of which only the
/// expression is known, in whole.
[[nodiscard]] std::string_view last_segment(std::string_view reference);

/// The names in a resource id from the provider on, as written: "vnet/web"; "" for what is no id.
[[nodiscard]] std::string names_in_id(std::string_view id);

/// A reference to a resource of Microsoft.Network by type and name, that says where it is as far as `place` does:
/// "/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/v". `type`: "virtualNetworks/subnets" for "v/web".
[[nodiscard]] ResourceReference network_reference(const ResourceHandle& place, std::string_view type,
                                                  std::string_view name);
/// A reference to what the resource of an id is a part of; "" for what is no id of a part.
[[nodiscard]] ResourceReference whole_in_id(std::string_view id);

struct TopologySubnet {
  ResourceHandle handle;
  bool elsewhere{};           ///< an interface names it and no input holds it: nothing else is known of it
  ResourceReference network;  ///< of a subnet that stands by itself
  std::vector<net::AnyPrefix> prefixes;
  bool prefixes_unknown{};  ///< some prefix is not known before deployment
  ResourceReference nsg, route_table;
  SourceSpan span;
};

struct TopologyNetwork {
  ResourceHandle handle;
  std::vector<net::AnyPrefix> prefixes;
  bool prefixes_unknown{};
  std::vector<TopologySubnet> subnets;
  std::vector<ResourceReference> peers;  ///< virtual networks
  SourceSpan span;
};

/// Two virtual networks joined, said by a resource of its own.
struct TopologyPeering {
  ResourceReference from, to;
  SourceSpan span;
};

/// Unknown: not before deployment, or the resource is in no input. NotGiven: the input says none, and Azure takes
/// Basic.
enum class Sku : std::uint8_t { Unknown, NotGiven, Basic, Standard };

struct TopologyIpConfiguration {
  ResourceReference subnet;
  std::optional<net::IpAddress> address;  ///< static
  ResourceReference public_address;
  bool own_public_address{};  ///< a public address that is made with it, of a scale set or a machine
  Sku own_sku{Sku::NotGiven};
  bool public_address_open{};  ///< whether it has one is not known before deployment
  bool open{};                 ///< nothing of it is known before deployment, nor whether it is one or several
  std::vector<ResourceReference> pools, nat_rules, asgs;
};

struct TopologyNic {
  ResourceHandle handle;
  ResourceReference nsg;
  ResourceReference machine;
  std::vector<TopologyIpConfiguration> configurations;
  bool scale_set{};  ///< stands for all instances of a scale set
  bool may_be_absent{};
  SourceSpan span;
};

struct TopologyPublicAddress {
  ResourceHandle handle;
  Sku sku{};
  SourceSpan span;
  std::optional<std::int64_t> idle_timeout_minutes;  ///< after which silent connections are dropped; empty: not given
};

/// How a balancer asks whether a machine is there: from AzureLoadBalancer, over TCP whatever the protocol says.
struct TopologyProbe {
  std::string name;
  std::optional<net::Port> port;
};

/// Traffic to one port of a frontend goes to one port behind it.
struct TopologyBalancerRule {
  std::string name;
  std::string protocol;  ///< as written
  std::optional<net::Port> frontend_port, backend_port;
  ResourceReference pool, probe;
  bool floating{};  ///< the destination stays the frontend's address
};

struct TopologyBalancer {
  ResourceHandle handle;
  Sku sku{};
  bool is_public{};
  std::vector<TopologyBalancerRule> rules;
  std::vector<TopologyBalancerRule> nat_rules;  ///< `name` tells which
  std::vector<TopologyProbe> probes;
  SourceSpan span;
};

struct TopologyRouteTable {
  ResourceHandle handle;
  std::vector<Route> routes;
  bool routes_unknown{};
  SourceSpan span;
};

/// An attachment that is a resource of its own.
struct TopologyLink {
  ResourceReference resource, linked;
  SourceSpan span;
};

/// A member of a balancer's pool that is given by its address.
struct TopologyMember {
  net::IpAddress address;
  ResourceReference pool;
};

/// The network as far as the inputs of a run show it; what one resource says of another is not looked up yet.
struct Topology {
  std::vector<TopologyNetwork> networks;
  std::vector<TopologySubnet> subnets;  ///< that stand by themselves
  std::vector<TopologyPeering> peerings;
  std::vector<TopologyNic> nics;
  std::vector<TopologyPublicAddress> public_addresses;
  std::vector<TopologyBalancer> balancers;
  std::vector<TopologyRouteTable> route_tables;
  std::vector<TopologyLink> subnet_nsgs, nic_nsgs, subnet_routes, nic_asgs, nic_addresses, nic_pools, nic_nat_rules;
  std::vector<TopologyMember> pool_members;

  [[nodiscard]] bool empty() const { return networks.empty() && subnets.empty() && nics.empty(); }
  /// Adds what another input holds.
  void append(Topology other);
};

}  // namespace nsgcheck::model
