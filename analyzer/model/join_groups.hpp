// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include "analyzer/model/nsg.hpp"

namespace nsgcheck::model {

/// Rules of one NSG that were moved to another; indices before the move.
struct JoinedRules {
  std::size_t from{}, to{};
};

struct JoinedGroups {
  std::vector<std::size_t> kept;  ///< for each NSG that is left its index before
  std::vector<JoinedRules> joined;
};

/// Moves the rules of groups of which the rest is missing (Nsg::rest_missing) to the group itself, where exactly one of
/// another document has its name, and its id as far as both have one. A rule takes the place of one of its name, as in
/// a deployment. REQUIRES: no defaults were added.
[[nodiscard]] JoinedGroups join_groups(std::vector<Nsg>& nsgs);

}  // namespace nsgcheck::model
