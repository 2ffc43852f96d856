// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "analyzer/engine/box.hpp"
#include "analyzer/engine/decision_list.hpp"
#include "analyzer/engine/filter.hpp"
#include "analyzer/model/network_context.hpp"

namespace nsgcheck::engine {

enum class DiffSide : std::uint8_t { Old, New };

/// What of one rule is not settled, as literals. A rule matches where a dimension is in doubt when one of the
/// dimension's literals holds.
struct RuleDoubts {
  std::array<std::vector<LiteralId>, kDims> dims;
  /// For protocols without ports, by the two port dimensions: "ports are ignored there".
  std::array<std::vector<LiteralId>, kDims> portless_dims;
  /// "This member of the symbol is among the rule's known addresses"; for points that are symbols, by address side.
  std::array<std::optional<LiteralId>, kDims> known_part;
  std::optional<LiteralId> access;    ///< the rule allows
  std::optional<LiteralId> exists;    ///< the rule is there
  std::optional<LiteralId> in_front;  ///< it comes first among those of its priority, or of all when that is not known
  LiteralId whole{};                  ///< the rule matches; stands for all others when they would be too many
};

/// True when the same open values decide whether the one and the other are deployed at all (Nsg::conditions), so that
/// it turns out alike. `same_text` as for DiffRules.
[[nodiscard]] bool conditions_alike(const model::Nsg& before, const model::Nsg& after, bool same_text);

/// The rules of one direction of two NSGs in one list over one table of symbols, so that one grid can cut both. Values
/// that are not settled and are written alike in both are one literal.
class DiffRules {
 public:
  /// A null NSG stands for one that is not there: everything passes. One that may be missing has a rule more that says
  /// so, unless both are there or not together (conditions_alike()). REQUIRES: the others have their defaults.
  /// `same_text`: both come from inputs of equal bytes, so that all they leave open turns out alike.
  DiffRules(const model::Nsg* before, const model::Nsg* after, Direction direction,
            const model::NetworkContext& context, bool same_text);

  [[nodiscard]] const Filter& filter() const { return *filter_; }
  [[nodiscard]] const LiteralTable& literals() const { return literals_; }
  [[nodiscard]] DiffSide side(RuleIndex rule) const { return rule < old_count_ ? DiffSide::Old : DiffSide::New; }
  /// Index into the NSG's rules; empty when there is no NSG, and for what stands for that where it may be missing.
  [[nodiscard]] std::optional<std::uint32_t> origin(RuleIndex rule) const;
  /// Rules of equal content match the same flows and decide alike, whatever is not settled.
  [[nodiscard]] std::uint32_t content(RuleIndex rule) const { return content_[rule]; }
  [[nodiscard]] const RuleDoubts& doubts(RuleIndex rule) const { return doubts_[rule]; }
  /// Some rule has no known priority, so that its place depends on the others' priorities.
  [[nodiscard]] bool some_float() const { return some_float_; }
  /// Both sides may be missing, and are taken to be so together.
  [[nodiscard]] bool takes_conditions_alike() const { return takes_conditions_alike_; }

 private:
  /// A rule on its way into the list.
  struct Entry {
    FilterRule rule;
    RuleDoubts doubts;
    std::uint32_t origin{};
    std::uint32_t content{};
    std::string known;  ///< what is settled of it, as bytes
  };
  class Reader;

  void add_side(std::vector<Entry> entries);

  std::optional<Filter> filter_;
  LiteralTable literals_;
  RuleIndex old_count_{};
  std::array<std::size_t, 2> rules_of_{};  ///< how many the NSGs have
  std::vector<std::uint32_t> content_;
  std::vector<RuleDoubts> doubts_;
  ResolvedRules joined_;  ///< until the filter is made
  bool some_float_{};
  bool takes_conditions_alike_{};
};

}  // namespace nsgcheck::engine
