// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "analyzer/engine/filter.hpp"

namespace nsgcheck::engine {

/// One way the world may be: to which symbols the real addresses of a question belong, by SymbolId. An address outside
/// of what a symbol could hold belongs to it in no case.
struct SymbolCase {
  Words source;
  Words destination;
};

/// Every way that agrees with what is known (a member of Storage.WestUS is one of Storage): each real address of the
/// question is in exactly one of them, so that what holds in all of them holds. The case "in none" comes first. Empty
/// when there are more than `limit`.
[[nodiscard]] std::optional<std::vector<SymbolCase>> symbol_cases(const Filter& filter, const FlowSet& question,
                                                                  std::size_t limit);

}  // namespace nsgcheck::engine
