// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "analyzer/policy/finding.hpp"

namespace nsgcheck::policy {

/// One packet of a region: TCP rather than UDP rather than others, IPv4 rather than IPv6, an address of the
/// documentation ranges where the region holds one, else its lowest. Empty for an empty region.
[[nodiscard]] std::optional<Witness> pick_witness(const engine::Region& region, const engine::SymbolTable& symbols);

}  // namespace nsgcheck::policy
