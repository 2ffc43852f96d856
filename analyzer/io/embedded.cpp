// SPDX-License-Identifier: Apache-2.0
#include "analyzer/io/embedded.hpp"

#include <fmt/format.h>

#include "analyzer/io/document.hpp"

namespace nsgcheck::io {
namespace {

void move_to(Node& node, SourceSpan span) {
  node.span = span;
  for (Node& item : node.items()) move_to(item, span);
  for (auto& [key, value] : node.members()) move_to(value, span);
}

}  // namespace

tl::expected<Node, std::string> parse_embedded(const Node& text) {
  auto document = parse_json("", text.text, text.span.document);
  if (!document) {
    const Diagnostic& fault = document.error();
    return tl::unexpected(fmt::format("the JSON inside this text has a fault in its line {}, column {}: {}",
                                      fault.position.line, fault.position.column, fault.message));
  }
  move_to(document->root, text.span);
  return std::move(document->root);
}

bool may_be_embedded_json(const Node& node) {
  if (!node.is(Node::Kind::String)) return false;
  const std::size_t first = node.text.find_first_not_of(" \t\r\n");
  return first != std::string::npos && (node.text[first] == '{' || node.text[first] == '[');
}

}  // namespace nsgcheck::io
