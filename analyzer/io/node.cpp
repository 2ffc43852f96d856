// SPDX-License-Identifier: Apache-2.0
#include "analyzer/io/node.hpp"

#include <algorithm>

#include "analyzer/net/text.hpp"

namespace nsgcheck::io {

Node::Node() = default;
Node::Node(const Node&) = default;
Node::Node(Node&&) noexcept = default;
Node& Node::operator=(const Node&) = default;
Node& Node::operator=(Node&&) noexcept = default;
Node::~Node() = default;

const Node* Node::find(std::string_view name) const {
  if (kind != Kind::Object) return nullptr;
  const Node* found = nullptr;
  bool exact = false;
  for (const auto& [key, value] : members) {
    if (key == name) {
      found = &value;
      exact = true;
    } else if (!exact && key.size() == name.size() && net::same_word(key, name)) {
      found = &value;
    }
  }
  return found;
}

const Node* Node::at(std::initializer_list<std::string_view> path) const {
  const Node* node = this;
  for (const std::string_view name : path) {
    node = node->find(name);
    if (node == nullptr) return nullptr;
  }
  return node;
}

bool same_value(const Node& a, const Node& b) {
  const auto same_member = [](const auto& x, const auto& y) {
    return x.first == y.first && same_value(x.second, y.second);
  };
  return a.kind == b.kind && a.boolean == b.boolean && a.text == b.text &&
         std::equal(a.items.begin(), a.items.end(), b.items.begin(), b.items.end(), same_value) &&
         std::equal(a.members.begin(), a.members.end(), b.members.begin(), b.members.end(), same_member);
}

}  // namespace nsgcheck::io
