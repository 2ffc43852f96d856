// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <map>
#include <string>

#include "cli/verify/evidence.hpp"

namespace nsgcheck::verify {

/// Why a list of rules cannot be what an NSG evaluates; "" when it can: every rule is looked at, in the order of the
/// priorities, and rules of one priority that say different things are looked at as not sure before one of them counts.
[[nodiscard]] std::string refuse(const List& list);

/// Why a claim does not follow from the rules; "" when it does. REQUIRES: refuse() of its lists says nothing.
[[nodiscard]] std::string refuse(const Evidence& evidence, const Claim& claim);

/// What became of a file's claims.
struct Result {
  std::map<std::string, std::size_t> accepted;  ///< by what was claimed
  std::size_t unclaimed{};
  std::vector<std::string> refused;  ///< lines for people
};
[[nodiscard]] Result check(const Evidence& evidence);

/// "accepted: 14 claims (3 allow, 9 deny, 2 partial), 1 unknown not claimed".
[[nodiscard]] std::string summary(const Result& result);

}  // namespace nsgcheck::verify
