// SPDX-License-Identifier: Apache-2.0
#include "analyzer/io/arm/copy_loop.hpp"

#include <algorithm>

namespace nsgcheck::io::arm {

bool is_loop_list(const Node& node) {
  if (!node.is(Node::Kind::Array) || node.items().empty()) return false;
  return std::all_of(node.items().begin(), node.items().end(), [](const Node& item) {
    const Node* name = item.find("name");
    return name != nullptr && name->is(Node::Kind::String) && item.find("count") != nullptr &&
           item.find("input") != nullptr;
  });
}

std::string label(const Pass& pass) { return pass.loop + '[' + (pass.index ? std::to_string(*pass.index) : "?") + ']'; }

}  // namespace nsgcheck::io::arm
