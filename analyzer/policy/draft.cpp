// SPDX-License-Identifier: Apache-2.0
#include "analyzer/policy/draft.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>
#include <utility>

#include "analyzer/engine/resolve.hpp"
#include "analyzer/model/rule_text.hpp"
#include "analyzer/net/text.hpp"

namespace nsgcheck::policy {
namespace {

using model::AddressItem;
using model::PortItem;
using model::SecurityRule;

/// A list that people can still read.
constexpr std::size_t kMostEntries = 16;

std::vector<PortItem> port_items(const net::PortSet& ports) {
  if (ports.is_all()) return model::parse_port_items("*", {}, false);
  std::vector<PortItem> out;
  for (const auto& run : ports.intervals()) out.push_back(model::port_item({run.low, run.high}));
  for (PortItem& item : out) item.in_list = out.size() > 1;
  return out;
}

template <class T>
model::Field<T> given(T value, std::string_view text) {
  model::Field<T> field;
  field.value = std::move(value);
  field.text = text;
  return field;
}

/// Protocols that the API names.
struct Named {
  net::ProtocolSet set;
  std::string_view text;
};

std::vector<Named> named_protocols(const net::ProtocolSet& wanted, bool all_ports) {
  if (wanted.all() && all_ports) return {{wanted, "*"}};
  const std::array known{Named{net::protocol_set({net::kTcp}), "Tcp"}, Named{net::protocol_set({net::kUdp}), "Udp"},
                         Named{net::protocol_set({net::kIcmp, net::kIcmpV6}), "Icmp"},
                         Named{net::protocol_set({net::kEsp}), "Esp"}, Named{net::protocol_set({net::kAh}), "Ah"}};
  std::vector<Named> out;
  for (const Named& one : known)
    if ((one.set & wanted) == one.set) out.push_back(one);
  return out;
}

/// The entries of a side as lists that the API takes: blocks together, each tag or "*" by itself.
std::vector<std::vector<AddressItem>> lists_of(const std::vector<AddressItem>& items) {
  std::vector<std::vector<AddressItem>> out;
  std::vector<AddressItem> v4;
  std::vector<AddressItem> v6;
  for (const AddressItem& item : items) {
    const auto* block = std::get_if<model::Block>(&item.value);
    if (block == nullptr)
      out.push_back({item});
    else
      (std::holds_alternative<net::Prefix4>(block->prefix) ? v4 : v6).push_back(item);
  }
  for (auto* list : {&v4, &v6}) {
    for (AddressItem& item : *list) item.in_list = list->size() > 1;
    if (!list->empty()) out.push_back(std::move(*list));
  }
  return out;
}

std::string name_for(const SecurityRule& rule, std::set<std::string>& taken) {
  std::string name{model::name(*rule.access.value)};
  name += rule.protocol.text == "*" ? "Any" : rule.protocol.text;
  const auto& port = rule.destination_ports.front();
  if (!std::holds_alternative<model::AnyPort>(port.value)) name += port.text;
  const bool inbound = rule.direction.value == net::Direction::Inbound;
  const std::string& far = (inbound ? rule.sources : rule.destinations).front().text;
  name += inbound ? "From" : "To";
  for (const char c : far == "*" ? std::string{"Any"} : far) {
    const char l = net::lower(c);
    name += (l >= 'a' && l <= 'z') || (c >= '0' && c <= '9') || c == '-' ? c : '_';
  }
  constexpr std::size_t kLongest = 70;
  if (name.size() > kLongest) name.resize(kLongest);
  while (name.back() == '-') name.pop_back();
  const std::string base = name;
  for (int next = 2; !taken.insert(net::lower(name)).second; ++next) name = base + '-' + std::to_string(next);
  return name;
}

}  // namespace

const SecurityRule* Draft::now(ModelRule rule) const {
  const auto found = touched_.find(rule);
  if (found == touched_.end()) return &nsg_->rules[rule];
  return found->second ? &*found->second : nullptr;
}

std::vector<model::RuleChange> Draft::changes() const {
  std::vector<model::RuleChange> out;
  for (const auto& [rule, to] : touched_) {
    if (to)
      out.emplace_back(model::ReplaceRule{rule, *to});
    else
      out.emplace_back(model::RemoveRule{rule});
  }
  for (const SecurityRule& rule : added_) out.emplace_back(model::AddRule{rule});
  return out;
}

std::vector<std::optional<ModelRule>> Draft::origins() const {
  std::vector<std::optional<ModelRule>> out;
  for (ModelRule rule = 0; rule < nsg_->rules.size(); ++rule)
    if (now(rule) != nullptr) out.emplace_back(rule);
  out.resize(out.size() + added_.size());
  return out;
}

std::optional<std::int64_t> free_priority(const model::Nsg& nsg, net::Direction direction, std::int64_t before) {
  std::set<std::int64_t> used;
  for (const SecurityRule& rule : nsg.rules)
    if (rule.priority.value && rule.direction.value.value_or(direction) == direction) used.insert(*rule.priority.value);
  if (before > model::kHighestPriority) {
    constexpr std::int64_t kStep = 10;
    auto last = used.upper_bound(model::kHighestPriority);
    const std::int64_t next = last == used.begin() ? model::kLowestPriority : *std::prev(last) + kStep;
    if (next >= model::kLowestPriority && next <= model::kHighestPriority) return next;
    before = model::kHighestPriority + 1;
  }
  for (std::int64_t priority = before - 1; priority >= model::kLowestPriority; --priority)
    if (!used.contains(priority)) return priority;
  return std::nullopt;
}

std::vector<SecurityRule> rules_for(const FlowPattern& pattern, const net::PortSet& ports, model::Access access,
                                    const model::Nsg& named_apart_from) {
  std::set<std::string> taken;
  for (const SecurityRule& rule : named_apart_from.rules) taken.insert(net::lower(rule.name));
  std::vector<SecurityRule> out;
  for (const Named& protocol : named_protocols(pattern.protocols, ports.is_all()))
    for (const auto& from : lists_of(pattern.from))
      for (const auto& to : lists_of(pattern.to)) {
        const bool ported = (protocol.set & net::ported_protocols()).any();
        SecurityRule rule = exact_rule(pattern, protocol.set, ported ? ports : net::PortSet::all(), access, 0);
        rule.protocol.text = protocol.text;
        rule.sources = from;
        rule.destinations = to;
        rule.name = name_for(rule, taken);
        out.push_back(std::move(rule));
      }
  return out;
}

SecurityRule exact_rule(const FlowPattern& pattern, const net::ProtocolSet& protocols, const net::PortSet& ports,
                        model::Access access, std::int64_t priority) {
  SecurityRule rule;
  rule.priority = given(priority, std::to_string(priority));
  rule.access = given(access, model::name(access));
  rule.direction = given(pattern.direction, pattern.direction == net::Direction::Inbound ? "Inbound" : "Outbound");
  rule.protocol = given(protocols, "*");
  rule.sources = pattern.from;
  rule.source_ports = port_items(net::PortSet::all());
  rule.destinations = pattern.to;
  rule.destination_ports = port_items(ports);
  return rule;
}

Narrowed without_ports(SecurityRule rule, const net::PortSet& ports) {
  if (!rule.protocol.value) return std::nullopt;
  std::vector<PortItem> left;
  for (const PortItem& item : rule.destination_ports) {
    net::PortSet mine = net::PortSet::all();
    if (const auto* range = std::get_if<model::PortRange>(&item.value))
      mine = net::PortSet::range(range->low, range->high);
    else if (!std::holds_alternative<model::AnyPort>(item.value))
      return std::nullopt;
    if (!mine.overlaps(ports)) {
      left.push_back(item);
      continue;
    }
    // What protocols without ports do under a list of ports is defined nowhere.
    const bool ported_only = (*rule.protocol.value & ~net::ported_protocols()).none();
    if (mine.is_all() && !ported_only) return std::nullopt;
    for (PortItem& piece : port_items(mine - ports)) left.push_back(std::move(piece));
  }
  if (left.empty()) return std::optional<SecurityRule>{};
  if (left.size() > kMostEntries && left.size() > rule.destination_ports.size()) return std::nullopt;
  for (PortItem& item : left) item.in_list = left.size() > 1;
  rule.destination_ports = std::move(left);
  return rule;
}

Narrowed without_sources(SecurityRule rule, const net::AddressSet& sources, const model::NetworkContext& context) {
  std::vector<AddressItem> left;
  for (const AddressItem& item : rule.sources) {
    engine::SymbolTable symbols;
    const engine::AddressTerm term = engine::resolve_addresses({item}, context, symbols);
    if (term.undetermined || !term.symbols.empty()) return std::nullopt;
    if (!term.known.overlaps(sources)) {
      left.push_back(item);
      continue;
    }
    const net::AddressSet rest = term.known - sources;
    if (rest.empty()) continue;
    // Of everything but the Internet people mean their network, and the other way round.
    const bool inside = !sources.overlaps(context.virtual_network);
    const std::string_view word = inside ? "VirtualNetwork" : "Internet";
    const auto named = model::tag_set(word, context);
    if (named && rest.covers(*named)) {
      left.push_back(model::parse_address_item(word, {}, false));
      continue;
    }
    for (AddressItem& block : model::block_items(rest)) left.push_back(std::move(block));
  }
  if (left.empty()) return std::optional<SecurityRule>{};
  if (lists_of(left).size() > 1) return std::nullopt;
  if (left.size() > kMostEntries && left.size() > rule.sources.size()) return std::nullopt;
  for (AddressItem& item : left) item.in_list = left.size() > 1;
  rule.sources = std::move(left);
  return rule;
}

}  // namespace nsgcheck::policy
