// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

namespace nsgcheck::model {

/// Why a value, and so perhaps a verdict, is unknown (interface 8, Audit). The order is the order of preference when
/// several apply: the one that a user can mend in the file first.
enum class Reason : std::uint8_t {
  InvalidRule,
  DuplicatePriority,
  UndefinedPorts,
  UnresolvedExpression,
  UnknownTag,
  AsgWithoutMembers,
  MissingAttachment,
  BudgetExceeded,
};

/// The stable code of the interface, e.g. "unknown-tag".
[[nodiscard]] constexpr std::string_view code(Reason reason) {
  switch (reason) {
    case Reason::InvalidRule:
      return "invalid-rule";
    case Reason::DuplicatePriority:
      return "duplicate-priority";
    case Reason::UndefinedPorts:
      return "undefined-ports";
    case Reason::UnresolvedExpression:
      return "unresolved-expression";
    case Reason::UnknownTag:
      return "unknown-tag";
    case Reason::AsgWithoutMembers:
      return "asg-without-members";
    case Reason::MissingAttachment:
      return "missing-attachment";
    case Reason::BudgetExceeded:
      return "budget-exceeded";
  }
  return "invalid-rule";
}

}  // namespace nsgcheck::model
