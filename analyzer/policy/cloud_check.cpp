// SPDX-License-Identifier: Apache-2.0
#include "analyzer/policy/cloud_check.hpp"

#include <array>
#include <optional>

namespace nsgcheck::policy {
namespace {

// In the order of CloudCheck.
constexpr std::array<std::string_view, 40> kCodes{
    "forwarder-port-closed", "usual-port-only",      "forwarder-port-uncertain",
    "source-inside",         "destination-outside",  "second-hop-closed",
    "traffic-rule",          "access-on-some-roles", "forwarder-not-in-rotation",
    "account-expired",       "account-missing",      "user-name",
    "plugin-and-extension",  "restart-on-enable",    "password-certificate",
    "remote-desktop-off",    "no-forwarder",         "two-forwarders",
    "public-port-taken",     "endpoint-budget",      "firewall-task",
    "acl-without-effect",    "acl-closed",           "role-name-too-long",
    "no-virtual-network",    "roles-differ",         "password-unreadable",
    "password-recipient",    "password-weak",        "certificate-ends",
    "idle-timeout",          "client-without-token", "client-token-utf16",
    "client-token-form",     "client-names",         "client-other-deployment",
    "client-user",           "client-security",      "client-begins",
    "client-lines"};
static_assert(kCodes.size() == static_cast<std::size_t>(CloudCheck::ClientLines) + 1);

// Where clients come in is what these are about.
std::vector<CloudFault> as_certain_as(const std::optional<model::Doubt>& doubt, std::vector<CloudFault> faults) {
  if (!doubt) return faults;
  for (CloudFault& fault : faults) {
    fault.unknown = true;
    fault.reason = doubt->reason;
  }
  return faults;
}

}  // namespace

std::string_view code(CloudCheck check) { return kCodes[static_cast<std::size_t>(check)]; }

std::optional<CloudCheck> cloud_check(std::string_view code) {
  for (std::size_t i = 0; i < kCodes.size(); ++i)
    if (kCodes[i] == code) return static_cast<CloudCheck>(i);
  return std::nullopt;
}

std::vector<std::string_view> cloud_check_codes() { return {kCodes.begin(), kCodes.end()}; }

std::vector<CloudFault> judge(CloudCheck check, const model::Deployment& deployment, std::optional<std::int64_t> now) {
  switch (check) {
    case CloudCheck::ForwarderPortClosed:
    case CloudCheck::UsualPortOnly:
    case CloudCheck::SourceInside:
    case CloudCheck::DestinationOutside:
    case CloudCheck::SecondHopClosed:
      return as_certain_as(deployment.forwarder_doubt, judge_filters(check, deployment));
    case CloudCheck::AccessOnSomeRoles:
    case CloudCheck::AccountExpired:
    case CloudCheck::AccountMissing:
    case CloudCheck::UserName:
    case CloudCheck::PluginAndExtension:
    case CloudCheck::RestartOnEnable:
    case CloudCheck::PasswordCertificate:
    case CloudCheck::RemoteDesktopOff:
    case CloudCheck::PasswordUnreadable:
    case CloudCheck::PasswordRecipient:
    case CloudCheck::PasswordWeak:
    case CloudCheck::CertificateEnds:
      return judge_accounts(check, deployment, now);
    default:
      return judge_endpoints(check, deployment);
  }
}

}  // namespace nsgcheck::policy
