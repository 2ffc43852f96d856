// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "analyzer/engine/hygiene.hpp"
#include "analyzer/model/nsg.hpp"
#include "analyzer/net/five_tuple.hpp"
#include "analyzer/net/port_set.hpp"

namespace nsgcheck::policy {

/// Worst first, so that the smaller value is the worse.
enum class Severity : std::uint8_t { Critical, High, Medium, Low, Info };
inline constexpr std::array kSeverities{Severity::Critical, Severity::High, Severity::Medium, Severity::Low,
                                        Severity::Info};

[[nodiscard]] std::string_view name(Severity severity);
/// "critical" ... "info", any case.
[[nodiscard]] std::optional<Severity> parse_severity(std::string_view text);

/// Severity by who can use what is open: by the widest allowed source (interface 8). Wide: at least 2^24 IPv4
/// addresses, an IPv6 prefix shorter than /32, or a tag in which anybody can rent an address. Medium: more than 256
/// addresses (/64).
struct BySource {
  Severity wide, medium, narrow;
};

/// A place in a network by its name, without regard to case: what an intent may say instead of addresses.
struct PlaceName {
  enum class Kind : std::uint8_t { Instance, Role, Subnet };
  Kind kind{};
  std::string name;
};
inline constexpr std::array kPlaceKinds{PlaceName::Kind::Instance, PlaceName::Kind::Role, PlaceName::Kind::Subnet};
/// "instance", "role", "subnet".
[[nodiscard]] std::string_view name(PlaceName::Kind kind);

/// Flows that a policy asks about. Addresses are kept as the policy's author wrote them and resolved for each input's
/// network.
struct FlowPattern {
  net::Direction direction{net::Direction::Inbound};
  net::ProtocolSet protocols;
  std::vector<model::AddressItem> from;
  std::vector<model::AddressItem> to;
  net::PortSet ports;          ///< destination ports; ignored for protocols without ports
  bool with_forwarder_port{};  ///< the forwarder port of the run belongs to `ports`, too
  /// Besides `from` and `to`: what expectations about whole ways name. None in policies.
  std::vector<PlaceName> from_places{}, to_places{};
};
/// The ports of a pattern in a run with that forwarder port.
[[nodiscard]] net::PortSet ports_of(const FlowPattern& pattern, net::Port forwarder);

/// No flow of the pattern may be allowed.
struct Forbid {
  FlowPattern flows;
};
/// The pattern may not be allowed as a whole (some deny must take a part of it).
struct ForbidWhole {
  FlowPattern flows;
};
/// No user rule may deny a flow of the pattern.
struct Require {
  FlowPattern flows;
};
/// When a flow of `when` is allowed, some flow of `some` must be, too.
struct RequireSome {
  FlowPattern when;
  FlowPattern some;
};
/// When a rule is about `named` (naming_rule()), as the rules of a platform service are, the flows of `need` must be
/// allowed: all of them, or some.
struct Prerequisite {
  FlowPattern named;
  FlowPattern need;
  bool whole{true};
};
/// An allow rule that decides something and opens a port of the pattern must not restrict the source port.
struct OpenSourcePort {
  FlowPattern flows;
};
/// A structural question of the engine.
struct Hygiene {
  engine::HygieneKind kind;
};
/// An entry of a list inside a rule is covered by another of the same list.
struct CoveredEntry {};
/// The API would refuse it.
struct Validity {
  model::FaultKind kind;
};

enum class CloudCheck : std::uint8_t;  // cloud_check.hpp
/// Something is wrong with a Cloud Service; judged where a deployment is given.
struct CloudAsk {
  CloudCheck check;
};

enum class SuppressionCheck : std::uint8_t;  // suppression.hpp
/// Something is wrong with a suppression; judged where the run has some.
struct SuppressionAsk {
  SuppressionCheck check;
};

/// How a rule set can differ from what its author says that it should do (expectation.hpp).
enum class Breach : std::uint8_t {
  MustDenied,      ///< something that must be allowed is denied
  MustNotAllowed,  ///< something that must not be allowed is
  OnlyMore,        ///< something besides what is listed is allowed
  OnlyLess,        ///< something that is listed is denied
};
inline constexpr std::array kBreaches{Breach::MustDenied, Breach::MustNotAllowed, Breach::OnlyMore, Breach::OnlyLess};
/// Stable name used in rules/*.yaml (`ask: {intent: NAME}`), e.g. "must-denied".
[[nodiscard]] std::string_view code(Breach breach);
/// Remote desktop from the Internet arrives at a machine, or may, and no finding of an NSG says so; judged where the
/// inputs describe the network (arrival_findings.hpp).
struct ArrivalAsk {};
/// An expectation is not met; judged where an intent is given.
struct IntentAsk {
  Breach breach;
};

using Ask = std::variant<Forbid, ForbidWhole, Require, RequireSome, Prerequisite, OpenSourcePort, Hygiene, CoveredEntry,
                         Validity, CloudAsk, ArrivalAsk, IntentAsk, SuppressionAsk>;

/// A policy as rules/*.yaml states it.
struct Policy {
  std::string id;     ///< "NSG-RDP-001"
  std::string title;  ///< one line
  std::variant<Severity, BySource> severity{Severity::Medium};
  std::vector<Ask> asks;  ///< each is judged by itself
  std::string rationale;
  std::string remediation;
  std::vector<std::string> references;  ///< "CIS Azure Foundations 2.0: 6.1" or an https address
  std::vector<std::string> aliases;     ///< ids of other tools' checks
};

/// True for a policy that asks about deployments only: rule sets alone neither hold nor violate it.
[[nodiscard]] bool is_about_deployments(const Policy& policy);
/// True for a policy that asks about what arrives in a network only: likewise.
[[nodiscard]] bool is_about_networks(const Policy& policy);
/// True for a policy that asks about suppressions only. Its findings can be neither suppressed nor known.
[[nodiscard]] bool is_about_suppressions(const Policy& policy);
/// True when `id` is the policy's id or one of its aliases, in any case.
[[nodiscard]] bool answers_to(const Policy& policy, std::string_view id);
/// True for a policy that asks about expectations only: without an intent nothing violates it.
[[nodiscard]] bool is_about_intent(const Policy& policy);

/// How wide the sources of flows are, graded as severities need it (interface 8).
enum class Width : std::uint8_t { Narrow, Medium, Wide };
[[nodiscard]] Severity severity(const BySource& graded, Width width);

/// The worst severity that a finding of the policy can have.
[[nodiscard]] Severity worst(const Policy& policy);

}  // namespace nsgcheck::policy
