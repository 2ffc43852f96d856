// SPDX-License-Identifier: Apache-2.0
// Any string parses, or fails at an offset inside it. What parses prints to text that parses to the same expression,
// and evaluates, in bounded work, to a well-formed value.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "analyzer/io/arm/evaluator.hpp"
#include "analyzer/io/document.hpp"

namespace {

using namespace nsgcheck::io;

void require(bool holds) {
  if (!holds) std::abort();
}

/// Names that a mutated expression is likely to hit: values of each kind, a loop, a circle, a function.
const Document& surroundings() {
  static const Document document = *parse_json("template.json", R"({
    "parameters": {"s": {"type": "string", "defaultValue": "text"}, "u": {"type": "string"},
                   "o": {"type": "object", "defaultValue": {"a": [1, 2, {"b": null}], "c": true}}},
    "variables": {"i": 3, "l": ["10.0.0.0/8", "[parameters('u')]"], "x": "[variables('y')]", "y": "[variables('x')]",
                  "copy": [{"name": "c", "count": 3, "input": "[copyIndex('c')]"}]},
    "functions": [{"namespace": "n", "members": {"f": {"parameters": [{"name": "p", "type": "string"}],
                  "output": {"type": "string", "value": "[concat(parameters('p'), parameters('p'))]"}}}}]})",
                                               0);
  return document;
}

void judge(const Node& node) {
  require(node.is(Node::Kind::Unknown) == !node.why.empty());
  require(node.is(Node::Kind::Array) || node.is(Node::Kind::Unknown) || node.items().empty());
  require(node.is(Node::Kind::Object) || node.members().empty());
  for (const Node& item : node.items()) judge(item);
  for (const auto& [name, value] : node.members()) judge(value);
}

void evaluate(const std::string& text) {
  arm::Session session{arm::Limits{.passes = 2'000, .values = 20'000}};
  arm::Scope scope{surroundings().root, {}, session};
  arm::Evaluator evaluator{scope, {{"loop", 1, true}, {"open", std::nullopt, false}}};
  judge(evaluator.evaluate(arm::string_node(text)));
  require(session.depth == 0);
  static_cast<void>(evaluator.name_of(arm::string_node(text)));
  require(session.depth == 0);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text{reinterpret_cast<const char*>(data), size};
  const auto parsed = arm::parse_expression(text);
  if (!parsed) {
    require(parsed.error().offset <= text.size() && !parsed.error().message.empty());
    return 0;
  }
  const std::string printed = '[' + arm::to_string(*parsed) + ']';
  const auto again = arm::parse_expression(printed);
  require(again.has_value() && *again == *parsed);
  require(arm::to_string(*again) == arm::to_string(*parsed));
  evaluate(text);
  return 0;
}
