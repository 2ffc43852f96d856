// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "analyzer/io/collector.hpp"
#include "analyzer/io/form.hpp"
#include "analyzer/io/rule_members.hpp"

namespace nsgcheck::io {
namespace {

bool is_nested_nsg(const Node& node) { return looks_like_nsg(node) && node.find("properties") != nullptr; }

bool is_flat_nsg(const Node& node) { return looks_like_nsg(node) && !is_nested_nsg(node); }

/// Any resource as Azure names it: type `Provider/kind`.
bool is_resource(const Node& node) {
  return node.is(Node::Kind::Object) && text_of(node, "type").find('/') != std::string_view::npos;
}

template <class Test>
bool any_item(const Node& root, Test test) {
  return root.is(Node::Kind::Array) && std::any_of(root.items().begin(), root.items().end(), test);
}

}  // namespace

bool is_az_new_nsg(const Node& root) { return root.find("NewNSG") != nullptr; }

bool is_az_cli(const Node& root) { return is_flat_nsg(root) || any_item(root, is_flat_nsg); }

bool is_rest(const Node& root) { return is_nested_nsg(root) || is_resource(root); }

bool is_rest_list(const Node& root) {
  return list_of(root, "value") != nullptr || any_item(root, is_nested_nsg) || any_item(root, is_resource);
}

bool is_rule_list(const Node& root) { return looks_like_rule(root) || any_item(root, looks_like_rule); }

RuleSource read_resources(const Document& document, const ReadOptions&) {
  Collector collector{document};
  collector.add(document.root);
  return collector.take();
}

}  // namespace nsgcheck::io
