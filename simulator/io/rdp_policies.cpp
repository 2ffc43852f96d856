// SPDX-License-Identifier: Apache-2.0
#include "simulator/io/rdp_policies.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace nsgcheck::io {
namespace {

using policy::CloudCheck;
using Entry = std::pair<std::string_view, CloudCheck>;

constexpr std::array kChecks{
    Entry{"no-cookie", CloudCheck::ClientWithoutToken},
    Entry{"user-cookie", CloudCheck::ClientWithoutToken},
    Entry{"utf16", CloudCheck::ClientTokenUtf16},
    Entry{"leading-blank", CloudCheck::ClientTokenForm},
    Entry{"trailing-blank", CloudCheck::ClientTokenForm},
    Entry{"quoted", CloudCheck::ClientTokenForm},
    Entry{"escaped-line-end", CloudCheck::ClientTokenForm},
    Entry{"blanks-around-colon", CloudCheck::ClientTokenForm},
    Entry{"wrong-case", CloudCheck::ClientTokenForm},
    Entry{"no-cookie-header", CloudCheck::ClientTokenForm},
    Entry{"empty-role", CloudCheck::ClientTokenForm},
    Entry{"empty-instance", CloudCheck::ClientTokenForm},
    Entry{"too-many-parts", CloudCheck::ClientTokenForm},
    Entry{"nul", CloudCheck::ClientTokenForm},
    Entry{"control-character", CloudCheck::ClientTokenForm},
    Entry{"non-ascii", CloudCheck::ClientTokenForm},
    Entry{"bad-token", CloudCheck::ClientTokenForm},
    Entry{"msts-token", CloudCheck::ClientTokenForm},
    Entry{"malformed-request", CloudCheck::ClientTokenForm},
    Entry{"reading-differs", CloudCheck::ClientTokenForm},
    Entry{"unknown-role", CloudCheck::ClientNames},
    Entry{"unknown-instance", CloudCheck::ClientNames},
    Entry{"unknown-endpoint", CloudCheck::ClientNames},
    Entry{"name-case-differs", CloudCheck::ClientNames},
    Entry{"not-a-frontend", CloudCheck::ClientOtherDeployment},
    Entry{"other-host-name", CloudCheck::ClientOtherDeployment},
    Entry{"classic-host-name", CloudCheck::ClientLines},
    Entry{"instance-address", CloudCheck::ClientLines},
    Entry{"other-user", CloudCheck::ClientUser},
    Entry{"domain-user", CloudCheck::ClientUser},
    Entry{"azure-ad-target", CloudCheck::ClientUser},
    Entry{"no-credssp", CloudCheck::ClientSecurity},
    Entry{"azure-ad-sign-in", CloudCheck::ClientSecurity},
    Entry{"untrusted-certificate", CloudCheck::ClientSecurity},
    Entry{"no-server-authentication", CloudCheck::ClientSecurity},
    Entry{"gateway", CloudCheck::ClientBegins},
    Entry{"preconnection-pdu", CloudCheck::ClientBegins},
    Entry{"direct-tls", CloudCheck::ClientBegins},
    Entry{"not-rdp", CloudCheck::ClientBegins},
    Entry{"wrong-type", CloudCheck::ClientLines},
    Entry{"bad-value", CloudCheck::ClientLines},
    Entry{"duplicate-key", CloudCheck::ClientLines},
    Entry{"further-lines", CloudCheck::ClientLines},
    Entry{"misspelt-key", CloudCheck::ClientLines},
    Entry{"no-byte-order-mark", CloudCheck::ClientLines},
    Entry{"no-address", CloudCheck::ClientLines},
    Entry{"bad-address", CloudCheck::ClientLines},
    Entry{"wrong-port", CloudCheck::ClientLines},
    Entry{"ports-differ", CloudCheck::ClientLines},
    Entry{"addresses-differ", CloudCheck::ClientLines},
    Entry{"stored-password", CloudCheck::ClientLines},
    // Found on the way, and by audit without any .rdp file, too.
    Entry{"oversize", CloudCheck::RoleNameTooLong},
    Entry{"near-oversize", CloudCheck::RoleNameTooLong},
    Entry{"nsg-denied-forwarder-port", CloudCheck::ForwarderPortClosed},
    Entry{"nsg-denied-outbound", CloudCheck::SecondHopClosed},
    Entry{"nsg-denied-second-hop", CloudCheck::SecondHopClosed},
    Entry{"endpoint-acl-denied", CloudCheck::AclClosed},
    Entry{"network-traffic-rule-denied", CloudCheck::TrafficRule},
    Entry{"probe-denied", CloudCheck::ForwarderNotInRotation},
    Entry{"no-healthy-forwarder", CloudCheck::ForwarderNotInRotation},
    Entry{"forwarder-crashed", CloudCheck::ForwarderNotInRotation},
    Entry{"instance-not-ready", CloudCheck::ForwarderNotInRotation},
    Entry{"remote-access-disabled", CloudCheck::AccessOnSomeRoles},
    Entry{"account-expired", CloudCheck::AccountExpired},
    Entry{"no-forwarder-role", CloudCheck::NoForwarder},
};

bool asks_for(const policy::Policy& policy, CloudCheck check) {
  return std::any_of(policy.asks.begin(), policy.asks.end(), [&](const policy::Ask& ask) {
    const auto* cloud = std::get_if<policy::CloudAsk>(&ask);
    return cloud != nullptr && cloud->check == check;
  });
}

}  // namespace

std::optional<policy::CloudCheck> check_of(std::string_view code) {
  const auto at = std::find_if(kChecks.begin(), kChecks.end(), [&](const Entry& entry) { return entry.first == code; });
  return at == kChecks.end() ? std::nullopt : std::optional{at->second};
}

const policy::Policy* policy_of(CloudCheck check, const std::vector<policy::Policy>& policies) {
  const auto at = std::find_if(policies.begin(), policies.end(),
                               [&](const policy::Policy& policy) { return asks_for(policy, check); });
  return at == policies.end() ? nullptr : &*at;
}

void name_policies(std::vector<RdpFinding>& findings, const std::vector<policy::Policy>& policies) {
  for (RdpFinding& finding : findings)
    if (const auto check = check_of(finding.code))
      if (const policy::Policy* policy = policy_of(*check, policies)) finding.policy = policy->id;
}

}  // namespace nsgcheck::io
