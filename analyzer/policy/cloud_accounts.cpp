// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "analyzer/net/text.hpp"
#include "analyzer/policy/cloud_check.hpp"

namespace nsgcheck::policy {
namespace {

using model::CloudRole;
using model::CloudService;
using model::NamedValue;

// The instances of a role whose remote desktop is on have an account that is made once.
std::vector<CloudFault> expired(const model::Deployment& deployment, std::optional<std::int64_t> now) {
  std::vector<CloudFault> out;
  for (const model::Role& role : deployment.roles) {
    const model::Account account = deployment.account_of(role);
    if (!now || !role.remote_access || !account.expiration || *now < *account.expiration) continue;
    out.push_back({role.span, fmt::format("the remote desktop account of role {} has expired", role.name), role.name});
  }
  return out;
}

std::vector<CloudFault> missing(const model::Deployment& deployment) {
  std::vector<CloudFault> out;
  for (const model::Role& role : deployment.roles) {
    const model::Account account = deployment.account_of(role);
    if (!role.remote_access || account.missing.empty()) continue;
    model::SourceSpan span = role.span;
    if (deployment.service)
      if (const CloudRole* from = deployment.service->role(role.name))
        if (const NamedValue* setting = from->setting(model::kAccountExpiration)) span = setting->span;
    out.push_back({span, fmt::format("role {}: {}", role.name, account.missing), role.name});
  }
  return out;
}

// Why Windows or the agent refuses the name of an account; "" when it does not.
std::string_view name_fault(std::string_view name) {
  constexpr std::size_t kLongest = 20;
  constexpr std::string_view kRefused = "\"/\\[]:;|=,+*?<>@";
  if (net::same_word(name, "Administrator")) return "is the name of the built-in account";
  if (name.size() > kLongest) return "is longer than 20 characters";
  if (name.find_first_of(kRefused) != std::string_view::npos) return "has a character that account names cannot have";
  if (name.find_first_not_of(". ") == std::string_view::npos) return "is nothing but dots and blanks";
  return "";
}

std::vector<CloudFault> user_names(const model::Deployment& deployment) {
  std::vector<CloudFault> out;
  for (const model::Role& role : deployment.roles) {
    const std::string name = deployment.account_of(role).user_name;
    const std::string_view fault = name.empty() ? "" : name_fault(name);
    if (!role.remote_access || fault.empty()) continue;
    model::SourceSpan span = role.span;
    if (deployment.service)
      if (const CloudRole* from = deployment.service->role(role.name))
        if (const NamedValue* setting = from->setting(model::kAccountName)) span = setting->span;
    out.push_back({span, fmt::format("the user name \"{}\" of role {} {}", name, role.name, fault), role.name});
  }
  return out;
}

std::vector<CloudFault> both_ways(const CloudService& service) {
  std::vector<CloudFault> out;
  const bool plugin = std::any_of(service.roles.begin(), service.roles.end(), [&](const CloudRole& role) {
    return model::imports(service, role, model::kRemoteAccess, model::kAccessEnabled);
  });
  if (!plugin) return out;
  for (const model::RdpExtension& extension : service.extensions)
    out.push_back({extension.span,
                   fmt::format("the extension \"{}\" stands beside imports of RemoteAccess", extension.name),
                   extension.name});
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
    out.push_back({extension.span,
                   fmt::format("enabling the extension \"{}\" restarts all role instances: no certificate for it is "
                               "given to the service before",
                               extension.name),
                   extension.name});
  }
  return out;
}

bool is_thumbprint(std::string_view text) {
  constexpr std::size_t kSha1Digits = 40;
  return text.size() == kSha1Digits && text.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
}

std::vector<CloudFault> certificates(const CloudService& service) {
  std::vector<CloudFault> out;
  if (!service.has_configuration) return out;
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
  const bool any = std::any_of(deployment.roles.begin(), deployment.roles.end(),
                               [](const model::Role& role) { return role.remote_access; });
  if (!any && out.empty())
    out.push_back({service.roles.empty() ? model::SourceSpan{} : service.roles.front().span,
                   "no role has remote desktop, by plugin or by extension", "service"});
  return out;
}

std::vector<CloudFault> passwords(const CloudService& service, model::PasswordFaultKind kind) {
  std::vector<CloudFault> out;
  for (const model::PasswordFault& fault : service.password_faults)
    if (fault.kind == kind)
      out.push_back({fault.span, fmt::format("role {}: {}", fault.role, fault.message), fault.role, fault.unknown});
  return out;
}

std::vector<CloudFault> some_roles(const model::Deployment& deployment) {
  const auto on = [](const model::Role& role) { return role.remote_access; };
  std::vector<CloudFault> out;
  if (std::none_of(deployment.roles.begin(), deployment.roles.end(), on)) return out;
  for (const model::Role& role : deployment.roles)
    if (!on(role))
      out.push_back({role.span, fmt::format("role {} has no remote desktop, others have", role.name), role.name});
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
