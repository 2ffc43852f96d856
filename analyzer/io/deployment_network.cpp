// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <array>

#include "analyzer/io/deployment_fields.hpp"
#include "analyzer/model/application_group.hpp"
#include "analyzer/model/network_context.hpp"
#include "analyzer/net/text.hpp"

namespace nsgcheck::io {
namespace {

void read_subnet(DeploymentFields& fields, const Node& node) {
  if (!fields.object(node, "a subnet", {"name", "addressPrefix", "addressPrefixes", "nsg", "routes"})) return;
  model::Subnet subnet;
  subnet.name = fields.name(node, "a subnet");
  for (const std::string_view key : {"addressPrefix", "addressPrefixes"})
    fields.each_text(node, key, true, [&](const Node& item) {
      if (const auto block = fields.prefix(item)) subnet.prefixes.push_back(*block);
    });
  fields.each(node, "routes", [&](const Node& item) {
    if (!fields.object(item, "a route", {"name", "addressPrefix", "nextHop"})) return;
    if (!DeploymentFields::given(item.find("addressPrefix")))
      return fields.fault(item, "a route has an \"addressPrefix\"");
    fields.each_text(item, "addressPrefix", true, [&](const Node& block) {
      if (const auto one = fields.prefix(block))
        subnet.routes.push_back({*one, fields.text(item, "nextHop").value_or("")});
    });
  });
  auto& subnets = fields.deployment().subnets;
  for (const model::Subnet& other : subnets)
    if (!subnet.name.empty() && net::same_word(other.name, subnet.name))
      fields.fault(node, fmt::format("two subnets are called \"{}\"", subnet.name));
  if (const auto nsg = fields.text(node, "nsg"))
    fields.file().attachments.push_back({*nsg, node.find("nsg")->span, subnets.size(), std::nullopt});
  subnets.push_back(std::move(subnet));
}

}  // namespace

void read_network(DeploymentFields& fields, const Node* node) {
  if (!DeploymentFields::given(node)) return fields.assume("virtual-network-default");
  if (!fields.object(*node, "a virtual network", {"addressPrefixes", "peers", "onPremises", "subnets"})) return;
  net::AddressSet space;
  net::AddressSet connected;
  const auto gather = [&](std::string_view key, net::AddressSet& into) {
    fields.each_text(*node, key, true, [&](const Node& item) {
      if (const auto one = fields.prefix(item)) into = into | net::AddressSet::of(*one);
    });
  };
  gather("addressPrefixes", space);
  gather("peers", connected);
  gather("onPremises", connected);
  model::NetworkContext& network = fields.deployment().network;
  if (space.empty()) {
    fields.assume("virtual-network-default");
    network.virtual_network = network.virtual_network | connected;
  } else {
    network.virtual_network = space | connected | net::AddressSet::of(net::IpAddress{model::kHostAddress});
    network.virtual_network_assumed = false;
  }
  fields.each(*node, "subnets", [&](const Node& item) { read_subnet(fields, item); });
}

void read_security_groups(DeploymentFields& fields, const Node* node) {
  if (!DeploymentFields::given(node)) return;
  if (!node->is(Node::Kind::Object))
    return fields.fault(*node, "\"applicationSecurityGroups\" is an object of names with lists of addresses");
  for (const auto& [name, list] : node->members()) {
    net::AddressSet members;
    fields.each_text(*node, name, true, [&](const Node& item) {
      if (const auto one = fields.address(item)) members = members | net::AddressSet::of(*one);
    });
    // A group without a known member stays unknown: it may have some.
    if (!members.empty()) fields.deployment().network.asg_members[net::lower(model::group_identity(name))] = members;
  }
}

}  // namespace nsgcheck::io
