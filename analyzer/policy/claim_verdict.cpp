// SPDX-License-Identifier: Apache-2.0
#include "analyzer/policy/claim_verdict.hpp"

#include <algorithm>
#include <functional>

#include "analyzer/policy/witness.hpp"

namespace nsgcheck::policy {
namespace {

using engine::PartitionBox;

bool says(const PartitionBox& box, bool yes) { return box.words[0].yes == std::optional{yes}; }

bool has(const std::vector<engine::RuleIndex>& rules, engine::RuleIndex rule) {
  return std::find(rules.begin(), rules.end(), rule) != rules.end();
}

// Symbols of one table by their ids in another; false when one is not there.
bool translate(engine::AddressPart& part, const engine::SymbolTable& from, const engine::SymbolTable& to) {
  std::vector<engine::SymbolId> out;
  for (const engine::SymbolId id : part.symbols) {
    engine::SymbolId at = 0;
    while (at < to.size() && (to[at].name != from[id].name || to[at].kind != from[id].kind)) ++at;
    if (at == to.size()) return false;
    out.push_back(at);
  }
  std::sort(out.begin(), out.end());
  part.symbols = std::move(out);
  return true;
}

bool translate(engine::Region& region, const engine::SymbolTable& from, const engine::SymbolTable& to) {
  return translate(region.source, from, to) && translate(region.destination, from, to);
}

bool shows_rule(const Claim& claim, const engine::Filter& filter) {
  const auto& boxes = claim.partition.boxes;
  const engine::FilterRule& own = filter.rules()[claim.rule];
  const auto all = [&](const std::function<bool(const PartitionBox&)>& test) {
    return std::all_of(boxes.begin(), boxes.end(), test);
  };
  const auto some = [&](const std::function<bool(const PartitionBox&)>& test) {
    return std::any_of(boxes.begin(), boxes.end(), test);
  };
  switch (claim.kind) {
    case ClaimKind::Redundant:
      return all([](const PartitionBox& box) { return box.words[0].yes && box.words[0].yes == box.words[1].yes; });
    case ClaimKind::Shadowed:
      return all([&](const PartitionBox& box) { return !has(box.words[0].by, claim.rule); }) &&
             some([&](const PartitionBox& box) {
               return std::any_of(box.words[0].by.begin(), box.words[0].by.end(),
                                  [&](engine::RuleIndex r) { return filter.rules()[r].may_allow != own.may_allow; });
             });
    case ClaimKind::Overlapped:
      return own.may_allow != own.may_deny && all([&](const PartitionBox& box) { return says(box, !own.may_allow); }) &&
             some([&](const PartitionBox& box) { return surely_holds_a_flow(box, filter.symbols()); });
    default:
      return false;
  }
}

}  // namespace

VerdictWords words_of(engine::View view) {
  if (view == engine::View::Allowed) return {"allow", "deny", "partial"};
  return {"all", "none", "some"};
}

bool surely_holds_a_flow(const PartitionBox& box, const engine::SymbolTable& symbols) {
  const net::Family family = box.box.v4 ? net::Family::V4 : net::Family::V6;
  const auto populated = [&](const engine::AddressPart& part) {
    return !part.addresses.empty() || std::any_of(part.symbols.begin(), part.symbols.end(), [&](engine::SymbolId id) {
      return symbols.surely_populated(id, family);
    });
  };
  return populated(box.box.source) && populated(box.box.destination);
}

std::optional<Witness> sure_witness(engine::Region region, const engine::SymbolTable& symbols) {
  // Of symbols that may be empty only those are left out that the witness would be picked from.
  const net::Family family = region.v4 ? net::Family::V4 : net::Family::V6;
  for (auto* part : {&region.source, &region.destination})
    std::erase_if(part->symbols, [&](engine::SymbolId id) { return !symbols.surely_populated(id, family); });
  return pick_witness(region, symbols);
}

void conclude(Claim& claim, const engine::SymbolTable& symbols) {
  std::vector<const PartitionBox*> boxes;
  for (const PartitionBox& box : claim.partition.boxes)
    if (!box.words.empty()) boxes.push_back(&box);
  const VerdictWords words = words_of(claim.view);
  const auto all = [&](bool yes) {
    return std::all_of(boxes.begin(), boxes.end(), [&](const PartitionBox* box) { return says(*box, yes); });
  };
  const auto is_real = [&](const PartitionBox* box) { return surely_holds_a_flow(*box, symbols); };
  if (all(true) && std::any_of(boxes.begin(), boxes.end(), is_real)) {
    claim.verdict = words.all;
  } else if (all(false)) {
    claim.verdict = words.none;
  } else {
    claim.witness = witness_where(claim.partition, symbols,
                                  [](const PartitionBox& box) { return !box.words.empty() && says(box, true); });
    const bool others = std::any_of(boxes.begin(), boxes.end(),
                                    [&](const PartitionBox* box) { return !says(*box, true) && is_real(box); });
    if (claim.witness && others) claim.verdict = words.some;
  }
}

void conclude_rule(Claim& claim, const engine::Filter& filter) {
  if (!shows_rule(claim, filter)) return;
  claim.verdict = claim.kind == ClaimKind::Redundant  ? "redundant"
                  : claim.kind == ClaimKind::Shadowed ? "shadowed"
                                                      : "overlapped";
}

bool tell_of(engine::Partition& partition, const engine::Filter& with, const engine::Filter& without,
             std::size_t own_rules) {
  const auto is_put = [&](engine::RuleIndex rule) { return with.origin(rule) >= own_rules; };
  const auto index_of = [&](engine::RuleIndex rule) {
    engine::RuleIndex out = 0;
    while (without.origin(out) != with.origin(rule)) ++out;
    return out;
  };
  // A rule that is no valid one may stand among those put before all others.
  const auto is_among_them = [](const engine::FilterRule& rule) { return !rule.floating && rule.priority <= 0; };
  if (std::any_of(without.rules().begin(), without.rules().end(), is_among_them)) return false;
  for (auto& asked : partition.question)
    if (!translate(asked.box, with.symbols(), without.symbols())) return false;
  for (PartitionBox& box : partition.boxes) {
    auto& by = box.words[0].by;
    if (!translate(box.box, with.symbols(), without.symbols())) return false;
    if (!by.empty() && std::all_of(by.begin(), by.end(), is_put)) {
      box.words.clear();
      continue;
    }
    // A rule without a place may come before one that surely decides: what then follows without it is not in the cut.
    if (!by.empty() && is_put(by.back())) return false;
    std::erase_if(by, is_put);
    std::transform(by.begin(), by.end(), by.begin(), index_of);
    engine::Contribution heard = 0;
    for (const engine::RuleIndex rule : by) heard |= engine::contribution(without.rules()[rule], engine::View::Allowed);
    box.words[0].yes.reset();
    if (heard == engine::kSaysYes) box.words[0].yes = true;
    if (heard == engine::kSaysNo) box.words[0].yes = false;
  }
  return true;
}

bool is_perhaps_in(const std::vector<engine::Partition::Asked>& except, const PartitionBox& box) {
  const auto meets = [&](const engine::AddressPart& a, const engine::AddressPart& b) {
    if (!a.symbols.empty() || !b.symbols.empty()) return true;
    return box.box.v4 ? a.addresses.v4.overlaps(b.addresses.v4) : a.addresses.v6.overlaps(b.addresses.v6);
  };
  return std::any_of(except.begin(), except.end(), [&](const engine::Partition::Asked& part) {
    return part.ported == box.ported && part.box.v4 == box.box.v4 && (part.box.protocols & box.box.protocols).any() &&
           meets(part.box.source, box.box.source) && meets(part.box.destination, box.box.destination) &&
           part.box.source_ports.overlaps(box.box.source_ports) &&
           part.box.destination_ports.overlaps(box.box.destination_ports);
  });
}

void conclude_besides(Claim& claim, const engine::SymbolTable& symbols) {
  conclude(claim, symbols);
  const VerdictWords words = words_of(claim.view);
  if (!claim.verdict || *claim.verdict == words.none) return;
  const auto shown = witness_where(claim.partition, symbols, [&](const PartitionBox& box) {
    return !box.words.empty() && says(box, true) && !is_perhaps_in(claim.except, box);
  });
  if (claim.witness) claim.witness = shown;
  if (!shown) claim.verdict.reset();
}

}  // namespace nsgcheck::policy
