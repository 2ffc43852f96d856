// SPDX-License-Identifier: Apache-2.0
#include "analyzer/io/arm/value.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include <nlohmann/json.hpp>

#include "analyzer/net/text.hpp"

namespace nsgcheck::io::arm {
namespace {

using Same = std::optional<bool>;
using Kind = Node::Kind;

bool has_placeholder(std::string_view text) {
  if (text.starts_with("/subscriptions/") && text.find('{') != std::string_view::npos) return true;
  return text.find(kSubscriptionPlaceholder) != std::string_view::npos ||
         text.find(kGroupPlaceholder) != std::string_view::npos;
}

Same same_text(const Node& a, const Node& b) {
  if (a.text == b.text) return true;
  // A placeholder may turn out to be any text.
  if (has_placeholder(a.text) || has_placeholder(b.text)) return std::nullopt;
  return false;
}

Same same_number(const Node& a, const Node& b) {
  if (a.text == b.text) return true;
  const auto x = as_integer(a);
  const auto y = as_integer(b);
  if (x && y) return *x == *y;
  return std::nullopt;  // 1.0 and 1: ARM has whole numbers only and does not say
}

/// `all` with one more part that must be equal too.
Same both(Same all, Same part) {
  if (all == Same{false} || part == Same{false}) return false;
  return all && part ? Same{true} : std::nullopt;
}

Same same_items(const Node& a, const Node& b) {
  if (a.items().size() != b.items().size()) return false;
  Same all = true;
  for (std::size_t i = 0; i < a.items().size(); ++i) all = both(all, equal_value(a.items()[i], b.items()[i]));
  return all;
}

Same same_members(const Node& a, const Node& b) {
  if (a.members().size() != b.members().size()) return false;
  Same all = true;
  for (const auto& [name, value] : a.members()) {
    const Node* other = b.find(name);
    all = both(all, other == nullptr ? Same{false} : equal_value(value, *other));
  }
  return all;
}

enum class Members : std::uint8_t { AsWritten, Sorted };

std::vector<const std::pair<std::string, Node>*> members_of(const Node& node, Members order) {
  std::vector<const std::pair<std::string, Node>*> all;
  for (const auto& member : node.members()) all.push_back(&member);
  if (order == Members::Sorted)
    std::sort(all.begin(), all.end(), [](const auto* a, const auto* b) { return a->first < b->first; });
  return all;
}

void append_json(const Node& node, Members order, std::string& out) {
  if (out.size() > kMaxText) return;
  const auto quote = [&out](const std::string& text) {
    out += nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  };
  const char* separator = "";
  switch (node.kind) {
    case Kind::Null:
      out += "null";
      return;
    case Kind::Bool:
      out += node.boolean ? "true" : "false";
      return;
    case Kind::Number:
      out += node.text;
      return;
    case Kind::String:
      quote(node.text);
      return;
    case Kind::Array:
      out += '[';
      for (const Node& item : node.items()) {
        out += std::exchange(separator, ",");
        append_json(item, order, out);
      }
      out += ']';
      return;
    case Kind::Object:
      out += '{';
      for (const auto* member : members_of(node, order)) {
        out += std::exchange(separator, ",");
        quote(member->first);
        out += ':';
        append_json(member->second, order, out);
      }
      out += '}';
      return;
    case Kind::Unknown:
      return;
  }
}

}  // namespace

Value make_value(Node node) { return std::make_shared<const Node>(std::move(node)); }
Value part_of(const Value& whole, const Node& part) { return Value{whole, &part}; }

Node string_node(std::string text) {
  Node node;
  node.kind = Kind::String;
  node.text = std::move(text);
  return node;
}

Node bool_node(bool value) {
  Node node;
  node.kind = Kind::Bool;
  node.boolean = value;
  return node;
}

Node integer_node(std::int64_t value) {
  Node node;
  node.kind = Kind::Number;
  node.text = std::to_string(value);
  return node;
}

Node array_node(std::vector<Node> items) {
  Node node;
  node.kind = Kind::Array;
  node.items() = std::move(items);
  return node;
}

Node object_node(std::vector<std::pair<std::string, Node>> members) {
  Node node;
  node.kind = Kind::Object;
  node.members() = std::move(members);
  return node;
}

Node unknown_node(std::string why) {
  Node node;
  node.kind = Kind::Unknown;
  node.why = std::move(why);
  return node;
}

Node open_list(std::vector<Node> items, std::string why) {
  Node node = unknown_node(std::move(why));
  node.items() = std::move(items);
  return node;
}

std::optional<std::int64_t> as_integer(const Node& node) {
  if (!node.is(Kind::Number)) return std::nullopt;
  std::int64_t value = 0;
  const char* end = node.text.data() + node.text.size();
  const auto [stop, error] = std::from_chars(node.text.data(), end, value);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return value;
}

std::string_view type_name(const Node& node) {
  switch (node.kind) {
    case Kind::Null:
      return "null";
    case Kind::Bool:
      return "boolean";
    case Kind::Number:
      return as_integer(node) ? "integer" : "number";
    case Kind::String:
      return "string";
    case Kind::Array:
      return "array";
    case Kind::Object:
      return "object";
    case Kind::Unknown:
      return "unknown value";
  }
  return "value";
}

const Node* find_unknown(const Node& node) {
  if (node.is(Kind::Unknown)) return &node;
  for (const Node& item : node.items())
    if (const Node* found = find_unknown(item)) return found;
  for (const auto& [name, value] : node.members())
    if (const Node* found = find_unknown(value)) return found;
  return nullptr;
}

std::optional<bool> equal_value(const Node& a, const Node& b) {
  if (a.is(Kind::Unknown) || b.is(Kind::Unknown)) return std::nullopt;
  if (a.kind != b.kind) return false;
  switch (a.kind) {
    case Kind::Bool:
      return a.boolean == b.boolean;
    case Kind::Number:
      return same_number(a, b);
    case Kind::String:
      return same_text(a, b);
    case Kind::Array:
      return same_items(a, b);
    case Kind::Object:
      return same_members(a, b);
    default:
      return true;
  }
}

std::string json_text(const Node& node) {
  std::string out;
  append_json(node, Members::AsWritten, out);
  return out;
}

std::string canonical_text(const Node& node) {
  std::string out;
  append_json(node, Members::Sorted, out);
  return out;
}

Extent extent_of(const Node& node) {
  Extent extent{1 + node.text.size() / 64, 0};
  const auto add = [&extent](const Node& part, std::size_t name) {
    const Extent inner = extent_of(part);
    extent.weight += inner.weight + name / 64;
    extent.depth = std::max(extent.depth, inner.depth);
  };
  for (const Node& item : node.items()) add(item, 0);
  for (const auto& [name, value] : node.members()) add(value, name.size());
  ++extent.depth;
  return extent;
}

}  // namespace nsgcheck::io::arm
