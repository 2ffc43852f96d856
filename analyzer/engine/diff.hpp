// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "analyzer/engine/diff_diagram.hpp"
#include "analyzer/engine/space.hpp"

namespace nsgcheck::engine {

/// Flows on which two rule sets differ, or on which it is not settled whether they do, with one pair of deciding rules.
struct Difference {
  Contrast contrast;  ///< its rules are indices into the NSGs' rules; empty where there is no NSG or no decider
  std::vector<Region> regions;  ///< disjoint, few
};

struct DiffOptions {
  /// Both NSGs come from inputs of equal bytes: whatever these leave open turns out alike.
  bool same_text{};
  std::size_t budget{DiffDiagram::kBudget};
};

struct FilterDiff {
  /// By shift, then by the rules in order. Disjoint; every flow that is in none of them surely fares alike.
  std::vector<Difference> differences;
  SymbolTable symbols;  ///< of the regions
  bool complete{true};  ///< false: the budget ran out; part of what is listed as unknown was not looked at
  /// Some value that is not settled stands in both and is taken to be the same.
  bool takes_values_alike{};
};

/// Compares one direction of two NSGs by meaning, exactly (interface 5). A null NSG passes everything.
/// REQUIRES: the others have their defaults.
[[nodiscard]] FilterDiff diff(const model::Nsg* before, const model::Nsg* after, Direction direction,
                              const model::NetworkContext& context, const DiffOptions& options = {});

}  // namespace nsgcheck::engine
