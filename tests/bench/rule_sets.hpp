// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include "analyzer/model/network_context.hpp"
#include "analyzer/model/nsg.hpp"

namespace nsgcheck::bench {

/// Rules and the world they live in, made from a seed: the same on every machine.
struct RuleSet {
  model::Nsg nsg;
  model::NetworkContext context;
};

/// As written by people: 60 % allow, lists of prefixes and ports, mostly from the specific to the general, deny-all
/// last. `list` is the longest list of a field.
[[nodiscard]] RuleSet list_rules(std::size_t rules, std::size_t list);

/// As list_rules(), each source a service tag of 20 to 10,000 prefixes.
[[nodiscard]] RuleSet tag_rules(std::size_t rules);

/// A guillotine tiling of the whole space in all five fields, then a deny of everything: the deny is shadowed, and the
/// proof needs every tile.
[[nodiscard]] RuleSet tiling(std::size_t rules);

/// Random wide ranges in all five fields.
[[nodiscard]] RuleSet crossing(std::size_t rules);

/// Columns and rows that cross: `rules` / 2 narrow in the source, as many narrow in the destination.
[[nodiscard]] RuleSet grid(std::size_t rules);

/// A tiling from which every tenth tile is missing.
[[nodiscard]] RuleSet holes(std::size_t rules);

}  // namespace nsgcheck::bench
