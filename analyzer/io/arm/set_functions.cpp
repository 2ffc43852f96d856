// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <unordered_set>
#include <vector>

#include "analyzer/io/arm/functions.hpp"
#include "analyzer/net/text.hpp"

namespace nsgcheck::io::arm {
namespace {

using Kind = Node::Kind;

std::vector<Node> united(Arguments arrays) {
  std::unordered_set<std::string> seen;
  std::vector<Node> items;
  for (const Value& array : arrays)
    for (const Node& item : array->items())
      // Unknown items may be equal to others; kept, the result has at least what it would have.
      if (find_unknown(item) != nullptr || seen.insert(canonical_text(item)).second) items.push_back(item);
  return items;
}

Outcome union_of_arrays(Arguments arguments) {
  for (std::size_t i = 0; i < arguments.size(); ++i)
    if (!arguments[i]->is(Kind::Array)) return wrong_type(arguments, i, "array as the first one");
  return give(array_node(united(arguments)));
}

/// Members of `extra` go into `base`; objects are merged, everything else is replaced.
void merge(Node& base, const Node& extra) {
  for (const auto& member : extra.members()) {
    const auto there = std::find_if(base.members().begin(), base.members().end(),
                                    [&](const auto& mine) { return net::same_word(mine.first, member.first); });
    if (there == base.members().end())
      base.members().push_back(member);
    else if (there->second.is(Kind::Object) && member.second.is(Kind::Object))
      merge(there->second, member.second);
    else
      there->second = member.second;
  }
}

Outcome union_of_objects(Arguments arguments) {
  Node merged = *arguments[0];
  merged.span = {};
  for (std::size_t i = 1; i < arguments.size(); ++i) {
    if (!arguments[i]->is(Kind::Object)) return wrong_type(arguments, i, "object as the first one");
    merge(merged, *arguments[i]);
  }
  return give(std::move(merged));
}

// A list keeps all that is known of it; any member of an object may be replaced.
Outcome unite(Arguments arguments) {
  if (const Node* open = open_argument(arguments)) return give(open_list(united(known_lists(arguments)), open->why));
  if (arguments[0]->is(Kind::Array)) return union_of_arrays(arguments);
  if (arguments[0]->is(Kind::Object)) return union_of_objects(arguments);
  return wrong_type(arguments, 0, "array or object");
}

Outcome intersection_of_arrays(Arguments arguments) {
  std::vector<std::unordered_set<std::string>> others;
  for (std::size_t i = 1; i < arguments.size(); ++i) {
    auto& keys = others.emplace_back();
    for (const Node& item : arguments[i]->items()) keys.insert(canonical_text(item));
  }
  std::unordered_set<std::string> taken;
  std::vector<Node> items;
  for (const Node& item : arguments[0]->items()) {
    const std::string key = canonical_text(item);
    const bool everywhere =
        std::all_of(others.begin(), others.end(), [&](const auto& keys) { return keys.contains(key); });
    if (everywhere && taken.insert(key).second) items.push_back(item);
  }
  return give(array_node(std::move(items)));
}

Outcome intersection_of_objects(Arguments arguments) {
  std::vector<std::pair<std::string, Node>> members;
  for (const auto& member : arguments[0]->members()) {
    const bool everywhere = std::all_of(arguments.begin() + 1, arguments.end(), [&](const Value& other) {
      const Node* there = other->find(member.first);
      return there != nullptr && equal_value(*there, member.second) == std::optional{true};
    });
    if (everywhere) members.push_back(member);
  }
  return give(object_node(std::move(members)));
}

Outcome intersection(Arguments arguments) {
  const Kind kind = arguments[0]->kind;
  if (kind != Kind::Array && kind != Kind::Object) return wrong_type(arguments, 0, "array or object");
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    if (!arguments[i]->is(kind)) return wrong_type(arguments, i, "the type of the first one");
    if (const Node* unknown = find_unknown(*arguments[i])) return give(unknown_node(unknown->why));
  }
  return kind == Kind::Array ? intersection_of_arrays(arguments) : intersection_of_objects(arguments);
}

constexpr std::array<Function, 2> kSetFunctions{{
    {"intersection", 2, kAnyNumber, intersection},
    {"union", 1, kAnyNumber, unite, OnUnknown::Takes},
}};

}  // namespace

std::span<const Function> set_functions() { return kSetFunctions; }

}  // namespace nsgcheck::io::arm
