// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/verify/evidence.hpp"

/// One function for each group of claims. Each says why the claim does not follow from the rules, "" when it does.
/// REQUIRES: of check.hpp's refuse() for claims.
namespace nsgcheck::verify {

/// Verdicts on a question, and single packets.
[[nodiscard]] std::string refuse_flows(const List& list, const Claim& claim);

/// Claims about one rule.
[[nodiscard]] std::string refuse_rule(const List& list, const Claim& claim);

[[nodiscard]] std::string refuse_comparison(const List& before, const List& after, const Claim& claim);

}  // namespace nsgcheck::verify
