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

/// What stands for a parameter when it cannot be said what it was given: a diff takes no two of these for the same.
constexpr std::string_view kOpaqueParameter = "nestedParameters";

/// A value of which parts are not known, as text: one text for values that are the same, whatever is not known.
std::string outline(const Node& node) {
  const Node* unknown = node.is(Kind::Unknown) ? &node : nullptr;
  if (unknown != nullptr) return unknown->text.empty() ? std::string{kOpaqueParameter} + "()" : unknown->text;
  if (find_unknown(node) == nullptr) return canonical_text(node);
  std::string out = "{";
  for (const Node& item : node.items()) out += outline(item) + ',';
  for (const auto& [name, value] : node.members()) out += '\'' + net::lower(name) + "':" + outline(value) + ',';
  return out + '}';
}

/// A known value as an expression.
Expression literal(const Node& value) {
  const bool number = as_integer(value).has_value();
  Expression out;
  out.kind = number ? Expression::Kind::Integer : Expression::Kind::String;
  out.text = value.is(Kind::String) || number ? value.text : canonical_text(value);
  return out;
}

/// `parameters('name')`, or a part of that.
bool takes_parameter(const Expression& expression) {
  const Expression* root = &expression;
  while (root->kind == Expression::Kind::Member || root->kind == Expression::Kind::Index) root = &root->children[0];
  return root->kind == Expression::Kind::Call && net::same_word(root->text, "parameters") && root->children.size() == 1;
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
    node.items().clear();
    const auto expression = parse_expression(node.text);
    if (!expression) return;
    node.kind = Kind::String;
    node.text = symbol(*expression);
  }
  for (Node& item : node.items()) give_name_within(item);
  for (auto& [name, value] : node.members()) give_name_within(value);
}

// What is left open may be told in words that an inner template's scope does not know, see in_outer_words().
void Evaluator::give_name_within(Node& node) {
  if (!node.is(Kind::Unknown) || !scope_.is_inner()) return give_name(node);
  const auto expression = parse_expression(node.text);
  if (!expression) return;
  node.items().clear();
  node.kind = Kind::String;
  node.text = in_braces(*expression);
}

Expression Evaluator::in_outer_words(const Expression& expression) {
  if (takes_parameter(expression)) {
    if (expression.kind == Expression::Kind::Call) return given_for(expression);
    if (auto part = given_part(expression)) return *std::move(part);
  }
  Expression out = expression;
  for (Expression& child : out.children) child = in_outer_words(child);
  return out;
}

std::optional<Expression> Evaluator::given_part(const Expression& part) {
  if (evaluate(part.children[0])->is(Kind::Unknown)) return std::nullopt;
  const Value value = evaluate(part);
  if (!value->is(Kind::Unknown)) return find_unknown(*value) == nullptr ? std::optional{literal(*value)} : std::nullopt;
  if (auto source = parse_expression(value->text)) return *std::move(source);
  return std::nullopt;
}

Expression Evaluator::given_for(const Expression& parameter) {
  const Value value = evaluate(parameter);
  Expression out;
  if (value->is(Kind::Unknown)) {
    if (auto source = parse_expression(value->text)) return *std::move(source);
    out = parameter;
    // Inside a function they are its own parameters, which go by other names elsewhere.
    if (scope_.is_inner() || arguments_ != nullptr) out.text = kOpaqueParameter;
    return out;
  }
  // A value that is large enough to fill the memory when it stands everywhere is told apart from all others instead.
  if (!scope_.session().spend_values(extent_of(*value).weight)) {
    out = parameter;
    out.text = kOpaqueParameter;
    return out;
  }
  if (find_unknown(*value) == nullptr) return literal(*value);
  // Its parts speak for themselves.
  out.text = outline(*value);
  return out;
}

std::string Evaluator::symbol(const Expression& expression) {
  const Level level{scope_.session()};
  // A variable that is defined by itself would go on for ever.
  if (level.too_deep() || !scope_.session().spend_values(1)) return in_braces(expression);
  const Value value = evaluate(expression);
  if (value->is(Kind::String) || value->is(Kind::Number)) return value->text;
  if (expression.kind != Expression::Kind::Call) {
    const auto known = stated(expression, true);
    return known && known->is(Kind::String) ? known->text : in_braces(expression);
  }
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

std::string Evaluator::place_symbol(const Expression& expression) {
  std::string name = symbol(expression);
  // Handed in from another deployment, the same words mean another place.
  const bool own = expression.kind != Expression::Kind::Call || !scope_.is_inner();
  if (own && net::same_word(name, "{resourceGroup().name}")) return std::string{kGroupPlaceholder};
  if (own && net::same_word(name, "{subscription().subscriptionId}")) return std::string{kSubscriptionPlaceholder};
  return name.starts_with('{') ? name : '{' + to_string(expression) + '}';
}

std::string Evaluator::symbol_of_call(const Expression& call) {
  const Function* function = find_function(call.text);
  const std::size_t count = call.children.size();
  if (function == nullptr || count < function->least || count > function->most) return in_braces(call);
  // Before the type of a resource id stands where the resource is.
  bool named = !net::lower(call.text).ends_with("resourceid");
  std::vector<Value> arguments;
  for (const Expression& child : call.children) {
    Value value = evaluate(child);
    if (value->is(Kind::Unknown)) {
      value = make_value(string_node(named ? symbol(child) : place_symbol(child)));
    } else {
      named = named || (value->is(Kind::String) && value->text.find('/') != std::string::npos);
    }
    arguments.push_back(std::move(value));
  }
  const Outcome outcome = function->apply(arguments);
  return outcome && (*outcome)->is(Kind::String) ? (*outcome)->text : in_braces(call);
}

}  // namespace nsgcheck::io::arm
