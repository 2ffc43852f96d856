// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "analyzer/io/arm/evaluator.hpp"
#include "analyzer/net/text.hpp"

namespace nsgcheck::io::arm {
namespace {

using Kind = Node::Kind;

Value unknown_value(std::string why) { return make_value(unknown_node(std::move(why))); }

Value index_value(std::size_t index) { return make_value(integer_node(static_cast<std::int64_t>(index))); }

}  // namespace

Value Evaluator::lambda_variables(const Expression& expression) {
  Value otherwise;
  const auto name = name_argument(expression, otherwise);
  if (!name) return otherwise;
  const auto found = std::find_if(lambda_variables_.rbegin(), lambda_variables_.rend(),
                                  [&](const auto& variable) { return net::same_word(variable.first, *name); });
  if (found == lambda_variables_.rend()) return fail(expression, "there is no lambda variable `" + *name + "`");
  return found->second;
}

std::optional<Evaluator::Lambda> Evaluator::lambda(const Expression& expression, std::size_t position,
                                                   std::size_t parameters) {
  if (position >= expression.children.size()) return std::nullopt;
  const Expression& call = expression.children[position];
  const bool is_lambda = call.kind == Expression::Kind::Call && net::same_word(call.text, "lambda");
  if (!is_lambda || call.children.size() != parameters + 1) return std::nullopt;
  Lambda result;
  for (std::size_t i = 0; i < parameters; ++i) {
    if (call.children[i].kind != Expression::Kind::String) return std::nullopt;
    result.parameters.push_back(call.children[i].text);
  }
  result.body = &call.children.back();
  return result;
}

std::optional<Evaluator::Lambda> Evaluator::lambda_with_index(const Expression& expression, std::size_t position,
                                                              std::size_t parameters) {
  auto without = lambda(expression, position, parameters);
  return without ? without : lambda(expression, position, parameters + 1);
}

Value Evaluator::apply(const Lambda& lambda, std::vector<Value> arguments) {
  if (!scope_.session().spend_pass()) return unknown_value(scope_.session().exhausted_reason());
  const auto outside = static_cast<std::ptrdiff_t>(lambda_variables_.size());
  for (std::size_t i = 0; i < std::min(arguments.size(), lambda.parameters.size()); ++i)
    lambda_variables_.emplace_back(lambda.parameters[i], std::move(arguments[i]));
  Value value = evaluate(*lambda.body);
  lambda_variables_.erase(lambda_variables_.begin() + outside, lambda_variables_.end());
  return value;
}

tl::expected<Value, Value> Evaluator::input_array(const Expression& expression) {
  if (expression.children.empty()) return tl::unexpected(fail(expression, "`" + expression.text + "` takes an array"));
  Value array = evaluate(expression.children[0]);
  if (array->is(Kind::Unknown)) return tl::unexpected(array);
  if (!array->is(Kind::Array))
    return tl::unexpected(fail(expression, "argument 1 is of type " + std::string{type_name(*array)} + ", not array"));
  return array;
}

Value Evaluator::map(const Expression& expression) {
  const auto array = input_array(expression);
  if (!array) return array.error();
  const auto body = lambda_with_index(expression, 1, 1);
  if (!body || expression.children.size() != 2) return fail(expression, "`map` takes an array and a lambda");
  std::vector<Node> items;
  for (const Node& item : (*array)->items())
    items.push_back(*apply(*body, {part_of(*array, item), index_value(items.size())}));
  return charged(expression, make_value(array_node(std::move(items))));
}

Value Evaluator::filter(const Expression& expression) {
  const auto array = input_array(expression);
  if (!array) return array.error();
  const auto predicate = lambda_with_index(expression, 1, 1);
  if (!predicate || expression.children.size() != 2) return fail(expression, "`filter` takes an array and a lambda");
  std::vector<Node> items;
  std::size_t index = 0;
  for (const Node& item : (*array)->items()) {
    const Value keep = apply(*predicate, {part_of(*array, item), index_value(index++)});
    if (keep->is(Kind::Unknown)) return keep;
    if (!keep->is(Kind::Bool))
      return fail(expression, "the lambda gives a value of type " + std::string{type_name(*keep)});
    if (keep->boolean) items.push_back(item);
  }
  return charged(expression, make_value(array_node(std::move(items))));
}

Value Evaluator::reduce(const Expression& expression) {
  const auto array = input_array(expression);
  if (!array) return array.error();
  const auto step = lambda_with_index(expression, 2, 2);
  if (!step || expression.children.size() != 3)
    return fail(expression, "`reduce` takes an array, a value and a lambda");
  Value sum = evaluate(expression.children[1]);
  std::size_t index = 0;
  for (const Node& item : (*array)->items()) sum = apply(*step, {sum, part_of(*array, item), index_value(index++)});
  return charged(expression, sum);
}

Value Evaluator::sort(const Expression& expression) {
  const auto array = input_array(expression);
  if (!array) return array.error();
  const auto before = lambda(expression, 1, 2);
  if (!before || expression.children.size() != 2) return fail(expression, "`sort` takes an array and a lambda");
  // Insertion by hand: the lambda of a stranger need not be an order, which std::sort would take badly.
  std::vector<const Node*> sorted;
  for (const Node& item : (*array)->items()) {
    auto at = sorted.end();
    for (; at != sorted.begin(); --at) {
      const Value less = apply(*before, {part_of(*array, item), part_of(*array, **std::prev(at))});
      if (less->is(Kind::Unknown)) return less;
      if (!less->is(Kind::Bool))
        return fail(expression, "the lambda gives a value of type " + std::string{type_name(*less)});
      if (!less->boolean) break;
    }
    sorted.insert(at, &item);
  }
  std::vector<Node> items;
  for (const Node* item : sorted) items.push_back(*item);
  return charged(expression, make_value(array_node(std::move(items))));
}

Value Evaluator::map_values(const Expression& expression) {
  const auto body = lambda(expression, 1, 1);
  if (!body || expression.children.size() != 2) return fail(expression, "`mapValues` takes an object and a lambda");
  const Value object = evaluate(expression.children[0]);
  if (object->is(Kind::Unknown)) return object;
  if (!object->is(Kind::Object))
    return fail(expression, "argument 1 is of type " + std::string{type_name(*object)} + ", not object");
  std::vector<std::pair<std::string, Node>> members;
  for (const auto& [name, value] : object->members())
    members.emplace_back(name, *apply(*body, {part_of(object, value)}));
  return charged(expression, make_value(object_node(std::move(members))));
}

Value Evaluator::group_by(const Expression& expression) {
  const auto array = input_array(expression);
  if (!array) return array.error();
  const auto key = lambda(expression, 1, 1);
  if (!key || expression.children.size() != 2) return fail(expression, "`groupBy` takes an array and a lambda");
  std::vector<std::pair<std::string, Node>> groups;
  for (const Node& item : (*array)->items()) {
    const Value name = apply(*key, {part_of(*array, item)});
    if (name->is(Kind::Unknown)) return name;
    if (!name->is(Kind::String)) return fail(expression, "a key is of type " + std::string{type_name(*name)});
    auto group = std::find_if(groups.begin(), groups.end(), [&](const auto& g) { return g.first == name->text; });
    if (group == groups.end()) group = groups.insert(groups.end(), {name->text, array_node({})});
    group->second.items().push_back(item);
  }
  return charged(expression, make_value(object_node(std::move(groups))));
}

Value Evaluator::to_object(const Expression& expression) {
  const auto array = input_array(expression);
  if (!array) return array.error();
  const auto key = lambda(expression, 1, 1);
  const auto value = lambda(expression, 2, 1);
  const std::size_t count = expression.children.size();
  if (!key || count > 3 || (count == 3 && !value)) return fail(expression, "`toObject` takes an array and lambdas");
  std::vector<std::pair<std::string, Node>> members;
  for (const Node& item : (*array)->items()) {
    const Value name = apply(*key, {part_of(*array, item)});
    if (name->is(Kind::Unknown)) return name;
    if (!name->is(Kind::String)) return fail(expression, "a key is of type " + std::string{type_name(*name)});
    members.emplace_back(name->text, value ? *apply(*value, {part_of(*array, item)}) : item);
  }
  return charged(expression, make_value(object_node(std::move(members))));
}

}  // namespace nsgcheck::io::arm
