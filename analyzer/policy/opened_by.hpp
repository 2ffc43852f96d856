// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "analyzer/engine/filter.hpp"
#include "analyzer/engine/space.hpp"
#include "analyzer/policy/policy.hpp"

namespace nsgcheck::policy {

/// The part of a region that flows of a pattern can be of: the forwarder listens on TCP only, so that its port counts
/// for no other protocol unless the pattern names it.
[[nodiscard]] std::vector<engine::Region> listened_to(const FlowPattern& pattern, const engine::Region& region);

/// Flows of a question that are surely allowed and that the rule surely matches, none before it surely; as far as they
/// are listened to. nullopt when they are more than the work budget allows to say.
[[nodiscard]] std::optional<std::vector<engine::Region>> opened_by(const engine::Filter& filter,
                                                                   const FlowPattern& pattern,
                                                                   const engine::FlowSet& flows,
                                                                   engine::RuleIndex rule);

}  // namespace nsgcheck::policy
