// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "analyzer/model/security_rule.hpp"

namespace nsgcheck::model {
namespace {

struct Naming {
  FaultKind kind;
  std::string_view code;
  std::string_view api_error;
};

// In the order of FaultKind. An error code stands only where an answer of the API with it is on record; what the API
// says to a reversed range, for one, nobody has published.
constexpr std::array<Naming, 28> kNamings{{
    {FaultKind::DuplicatePriority, "duplicate-priority", "SecurityRuleConflict"},
    {FaultKind::DuplicateName, "duplicate-name", ""},
    {FaultKind::PriorityOutOfRange, "priority-out-of-range", ""},
    {FaultKind::BadPriority, "bad-priority", ""},
    {FaultKind::BadPort, "bad-port", "SecurityRuleInvalidPortRange"},
    {FaultKind::ReversedPortRange, "reversed-port-range", ""},
    {FaultKind::CommaPorts, "comma-ports", "SecurityRuleInvalidPortRange"},
    {FaultKind::PortWildcardInList, "port-wildcard-in-list", "SecurityRuleParameterContainsInvalidPortRanges"},
    {FaultKind::BadAddress, "bad-address", "SecurityRuleInvalidAddressPrefix"},
    {FaultKind::HostBits, "host-bits", ""},
    {FaultKind::AddressRangeForm, "address-range-form", ""},
    {FaultKind::MixedFamilies, "mixed-families", "ResourceCannotContainAddressPrefixesFromDifferentAddressFamilies"},
    {FaultKind::OverlappingAddresses, "overlapping-addresses", "OverlappingSubnetsNotPermittedInSecurityRule"},
    {FaultKind::AddressWildcardInList, "address-wildcard-in-list", "SecurityRuleParameterContainsUnsupportedValue"},
    {FaultKind::TagInList, "tag-in-list", "SecurityRuleParameterContainsUnsupportedValue"},
    {FaultKind::EmptySide, "empty-side", ""},
    {FaultKind::SingularAndPlural, "singular-and-plural", ""},
    {FaultKind::BadAccess, "bad-access", ""},
    {FaultKind::BadDirection, "bad-direction", ""},
    {FaultKind::BadProtocol, "bad-protocol", ""},
    {FaultKind::BadName, "bad-name", ""},
    {FaultKind::BadDescription, "bad-description", ""},
    {FaultKind::PlatformTag, "platform-tag", ""},
    {FaultKind::TooManyRules, "too-many-rules", "SecurityRuleCountLimitReached"},
    {FaultKind::TooManyAddresses, "too-many-addresses", "SecurityRuleAddressesOrPortsPerSecurityGroupLimitReached"},
    {FaultKind::TooManyAsgs, "too-many-asgs", ""},
    {FaultKind::DuplicateKey, "duplicate-key", ""},
    {FaultKind::WrongType, "wrong-type", ""},
}};

constexpr bool in_order_of_kind() {
  for (std::size_t i = 0; i < kNamings.size(); ++i)
    if (static_cast<std::size_t>(kNamings[i].kind) != i) return false;
  return kNamings.back().kind == FaultKind::WrongType;
}
static_assert(in_order_of_kind());

const Naming& naming(FaultKind kind) { return kNamings[static_cast<std::size_t>(kind)]; }

}  // namespace

std::string_view code(FaultKind kind) { return naming(kind).code; }

std::optional<FaultKind> fault_kind(std::string_view code) {
  const auto* found =
      std::find_if(kNamings.begin(), kNamings.end(), [code](const Naming& n) { return n.code == code; });
  if (found == kNamings.end()) return std::nullopt;
  return found->kind;
}

std::string_view api_error(FaultKind kind) { return naming(kind).api_error; }

}  // namespace nsgcheck::model
