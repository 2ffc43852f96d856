// SPDX-License-Identifier: Apache-2.0
#include "analyzer/engine/symbol_case.hpp"

#include <algorithm>

namespace nsgcheck::engine {
namespace {

// Symbols that rules name on one side and that may hold an address of the question's side.
std::vector<SymbolId> relevant(const Filter& filter, const AddressTerm FilterRule::*side, const AddressTerm& asked) {
  std::vector<SymbolId> out;
  for (const FilterRule& rule : filter.rules())
    for (const SymbolId id : (rule.*side).symbols)
      if (filter.symbols()[id].base.overlaps(asked.known) && std::find(out.begin(), out.end(), id) == out.end())
        out.push_back(id);
  return out;
}

// The memberships of one side that agree with what is known, "in none" first; empty when there are more than `limit`.
std::optional<std::vector<Words>> memberships(const SymbolTable& symbols, const std::vector<SymbolId>& ids,
                                              std::size_t limit) {
  std::vector<Words> out{Words(words_for(symbols.size()), 0)};
  for (const SymbolId id : ids) {
    const std::size_t before = out.size();
    for (std::size_t i = 0; i < before; ++i) {
      Words with = out[i];
      set_bit(with, id);
      out.push_back(std::move(with));
      if (out.size() > 2 * limit) return std::nullopt;
    }
  }
  const auto disagrees = [&](const Words& members) {
    return std::any_of(ids.begin(), ids.end(), [&](SymbolId inner) {
      return test_bit(members, inner) && std::any_of(ids.begin(), ids.end(), [&](SymbolId outer) {
               return symbols.within(inner, outer) && !test_bit(members, outer);
             });
    });
  };
  out.erase(std::remove_if(out.begin(), out.end(), disagrees), out.end());
  return out;
}

}  // namespace

std::optional<std::vector<SymbolCase>> symbol_cases(const Filter& filter, const FlowSet& question, std::size_t limit) {
  const SymbolTable& symbols = filter.symbols();
  const auto sources = memberships(symbols, relevant(filter, &FilterRule::source, question.source), limit);
  const auto destinations =
      memberships(symbols, relevant(filter, &FilterRule::destination, question.destination), limit);
  if (!sources || !destinations || sources->size() * destinations->size() > limit) return std::nullopt;
  std::vector<SymbolCase> out;
  for (const Words& source : *sources)
    for (const Words& destination : *destinations) out.push_back({source, destination});
  return out;
}

}  // namespace nsgcheck::engine
