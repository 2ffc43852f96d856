// SPDX-License-Identifier: Apache-2.0
#include "analyzer/io/deployment_fields.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "analyzer/net/spelling.hpp"
#include "analyzer/net/text.hpp"

namespace nsgcheck::io {
namespace {

using Kind = Node::Kind;

std::string_view kind_word(const Node& node) {
  switch (node.kind) {
    case Kind::Null:
      return "null";
    case Kind::Bool:
      return "true or false";
    case Kind::Number:
      return "a number";
    case Kind::String:
      return "a text";
    case Kind::Array:
      return "a list";
    case Kind::Object:
      return "an object";
    case Kind::Unknown:
      break;
  }
  return "an expression";
}

std::string shown(const Node& node) {
  if (node.is(Kind::String)) return '"' + node.text + '"';
  if (node.is(Kind::Bool)) return node.boolean ? "true" : "false";
  return node.text.empty() ? std::string{kind_word(node)} : node.text;
}

// The known key that is meant, when one is near enough; else all of them.
std::string advice(std::string_view key, std::initializer_list<std::string_view> known) {
  constexpr std::size_t kLongest = 64;
  std::string_view best;
  std::size_t least = key.size() / 2 + 1;
  for (const std::string_view one : known) {
    const std::size_t here = key.size() > kLongest ? least : net::edit_distance(key, one);
    if (here >= least) continue;
    least = here;
    best = one;
  }
  if (!best.empty()) return fmt::format("did you mean \"{}\"?", best);
  std::string list;
  for (const std::string_view one : known)
    if (one.front() != '$') list += (list.empty() ? "" : ", ") + std::string{one};
  return "known are " + list;
}

}  // namespace

void DeploymentFields::assume(std::string_view code) {
  auto& all = deployment().assumptions;
  if (std::find(all.begin(), all.end(), code) == all.end()) all.emplace_back(code);
}

void DeploymentFields::fault(const Node& node, std::string message) {
  file_.errors.push_back({document_.file, position_of(document_, node.span), std::move(message)});
}

bool DeploymentFields::object(const Node& node, std::string_view what, std::initializer_list<std::string_view> known) {
  if (!node.is(Kind::Object)) {
    fault(node, fmt::format("{} is a JSON object, not {}", what, kind_word(node)));
    return false;
  }
  for (const auto& [key, value] : node.members())
    if (std::find(known.begin(), known.end(), key) == known.end())
      fault(value, fmt::format("{} has no key \"{}\"; {}", what, key, advice(key, known)));
  return true;
}

std::optional<std::string> DeploymentFields::text(const Node& object, std::string_view key) {
  const Node* node = object.find(key);
  if (!given(node)) return std::nullopt;
  if (node->is(Kind::String)) return node->text;
  fault(*node, fmt::format("\"{}\" is a text, not {}", key, shown(*node)));
  return std::nullopt;
}

std::string DeploymentFields::name(const Node& object, std::string_view what) {
  const std::size_t faults = file_.errors.size();
  std::string out = text(object, "name").value_or("");
  if (out.empty() && file_.errors.size() == faults) fault(object, fmt::format("{} has a \"name\"", what));
  return out;
}

std::optional<bool> DeploymentFields::flag(const Node& object, std::string_view key) {
  const Node* node = object.find(key);
  if (!given(node)) return std::nullopt;
  if (node->is(Kind::Bool)) return node->boolean;
  fault(*node, fmt::format("\"{}\" is true or false, not {}", key, shown(*node)));
  return std::nullopt;
}

std::optional<std::int64_t> DeploymentFields::number(const Node& object, std::string_view key, std::int64_t low,
                                                     std::int64_t high) {
  const Node* node = object.find(key);
  if (!given(node)) return std::nullopt;
  std::int64_t value = 0;
  const char* stop = node->text.data() + node->text.size();
  const auto [end, error] = std::from_chars(node->text.data(), stop, value);
  const bool whole = node->is(Kind::Number) && error == std::errc{} && end == stop;
  if (whole && value >= low && value <= high) return value;
  fault(*node, fmt::format("\"{}\" is {}, not a whole number from {} to {}", key, shown(*node), low, high));
  return std::nullopt;
}

std::optional<net::Port> DeploymentFields::port(const Node& object, std::string_view key) {
  const auto value = number(object, key, 1, 65535);
  return value ? std::optional{static_cast<net::Port>(*value)} : std::nullopt;
}

void DeploymentFields::each(const Node& object, std::string_view key, const std::function<void(const Node&)>& visit) {
  const Node* list = object.find(key);
  if (!given(list)) return;
  if (!list->is(Kind::Array)) return fault(*list, fmt::format("\"{}\" is a list, not {}", key, shown(*list)));
  for (const Node& item : list->items()) visit(item);
}

void DeploymentFields::each_text(const Node& object, std::string_view key, bool or_one,
                                 const std::function<void(const Node&)>& visit) {
  const Node* node = object.find(key);
  if (or_one && node != nullptr && node->is(Kind::String)) return visit(*node);
  each(object, key, [&](const Node& item) {
    if (item.is(Kind::String)) return visit(item);
    fault(item, fmt::format("\"{}\" holds texts, not {}", key, shown(item)));
  });
}

std::optional<net::AnyPrefix> DeploymentFields::prefix(const Node& node) {
  const auto parsed = net::parse_prefix(node.text);
  if (!parsed)
    fault(node, fmt::format("{} is no CIDR block", shown(node)));
  else if (parsed->host_bits)
    fault(node, fmt::format("{} has bits set below its prefix length", shown(node)));
  return parsed ? std::optional{parsed->prefix} : std::nullopt;
}

std::optional<net::IpAddress> DeploymentFields::address(const Node& node) {
  const auto parsed = net::parse_address(node.text);
  if (!parsed) fault(node, fmt::format("{} is no address", shown(node)));
  return parsed;
}

}  // namespace nsgcheck::io
