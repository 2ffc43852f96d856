// SPDX-License-Identifier: Apache-2.0
#include "arm_case.hpp"

#include <gtest/gtest.h>

#include "analyzer/io/arm/evaluator.hpp"
#include "analyzer/io/arm/template.hpp"

namespace nsgcheck::io::arm_case {
namespace {

/// Unknown parts as a text, so that the rest can be written as JSON.
Node with_marks(Node node) {
  if (node.is(Node::Kind::Unknown)) return arm::string_node("?");
  for (Node& item : node.items()) item = with_marks(std::move(item));
  for (auto& [name, value] : node.members()) value = with_marks(std::move(value));
  return node;
}

template <class T>
std::string word(const model::Field<T>& field) {
  return field.value ? field.text : "?";
}

template <class Item>
std::string list(const std::vector<Item>& items) {
  std::string out;
  for (const Item& item : items) {
    const bool open = std::holds_alternative<model::Undetermined>(item.value);
    out += (out.empty() ? "" : ",") + (open ? std::string{"?"} : item.text);
  }
  return out;
}

std::string line(const model::SecurityRule& rule) {
  if (rule.origin == model::Origin::Gap) return "gap";
  const std::string absent = rule.may_be_absent ? " maybe" : "";
  return rule.name + ' ' + word(rule.priority) + ' ' + word(rule.direction) + ' ' + word(rule.access) + ' ' +
         word(rule.protocol) + ' ' + list(rule.sources) + ':' + list(rule.source_ports) + " > " +
         list(rule.destinations) + ':' + list(rule.destination_ports) + absent;
}

}  // namespace

Document document(std::string_view text, std::uint32_t index) {
  auto parsed = parse_json("template.json", text, index);
  if (parsed) return std::move(*parsed);
  ADD_FAILURE() << parsed.error().message << " in " << text;
  return {};
}

std::string value_of(std::string_view expression, std::string_view template_text) {
  const Document root = document(template_text);
  arm::Session session;
  arm::Scope scope{root.root, {}, session};
  const Node value = arm::Evaluator{scope}.evaluate(arm::string_node(std::string{expression}));
  if (value.is(Node::Kind::Unknown)) return "unknown: " + value.why;
  return arm::json_text(with_marks(value));
}

RuleSource read(const Document& document) { return read_template(document, {}); }

std::string rules_of(const model::Nsg& nsg) {
  std::string out;
  for (const model::SecurityRule& rule : nsg.rules) out += line(rule) + '\n';
  return out;
}

std::string rules_of(std::string_view template_text, std::string_view parameter_file) {
  const Document root = document(template_text);
  ReadOptions options;
  Document parameters;
  if (!parameter_file.empty()) {
    parameters = document(parameter_file, 1);
    options.parameters.push_back(&parameters);
  }
  std::string out;
  for (const model::Nsg& nsg : read_template(root, options).nsgs) out += nsg.name + ":\n" + rules_of(nsg);
  return out;
}

std::string skipped(const RuleSource& source) {
  std::string out;
  for (const Skipped& each : source.skipped) out += each.what + '\n';
  return out;
}

std::string nsg(const std::string& name, const std::string& source) {
  return R"({"type": "Microsoft.Network/networkSecurityGroups", "name": ")" + name +
         R"(", "properties": {"securityRules": [{"name": "r", "properties": {"priority": 100, "direction": "Inbound",
      "access": "Allow", "protocol": "Tcp", "sourceAddressPrefix": ")" +
         source + R"(", "sourcePortRange": "*", "destinationAddressPrefix": "*", "destinationPortRange": "22"}}]}})";
}

std::string source_is(const std::string& name, const std::string& source) {
  return name + ":\nr 100 Inbound Allow Tcp " + source + ":* > *:22\n";
}

}  // namespace nsgcheck::io::arm_case
