// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <fmt/format.h>

#include "analyzer/io/collector.hpp"
#include "analyzer/io/form.hpp"
#include "analyzer/io/rule_reader.hpp"
#include "analyzer/net/text.hpp"

namespace nsgcheck::io {
namespace {

bool is_effective_group(const Node& node) { return node.find("effectiveSecurityRules") != nullptr; }

/// The groups of the answer: under `value`, a bare list, or one alone.
const std::vector<Node>* groups_of(const Node& root) {
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

std::string id_at(const Node& node, std::initializer_list<std::string_view> path) {
  const Node* found = node.at(path);
  return found == nullptr ? std::string{} : found->text;
}

void add_group(const Node& group, const std::string& fallback, Collector& collector) {
  const std::string manager = id_at(group, {"association", "networkManager", "id"});
  if (!manager.empty()) {
    collector.skip(group.span, fmt::format("admin rules of the network manager {}", manager));
    return;
  }
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
    for (const Node& rule : rules->items()) nsg.rules.push_back(read_effective_rule(rule));
  } else {
    nsg.rules.push_back(gap_rule("", group.span, Reason::InvalidRule, ""));
  }
  collector.add_nsg(std::move(nsg));
}

}  // namespace

bool is_effective_rules(const Node& root) { return is_effective_group(root) || groups_of(root) != nullptr; }

RuleSource read_effective_rules(const Document& document, const ReadOptions&) {
  Collector collector{document};
  const std::string fallback = fallback_name(document);
  if (is_effective_group(document.root)) {
    add_group(document.root, fallback, collector);
    return collector.take();
  }
  for (const Node& group : *groups_of(document.root)) {
    if (is_effective_group(group)) {
      add_group(group, fallback, collector);
    } else {
      collector.error(group.span, "an entry without effectiveSecurityRules");
    }
  }
  return collector.take();
}

}  // namespace nsgcheck::io
