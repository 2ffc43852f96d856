// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "analyzer/model/reason.hpp"
#include "analyzer/model/source_span.hpp"
#include "analyzer/net/five_tuple.hpp"
#include "analyzer/net/prefix.hpp"
#include "analyzer/net/protocol.hpp"

namespace nsgcheck::model {

using net::Direction;

enum class Access : std::uint8_t { Allow, Deny };

[[nodiscard]] constexpr Access other(Access access) { return access == Access::Allow ? Access::Deny : Access::Allow; }
[[nodiscard]] constexpr std::string_view name(Access access) { return access == Access::Allow ? "Allow" : "Deny"; }
[[nodiscard]] constexpr std::string_view name(Direction d) { return d == Direction::Inbound ? "inbound" : "outbound"; }

/// Legal priorities of user rules (nsg-semantics 1.1). Others are reported and evaluated in their order.
inline constexpr std::int64_t kLowestPriority = 100;
inline constexpr std::int64_t kHighestPriority = 4096;
/// Rules from here on are Azure's defaults, whatever they are called (semantics 1).
inline constexpr std::int64_t kDefaultPriority = 65000;

/// A value that the input gives, or the reason why it is not known. `text` is as written (for messages).
template <class T>
struct Field {
  std::optional<T> value;              ///< empty: not known
  Reason reason{Reason::InvalidRule};  ///< why, when `value` is empty
  std::string text;                    ///< the expression or literal as it stands in the input
  SourceSpan span;                     ///< of the value; of the whole rule when the member is missing
  bool missing{};                      ///< the input has no such member (or null, "")

  friend bool operator==(const Field&, const Field&) = default;
};

/// An item whose value the input does not settle. It may stand for any value: never for none, never for surely any.
struct Undetermined {
  Reason reason{Reason::InvalidRule};
  friend bool operator==(const Undetermined&, const Undetermined&) = default;
};

struct AnyAddress {
  friend bool operator==(const AnyAddress&, const AnyAddress&) = default;
};

/// A service tag as written ("Internet", "Sql.WestEurope"); compares without regard to case.
struct ServiceTag {
  std::string name;
  friend bool operator==(const ServiceTag&, const ServiceTag&) = default;
};

/// An application security group: its resource id, or its name where there is no id.
struct Asg {
  std::string name;
  friend bool operator==(const Asg&, const Asg&) = default;
};

/// A CIDR block or a single address. `host_bits`: the text had bits below the prefix length (refused by the API,
/// evaluated masked).
struct Block {
  net::AnyPrefix prefix;
  bool host_bits{};
  friend bool operator==(const Block&, const Block&) = default;
};

/// An inclusive run of addresses, "10.0.0.4-10.0.0.9": the API refuses it, the meaning is evident.
struct AddressRange {
  net::IpAddress low;
  net::IpAddress high;
  friend bool operator==(const AddressRange&, const AddressRange&) = default;
};

/// One entry of a rule's source or destination.
struct AddressItem {
  std::variant<AnyAddress, Block, AddressRange, ServiceTag, Asg, Undetermined> value;
  std::string text;
  SourceSpan span;
  bool in_list{};      ///< stands in the plural member, where the API takes addresses only (nsg-semantics 1.4)
  bool from_commas{};  ///< one of several that stood in one string, "10.0.0.4,10.0.0.9"
};

struct AnyPort {
  friend bool operator==(const AnyPort&, const AnyPort&) = default;
};

/// low <= high.
struct PortRange {
  net::Port low{};
  net::Port high{};
  friend bool operator==(const PortRange&, const PortRange&) = default;
};

/// One entry of a rule's source or destination ports.
struct PortItem {
  std::variant<AnyPort, PortRange, Undetermined> value;
  std::string text;
  SourceSpan span;
  bool in_list{};      ///< stands in the plural member
  bool from_commas{};  ///< one of several that stood in one string, "80,443"
};

/// What is wrong with a rule or NSG in the eyes of Azure's API; each is a policy of the family NSG-VALID, named by
/// code(). Faults that need only the finished model are found by model/legality, those of the text by the readers.
enum class FaultKind : std::uint8_t {
  DuplicatePriority,
  DuplicateName,
  PriorityOutOfRange,
  BadPriority,
  BadPort,
  ReversedPortRange,
  CommaPorts,
  PortWildcardInList,
  BadAddress,
  HostBits,
  AddressRangeForm,
  MixedFamilies,
  OverlappingAddresses,
  AddressWildcardInList,
  TagInList,
  EmptySide,
  SingularAndPlural,
  BadAccess,
  BadDirection,
  BadProtocol,
  BadName,
  BadDescription,
  PlatformTag,
  TooManyRules,
  TooManyAddresses,
  TooManyAsgs,
  DuplicateKey,
  WrongType,
};

/// Stable name used in rules/*.yaml (`ask: {validity: NAME}`), e.g. "duplicate-priority".
[[nodiscard]] std::string_view code(FaultKind kind);
/// Inverse of code(); empty for an unknown name.
[[nodiscard]] std::optional<FaultKind> fault_kind(std::string_view code);
/// The error code of Azure's API, e.g. "SecurityRuleConflict"; empty where none is known.
[[nodiscard]] std::string_view api_error(FaultKind kind);

struct Fault {
  FaultKind kind;
  SourceSpan span;
  std::string message;  ///< quotes the offending value; no trailing full stop
};

/// Where a rule comes from. Defaults are recognised by origin or priority, never by name.
enum class Origin : std::uint8_t {
  User,
  Default,
  Gap,    ///< stands for rules that the input has but that could not be read; may match anything, in any order
  Admin,  ///< a security admin rule that effective rules report, put before the group's own
};

/// One security rule with the place of every value. Lists inside a field are unions (semantics 1).
struct SecurityRule {
  std::string name;
  SourceSpan span;       ///< the whole rule
  SourceSpan name_span;  ///< its name, or `span`
  Origin origin{Origin::User};
  std::string iteration;  ///< which pass of a copy loop made it, e.g. "rules[2]"; empty outside loops
  Field<std::int64_t> priority;
  Field<Access> access;
  Field<Direction> direction;
  Field<net::ProtocolSet> protocol;
  std::vector<AddressItem> sources;
  std::vector<PortItem> source_ports;
  std::vector<AddressItem> destinations;
  std::vector<PortItem> destination_ports;
  std::string description;
  SourceSpan description_span;
  /// Set when the input does not settle whether the rule exists at all (an unresolved `condition`).
  std::optional<Reason> may_be_absent;
  /// Known as a default by its priority alone (semantics 1), where it is not the rule that Azure has there: whoever
  /// wrote it is refused by the API.
  bool in_place_of_default{};
  std::vector<Fault> faults;
};

}  // namespace nsgcheck::model
