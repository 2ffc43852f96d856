// SPDX-License-Identifier: Apache-2.0
#include "analyzer/engine/space.hpp"

#include <algorithm>
#include <type_traits>
#include <utility>

namespace nsgcheck::engine {
namespace {

// Finds for each set of a pool, once, whether it may meet and whether it surely covers a side of the question.
template <class T>
class SideTest {
 public:
  SideTest(const AxisPool<T>& pool, const AxisSet<T>& side)
      : pool_{pool}, side_{side}, meets_(pool.size(), kUntested), covers_(pool.size(), kUntested) {}

  bool may_meet(std::uint32_t id) {
    if (meets_[id] == kUntested) meets_[id] = pool_[id].may.overlaps(side_.sure) || symbols_meet(pool_[id].may_symbols);
    return meets_[id] == 1;
  }

  bool surely_covers(std::uint32_t id) {
    if (covers_[id] == kUntested)
      covers_[id] = pool_[id].sure.covers(side_.sure) && symbols_cover(pool_[id].sure_symbols);
    return covers_[id] == 1;
  }

 private:
  static constexpr signed char kUntested = -1;

  bool symbols_meet(const SymbolSet& words) const {
    for (std::size_t w = 0; w < words.size(); ++w)
      if ((words[w] & side_.sure_symbols[w]) != 0) return true;
    return false;
  }
  bool symbols_cover(const SymbolSet& words) const {
    for (std::size_t w = 0; w < words.size(); ++w)
      if ((side_.sure_symbols[w] & ~words[w]) != 0) return false;
    return true;
  }

  const AxisPool<T>& pool_;
  const AxisSet<T>& side_;
  std::vector<signed char> meets_, covers_;
};

// Pool ids that the rows use, each once, and the slot of each.
class Slots {
 public:
  explicit Slots(std::size_t pool_size) : slot_(pool_size, kNone) {}
  std::uint32_t slot(std::uint32_t id) {
    if (slot_[id] == kNone) {
      slot_[id] = static_cast<std::uint32_t>(used_.size());
      used_.push_back(id);
    }
    return slot_[id];
  }
  [[nodiscard]] const std::vector<std::uint32_t>& used() const { return used_; }

 private:
  static constexpr std::uint32_t kNone = 0xFFFFFFFF;
  std::vector<std::uint32_t> slot_;
  std::vector<std::uint32_t> used_;
};

net::ProtocolSet to_protocols(const net::IntervalSet<std::uint8_t>& set) {
  net::ProtocolSet out;
  for (const auto& run : set.intervals())
    for (unsigned p = run.low; p <= run.high; ++p) out.set(p);
  return out;
}

// Under a case it is settled which real addresses the symbols of a side hold.
template <class Address>
AxisPool<typename Address::Bits> settle_symbols(const Filter& filter, const SymbolCase& symbol_case,
                                                std::vector<std::uint32_t>& source,
                                                std::vector<std::uint32_t>& destination) {
  AxisPool<typename Address::Bits> pool;
  const auto convert = [&](const AddressTerm& term, const AxisSet<typename Address::Bits>& from, const Words& members) {
    AxisSet<typename Address::Bits> set = from;
    for (const SymbolId id : term.symbols)
      if (test_bit(members, id)) set.sure = set.sure | family_half<Address>(filter.symbols()[id].base);
    if (!term.undetermined) set.may = set.sure;
    return pool.intern(std::move(set));
  };
  const auto& sides = filter.sides<Address>();
  for (RuleIndex i = 0; i < filter.rules().size(); ++i) {
    const FilterRule& rule = filter.rules()[i];
    source.push_back(convert(rule.source, sides.pool[sides.source[i]], symbol_case.source));
    destination.push_back(convert(rule.destination, sides.pool[sides.destination[i]], symbol_case.destination));
  }
  return pool;
}

// What a space is made from: the question's sides, the pool ids of every rule's sides, and the steps that can matter.
template <class Address>
struct Plan {
  using Bits = typename Address::Bits;
  const Filter& filter;
  bool ported;
  AxisPool<Bits> own_addresses;  // used under SpaceOptions::symbol_case
  std::vector<std::uint32_t> own_source, own_destination;
  AxisSet<Bits> source, destination;
  AxisSet<net::Port> source_ports, destination_ports;
  AxisSet<std::uint8_t> protocols;
  std::vector<Step> steps;

  [[nodiscard]] bool is_empty() const {
    const auto holds_none = [](const AxisSet<Bits>& side) {
      return side.sure.empty() &&
             std::all_of(side.sure_symbols.begin(), side.sure_symbols.end(), [](std::uint64_t w) { return w == 0; });
    };
    return protocols.sure.empty() || holds_none(source) || holds_none(destination);
  }
  [[nodiscard]] bool settled() const { return !own_source.empty(); }
  [[nodiscard]] const AxisPool<Bits>& addresses() const {
    return settled() ? own_addresses : filter.sides<Address>().pool;
  }
  // Pool ids of a rule by dimension, in the order of Dim.
  [[nodiscard]] std::array<std::uint32_t, kDims> ids(RuleIndex rule) const {
    const auto& sides = filter.sides<Address>();
    return {filter.protocol(rule), filter.destination_ports(rule, ported), filter.source_ports(rule, ported),
            settled() ? own_destination[rule] : sides.destination[rule],
            settled() ? own_source[rule] : sides.source[rule]};
  }
};

// Symbols that a rule names, by SymbolId.
Words named_symbols(const Filter& filter) {
  Words out(words_for(filter.symbols().size()), 0);
  for (const FilterRule& rule : filter.rules())
    for (const AddressTerm* side : {&rule.source, &rule.destination})
      for (const SymbolId id : side->symbols) set_bit(out, id);
  return out;
}

// A symbol that neither the question nor a rule names is told apart by nothing: its members are real addresses like
// others, and a point of its own would only add doubt.
template <class T>
void drop_unnamed(AxisSet<T>& side, const AddressTerm& asked, Words named) {
  for (const SymbolId id : asked.symbols) set_bit(named, id);
  for (std::size_t w = 0; w < named.size(); ++w) {
    side.sure_symbols[w] &= named[w];
    side.may_symbols[w] &= named[w];
  }
}

template <class Address>
Plan<Address> make_plan(const Filter& filter, bool ported, const FlowSet& question, const SymbolCase* symbol_case) {
  const net::ProtocolSet kind = ported ? net::ported_protocols() : ~net::ported_protocols();
  const net::PortSet all = net::PortSet::all();
  Plan<Address> plan{filter, ported, {}, {}, {}, {}, {}, {}, {}, {}, {}};
  plan.source = axis_set<Address>(question.source, filter.symbols());
  plan.destination = axis_set<Address>(question.destination, filter.symbols());
  const Words named = named_symbols(filter);
  drop_unnamed(plan.source, question.source, named);
  drop_unnamed(plan.destination, question.destination, named);
  plan.source_ports = {ported ? question.source_ports : all, {}, {}, {}};
  plan.destination_ports = {ported ? question.destination_ports : all, {}, {}, {}};
  plan.protocols = {protocol_runs(question.protocols & kind), {}, {}, {}};
  if (symbol_case != nullptr)
    plan.own_addresses = settle_symbols<Address>(filter, *symbol_case, plan.own_source, plan.own_destination);
  return plan;
}

template <class Address>
void choose_steps(Plan<Address>& plan, bool keep_unreachable) {
  SideTest source{plan.addresses(), plan.source};
  SideTest destination{plan.addresses(), plan.destination};
  SideTest source_ports{plan.filter.ports(), plan.source_ports};
  SideTest destination_ports{plan.filter.ports(), plan.destination_ports};
  SideTest protocols{plan.filter.protocols(), plan.protocols};
  for (const Step& step : plan.filter.steps()) {
    const auto [protocol, dport, sport, dst, src] = plan.ids(step.rule);
    if (!protocols.may_meet(protocol) || !destination_ports.may_meet(dport) || !source_ports.may_meet(sport) ||
        !destination.may_meet(dst) || !source.may_meet(src))
      continue;
    plan.steps.push_back(step);
    const bool last = step.certain && protocols.surely_covers(protocol) && destination_ports.surely_covers(dport) &&
                      source_ports.surely_covers(sport) && destination.surely_covers(dst) && source.surely_covers(src);
    if (last && !keep_unreachable) return;
  }
}

template <class Address>
AddressPart address_part(net::IntervalSet<typename Address::Bits> addresses, std::vector<SymbolId> symbols) {
  AddressPart part;
  if constexpr (std::is_same_v<Address, net::Ipv4>)
    part.addresses.v4 = std::move(addresses);
  else
    part.addresses.v6 = std::move(addresses);
  part.symbols = std::move(symbols);
  return part;
}

template <class Address>
Region region_of(const net::ProtocolSet& protocols, AddressPart source, net::PortSet source_ports,
                 AddressPart destination, net::PortSet destination_ports) {
  constexpr bool kIsV4 = std::is_same_v<Address, net::Ipv4>;
  return {protocols,
          std::move(source),
          std::move(source_ports),
          std::move(destination),
          std::move(destination_ports),
          kIsV4,
          !kIsV4};
}

Words populated_symbols(const SymbolTable& symbols, net::Family family) {
  Words out(words_for(symbols.size()), 0);
  for (SymbolId id = 0; id < symbols.size(); ++id)
    if (symbols.surely_populated(id, family)) set_bit(out, id);
  return out;
}

}  // namespace

bool Grid::surely_populated(const Box& box) const {
  const auto meets = [](std::span<const std::uint64_t> side, const Words& populated) {
    for (std::size_t w = 0; w < side.size(); ++w)
      if ((side[w] & populated[w]) != 0) return true;
    return false;
  };
  return meets(layout.side(box, static_cast<std::size_t>(Dim::Source)), populated_source) &&
         meets(layout.side(box, static_cast<std::size_t>(Dim::Destination)), populated_destination);
}

template <class Address>
Space<Address>::Space(const Filter& filter, bool ported, const FlowSet& question, SpaceOptions options) {
  Plan<Address> plan = make_plan<Address>(filter, ported, question, options.symbol_case);
  if (plan.is_empty()) return;
  choose_steps(plan, options.keep_unreachable);
  own_addresses_ = std::move(plan.own_addresses);
  const AxisPool<Bits>& addresses = plan.settled() ? own_addresses_ : filter.sides<Address>().pool;

  std::array<Slots, kDims> slots{Slots{filter.protocols().size()}, Slots{filter.ports().size()},
                                 Slots{filter.ports().size()}, Slots{addresses.size()}, Slots{addresses.size()}};
  for (const Step& step : plan.steps) {
    auto row = plan.ids(step.rule);
    for (std::size_t d = 0; d < kDims; ++d) row[d] = slots[d].slot(row[d]);
    row_slots_.push_back(row);
  }

  constexpr net::Family family = std::is_same_v<Address, net::Ipv4> ? net::Family::V4 : net::Family::V6;
  const Words populated = populated_symbols(filter.symbols(), family);
  const std::size_t symbols = filter.symbols().size();
  protocols_.emplace(filter.protocols(), slots[0].used(), plan.protocols, 0, Words{});
  destination_ports_.emplace(filter.ports(), slots[1].used(), plan.destination_ports, 0, Words{});
  source_ports_.emplace(filter.ports(), slots[2].used(), plan.source_ports, 0, Words{});
  destination_.emplace(addresses, slots[3].used(), plan.destination, symbols, populated);
  source_.emplace(addresses, slots[4].used(), plan.source, symbols, populated);

  grid_.layout = Layout{{protocols_->classes(), destination_ports_->classes(), source_ports_->classes(),
                         destination_->classes(), source_->classes()}};
  has_flows_ = !grid_.layout.is_empty(grid_.layout.full());
  if (!has_flows_) return;
  grid_.populated_source = source_->populated();
  grid_.populated_destination = destination_->populated();
  grid_.rows.reserve(plan.steps.size());
  for (std::size_t i = 0; i < plan.steps.size(); ++i) add_row(plan.steps[i], row_slots_[i]);
}

template <class Address>
void Space<Address>::add_row(const Step& step, const RowSlots& slots) {
  const Layout& layout = grid_.layout;
  GridRow row{step.rule, false, Box(layout.words(), 0), Box(layout.words(), 0), {}};
  if (!step.certain) row.sure_if_counted.assign(layout.words(), 0);
  Box& own = step.certain ? row.sure : row.sure_if_counted;
  const auto copy = [&](std::size_t dim, const auto& cut) {
    const auto may = cut.may(slots[dim]);
    std::copy(may.begin(), may.end(), layout.side(row.may, dim).begin());
    const auto sure = cut.sure(slots[dim]);
    std::copy(sure.begin(), sure.end(), layout.side(own, dim).begin());
  };
  copy(0, *protocols_);
  copy(1, *destination_ports_);
  copy(2, *source_ports_);
  copy(3, *destination_);
  copy(4, *source_);
  row.sure_is_empty = layout.is_empty(row.sure);
  grid_.rows.push_back(std::move(row));
}

template <class Address>
Region Space<Address>::region(const Box& box) const {
  const auto side = [&](Dim dim) { return grid_.layout.side(box, static_cast<std::size_t>(dim)); };
  const auto part = [&](const AxisCut<Bits>& cut, Dim dim) {
    return address_part<Address>(cut.values(side(dim)), cut.symbols(side(dim)));
  };
  return region_of<Address>(to_protocols(protocols_->values(side(Dim::Protocol))), part(*source_, Dim::Source),
                            source_ports_->values(side(Dim::SourcePort)), part(*destination_, Dim::Destination),
                            destination_ports_->values(side(Dim::DestinationPort)));
}

template <class Address>
Region Space<Address>::sure_region(std::size_t row) const {
  const auto slot = [&](Dim dim) { return row_slots_[row][static_cast<std::size_t>(dim)]; };
  const auto part = [&](const AxisCut<Bits>& cut, Dim dim) {
    return address_part<Address>(cut.sure_values(slot(dim)), cut.symbols(cut.sure(slot(dim))));
  };
  return region_of<Address>(to_protocols(protocols_->sure_values(slot(Dim::Protocol))), part(*source_, Dim::Source),
                            source_ports_->sure_values(slot(Dim::SourcePort)), part(*destination_, Dim::Destination),
                            destination_ports_->sure_values(slot(Dim::DestinationPort)));
}

template class Space<net::Ipv4>;
template class Space<net::Ipv6>;

}  // namespace nsgcheck::engine
