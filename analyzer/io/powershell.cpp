// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "analyzer/io/collector.hpp"
#include "analyzer/io/embedded.hpp"
#include "analyzer/io/form.hpp"
#include "analyzer/io/rule_members.hpp"
#include "analyzer/io/rule_reader.hpp"
#include "analyzer/model/value_faults.hpp"

namespace nsgcheck::io {
namespace {

constexpr std::array<std::string_view, 2> kRuleLists{"SecurityRules", "DefaultSecurityRules"};
constexpr std::array kListMembers{Member::SourcePort,         Member::DestinationPort, Member::SourceAddress,
                                  Member::DestinationAddress, Member::SourceAsgs,      Member::DestinationAsgs};

bool is_powershell_object(const Node& node) {
  const bool group = has_exactly(node, "SecurityRules") || has_exactly(node, "DefaultSecurityRules") ||
                     has_exactly(node, "SecurityRulesText");
  return group || (has_exactly(node, "Priority") && looks_like_rule(node));
}

/// What ConvertTo-Json leaves of an object or list that lies deeper than it was told to go: a type's name, or the
/// entries of the list joined by blanks (nsg-semantics 4.7).
bool is_cut(const Node& node) {
  if (!node.is(Node::Kind::String)) return false;
  const std::string& text = node.text;
  return text.rfind("Microsoft.Azure.", 0) == 0 || text.rfind("System.", 0) == 0 || text.rfind("@{", 0) == 0 ||
         text.find(' ') != std::string::npos;
}

const Node* cut_value(const Node& rule) {
  if (is_cut(rule)) return &rule;
  if (!rule.is(Node::Kind::Object)) return nullptr;
  const RuleMembers members{rule};
  for (const Member member : kListMembers) {
    const Node* value = members[member].value;
    if (value != nullptr && is_cut(*value)) return value;
  }
  return nullptr;
}

/// The first value of a list of rules that the export cut, or null.
const Node* first_cut(const Node& list) {
  if (!list.is(Node::Kind::Array)) return list.is(Node::Kind::String) ? &list : nullptr;
  for (const Node& rule : list.items()) {
    if (const Node* cut = cut_value(rule)) return cut;
  }
  return nullptr;
}

Node* member_exactly(Node& node, std::string_view name) {
  const auto found =
      std::find_if(node.members().begin(), node.members().end(), [&](const auto& m) { return m.first == name; });
  return found == node.members().end() ? nullptr : &found->second;
}

/// Replaces a list that was cut by the JSON text that the cmdlet keeps beside it; what cannot be mended is an error.
void mend(Node& nsg, std::string_view list_name, Collector& collector) {
  Node* list = member_exactly(nsg, list_name);
  const Node* text = nsg.find(fmt::format("{}Text", list_name));
  const Node* cut = list == nullptr ? nullptr : first_cut(*list);
  if (list != nullptr && cut == nullptr) return;
  if (text != nullptr && may_be_embedded_json(*text)) {
    auto rules = parse_embedded(*text);
    if (rules && rules->is(Node::Kind::Array)) {
      if (list == nullptr) {
        nsg.members().emplace_back(std::string{list_name}, std::move(*rules));
      } else {
        *list = std::move(*rules);
      }
      return;
    }
  }
  if (cut != nullptr) {
    collector.error(cut->span, fmt::format("ConvertTo-Json has cut {} here: {}; export it again with -Depth 10",
                                           list_name, model::quoted(cut->text)));
  }
}

void add_object(const Node& node, Collector& collector) {
  if (!looks_like_nsg(node) && !has_exactly(node, "SecurityRulesText")) {
    if (const Node* cut = cut_value(node)) {
      collector.error(cut->span, fmt::format("ConvertTo-Json has cut this list: {}; export it again with -Depth 10",
                                             model::quoted(cut->text)));
    }
    collector.add(node);
    return;
  }
  Node mended = node;
  for (const std::string_view list : kRuleLists) mend(mended, list, collector);
  collector.add(mended);
}

/// The objects of the export: one alone, a list, or the list under `value` that Windows PowerShell makes of it.
const std::vector<Node>* objects_of(const Node& root) {
  const Node* list = root.is(Node::Kind::Array) ? &root : list_of(root, "value");
  return list == nullptr ? nullptr : &list->items();
}

}  // namespace

bool is_powershell(const Node& root) {
  if (is_powershell_object(root)) return true;
  const auto* objects = objects_of(root);
  return objects != nullptr && std::any_of(objects->begin(), objects->end(), is_powershell_object);
}

RuleSource read_powershell(const Document& document, const ReadOptions&) {
  Collector collector{document};
  const auto* objects = objects_of(document.root);
  if (objects == nullptr || is_powershell_object(document.root)) {
    add_object(document.root, collector);
    return collector.take();
  }
  for (const Node& object : *objects) {
    add_object(object, collector);
    object.fold();
  }
  return collector.take();
}

bool is_psrule_export(const Node& root) {
  const auto fits = [](const Node& node) {
    return has_exactly(node, "ResourceId") && has_exactly(node, "Type") && has_exactly(node, "Properties");
  };
  return root.is(Node::Kind::Array) && std::any_of(root.items().begin(), root.items().end(), fits);
}

}  // namespace nsgcheck::io
