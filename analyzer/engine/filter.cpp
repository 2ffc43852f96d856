// SPDX-License-Identifier: Apache-2.0
#include "analyzer/engine/filter.hpp"

#include <algorithm>
#include <type_traits>
#include <utility>

namespace nsgcheck::engine {
namespace {

template <class T>
void mix(std::size_t& hash, const net::IntervalSet<T>& set) {
  for (const auto& item : set.intervals()) {
    mix_hash(hash, static_cast<std::uint64_t>(item.low));
    mix_hash(hash, static_cast<std::uint64_t>(item.high));
    if constexpr (sizeof(T) > 8) {
      mix_hash(hash, static_cast<std::uint64_t>(item.low >> 64));
      mix_hash(hash, static_cast<std::uint64_t>(item.high >> 64));
    }
  }
  mix_hash(hash, set.intervals().size());
}

AxisSet<net::Port> port_axis(const PortTerm& term) {
  return {term.known, term.undetermined ? net::PortSet::all() : term.known, {}, {}};
}

}  // namespace

template <class T>
std::uint32_t AxisPool<T>::intern(AxisSet<T> set) {
  std::size_t hash = 0;
  mix(hash, set.sure);
  mix(hash, set.may);
  for (const std::uint64_t word : set.sure_symbols) mix_hash(hash, word);
  const std::uint32_t id = by_hash_.find_or_add(hash, [&](std::uint32_t known) { return sets_[known] == set; });
  if (id == sets_.size()) sets_.push_back(std::move(set));
  return id;
}

template class AxisPool<net::Ipv4::Bits>;
template class AxisPool<net::Ipv6::Bits>;
template class AxisPool<net::Port>;
template class AxisPool<std::uint8_t>;

template <class Address>
AxisSet<typename Address::Bits> axis_set(const AddressTerm& term, const SymbolTable& symbols) {
  using Set = net::IntervalSet<typename Address::Bits>;
  AxisSet<typename Address::Bits> out;
  out.sure = family_half<Address>(term.known);
  out.may = term.undetermined ? Set::all() : out.sure;
  for (const SymbolId id : term.symbols) out.may = out.may | family_half<Address>(symbols[id].base);
  out.sure_symbols.assign(words_for(symbols.size()), 0);
  out.may_symbols = out.sure_symbols;
  for (SymbolId id = 0; id < symbols.size(); ++id) {
    const Set& base = family_half<Address>(symbols[id].base);
    bool sure = out.sure.covers(base);
    bool may = term.undetermined || out.sure.overlaps(base);
    for (const SymbolId own : term.symbols) {
      sure = sure || symbols.within(id, own);
      may = may || symbols.may_overlap(id, own);
    }
    if (sure) set_bit(out.sure_symbols, id);
    if (sure || may) set_bit(out.may_symbols, id);
  }
  return out;
}

template AxisSet<net::Ipv4::Bits> axis_set<net::Ipv4>(const AddressTerm&, const SymbolTable&);
template AxisSet<net::Ipv6::Bits> axis_set<net::Ipv6>(const AddressTerm&, const SymbolTable&);

template <>
const FamilySides<net::Ipv4>& Filter::sides<net::Ipv4>() const {
  return sides4_;
}
template <>
const FamilySides<net::Ipv6>& Filter::sides<net::Ipv6>() const {
  return sides6_;
}

Filter::Filter(ResolvedRules rules)
    : rules_{std::move(rules.rules)},
      origin_{std::move(rules.origin)},
      symbols_{std::move(rules.symbols)},
      shares_priority_(rules_.size(), false) {
  order_steps();
  intern_sides();
  intern_ports();
  intern_protocols();
}

void Filter::order_steps() {
  // A rule without a known priority may be the first of all.
  for (RuleIndex i = 0; i < rules_.size(); ++i)
    if (rules_[i].floating) steps_.push_back({i, false});
  for (RuleIndex first = 0; first < rules_.size();) {
    RuleIndex last = first;
    RuleIndex placed = 0;
    bool allows = false;
    bool denies = false;
    while (last < rules_.size() && rules_[last].priority == rules_[first].priority) {
      if (!rules_[last].floating) {
        ++placed;
        allows = allows || rules_[last].may_allow;
        denies = denies || rules_[last].may_deny;
      }
      ++last;
    }
    const bool order_matters = placed > 1 && allows && denies;
    // Any of the group may come first: look at each as "may match" before any can surely match.
    for (RuleIndex i = first; order_matters && i < last; ++i) {
      if (rules_[i].floating) continue;
      steps_.push_back({i, false});
      shares_priority_[i] = true;
    }
    for (RuleIndex i = first; i < last; ++i)
      if (!rules_[i].floating) steps_.push_back({i, !rules_[i].may_be_absent});
    first = last;
  }
}

void Filter::intern_sides() {
  for (const FilterRule& rule : rules_) {
    sides4_.source.push_back(sides4_.pool.intern(axis_set<net::Ipv4>(rule.source, symbols_)));
    sides4_.destination.push_back(sides4_.pool.intern(axis_set<net::Ipv4>(rule.destination, symbols_)));
    sides6_.source.push_back(sides6_.pool.intern(axis_set<net::Ipv6>(rule.source, symbols_)));
    sides6_.destination.push_back(sides6_.pool.intern(axis_set<net::Ipv6>(rule.destination, symbols_)));
  }
}

net::IntervalSet<std::uint8_t> protocol_runs(const net::ProtocolSet& protocols) {
  std::vector<net::Interval<std::uint8_t>> items;
  for (unsigned p = 0; p < protocols.size(); ++p)
    if (protocols[p]) items.push_back({static_cast<std::uint8_t>(p), static_cast<std::uint8_t>(p)});
  return net::IntervalSet<std::uint8_t>::from(std::move(items));
}

void Filter::intern_protocols() {
  // Many rules, few sets: each is turned into runs once.
  std::vector<std::pair<net::ProtocolSet, std::uint32_t>> known;
  for (const FilterRule& rule : rules_) {
    if (rule.protocols_undetermined) {
      protocol_.push_back(
          protocols_.intern({protocol_runs(rule.protocols), net::IntervalSet<std::uint8_t>::all(), {}, {}}));
      continue;
    }
    auto found = std::find_if(known.begin(), known.end(), [&](const auto& k) { return k.first == rule.protocols; });
    if (found == known.end()) {
      const auto runs = protocol_runs(rule.protocols);
      found = known.insert(known.end(), {rule.protocols, protocols_.intern({runs, runs, {}, {}})});
    }
    protocol_.push_back(found->second);
  }
}

void Filter::intern_ports() {
  const std::uint32_t any = ports_.intern({net::PortSet::all(), net::PortSet::all(), {}, {}});
  const std::uint32_t perhaps = ports_.intern({{}, net::PortSet::all(), {}, {}});
  const auto add = [&](const PortTerm& term, std::vector<std::uint32_t>& ported, std::vector<std::uint32_t>& portless) {
    const bool surely_all = term.known.is_all();
    ported.push_back(surely_all ? any : ports_.intern(port_axis(term)));
    portless.push_back(surely_all ? any : perhaps);
  };
  for (const FilterRule& rule : rules_) {
    add(rule.source_ports, source_ports_, portless_source_ports_);
    add(rule.destination_ports, destination_ports_, portless_destination_ports_);
  }
}

}  // namespace nsgcheck::engine
