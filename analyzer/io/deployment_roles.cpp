// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "analyzer/io/deployment_fields.hpp"
#include "analyzer/net/text.hpp"

namespace nsgcheck::io {
namespace {

void read_state(DeploymentFields& fields, const Node& node, model::Instance& instance) {
  const auto state = fields.text(node, "state");
  if (!state && !DeploymentFields::given(node.find("state"))) fields.assume("instance-state-default");
  if (state && net::same_word(*state, "Busy"))
    instance.state = model::InstanceState::Busy;
  else if (state && net::same_word(*state, "Stopped"))
    instance.state = model::InstanceState::Stopped;
  else if (state && !net::same_word(*state, "Ready"))
    fields.fault(*node.find("state"), fmt::format("\"{}\" is none of Ready, Busy, Stopped", *state));
  const auto forwarder = fields.text(node, "forwarder");
  instance.forwarder_crashed = forwarder && net::same_word(*forwarder, "crashed");
  if (forwarder && !instance.forwarder_crashed && !net::same_word(*forwarder, "running"))
    fields.fault(*node.find("forwarder"), fmt::format("\"{}\" is neither running nor crashed", *forwarder));
}

void read_addresses(DeploymentFields& fields, const Node& node, model::Instance& instance) {
  if (!DeploymentFields::given(node.find("address"))) return fields.fault(node, "an instance has an \"address\"");
  fields.each_text(node, "address", true, [&](const Node& item) {
    const auto one = fields.address(item);
    if (!one) return;
    for (const model::Role& role : fields.deployment().roles)
      for (const model::Instance& other : role.instances)
        if (std::find(other.addresses.begin(), other.addresses.end(), *one) != other.addresses.end())
          fields.fault(item, fmt::format("\"{}\" is the address of {}, too", item.text, other.name));
    instance.addresses.push_back(*one);
  });
  if (instance.addresses.empty() && node.find("address")->is(Node::Kind::Array))
    fields.fault(node, "an instance has at least one address");
}

void read_instance(DeploymentFields& fields, const Node& node, std::size_t role_index) {
  if (!fields.object(node, "an instance", {"name", "address", "nsg", "state", "forwarder"})) return;
  model::Instance instance;
  instance.span = node.span;
  instance.name = fields.name(node, "an instance");
  read_addresses(fields, node, instance);
  read_state(fields, node, instance);
  auto& instances = fields.deployment().roles[role_index].instances;
  for (const model::Instance& other : instances)
    if (!instance.name.empty() && other.name == instance.name)
      fields.fault(node, fmt::format("two instances of the role are called \"{}\"", instance.name));
  if (const auto nsg = fields.text(node, "nsg"))
    fields.file().attachments.push_back(
        {*nsg, node.find("nsg")->span, std::nullopt, std::pair{role_index, instances.size()}});
  instances.push_back(std::move(instance));
}

// The subnet that holds every address of the role's instances.
std::optional<std::size_t> subnet_of(const model::Deployment& deployment, const model::Role& role) {
  for (std::size_t i = 0; i < deployment.subnets.size(); ++i) {
    net::AddressSet space;
    for (const net::AnyPrefix& prefix : deployment.subnets[i].prefixes) space = space | net::AddressSet::of(prefix);
    const auto inside = [&](const model::Instance& instance) {
      return std::all_of(instance.addresses.begin(), instance.addresses.end(),
                         [&](const net::IpAddress& one) { return space.contains(one); });
    };
    if (std::all_of(role.instances.begin(), role.instances.end(), inside)) return i;
  }
  return std::nullopt;
}

void place(DeploymentFields& fields, const Node& node, model::Role& role) {
  const auto& subnets = fields.deployment().subnets;
  if (const auto name = fields.text(node, "subnet")) {
    const auto found = std::find_if(subnets.begin(), subnets.end(),
                                    [&](const model::Subnet& one) { return net::same_word(one.name, *name); });
    if (found == subnets.end())
      return fields.fault(*node.find("subnet"), fmt::format("no subnet is called \"{}\"", *name));
    role.subnet = static_cast<std::size_t>(found - subnets.begin());
    return;
  }
  if (subnets.empty()) return;
  fields.assume("role-subnet-default");
  role.subnet = subnets.size() == 1 ? std::optional<std::size_t>{0} : subnet_of(fields.deployment(), role);
  // Without its subnet the NSG before the role is not known, and leaving it out would let everything pass.
  if (!role.subnet)
    fields.fault(node, fmt::format("role \"{}\" names no \"subnet\", and none holds all its addresses", role.name));
}

void read_role(DeploymentFields& fields, const Node& node) {
  if (!fields.object(node, "a role", {"name", "remoteForwarder", "remoteAccess", "subnet", "instances"})) return;
  auto& roles = fields.deployment().roles;
  const std::size_t index = roles.size();
  model::Role role;
  role.span = node.span;
  role.name = fields.name(node, "a role");
  for (const model::Role& other : roles)
    if (!role.name.empty() && other.name == role.name)
      fields.fault(node, fmt::format("two roles are called \"{}\"", role.name));
  if (!DeploymentFields::given(node.find("remoteForwarder"))) fields.assume("remote-forwarder-default");
  if (!DeploymentFields::given(node.find("remoteAccess"))) fields.assume("remote-access-default");
  role.remote_forwarder = fields.flag(node, "remoteForwarder").value_or(false);
  role.remote_access = fields.flag(node, "remoteAccess").value_or(false);
  roles.push_back(std::move(role));
  fields.each(node, "instances", [&](const Node& item) { read_instance(fields, item, index); });
  place(fields, node, roles[index]);
}

}  // namespace

void read_roles(DeploymentFields& fields, const Node& root) {
  if (!DeploymentFields::given(root.find("roles"))) return fields.fault(root, "a deployment has \"roles\"");
  fields.each(root, "roles", [&](const Node& item) { read_role(fields, item); });
  const auto& roles = fields.deployment().roles;
  const auto forwarders =
      std::count_if(roles.begin(), roles.end(), [](const model::Role& role) { return role.remote_forwarder; });
  if (forwarders > 1) fields.assume("two-forwarder-roles");
}

}  // namespace nsgcheck::io
