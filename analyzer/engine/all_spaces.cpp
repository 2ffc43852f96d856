// SPDX-License-Identifier: Apache-2.0
#include "analyzer/engine/all_spaces.hpp"

#include <utility>

#include "analyzer/engine/region_merge.hpp"

namespace nsgcheck::engine {
namespace {

constexpr SpaceOptions kOptions{.symbol_case = nullptr, .implied_symbols = false, .keep_unreachable = true};

FlowSet all_flows(const SymbolTable& symbols) {
  FlowSet flows = every_flow();
  for (SymbolId id = 0; id < symbols.size(); ++id) {
    flows.source.symbols.push_back(id);
    flows.destination.symbols.push_back(id);
  }
  return flows;
}

}  // namespace

AllSpaces::AllSpaces(const Filter& filter, std::size_t budget)
    : budget_{budget},
      question_{all_flows(filter.symbols())},
      v4_ported_{filter, true, question_, kOptions},
      v4_portless_{filter, false, question_, kOptions},
      v6_ported_{filter, true, question_, kOptions},
      v6_portless_{filter, false, question_, kOptions} {
  for (const Grid* grid : {&v4_ported_.grid(), &v4_portless_.grid(), &v6_ported_.grid(), &v6_portless_.grid()})
    spaces_.push_back(std::make_unique<RuleSpace>(filter, *grid, budget_));
}

std::vector<Region> AllSpaces::regions(const std::array<std::vector<Box>, kCount>& boxes) const {
  SpaceRegions regions;
  for (const Box& box : boxes[0]) regions.v4_ported.push_back(v4_ported_.region(box));
  for (const Box& box : boxes[1]) regions.v4_portless.push_back(v4_portless_.region(box));
  for (const Box& box : boxes[2]) regions.v6_ported.push_back(v6_ported_.region(box));
  for (const Box& box : boxes[3]) regions.v6_portless.push_back(v6_portless_.region(box));
  return merge(std::move(regions), question_);
}

std::vector<Region> AllSpaces::own_regions(RuleIndex rule) const {
  SpaceRegions regions;
  const auto add = [&](std::vector<Region>& out, std::size_t index, const auto& space) {
    if (const auto row = spaces_[index]->row(rule)) out.push_back(space.sure_region(*row));
  };
  add(regions.v4_ported, 0, v4_ported_);
  add(regions.v4_portless, 1, v4_portless_);
  add(regions.v6_ported, 2, v6_ported_);
  add(regions.v6_portless, 3, v6_portless_);
  return merge(std::move(regions), question_);
}

}  // namespace nsgcheck::engine
