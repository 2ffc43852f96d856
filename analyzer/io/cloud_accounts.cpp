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
  if (extension.expiration) expire(out, *extension.expiration, "the extension's Expiration");
  if (extension.settings_known && extension.user_name.empty())
    out.missing = "the extension names no user, so there is no remote desktop account";
  return out;
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
  const auto extension = std::find_if(service.extensions.begin(), service.extensions.end(),
                                      [&](const model::RdpExtension& one) { return one.applies_to(role.name); });
  if (extension == service.extensions.end()) return out;
  out.by_extension = true;
  out.extension_unknown = !extension->settings_known;
  if (!out.by_plugin) out.account = extension_account(*extension);
  return out;
}

}  // namespace nsgcheck::io
