// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "analyzer/policy/evidence.hpp"

/// What the boxes of a claim show.
namespace nsgcheck::policy {

/// What the answers of a view are called.
struct VerdictWords {
  std::string_view all, none, some;
};
[[nodiscard]] VerdictWords words_of(engine::View view);

/// A box that only a group without members makes up may hold no flow at all.
[[nodiscard]] bool surely_holds_a_flow(const engine::PartitionBox& box, const engine::SymbolTable& symbols);

/// A packet of a region of one family that surely exists; empty when none does.
[[nodiscard]] std::optional<Witness> sure_witness(engine::Region region, const engine::SymbolTable& symbols);

/// A packet of the first box that holds one and of which `wanted` is true.
template <class Wanted>
[[nodiscard]] std::optional<Witness> witness_where(const engine::Partition& partition,
                                                   const engine::SymbolTable& symbols, const Wanted& wanted) {
  for (const engine::PartitionBox& box : partition.boxes)
    if (wanted(box) && surely_holds_a_flow(box, symbols))
      if (auto witness = sure_witness(box.box, symbols)) return witness;
  return std::nullopt;
}

/// The verdict of a claim about a question; none when some part is open and nothing surely holds.
void conclude(Claim& claim, const engine::SymbolTable& symbols);

/// The same for Shadowed, Redundant and Overlapped.
void conclude_rule(Claim& claim, const engine::Filter& filter);

/// Puts a cut made with rules before all others, which are those from `own_rules` on in the NSG, into the terms of the
/// filter without them: boxes that they surely decide have no words. False when a symbol is not known there, or a rule
/// may come before those.
[[nodiscard]] bool tell_of(engine::Partition& partition, const engine::Filter& with, const engine::Filter& without,
                           std::size_t own_rules);

/// True when a flow of the box may be one of `except`: a member of a symbol may be any address, and any address a
/// member.
[[nodiscard]] bool is_perhaps_in(const std::vector<engine::Partition::Asked>& except, const engine::PartitionBox& box);

/// conclude() for a claim with flows left out: some flow that is surely none of them must show an answer of yes.
void conclude_besides(Claim& claim, const engine::SymbolTable& symbols);

}  // namespace nsgcheck::policy
