// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/deployment.hpp"

#include <utility>

namespace nsgcheck::model {

std::optional<net::IpAddress> Instance::address(net::Family family) const {
  for (const net::IpAddress& one : addresses)
    if (net::family_of(one) == family) return one;
  return std::nullopt;
}

void doubt_conditional_nsgs(Deployment& deployment) {
  for (Nsg& nsg : deployment.nsgs)
    if (!nsg.conditions.empty()) nsg = perhaps_missing(std::move(nsg));
}

Account Deployment::account_of(const Role& role) const {
  if (role.account) return *role.account;
  const std::string_view missing =
      remote_desktop.expiration_unreadable
          ? "the expiration is no date that can be read, so there is no remote desktop account"
          : "";
  return {remote_desktop.user_name, remote_desktop.expiration, std::string{missing}, {}, {}};
}

NetworkContext Deployment::context(std::optional<std::size_t> subnet) const {
  NetworkContext context = network;
  if (!subnet) return context;
  for (const Route& route : subnets[*subnet].routes)
    context.virtual_network = context.virtual_network | net::AddressSet::of(route.prefix);
  return context;
}

SecurityRule any_rule(std::string name, Reason reason, SourceSpan span) {
  SecurityRule gap;
  gap.name = std::move(name);
  gap.span = gap.name_span = span;
  gap.origin = Origin::Gap;
  gap.priority.reason = gap.access.reason = gap.direction.reason = gap.protocol.reason = reason;
  AddressItem address;
  address.value = Undetermined{reason};
  PortItem port;
  port.value = Undetermined{reason};
  gap.sources = gap.destinations = {address};
  gap.source_ports = gap.destination_ports = {port};
  return gap;
}

Nsg unknown_nsg(std::string name, Reason reason) {
  Nsg nsg;
  nsg.name = std::move(name);
  nsg.rules.push_back(any_rule("", reason, {}));
  return with_defaults(std::move(nsg));
}

std::vector<DeploymentFinding> findings(const Deployment& deployment) {
  std::string names;
  std::size_t forwarders = 0;
  for (const Role& role : deployment.roles)
    if (role.remote_forwarder) names += (forwarders++ == 0 ? "" : ", ") + role.name;
  if (forwarders < 2 || deployment.forwarder_role_open) return {};
  return {{"two-forwarder-roles", "More than one role imports RemoteForwarder (" + names +
                                      "), which Azure refuses; the instances of all are in the pool."}};
}

}  // namespace nsgcheck::model
