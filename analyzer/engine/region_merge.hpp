// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "analyzer/engine/space.hpp"

namespace nsgcheck::engine {

/// The regions of the four spaces of a question.
struct SpaceRegions {
  std::vector<Region> v4_ported, v4_portless, v6_ported, v6_portless;
};

/// Joins regions of several spaces into fewer without changing the set: protocols with and without ports when no port
/// matters, then the two families.
[[nodiscard]] std::vector<Region> merge(SpaceRegions regions, const FlowSet& question);

}  // namespace nsgcheck::engine
