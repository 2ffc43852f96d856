// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <span>
#include <utility>

#include <fmt/format.h>

#include "analyzer/io/collector.hpp"
#include "analyzer/io/embedded.hpp"
#include "analyzer/io/form.hpp"
#include "analyzer/io/rule_reader.hpp"
#include "analyzer/model/rule_text.hpp"
#include "analyzer/model/value_faults.hpp"
#include "analyzer/net/prefix_list.hpp"
#include "analyzer/net/text.hpp"

namespace nsgcheck::io {
namespace {

bool is_effective_group(const Node& node) { return node.find("effectiveSecurityRules") != nullptr; }

/// The groups of the answer: under `value`, a bare list, or one alone.
const std::vector<Node>* listed_groups(const Node& root) {
  const Node* list = root.is(Node::Kind::Array) ? &root : list_of(root, "value");
  const bool right = list != nullptr && std::any_of(list->items().begin(), list->items().end(), is_effective_group);
  return right ? &list->items() : nullptr;
}

/// Azure repeats the one value in the list beside it, which is no oddity of the rule.
template <class Item>
void drop_repeated(std::vector<Item>& items) {
  std::vector<Item> kept;
  for (Item& item : items) {
    const bool again = std::any_of(kept.begin(), kept.end(), [&](const Item& k) { return k.text == item.text; });
    if (!again) kept.push_back(std::move(item));
  }
  for (Item& item : kept) item.in_list = item.in_list && kept.size() > 1;
  items = std::move(kept);
}

/// The answer prints `*` as 0.0.0.0/0 (nsg-semantics 1.4).
void restore_any(std::vector<model::AddressItem>& items) {
  for (model::AddressItem& item : items) {
    if (item.text == "0.0.0.0/0") item.value = model::AnyAddress{};
  }
}

using Addresses = std::shared_ptr<const net::AddressSet>;

/// What Azure says that something stands for.
struct Expansion {
  Addresses addresses;                  ///< null: nothing is expanded
  std::vector<const Node*> unreadable;  ///< entries that are no prefixes
};

/// False when the text is no prefix, nor several: ConvertTo-Json joins a list that lies too deep by blanks
/// (nsg-semantics 4.7).
bool add_prefixes(std::string_view text, net::PrefixList& list) {
  constexpr std::string_view kBetween = " ,";
  for (std::size_t begin = text.find_first_not_of(kBetween); begin != std::string_view::npos;) {
    const std::size_t end = std::min(text.find_first_of(kBetween, begin), text.size());
    const auto block = net::parse_prefix(text.substr(begin, end - begin));
    if (!block) return false;
    list.add(block->prefix);
    begin = text.find_first_not_of(kBetween, end);
  }
  return true;
}

/// A missing list and one without entries say the same: nothing is expanded.
Expansion expansion_in(const Node* node) {
  Expansion out;
  if (node == nullptr || node->is(Node::Kind::Null)) return out;
  net::PrefixList list;
  const auto add = [&](const Node& entry) {
    if (!entry.is(Node::Kind::String) || !add_prefixes(entry.text, list)) out.unreadable.push_back(&entry);
  };
  if (node->is(Node::Kind::Array)) {
    for (const Node& entry : node->items()) add(entry);
  } else {
    add(*node);
  }
  net::AddressSet addresses = std::move(list).finish();
  if (!addresses.empty()) out.addresses = std::make_shared<const net::AddressSet>(std::move(addresses));
  return out;
}

bool is_named(const model::AddressItem& item) {
  return std::holds_alternative<model::ServiceTag>(item.value) || std::holds_alternative<model::Asg>(item.value);
}

/// One entry for each prefix, all with the text of the name that they stand for.
void append_expanded(const model::AddressItem& name, const net::AddressSet& addresses,
                     std::vector<model::AddressItem>& to) {
  for (const net::AnyPrefix& prefix : net::to_prefixes(addresses)) {
    model::AddressItem item;
    item.value = model::Block{prefix, false};
    item.text = name.text;
    item.span = name.span;
    to.push_back(std::move(item));
  }
}

/// A side of a rule and what Azure lists for the whole of it.
struct ListedSide {
  std::vector<model::AddressItem> model::SecurityRule::*items;
  std::string_view member;
  Expansion expansion;
};

/// Entries that are no prefixes may be any address that the rule holds besides.
void note_unreadable(const ListedSide& side, model::SecurityRule& rule) {
  for (const Node* entry : side.expansion.unreadable) {
    rule.faults.push_back({model::FaultKind::BadAddress, entry->span,
                           fmt::format("{} {} is no address prefix", side.member, model::quoted(entry->text))});
    model::AddressItem unknown;
    unknown.value = model::Undetermined{model::Reason::InvalidRule};
    unknown.text = entry->text;
    unknown.span = entry->span;
    (rule.*side.items).push_back(std::move(unknown));
  }
}

/// What the tags of a group stand for, by name in lower case.
using TagMap = std::map<std::string, Addresses>;

TagMap read_tag_map(const Node* node, Collector& collector) {
  TagMap out;
  if (node == nullptr) return out;
  // The SDKs declare it as a text.
  std::optional<Node> inside;
  if (may_be_embedded_json(*node)) {
    auto parsed = parse_embedded(*node);
    if (!parsed) {
      collector.error(node->span, fmt::format("tagMap: {}", parsed.error()));
      return out;
    }
    inside = *std::move(parsed);
  }
  for (const auto& [tag, list] : (inside ? *inside : *node).members()) {
    const Expansion expansion = expansion_in(&list);
    for (const Node* entry : expansion.unreadable)
      collector.error(entry->span, fmt::format("tagMap, {}: {} is no address prefix", tag, model::quoted(entry->text)));
    if (expansion.addresses && expansion.unreadable.empty()) out[net::lower(tag)] = expansion.addresses;
  }
  return out;
}

/// A rule with what Azure lists for its sides.
struct ListedRule {
  model::SecurityRule rule;
  std::array<ListedSide, 2> sides;
};

const model::ServiceTag* only_tag(const std::vector<model::AddressItem>& side) {
  return side.size() == 1 ? std::get_if<model::ServiceTag>(&side.front().value) : nullptr;
}

/// The addresses of one name: those that the group gives the tag, where the rule tells the sum of several names only;
/// else those that the rule tells. Null: not expanded.
Addresses addresses_of(const model::AddressItem& item, const ListedSide& side, bool alone, const TagMap& known) {
  const auto* tag = std::get_if<model::ServiceTag>(&item.value);
  const auto found = tag == nullptr ? known.end() : known.find(net::lower(tag->name));
  const Addresses of_tag = found == known.end() ? nullptr : found->second;
  return side.expansion.addresses && (alone || !of_tag) ? side.expansion.addresses : of_tag;
}

/// Puts addresses in the place of names.
void expand_side(const ListedSide& side, const TagMap& known, model::SecurityRule& rule) {
  std::vector<model::AddressItem>& items = rule.*side.items;
  const bool alone = std::count_if(items.begin(), items.end(), is_named) == 1;
  std::vector<model::AddressItem> out;
  for (model::AddressItem& item : items) {
    const Addresses addresses = is_named(item) ? addresses_of(item, side, alone, known) : nullptr;
    if (addresses)
      append_expanded(item, *addresses, out);
    else
      out.push_back(std::move(item));
  }
  items = std::move(out);
}

/// A tag means the same in all rules of an answer: what one of them tells of it holds for those that do not.
std::vector<model::SecurityRule> expand(std::vector<ListedRule> rules, TagMap known) {
  for (const ListedRule& listed : rules)
    for (const ListedSide& side : listed.sides)
      if (const model::ServiceTag* tag = only_tag(listed.rule.*side.items);
          tag != nullptr && side.expansion.addresses && side.expansion.unreadable.empty())
        known.try_emplace(net::lower(tag->name), side.expansion.addresses);
  std::vector<model::SecurityRule> out;
  for (ListedRule& listed : rules) {
    for (const ListedSide& side : listed.sides) {
      expand_side(side, known, listed.rule);
      note_unreadable(side, listed.rule);
    }
    out.push_back(std::move(listed.rule));
  }
  return out;
}

model::SecurityRule read_effective_rule(const Node& node) {
  constexpr std::string_view kDefaultPrefix = "defaultSecurityRules/";
  model::SecurityRule rule = read_rule(node);
  if (rule.origin == model::Origin::User &&
      net::same_word(std::string_view{rule.name}.substr(0, kDefaultPrefix.size()), kDefaultPrefix)) {
    rule.origin = model::Origin::Default;
  }
  rule.name = rule.name.substr(rule.name.find('/') + 1);
  std::erase_if(rule.faults, [](const model::Fault& f) { return f.kind == model::FaultKind::SingularAndPlural; });
  restore_any(rule.sources);
  restore_any(rule.destinations);
  drop_repeated(rule.sources);
  drop_repeated(rule.destinations);
  drop_repeated(rule.source_ports);
  drop_repeated(rule.destination_ports);
  return rule;
}

ListedSide listed_side(const Node& node, std::string_view member,
                       std::vector<model::AddressItem> model::SecurityRule::*items) {
  return {items, member, expansion_in(node.find(member))};
}

ListedRule read_listed_rule(const Node& node) {
  return {read_effective_rule(node),
          {listed_side(node, "expandedSourceAddressPrefix", &model::SecurityRule::sources),
           listed_side(node, "expandedDestinationAddressPrefix", &model::SecurityRule::destinations)}};
}

std::string id_at(const Node& node, std::initializer_list<std::string_view> path) {
  const Node* found = node.at(path);
  return found == nullptr ? std::string{} : found->text;
}

std::string manager_of(const Node& group) { return id_at(group, {"association", "networkManager", "id"}); }

bool may_come_first(const model::SecurityRule& one, const model::SecurityRule& other) {
  return !one.priority.value || !other.priority.value || *one.priority.value <= *other.priority.value;
}

// False where the addresses of the one are surely none of the other's.
bool may_share_addresses(const std::vector<model::AddressItem>& one, const std::vector<model::AddressItem>& other) {
  const auto known = [](const std::vector<model::AddressItem>& items) -> std::optional<net::AddressSet> {
    net::AddressSet out;
    for (const model::AddressItem& item : items) {
      const auto* block = std::get_if<model::Block>(&item.value);
      if (block == nullptr) return std::nullopt;
      out = out | net::AddressSet::of(block->prefix);
    }
    return out;
  };
  const auto a = known(one);
  const auto b = known(other);
  return !a || !b || a->overlaps(*b);
}

bool may_share_ports(const std::vector<model::PortItem>& one, const std::vector<model::PortItem>& other) {
  const auto meet = [](const model::PortItem& a, const model::PortItem& b) {
    const auto* x = std::get_if<model::PortRange>(&a.value);
    const auto* y = std::get_if<model::PortRange>(&b.value);
    return x == nullptr || y == nullptr || (x->low <= y->high && y->low <= x->high);
  };
  return std::any_of(one.begin(), one.end(), [&](const model::PortItem& a) {
    return std::any_of(other.begin(), other.end(), [&](const model::PortItem& b) { return meet(a, b); });
  });
}

// False where no packet surely matches both.
bool may_meet(const model::SecurityRule& one, const model::SecurityRule& other) {
  if (one.direction.value && other.direction.value && *one.direction.value != *other.direction.value) return false;
  if (one.protocol.value && other.protocol.value && (*one.protocol.value & *other.protocol.value).none()) return false;
  return may_share_addresses(one.sources, other.sources) && may_share_addresses(one.destinations, other.destinations) &&
         may_share_ports(one.destination_ports, other.destination_ports);
}

// AlwaysAllow and Deny decide before any group; what Allow takes first is left to the groups, past the rules behind it.
std::vector<model::SecurityRule> admin_rules(const Node& group, Collector& collector) {
  constexpr std::int64_t kBeforeAll = -10'000;
  std::vector<ListedRule> listed;
  std::vector<model::SecurityRule> left_to_groups;  // by Allow
  const Node* rules = list_of(group, "effectiveSecurityRules");
  if (rules == nullptr) return {gap_rule("", group.span, Reason::InvalidRule, "")};
  for (const Node& node : rules->items()) {
    const bool delivers = net::same_word(text_of(node, "access"), "AlwaysAllow");
    ListedRule one = read_listed_rule(node);
    if (delivers) {
      one.rule.access.value = model::Access::Allow;
      std::erase_if(one.rule.faults,
                    [](const model::Fault& fault) { return fault.kind == model::FaultKind::BadAccess; });
    }
    one.rule.origin = model::Origin::Admin;
    if (one.rule.priority.value) *one.rule.priority.value += kBeforeAll;
    if (!delivers && one.rule.access.value == model::Access::Allow)
      left_to_groups.push_back(std::move(one.rule));
    else
      listed.push_back(std::move(one));
  }
  for (ListedRule& one : listed)
    for (const model::SecurityRule& allowed : left_to_groups)
      if (may_come_first(allowed, one.rule) && may_meet(allowed, one.rule))
        one.rule.may_be_absent = Reason::InvalidRule;
  return expand(std::move(listed), read_tag_map(group.find("tagMap"), collector));
}

void add_group(const Node& group, const std::string& fallback, const std::vector<model::SecurityRule>& admin,
               Collector& collector) {
  model::Nsg nsg;
  nsg.span = group.span;
  const std::string id = id_at(group, {"networkSecurityGroup", "id"});
  if (!id.empty()) nsg.id = id;
  nsg.name = nsg_in_id(id);
  if (nsg.name.empty()) nsg.name = fallback;
  const std::string subnet = id_at(group, {"association", "subnet", "id"});
  const std::string nic = id_at(group, {"association", "networkInterface", "id"});
  if (!subnet.empty()) nsg.subnets.push_back(subnet);
  if (!nic.empty()) nsg.nics.push_back(nic);
  if (const Node* rules = list_of(group, "effectiveSecurityRules")) {
    std::vector<ListedRule> listed;
    for (const Node& rule : rules->items()) listed.push_back(read_listed_rule(rule));
    nsg.rules = expand(std::move(listed), read_tag_map(group.find("tagMap"), collector));
  } else {
    nsg.rules.push_back(gap_rule("", group.span, Reason::InvalidRule, ""));
  }
  nsg.rules.insert(nsg.rules.begin(), admin.begin(), admin.end());
  collector.add_nsg(std::move(nsg));
}

}  // namespace

bool is_effective_rules(const Node& root) { return is_effective_group(root) || listed_groups(root) != nullptr; }

RuleSource read_effective_rules(const Document& document, const ReadOptions&) {
  Collector collector{document};
  const std::string fallback = fallback_name(document);
  const std::span<const Node> groups =
      is_effective_group(document.root) ? std::span{&document.root, 1} : std::span{*listed_groups(document.root)};
  // They are in force on the same interface as the groups beside them, whatever order they are listed in.
  std::vector<model::SecurityRule> admin;
  for (const Node& group : groups)
    if (is_effective_group(group) && !manager_of(group).empty())
      for (model::SecurityRule& rule : admin_rules(group, collector)) admin.push_back(std::move(rule));
  for (const Node& group : groups) {
    if (!is_effective_group(group))
      collector.error(group.span, "an entry without effectiveSecurityRules");
    else if (const std::string manager = manager_of(group); manager.empty())
      add_group(group, fallback, admin, collector);
    else
      collector.skip(group.span, fmt::format("security admin rules of the network manager {}: they stand before the "
                                             "rules of each group of this answer",
                                             manager));
  }
  return collector.take();
}

}  // namespace nsgcheck::io
