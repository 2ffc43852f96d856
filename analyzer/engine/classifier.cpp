// SPDX-License-Identifier: Apache-2.0
#include "analyzer/engine/classifier.hpp"

#include <algorithm>
#include <bit>

#include "analyzer/engine/space.hpp"

namespace nsgcheck::engine {
namespace {

FlowSet all_flows() {
  FlowSet flows{net::all_protocols(), {}, net::PortSet::all(), {}, net::PortSet::all()};
  flows.source.known = flows.destination.known = net::AddressSet::any();
  return flows;
}

// All flows are asked for, so the pieces of an address axis follow each other without gap from 0 to the end.
template <class T>
void fill_axis(const AxisCut<T>& cut, std::vector<T>& low, std::vector<std::uint32_t>& cls) {
  for (const auto& piece : cut.pieces()) {
    low.push_back(piece.low);
    cls.push_back(piece.cls);
  }
}

template <class T, class Table>
void fill_values(const AxisCut<T>& cut, Table& table) {
  for (const auto& piece : cut.pieces())
    for (std::size_t value = piece.low; value <= piece.high; ++value)
      table[value] = static_cast<std::uint16_t>(piece.cls);
}

template <class T>
std::uint32_t find_class(const std::vector<T>& low, const std::vector<std::uint32_t>& cls, T value) {
  const auto after = std::upper_bound(low.begin(), low.end(), value);
  return cls[static_cast<std::size_t>(after - low.begin()) - 1];
}

Verdict to_verdict(std::uint8_t says) {
  if (says == 1) return Verdict::Allow;
  return says == 2 || says == 0 ? Verdict::Deny : Verdict::Unknown;
}

}  // namespace

Classifier::Classifier(const Filter& filter) {
  for (const bool ported : {false, true}) {
    fill<net::Ipv4>(v4_[ported ? 1 : 0], filter, ported);
    fill<net::Ipv6>(v6_[ported ? 1 : 0], filter, ported);
  }
}

template <class Address>
void Classifier::fill(Table<typename Address::Bits>& table, const Filter& filter, bool ported) {
  const FlowSet question = all_flows();
  const Space<Address> space{filter, ported, question};
  const Grid& grid = space.grid();
  table.words = words_for(grid.rows.size());
  fill_axis(space.source(), table.source_low, table.source_class);
  fill_axis(space.destination(), table.destination_low, table.destination_class);
  if (ported) {
    table.source_port_class.resize(65536);
    table.destination_port_class.resize(65536);
    fill_values(space.source_ports(), table.source_port_class);
    fill_values(space.destination_ports(), table.destination_port_class);
  }
  fill_values(space.protocols(), table.protocol_class);
  for (std::size_t d = 0; d < kDims; ++d) {
    table.rows[d].sure.assign(grid.layout.classes(d) * table.words, 0);
    table.rows[d].may = table.rows[d].sure;
  }
  for (std::size_t r = 0; r < grid.rows.size(); ++r) {
    const GridRow& row = grid.rows[r];
    const FilterRule& rule = filter.rules()[row.rule];
    table.rule.push_back(row.rule);
    table.says.push_back(static_cast<std::uint8_t>((rule.may_allow ? 1 : 0) | (rule.may_deny ? 2 : 0)));
    table.has_uncertain = table.has_uncertain || row.sure_is_empty || row.sure != row.may || table.says.back() == 3;
    for (std::size_t d = 0; d < kDims; ++d) {
      const auto raise = [&](std::vector<std::uint64_t>& rows, std::span<const std::uint64_t> classes) {
        for_each_bit(classes,
                     [&](std::size_t c) { set_bit(std::span{rows}.subspan(c * table.words, table.words), r); });
      };
      raise(table.rows[d].may, grid.layout.side(row.may, d));
      if (!row.sure_is_empty) raise(table.rows[d].sure, grid.layout.side(row.sure, d));
    }
  }
}

template <class Bits>
Decision Classifier::look_up(const Table<Bits>& table, Bits source, Bits destination, const net::FiveTuple& packet) {
  const bool ported = !table.source_port_class.empty();
  const std::array<std::size_t, kDims> offset{
      table.words * table.protocol_class[packet.protocol.number],
      table.words * (ported ? table.destination_port_class[packet.destination_port] : 0),
      table.words * (ported ? table.source_port_class[packet.source_port] : 0),
      table.words * find_class(table.destination_low, table.destination_class, destination),
      table.words * find_class(table.source_low, table.source_class, source)};
  std::uint8_t says = 0;
  for (std::size_t w = 0; w < table.words; ++w) {
    std::uint64_t sure = ~std::uint64_t{0};
    for (std::size_t d = 0; d < kDims; ++d) sure &= table.rows[d].sure[offset[d] + w];
    if (table.has_uncertain) {
      std::uint64_t may = ~std::uint64_t{0};
      for (std::size_t d = 0; d < kDims; ++d) may &= table.rows[d].may[offset[d] + w];
      // Those after the first sure one do not matter any more.
      if (sure != 0) may &= sure ^ (sure - 1);
      for (; may != 0; may &= may - 1)
        says = static_cast<std::uint8_t>(says | table.says[w * 64 + static_cast<std::size_t>(std::countr_zero(may))]);
    }
    if (sure == 0) continue;
    const std::size_t bit = w * 64 + static_cast<std::size_t>(std::countr_zero(sure));
    const Verdict verdict = to_verdict(static_cast<std::uint8_t>(says | table.says[bit]));
    return {verdict, verdict == Verdict::Unknown ? std::nullopt : std::optional{table.rule[bit]}};
  }
  // No rule surely matches: what may match decides, or the deny that ends every NSG.
  return {to_verdict(static_cast<std::uint8_t>(says | 2)), std::nullopt};
}

Decision Classifier::classify(const net::FiveTuple& packet) const {
  const std::size_t ported = net::has_ports(packet.protocol) ? 1 : 0;
  if (const auto* source = std::get_if<net::Ipv4>(&packet.source))
    return look_up(v4_[ported], source->bits, std::get<net::Ipv4>(packet.destination).bits, packet);
  return look_up(v6_[ported], std::get<net::Ipv6>(packet.source).bits, std::get<net::Ipv6>(packet.destination).bits,
                 packet);
}

}  // namespace nsgcheck::engine
