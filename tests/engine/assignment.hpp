// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/engine/random_case.hpp"

namespace nsgcheck::engine {

/// `world` with data for every tag and group that the random rules may name and the world does not know: one way the
/// unknown could turn out. What is documented holds in it: a region lies in its parent, services lie in AzureCloud,
/// tags have IPv4 members and public addresses only, groups lie in the virtual network and may be empty.
[[nodiscard]] oracle::World random_assignment(Rng& rng, const oracle::World& world);

}  // namespace nsgcheck::engine
