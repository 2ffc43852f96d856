// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "analyzer/net/address_set.hpp"
#include "cli/sides.hpp"

namespace nsgcheck::cli {

/// The addresses behind each pair's NSGs, where the inputs of either side attach them to subnets and interfaces whose
/// addresses they give; empty where these do not say, or not all.
[[nodiscard]] std::vector<std::optional<net::AddressSet>> addresses_behind(const Sides& sides);

}  // namespace nsgcheck::cli
