// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <set>
#include <vector>

#include "analyzer/model/security_rule.hpp"

namespace nsgcheck::model::fault_test {
namespace {

struct Row {
  FaultKind kind;
  const char* code;
  const char* api_error;
};

TEST(FaultKind, CodesAndErrorsOfTheApi) {
  const std::vector<Row> rows{
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
  };
  std::set<std::string_view> codes;
  for (const Row& row : rows) {
    SCOPED_TRACE(row.code);
    EXPECT_EQ(code(row.kind), row.code);
    EXPECT_EQ(api_error(row.kind), row.api_error);
    EXPECT_EQ(fault_kind(row.code), row.kind);
    codes.insert(row.code);
  }
  EXPECT_EQ(codes.size(), static_cast<std::size_t>(FaultKind::WrongType) + 1) << "a kind without a row";
}

TEST(FaultKind, UnknownCodesAreNone) {
  EXPECT_EQ(fault_kind(""), std::nullopt);
  EXPECT_EQ(fault_kind("Host-Bits"), std::nullopt);
  EXPECT_EQ(fault_kind("host-bit"), std::nullopt);
}

}  // namespace
}  // namespace nsgcheck::model::fault_test
