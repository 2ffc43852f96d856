// SPDX-License-Identifier: Apache-2.0
#include "analyzer/io/topology_reader.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>

#include "analyzer/io/topology_fields.hpp"
#include "analyzer/net/text.hpp"

namespace nsgcheck::io {
namespace {

using model::ResourceHandle;
using model::Topology;

ResourceHandle part_of(const ResourceHandle& whole, std::string_view type, const Node& part) {
  ResourceHandle handle;
  handle.name = whole.name + '/' + property_text(part, "name");
  handle.id = property_text(part, "id");
  if (handle.id.empty() && !whole.id.empty())
    handle.id = fmt::format("{}/{}/{}", whole.id, type, property_text(part, "name"));
  handle.group = whole.group;
  handle.subscription = whole.subscription;
  return handle;
}

/// The network that a resource is a part of: "vnet" for "vnet/web".
model::ResourceReference network_of(const ResourceHandle& handle) {
  if (std::string in_id = model::whole_in_id(handle.id); !in_id.empty()) return in_id;
  return model::network_reference(handle, "virtualNetworks", handle.name.substr(0, handle.name.rfind('/')));
}

model::TopologySubnet subnet_of(const ResourceHandle& handle, const Node& node) {
  model::TopologySubnet subnet;
  subnet.handle = handle;
  subnet.span = node.span;
  for (const std::string_view key : {"addressPrefix", "addressPrefixes"})
    add_prefixes(property(node, key), subnet.prefixes, subnet.prefixes_unknown);
  if (subnet.prefixes.empty()) subnet.prefixes_unknown = true;
  subnet.nsg = reference_in(property(node, "networkSecurityGroup"));
  subnet.route_table = reference_in(property(node, "routeTable"));
  return subnet;
}

void read_network(const ResourceHandle& handle, const Node& node, Topology& topology) {
  model::TopologyNetwork network;
  network.handle = handle;
  network.span = node.span;
  const Node* space = property(node, "addressSpace");
  const Node* prefixes = space == nullptr ? nullptr : space->find("addressPrefixes");
  add_prefixes(prefixes, network.prefixes, network.prefixes_unknown);
  if (network.prefixes.empty()) network.prefixes_unknown = true;
  for_each_item(property(node, "subnets"), [&](const Node& each) {
    network.subnets.push_back(subnet_of(part_of(handle, "subnets", each), each));
  });
  for_each_item(property(node, "virtualNetworkPeerings"), [&](const Node& each) {
    network.peers.push_back(reference_in(property(each, "remoteVirtualNetwork")));
  });
  topology.networks.push_back(std::move(network));
}

void read_subnet(const ResourceHandle& handle, const Node& node, Topology& topology) {
  model::TopologySubnet subnet = subnet_of(handle, node);
  subnet.network = network_of(handle);
  topology.subnets.push_back(std::move(subnet));
}

void read_peering(const ResourceHandle& handle, const Node& node, Topology& topology) {
  topology.peerings.push_back({network_of(handle), reference_in(property(node, "remoteVirtualNetwork")), node.span});
}

/// A value of which only the expression is known, or its symbolic name.
bool is_open(const Node& node) { return node.is(Node::Kind::Unknown) || !node.why.empty(); }

model::TopologyIpConfiguration configuration_of(const Node& node) {
  model::TopologyIpConfiguration out;
  out.subnet = reference_in(property(node, "subnet"));
  const std::string address = property_text(node, "privateIPAddress");
  // Exports show the address of a dynamic allocation, too: what it is today.
  if (!address.empty()) out.address = net::parse_address(address);
  out.public_address = reference_in(property(node, "publicIPAddress"));
  const Node* const address_node = property(node, "publicIPAddress");
  out.public_address_open = address_node != nullptr && is_open(*address_node);
  const Node* const own = property(node, "publicIPAddressConfiguration");
  out.own_public_address = own != nullptr && !is_open(*own);
  if (out.own_public_address) out.own_sku = sku_of(*own);
  out.public_address_open = out.public_address_open || (own != nullptr && !out.own_public_address);
  out.open = is_open(node);
  const auto references = [&](std::string_view key, std::vector<model::ResourceReference>& into) {
    for_each_item(property(node, key), [&](const Node& each) { into.push_back(reference_in(&each)); });
  };
  references("loadBalancerBackendAddressPools", out.pools);
  references("loadBalancerInboundNatRules", out.nat_rules);
  references("applicationSecurityGroups", out.asgs);
  return out;
}

model::TopologyNic nic_of(const ResourceHandle& handle, const Node& node) {
  model::TopologyNic nic;
  nic.handle = handle;
  nic.span = node.span;
  nic.nsg = reference_in(property(node, "networkSecurityGroup"));
  nic.machine = reference_in(property(node, "virtualMachine"));
  const Node* const configurations = property(node, "ipConfigurations");
  for_each_item(configurations, [&](const Node& each) { nic.configurations.push_back(configuration_of(each)); });
  if (configurations != nullptr && is_open(*configurations)) nic.configurations.emplace_back().open = true;
  return nic;
}

// Interfaces that are made with a machine, or with each of a scale set.
void read_machine(const ResourceHandle& handle, const Node& node, bool is_scale_set, bool may_be_absent,
                  Topology& topology) {
  const Node* profile = is_scale_set ? property(node, "virtualMachineProfile") : &node;
  const Node* list = nullptr;
  if (profile != nullptr)
    if (const Node* network = property(*profile, "networkProfile"))
      list = network->find("networkInterfaceConfigurations");
  for_each_item(list, [&](const Node& each) {
    model::TopologyNic nic = nic_of(part_of(handle, "networkInterfaces", each), each);
    nic.machine = handle.name;
    nic.scale_set = is_scale_set;
    nic.may_be_absent = may_be_absent;
    topology.nics.push_back(std::move(nic));
  });
}

model::TopologyBalancerRule balancer_rule_of(const Node& node) {
  model::TopologyBalancerRule rule;
  rule.name = property_text(node, "name");
  rule.protocol = property_text(node, "protocol");
  rule.frontend_port = port_in(property(node, "frontendPort"));
  rule.backend_port = port_in(property(node, "backendPort"));
  rule.pool = reference_in(property(node, "backendAddressPool"));
  rule.probe = reference_in(property(node, "probe"));
  const Node* floating = property(node, "enableFloatingIP");
  rule.floating = floating != nullptr && floating->is(Node::Kind::Bool) && floating->boolean;
  return rule;
}

/// The interface of one of its configurations; "" for what is no id of one.
std::string interface_in(const Node* configuration) {
  const std::string id = reference_in(configuration);
  const std::size_t end = net::lower(id).rfind("/ipconfigurations/");
  return end == std::string::npos ? std::string{} : id.substr(0, end);
}

/// What a reference to a resource is.
model::ResourceReference reference_to(const ResourceHandle& handle, std::string_view type) {
  return handle.id.empty() ? model::network_reference(handle, type, handle.name) : handle.id;
}

// Exports say at the balancer, too, which interfaces it sends to.
void add_members(const ResourceHandle& handle, const Node& node, Topology& topology) {
  const auto link = [&](const Node* configuration, const std::string& part, std::vector<model::TopologyLink>& to) {
    std::string nic = interface_in(configuration);
    if (!nic.empty()) to.push_back({std::move(nic), part, node.span});
  };
  for_each_item(property(node, "backendAddressPools"), [&](const Node& pool) {
    const std::string part =
        reference_to(part_of(handle, "backendAddressPools", pool), "loadBalancers/backendAddressPools");
    for_each_item(property(pool, "backendIPConfigurations"),
                  [&](const Node& each) { link(&each, part, topology.nic_pools); });
    for_each_item(property(pool, "loadBalancerBackendAddresses"), [&](const Node& each) {
      link(property(each, "networkInterfaceIPConfiguration"), part, topology.nic_pools);
      if (const auto address = net::parse_address(property_text(each, "ipAddress")))
        topology.pool_members.push_back({*address, part});
    });
  });
  for_each_item(property(node, "inboundNatRules"), [&](const Node& rule) {
    link(property(rule, "backendIPConfiguration"),
         reference_to(part_of(handle, "inboundNatRules", rule), "loadBalancers/inboundNatRules"),
         topology.nic_nat_rules);
  });
}

void read_balancer(const ResourceHandle& handle, const Node& node, Topology& topology) {
  model::TopologyBalancer balancer;
  balancer.handle = handle;
  balancer.sku = sku_of(node);
  balancer.span = node.span;
  for_each_item(property(node, "frontendIPConfigurations"), [&](const Node& each) {
    if (property(each, "publicIPAddress") != nullptr) balancer.is_public = true;
  });
  for_each_item(property(node, "loadBalancingRules"),
                [&](const Node& each) { balancer.rules.push_back(balancer_rule_of(each)); });
  for_each_item(property(node, "inboundNatRules"),
                [&](const Node& each) { balancer.nat_rules.push_back(balancer_rule_of(each)); });
  for_each_item(property(node, "probes"), [&](const Node& each) {
    balancer.probes.push_back({property_text(each, "name"), port_in(property(each, "port"))});
  });
  add_members(handle, node, topology);
  topology.balancers.push_back(std::move(balancer));
}

void read_route_table(const ResourceHandle& handle, const Node& node, Topology& topology) {
  model::TopologyRouteTable table;
  table.handle = handle;
  table.span = node.span;
  for_each_item(property(node, "routes"), [&](const Node& each) {
    std::vector<net::AnyPrefix> prefixes;
    add_prefixes(property(each, "addressPrefix"), prefixes, table.routes_unknown);
    for (const net::AnyPrefix& prefix : prefixes) table.routes.push_back({prefix, property_text(each, "nextHopType")});
  });
  topology.route_tables.push_back(std::move(table));
}

}  // namespace

bool read_topology_resource(std::string_view type, const ResourceHandle& handle, const Node& resource,
                            bool may_be_absent, Topology& topology) {
  const auto is = [&](std::string_view wanted) { return net::same_word(type, wanted); };
  if (is("Microsoft.Network/virtualNetworks")) {
    read_network(handle, resource, topology);
  } else if (is("Microsoft.Network/virtualNetworks/subnets")) {
    read_subnet(handle, resource, topology);
  } else if (is("Microsoft.Network/virtualNetworks/virtualNetworkPeerings")) {
    read_peering(handle, resource, topology);
  } else if (is("Microsoft.Network/networkInterfaces")) {
    topology.nics.push_back(nic_of(handle, resource));
    topology.nics.back().may_be_absent = may_be_absent;
  } else if (is("Microsoft.Compute/virtualMachineScaleSets")) {
    read_machine(handle, resource, true, may_be_absent, topology);
  } else if (is("Microsoft.Compute/virtualMachines")) {
    // Its interfaces are resources of their own, unless they are made with it.
    const std::size_t before = topology.nics.size();
    read_machine(handle, resource, false, may_be_absent, topology);
    return topology.nics.size() != before;
  } else if (is("Microsoft.Network/publicIPAddresses")) {
    topology.public_addresses.push_back(
        {handle, sku_of(resource), resource.span, number_in(property(resource, "idleTimeoutInMinutes"))});
    // Exports say at the address, too, at which interface it is.
    if (std::string nic = interface_in(property(resource, "ipConfiguration")); !nic.empty())
      topology.nic_addresses.push_back({std::move(nic), reference_to(handle, "publicIPAddresses"), resource.span});
  } else if (is("Microsoft.Network/loadBalancers")) {
    read_balancer(handle, resource, topology);
  } else if (is("Microsoft.Network/routeTables")) {
    read_route_table(handle, resource, topology);
  } else {
    return false;
  }
  return true;
}

}  // namespace nsgcheck::io
