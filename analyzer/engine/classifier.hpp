// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <optional>
#include <vector>

#include "analyzer/engine/ask.hpp"
#include "analyzer/engine/filter.hpp"

namespace nsgcheck::engine {

/// What first match says of one packet. Never Verdict::Partial.
struct Decision {
  Verdict verdict{Verdict::Deny};
  std::optional<RuleIndex> decider;  ///< the first rule that surely matches, when the verdict is settled
};

/// Tables for many packets: each value goes to its class, the classes' rows of bits are ANDed, and the first bit that
/// is left is the rule (bit vector classification; performance figures in docs/). Exact, like ask(); immutable.
class Classifier {
 public:
  explicit Classifier(const Filter& filter);

  [[nodiscard]] Decision classify(const net::FiveTuple& packet) const;

 private:
  /// Rows of bits over the looks at rules, by class of one dimension.
  struct Rows {
    std::vector<std::uint64_t> sure, may;  ///< class by class, `words_` each
  };
  /// The tables of one family, for protocols with or without ports.
  template <class Bits>
  struct Table {
    std::size_t words{};
    bool has_uncertain{};                           ///< some look may match without surely matching
    std::vector<Bits> source_low, destination_low;  ///< where each piece of the axis begins
    std::vector<std::uint32_t> source_class, destination_class;
    std::vector<std::uint16_t> source_port_class, destination_port_class;  ///< by port; empty without ports
    std::array<std::uint16_t, 256> protocol_class{};
    std::array<Rows, 5> rows;        ///< by Dim
    std::vector<RuleIndex> rule;     ///< by bit
    std::vector<std::uint8_t> says;  ///< by bit: 1 allow, 2 deny, 3 not known
  };

  template <class Address>
  static void fill(Table<typename Address::Bits>& table, const Filter& filter, bool ported);
  template <class Bits>
  static Decision look_up(const Table<Bits>& table, Bits source, Bits destination, const net::FiveTuple& packet);

  std::array<Table<net::Ipv4::Bits>, 2> v4_;  ///< without ports, with ports
  std::array<Table<net::Ipv6::Bits>, 2> v6_;
};

}  // namespace nsgcheck::engine
