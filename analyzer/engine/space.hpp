// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "analyzer/engine/axis_cut.hpp"
#include "analyzer/engine/filter.hpp"
#include "analyzer/engine/grid.hpp"
#include "analyzer/engine/symbol_case.hpp"

namespace nsgcheck::engine {

/// Addresses and symbols of a region's side.
struct AddressPart {
  net::AddressSet addresses;
  std::vector<SymbolId> symbols;
  friend bool operator==(const AddressPart&, const AddressPart&) = default;
};

/// A product of five sets in exact values. Source and destination of a flow in it are of one family. Ports are all for
/// protocols without ports.
struct Region {
  net::ProtocolSet protocols;
  AddressPart source;
  net::PortSet source_ports;
  AddressPart destination;
  net::PortSet destination_ports;
  bool v4{true};  ///< whether it holds flows of that family; symbols alone do not tell
  bool v6{true};
  friend bool operator==(const Region&, const Region&) = default;
};

struct SpaceOptions {
  /// Real addresses stand for those of this case; the symbols' own points are kept. Null: for all there are.
  const SymbolCase* symbol_case{};
  /// The points of symbols that the question implies but does not name speak for their members.
  bool implied_symbols{};
  /// Keep the rows that cannot decide any flow of the question, too.
  bool keep_unreachable{};
};

/// The part of a question that concerns one address family and either the protocols with ports or those without, cut
/// into classes (architecture 3). The four spaces of a question are disjoint and together are the question.
template <class Address>
class Space {
 public:
  Space(const Filter& filter, bool ported, const FlowSet& question, SpaceOptions options = {});

  /// False when the question has no flows here; grid() is then empty.
  [[nodiscard]] bool has_flows() const { return has_flows_; }
  [[nodiscard]] const Grid& grid() const { return grid_; }
  [[nodiscard]] Region region(const Box& box) const;
  /// As region() of what a row surely matches, but quicker. REQUIRES: something surely does; the filter is still there.
  [[nodiscard]] Region sure_region(std::size_t row) const;

  [[nodiscard]] const AxisCut<typename Address::Bits>& source() const { return *source_; }
  [[nodiscard]] const AxisCut<typename Address::Bits>& destination() const { return *destination_; }
  [[nodiscard]] const AxisCut<net::Port>& source_ports() const { return *source_ports_; }
  [[nodiscard]] const AxisCut<net::Port>& destination_ports() const { return *destination_ports_; }
  [[nodiscard]] const AxisCut<std::uint8_t>& protocols() const { return *protocols_; }

 private:
  using Bits = typename Address::Bits;

  using RowSlots = std::array<std::uint32_t, kDims>;

  void add_row(const Step& step, const RowSlots& slots);

  bool has_flows_{};
  Grid grid_;
  std::vector<RowSlots> row_slots_;  ///< in the order of Dim
  AxisPool<Bits> own_addresses_;     ///< under SpaceOptions::symbol_case
  std::optional<AxisCut<Bits>> source_, destination_;
  std::optional<AxisCut<net::Port>> source_ports_, destination_ports_;
  std::optional<AxisCut<std::uint8_t>> protocols_;
};

}  // namespace nsgcheck::engine
