// SPDX-License-Identifier: Apache-2.0
#include "analyzer/engine/resolve.hpp"

#include <algorithm>
#include <numeric>

#include "analyzer/model/application_group.hpp"
#include "analyzer/net/text.hpp"

namespace nsgcheck::engine {
namespace {

using model::AddressItem;

// Gathers the entries of one side; sets are built once at the end, since lists may hold thousands of prefixes.
class SideBuilder {
 public:
  /// `asked`: a side of a question, not of a rule.
  SideBuilder(const model::NetworkContext& context, SymbolTable& symbols, bool asked)
      : context_{context}, symbols_{symbols}, asked_{asked} {}

  void add(const AddressItem& item) {
    if (std::holds_alternative<model::AnyAddress>(item.value)) {
      add(net::AddressSet::any());
    } else if (const auto* block = std::get_if<model::Block>(&item.value)) {
      if (const auto* v4 = std::get_if<net::Prefix4>(&block->prefix)) v4_.push_back({v4->low(), v4->high()});
      if (const auto* v6 = std::get_if<net::Prefix6>(&block->prefix)) v6_.push_back({v6->low(), v6->high()});
    } else if (const auto* range = std::get_if<model::AddressRange>(&item.value)) {
      add(*range);
    } else if (const auto* tag = std::get_if<model::ServiceTag>(&item.value)) {
      add_tag(tag->name);
    } else if (const auto* asg = std::get_if<model::Asg>(&item.value)) {
      add_asg(asg->name);
    } else {
      term_.undetermined = true;
    }
  }

  AddressTerm finish() && {
    term_.known.v4 = net::IntervalSet<net::Ipv4::Bits>::from(std::move(v4_));
    term_.known.v6 = net::IntervalSet<net::Ipv6::Bits>::from(std::move(v6_));
    return std::move(term_);
  }

 private:
  void add(const net::AddressSet& set) {
    v4_.insert(v4_.end(), set.v4.intervals().begin(), set.v4.intervals().end());
    v6_.insert(v6_.end(), set.v6.intervals().begin(), set.v6.intervals().end());
  }

  void add(const model::AddressRange& range) {
    if (const auto* low = std::get_if<net::Ipv4>(&range.low))
      v4_.push_back({low->bits, std::get<net::Ipv4>(range.high).bits});
    else
      v6_.push_back({std::get<net::Ipv6>(range.low).bits, std::get<net::Ipv6>(range.high).bits});
  }

  void add_tag(const std::string& name) {
    if (const auto set = model::tag_set(name, context_)) return add(*set);
    term_.symbols.push_back(
        symbols_.intern({name, Symbol::Kind::ServiceTag, addresses_of_tags(name), Reason::UnknownTag}));
  }

  // Service tags hold public addresses only (interface 8), but those that name the platform's own services also the two
  // addresses at which it offers them (semantics 3).
  [[nodiscard]] net::AddressSet addresses_of_tags(const std::string& name) const {
    const net::AddressSet internet = model::internet(context_.virtual_network);
    if (!net::lower(name).starts_with("azureplatform")) return internet;
    return internet | net::AddressSet::of(net::Ipv4{0xA83F8110}) | net::AddressSet::of(net::Ipv4{0xA9FEA9FE});
  }

  void add_asg(const std::string& name) {
    if (const auto* members = model::members_of_group(name, context_)) return add(*members);
    if (asked_ && add_group_of_name(name)) return;
    term_.symbols.push_back(
        symbols_.intern({name, Symbol::Kind::Asg, context_.virtual_network, Reason::AsgWithoutMembers}));
  }

  // A bare name in a question means the group of the rules that is called so, if there is one only.
  bool add_group_of_name(const std::string& name) {
    if (name.find('/') != std::string::npos) return false;
    std::vector<SymbolId> called_so;
    for (SymbolId id = 0; id < symbols_.size(); ++id)
      if (symbols_[id].kind == Symbol::Kind::Asg && net::same_word(model::group_name(symbols_[id].name), name))
        called_so.push_back(id);
    if (called_so.size() == 1) term_.symbols.push_back(called_so.front());
    return called_so.size() == 1;
  }

  const model::NetworkContext& context_;
  SymbolTable& symbols_;
  bool asked_;
  AddressTerm term_;
  std::vector<net::Interval<net::Ipv4::Bits>> v4_;
  std::vector<net::Interval<net::Ipv6::Bits>> v6_;
};

PortTerm resolve_ports(const std::vector<model::PortItem>& items) {
  PortTerm term;
  // Nothing given is an error of the rule, never "any" and never "none" (semantics 1).
  term.undetermined = items.empty();
  std::vector<net::Interval<net::Port>> ranges;
  for (const auto& item : items) {
    if (std::holds_alternative<model::AnyPort>(item.value))
      ranges.push_back({0, net::kAxisEnd<net::Port>});
    else if (const auto* range = std::get_if<model::PortRange>(&item.value))
      ranges.push_back({range->low, range->high});
    else
      term.undetermined = true;
  }
  term.known = net::PortSet::from(std::move(ranges));
  return term;
}

Reason first_reason(const model::SecurityRule& rule) {
  auto worst = static_cast<std::uint8_t>(Reason::BudgetExceeded);
  const auto take = [&](Reason reason) { worst = std::min(worst, static_cast<std::uint8_t>(reason)); };
  const auto items = [&](const auto& list) {
    for (const auto& item : list)
      if (const auto* gap = std::get_if<model::Undetermined>(&item.value)) take(gap->reason);
    if (list.empty()) take(Reason::InvalidRule);
  };
  items(rule.sources);
  items(rule.destinations);
  items(rule.source_ports);
  items(rule.destination_ports);
  if (!rule.priority.value) take(rule.priority.reason);
  if (!rule.access.value) take(rule.access.reason);
  if (!rule.direction.value) take(rule.direction.reason);
  if (!rule.protocol.value) take(rule.protocol.reason);
  if (rule.may_be_absent) take(*rule.may_be_absent);
  const auto found = static_cast<Reason>(worst);
  return found == Reason::BudgetExceeded ? Reason::UnknownTag : found;
}

AddressTerm resolve_side(const std::vector<AddressItem>& items, const model::NetworkContext& context,
                         SymbolTable& symbols, bool asked) {
  SideBuilder side{context, symbols, asked};
  for (const AddressItem& item : items) side.add(item);
  AddressTerm term = std::move(side).finish();
  if (items.empty()) term.undetermined = true;
  return term;
}

FilterRule resolve_rule(const model::SecurityRule& rule, const model::NetworkContext& context, SymbolTable& symbols) {
  FilterRule out;
  out.source = resolve_side(rule.sources, context, symbols, false);
  out.destination = resolve_side(rule.destinations, context, symbols, false);
  out.source_ports = resolve_ports(rule.source_ports);
  out.destination_ports = resolve_ports(rule.destination_ports);
  out.protocols = rule.protocol.value.value_or(net::ProtocolSet{});
  out.protocols_undetermined = !rule.protocol.value;
  out.may_allow = rule.access.value != Access::Deny;
  out.may_deny = rule.access.value != Access::Allow;
  out.priority = rule.priority.value.value_or(0);
  out.floating = !rule.priority.value;
  out.may_be_absent = rule.may_be_absent.has_value() || !rule.direction.value;
  out.is_default = rule.origin == model::Origin::Default;
  out.reason = first_reason(rule);
  return out;
}

}  // namespace

AddressTerm resolve_addresses(const std::vector<AddressItem>& items, const model::NetworkContext& context,
                              SymbolTable& symbols) {
  return resolve_side(items, context, symbols, true);
}

void append(ResolvedRules& resolved, const model::Nsg& nsg, net::Direction direction,
            const model::NetworkContext& context) {
  std::vector<std::uint32_t> order;
  for (std::uint32_t i = 0; i < nsg.rules.size(); ++i)
    if (nsg.rules[i].direction.value.value_or(direction) == direction) order.push_back(i);
  std::stable_sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    return nsg.rules[a].priority.value.value_or(0) < nsg.rules[b].priority.value.value_or(0);
  });
  for (const std::uint32_t i : order) {
    resolved.rules.push_back(resolve_rule(nsg.rules[i], context, resolved.symbols));
    resolved.origin.push_back(i);
  }
}

ResolvedRules resolve(const model::Nsg& nsg, net::Direction direction, const model::NetworkContext& context) {
  ResolvedRules resolved;
  append(resolved, nsg, direction, context);
  return resolved;
}

}  // namespace nsgcheck::engine
