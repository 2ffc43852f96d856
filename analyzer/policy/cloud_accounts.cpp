// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "analyzer/net/text.hpp"
#include "analyzer/policy/cloud_check.hpp"

namespace nsgcheck::policy {
namespace {

using model::CloudRole;
using model::CloudService;
using model::NamedValue;

// What is not known of a role is its finding, where the value stands that leaves it open.
CloudFault open_fault(const model::Role& role, const model::Doubt& doubt) {
  return {doubt.span.known() ? doubt.span : role.span, fmt::format("role {}: {}", role.name, doubt.why), role.name,
          true, doubt.reason};
}

// What is wrong with remote desktop of a role may be so only where the role surely has it.
CloudFault fault_of(const model::Role& role, model::SourceSpan span, std::string message) {
  CloudFault out{span, std::move(message), role.name, role.access_doubt.has_value(), {}};
  if (role.access_doubt) out.reason = role.access_doubt->reason;
  return out;
}

model::SourceSpan place_of(const model::Deployment& deployment, const model::Role& role, std::string_view setting) {
  const CloudRole* from = deployment.service ? deployment.service->role(role.name) : nullptr;
  const NamedValue* at = from != nullptr ? from->setting(setting) : nullptr;
  return at != nullptr ? at->span : role.span;
}

// The instances of a role whose remote desktop is on have an account that is made once.
std::vector<CloudFault> expired(const model::Deployment& deployment, std::optional<std::int64_t> now) {
  std::vector<CloudFault> out;
  for (const model::Role& role : deployment.roles) {
    const model::Account account = deployment.account_of(role);
    if (!now || !role.remote_access) continue;
    if (account.expiration_doubt)
      out.push_back(open_fault(role, *account.expiration_doubt));
    else if (account.expiration && *now >= *account.expiration)
      out.push_back(
          fault_of(role, role.span, fmt::format("the remote desktop account of role {} has expired", role.name)));
  }
  return out;
}

std::vector<CloudFault> missing(const model::Deployment& deployment) {
  std::vector<CloudFault> out;
  for (const model::Role& role : deployment.roles) {
    const model::Account account = deployment.account_of(role);
    if (!role.remote_access) continue;
    if (!account.missing.empty())
      out.push_back(fault_of(role, place_of(deployment, role, model::kAccountExpiration),
                             fmt::format("role {}: {}", role.name, account.missing)));
    else if (const auto& doubt = account.user_doubt ? account.user_doubt : account.expiration_doubt)
      out.push_back(open_fault(role, *doubt));
  }
  return out;
}

// Why Windows or the agent refuses the name of an account; "" when it does not.
std::string_view name_fault(std::string_view name) {
  constexpr std::size_t kLongest = 20;
  constexpr std::string_view kRefused = "\"/\\[]:;|=,+*?<>@";
  constexpr std::array<std::string_view, 4> kBuiltIn{"Administrator", "Guest", "DefaultAccount", "WDAGUtilityAccount"};
  if (std::any_of(kBuiltIn.begin(), kBuiltIn.end(), [&](std::string_view one) { return net::same_word(one, name); }))
    return "is the name of a built-in account";
  if (name.size() > kLongest) return "is longer than 20 characters";
  if (name.find_first_of(kRefused) != std::string_view::npos) return "has a character that account names cannot have";
  if (name.find_first_not_of(". ") == std::string_view::npos) return "is nothing but dots and blanks";
  return "";
}

std::vector<CloudFault> user_names(const model::Deployment& deployment) {
  std::vector<CloudFault> out;
  for (const model::Role& role : deployment.roles) {
    const model::Account account = deployment.account_of(role);
    const std::string_view fault = account.user_name.empty() ? "" : name_fault(account.user_name);
    if (!role.remote_access) continue;
    if (account.user_doubt)
      out.push_back(open_fault(role, *account.user_doubt));
    else if (!fault.empty())
      out.push_back(fault_of(role, place_of(deployment, role, model::kAccountName),
                             fmt::format("the user name \"{}\" of role {} {}", account.user_name, role.name, fault)));
  }
  return out;
}

// The configuration of an ARM resource that an expression leaves open, where no other file gives it.
const model::Doubt* open_configuration(const CloudService& service) {
  return service.configuration_doubt && !service.has_configuration ? &*service.configuration_doubt : nullptr;
}

std::vector<CloudFault> open_service(const model::Doubt* doubt) {
  if (doubt == nullptr) return {};
  return {{doubt->span, doubt->why, "service", true, doubt->reason}};
}

std::vector<CloudFault> both_ways(const CloudService& service) {
  std::vector<CloudFault> out;
  const bool plugin = std::any_of(service.roles.begin(), service.roles.end(), [&](const CloudRole& role) {
    return model::imports(service, role, model::kRemoteAccess, model::kAccessEnabled);
  });
  const model::Doubt* open = plugin || service.has_definition ? nullptr : open_configuration(service);
  if (!plugin && open == nullptr) return out;
  for (const model::RdpExtension& extension : service.extensions) {
    const model::Doubt* doubt = extension.doubt ? &*extension.doubt : open;
    CloudFault fault{extension.span,
                     fmt::format("the extension \"{}\" stands beside imports of RemoteAccess", extension.name),
                     extension.name,
                     doubt != nullptr,
                     {}};
    if (doubt != nullptr) fault.message = doubt->why, fault.reason = doubt->reason;
    out.push_back(std::move(fault));
  }
  return out;
}

const model::CertificateReference* password_certificate(const CloudRole& role) {
  const auto found = std::find_if(role.certificates.begin(), role.certificates.end(), [](const auto& one) {
    return net::same_word(one.name, model::kPasswordCertificate);
  });
  return found == role.certificates.end() ? nullptr : &*found;
}

// Which of the two restart rules applies (azure-rdp 3.2).
std::vector<CloudFault> restarts(const CloudService& service) {
  std::vector<CloudFault> out;
  for (const model::RdpExtension& extension : service.extensions) {
    const bool installed = service.has_vault_secrets ||
                           std::any_of(service.roles.begin(), service.roles.end(), [&](const CloudRole& role) {
                             return extension.applies_to(role.name) && password_certificate(role) != nullptr;
                           });
    if (installed) continue;
    const model::Doubt* doubt = extension.doubt         ? &*extension.doubt
                                : service.secrets_doubt ? &*service.secrets_doubt
                                                        : open_configuration(service);
    CloudFault fault{extension.span,
                     fmt::format("enabling the extension \"{}\" restarts all role instances: no certificate for it is "
                                 "given to the service before",
                                 extension.name),
                     extension.name,
                     doubt != nullptr,
                     {}};
    if (doubt != nullptr) fault.message = doubt->why, fault.reason = doubt->reason;
    out.push_back(std::move(fault));
  }
  return out;
}

bool is_thumbprint(std::string_view text) {
  constexpr std::size_t kSha1Digits = 40;
  return text.size() == kSha1Digits && text.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
}

std::vector<CloudFault> certificates(const CloudService& service) {
  std::vector<CloudFault> out;
  if (!service.has_configuration) return open_service(open_configuration(service));
  for (const CloudRole& role : service.roles) {
    if (!role.configured || !model::imports(service, role, model::kRemoteAccess, model::kAccessEnabled)) continue;
    const auto* certificate = password_certificate(role);
    if (certificate == nullptr)
      out.push_back({role.span, fmt::format("role {} names no certificate {}", role.name, model::kPasswordCertificate),
                     role.name});
    else if (!is_thumbprint(certificate->thumbprint))
      out.push_back(
          {certificate->span,
           fmt::format("the thumbprint \"{}\" of role {} is none: it has 40 hexadecimal digits and nothing else",
                       certificate->thumbprint, role.name),
           role.name});
    else if (!certificate->algorithm.empty() && !net::same_word(certificate->algorithm, "sha1"))
      out.push_back(
          {certificate->span,
           fmt::format("the thumbprint algorithm of role {} is \"{}\", not sha1", role.name, certificate->algorithm),
           role.name});
  }
  return out;
}

// Nothing at all is on, or a switch of a plugin that is imported is off.
std::vector<CloudFault> switched_off(const model::Deployment& deployment, const CloudService& service) {
  std::vector<CloudFault> out;
  for (const CloudRole& role : service.roles)
    for (const std::string_view name : {model::kAccessEnabled, model::kForwarderEnabled}) {
      const NamedValue* setting = role.setting(name);
      if (setting == nullptr || net::same_word(setting->value, "true")) continue;
      out.push_back({setting->span, fmt::format("role {} sets {} to \"{}\"", role.name, name, setting->value),
                     role.name + '/' + std::string{name}});
    }
  const auto on = [](const model::Role& role) { return role.remote_access; };
  if (std::any_of(deployment.roles.begin(), deployment.roles.end(),
                  [&](const model::Role& role) { return on(role) && !role.access_doubt; }))
    return out;
  const auto perhaps = std::find_if(deployment.roles.begin(), deployment.roles.end(), on);
  if (perhaps != deployment.roles.end())
    out.push_back(open_fault(*perhaps, *perhaps->access_doubt));
  else if (out.empty() && deployment.roles_doubt)
    return open_service(&*deployment.roles_doubt);
  else if (out.empty())
    out.push_back({service.roles.empty() ? model::SourceSpan{} : service.roles.front().span,
                   "no role has remote desktop, by plugin or by extension", "service"});
  return out;
}

std::vector<CloudFault> passwords(const CloudService& service, model::PasswordFaultKind kind) {
  const bool by_itself = kind == model::PasswordFaultKind::Unreadable || kind == model::PasswordFaultKind::Weak;
  std::vector<CloudFault> out = open_service(by_itself ? open_configuration(service) : nullptr);
  for (const model::PasswordFault& fault : service.password_faults)
    if (fault.kind == kind)
      out.push_back({fault.span, fmt::format("role {}: {}", fault.role, fault.message), fault.role, fault.unknown, {}});
  return out;
}

// Names of roles that the extension is for and that no role has; all are known where no role is in doubt.
std::vector<CloudFault> lost_names(const CloudService& service, const std::optional<model::Doubt>& roles_doubt) {
  std::vector<CloudFault> out;
  for (const model::RdpExtension& extension : service.extensions)
    for (const std::string& name : extension.roles) {
      if (name == "*" || service.role(name) != nullptr) continue;
      const auto& doubt = extension.doubt ? extension.doubt : roles_doubt;
      CloudFault fault{
          extension.span,
          fmt::format("the extension \"{}\" is for role \"{}\", but no role is called so", extension.name, name),
          extension.name + '/' + name,
          doubt.has_value(),
          {}};
      if (doubt) fault.reason = doubt->reason;
      out.push_back(std::move(fault));
    }
  return out;
}

// A role may be the only one without where that of others is certain, and the other way round.
std::vector<CloudFault> some_roles(const model::Deployment& deployment) {
  const auto& roles = deployment.roles;
  const auto surely = [](const model::Role& role) { return role.remote_access && !role.access_doubt; };
  const auto off = [](const model::Role& role) { return !role.remote_access; };
  const bool some_on = std::any_of(roles.begin(), roles.end(), surely);
  const bool some_off = std::any_of(roles.begin(), roles.end(), off);
  std::vector<CloudFault> out;
  if (deployment.service) out = lost_names(*deployment.service, deployment.roles_doubt);
  for (const model::Role& role : roles)
    if (off(role) && some_on)
      out.push_back({role.span, fmt::format("role {} has no remote desktop, others have", role.name), role.name});
    else if (role.access_doubt && (some_on || some_off))
      out.push_back(open_fault(role, *role.access_doubt));
  return out;
}

}  // namespace

std::vector<CloudFault> judge_accounts(CloudCheck check, const model::Deployment& deployment,
                                       std::optional<std::int64_t> now) {
  if (check == CloudCheck::AccountExpired) return expired(deployment, now);
  if (check == CloudCheck::AccountMissing) return missing(deployment);
  if (check == CloudCheck::UserName) return user_names(deployment);
  if (check == CloudCheck::AccessOnSomeRoles) return some_roles(deployment);
  if (!deployment.service) return {};
  const CloudService& service = *deployment.service;
  switch (check) {
    case CloudCheck::PluginAndExtension:
      return both_ways(service);
    case CloudCheck::RestartOnEnable:
      return restarts(service);
    case CloudCheck::PasswordCertificate:
      return certificates(service);
    case CloudCheck::RemoteDesktopOff:
      return switched_off(deployment, service);
    case CloudCheck::PasswordUnreadable:
      return passwords(service, model::PasswordFaultKind::Unreadable);
    case CloudCheck::PasswordRecipient:
      return passwords(service, model::PasswordFaultKind::OtherRecipient);
    case CloudCheck::PasswordWeak:
      return passwords(service, model::PasswordFaultKind::Weak);
    case CloudCheck::CertificateEnds:
      return passwords(service, model::PasswordFaultKind::CertificateEnds);
    default:
      return {};
  }
}

}  // namespace nsgcheck::policy
