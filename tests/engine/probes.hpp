// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "analyzer/engine/space.hpp"
#include "analyzer/model/nsg.hpp"
#include "analyzer/net/five_tuple.hpp"
#include "tests/engine/random_case.hpp"

namespace nsgcheck::engine {

/// The places where a verdict can change: each bound that a rule, the world or the question names, and one either side.
struct Edges {
  std::vector<std::uint8_t> protocols;
  std::vector<net::IpAddress> sources, destinations;
  std::vector<net::Port> source_ports, destination_ports;
};

/// Inside `c.question` only.
[[nodiscard]] Edges edges(const Case& c, const model::Nsg& nsg);

/// The first edge of each kind that the rules tell apart in a field: every packet of the question is treated as one of
/// the packets that these make.
[[nodiscard]] Edges representatives(const Case& c, const model::Nsg& nsg);

/// A packet whose every field stands at an edge; source and destination of one family. Empty when the edges hold none.
[[nodiscard]] std::optional<net::FiveTuple> random_packet(Rng& rng, const Edges& edges);

/// All packets that the edges make; for small universes only.
[[nodiscard]] std::vector<net::FiveTuple> all_packets(const Edges& edges);

/// True when the packet's five values are in the region; symbols count as their members in `world`.
[[nodiscard]] bool in_region(const Region& region, const net::FiveTuple& packet, const SymbolTable& symbols,
                             const oracle::World& world);
/// The number of `regions` that hold the packet.
[[nodiscard]] std::size_t count_in(const std::vector<Region>& regions, const net::FiveTuple& packet,
                                   const SymbolTable& symbols, const oracle::World& world);

[[nodiscard]] std::string describe(const net::FiveTuple& packet);

}  // namespace nsgcheck::engine
