// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <vector>

#include "analyzer/engine/ask.hpp"
#include "analyzer/engine/diff_rules.hpp"
#include "analyzer/engine/filter.hpp"
#include "analyzer/engine/space.hpp"

namespace nsgcheck::engine {

/// What a list of rules says to all flows of a box.
struct BoxWord {
  std::optional<bool> yes;  ///< empty: not settled by what the rules surely and perhaps match
  /// The rules that may match some flow of the box, in the order of the walk, down to the first that surely matches
  /// all.
  std::vector<RuleIndex> by;
  friend bool operator==(const BoxWord&, const BoxWord&) = default;
};

/// Flows of one family, with ports or without.
struct PartitionBox {
  Region box;
  bool ported{};
  /// Of each list. Empty: the lists hold the same rules, in the same order, as far as the box is concerned.
  std::vector<BoxWord> words;
};

/// A question cut into boxes that explain the answer: disjoint, together the question, each with the rules that decide
/// it. Made to be checked again by a program that knows nothing of how it was found (docs/evidence.md).
struct Partition {
  struct Asked {
    Region box;
    bool ported{};
  };
  std::vector<Asked> question;  ///< at most one for each family, with ports and without
  std::vector<PartitionBox> boxes;
  /// The boxes leave out flows of which no rule may say otherwise than all boxes do.
  bool sparse{};
  bool complete{true};  ///< false: there would be more than PartitionLimits allow; `boxes` then proves nothing
};

struct PartitionLimits {
  std::size_t boxes{4'096};      ///< that are listed
  std::size_t work{30'000'000};  ///< rows looked at
  std::size_t pieces{65'536};    ///< before they are joined
};

/// The answer to a question. An answer that rests on how unknown tags lie to each other is not settled here.
[[nodiscard]] Partition partition(const Filter& filter, const FlowSet& question, View view,
                                  const PartitionLimits& limits = {});

/// The same where all flows are answered with `yes`, or none is: only the flows that a rule may answer otherwise are
/// listed, which may be far fewer.
[[nodiscard]] Partition sparse_partition(const Filter& filter, const FlowSet& question, View view, bool yes,
                                         const PartitionLimits& limits = {});

/// The question alone, as Partition::question.
[[nodiscard]] std::vector<Partition::Asked> asked(const Filter& filter, const FlowSet& question);

/// All that a rule surely matches, once with all rules and once without it. REQUIRES: is_settled() of the rule.
[[nodiscard]] Partition partition_without(const Filter& filter, RuleIndex rule, const PartitionLimits& limits = {});

/// All flows, for the old and the new list.
[[nodiscard]] Partition partition(const DiffRules& rules, const PartitionLimits& limits = {});

/// Numbers for the rules of a comparison, by RuleIndex: 0 for one whose every value is settled; those of equal numbers
/// leave open the same, so that they turn out alike.
[[nodiscard]] std::vector<std::uint32_t> open_values(const DiffRules& rules);

}  // namespace nsgcheck::engine
