// SPDX-License-Identifier: Apache-2.0
#include "analyzer/io/arm/evaluator.hpp"

#include <algorithm>
#include <array>

#include "analyzer/net/text.hpp"

namespace nsgcheck::io::arm {
namespace {

using Kind = Node::Kind;

Value unknown(std::string why) { return make_value(unknown_node(std::move(why))); }

std::string shortened(std::string text) {
  constexpr std::size_t kLongest = 160;
  if (text.size() > kLongest) text = text.substr(0, kLongest) + "...";
  return text;
}

std::string call_text(const Expression& expression) { return "\"" + shortened(to_string(expression)) + "\""; }

}  // namespace

Value Evaluator::evaluate(const Expression& expression) {
  const Level level{scope_.session()};
  if (level.too_deep()) return fail(expression, "evaluations are nested too deep");
  if (scope_.session().exhausted()) return unknown(scope_.session().exhausted_reason());
  switch (expression.kind) {
    case Expression::Kind::String:
      return make_value(string_node(expression.text));
    case Expression::Kind::Integer: {
      Node number = integer_node(0);
      number.text = expression.text;
      return make_value(std::move(number));
    }
    case Expression::Kind::Call:
      return call(expression);
    case Expression::Kind::Member:
      return member(expression);
    case Expression::Kind::Index:
      return index(expression);
  }
  return fail(expression, "not an expression");
}

Evaluator::Handler Evaluator::handler_of(std::string_view lower_name) {
  struct Entry {
    std::string_view name;
    Handler handler;
  };
  static constexpr std::array<Entry, 16> kHandlers{{{"parameters", &Evaluator::parameters},
                                                    {"variables", &Evaluator::variables},
                                                    {"copyindex", &Evaluator::copy_index},
                                                    {"deployment", &Evaluator::deployment},
                                                    {"if", &Evaluator::choose},
                                                    {"and", &Evaluator::all_of},
                                                    {"or", &Evaluator::any_of},
                                                    {"coalesce", &Evaluator::coalesce},
                                                    {"lambdavariables", &Evaluator::lambda_variables},
                                                    {"map", &Evaluator::map},
                                                    {"filter", &Evaluator::filter},
                                                    {"reduce", &Evaluator::reduce},
                                                    {"sort", &Evaluator::sort},
                                                    {"mapvalues", &Evaluator::map_values},
                                                    {"groupby", &Evaluator::group_by},
                                                    {"toobject", &Evaluator::to_object}}};
  const auto found =
      std::find_if(kHandlers.begin(), kHandlers.end(), [&](const Entry& entry) { return entry.name == lower_name; });
  return found == kHandlers.end() ? nullptr : found->handler;
}

Value Evaluator::call(const Expression& expression) {
  if (const Handler handler = handler_of(net::lower(expression.text))) return (this->*handler)(expression);
  if (const UserFunction* function = scope_.function(expression.text)) return call_user_function(*function, expression);
  if (const Function* function = find_function(expression.text)) return call_function(*function, expression);
  if (std::string why = run_time_reason(expression.text); !why.empty()) return unknown(std::move(why));
  return fail(expression, "there is no function `" + expression.text + "`");
}

// Only where the template stands is ever known, and only to links.
Value Evaluator::deployment(const Expression& expression) {
  const std::string& uri = scope_.uri();
  if (uri.empty()) return unknown(run_time_reason(expression.text));
  Node link = object_node({});
  link.members().emplace_back("uri", string_node(uri));
  Node properties = object_node({});
  properties.members().emplace_back("templateLink", std::move(link));
  Node out = object_node({});
  out.members().emplace_back("properties", std::move(properties));
  return make_value(std::move(out));
}

Value Evaluator::call_function(const Function& function, const Expression& expression) {
  const std::size_t count = expression.children.size();
  if (count < function.least || count > function.most)
    return fail(expression, "`" + expression.text + "` does not take " + std::to_string(count) + " arguments");
  std::vector<Value> arguments;
  for (const Expression& argument : expression.children) {
    arguments.push_back(evaluate(argument));
    const bool open = arguments.back()->is(Kind::Unknown);
    if (open && function.on_unknown == OnUnknown::GivesUnknown) return arguments.back();
  }
  name_places(expression, arguments);
  Outcome outcome = function.apply(arguments);
  if (!outcome) return fail(expression, outcome.error());
  return charged(expression, std::move(*outcome));
}

// A place that is not known must not pass for that of the deployment itself.
void Evaluator::name_places(const Expression& call, std::vector<Value>& arguments) {
  if (!net::lower(call.text).ends_with("resourceid")) return;
  const auto type = std::find_if(arguments.begin(), arguments.end(), [](const Value& one) {
    return one->is(Kind::String) && one->text.find('/') != std::string::npos;
  });
  if (type == arguments.end()) return;
  for (auto place = arguments.begin(); place != type; ++place)
    if ((*place)->is(Kind::Unknown))
      *place =
          make_value(string_node(place_symbol(call.children[static_cast<std::size_t>(place - arguments.begin())])));
}

Value Evaluator::call_user_function(const UserFunction& function, const Expression& expression) {
  if (expression.children.size() != function.parameters.size() || function.output == nullptr)
    return fail(expression,
                "`" + expression.text + "` takes " + std::to_string(function.parameters.size()) + " arguments");
  std::vector<std::pair<std::string, Value>> arguments;
  for (std::size_t i = 0; i < function.parameters.size(); ++i)
    arguments.emplace_back(function.parameters[i], evaluate(expression.children[i]));
  Evaluator inside{scope_};
  inside.arguments_ = &arguments;
  return make_value(inside.evaluate(*function.output));
}

Value Evaluator::member(const Expression& expression) {
  if (auto known = stated(expression, false)) return make_value(*std::move(known));
  const Value object = evaluate(expression.children[0]);
  if (object->is(Kind::Unknown)) return object;
  const Node* found = object->find(expression.text);
  if (found != nullptr) return part_of(object, *found);
  return fail(expression,
              "a value of type " + std::string{type_name(*object)} + " has no property `" + expression.text + "`");
}

Value Evaluator::index(const Expression& expression) {
  if (auto known = stated(expression, false)) return make_value(*std::move(known));
  const Value whole = evaluate(expression.children[0]);
  if (whole->is(Kind::Unknown)) return whole;
  const Value key = evaluate(expression.children[1]);
  if (key->is(Kind::Unknown)) return key;
  if (whole->is(Kind::Object) && key->is(Kind::String)) {
    if (const Node* found = whole->find(key->text)) return part_of(whole, *found);
    return fail(expression, "there is no property `" + key->text + "`");
  }
  const auto position = as_integer(*key);
  if (!whole->is(Kind::Array) || !position)
    return fail(expression, "a value of type " + std::string{type_name(*whole)} + " takes no index of type " +
                                std::string{type_name(*key)});
  if (*position < 0 || *position >= static_cast<std::int64_t>(whole->items().size()))
    return fail(expression,
                "there is no item " + std::to_string(*position) + " of " + std::to_string(whole->items().size()));
  return part_of(whole, whole->items()[static_cast<std::size_t>(*position)]);
}

std::optional<std::string> Evaluator::name_argument(const Expression& expression, Value& otherwise) {
  if (expression.children.size() != 1) {
    otherwise = fail(expression, "`" + expression.text + "` takes one name");
    return std::nullopt;
  }
  const Value name = evaluate(expression.children[0]);
  if (name->is(Kind::String)) return name->text;
  otherwise = name->is(Kind::Unknown) ? name : fail(expression, "the name is of type " + std::string{type_name(*name)});
  return std::nullopt;
}

Value Evaluator::parameters(const Expression& expression) {
  Value otherwise;
  const auto name = name_argument(expression, otherwise);
  if (!name) return otherwise;
  if (arguments_ != nullptr) {
    const auto found = std::find_if(arguments_->begin(), arguments_->end(),
                                    [&](const auto& argument) { return net::same_word(argument.first, *name); });
    return found != arguments_->end() ? found->second
                                      : fail(expression, "the function has no parameter `" + *name + "`");
  }
  Outcome value = scope_.parameter(*name);
  return value ? *value : fail(expression, value.error());
}

Value Evaluator::variables(const Expression& expression) {
  Value otherwise;
  const auto name = name_argument(expression, otherwise);
  if (!name) return otherwise;
  if (arguments_ != nullptr) return fail(expression, "a user-defined function cannot use variables");
  Outcome value = scope_.variable(*name);
  return value ? *value : fail(expression, value.error());
}

Value Evaluator::copy_index(const Expression& expression) {
  std::optional<std::string> loop;
  std::int64_t offset = 0;
  for (std::size_t i = 0; i < expression.children.size(); ++i) {
    const Value argument = evaluate(expression.children[i]);
    if (argument->is(Kind::Unknown)) return argument;
    const auto number = as_integer(*argument);
    if (i == 0 && argument->is(Kind::String))
      loop = argument->text;
    else if (number && i + 1 == expression.children.size() && i < 2)
      offset = *number;
    else
      return fail(expression, "copyIndex takes the name of a loop and an offset");
  }
  const auto pass = std::find_if(passes_.rbegin(), passes_.rend(),
                                 [&](const Pass& p) { return loop ? net::same_word(p.loop, *loop) : p.of_resource; });
  if (pass == passes_.rend())
    return fail(expression,
                loop ? "there is no loop `" + *loop + "` around it" : "there is no resource loop around it");
  if (!pass->index) return unknown("the number of passes of loop `" + pass->loop + "` is not known");
  std::int64_t result = 0;
  if (__builtin_add_overflow(*pass->index, offset, &result)) return fail(expression, "the offset is too large");
  return make_value(integer_node(result));
}

Value Evaluator::choose(const Expression& expression) {
  if (expression.children.size() != 3) return fail(expression, "`if` takes three arguments");
  const Value condition = evaluate(expression.children[0]);
  if (condition->is(Kind::Unknown)) return condition;
  if (!condition->is(Kind::Bool))
    return fail(expression, "the condition is of type " + std::string{type_name(*condition)});
  return evaluate(expression.children[condition->boolean ? 1 : 2]);
}

Value Evaluator::junction(const Expression& expression, bool decisive) {
  if (expression.children.empty()) return fail(expression, "`" + expression.text + "` takes arguments");
  Value open;
  for (const Expression& child : expression.children) {
    const Value part = evaluate(child);
    if (part->is(Kind::Unknown)) {
      open = part;
    } else if (!part->is(Kind::Bool)) {
      return fail(expression, "an argument is of type " + std::string{type_name(*part)});
    } else if (part->boolean == decisive) {
      return part;
    }
  }
  return open ? open : make_value(bool_node(!decisive));
}

Value Evaluator::all_of(const Expression& expression) { return junction(expression, false); }
Value Evaluator::any_of(const Expression& expression) { return junction(expression, true); }

Value Evaluator::coalesce(const Expression& expression) {
  for (const Expression& child : expression.children) {
    Value value = evaluate(child);
    if (!value->is(Kind::Null)) return value;
  }
  return make_value(Node{});
}

Value Evaluator::fail(const Expression& expression, const std::string& why) {
  scope_.session().note(at_, "expression " + call_text(expression) + ": " + why);
  return unknown(why);
}

Value Evaluator::charged(const Expression& expression, Value value) {
  const Extent extent = extent_of(*value);
  if (extent.depth > scope_.session().limits().value_depth) return fail(expression, "the value is nested too deep");
  if (!scope_.session().spend_values(extent.weight)) return unknown(scope_.session().exhausted_reason());
  return value;
}

}  // namespace nsgcheck::io::arm
