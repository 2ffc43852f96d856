// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "analyzer/engine/terms.hpp"
#include "analyzer/model/network_context.hpp"
#include "analyzer/model/rule_change.hpp"

namespace nsgcheck::engine {

/// Index into model::Nsg::rules.
using OriginIndex = std::uint32_t;

/// A rule that can go because of rules that stay.
struct RemovedRule {
  OriginIndex rule{};
  /// Few rules, defaults among them, that together do what it did: rules that stay where those are enough, else some
  /// that were needless once it was gone.
  std::vector<OriginIndex> causes;
  bool decided_nothing{};  ///< earlier rules decide all that it matches
  bool opposed{};          ///< and one of the causes is of the other action
};

/// A rule whose only differing side can stand in an earlier rule of the same action.
struct MergedRule {
  OriginIndex rule{};
  OriginIndex into{};  ///< it stays, with the entries of both
};

/// A rule that is left alone because the input does not settle what it does.
struct UnsettledRule {
  OriginIndex rule{};
  Reason reason{};
};

struct SimplifyOptions {
  bool merge{true};                                         ///< false: rules are only taken away
  std::function<bool(const model::SecurityRule&)> keeps{};  ///< rules that must stay as they are; empty: none
  std::size_t budget{200'000'000};                          ///< comparisons for each round, as kHygieneBudget
};

/// Fewer rules with the same meaning.
struct Simplification {
  std::vector<RemovedRule> removed;        ///< in the order of the NSG's rules
  std::vector<MergedRule> merged;          ///< likewise
  std::vector<UnsettledRule> unsettled;    ///< never removed, merged or relied on
  std::vector<OriginIndex> undecided;      ///< for which the budget ran out; they stay
  std::vector<model::RuleChange> changes;  ///< what leads from the NSG to the smaller one
  /// Directions in which steps were found whose sum the comparison of both rule sets could not confirm (a rule of
  /// unknown priority keeps it from that): there nothing is changed. Never a smaller rule set without proof.
  std::vector<Direction> unproven;
};

/// The fewest rules that taking away and merging lead to; rules that stay keep their names and priorities. Each step
/// keeps the meaning whatever unknown values turn out to be. REQUIRES: `nsg` has its defaults.
[[nodiscard]] Simplification simplify(const model::Nsg& nsg, const model::NetworkContext& context,
                                      const SimplifyOptions& options = {});

}  // namespace nsgcheck::engine
