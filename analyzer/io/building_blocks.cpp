// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "analyzer/io/collector.hpp"
#include "analyzer/io/form.hpp"
#include "analyzer/io/rule_members.hpp"
#include "analyzer/io/rule_reader.hpp"
#include "analyzer/net/text.hpp"

namespace nsgcheck::io {
namespace {

const Node* blocks_of(const Node& root) {
  const Node* blocks = root.at({"parameters", "buildingBlocks", "value"});
  return blocks != nullptr && blocks->is(Node::Kind::Array) ? blocks : nullptr;
}

/// A rule that gives only its name stands for rules that the deployment tool knows under it ("RDP", "ActiveDirectory").
bool is_named_rule(const Node& rule) { return rule.is(Node::Kind::Object) && !looks_like_rule(rule); }

void add_group(const Node& settings, Collector& collector) {
  const Node* rules = list_of(settings, "securityRules");
  model::Nsg nsg = read_nsg(settings, "");
  for (std::size_t i = 0; rules != nullptr && i < rules->items().size(); ++i) {
    const Node& rule = rules->items()[i];
    if (!is_named_rule(rule)) continue;
    const std::string name{text_of(rule, "name")};
    nsg.rules[i] = gap_rule(name, rule.span, Reason::UnresolvedExpression, name);
  }
  collector.add_nsg(std::move(nsg));
}

}  // namespace

bool is_building_blocks(const Node& root) { return blocks_of(root) != nullptr; }

RuleSource read_building_blocks(const Document& document, const ReadOptions&) {
  Collector collector{document};
  for (const Node& block : blocks_of(document.root)->items()) {
    const std::string_view type = text_of(block, "type");
    const Node* settings = block.find("settings");
    if (!net::same_word(type, "NetworkSecurityGroup")) {
      collector.skip(block.span, fmt::format("building block of type {}", type));
    } else if (settings == nullptr) {
      collector.error(block.span, "building block of type NetworkSecurityGroup without settings");
    } else if (settings->is(Node::Kind::Array)) {
      for (const Node& each : settings->items()) add_group(each, collector);
    } else {
      add_group(*settings, collector);
    }
  }
  return collector.take();
}

}  // namespace nsgcheck::io
