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
  return handle;
}

/// "vnet" of "vnet/web".
std::string parent(std::string_view name) { return std::string{name.substr(0, name.rfind('/'))}; }

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
  subnet.network = parent(handle.name);
  topology.subnets.push_back(std::move(subnet));
}

void read_peering(const ResourceHandle& handle, const Node& node, Topology& topology) {
  topology.peerings.push_back({parent(handle.name), reference_in(property(node, "remoteVirtualNetwork")), node.span});
}

model::TopologyIpConfiguration configuration_of(const Node& node) {
  model::TopologyIpConfiguration out;
  out.subnet = reference_in(property(node, "subnet"));
  const std::string address = property_text(node, "privateIPAddress");
  // Exports show the address of a dynamic allocation, too: what it is today.
  if (!address.empty()) out.address = net::parse_address(address);
  out.public_address = reference_in(property(node, "publicIPAddress"));
  out.own_public_address = property(node, "publicIPAddressConfiguration") != nullptr;
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
  for_each_item(property(node, "ipConfigurations"),
                [&](const Node& each) { nic.configurations.push_back(configuration_of(each)); });
  return nic;
}

void read_scale_set(const ResourceHandle& handle, const Node& node, bool may_be_absent, Topology& topology) {
  const Node* profile = property(node, "virtualMachineProfile");
  const Node* list = profile == nullptr ? nullptr : profile->at({"networkProfile", "networkInterfaceConfigurations"});
  for_each_item(list, [&](const Node& each) {
    model::TopologyNic nic = nic_of(part_of(handle, "networkInterfaces", each), each);
    nic.machine = handle.name;
    nic.scale_set = true;
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
    read_scale_set(handle, resource, may_be_absent, topology);
  } else if (is("Microsoft.Network/publicIPAddresses")) {
    topology.public_addresses.push_back(
        {handle, sku_of(resource), resource.span, number_in(property(resource, "idleTimeoutInMinutes"))});
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
