// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "analyzer/engine/diagram.hpp"
#include "analyzer/engine/filter.hpp"
#include "analyzer/engine/space.hpp"

namespace nsgcheck::engine {

/// The answer over a set of flows (interface 2).
enum class Verdict : std::uint8_t { Allow, Deny, Partial, Unknown };

[[nodiscard]] constexpr std::string_view name(Verdict verdict) {
  switch (verdict) {
    case Verdict::Allow:
      return "allow";
    case Verdict::Deny:
      return "deny";
    case Verdict::Partial:
      return "partial";
    case Verdict::Unknown:
      return "unknown";
  }
  return "unknown";
}

/// What is asked of each flow of a set.
enum class View : std::uint8_t {
  Allowed,       ///< yes: some rule allows it
  Denied,        ///< yes: some rule denies it, a default one or not
  DeniedByUser,  ///< yes: a rule that is no default denies it
};

/// What a rule says to a question when it decides.
[[nodiscard]] Contribution contribution(const FilterRule& rule, View view);

/// The exact answer to a question over a set of flows. `yes`, `unknown` and the rest (no) are disjoint and together the
/// whole set.
struct Answer {
  std::vector<Region> yes;      ///< few disjoint boxes
  std::vector<Region> unknown;  ///< flows whose answer the input does not settle
  bool some_yes{};              ///< surely at least one flow
  bool some_no{};               ///< surely at least one flow
  bool some_unknown{};
  std::optional<Reason> reason;       ///< why some is unknown
  std::vector<RuleIndex> yes_rules;   ///< rules that decide a part with yes, in evaluation order
  std::vector<RuleIndex> no_rules;    ///< rules that decide a part with no
  std::vector<RuleIndex> candidates;  ///< rules that may decide the unknown part
  std::vector<RuleIndex> unsettled;   ///< candidates that leave it open, for `reason`
  bool complete{true};                ///< false: the budget ran out; what is listed is proven, more may exist
};

[[nodiscard]] Answer ask(const Filter& filter, const FlowSet& question, View view = View::Allowed);

/// The verdict that an answer to View::Allowed means. An incomplete answer is never Allow or Deny.
[[nodiscard]] Verdict verdict(const Answer& answer);

}  // namespace nsgcheck::engine
