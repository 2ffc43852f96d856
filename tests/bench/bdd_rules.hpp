// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include "tests/bench/flat_rules.hpp"

namespace nsgcheck::bench {

/// In which order a diagram tests the fields, each from its highest bit down.
enum class BitOrder { AddressesFirst, PortsFirst };

struct Hygiene {
  std::size_t shadowed{};   ///< decided by earlier rules, one of them of the other action
  std::size_t redundant{};  ///< the set means the same without it
};

/// Makes room for the diagrams, once, and takes all that earlier questions left out of caches.
void bdd_prepare();
/// Both by binary decision diagrams (BuDDy), from the rules on. REQUIRES: bdd_prepare() before, one thread.
[[nodiscard]] Hygiene bdd_hygiene(const std::vector<FlatRule>& rules, BitOrder order);
[[nodiscard]] bool bdd_equal(const std::vector<FlatRule>& before, const std::vector<FlatRule>& after, BitOrder order);

}  // namespace nsgcheck::bench
