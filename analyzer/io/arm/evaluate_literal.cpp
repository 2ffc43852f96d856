// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "analyzer/io/arm/evaluator.hpp"
#include "analyzer/net/text.hpp"

namespace nsgcheck::io::arm {
namespace {

using Kind = Node::Kind;

/// Puts what an expression gave at the place of the expression; objects that are written out somewhere stay there.
void place(Node& node, SourceSpan span) {
  if (node.is(Kind::Object) && node.span.known()) return;
  node.span = span;
  for (Node& item : node.items()) place(item, span);
  for (auto& [name, value] : node.members()) place(value, span);
}

Node unknown_at(const Node& literal, std::string why) {
  Node node = unknown_node(std::move(why));
  node.text = literal.text;
  node.span = literal.span;
  return node;
}

}  // namespace

Node Evaluator::evaluate(const Node& literal) {
  Session& session = scope_.session();
  const Level level{session};
  if (level.too_deep()) return unknown_at(literal, "evaluations are nested too deep");
  if (!session.spend_values(1)) return unknown_at(literal, session.exhausted_reason());
  switch (literal.kind) {
    case Kind::String:
      return evaluate_text(literal);
    case Kind::Array:
      return evaluate_array(literal);
    case Kind::Object:
      return evaluate_object(literal);
    default:
      return literal;
  }
}

Node Evaluator::evaluate_text(const Node& literal) {
  if (!is_expression(literal.text)) {
    Node node = literal;
    node.text = literal_text(literal.text);
    return node;
  }
  at_ = literal.span;
  const auto expression = parse_expression(literal.text);
  if (!expression) {
    const ExpressionError& error = expression.error();
    std::string why = error.message + " at offset " + std::to_string(error.offset) + " of the expression";
    scope_.session().note(literal.span, "malformed expression \"" + literal.text.substr(0, 160) + "\": " + why);
    return unknown_at(literal, std::move(why));
  }
  const Value value = evaluate(*expression);
  if (value->is(Kind::Unknown)) {
    Node node = unknown_at(literal, value->why);
    node.items() = value->items();
    for (Node& item : node.items()) place(item, literal.span);
    if (as_names_) {
      give_name(node);
    } else if (const Expression told = in_outer_words(*expression); scope_.is_inner() || !(told == *expression)) {
      node.text = '[' + to_string(told) + ']';
    }
    return node;
  }
  if (!scope_.session().spend_values(extent_of(*value).weight))
    return unknown_at(literal, scope_.session().exhausted_reason());
  Node node = *value;
  place(node, literal.span);
  if (as_names_) give_name(node);
  return node;
}

Node Evaluator::evaluate_array(const Node& literal) {
  Node node = array_node({});
  node.span = literal.span;
  node.items().reserve(literal.items().size());
  for (const Node& item : literal.items()) node.items().push_back(evaluate(item));
  return node;
}

Node Evaluator::evaluate_object(const Node& literal) {
  Node node = object_node({});
  node.span = literal.span;
  for (const auto& [name, value] : literal.members()) {
    if (net::same_word(name, "copy") && is_loop_list(value)) {
      for (const Node& loop : value.items()) node.members().emplace_back(loop.find("name")->text, evaluate_loop(loop));
    } else {
      node.members().emplace_back(evaluate_key(name, value.span), evaluate(value));
    }
  }
  return node;
}

std::string Evaluator::evaluate_key(const std::string& key, SourceSpan span) {
  if (!is_expression(key)) return literal_text(key);
  at_ = span;
  const auto expression = parse_expression(key);
  const Value value = expression ? evaluate(*expression) : nullptr;
  return value && value->is(Kind::String) ? value->text : key;
}

PassCount Evaluator::count_of(const Node& loop) {
  const Node* literal = loop.find("count");
  if (literal == nullptr) return std::string{"the loop has no count"};
  const bool as_names = std::exchange(as_names_, false);  // an unknown number has no name
  const Node count = evaluate(*literal);
  as_names_ = as_names;
  if (count.is(Kind::Unknown)) return count.why;
  const auto number = as_integer(count);
  if (number && *number >= 0) return *number;
  std::string why = "the count is of type " + std::string{type_name(count)} + (number ? " and negative" : "");
  scope_.session().note(literal->span, "copy loop: " + why);
  return why;
}

Node Evaluator::evaluate_loop(const Node& loop) {
  const auto count = count_of(loop);
  if (const auto* why = std::get_if<std::string>(&count)) {
    const Node* literal = loop.find("count");
    return unknown_at(literal != nullptr ? *literal : loop, *why);
  }
  Node node = array_node({});
  node.span = loop.span;
  const Node* input = loop.find("input");
  for (std::int64_t i = 0; i < std::get<std::int64_t>(count); ++i) {
    if (!scope_.session().spend_pass()) return unknown_at(loop, scope_.session().exhausted_reason());
    passes_.push_back({loop.find("name")->text, i, false});
    node.items().push_back(evaluate(*input));
    passes_.pop_back();
  }
  return node;
}

}  // namespace nsgcheck::io::arm
