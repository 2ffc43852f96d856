// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "cli/verify/evidence.hpp"

namespace nsgcheck::verify {

/// Why the claims that a finding or an expectation names would not show it, were they all true; "" when they would.
/// REQUIRES: it has a form.
[[nodiscard]] std::string refuse(const Evidence& evidence, const Statement& statement);

/// True of a claim that must be accepted for the statement to be shown; the others only say what its question is.
[[nodiscard]] bool rests_on(const Statement& statement, std::size_t index);

/// "NSG-RDP-001 (0123abcd...)", or an expectation's name, quoted; with the NSG.
[[nodiscard]] std::string name_of(const Statement& statement);

}  // namespace nsgcheck::verify
