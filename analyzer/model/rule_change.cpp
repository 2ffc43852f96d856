// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/rule_change.hpp"

#include <algorithm>
#include <array>
#include <tuple>

namespace nsgcheck::model {
namespace {

// What find_faults() adds: it is to be called once on a model, and this is another one.
bool is_found_in_the_model(const Fault& fault) {
  constexpr std::array kOfReaders{FaultKind::BadPriority,      FaultKind::BadAccess,    FaultKind::BadDirection,
                                  FaultKind::BadProtocol,      FaultKind::DuplicateKey, FaultKind::WrongType,
                                  FaultKind::SingularAndPlural};
  return std::find(kOfReaders.begin(), kOfReaders.end(), fault.kind) == kOfReaders.end();
}

template <class Item>
bool same_items(const std::vector<Item>& a, const std::vector<Item>& b) {
  const auto same = [](const Item& x, const Item& y) {
    return x.value == y.value && (!std::holds_alternative<Undetermined>(x.value) || x.text == y.text);
  };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), same);
}

bool same_written_rule(const SecurityRule& a, const SecurityRule& b) {
  return a.name == b.name && a.origin == b.origin && a.priority.value == b.priority.value &&
         a.access.value == b.access.value && a.direction.value == b.direction.value &&
         a.protocol.value == b.protocol.value && a.may_be_absent == b.may_be_absent &&
         same_items(a.sources, b.sources) && same_items(a.source_ports, b.source_ports) &&
         same_items(a.destinations, b.destinations) && same_items(a.destination_ports, b.destination_ports);
}

std::vector<const SecurityRule*> in_order(const Nsg& nsg) {
  std::vector<const SecurityRule*> out;
  for (const SecurityRule& rule : nsg.rules) out.push_back(&rule);
  std::stable_sort(out.begin(), out.end(), [](const SecurityRule* a, const SecurityRule* b) {
    return std::tie(a->direction.value, a->priority.value, a->name) <
           std::tie(b->direction.value, b->priority.value, b->name);
  });
  return out;
}

}  // namespace

bool same_rules(const Nsg& a, const Nsg& b) {
  const auto left = in_order(a);
  const auto right = in_order(b);
  return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                    [](const SecurityRule* x, const SecurityRule* y) { return same_written_rule(*x, *y); });
}

Nsg apply(const Nsg& nsg, const std::vector<RuleChange>& changes) {
  Nsg out = nsg;
  std::vector<bool> is_removed(nsg.rules.size(), false);
  for (const RuleChange& change : changes) {
    if (const auto* remove = std::get_if<RemoveRule>(&change))
      is_removed[remove->rule] = true;
    else if (const auto* replace = std::get_if<ReplaceRule>(&change))
      out.rules[replace->rule] = replace->to;
  }
  std::vector<SecurityRule> kept;
  for (std::size_t i = 0; i < out.rules.size(); ++i)
    if (!is_removed[i]) kept.push_back(std::move(out.rules[i]));
  for (const RuleChange& change : changes)
    if (const auto* add = std::get_if<AddRule>(&change)) kept.push_back(add->rule);
  out.rules = std::move(kept);
  std::erase_if(out.faults, is_found_in_the_model);
  for (SecurityRule& rule : out.rules) std::erase_if(rule.faults, is_found_in_the_model);
  return out;
}

AddressItem block_item(const net::AnyPrefix& prefix) {
  AddressItem item;
  item.value = Block{prefix, false};
  item.text = std::visit([](const auto& p) { return net::to_string(p); }, prefix);
  return item;
}

std::vector<AddressItem> block_items(const net::AddressSet& addresses) {
  std::vector<AddressItem> out;
  for (const net::AnyPrefix& prefix : net::to_prefixes(addresses)) out.push_back(block_item(prefix));
  return out;
}

PortItem port_item(PortRange range) {
  PortItem item;
  item.value = range;
  item.text = std::to_string(range.low);
  if (range.low != range.high) item.text += '-' + std::to_string(range.high);
  return item;
}

}  // namespace nsgcheck::model
