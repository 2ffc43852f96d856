// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "analyzer/engine/filter.hpp"
#include "analyzer/model/nsg.hpp"
#include "tests/engine/random_case.hpp"

namespace nsgcheck::engine {

/// Inbound rules as support::rule_line() reads them, in the order of their priorities.
using Lines = std::vector<std::string>;

[[nodiscard]] std::vector<model::SecurityRule> user_rules(const Lines& lines);

/// The user rules, then a deny: Azure's own rules would let the virtual network through.
[[nodiscard]] model::Nsg closed_group(Lines lines);
[[nodiscard]] Filter filter_of(Lines lines);

/// A change that may or may not matter: a rule dropped, two neighbours swapped, an action flipped.
[[nodiscard]] Lines changed(Rng& rng, Lines lines);

/// Every IPv4 flow of these protocols.
[[nodiscard]] PlainQuestion ipv4_question(std::vector<std::uint8_t> protocols);

}  // namespace nsgcheck::engine
