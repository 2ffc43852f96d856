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

/// How many findings, or expectations, are shown by claims that are accepted.
struct Shown {
  std::size_t all{};
  std::map<std::string, std::size_t> by_status;  ///< those shown
  std::map<std::string, std::size_t> not_shown;  ///< by the reason
};

/// What became of a file's claims.
struct Result {
  std::map<std::string, std::size_t> accepted;  ///< by what was claimed
  std::size_t unclaimed{};
  Shown findings, expectations;
  std::vector<std::string> refused;  ///< lines for people
};
[[nodiscard]] Result check(const Evidence& evidence);

/// Lines "accepted: 14 claims (3 allow, 9 deny, 2 partial); 1 unknown, not claimed" and, where the file has some,
/// "findings: 5 of 7 shown; not shown: 2 facts of the text".
[[nodiscard]] std::string summary(const Result& result);

}  // namespace nsgcheck::verify
