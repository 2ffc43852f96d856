// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "analyzer/policy/compiled_stages.hpp"

namespace nsgcheck::policy {

/// The flows of a question that are still under way.
struct Passing {
  std::vector<engine::Region> sure;     ///< disjoint; each surely holds a flow
  std::vector<engine::Region> perhaps;  ///< of which it is not settled whether they got here
  bool lost{};                          ///< surely at least one flow did not
  bool keep_denied{};                   ///< what surely does not get through is to be gathered in `denied`
  std::vector<engine::Region> denied;   ///< disjoint
  bool complete{true};                  ///< false: a budget ran out, more may have got here
  std::optional<model::Reason> reason;  ///< why something is not settled
};

[[nodiscard]] engine::Region region_of(const engine::FlowSet& flows);
[[nodiscard]] engine::FlowSet flows_of(const engine::Region& region);

/// Those of them that a filter allows.
[[nodiscard]] Passing pass(const engine::Filter& filter, Passing flows);

/// The filter of a stage's rules for the question at hand.
using FilterOf = std::function<const engine::Filter&(const CompiledRules&)>;

/// Those of them that get through all stages of one end: AlwaysAllow of an admin rule leads past the NSGs.
[[nodiscard]] Passing pass(const std::vector<StageSpec>& stages, const FilterOf& filter_of, Passing flows);

}  // namespace nsgcheck::policy
