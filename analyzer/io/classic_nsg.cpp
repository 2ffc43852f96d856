// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <utility>

#include "analyzer/io/collector.hpp"
#include "analyzer/io/form.hpp"
#include "analyzer/io/rule_reader.hpp"
#include "analyzer/net/text.hpp"

namespace nsgcheck::io {
namespace {

using Names = std::pair<std::string_view, std::string_view>;

// Elements of a rule and what Resource Manager calls them (nsg-semantics 4.9).
constexpr std::array kElements{Names{"Name", "name"},
                               Names{"Type", "direction"},
                               Names{"Priority", "priority"},
                               Names{"Action", "access"},
                               Names{"SourceAddressPrefix", "sourceAddressPrefix"},
                               Names{"SourcePortRange", "sourcePortRange"},
                               Names{"DestinationAddressPrefix", "destinationAddressPrefix"},
                               Names{"DestinationPortRange", "destinationPortRange"},
                               Names{"Protocol", "protocol"}};

Node text_node(const Node& element, bool number) {
  Node out;
  const bool digits = !element.text.empty() && std::all_of(element.text.begin(), element.text.end(),
                                                           [](char c) { return c >= '0' && c <= '9'; });
  out.kind = number && digits ? Node::Kind::Number : Node::Kind::String;
  out.text = element.text;
  out.span = element.span;
  return out;
}

Node rule_node(const Node& element) {
  Node out;
  out.kind = Node::Kind::Object;
  out.span = element.span;
  for (const auto& [name, child] : element.members())
    for (const auto& [classic, own] : kElements)
      if (net::same_word(name, classic)) out.members().emplace_back(own, text_node(child, own == "priority"));
  return out;
}

model::Nsg read_group(const Node& element, const std::string& fallback) {
  Node group;
  group.kind = Node::Kind::Object;
  group.span = element.span;
  if (const Node* name = element.find("Name")) group.members().emplace_back("name", text_node(*name, false));
  model::Nsg out = read_nsg(group, fallback);
  const Node* rules = element.find("Rules");
  // Without details the answer shows no rules; that does not mean that there are none.
  if (rules == nullptr)
    out.rules.push_back(gap_rule("", element.span, Reason::InvalidRule, "the rules are not in the input"));
  else
    for (const auto& [name, each] : rules->members()) {
      if (!net::same_word(name, "Rule")) continue;
      out.rules.push_back(read_rule(rule_node(each)));
      const Node* is_default = each.find("IsDefault");
      if (is_default != nullptr && net::same_word(is_default->text, "true"))
        out.rules.back().origin = model::Origin::Default;
    }
  return out;
}

constexpr std::string_view kGroup = "NetworkSecurityGroup";
constexpr std::string_view kGroups = "NetworkSecurityGroups";

}  // namespace

bool is_classic_nsg(const Node& root) {
  if (root.members().size() != 1) return false;
  const auto& [name, element] = root.members().front();
  // An element of XML; a member of that name in JSON is something else.
  return (name == kGroup || name == kGroups) && element.is(Node::Kind::Object) && root.span.begin == 0 &&
         element.find("id") == nullptr && element.find("properties") == nullptr;
}

RuleSource read_classic_nsg(const Document& document, const ReadOptions&) {
  Collector collector{document};
  const auto& [name, element] = document.root.members().front();
  if (name == kGroup) {
    collector.add_nsg(read_group(element, fallback_name(document)));
    return collector.take();
  }
  for (const auto& [each, group] : element.members())
    if (each == kGroup) collector.add_nsg(read_group(group, fallback_name(document)));
  return collector.take();
}

}  // namespace nsgcheck::io
