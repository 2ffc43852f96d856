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

template <class T, class Table>
void fill_values(const AxisCut<T>& cut, Table& table) {
  for (const auto& piece : cut.pieces())
    for (std::size_t value = piece.low; value <= piece.high; ++value)
      table[value] = static_cast<std::uint16_t>(piece.cls);
}

// Packets whose reads are under way at the same time.
constexpr std::size_t kBatch = 32;

template <class Table>
void fill_ports(const AxisCut<net::Port>& cut, Table& table) {
  table.resize(std::size_t{net::kAxisEnd<net::Port>} + 1);
  fill_values(cut, table);
}

Looks looks_of(const Grid& grid, const Filter& filter) {
  Looks out;
  for (const GridRow& row : grid.rows) {
    const FilterRule& rule = filter.rules()[row.rule];
    out.rule.push_back(row.rule);
    out.says.push_back(static_cast<std::uint8_t>((rule.may_allow ? kSaysAllow : 0) | (rule.may_deny ? kSaysDeny : 0)));
    out.uncertain = out.uncertain || row.sure_is_empty || row.sure != row.may || (rule.may_allow && rule.may_deny);
  }
  return out;
}

LookRows rows_of(const Grid& grid, std::size_t dim, bool uncertain) {
  LookRows out;
  out.words = words_for(grid.rows.size());
  out.sure.assign(grid.layout.classes(dim) * out.words, 0);
  if (uncertain) out.may = out.sure;
  for (std::size_t look = 0; look < grid.rows.size(); ++look) {
    const auto raise = [&](std::vector<std::uint64_t>& bits, std::span<const std::uint64_t> classes) {
      for_each_bit(classes, [&](std::size_t c) { set_bit(std::span{bits}.subspan(c * out.words, out.words), look); });
    };
    const GridRow& row = grid.rows[look];
    if (uncertain) raise(out.may, grid.layout.side(row.may, dim));
    if (!row.sure_is_empty) raise(out.sure, grid.layout.side(row.sure, dim));
  }
  return out;
}

// Words in all the rows of combined protocols and ports; beyond that they are kept apart.
constexpr std::size_t kMostServices = std::size_t{1} << 20;

}  // namespace

Classifier::Classifier(const Filter& filter, const ClassifierOptions& options) {
  for (const bool ported : {false, true}) {
    fill<net::Ipv4>(v4_[ported ? 1 : 0], filter, ported, options);
    fill<net::Ipv6>(v6_[ported ? 1 : 0], filter, ported, options);
  }
}

template <class Address>
void Classifier::fill(Table<typename Address::Bits>& table, const Filter& filter, bool ported,
                      const ClassifierOptions& options) {
  const FlowSet question = every_flow();
  const Space<Address> space{filter, ported, question};
  const Grid& grid = space.grid();
  // All flows are asked for, so the pieces of an address axis follow each other without gap from 0 to the end.
  table.source = AddressIndex<typename Address::Bits>{space.source().pieces()};
  table.destination = AddressIndex<typename Address::Bits>{space.destination().pieces()};
  fill_values(space.protocols(), table.protocol_class);
  if (ported) {
    table.source_ports = space.source_ports().classes();
    table.destination_ports = space.destination_ports().classes();
    if (table.source_ports > 1) fill_ports(space.source_ports(), table.source_port_class);
    if (table.destination_ports > 1) fill_ports(space.destination_ports(), table.destination_port_class);
  }
  table.looks = looks_of(grid, filter);
  std::array<LookRows, kDims> rows;
  for (std::size_t d = 0; d < kDims; ++d) rows[d] = rows_of(grid, d, table.looks.uncertain);
  fill_services(table, rows);
  table.source_rows = std::move(rows[static_cast<std::size_t>(Dim::Source)]);
  table.destination_rows = std::move(rows[static_cast<std::size_t>(Dim::Destination)]);
  if (!table.service.empty())
    table.joint = JointTable::make(table.source_rows, table.destination_rows, table.service_rows, table.looks,
                                   {options.packets, options.joint_bytes});
}

// Few of the many combinations differ, so equal rows stand once.
template <class Bits>
void Classifier::fill_services(Table<Bits>& table, const std::array<LookRows, kDims>& rows) {
  const LookRows& protocols = rows[static_cast<std::size_t>(Dim::Protocol)];
  const LookRows& sources = rows[static_cast<std::size_t>(Dim::SourcePort)];
  const LookRows& destinations = rows[static_cast<std::size_t>(Dim::DestinationPort)];
  const std::size_t words = protocols.words;
  if (protocols.size() * table.source_ports * table.destination_ports * words > kMostServices) {
    table.apart = {protocols, sources, destinations};
    return;
  }
  std::map<Words, std::uint32_t> known;
  table.service_rows.words = words;
  Words row(2 * words);
  const auto combine = [&](std::size_t p, std::size_t s, std::size_t d) {
    for (std::size_t w = 0; w < words; ++w) {
      row[w] = protocols.sure_row(p)[w] & sources.sure_row(s)[w] & destinations.sure_row(d)[w];
      row[words + w] = protocols.may_row(p)[w] & sources.may_row(s)[w] & destinations.may_row(d)[w];
    }
    const auto [found, fresh] = known.try_emplace(row, static_cast<std::uint32_t>(known.size()));
    table.service.push_back(found->second);
    if (!fresh) return;
    const auto middle = row.begin() + static_cast<std::ptrdiff_t>(words);
    table.service_rows.sure.insert(table.service_rows.sure.end(), row.begin(), middle);
    if (table.looks.uncertain) table.service_rows.may.insert(table.service_rows.may.end(), middle, row.end());
  };
  for (std::size_t p = 0; p < protocols.size(); ++p)
    for (std::size_t s = 0; s < table.source_ports; ++s)
      for (std::size_t d = 0; d < table.destination_ports; ++d) combine(p, s, d);
}

template <class Address>
inline Classifier::Place Classifier::locate(const Table<typename Address::Bits>& table,
                                            const FamilyTuple<Address>& packet) {
  Place place{table.source[packet.source.bits], table.destination[packet.destination.bits], {}};
  const std::uint32_t protocol = table.protocol_class[packet.protocol.number];
  const std::uint32_t from = table.source_port_class.empty() ? 0 : table.source_port_class[packet.source_port];
  const std::uint32_t to =
      table.destination_port_class.empty() ? 0 : table.destination_port_class[packet.destination_port];
  if (table.service.empty())
    place.service = {protocol, from, to};
  else
    place.service[0] = table.service[(protocol * table.source_ports + from) * table.destination_ports + to];
  return place;
}

template <class Address>
const Classifier::Table<typename Address::Bits>& Classifier::table(bool ported) const {
  if constexpr (std::is_same_v<Address, net::Ipv4>)
    return v4_[ported ? 1 : 0];
  else
    return v6_[ported ? 1 : 0];
}

std::uint64_t Classifier::matching(const Rules& rules, const Place& place, std::vector<std::uint64_t> LookRows::*bits,
                                   std::size_t word) {
  const std::size_t words = rules.source_rows.words;
  const auto at = [&](const LookRows& rows, std::size_t cls) { return (rows.*bits)[cls * words + word]; };
  const std::uint64_t sides = at(rules.source_rows, place.source) & at(rules.destination_rows, place.destination);
  if (rules.service_rows.words != 0) return sides & at(rules.service_rows, place.service[0]);
  return sides & at(rules.apart[0], place.service[0]) & at(rules.apart[1], place.service[1]) &
         at(rules.apart[2], place.service[2]);
}

Decision Classifier::decide(const Rules& rules, const Place& place) {
  std::uint8_t says = 0;
  const auto sayer = [&](std::size_t word, std::uint64_t bits) {
    return word * 64 + static_cast<std::size_t>(std::countr_zero(bits));
  };
  for (std::size_t w = 0; w < rules.source_rows.words; ++w) {
    const std::uint64_t sure = matching(rules, place, &LookRows::sure, w);
    if (rules.looks.uncertain) {
      std::uint64_t may = matching(rules, place, &LookRows::may, w);
      // Those after the first sure one do not matter any more.
      if (sure != 0) may &= sure ^ (sure - 1);
      for (; may != 0; may &= may - 1) says = static_cast<std::uint8_t>(says | rules.looks.says[sayer(w, may)]);
    }
    if (sure == 0) continue;
    const std::size_t look = sayer(w, sure);
    const Verdict verdict = to_verdict(static_cast<std::uint8_t>(says | rules.looks.says[look]));
    return {verdict, verdict == Verdict::Unknown ? std::nullopt : std::optional{rules.looks.rule[look]}};
  }
  // No rule surely matches: what may match decides, or the deny that ends every NSG.
  return {to_verdict(static_cast<std::uint8_t>(says | kSaysDeny)), std::nullopt};
}

Decision Classifier::decide_settled(const Rules& rules, const Place& place) {
  const std::size_t words = rules.source_rows.words;
  const std::uint64_t* source = &rules.source_rows.sure[place.source * words];
  const std::uint64_t* destination = &rules.destination_rows.sure[place.destination * words];
  const std::uint64_t* service = &rules.service_rows.sure[place.service[0] * words];
  for (std::size_t w = 0; w < words; ++w) {
    const std::uint64_t bits = source[w] & destination[w] & service[w];
    if (bits == 0) continue;
    const std::size_t look = w * 64 + static_cast<std::size_t>(std::countr_zero(bits));
    return {to_verdict(rules.looks.says[look]), rules.looks.rule[look]};
  }
  return {};
}

Decision Classifier::look_up(const Rules& rules, const Place& place) {
  if (rules.looks.uncertain || rules.service_rows.words == 0) return decide(rules, place);
  return decide_settled(rules, place);
}

void Classifier::fetch(const Rules& rules, const Place& place) {
  const std::size_t words = rules.source_rows.words;
  const auto ask = [&](const LookRows& rows, std::size_t cls) {
    if (!rows.sure.empty()) __builtin_prefetch(&rows.sure[cls * words]);
  };
  ask(rules.source_rows, place.source);
  ask(rules.destination_rows, place.destination);
  ask(rules.service_rows, place.service[0]);
}

// Each step asks for what the next one reads, for many packets before the first of them is read.
template <class Address>
void Classifier::classify_alike(const Table<typename Address::Bits>& table,
                                std::span<const FamilyTuple<Address>> packets, std::span<Decision> decisions) {
  if (!table.joint) {
    std::array<Place, kBatch> places;
    for (std::size_t i = 0; i < packets.size(); ++i) {
      places[i] = locate(table, packets[i]);
      fetch(table, places[i]);
    }
    for (std::size_t i = 0; i < packets.size(); ++i) decisions[i] = look_up(table, places[i]);
    return;
  }
  const JointTable& joint = *table.joint;
  std::array<const std::uint16_t*, kBatch> next;
  std::array<std::uint32_t, kBatch> service;
  for (std::size_t i = 0; i < packets.size(); ++i) {
    const Place place = locate(table, packets[i]);
    service[i] = place.service[0];
    next[i] = joint.pair(place.source, place.destination);
    __builtin_prefetch(next[i]);
  }
  for (std::size_t i = 0; i < packets.size(); ++i) {
    next[i] = joint.cell(*next[i], service[i]);
    __builtin_prefetch(next[i]);
  }
  for (std::size_t i = 0; i < packets.size(); ++i) decisions[i] = JointTable::decision(*next[i]);
}

template <class Address>
void Classifier::classify(std::span<const FamilyTuple<Address>> packets, std::span<Decision> decisions) const {
  while (!packets.empty()) {
    const bool ported = net::has_ports(packets.front().protocol);
    std::size_t count = 1;
    while (count < std::min(packets.size(), kBatch) && net::has_ports(packets[count].protocol) == ported) ++count;
    classify_alike(table<Address>(ported), packets.first(count), decisions.first(count));
    packets = packets.subspan(count);
    decisions = decisions.subspan(count);
  }
}

template void Classifier::classify(std::span<const FamilyTuple<net::Ipv4>>, std::span<Decision>) const;
template void Classifier::classify(std::span<const FamilyTuple<net::Ipv6>>, std::span<Decision>) const;

Decision Classifier::classify(const net::FiveTuple& packet) const {
  const auto one = [&]<class Address>(Address source) {
    const FamilyTuple<Address> tuple{source, std::get<Address>(packet.destination), packet.source_port,
                                     packet.destination_port, packet.protocol};
    const auto& tables = table<Address>(net::has_ports(packet.protocol));
    const Place place = locate(tables, tuple);
    if (!tables.joint) return look_up(tables, place);
    const JointTable& joint = *tables.joint;
    return JointTable::decision(*joint.cell(*joint.pair(place.source, place.destination), place.service[0]));
  };
  return std::visit(one, packet.source);
}

std::size_t Classifier::joint_bytes() const {
  std::size_t bytes = 0;
  const auto add = [&](const auto& tables) {
    for (const auto& one : tables) bytes += one.joint ? one.joint->bytes() : 0;
  };
  add(v4_);
  add(v6_);
  return bytes;
}

}  // namespace nsgcheck::engine
