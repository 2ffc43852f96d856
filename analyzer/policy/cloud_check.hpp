// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/model/deployment.hpp"

namespace nsgcheck::policy {

/// What can be wrong with a Cloud Service (failure modes F1 to F30 of azure-rdp 5, as far as files show them); each is
/// a policy of the family NSG-CS, named by code().
enum class CloudCheck : std::uint8_t {
  ForwarderPortClosed,     ///< F1
  UsualPortOnly,           ///< F2
  ForwarderPortUncertain,  ///< F2
  SourceInside,            ///< F3
  DestinationOutside,      ///< F4
  SecondHopClosed,         ///< F5
  TrafficRule,             ///< F5
  AccessOnSomeRoles,       ///< F6
  ForwarderNotInRotation,  ///< F7, F13, F14
  AccountExpired,          ///< F15
  AccountMissing,          ///< F16
  UserName,                ///< F16
  PluginAndExtension,      ///< F17
  RestartOnEnable,         ///< F18
  PasswordCertificate,     ///< F19
  RemoteDesktopOff,        ///< F20
  NoForwarder,             ///< F23
  TwoForwarders,           ///< F23
  PublicPortTaken,         ///< F23
  EndpointBudget,          ///< F23
  FirewallTask,            ///< F24
  AclWithoutEffect,        ///< F25
  AclClosed,               ///< F25
  RoleNameTooLong,         ///< F30
  NoVirtualNetwork,        ///< the groups stand before nothing
  RolesDiffer,             ///< definition and configuration
  PasswordUnreadable,      ///< F19
  PasswordRecipient,       ///< F19
  PasswordWeak,            ///< F19
  CertificateEnds,         ///< F15, F19
  IdleTimeout,             ///< F22
  // Of .rdp files, which the simulator judges: judge() finds none of these.
  ClientWithoutToken,     ///< F8
  ClientTokenUtf16,       ///< F9
  ClientTokenForm,        ///< F10
  ClientNames,            ///< F11
  ClientOtherDeployment,  ///< F12
  ClientUser,             ///< F21
  ClientSecurity,         ///< F26
  ClientBegins,           ///< F29
  ClientLines,            ///< lines that clients pass over, or read in different ways
};

/// Stable name used in rules/*.yaml (`ask: {cloud-service: NAME}`), e.g. "forwarder-port-closed".
[[nodiscard]] std::string_view code(CloudCheck check);
[[nodiscard]] std::optional<CloudCheck> cloud_check(std::string_view code);
[[nodiscard]] std::vector<std::string_view> cloud_check_codes();

/// True for the checks of .rdp files.
[[nodiscard]] constexpr bool is_about_clients(CloudCheck check) { return check >= CloudCheck::ClientWithoutToken; }

/// One thing that is wrong.
struct CloudFault {
  model::SourceSpan span;
  std::string message;  ///< names the role, rule or value; no trailing full stop
  std::string subject;  ///< what it is about, the same however files are laid out: for the fingerprint
  bool unknown{};       ///< it may be wrong: the input does not settle it
  std::optional<model::Reason> reason{};  ///< then why, where a value is not known
};

/// Judges one check. `now`: seconds since 1970, empty: expirations are not judged. Pure.
[[nodiscard]] std::vector<CloudFault> judge(CloudCheck check, const model::Deployment& deployment,
                                            std::optional<std::int64_t> now);

// The checks by what they look at, each group in a source file of its own.
/// Rule sets before forwarders and instances (F1 to F5).
[[nodiscard]] std::vector<CloudFault> judge_filters(CloudCheck check, const model::Deployment& deployment);
/// Accounts and how remote desktop is switched on (F6, F15 to F20).
[[nodiscard]] std::vector<CloudFault> judge_accounts(CloudCheck check, const model::Deployment& deployment,
                                                     std::optional<std::int64_t> now);
/// Endpoints, ACLs, roles (the rest).
[[nodiscard]] std::vector<CloudFault> judge_endpoints(CloudCheck check, const model::Deployment& deployment);

}  // namespace nsgcheck::policy
