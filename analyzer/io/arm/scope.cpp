// SPDX-License-Identifier: Apache-2.0
#include "analyzer/io/arm/scope.hpp"

#include <algorithm>

#include "analyzer/io/arm/copy_loop.hpp"
#include "analyzer/io/arm/evaluator.hpp"
#include "analyzer/net/text.hpp"

namespace nsgcheck::io::arm {
namespace {

using Kind = Node::Kind;

/// True when `value` may stand for a parameter of the declared type. Types that are defined elsewhere are not checked.
bool fits_type(const Node& value, std::string_view type) {
  const auto is = [&](std::string_view name) { return net::same_word(type, name); };
  if (value.is(Kind::Unknown)) return true;
  if (is("string") || is("securestring")) return value.is(Kind::String);
  if (is("int")) return as_integer(value).has_value();
  if (is("bool")) return value.is(Kind::Bool);
  if (is("array")) return value.is(Kind::Array);
  if (is("object") || is("secureobject")) return value.is(Kind::Object);
  return true;
}

std::string in_backticks(std::string_view name) { return '`' + std::string{name} + '`'; }

std::map<std::string, UserFunction, std::less<>> read_functions(const Node& root) {
  std::map<std::string, UserFunction, std::less<>> functions;
  const Node* spaces = root.find("functions");
  if (spaces == nullptr || !spaces->is(Kind::Array)) return functions;
  for (const Node& space : spaces->items()) {
    const Node* name = space.find("namespace");
    const Node* members = space.find("members");
    if (name == nullptr || members == nullptr) continue;
    for (const auto& [member, body] : members->members()) {
      UserFunction function;
      if (const Node* parameters = body.find("parameters"))
        for (const Node& parameter : parameters->items())
          if (const Node* word = parameter.find("name")) function.parameters.push_back(word->text);
      function.output = body.at({"output", "value"});
      functions.insert_or_assign(net::lower(name->text + '.' + member), std::move(function));
    }
  }
  return functions;
}

}  // namespace

Scope::Scope(const Node& root, GivenParameters given, Session& session)
    : root_{root}, given_{std::move(given)}, session_{session}, functions_{read_functions(root)} {}

Scope Scope::placed(std::string uri, GivenParameters given) const {
  Scope out{root_, std::move(given), session_};
  out.uri_ = std::move(uri);
  return out;
}

template <class Make>
Value Scope::once(Cache& cache, std::string_view kind, std::string_view name, Make make) {
  const std::string key = net::lower(name);
  if (const auto found = cache.find(key); found != cache.end()) return found->second;
  const std::string pending = std::string{kind} + ' ' + key;
  if (!pending_.insert(pending).second)
    return make_value(unknown_node(std::string{kind} + ' ' + in_backticks(name) + " is defined by itself"));
  Value value = make_value(make());
  pending_.erase(pending);
  // What failed only because the walk was too deep may succeed from another start.
  if (session_.depth < session_.limits().depth / 2) cache.emplace(key, value);
  return value;
}

Outcome Scope::parameter(std::string_view name) {
  const Node* declared = root_.at({"parameters", name});
  if (declared == nullptr) return refuse("the template declares no parameter " + in_backticks(name));
  return once(parameters_, "parameter", name, [&] { return evaluate_parameter(name, *declared); });
}

Outcome Scope::variable(std::string_view name) {
  const Node* literal = variable_literal(name);
  const Node* loop = literal == nullptr ? variable_loop(name) : nullptr;
  if (literal == nullptr && loop == nullptr) return refuse("the template defines no variable " + in_backticks(name));
  return once(variables_, "variable", name, [&] {
    return literal != nullptr ? Evaluator{*this}.evaluate(*literal) : Evaluator{*this}.evaluate_loop(*loop);
  });
}

const Node* Scope::variable_literal(std::string_view name) const {
  const Node* section = root_.find("variables");
  const Node* literal = section == nullptr ? nullptr : section->find(name);
  if (literal == nullptr || (net::same_word(name, "copy") && is_loop_list(*literal))) return nullptr;
  return literal;
}

const Node* Scope::variable_loop(std::string_view name) const {
  const Node* loops = root_.at({"variables", "copy"});
  if (loops == nullptr || !is_loop_list(*loops)) return nullptr;
  for (const Node& loop : loops->items())
    if (const Node* word = loop.find("name"); word != nullptr && net::same_word(word->text, name)) return &loop;
  return nullptr;
}

const UserFunction* Scope::function(std::string_view name) const {
  const auto found = functions_.find(net::lower(name));
  return found == functions_.end() ? nullptr : &found->second;
}

const StatedResources* Scope::begin_stating() {
  constexpr std::size_t kMost = 4;
  if (stating_ >= kMost) return nullptr;
  ++stating_;
  if (!stated_) {
    const std::size_t own = std::exchange(stating_, kMost);
    stated_.emplace(root_, *this);
    stating_ = own;
  }
  return &*stated_;
}

Node Scope::evaluate_parameter(std::string_view name, const Node& declared) {
  const Node* type = declared.find("type");
  const auto checked = [&](Node value, std::string_view origin) {
    if (type == nullptr || fits_type(value, type->text)) return value;
    std::string why = std::string{origin} + " of parameter " + in_backticks(name) + " is of type " +
                      std::string{type_name(value)} + ", not " + type->text;
    session_.note(value.span.known() ? value.span : declared.span, why);
    return unknown_node(std::move(why));
  };
  const auto given = std::find_if(given_.values.rbegin(), given_.values.rend(),
                                  [&](const auto& value) { return net::same_word(value.first, name); });
  if (given != given_.values.rend()) return checked(given->second, "the value");
  if (!given_.incomplete.empty()) return unknown_node("parameter " + in_backticks(name) + ": " + given_.incomplete);
  if (const Node* fallback = declared.find("defaultValue"))
    return checked(Evaluator{*this}.evaluate(*fallback), "the default value");
  const Node* nullable = declared.find("nullable");
  if (nullable != nullptr && nullable->is(Kind::Bool) && nullable->boolean) return Node{};
  return unknown_node("parameter " + in_backticks(name) + " has no value and no default value");
}

}  // namespace nsgcheck::io::arm
