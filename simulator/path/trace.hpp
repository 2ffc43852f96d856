// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/model/deployment.hpp"

namespace nsgcheck::path {

/// Which part of the way a connection is (interface 7, `leg`).
enum class Leg : std::uint8_t { Client, Forwarder, Instance, Elsewhere };
[[nodiscard]] std::string_view word(Leg leg);

/// Stable reason codes of interface 7, and those of what only a Cloud Service's own files tell.
enum class Reason : std::uint8_t {
  Ok,
  NsgDeniedForwarderPort,
  NsgDeniedOutbound,
  NsgDeniedSecondHop,
  AdminRuleDenied,
  ProbeDenied,
  NoHealthyForwarder,
  ForwarderCrashed,
  NoCookie,
  UserCookie,
  MstsToken,
  MalformedRequest,
  IncompleteRequest,
  UnknownRole,
  UnknownInstance,
  UnknownEndpoint,
  InstanceNotReady,
  RemoteAccessDisabled,
  AccountExpired,
  NotRdp,
  NoData,
  NoForwarderRole,
  UnknownTag,
  CaptureContradictsModel,
  NotAModelledAddress,
  ReadingDiffers,
  NameCaseDiffers,
  SynOnly,
  Refused,
  MidStream,
  SnaplenCut,
  EndpointAclDenied,
  TrafficRuleDenied,
  InvalidRule,
  DuplicatePriority,
  UndefinedPorts,
  UnresolvedExpression,
  AsgWithoutMembers,
  MissingAttachment,
  BudgetExceeded,
};
[[nodiscard]] std::string_view code(Reason reason);
/// The same reason for a value, a rule or a fact that is not known (interface 8, Audit).
[[nodiscard]] Reason reason_for(model::Reason reason);
/// The words for it: "a service tag without data".
[[nodiscard]] std::string_view cause(model::Reason reason);

enum class Verdict : std::uint8_t { Reached, Blocked, Misrouted, Unroutable, Unknown, NotRdp };
[[nodiscard]] std::string_view word(Verdict verdict);
/// The verdict that a reason means (interface 8, Replay).
[[nodiscard]] Verdict verdict_of(Reason reason);

enum class HopKind : std::uint8_t {
  LoadBalancer,
  Probe,
  AdminRules,
  EndpointAcl,  ///< access control list of the public endpoint
  NsgInbound,
  NsgOutbound,
  Forwarder,
  TrafficRule,  ///< network traffic rule of the service definition
  RemoteAccess,
  Instance,  ///< the machine itself, where the capture shows how it took a connection
};
[[nodiscard]] std::string_view word(HopKind kind);

enum class HopVerdict : std::uint8_t { Allow, Deny, Unknown };
[[nodiscard]] std::string_view word(HopVerdict verdict);

/// One end of a packet; no port: any, or the protocol has none.
struct End {
  net::IpAddress address;
  std::optional<net::Port> port;
};
struct Ends {
  End source, destination;
};

/// One step of the way, in the order in which it is taken.
struct Hop {
  HopKind kind{};
  std::string_view at;                ///< "forwarder", "instance", or ""
  const model::Instance* instance{};  ///< the machine it stands at
  HopVerdict verdict{HopVerdict::Allow};
  Reason reason{Reason::Ok};          ///< when it does not allow
  const model::Nsg* nsg{};            ///< of a security group
  std::string_view applied_to;        ///< "subnet", "nic", "virtual-network", "endpoint", or ""
  const model::SecurityRule* rule{};  ///< that decided
  std::optional<Ends> before, after;  ///< the packet as the hop sees it, and as it leaves it when changed
  std::string text;                   ///< one sentence, or ""
  bool behind_loss{};                 ///< an earlier hop denies already; this one would stop the connection too
};

/// A hop that is no security group: it allows when `reason` is Ok, else its verdict is what the reason means.
[[nodiscard]] Hop plain_hop(HopKind kind, std::string_view at, const model::Instance* instance, Reason reason,
                            std::string text);

/// What happens to a connection if the balancer chooses one forwarder.
struct Candidate {
  const model::Instance* forwarder{};
  Verdict verdict{};
  Reason reason{};
};

/// The way of one connection. The verdict follows from the hops: the first that does not allow gives the reason.
struct Trace {
  Leg leg{Leg::Elsewhere};
  const model::Instance* wanted{};
  const model::Instance* reached{};
  Verdict verdict{Verdict::Unknown};
  Reason reason{Reason::NotAModelledAddress};
  std::vector<const model::Instance*> forwarders;  ///< those that may have taken the connection
  std::vector<Candidate> candidates;               ///< one for each of `forwarders` where they differ, else empty
  std::vector<Hop> hops;
  std::string message;
  bool name_case_differs{};  ///< a name of the cookie fits without regard to case only (fault wrong-case)
};

}  // namespace nsgcheck::path
