// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <optional>
#include <span>
#include <vector>

#include "analyzer/engine/address_index.hpp"
#include "analyzer/engine/filter.hpp"
#include "analyzer/engine/joint_table.hpp"
#include "analyzer/engine/looks.hpp"
#include "analyzer/net/five_tuple.hpp"

namespace nsgcheck::engine {

/// A 5-tuple whose addresses are of one family, in as few bytes as it takes: millions of them stream through the cache.
template <class Address>
struct FamilyTuple {
  Address source, destination;
  net::Port source_port{}, destination_port{};  ///< as FiveTuple's
  net::Protocol protocol;
};

struct ClassifierOptions {
  /// About how many packets will be asked for; many make tables over all classes together worth their making.
  std::size_t packets{};
  /// Those tables take no more memory than this for each family, and for protocols with and without ports.
  std::size_t joint_bytes{std::size_t{16} << 20};
};

/// Tables for many packets. Each value goes to its class; the classes' rows of bits are ANDed, and the first bit that
/// is left is the rule (bit vector classification), or where JointTable is worth it all that is written down. Exact,
/// like ask(); immutable, so threads may share it.
class Classifier {
 public:
  explicit Classifier(const Filter& filter, const ClassifierOptions& options = {});

  [[nodiscard]] Decision classify(const net::FiveTuple& packet) const;
  /// The same for many packets, several times as fast: what one of them reads is fetched while others are worked on.
  /// REQUIRES: `decisions` has as many members as `packets`.
  template <class Address>
  void classify(std::span<const FamilyTuple<Address>> packets, std::span<Decision> decisions) const;

  /// Bytes of the tables over all classes together; 0: there are none.
  [[nodiscard]] std::size_t joint_bytes() const;

 private:
  /// What decides once the classes of a packet are known.
  struct Rules {
    Looks looks;
    LookRows source_rows, destination_rows;
    /// Protocol and ports: together, when their combinations are not too many, else apart.
    LookRows service_rows;
    std::array<LookRows, 3> apart;
    std::optional<JointTable> joint;
  };
  /// The tables of one family, for protocols with or without ports.
  template <class Bits>
  struct Table : Rules {
    AddressIndex<Bits> source, destination;
    std::vector<std::uint16_t> source_port_class, destination_port_class;  ///< by port; empty when all are of class 0
    std::array<std::uint16_t, 256> protocol_class{};
    std::size_t source_ports{1}, destination_ports{1};  ///< number of classes
    /// The row of a combination (protocol, source port, destination port); empty: they are kept apart.
    std::vector<std::uint32_t> service;
  };
  /// The classes of a packet.
  struct Place {
    std::uint32_t source{}, destination{};
    std::array<std::uint32_t, 3> service{};  ///< the first only, when they are kept together
  };

  template <class Address>
  static void fill(Table<typename Address::Bits>& table, const Filter& filter, bool ported,
                   const ClassifierOptions& options);
  template <class Bits>
  static void fill_services(Table<Bits>& table, const std::array<LookRows, 5>& rows);
  template <class Address>
  [[gnu::always_inline]] static Place locate(const Table<typename Address::Bits>& table,
                                             const FamilyTuple<Address>& packet);
  template <class Address>
  static void classify_alike(const Table<typename Address::Bits>& table, std::span<const FamilyTuple<Address>> packets,
                             std::span<Decision> decisions);
  template <class Address>
  [[nodiscard]] const Table<typename Address::Bits>& table(bool ported) const;
  static void fetch(const Rules& rules, const Place& place);
  static Decision look_up(const Rules& rules, const Place& place);
  static Decision decide(const Rules& rules, const Place& place);
  static Decision decide_settled(const Rules& rules, const Place& place);
  static std::uint64_t matching(const Rules& rules, const Place& place, std::vector<std::uint64_t> LookRows::*bits,
                                std::size_t word);

  std::array<Table<net::Ipv4::Bits>, 2> v4_;  ///< without ports, with ports
  std::array<Table<net::Ipv6::Bits>, 2> v6_;
};

extern template void Classifier::classify(std::span<const FamilyTuple<net::Ipv4>>, std::span<Decision>) const;
extern template void Classifier::classify(std::span<const FamilyTuple<net::Ipv6>>, std::span<Decision>) const;

}  // namespace nsgcheck::engine
