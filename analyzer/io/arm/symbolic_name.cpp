// SPDX-License-Identifier: Apache-2.0
#include "analyzer/io/arm/evaluator.hpp"
#include "analyzer/net/text.hpp"

namespace nsgcheck::io::arm {
namespace {

using Kind = Node::Kind;

/// An expression as it stands inside a name. One spelling for all ways to write it.
std::string in_braces(const Expression& expression) { return '{' + to_string(expression) + '}'; }

/// Functions whose result is still telling when a part of it stands in braces.
bool builds_names(std::string_view lower_name) {
  return lower_name == "concat" || lower_name == "format" || lower_name == "tolower" || lower_name == "toupper" ||
         lower_name.ends_with("resourceid");
}

}  // namespace

Node Evaluator::evaluate_names(const Node& literal) {
  as_names_ = true;
  Node node = evaluate(literal);
  as_names_ = false;
  return node;
}

std::string Evaluator::name_of(const Node& literal) {
  const Node node = evaluate_names(literal);
  if (node.is(Kind::String) || node.is(Kind::Number)) return node.text;
  return '{' + literal.text + '}';
}

void Evaluator::give_name(Node& node) {
  if (node.is(Kind::Unknown)) {
    const auto expression = parse_expression(node.text);
    if (!expression) return;
    node.kind = Kind::String;
    node.text = symbol(*expression);
  }
  for (Node& item : node.items()) give_name(item);
  for (auto& [name, value] : node.members()) give_name(value);
}

std::string Evaluator::symbol(const Expression& expression) {
  const Level level{scope_.session()};
  // A variable that is defined by itself would go on for ever.
  if (level.too_deep() || !scope_.session().spend_values(1)) return in_braces(expression);
  const Value value = evaluate(expression);
  if (value->is(Kind::String) || value->is(Kind::Number)) return value->text;
  if (expression.kind != Expression::Kind::Call) return in_braces(expression);
  const std::string function = net::lower(expression.text);
  if (function == "variables" && expression.children.size() == 1) return symbol_of_variable(expression);
  if (function == "parameters") {
    // A parameter that a nested deployment was given is named as the outer template names it.
    const auto source = parse_expression(value->text);
    return in_braces(source ? *source : expression);
  }
  return builds_names(function) ? symbol_of_call(expression) : in_braces(expression);
}

std::string Evaluator::symbol_of_variable(const Expression& call) {
  const Node* literal = scope_.variable_literal(call.children[0].text);
  if (literal == nullptr || !literal->is(Kind::String)) return in_braces(call);
  const auto inner = parse_expression(literal->text);
  return inner ? symbol(*inner) : in_braces(call);
}

std::string Evaluator::symbol_of_call(const Expression& call) {
  const Function* function = find_function(call.text);
  const std::size_t count = call.children.size();
  if (function == nullptr || count < function->least || count > function->most) return in_braces(call);
  // What stands before the type of a resource id tells nothing that names need, and must not look like a type.
  bool named = !net::lower(call.text).ends_with("resourceid");
  std::vector<Value> arguments;
  for (const Expression& child : call.children) {
    Value value = evaluate(child);
    if (value->is(Kind::Unknown) && named) value = make_value(string_node(symbol(child)));
    named = named || (value->is(Kind::String) && value->text.find('/') != std::string::npos);
    arguments.push_back(std::move(value));
  }
  const Outcome outcome = function->apply(arguments);
  return outcome && (*outcome)->is(Kind::String) ? (*outcome)->text : in_braces(call);
}

}  // namespace nsgcheck::io::arm
