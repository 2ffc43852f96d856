// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "analyzer/net/text.hpp"
#include "analyzer/policy/cloud_check.hpp"

namespace nsgcheck::policy {
namespace {

using model::CloudRole;
using model::CloudService;
using model::Endpoint;
using model::EndpointKind;

bool imports_forwarder(const CloudService& service, const CloudRole& role) {
  return model::imports(service, role, model::kRemoteForwarder, model::kForwarderEnabled);
}

bool imports_access(const CloudService& service, const CloudRole& role) {
  return model::imports(service, role, model::kRemoteAccess, model::kAccessEnabled);
}

// One port of a machine has one listener, and the forwarder takes what is left (azure-rdp 1.2). Other automatic
// endpoints of its role draw from the same pool.
std::optional<CloudFault> beside_forwarder(const model::Deployment& deployment, const CloudRole& role,
                                           const Endpoint& endpoint, bool assumed) {
  const net::Port port = deployment.forwarder_port;
  CloudFault out{endpoint.span, "", role.name + '/' + endpoint.name, false, {}};
  if (model::listens_on(endpoint, port)) {
    out.message = fmt::format("endpoint {} of role {} listens on {}, {}", endpoint.name, role.name, port,
                              assumed ? "so the forwarder gets another port" : "and so does the forwarder");
    return out;
  }
  out.unknown = true;
  if (endpoint.doubt) {
    out.message = fmt::format("role {}: {}", role.name, endpoint.doubt->why);
    out.reason = endpoint.doubt->reason;
    return out;
  }
  if (!assumed || !endpoint.automatic_port) return std::nullopt;
  out.message = fmt::format("endpoint {} of role {} has an automatic port, too: the forwarder may get another than {}",
                            endpoint.name, role.name, port);
  out.reason = model::Reason::MissingAttachment;
  return out;
}

std::vector<CloudFault> uncertain_port(const model::Deployment& deployment, const CloudService& service) {
  std::vector<CloudFault> out;
  const auto& codes = deployment.assumptions;
  const bool assumed = std::find(codes.begin(), codes.end(), "forwarder-port-default") != codes.end();
  for (const model::RunningInstance& one : service.instances)
    if (one.port_doubt)
      out.push_back({one.port_doubt->span, one.port_doubt->why, one.name, true, one.port_doubt->reason});
  for (const CloudRole& role : service.roles) {
    const auto own = std::find_if(deployment.roles.begin(), deployment.roles.end(),
                                  [&](const model::Role& one) { return net::same_word(one.name, role.name); });
    if (own == deployment.roles.end() || !own->remote_forwarder) continue;
    for (const Endpoint& endpoint : role.endpoints)
      if (auto fault = beside_forwarder(deployment, role, endpoint, assumed)) out.push_back(*std::move(fault));
  }
  return out;
}

std::vector<CloudFault> traffic_rules(const model::Deployment& deployment, const CloudService& service) {
  std::vector<CloudFault> out;
  for (const model::TrafficRule& rule : service.traffic_rules)
    for (const auto& to : rule.destinations) {
      if (!net::same_word(to.endpoint, model::kRdpInternal)) continue;
      for (const model::Role& from : deployment.roles) {
        const bool named = std::any_of(rule.from_roles.begin(), rule.from_roles.end(),
                                       [&](const std::string& one) { return net::same_word(one, from.name); });
        if (!from.remote_forwarder || named) continue;
        out.push_back({rule.span,
                       fmt::format("the traffic rule keeps the forwarders of role {} from remote desktop of role {}",
                                   from.name, to.role),
                       from.name + '/' + to.role});
      }
    }
  return out;
}

std::vector<CloudFault> out_of_rotation(const model::Deployment& deployment) {
  std::vector<CloudFault> out;
  for (const model::Role& role : deployment.roles) {
    if (!role.remote_forwarder) continue;
    const CloudRole* from = deployment.service ? deployment.service->role(role.name) : nullptr;
    if (from != nullptr && from->count_doubt && !from->instance_count)
      out.push_back({from->count_doubt->span, fmt::format("role {}: {}", role.name, from->count_doubt->why), role.name,
                     true, from->count_doubt->reason});
    if (role.instances.empty())
      out.push_back({role.span, fmt::format("role {} has the forwarder, but no instance", role.name), role.name});
    for (const model::Instance& instance : role.instances) {
      const bool ready = instance.state == model::InstanceState::Ready;
      if (ready && !instance.forwarder_crashed) continue;
      out.push_back(
          {instance.span,
           ready ? fmt::format("the forwarder of {} has crashed; the probe does not see it, so some clients are "
                               "lost",
                               instance.name)
                 : fmt::format("{} is not Ready, so the balancer sends it no clients", instance.name),
           instance.name});
    }
  }
  return out;
}

std::vector<CloudFault> no_forwarder(const model::Deployment& deployment, const CloudService& service) {
  const bool any = std::any_of(service.roles.begin(), service.roles.end(),
                               [&](const CloudRole& role) { return imports_forwarder(service, role); });
  const bool shown = std::any_of(deployment.roles.begin(), deployment.roles.end(),
                                 [](const model::Role& role) { return role.remote_forwarder; });
  if (any || shown) return {};
  for (const CloudRole& role : service.roles)
    if (imports_access(service, role))
      return {{role.span, fmt::format("role {} imports RemoteAccess, but no role imports RemoteForwarder", role.name),
               "service"}};
  return {};
}

std::vector<CloudFault> two_forwarders(const model::Deployment& deployment) {
  std::vector<CloudFault> out;
  const model::Role* first = nullptr;
  if (deployment.forwarder_role_open) return out;
  for (const model::Role& role : deployment.roles) {
    const CloudRole* from = deployment.service ? deployment.service->role(role.name) : nullptr;
    const bool imported = from != nullptr && imports_forwarder(*deployment.service, *from);
    if (!role.remote_forwarder && !imported) continue;
    if (first != nullptr)
      out.push_back({role.span, fmt::format("role {} imports RemoteForwarder, and so does {}", role.name, first->name),
                     role.name});
    else
      first = &role;
  }
  return out;
}

/// A public port range of an endpoint.
struct Published {
  std::string role, endpoint;
  std::uint32_t low, high;
  bool udp;
  model::SourceSpan span;
};

std::vector<Published> published(const CloudService& service) {
  std::vector<Published> out;
  for (const CloudRole& role : service.roles) {
    // Its endpoint comes with the import.
    if (imports_forwarder(service, role))
      out.push_back({role.name, std::string{model::kRdpInput}, net::kRdpPort, net::kRdpPort, false, role.span});
    for (const Endpoint& endpoint : role.endpoints) {
      if (endpoint.kind == EndpointKind::Internal || !endpoint.port) continue;
      const std::uint32_t high = endpoint.kind == EndpointKind::InstanceInput ? endpoint.port_end : *endpoint.port;
      out.push_back({role.name, endpoint.name, *endpoint.port, std::max<std::uint32_t>(high, *endpoint.port),
                     net::same_word(endpoint.protocol, "udp"), endpoint.span});
    }
  }
  return out;
}

std::vector<CloudFault> taken_ports(const CloudService& service) {
  std::vector<CloudFault> out;
  const std::vector<Published> all = published(service);
  for (std::size_t i = 0; i < all.size(); ++i)
    for (std::size_t j = 0; j < i; ++j) {
      const Published& later = all[i];
      const Published& earlier = all[j];
      if (later.udp != earlier.udp || later.low > earlier.high || earlier.low > later.high) continue;
      // What the import brings stands in no line; the other endpoint does.
      const Published& at = later.endpoint == model::kRdpInput ? earlier : later;
      const Published& other = &at == &later ? earlier : later;
      out.push_back({at.span,
                     fmt::format("endpoint {} of role {} takes public port {}, and so does {} of role {}", at.endpoint,
                                 at.role, std::max(at.low, other.low), other.endpoint, other.role),
                     at.role + '/' + at.endpoint});
    }
  for (const CloudRole& role : service.roles)
    for (const Endpoint& endpoint : role.endpoints)
      if (endpoint.doubt && endpoint.kind != EndpointKind::Internal)
        out.push_back({endpoint.span, fmt::format("role {}: {}", role.name, endpoint.doubt->why),
                       role.name + '/' + endpoint.name, true, endpoint.doubt->reason});
  return out;
}

std::vector<CloudFault> budget(const CloudService& service) {
  constexpr std::size_t kMost = 25;
  std::size_t count = 0;
  for (const CloudRole& role : service.roles)
    count +=
        role.endpoints.size() + (imports_forwarder(service, role) ? 1 : 0) + (imports_access(service, role) ? 1 : 0);
  if (count <= kMost || service.roles.empty()) return {};
  return {{service.roles.front().span,
           fmt::format("the service has {} endpoints with those of remote desktop; it can have {}", count, kMost),
           "service"}};
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// A number that stands by itself.
bool names(std::string_view text, net::Port port) {
  const std::string number = std::to_string(port);
  for (auto at = text.find(number); at != std::string_view::npos; at = text.find(number, at + 1)) {
    const bool before = at > 0 && is_digit(text[at - 1]);
    const std::size_t end = at + number.size();
    if (!before && (end == text.size() || !is_digit(text[end]))) return true;
  }
  return false;
}

std::vector<CloudFault> firewall_tasks(const model::Deployment& deployment, const CloudService& service) {
  std::vector<CloudFault> out;
  for (const CloudRole& role : service.roles)
    for (const model::NamedValue& task : role.startup_tasks) {
      const std::string command = net::lower(task.name);
      constexpr std::array<std::string_view, 3> kFirewalls{"netsh", "firewall", "netfirewallrule"};
      const bool about = std::any_of(kFirewalls.begin(), kFirewalls.end(),
                                     [&](std::string_view word) { return command.find(word) != std::string::npos; });
      if (!about || !imports_forwarder(service, role) || !names(command, net::kRdpPort) ||
          names(command, deployment.forwarder_port))
        continue;
      out.push_back(
          {task.span,
           fmt::format("the start-up task of role {} names {} to the host's firewall, but clients come in on {}",
                       role.name, net::kRdpPort, deployment.forwarder_port),
           role.name});
    }
  return out;
}

const model::AccessControl* control_of(const CloudService& service, const model::EndpointAcl& acl) {
  const auto found = std::find_if(service.access_controls.begin(), service.access_controls.end(),
                                  [&](const auto& one) { return net::same_word(one.name, acl.access_control); });
  return found == service.access_controls.end() ? nullptr : &*found;
}

// Why an ACL of the remote desktop endpoint filters nothing; "" when it does.
std::string idle_acl(const model::Deployment& deployment, const CloudService& service, const model::EndpointAcl& acl) {
  const CloudRole* role = service.role(acl.role);
  if (role == nullptr) return fmt::format("no role is called \"{}\"", acl.role);
  if (imports_forwarder(service, *role)) return "";
  if (deployment.remote_desktop.mode == model::RemoteDesktopMode::Extension && !service.extensions.empty())
    return "remote desktop comes from the extension, whose endpoint takes no ACL";
  return fmt::format("role {} does not import RemoteForwarder", acl.role);
}

// What of an ACL could not be read, so that it is open where it stands; "" when all could.
std::string unread_place(const model::EndpointAcl& acl) {
  if (acl.role.empty()) return "the role of an endpoint ACL could not be read";
  return acl.endpoint.empty() ? "the endpoint of an endpoint ACL could not be read" : "";
}

// Lines in their order; whoever no line names is denied as soon as one permits.
bool lets_somebody_in(const model::AccessControl& control) {
  auto lines = control.rules;
  std::stable_sort(lines.begin(), lines.end(), [](const auto& a, const auto& b) { return a.order < b.order; });
  net::AddressSet rest = net::AddressSet::any(), in;
  bool permits = false;
  for (const model::AccessRule& line : lines) {
    const net::AddressSet here = net::AddressSet::of(line.remote_subnet);
    permits = permits || line.permit;
    if (line.permit) in = in | (rest & here);
    rest = rest - here;
  }
  return !in.empty() || (!permits && !rest.v4.empty());
}

std::optional<CloudFault> closed_acl(const CloudService& service, const model::EndpointAcl& acl) {
  const model::AccessControl* control = control_of(service, acl);
  if (control == nullptr)
    return CloudFault{acl.span,
                      acl.access_control.empty()
                          ? fmt::format("the ACL of {} names no access control", acl.endpoint)
                          : fmt::format("no access control is called \"{}\"", acl.access_control),
                      acl.role, true, model::Reason::InvalidRule};
  if (const auto& open = control->doubt) return CloudFault{open->span, open->why, acl.role, true, open->reason};
  if (lets_somebody_in(*control)) return std::nullopt;
  return CloudFault{acl.span, fmt::format("the ACL \"{}\" lets no client in", acl.access_control), acl.role};
}

std::vector<CloudFault> acls(CloudCheck check, const model::Deployment& deployment, const CloudService& service) {
  std::vector<CloudFault> out;
  if (const auto& open = service.configuration_doubt; open && !service.has_configuration)
    if (check == CloudCheck::AclClosed) out.push_back({open->span, open->why, "service", true, open->reason});
  for (const model::EndpointAcl& acl : service.endpoint_acls) {
    if (!acl.endpoint.empty() && !net::same_word(acl.endpoint, model::kRdpInput)) continue;
    if (const std::string unread = unread_place(acl); !unread.empty()) {
      out.push_back({acl.span, unread, acl.role.empty() ? "service" : acl.role, true, model::Reason::InvalidRule});
      continue;
    }
    const std::string why = idle_acl(deployment, service, acl);
    if (!why.empty()) {
      if (check == CloudCheck::AclWithoutEffect)
        out.push_back({acl.span, fmt::format("the ACL of {} has no effect: {}", acl.endpoint, why), acl.role});
    } else if (check == CloudCheck::AclClosed) {
      if (auto fault = closed_acl(service, acl)) out.push_back(*std::move(fault));
    }
  }
  return out;
}

std::vector<CloudFault> long_names(const model::Deployment& deployment) {
  constexpr std::size_t kLongest = 65;
  std::vector<CloudFault> out;
  for (const model::Role& role : deployment.roles)
    if (role.remote_access && role.name.size() > kLongest)
      out.push_back({role.span,
                     fmt::format("role {} has a name of {} bytes; with more than {} the cookie's long form and its "
                                 "connection request do not fit into one TPDU",
                                 role.name, role.name.size(), kLongest),
                     role.name});
  if (const auto& open = deployment.roles_doubt) out.push_back({open->span, open->why, "service", true, open->reason});
  return out;
}

std::vector<CloudFault> no_network(const model::Deployment& deployment, const CloudService& service) {
  const bool in_network = !service.virtual_network.empty() || service.has_resource;
  if (!service.has_configuration || in_network || deployment.nsgs.empty()) return {};
  return {{service.roles.empty() ? model::SourceSpan{} : service.roles.front().span,
           "the service configuration names no VirtualNetworkSite, so no security group stands before the service",
           "service"}};
}

std::vector<CloudFault> differing_roles(const CloudService& service) {
  std::vector<CloudFault> out;
  if (!service.has_definition || !service.has_configuration) return out;
  for (const CloudRole& role : service.roles)
    if (role.defined != role.configured)
      out.push_back(
          {role.span,
           fmt::format("role {} is in the service {} only", role.name, role.defined ? "definition" : "configuration"),
           role.name});
  return out;
}

// The plugin publishes its endpoint itself, so a service definition cannot give it another timeout (azure-rdp 4).
std::vector<CloudFault> idle_timeout(const model::Deployment& deployment) {
  constexpr std::int64_t kShortest = 4;  // Azure's default
  const model::LoadBalancer& balancer = deployment.balancer;
  if (!balancer.idle_timeout_span.known() || balancer.idle_timeout_minutes > kShortest) return {};
  if (deployment.service)
    for (const CloudRole& role : deployment.service->roles)
      for (const model::NamedValue& task : role.startup_tasks)
        if (net::lower(task.name + ' ' + task.value).find("keepalive") != std::string::npos) return {};
  return {{balancer.idle_timeout_span,
           fmt::format("the balancer drops a connection that is silent for {} minutes, and no start-up task sets "
                       "keep-alives of remote desktop",
                       balancer.idle_timeout_minutes),
           "balancer"}};
}

}  // namespace

std::vector<CloudFault> judge_endpoints(CloudCheck check, const model::Deployment& deployment) {
  if (check == CloudCheck::ForwarderNotInRotation) return out_of_rotation(deployment);
  if (check == CloudCheck::TwoForwarders) return two_forwarders(deployment);
  if (check == CloudCheck::RoleNameTooLong) return long_names(deployment);
  if (check == CloudCheck::IdleTimeout) return idle_timeout(deployment);
  if (!deployment.service) return {};
  const CloudService& service = *deployment.service;
  switch (check) {
    case CloudCheck::ForwarderPortUncertain:
      return uncertain_port(deployment, service);
    case CloudCheck::TrafficRule:
      return traffic_rules(deployment, service);
    case CloudCheck::NoForwarder:
      return no_forwarder(deployment, service);
    case CloudCheck::PublicPortTaken:
      return taken_ports(service);
    case CloudCheck::EndpointBudget:
      return budget(service);
    case CloudCheck::FirewallTask:
      return firewall_tasks(deployment, service);
    case CloudCheck::AclWithoutEffect:
    case CloudCheck::AclClosed:
      return acls(check, deployment, service);
    case CloudCheck::NoVirtualNetwork:
      return no_network(deployment, service);
    case CloudCheck::RolesDiffer:
      return differing_roles(service);
    default:
      return {};
  }
}

}  // namespace nsgcheck::policy
