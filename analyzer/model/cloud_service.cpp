// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/cloud_service.hpp"

#include <algorithm>

#include "analyzer/net/text.hpp"

namespace nsgcheck::model {
namespace {

template <class Item>
const Item* named(const std::vector<Item>& items, std::string_view name) {
  const auto found =
      std::find_if(items.begin(), items.end(), [&](const Item& item) { return net::same_word(item.name, name); });
  return found == items.end() ? nullptr : &*found;
}

}  // namespace

bool listens_on(const Endpoint& endpoint, net::Port port) {
  if (endpoint.automatic_port || endpoint.doubt || net::same_word(endpoint.protocol, "udp")) return false;
  if (endpoint.local_port) return *endpoint.local_port == port;
  // The public port of each instance is another one.
  if (!endpoint.port || endpoint.kind == EndpointKind::InstanceInput) return false;
  return *endpoint.port <= port && port <= std::max(*endpoint.port, endpoint.port_end);
}

const NamedValue* CloudRole::setting(std::string_view setting_name) const { return named(settings, setting_name); }

const NamedValue* CloudRole::import(std::string_view module) const { return named(imports, module); }

bool RdpExtension::applies_to(std::string_view role) const {
  return (roles.empty() && !roles_doubt) || std::any_of(roles.begin(), roles.end(), [&](const std::string& one) {
           return one == "*" || net::same_word(one, role);
         });
}

const CloudRole* CloudService::role(std::string_view role_name) const { return named(roles, role_name); }

CloudRole& CloudService::role_for(std::string_view role_name, SourceSpan span) {
  const CloudRole* found = role(role_name);
  if (found != nullptr) return roles[static_cast<std::size_t>(found - roles.data())];
  CloudRole made;
  made.name = role_name;
  made.span = span;
  roles.push_back(std::move(made));
  return roles.back();
}

bool imports(const CloudService& service, const CloudRole& role, std::string_view module,
             std::string_view switch_setting) {
  return role.import(module) != nullptr || (!service.has_definition && role.setting(switch_setting) != nullptr);
}

}  // namespace nsgcheck::model
