// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "analyzer/engine/terms.hpp"

namespace nsgcheck::engine {

/// Index into LiteralTable.
using LiteralId = std::uint32_t;

/// Something that the input does not settle and that is true or false for each flow, the same in both rule sets of a
/// comparison: "the source is a member of Sql", "the value written so holds the port".
struct Literal {
  Reason reason{};
  std::optional<SymbolId> symbol;  ///< membership in it
  std::size_t dim{};               ///< of which side, when `symbol` is set
};

/// Literals by what they say. Equal keys are one literal.
class LiteralTable {
 public:
  LiteralId intern(const std::string& key, Literal literal);
  [[nodiscard]] const Literal& operator[](LiteralId id) const { return literals_[id]; }
  /// Whenever `a` is true, so is `b`: a regional tag lies in its parent.
  [[nodiscard]] bool implies(LiteralId a, LiteralId b, const SymbolTable& symbols) const;

 private:
  std::vector<Literal> literals_;
  std::unordered_map<std::string, LiteralId> by_key_;
};

/// Literals that must all be true; ascending.
using Conjunction = std::vector<LiteralId>;

/// What a deciding rule says: allow, deny, or as an access that is not known turns out (by its literal).
class Say {
 public:
  static constexpr Say allow() { return Say{0}; }
  static constexpr Say deny() { return Say{1}; }
  static constexpr Say unsettled(LiteralId access) { return Say{access + 2}; }
  [[nodiscard]] constexpr bool is_allow() const { return value_ == 0; }
  [[nodiscard]] constexpr bool is_deny() const { return value_ == 1; }
  [[nodiscard]] constexpr std::optional<LiteralId> access() const {
    return value_ < 2 ? std::nullopt : std::optional{value_ - 2};
  }
  friend constexpr bool operator==(Say, Say) = default;

 private:
  explicit constexpr Say(LiteralId value) : value_{value} {}
  LiteralId value_;
};

/// First match at one flow as a function of what is not settled, in a normal form: alternatives that an earlier one
/// takes the flow from are left out, and neighbours that say the same are one set. Equal lists are equal functions,
/// however the rules behind them are split and ordered.
class DecisionList {
 public:
  /// REQUIRES: both outlive this.
  DecisionList(const LiteralTable& literals, const SymbolTable& symbols) : literals_{literals}, symbols_{symbols} {}

  /// The next rule: it decides when one of `alternatives` holds.
  void add(std::vector<Conjunction> alternatives, Say say);
  /// What decides when no earlier rule does; nothing can follow.
  void finish(Say say);

  /// The verdict when it does not depend on any literal.
  [[nodiscard]] std::optional<bool> allows() const;
  /// Some rule that is not defined for the flow, since it has ports and the protocol has none, says otherwise than the
  /// verdict: the walk of semantics 2 then leaves it open, though all such rules are taken to fare alike here.
  [[nodiscard]] bool is_contradicted() const;
  [[nodiscard]] bool same_as(const DecisionList& other) const;
  /// Every literal that the verdict may depend on, ascending.
  [[nodiscard]] std::vector<LiteralId> literals() const;

 private:
  using Block = std::pair<Say, std::vector<Conjunction>>;

  [[nodiscard]] bool implies(const Conjunction& narrow, const Conjunction& wide) const;

  const LiteralTable& literals_;
  const SymbolTable& symbols_;
  std::vector<Block> blocks_;
  std::vector<Say> undefined_;  ///< what rules say that are not defined for the flow
  Say last_{Say::deny()};
};

}  // namespace nsgcheck::engine
