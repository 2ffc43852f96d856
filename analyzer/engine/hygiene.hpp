// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include "analyzer/engine/filter.hpp"
#include "analyzer/engine/space.hpp"

namespace nsgcheck::engine {

/// What is wrong with a rule's place among the others (interface 8, Hygiene).
enum class HygieneKind : std::uint8_t {
  Shadowed,           ///< 001: earlier rules decide all it matches, one of the other action a part of it unless a rule
                      ///< that may match has all of that part
  Redundant,          ///< 002: removing it changes no verdict
  PartiallyShadowed,  ///< 003: an earlier rule of the other action, not contained in it, takes a part away
  NeverMatches,       ///< 004: it matches nothing, whatever the other rules
  Correlated,         ///< 005: swapping it with an earlier rule of the other action would change verdicts
};

struct HygieneFinding {
  HygieneKind kind{};
  RuleIndex rule{};
  std::vector<RuleIndex> causes;  ///< few rules that together prove it, biggest overlap first
  std::vector<Region> region;     ///< Shadowed, Redundant: all it matches; PartiallyShadowed, Correlated: what is taken
  bool region_complete{true};
};

struct HygieneReport {
  std::vector<HygieneFinding> findings;  ///< by rule, then kind
  std::vector<RuleIndex> undecided;      ///< rules for which the budget ran out: more may be wrong with them
};

/// Comparisons of rules for all questions of one run together: some seconds at worst.
inline constexpr std::size_t kHygieneBudget = 200'000'000;

/// Judges every user rule that surely exists and whose values are known; unknown tags and ASGs count as "any member".
/// What is claimed holds for every way the unknown values could turn out.
[[nodiscard]] HygieneReport check_hygiene(const Filter& filter, std::size_t budget = kHygieneBudget);

}  // namespace nsgcheck::engine
