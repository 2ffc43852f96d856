// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <type_traits>
#include <vector>

#include "analyzer/engine/box.hpp"
#include "analyzer/engine/hash_index.hpp"
#include "analyzer/engine/resolve.hpp"
#include "analyzer/engine/terms.hpp"

namespace nsgcheck::engine {

/// Symbols by their ids, as bits; few rule sets have more than 64.
using SymbolSet = boost::container::small_vector<std::uint64_t, 1>;

/// A subset of one axis, three-valued: what surely belongs, what may belong (a superset), and the same for symbols.
template <class T>
struct AxisSet {
  net::IntervalSet<T> sure;
  net::IntervalSet<T> may;
  SymbolSet sure_symbols;  ///< empty on port axes
  SymbolSet may_symbols;
  friend bool operator==(const AxisSet&, const AxisSet&) = default;
};

/// Distinct axis sets; equal sets share one id, so that a tag used by many rules is looked at once.
template <class T>
class AxisPool {
 public:
  std::uint32_t intern(AxisSet<T> set);
  [[nodiscard]] const AxisSet<T>& operator[](std::uint32_t id) const { return sets_[id]; }
  [[nodiscard]] std::size_t size() const { return sets_.size(); }

 private:
  std::vector<AxisSet<T>> sets_;
  HashIndex by_hash_;
};

/// The sides of all rules on one family's address axis, as pool ids.
template <class Address>
struct FamilySides {
  AxisPool<typename Address::Bits> pool;
  std::vector<std::uint32_t> source;       ///< by RuleIndex
  std::vector<std::uint32_t> destination;  ///< by RuleIndex
};

/// One look at one rule. `certain` false: the rule may match here at most, because its place, its existence or a rule
/// of the same priority makes it so; a rule can have an uncertain look and later a certain one.
struct Step {
  RuleIndex rule{};
  bool certain{true};
};

/// One direction of an NSG, ready for questions. Immutable after construction, so threads may share it.
class Filter {
 public:
  explicit Filter(ResolvedRules rules);

  [[nodiscard]] const std::vector<FilterRule>& rules() const { return rules_; }
  /// Index into model::Nsg::rules.
  [[nodiscard]] std::uint32_t origin(RuleIndex rule) const { return origin_[rule]; }
  [[nodiscard]] const SymbolTable& symbols() const { return symbols_; }
  [[nodiscard]] const std::vector<Step>& steps() const { return steps_; }

  template <class Address>
  [[nodiscard]] const FamilySides<Address>& sides() const;
  [[nodiscard]] const AxisPool<net::Port>& ports() const { return ports_; }
  [[nodiscard]] const AxisPool<std::uint8_t>& protocols() const { return protocols_; }
  [[nodiscard]] std::uint32_t protocol(RuleIndex rule) const { return protocol_[rule]; }
  [[nodiscard]] std::uint32_t source_ports(RuleIndex rule, bool ported) const {
    return (ported ? source_ports_ : portless_source_ports_)[rule];
  }
  [[nodiscard]] std::uint32_t destination_ports(RuleIndex rule, bool ported) const {
    return (ported ? destination_ports_ : portless_destination_ports_)[rule];
  }
  /// True when a rule shares its priority with one of the other action, so that their order is not known.
  [[nodiscard]] bool shares_priority(RuleIndex rule) const { return shares_priority_[rule]; }

 private:
  void order_steps();
  void intern_sides();
  void intern_ports();
  void intern_protocols();

  std::vector<FilterRule> rules_;
  std::vector<std::uint32_t> origin_;
  SymbolTable symbols_;
  std::vector<Step> steps_;
  std::vector<bool> shares_priority_;
  FamilySides<net::Ipv4> sides4_;
  FamilySides<net::Ipv6> sides6_;
  AxisPool<std::uint8_t> protocols_;
  std::vector<std::uint32_t> protocol_;
  AxisPool<net::Port> ports_;
  std::vector<std::uint32_t> source_ports_, destination_ports_;
  // For protocols without ports a rule's ports are ignored when they are all, else it is undefined whether it matches
  // (semantics 1).
  std::vector<std::uint32_t> portless_source_ports_, portless_destination_ports_;
};

/// Protocol numbers as runs of an axis.
[[nodiscard]] net::IntervalSet<std::uint8_t> protocol_runs(const net::ProtocolSet& protocols);

/// The part of a set that is of the family of `Address`.
template <class Address>
[[nodiscard]] const net::IntervalSet<typename Address::Bits>& family_half(const net::AddressSet& set) {
  if constexpr (std::is_same_v<Address, net::Ipv4>)
    return set.v4;
  else
    return set.v6;
}

/// A side of a question or rule on one family's axis.
template <class Address>
[[nodiscard]] AxisSet<typename Address::Bits> axis_set(const AddressTerm& term, const SymbolTable& symbols);

}  // namespace nsgcheck::engine
