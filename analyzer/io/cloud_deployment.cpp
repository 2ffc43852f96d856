// SPDX-License-Identifier: Apache-2.0
#include "analyzer/io/cloud_deployment.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "analyzer/io/cloud_accounts.hpp"
#include "analyzer/io/cloud_acl.hpp"
#include "analyzer/io/deployment_fields.hpp"
#include "analyzer/model/assumed_address.hpp"
#include "analyzer/net/text.hpp"

namespace nsgcheck::io {
namespace {

constexpr net::Port kUsualForwarderPort = 20000;

template <class Items>
auto* named(Items& items, std::string_view name) {
  const auto found =
      std::find_if(items.begin(), items.end(), [&](const auto& item) { return net::same_word(item.name, name); });
  return found == items.end() ? decltype(&*found){} : &*found;
}

model::InstanceState state_of(const std::string& status) {
  if (status.empty() || net::same_word(status, "ReadyRole") || net::same_word(status, "Ready"))
    return model::InstanceState::Ready;
  return net::lower(status).find("stop") != std::string::npos ? model::InstanceState::Stopped
                                                              : model::InstanceState::Busy;
}

class ServiceApplier {
 public:
  ServiceApplier(const model::CloudService& service, const Documents& documents, DeploymentFile& file)
      : service_{service}, documents_{documents}, file_{file}, out_{file.deployment} {}

  void run() {
    if (!service_.name.empty()) out_.name = service_.name;
    for (const char* code : {"remote-desktop-default", "remote-forwarder-default", "remote-access-default"})
      std::erase(out_.assumptions, code);
    if (!service_.has_definition && service_.has_configuration) assume("definition-missing");
    out_.remote_desktop = {};
    // A definition has all roles, whatever other files tell of them.
    out_.roles_doubt = service_.has_definition ? service_.definition_doubt : service_.roles_doubt;
    out_.forwarder_doubt = out_.roles_doubt;
    if (out_.roles_doubt) assume("roles-open");
    bool any_plugin = false;
    for (const model::CloudRole& role : service_.roles) any_plugin = add_role(role) || any_plugin;
    out_.remote_desktop.mode = any_plugin ? model::RemoteDesktopMode::Plugin : model::RemoteDesktopMode::Extension;
    settle_forwarders();
    settle_ports();
    for (const model::EndpointAcl& acl : service_.endpoint_acls)
      if (!acl.access_control.empty() && named(service_.access_controls, acl.access_control) == nullptr)
        fault(acl.span, fmt::format("no access control is called \"{}\"", acl.access_control));
    if (service_.has_configuration && service_.virtual_network.empty() && !service_.has_resource)
      assume("virtual-network-not-named");
    attach_acls(service_, out_);
    limit_desktop_sources(service_, out_);
    if (!service_.other_slots.empty()) assume("other-slot-left-aside");
    out_.service = service_;
  }

 private:
  void assume(std::string_view code) {
    if (std::find(out_.assumptions.begin(), out_.assumptions.end(), code) == out_.assumptions.end())
      out_.assumptions.emplace_back(code);
  }

  void fault(SourceSpan span, std::string message) {
    Diagnostic out;
    if (span.known() && span.document < documents_.size()) {
      out.file = documents_[span.document].file;
      out.position = position_of(documents_[span.document], span);
    }
    out.message = std::move(message);
    file_.errors.push_back(std::move(out));
  }

  // True when the plugin switches remote desktop on.
  bool add_role(const model::CloudRole& from) {
    model::Role* role = named(out_.roles, from.name);
    if (role == nullptr) {
      out_.roles.emplace_back();
      role = &out_.roles.back();
      role->name = from.name;
    }
    role->span = from.span;
    model::CloudRole looked_at = from;
    if (!from.doubt) looked_at.doubt = doubt_of_nameless(from);
    const RoleDesktop desktop = role_desktop(service_, looked_at);
    if (from.doubt || (looked_at.doubt && from.import(model::kRemoteForwarder) != nullptr))
      out_.forwarder_doubt = looked_at.doubt;
    role->remote_access = desktop.by_plugin || desktop.by_extension;
    role->remote_forwarder = desktop.forwards;
    role->account = desktop.account;
    role->access_doubt = desktop.doubt;
    if (desktop.settings_assumed) assume("plugin-settings-default");
    if (desktop.extension_unknown) assume("extension-settings-unknown");
    place(from, *role);
    add_instances(from, *role);
    return desktop.by_plugin;
  }

  // What one file says of a role without a name it says of one of those of which it seems to say nothing.
  [[nodiscard]] std::optional<model::Doubt> doubt_of_nameless(const model::CloudRole& role) const {
    if (service_.has_definition && !role.defined) return service_.definition_doubt;
    if (service_.has_configuration && !role.configured) return service_.roles_doubt;
    return std::nullopt;
  }

  void place(const model::CloudRole& from, model::Role& role) {
    if (role.subnet) return;
    if (from.subnets.size() > 1) {
      fault(from.subnets[1].span, fmt::format("role \"{}\" lies in {} subnets; it can be looked at in one only",
                                              from.name, from.subnets.size()));
      return lose(role);
    }
    if (!from.subnets.empty()) {
      const std::string& name = from.subnets.front().name;
      if (name.empty()) return lose(role);
      const model::Subnet* found = named(out_.subnets, name);
      if (found == nullptr) {
        out_.subnets.push_back({name, {}, std::nullopt, {}});
        found = &out_.subnets.back();
      }
      if (found->prefixes.empty()) assume("subnet-prefix-unknown");
      role.subnet = static_cast<std::size_t>(found - out_.subnets.data());
      return;
    }
    if (service_.subnets_doubt) return lose(role);
    if (out_.subnets.empty()) return;
    if (out_.subnets.size() > 1) {
      fault(from.span, fmt::format("nothing says in which subnet role \"{}\" lies", from.name));
      return lose(role);
    }
    assume("role-subnet-default");
    role.subnet = 0;
  }

  // Without its subnet the NSG before a role is not known, and leaving it out would let everything pass.
  void lose(model::Role& role) {
    role.subnet = out_.subnets.size();
    out_.subnets.push_back({fmt::format("subnet of {}, not known", role.name), {}, std::nullopt, {}});
    assume("subnet-prefix-unknown");
    file_.missing_nsgs.emplace_back(
        *role.subnet,
        model::unknown_nsg(fmt::format("group before {}, not known", role.name), model::Reason::MissingAttachment));
  }

  void add_instances(const model::CloudRole& from, model::Role& role) {
    const auto add = [&](const std::string& name, SourceSpan span) -> model::Instance& {
      if (model::Instance* known = named(role.instances, name)) return *known;
      role.instances.emplace_back();
      role.instances.back().name = name;
      role.instances.back().span = span;
      return role.instances.back();
    };
    for (const model::RunningInstance& one : service_.instances) {
      if (!net::same_word(one.role, from.name)) continue;
      model::Instance& instance = add(one.name, one.span);
      if (instance.addresses.empty() && one.address) instance.addresses.push_back(*one.address);
      instance.state = state_of(one.status);
      if (one.status.empty()) assume("instance-state-default");
    }
    // Those that nothing shows are numbered from 0 (azure-rdp 2.1).
    if (!from.instance_count && role.instances.empty()) assume("instance-count-default");
    const std::int64_t count =
        from.instance_count.value_or(role.instances.empty() ? 1 : static_cast<std::int64_t>(role.instances.size()));
    if (count > static_cast<std::int64_t>(role.instances.size())) assume("instance-state-default");
    for (std::int64_t i = 0; i < count; ++i) add(fmt::format("{}_IN_{}", from.name, i), from.span);
  }

  void settle_forwarders() {
    const auto forwards = [](const model::Role& role) { return role.remote_forwarder; };
    bool shown = false;
    for (const model::RunningInstance& one : service_.instances) {
      model::Role* role = named(out_.roles, one.role);
      if (one.forwarder_port && role != nullptr) shown = role->remote_forwarder = true;
      // Without the files that enable it, the endpoint of a running instance shows that it is on.
      const bool silent = !service_.has_definition && !service_.has_configuration && service_.extensions.empty();
      if (!silent || !one.takes_remote_desktop || role == nullptr) continue;
      role->remote_access = true;
      assume("plugin-settings-default");
    }
    if (shown || std::any_of(out_.roles.begin(), out_.roles.end(), forwards)) {
      if (std::count_if(out_.roles.begin(), out_.roles.end(), forwards) < 2) return;
      // Roles that may have the plugin at all may be the one that forwards.
      out_.forwarder_role_open =
          !service_.has_definition && !service_.has_configuration && service_.configuration_doubt.has_value();
      if (!out_.forwarder_role_open) assume("two-forwarder-roles");
      return;
    }
    const bool plugin = out_.remote_desktop.mode == model::RemoteDesktopMode::Plugin;
    if (service_.extensions.empty() || plugin) return;
    for (model::Role& role : out_.roles) role.remote_forwarder = role.remote_access;
    out_.forwarder_role_open = std::count_if(out_.roles.begin(), out_.roles.end(), forwards) > 1;
    if (out_.forwarder_role_open) assume("extension-forwarder-roles");
  }

  void settle_ports() {
    bool shown = false;
    for (const model::RunningInstance& one : service_.instances) {
      if (one.frontend_port) {
        out_.balancer.frontend_port = *one.frontend_port;
        std::erase(out_.assumptions, "frontend-port-default");
      }
      if (one.port_doubt) out_.forwarder_doubt = one.port_doubt;
      if (!one.forwarder_port) continue;
      const bool known = shown || out_.forwarder_port != kUsualForwarderPort;
      if (known && out_.forwarder_port != *one.forwarder_port) {
        const std::string message =
            fmt::format("the forwarder listens on {} at {} and on {} elsewhere; only one port can be looked at",
                        *one.forwarder_port, one.name, out_.forwarder_port);
        out_.forwarder_doubt = model::Doubt{message, model::Reason::InvalidRule, one.span};
        fault(one.span, message);
      }
      shown = true;
      out_.forwarder_port = *one.forwarder_port;
      std::erase(out_.assumptions, "forwarder-port-default");
    }
    // The plugin and the extension publish their one endpoint on 3389 always.
    if (service_.has_definition || !service_.extensions.empty()) std::erase(out_.assumptions, "frontend-port-default");
    if (service_.frontends.empty() || !out_.balancer.frontends.empty()) return;
    out_.balancer.frontends = service_.frontends;
    std::erase(out_.assumptions, "no-frontend");
  }

  const model::CloudService& service_;
  const Documents& documents_;
  DeploymentFile& file_;
  model::Deployment& out_;
};

}  // namespace

Document empty_deployment() { return *parse_json("", "{}", SourceSpan::kNowhere); }

void apply_networks(const std::vector<model::NetworkDeployment>& networks, const model::CloudService& service,
                    DeploymentFile& file) {
  model::Deployment& deployment = file.deployment;
  if (!deployment.subnets.empty()) return;
  const auto is_named = [&](const model::NetworkDeployment& one) {
    return net::same_word(one.deployment.name, service.virtual_network);
  };
  const bool named = std::any_of(networks.begin(), networks.end(), is_named);
  net::AddressSet space;
  bool known = true;
  for (const model::NetworkDeployment& network : networks) {
    if (named && !is_named(network)) continue;
    const model::Deployment& from = network.deployment;
    space = space | from.network.virtual_network;
    known = known && !from.network.virtual_network_assumed;
    for (model::Subnet subnet : from.subnets) {
      // Groups are attached later; one that no input holds may hold anything.
      if (subnet.nsg && !network.input_nsgs[*subnet.nsg])
        file.missing_nsgs.emplace_back(deployment.subnets.size(), from.nsgs[*subnet.nsg]);
      subnet.nsg.reset();
      deployment.subnets.push_back(std::move(subnet));
    }
    file.missing_parts.insert(file.missing_parts.end(), network.missing.begin(), network.missing.end());
  }
  if (!file.missing_parts.empty()) deployment.assumptions.emplace_back("network-incomplete");
  if (space.empty() || !known || !deployment.network.virtual_network_assumed) return;
  deployment.network.virtual_network = space;
  deployment.network.virtual_network_assumed = false;
  std::erase(deployment.assumptions, "virtual-network-default");
}

void apply_idle_timeout(const model::Topology& topology, const model::CloudService& service, DeploymentFile& file) {
  model::LoadBalancer& balancer = file.deployment.balancer;
  if (balancer.idle_timeout_span.known()) return;
  for (const std::string& reference : service.public_addresses) {
    const model::ReferenceKey key{reference};
    const auto meant = [&](const model::TopologyPublicAddress& address) { return key.means(address.handle); };
    const auto& all = topology.public_addresses;
    const auto found = std::find_if(all.begin(), all.end(), meant);
    if (found == all.end() || !found->idle_timeout_minutes || std::count_if(all.begin(), all.end(), meant) > 1)
      continue;
    balancer.idle_timeout_minutes = *found->idle_timeout_minutes;
    balancer.idle_timeout_span = found->span;
    std::erase(file.deployment.assumptions, "idle-timeout-default");
    return;
  }
}

void apply_service(const model::CloudService& service, const Documents& documents, DeploymentFile& file) {
  ServiceApplier{service, documents, file}.run();
}

void doubt_taken_port(model::Deployment& deployment) {
  const auto& codes = deployment.assumptions;
  const bool assumed = std::find(codes.begin(), codes.end(), "forwarder-port-default") != codes.end();
  if (!deployment.service || !assumed || deployment.forwarder_doubt) return;
  for (const model::Role& role : deployment.roles) {
    const model::CloudRole* from = role.remote_forwarder ? deployment.service->role(role.name) : nullptr;
    if (from == nullptr) continue;
    for (const model::Endpoint& endpoint : from->endpoints)
      if (model::listens_on(endpoint, deployment.forwarder_port))
        deployment.forwarder_doubt = model::Doubt{
            fmt::format("endpoint {} of role {} listens on {}, so the forwarder gets another port, which no "
                        "input tells",
                        endpoint.name, role.name, deployment.forwarder_port),
            model::Reason::MissingAttachment, endpoint.span};
  }
}

void assume_addresses(DeploymentFile& file) {
  for (const std::string& name : model::assume_addresses(file.deployment))
    file.errors.push_back({"", {}, fmt::format("the network has no address left for {}", name)});
}

}  // namespace nsgcheck::io
