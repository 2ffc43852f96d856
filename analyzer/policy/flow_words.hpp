// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <vector>

#include "analyzer/model/network_context.hpp"
#include "analyzer/policy/finding.hpp"

namespace nsgcheck::policy {

/// Names a region of all flows: a side that is exactly everything is "*", one that is exactly a tag of the network is
/// that tag, everything else is written out. `addresses_only`: the region says nothing about symbols of its own.
[[nodiscard]] NamedRegion name_flows(engine::Region region, const model::NetworkContext& context,
                                     const engine::SymbolTable& symbols, bool addresses_only);

/// Fewer regions of the same flows: those that differ in the far side alone, the source of what comes in, are one, then
/// those that differ in the near side alone. Regions that name symbols stay as they are.
[[nodiscard]] std::vector<engine::Region> joined(std::vector<engine::Region> regions, net::Direction direction);

/// A region in one line for people; long lists of addresses by what they leave out when that is shorter: "any protocol
/// from any but VirtualNetwork".
[[nodiscard]] std::string flow_words(const NamedRegion& named, const model::NetworkContext& context);

/// Several regions in one line, and whether a verb after it is in the plural.
struct FlowLines {
  std::string words;
  bool several{};
};
/// Those of the same sides say them once: "tcp 3389 and udp 3389 from Internet".
[[nodiscard]] FlowLines flow_lines(std::span<const NamedRegion> regions, const model::NetworkContext& context);

}  // namespace nsgcheck::policy
