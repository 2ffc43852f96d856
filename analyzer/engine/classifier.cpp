// SPDX-License-Identifier: Apache-2.0
#include "analyzer/engine/classifier.hpp"

#include <algorithm>
#include <bit>
#include <map>
#include <type_traits>
#include <utility>

#include "analyzer/engine/space.hpp"

namespace nsgcheck::engine {
namespace {

FlowSet all_flows() {
  FlowSet flows{net::all_protocols(), {}, net::PortSet::all(), {}, net::PortSet::all()};
  flows.source.known = flows.destination.known = net::AddressSet::any();
  return flows;
}

template <class T, class Table>
void fill_values(const AxisCut<T>& cut, Table& table) {
  for (const auto& piece : cut.pieces())
    for (std::size_t value = piece.low; value <= piece.high; ++value)
      table[value] = static_cast<std::uint16_t>(piece.cls);
}

// Words in all the rows of combined protocols and ports; beyond that they are kept apart.
constexpr std::size_t kMostServices = std::size_t{1} << 20;

template <class Bits>
constexpr int kWidth = std::is_same_v<Bits, net::Ipv4::Bits> ? net::Ipv4::kWidth : net::Ipv6::kWidth;

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
  // All flows are asked for, so the pieces of an address axis follow each other without gap from 0 to the end.
  for (const auto& piece : space.source().pieces()) table.source.add(piece.low, piece.cls);
  for (const auto& piece : space.destination().pieces()) table.destination.add(piece.low, piece.cls);
  table.source.finish();
  table.destination.finish();
  if (ported) {
    table.source_port_class.resize(65536);
    table.destination_port_class.resize(65536);
    fill_values(space.source_ports(), table.source_port_class);
    fill_values(space.destination_ports(), table.destination_port_class);
  }
  fill_values(space.protocols(), table.protocol_class);
  std::array<Rows, kDims> rows;
  for (std::size_t d = 0; d < kDims; ++d) {
    rows[d].sure.assign(grid.layout.classes(d) * table.words, 0);
    rows[d].may = rows[d].sure;
  }
  for (std::size_t r = 0; r < grid.rows.size(); ++r) {
    const GridRow& row = grid.rows[r];
    const FilterRule& rule = filter.rules()[row.rule];
    table.rule.push_back(row.rule);
    table.says.push_back(static_cast<std::uint8_t>((rule.may_allow ? 1 : 0) | (rule.may_deny ? 2 : 0)));
    table.has_uncertain = table.has_uncertain || row.sure_is_empty || row.sure != row.may || table.says.back() == 3;
    for (std::size_t d = 0; d < kDims; ++d) {
      const auto raise = [&](std::vector<std::uint64_t>& bits, std::span<const std::uint64_t> classes) {
        for_each_bit(classes,
                     [&](std::size_t c) { set_bit(std::span{bits}.subspan(c * table.words, table.words), r); });
      };
      raise(rows[d].may, grid.layout.side(row.may, d));
      if (!row.sure_is_empty) raise(rows[d].sure, grid.layout.side(row.sure, d));
    }
  }
  if (ported) {
    table.source_ports = grid.layout.classes(static_cast<std::size_t>(Dim::SourcePort));
    table.destination_ports = grid.layout.classes(static_cast<std::size_t>(Dim::DestinationPort));
  }
  fill_services(table, rows);
  table.source_rows = std::move(rows[static_cast<std::size_t>(Dim::Source)]);
  table.destination_rows = std::move(rows[static_cast<std::size_t>(Dim::Destination)]);
}

// Few of the many combinations differ, so equal rows stand once.
template <class Bits>
void Classifier::fill_services(Table<Bits>& table, const std::array<Rows, kDims>& rows) {
  const Rows& protocols = rows[static_cast<std::size_t>(Dim::Protocol)];
  const Rows& sources = rows[static_cast<std::size_t>(Dim::SourcePort)];
  const Rows& destinations = rows[static_cast<std::size_t>(Dim::DestinationPort)];
  std::map<Words, std::uint32_t> known;
  const std::size_t words = table.words;
  const std::size_t count = words == 0 ? 0 : protocols.may.size() / words;
  if (count * table.source_ports * table.destination_ports * words > kMostServices) {
    table.apart = {protocols, sources, destinations};
    return;
  }
  Words row(2 * words);
  for (std::size_t p = 0; p < count; ++p)
    for (std::size_t s = 0; s < table.source_ports; ++s)
      for (std::size_t d = 0; d < table.destination_ports; ++d) {
        for (std::size_t w = 0; w < words; ++w) {
          row[w] = protocols.sure[p * words + w] & sources.sure[s * words + w] & destinations.sure[d * words + w];
          row[words + w] = protocols.may[p * words + w] & sources.may[s * words + w] & destinations.may[d * words + w];
        }
        const auto [found, fresh] = known.try_emplace(row, static_cast<std::uint32_t>(table.service_rows.sure.size()));
        if (fresh) {
          const auto middle = row.begin() + static_cast<std::ptrdiff_t>(words);
          table.service_rows.sure.insert(table.service_rows.sure.end(), row.begin(), middle);
          table.service_rows.may.insert(table.service_rows.may.end(), middle, row.end());
        }
        table.service.push_back(found->second);
      }
}

template <class Bits>
void Classifier::AddressClasses<Bits>::add(Bits low, std::uint32_t cls) {
  low_.push_back(low);
  class_.push_back(cls);
}

template <class Bits>
void Classifier::AddressClasses<Bits>::finish() {
  const int bits = std::min(16, static_cast<int>(std::bit_width(low_.size())) + 3);
  tail_ = kWidth<Bits> - bits;
  std::uint32_t piece = 0;
  for (std::uint32_t head = 0; head < 1U << bits; ++head) {
    const Bits lowest = static_cast<Bits>(head) << tail_;
    while (piece + 1 < low_.size() && low_[piece + 1] <= lowest) ++piece;
    first_.push_back(piece);
  }
  first_.push_back(static_cast<std::uint32_t>(low_.size() - 1));
}

template <class Bits>
std::uint32_t Classifier::AddressClasses<Bits>::operator[](Bits address) const {
  const auto head = static_cast<std::size_t>(address >> tail_);
  std::uint32_t base = first_[head];
  // Without branches: which way it goes cannot be foretold.
  for (std::uint32_t count = first_[head + 1] - base + 1; count > 1;) {
    const std::uint32_t half = count / 2;
    base = low_[base + half] <= address ? base + half : base;
    count -= half;
  }
  return class_[base];
}

template <class Bits>
Classifier::Place Classifier::locate(const Table<Bits>& table, Bits source, Bits destination,
                                     const net::FiveTuple& packet) {
  const std::size_t words = table.words;
  Place place{&table, !table.service.empty(), words * table.source[source], words * table.destination[destination], {}};
  std::size_t protocol = table.protocol_class[packet.protocol.number];
  std::size_t from = 0;
  std::size_t to = 0;
  if (!table.source_port_class.empty()) {
    from = table.source_port_class[packet.source_port];
    to = table.destination_port_class[packet.destination_port];
  }
  if (place.together)
    place.service[0] = table.service[(protocol * table.source_ports + from) * table.destination_ports + to];
  else
    place.service = {words * protocol, words * from, words * to};
  return place;
}

Classifier::Place Classifier::locate(const net::FiveTuple& packet) const {
  const std::size_t ported = net::has_ports(packet.protocol) ? 1 : 0;
  if (const auto* source = std::get_if<net::Ipv4>(&packet.source))
    return locate(v4_[ported], source->bits, std::get<net::Ipv4>(packet.destination).bits, packet);
  return locate(v6_[ported], std::get<net::Ipv6>(packet.source).bits, std::get<net::Ipv6>(packet.destination).bits,
                packet);
}

std::uint64_t Classifier::matching(const Place& place, std::vector<std::uint64_t> Rows::*bits, std::size_t word) {
  const Rules& rules = *place.rules;
  const std::uint64_t sides =
      (rules.source_rows.*bits)[place.source + word] & (rules.destination_rows.*bits)[place.destination + word];
  if (place.together) return sides & (rules.service_rows.*bits)[place.service[0] + word];
  return sides & (rules.apart[0].*bits)[place.service[0] + word] & (rules.apart[1].*bits)[place.service[1] + word] &
         (rules.apart[2].*bits)[place.service[2] + word];
}

Decision Classifier::decide(const Place& place) {
  const Rules& rules = *place.rules;
  std::uint8_t says = 0;
  for (std::size_t w = 0; w < rules.words; ++w) {
    const std::uint64_t sure = matching(place, &Rows::sure, w);
    if (rules.has_uncertain) {
      std::uint64_t may = matching(place, &Rows::may, w);
      // Those after the first sure one do not matter any more.
      if (sure != 0) may &= sure ^ (sure - 1);
      for (; may != 0; may &= may - 1)
        says = static_cast<std::uint8_t>(says | rules.says[w * 64 + static_cast<std::size_t>(std::countr_zero(may))]);
    }
    if (sure == 0) continue;
    const std::size_t bit = w * 64 + static_cast<std::size_t>(std::countr_zero(sure));
    const Verdict verdict = to_verdict(static_cast<std::uint8_t>(says | rules.says[bit]));
    return {verdict, verdict == Verdict::Unknown ? std::nullopt : std::optional{rules.rule[bit]}};
  }
  // No rule surely matches: what may match decides, or the deny that ends every NSG.
  return {to_verdict(static_cast<std::uint8_t>(says | 2)), std::nullopt};
}

Decision Classifier::classify(const net::FiveTuple& packet) const { return decide(locate(packet)); }

}  // namespace nsgcheck::engine
