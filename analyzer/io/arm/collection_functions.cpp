// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <vector>

#include "analyzer/io/arm/functions.hpp"
#include "analyzer/io/arm/text_argument.hpp"

namespace nsgcheck::io::arm {
namespace {

using Kind = Node::Kind;

Outcome array(Arguments arguments) {
  if (arguments[0]->is(Kind::Array)) return arguments[0];
  return give(array_node({*arguments[0]}));
}

Outcome create_array(Arguments arguments) {
  std::vector<Node> items;
  for (const Value& argument : arguments) items.push_back(*argument);
  return give(array_node(std::move(items)));
}

/// One end of an array or string.
Outcome end_of(Arguments arguments, bool last) {
  const Value& whole = arguments[0];
  if (whole->is(Kind::Array)) {
    if (whole->items().empty()) return give(Node{});
    return part_of(whole, last ? whole->items().back() : whole->items().front());
  }
  if (!whole->is(Kind::String)) return wrong_type(arguments, 0, "array or string");
  if (!is_ascii(whole->text)) return beyond_ascii();
  if (whole->text.empty()) return give(string_node({}));
  return give(string_node(std::string{last ? whole->text.back() : whole->text.front()}));
}

Outcome first(Arguments arguments) { return end_of(arguments, false); }
Outcome last(Arguments arguments) { return end_of(arguments, true); }

/// Items or characters from the one at `begin` (0 or more) up to `end`, both cut to what is there.
Outcome slice(Arguments arguments, std::int64_t begin, std::int64_t end) {
  const Node& whole = *arguments[0];
  const auto cut = [](std::int64_t value, std::size_t size) {
    return std::clamp<std::int64_t>(value, 0, static_cast<std::int64_t>(size));
  };
  if (whole.is(Kind::String)) {
    if (!is_ascii(whole.text)) return beyond_ascii();
    const auto from = static_cast<std::size_t>(cut(begin, whole.text.size()));
    return give(string_node(whole.text.substr(from, static_cast<std::size_t>(cut(end, whole.text.size())) - from)));
  }
  if (!whole.is(Kind::Array)) return wrong_type(arguments, 0, "array or string");
  const auto at = [&](std::int64_t value) { return whole.items().begin() + cut(value, whole.items().size()); };
  return give(array_node({at(begin), at(end)}));
}

Outcome take(Arguments arguments) {
  const auto count = as_integer(*arguments[1]);
  if (!count) return wrong_type(arguments, 1, "integer");
  return slice(arguments, 0, *count);
}

Outcome skip(Arguments arguments) {
  const auto count = as_integer(*arguments[1]);
  if (!count) return wrong_type(arguments, 1, "integer");
  return slice(arguments, std::max<std::int64_t>(*count, 0), INT64_MAX);
}

Outcome length(Arguments arguments) {
  const Node& whole = *arguments[0];
  if (whole.is(Kind::String) && !is_ascii(whole.text)) return beyond_ascii();
  std::size_t size = 0;
  if (whole.is(Kind::Array))
    size = whole.items().size();
  else if (whole.is(Kind::Object))
    size = whole.members().size();
  else if (whole.is(Kind::String))
    size = whole.text.size();
  else
    return wrong_type(arguments, 0, "array, object or string");
  return give(integer_node(static_cast<std::int64_t>(size)));
}

Outcome empty(Arguments arguments) {
  const Node& whole = *arguments[0];
  switch (whole.kind) {
    case Kind::Null:
      return give(bool_node(true));
    case Kind::Array:
      return give(bool_node(whole.items().empty()));
    case Kind::Object:
      return give(bool_node(whole.members().empty()));
    case Kind::String:
      return give(bool_node(whole.text.empty()));
    default:
      return wrong_type(arguments, 0, "array, object or string");
  }
}

Outcome array_contains(const Node& array, const Node& wanted) {
  bool open = false;
  for (const Node& item : array.items()) {
    const auto same = equal_value(item, wanted);
    if (same == std::optional{true}) return give(bool_node(true));
    open = open || !same;
  }
  if (open) return give(unknown_node("the array has items that are not known"));
  return give(bool_node(false));
}

Outcome contains(Arguments arguments) {
  const Node& whole = *arguments[0];
  if (whole.is(Kind::Array)) return array_contains(whole, *arguments[1]);
  const auto wanted = scalar_text(*arguments[1]);
  if (!wanted) return wrong_type(arguments, 1, "string");
  if (whole.is(Kind::Object)) return give(bool_node(whole.find(*wanted) != nullptr));
  if (whole.is(Kind::String)) return give(bool_node(whole.text.find(*wanted) != std::string::npos));
  return wrong_type(arguments, 0, "array, object or string");
}

/// Documented limits: at most 10,000 numbers, none above 2147483647.
Outcome range(Arguments arguments) {
  const auto start = as_integer(*arguments[0]);
  const auto count = as_integer(*arguments[1]);
  if (!start) return wrong_type(arguments, 0, "integer");
  if (!count) return wrong_type(arguments, 1, "integer");
  if (*count < 0 || *count > 10'000) return refuse("a range of " + std::to_string(*count) + " numbers");
  if (*start > 2'147'483'647 - *count || *start < -2'147'483'648LL)
    return refuse("a range from " + std::to_string(*start) + " leaves the 32-bit numbers");
  std::vector<Node> items;
  for (std::int64_t i = 0; i < *count; ++i) items.push_back(integer_node(*start + i));
  return give(array_node(std::move(items)));
}

Outcome flatten(Arguments arguments) {
  if (!arguments[0]->is(Kind::Array)) return wrong_type(arguments, 0, "array");
  std::vector<Node> items;
  const Node* open = nullptr;
  for (const Node& inner : arguments[0]->items()) {
    if (inner.is(Kind::Unknown)) open = &inner;
    if (!inner.is(Kind::Array) && !inner.is(Kind::Unknown))
      return refuse("an item is of type " + std::string{type_name(inner)} + ", not array");
    items.insert(items.end(), inner.items().begin(), inner.items().end());
  }
  return give(open == nullptr ? array_node(std::move(items)) : open_list(std::move(items), open->why));
}

constexpr std::array<Function, 11> kCollectionFunctions{{
    {"array", 1, 1, array},
    {"contains", 2, 2, contains},
    {"createarray", 0, kAnyNumber, create_array, OnUnknown::Takes},
    {"empty", 1, 1, empty},
    {"first", 1, 1, first},
    {"flatten", 1, 1, flatten},
    {"last", 1, 1, last},
    {"length", 1, 1, length},
    {"range", 2, 2, range},
    {"skip", 2, 2, skip},
    {"take", 2, 2, take},
}};

}  // namespace

std::span<const Function> collection_functions() { return kCollectionFunctions; }

}  // namespace nsgcheck::io::arm
