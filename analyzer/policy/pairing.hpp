// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>
#include <vector>

#include <tl/expected.hpp>

#include "analyzer/policy/compare.hpp"

namespace nsgcheck::policy {

/// An NSG of one side and the input it stands in, as the user sees it.
struct SideNsg {
  const model::Nsg* nsg{};
  std::string file;
};

/// Which NSGs are compared with which (interface 5): those that `maps` (old name, new name) says; then by name without
/// regard to case, of several of one name those with one id or in a file of one name first; then, when only one is left
/// on each side and there was no other, these two. The rest has no partner. In the order of the new side, then what is
/// gone. The error names what no NSG is called, or what is mapped twice.
[[nodiscard]] tl::expected<std::vector<NsgPair>, std::string> pair_nsgs(
    const std::vector<SideNsg>& before, const std::vector<SideNsg>& after,
    const std::vector<std::pair<std::string, std::string>>& maps);

}  // namespace nsgcheck::policy
