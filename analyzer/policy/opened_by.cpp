// SPDX-License-Identifier: Apache-2.0
#include "analyzer/policy/opened_by.hpp"

#include <optional>
#include <utility>

#include "analyzer/engine/partition.hpp"

namespace nsgcheck::policy {

std::vector<engine::Region> listened_to(const FlowPattern& pattern, const engine::Region& region) {
  const net::PortSet others = region.destination_ports & pattern.ports;
  if (!pattern.with_forwarder_port || others == region.destination_ports) return {region};
  const net::ProtocolSet tcp = net::protocol_set({net::kTcp});
  std::vector<engine::Region> out;
  const auto take = [&](const net::ProtocolSet& protocols, const net::PortSet& ports) {
    if (protocols.none() || ports.empty()) return;
    out.push_back(region);
    out.back().protocols = protocols;
    out.back().destination_ports = ports;
  };
  take(region.protocols & tcp, region.destination_ports);
  take(region.protocols & ~tcp, others);
  return out;
}

std::optional<std::vector<engine::Region>> opened_by(const engine::Filter& filter, const FlowPattern& pattern,
                                                     const engine::FlowSet& flows, engine::RuleIndex rule) {
  engine::FlowSet narrow = flows;
  narrow.source_ports = narrow.source_ports & filter.rules()[rule].source_ports.known;
  const engine::Partition all = engine::partition(filter, narrow, engine::View::Allowed);
  if (!all.complete) return std::nullopt;
  std::vector<engine::Region> out;
  for (const engine::PartitionBox& box : all.boxes) {
    const engine::BoxWord& word = box.words[0];
    if (word.yes != std::optional{true} || word.by.empty() || word.by.back() != rule) continue;
    for (engine::Region& part : listened_to(pattern, box.box)) out.push_back(std::move(part));
  }
  return out;
}

}  // namespace nsgcheck::policy
