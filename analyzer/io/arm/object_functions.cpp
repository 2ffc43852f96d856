// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <vector>

#include "analyzer/io/arm/functions.hpp"
#include "analyzer/net/text.hpp"

namespace nsgcheck::io::arm {
namespace {

using Kind = Node::Kind;
using Member = std::pair<std::string, Node>;

Outcome create_object(Arguments arguments) {
  if (arguments.size() % 2 != 0) return refuse("a key has no value");
  std::vector<Member> members;
  for (std::size_t i = 0; i < arguments.size(); i += 2) {
    if (arguments[i]->is(Kind::Unknown)) return give(unknown_node(arguments[i]->why));
    if (!arguments[i]->is(Kind::String)) return wrong_type(arguments, i, "string");
    members.emplace_back(arguments[i]->text, *arguments[i + 1]);
  }
  return give(object_node(std::move(members)));
}

/// The members by name, as items() and objectKeys() list them.
std::vector<const Member*> sorted_members(const Node& object) {
  std::vector<const Member*> all;
  for (const Member& member : object.members()) all.push_back(&member);
  std::stable_sort(all.begin(), all.end(),
                   [](const Member* a, const Member* b) { return net::lower(a->first) < net::lower(b->first); });
  return all;
}

Outcome items(Arguments arguments) {
  if (!arguments[0]->is(Kind::Object)) return wrong_type(arguments, 0, "object");
  std::vector<Node> result;
  for (const Member* member : sorted_members(*arguments[0]))
    result.push_back(object_node({{"key", string_node(member->first)}, {"value", member->second}}));
  return give(array_node(std::move(result)));
}

Outcome object_keys(Arguments arguments) {
  if (!arguments[0]->is(Kind::Object)) return wrong_type(arguments, 0, "object");
  std::vector<Node> result;
  for (const Member* member : sorted_members(*arguments[0])) result.push_back(string_node(member->first));
  return give(array_node(std::move(result)));
}

Outcome shallow_merge(Arguments arguments) {
  if (!arguments[0]->is(Kind::Array)) return wrong_type(arguments, 0, "array");
  std::vector<Member> members;
  for (const Node& object : arguments[0]->items()) {
    if (object.is(Kind::Unknown)) return give(unknown_node(object.why));
    if (!object.is(Kind::Object))
      return refuse("an item is of type " + std::string{type_name(object)} + ", not object");
    for (const Member& member : object.members()) {
      const auto there = std::find_if(members.begin(), members.end(),
                                      [&](const Member& m) { return net::same_word(m.first, member.first); });
      if (there == members.end())
        members.push_back(member);
      else
        there->second = member.second;
    }
  }
  return give(object_node(std::move(members)));
}

/// Walks through names and indexes; null as soon as one is missing.
Outcome try_get(Arguments arguments) {
  Value at = arguments[0];
  for (const Value& key : arguments.subspan(1)) {
    if (at->is(Kind::Unknown)) return at;
    if (at->is(Kind::Object) && key->is(Kind::String)) {
      const Node* found = at->find(key->text);
      if (found == nullptr) return give(Node{});
      at = part_of(at, *found);
    } else if (const auto index = as_integer(*key); at->is(Kind::Array) && index) {
      if (*index < 0 || *index >= static_cast<std::int64_t>(at->items().size())) return give(Node{});
      at = part_of(at, at->items()[static_cast<std::size_t>(*index)]);
    } else if (at->is(Kind::Null)) {
      return at;
    } else {
      return refuse("a value of type " + std::string{type_name(*at)} + " has no such part");
    }
  }
  return at;
}

constexpr std::array<Function, 5> kObjectFunctions{{
    {"createobject", 0, kAnyNumber, create_object, OnUnknown::Takes},
    {"items", 1, 1, items},
    {"objectkeys", 1, 1, object_keys},
    {"shallowmerge", 1, 1, shallow_merge},
    {"tryget", 2, kAnyNumber, try_get},
}};

}  // namespace

std::span<const Function> object_functions() { return kObjectFunctions; }

}  // namespace nsgcheck::io::arm
