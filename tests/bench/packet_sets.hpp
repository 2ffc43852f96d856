// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include "analyzer/net/five_tuple.hpp"
#include "tests/bench/flat_rules.hpp"

namespace nsgcheck::bench {

/// TCP and UDP over IPv4, each from a rule chosen by lot, half of its values at the ends of ranges. The same each time.
[[nodiscard]] std::vector<net::FiveTuple> packets_for(const std::vector<FlatRule>& rules, std::size_t count);

}  // namespace nsgcheck::bench
