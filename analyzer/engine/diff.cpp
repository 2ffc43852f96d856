// SPDX-License-Identifier: Apache-2.0
#include "analyzer/engine/diff.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "analyzer/engine/box_join.hpp"
#include "analyzer/engine/region_merge.hpp"

namespace nsgcheck::engine {
namespace {

using Found = std::map<Contrast, std::vector<Region>>;

template <class Cut>
Words symbol_classes(const Cut& cut, bool some_symbols) {
  if (!some_symbols) return {};
  Words out(words_for(cut.classes()), 0);
  for (std::size_t c = 0; c < cut.classes(); ++c) {
    Words one(out.size(), 0);
    set_bit(one, c);
    if (!cut.symbols(one).empty()) set_bit(out, c);
  }
  return out;
}

// One look at all flows: the four spaces, their pieces by contrast.
class Pass {
 public:
  /// `symbol_case` as in SpaceOptions; under a case the symbols' own points speak for their members.
  Pass(const DiffRules& rules, const SymbolCase* symbol_case, WorkBudget& budget)
      : rules_{rules}, options_{symbol_case, symbol_case != nullptr, true}, budget_{budget} {
    in_space<net::Ipv4>(true, &SpaceRegions::v4_ported);
    in_space<net::Ipv4>(false, &SpaceRegions::v4_portless);
    in_space<net::Ipv6>(true, &SpaceRegions::v6_ported);
    in_space<net::Ipv6>(false, &SpaceRegions::v6_portless);
    for (auto& [contrast, regions] : parts_) found_[contrast] = merge(std::move(regions), question_);
  }

  [[nodiscard]] const Found& found() const { return found_; }
  [[nodiscard]] bool complete() const { return complete_; }

 private:
  template <class Address>
  void in_space(bool ported, std::vector<Region> SpaceRegions::*part) {
    const Space<Address> space{rules_.filter(), ported, question_, options_};
    if (!space.has_flows()) return;
    const bool some_symbols = rules_.filter().symbols().size() > 0;
    DiffDiagram::SymbolClasses symbols;
    symbols[static_cast<std::size_t>(Dim::Source)] = symbol_classes(space.source(), some_symbols);
    symbols[static_cast<std::size_t>(Dim::Destination)] = symbol_classes(space.destination(), some_symbols);
    DiffDiagram diagram{space.grid(), rules_, ported, symbols, budget_};
    for (const auto& piece : joined(space.grid().layout, diagram.pieces())) {
      const Contrast& contrast = diagram.contrasts()[piece.key];
      Region region = space.region(piece.box);
      if (contrast.shift == Shift::Unknown && !options_.implied_symbols && !keep_addresses(region)) continue;
      (parts_[contrast].*part).push_back(std::move(region));
    }
    complete_ = complete_ && diagram.complete();
  }

  // The members of a symbol are among the real addresses, and those carry every "may" of the symbol already.
  static bool keep_addresses(Region& region) {
    region.source.symbols.clear();
    region.destination.symbols.clear();
    return !region.source.addresses.empty() && !region.destination.addresses.empty();
  }

  const DiffRules& rules_;
  SpaceOptions options_;
  WorkBudget& budget_;
  FlowSet question_{every_flow()};
  std::map<Contrast, SpaceRegions> parts_;
  Found found_;
  bool complete_{true};
};

bool is_by_symbols(const Contrast& contrast) {
  return contrast.reason == Reason::UnknownTag || contrast.reason == Reason::AsgWithoutMembers;
}

bool same_changes(const Found& a, const Found& b) {
  const auto changes = [](const Found& found) {
    std::vector<std::pair<Contrast, std::vector<Region>>> out;
    for (const auto& [contrast, regions] : found)
      if (contrast.shift != Shift::Unknown) out.emplace_back(contrast, regions);
    return out;
  };
  const auto one = changes(a);
  const auto other = changes(b);
  return std::equal(one.begin(), one.end(), other.begin(), other.end(), [](const auto& x, const auto& y) {
    return x.first == y.first &&
           std::is_permutation(x.second.begin(), x.second.end(), y.second.begin(), y.second.end());
  });
}

// "Newly allowed from Sql, else nothing" is settled by cases although no single address is: each is in the tag, which
// has its own region, or in none. When the case "in none" changes nothing else, what the cases leave open is all that
// is open, and it speaks of tags and groups instead of all addresses that they could hold.
void settle_by_cases(const DiffRules& rules, WorkBudget& budget, Found& found) {
  const bool open = std::any_of(found.begin(), found.end(), [](const auto& one) {
    return one.first.shift == Shift::Unknown && is_by_symbols(one.first);
  });
  if (!open) return;
  const Words no_symbol(words_for(rules.filter().symbols().size()), 0);
  const SymbolCase none{no_symbol, no_symbol};
  const Pass outside{rules, &none, budget};
  if (outside.complete() && same_changes(found, outside.found())) found = outside.found();
}

bool takes_values_alike(const DiffRules& rules) {
  std::array<std::vector<LiteralId>, 2> texts;
  for (RuleIndex r = 0; r < rules.filter().rules().size(); ++r) {
    auto& out = texts[static_cast<std::size_t>(rules.side(r))];
    const RuleDoubts& doubts = rules.doubts(r);
    for (const auto& dim : doubts.dims)
      for (const LiteralId id : dim)
        if (!rules.literals()[id].symbol) out.push_back(id);
    if (doubts.access) out.push_back(*doubts.access);
    if (doubts.exists) out.push_back(*doubts.exists);
  }
  return std::find_first_of(texts[0].begin(), texts[0].end(), texts[1].begin(), texts[1].end()) != texts[0].end();
}

}  // namespace

FilterDiff diff(const model::Nsg* before, const model::Nsg* after, Direction direction,
                const model::NetworkContext& context, const DiffOptions& options) {
  const DiffRules rules{before, after, direction, context, options.same_text};
  WorkBudget budget{options.budget};
  const Pass pass{rules, nullptr, budget};
  Found found = pass.found();
  if (pass.complete()) settle_by_cases(rules, budget, found);
  FilterDiff out;
  out.complete = pass.complete();
  out.symbols = rules.filter().symbols();
  out.takes_values_alike = rules.takes_conditions_alike() || takes_values_alike(rules);
  for (auto& [contrast, regions] : found) {
    Difference difference{contrast, std::move(regions)};
    for (auto* rule : {&difference.contrast.old_rule, &difference.contrast.new_rule})
      if (*rule) *rule = rules.origin(**rule);
    out.differences.push_back(std::move(difference));
  }
  return out;
}

}  // namespace nsgcheck::engine
