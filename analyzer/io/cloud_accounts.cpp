// SPDX-License-Identifier: Apache-2.0
#include "analyzer/io/cloud_accounts.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "analyzer/io/deployment_fields.hpp"
#include "analyzer/net/text.hpp"

namespace nsgcheck::io {
namespace {

/// Whether a plugin of a role is on.
enum class Switch : std::uint8_t { Off, On, NotKnown };

Switch plugin(const model::CloudService& service, const model::CloudRole& role, std::string_view module,
              std::string_view setting) {
  const model::NamedValue* value = role.setting(setting);
  if (!model::imports(service, role, module, setting)) return Switch::Off;
  if (value == nullptr) return service.has_configuration ? Switch::Off : Switch::NotKnown;
  return net::same_word(value->value, "true") ? Switch::On : Switch::Off;
}

void expire(model::Account& account, const std::string& text, std::string_view what) {
  account.expiration = parse_expiration(text);
  if (!account.expiration)
    account.missing = text.empty()
                          ? fmt::format("{} is blank, so there is no remote desktop account", what)
                          : fmt::format("{} \"{}\" is no date, so there is no remote desktop account", what, text);
}

// A setting that is blank or missing keeps the agent from making the account (azure-rdp 3.1).
model::Account plugin_account(const model::CloudRole& role) {
  model::Account out;
  const auto value = [&](std::string_view name) {
    const model::NamedValue* setting = role.setting(name);
    return setting == nullptr ? std::string{} : setting->value;
  };
  out.user_name = value(model::kAccountName);
  expire(out, value(model::kAccountExpiration), "AccountExpiration");
  if (value(model::kAccountPassword).empty())
    out.missing = "AccountEncryptedPassword is blank, so there is no remote desktop account";
  if (out.user_name.empty()) out.missing = "AccountUsername is blank, so there is no remote desktop account";
  return out;
}

model::Account extension_account(const model::RdpExtension& extension) {
  model::Account out;
  out.user_name = extension.user_name;
  out.user_doubt = extension.user_doubt;
  out.expiration_doubt = extension.expiration_doubt;
  if (extension.expiration) expire(out, *extension.expiration, "the extension's Expiration");
  if (extension.settings_known && extension.user_name.empty() && !extension.user_doubt)
    out.missing = "the extension names no user, so there is no remote desktop account";
  return out;
}

const model::Doubt* doubt_about(const model::RdpExtension& extension, std::string_view role) {
  if (extension.doubt) return &*extension.doubt;
  return extension.applies_to(role) || !extension.roles_doubt ? nullptr : &*extension.roles_doubt;
}

// One that surely applies, else one that may.
const model::RdpExtension* extension_for(const model::CloudService& service, std::string_view role) {
  const model::RdpExtension* perhaps = nullptr;
  for (const model::RdpExtension& one : service.extensions) {
    if (!one.applies_to(role) && !one.roles_doubt) continue;
    if (doubt_about(one, role) == nullptr) return &one;
    if (perhaps == nullptr) perhaps = &one;
  }
  return perhaps;
}

// A configuration that is open may switch on whatever a definition imports, or could import.
const model::Doubt* open_plugin(const model::CloudService& service, const model::CloudRole& role) {
  if (!service.configuration_doubt || service.has_configuration) return nullptr;
  return service.has_definition && role.import(model::kRemoteAccess) == nullptr ? nullptr
                                                                                : &*service.configuration_doubt;
}

}  // namespace

RoleDesktop role_desktop(const model::CloudService& service, const model::CloudRole& role) {
  RoleDesktop out;
  const Switch access = plugin(service, role, model::kRemoteAccess, model::kAccessEnabled);
  const Switch forwarder = plugin(service, role, model::kRemoteForwarder, model::kForwarderEnabled);
  out.by_plugin = access != Switch::Off;
  out.forwards = forwarder != Switch::Off;
  out.settings_assumed = access == Switch::NotKnown || forwarder == Switch::NotKnown;
  if (access == Switch::On) out.account = plugin_account(role);
  const model::RdpExtension* extension = extension_for(service, role.name);
  const model::Doubt* doubt = extension != nullptr ? doubt_about(*extension, role.name) : nullptr;
  // Beside an extension that is certain Azure takes no plugin.
  const bool certain = extension != nullptr && doubt == nullptr;
  if (const model::Doubt* open = open_plugin(service, role); open != nullptr && !certain) {
    out.by_plugin = true;
    out.forwards = !service.has_definition || role.import(model::kRemoteForwarder) != nullptr;
    out.settings_assumed = false;
    out.doubt = *open;
    out.account.emplace();
    out.account->user_doubt = out.account->expiration_doubt = *open;
  }
  if (role.doubt && !certain) {
    out.by_plugin = true;
    out.doubt = *role.doubt;
  }
  if (extension == nullptr) return out;
  out.by_extension = true;
  out.extension_unknown = !extension->settings_known && !extension->user_doubt;
  if (out.by_plugin) return out;
  if (doubt != nullptr) out.doubt = *doubt;
  out.account = extension_account(*extension);
  return out;
}

}  // namespace nsgcheck::io
