// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "analyzer/engine/ask.hpp"
#include "analyzer/engine/filter.hpp"

namespace nsgcheck::engine {

/// How a field of a rule lies to a flow or set of flows.
enum class Match : std::uint8_t {
  No,     ///< no flow of the set
  Yes,    ///< every flow of the set
  Part,   ///< some flows of the set
  Maybe,  ///< the input does not settle it
};

/// One rule held against the flows asked for, field by field.
struct RuleLook {
  RuleIndex rule{};
  Match protocol{}, source{}, source_port{}, destination{}, destination_port{};
  [[nodiscard]] Match overall() const;
};

/// The ladder of rules that were looked at, in order of evaluation, up to and including the first that surely matches
/// all flows asked for. For a single packet its last step names the decider.
[[nodiscard]] std::vector<RuleLook> ladder(const Filter& filter, const FlowSet& flows);

/// The question that a single packet is. `source_port` empty: any.
[[nodiscard]] FlowSet flow_set(const net::FiveTuple& packet, bool any_source_port);

}  // namespace nsgcheck::engine
