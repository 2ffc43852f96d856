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
  /// Which class an address is of: the first bits tell the few pieces of the axis to search. An axis of few pieces
  /// takes few bits, so that the tables of thousands of small NSGs stay small.
  template <class Bits>
  class AddressClasses {
   public:
    void add(Bits low, std::uint32_t cls);  ///< ascending from 0; each piece reaches to the next
    void finish();
    [[nodiscard]] std::uint32_t operator[](Bits address) const;

   private:
    std::vector<Bits> low_;
    std::vector<std::uint32_t> class_;
    int tail_{};                        ///< bits behind the first
    std::vector<std::uint32_t> first_;  ///< by the first bits: the piece that holds the lowest such address
  };

  /// Rows of bits over the looks at rules, by class of one dimension.
  struct Rows {
    std::vector<std::uint64_t> sure, may;  ///< class by class, `words_` each
  };
  /// What decides once the classes of a packet are known.
  struct Rules {
    std::size_t words{};
    bool has_uncertain{};  ///< some look may match without surely matching
    Rows source_rows, destination_rows;
    /// Protocol and ports: together, when their combinations are not too many, else apart.
    Rows service_rows;
    std::array<Rows, 3> apart;
    std::vector<RuleIndex> rule;     ///< by bit
    std::vector<std::uint8_t> says;  ///< by bit: 1 allow, 2 deny, 3 not known
  };
  /// The tables of one family, for protocols with or without ports.
  template <class Bits>
  struct Table : Rules {
    AddressClasses<Bits> source, destination;
    std::vector<std::uint16_t> source_port_class, destination_port_class;  ///< by port; empty without ports
    std::array<std::uint16_t, 256> protocol_class{};
    std::size_t source_ports{1}, destination_ports{1};  ///< number of classes
    /// Where the row of a combination (protocol, source port, destination port) begins; empty: they are kept apart.
    std::vector<std::uint32_t> service;
  };
  /// Where the rows of a packet begin.
  struct Place {
    const Rules* rules{};
    bool together{};
    std::size_t source{}, destination{};
    std::array<std::size_t, 3> service{};  ///< the first only, when together
  };

  template <class Address>
  static void fill(Table<typename Address::Bits>& table, const Filter& filter, bool ported);
  template <class Bits>
  static void fill_services(Table<Bits>& table, const std::array<Rows, 5>& rows);
  template <class Bits>
  static Place locate(const Table<Bits>& table, Bits source, Bits destination, const net::FiveTuple& packet);
  [[nodiscard]] Place locate(const net::FiveTuple& packet) const;
  static std::uint64_t matching(const Place& place, std::vector<std::uint64_t> Rows::*bits, std::size_t word);
  static Decision decide(const Place& place);

  std::array<Table<net::Ipv4::Bits>, 2> v4_;  ///< without ports, with ports
  std::array<Table<net::Ipv6::Bits>, 2> v6_;
};

}  // namespace nsgcheck::engine
