// SPDX-License-Identifier: Apache-2.0
#include "analyzer/io/security_admin.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "analyzer/io/collector.hpp"
#include "analyzer/io/form.hpp"
#include "analyzer/model/rule_text.hpp"
#include "analyzer/net/text.hpp"

namespace nsgcheck::io {
namespace {

using Kind = Node::Kind;

constexpr std::string_view kType =
    "Microsoft.Network/networkManagers/securityAdminConfigurations/ruleCollections/rules";

/// How a form calls what a rule consists of.
struct AdminNames {
  std::string_view access, sources, destinations, source_ports, destination_ports, prefix, prefix_type;
};
constexpr AdminNames kRest{
    "access",        "sources",          "destinations", "sourcePortRanges", "destinationPortRanges",
    "addressPrefix", "addressPrefixType"};
constexpr AdminNames kTerraform{"action",
                                "source",
                                "destination",
                                "source_port_ranges",
                                "destination_port_ranges",
                                "address_prefix",
                                "address_prefix_type"};

const Node* member(const Node& rule, std::string_view name) {
  const Node* properties = rule.find("properties");
  const Node* inner = properties == nullptr ? nullptr : properties->find(name);
  return inner != nullptr ? inner : rule.find(name);
}

std::string text(const Node& rule, std::string_view name) {
  const Node* node = member(rule, name);
  return node == nullptr || node->is(Kind::Unknown) ? std::string{} : node->text;
}

model::Reason reason_of(const Node& node) {
  return node.is(Kind::Unknown) ? model::Reason::UnresolvedExpression : model::Reason::InvalidRule;
}

// A side that is missing or empty means any.
std::vector<model::AddressItem> addresses(const Node& rule, std::string_view name, const AdminNames& names) {
  std::vector<model::AddressItem> out;
  const Node* list = member(rule, name);
  const auto open = [&](const Node& node, model::Reason reason) {
    out.push_back({model::Undetermined{reason}, node.text, node.span, false, false});
  };
  if (list != nullptr && !list->is(Kind::Array) && !list->is(Kind::Null)) open(*list, reason_of(*list));
  if (list != nullptr && list->is(Kind::Array)) {
    for (const Node& item : list->items()) {
      const Node* prefix = item.find(names.prefix);
      // Which addresses are in a network group, only the network manager knows.
      const bool group = net::same_word(text_of(item, names.prefix_type), "NetworkGroup");
      if (prefix == nullptr || !prefix->is(Kind::String) || group)
        open(prefix == nullptr ? item : *prefix, group ? model::Reason::UnknownTag : reason_of(item));
      else
        out.push_back(model::parse_address_item(prefix->text, prefix->span, false));
    }
  }
  if (out.empty()) out.push_back(model::parse_address_item("*", rule.span, false));
  return out;
}

std::vector<model::PortItem> ports(const Node& rule, std::string_view name) {
  std::vector<model::PortItem> out;
  const Node* list = member(rule, name);
  if (list != nullptr && !list->is(Kind::Array) && !list->is(Kind::Null))
    out.push_back({model::Undetermined{reason_of(*list)}, list->text, list->span, false, false});
  if (list != nullptr && list->is(Kind::Array)) {
    for (const Node& item : list->items()) {
      auto items = model::parse_port_items(item.text, item.span, false);
      if (item.is(Kind::Unknown) || items.empty())
        items = {{model::Undetermined{reason_of(item)}, item.text, item.span, false, false}};
      out.insert(out.end(), items.begin(), items.end());
    }
  }
  if (out.empty()) out = model::parse_port_items("*", rule.span, false);
  return out;
}

model::AdminRule read_admin(const Node& node, const AdminNames& names) {
  model::AdminRule admin;
  model::SecurityRule& rule = admin.rule;
  const std::string id = text(node, "id");
  rule.name = text(node, "name");
  if (rule.name.empty()) rule.name = id.substr(id.rfind('/') + 1);
  rule.span = rule.name_span = node.span;
  const std::string access = text(node, names.access);
  admin.always_allow = net::same_word(access, "AlwaysAllow");
  rule.access.value = admin.always_allow ? std::optional{model::Access::Allow} : model::parse_access(access);
  rule.direction.value = model::parse_direction(text(node, "direction"));
  rule.protocol.value = model::parse_protocols(text(node, "protocol"));
  std::int64_t priority = 0;
  const std::string number = text(node, "priority");
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), priority);
  if (error == std::errc{} && end == number.data() + number.size()) rule.priority.value = priority;
  rule.sources = addresses(node, names.sources, names);
  rule.destinations = addresses(node, names.destinations, names);
  rule.source_ports = ports(node, names.source_ports);
  rule.destination_ports = ports(node, names.destination_ports);
  return admin;
}

/// The rules of an answer: one, a list, or a list under `value`.
std::vector<const Node*> rules_in(const Node& root) {
  std::vector<const Node*> out;
  const Node* list = root.is(Kind::Array) ? &root : list_of(root, "value");
  if (list == nullptr) return {&root};
  for (const Node& item : list->items()) out.push_back(&item);
  return out;
}

}  // namespace

bool is_security_admin_rule(const Node& node) {
  if (!node.is(Kind::Object)) return false;
  if (net::same_word(text_of(node, "type"), kType)) return true;
  return net::lower(text_of(node, "id")).find("/securityadminconfigurations/") != std::string::npos &&
         member(node, "priority") != nullptr;
}

model::AdminRule read_security_admin_rule(const Node& node) { return read_admin(node, kRest); }

model::AdminRule read_terraform_admin_rule(const Node& values) { return read_admin(values, kTerraform); }

std::string note_of(const model::AdminRule& admin) {
  const auto& access = admin.rule.access.value;
  const std::string_view word = admin.always_allow               ? "AlwaysAllow"
                                : !access                        ? "access not known"
                                : *access == model::Access::Deny ? "Deny"
                                                                 : "Allow";
  const auto& priority = admin.rule.priority.value;
  return fmt::format(
      "security admin rule {} ({}, priority {}): looked at before any NSG; it counts on the way through a deployment "
      "(reach, replay) and perhaps through the networks of the inputs, not in what an NSG alone lets through",
      admin.rule.name, word, priority ? std::to_string(*priority) : "not known");
}

bool is_security_admin(const Node& root) {
  const auto rules = rules_in(root);
  return std::any_of(rules.begin(), rules.end(), [](const Node* rule) { return is_security_admin_rule(*rule); });
}

RuleSource read_security_admin(const Document& document, const ReadOptions&) {
  Collector collector{document};
  for (const Node* rule : rules_in(document.root)) collector.add(*rule);
  for (const std::string_view name : {"skipToken", "nextLink"}) {
    const Node* token = document.root.find(name);
    if (token != nullptr && !token->text.empty())
      collector.error(token->span,
                      fmt::format("{}: the list goes on in a further page that is not in this file", name));
  }
  return collector.take();
}

}  // namespace nsgcheck::io
