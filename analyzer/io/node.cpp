// SPDX-License-Identifier: Apache-2.0
#include "analyzer/io/node.hpp"

#include "analyzer/net/text.hpp"

namespace nsgcheck::io {

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

}  // namespace nsgcheck::io
