// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <utility>
#include <vector>

#include "analyzer/engine/all_spaces.hpp"
#include "analyzer/model/nsg.hpp"

namespace nsgcheck::engine {

/// A rule that was merged into an earlier one.
struct Merge {
  RuleIndex rule{};
  RuleIndex into{};
};

/// Merges rules of one filter into earlier ones of the same action that differ from them in one side only, and writes
/// both sides' entries into those rules of `nsg`. Tags, groups and `*` stay out of lists, where Azure's API refuses
/// them, as do families that differ. `may_merge`: the rules that may take part. The merged rules stay in `nsg`.
[[nodiscard]] std::vector<Merge> merge_rules(model::Nsg& nsg, const Filter& filter, AllSpaces& spaces,
                                             const std::function<bool(RuleIndex)>& may_merge);

}  // namespace nsgcheck::engine
