// SPDX-License-Identifier: Apache-2.0
#include "analyzer/io/arm/parameter_limits.hpp"

#include <algorithm>
#include <cstdint>

#include "analyzer/io/arm/value.hpp"
#include "analyzer/net/text.hpp"

namespace nsgcheck::io::arm {
namespace {

using Kind = Node::Kind;

bool same(const Node& a, const Node& b) {
  if (a.is(Kind::String) && b.is(Kind::String)) return net::same_word(a.text, b.text);
  return equal_value(a, b) != std::optional{false};
}

bool is_one_of(const Node& value, const Node& allowed) {
  return std::any_of(allowed.items().begin(), allowed.items().end(), [&](const Node& one) { return same(one, value); });
}

std::string shown(const Node& value) {
  return value.is(Kind::String) ? '\'' + value.text + '\'' : find_unknown(value) == nullptr ? json_text(value) : "?";
}

std::string listed(const Node& allowed) {
  constexpr std::size_t kMost = 20;
  std::string out;
  for (std::size_t i = 0; i < std::min(kMost, allowed.items().size()); ++i)
    out += (i == 0 ? "" : ", ") + shown(allowed.items()[i]);
  return out + (allowed.items().size() > kMost ? ", ..." : "");
}

/// Items of a list, characters of a text; empty for what has no length.
std::optional<std::int64_t> length_of(const Node& value) {
  if (value.is(Kind::Array)) return static_cast<std::int64_t>(value.items().size());
  if (!value.is(Kind::String)) return std::nullopt;
  constexpr unsigned kContinues = 0x80, kMask = 0xC0;
  return std::count_if(value.text.begin(), value.text.end(),
                       [](char c) { return (static_cast<unsigned char>(c) & kMask) != kContinues; });
}

/// The number that a member of a declaration gives.
std::optional<std::int64_t> limit(const Node& declaration, std::string_view member) {
  const Node* found = declaration.find(member);
  return found == nullptr ? std::nullopt : as_integer(*found);
}

std::optional<std::string> range_fault(const Node& declaration, std::optional<std::int64_t> measured,
                                       std::string_view least, std::string_view most, std::string_view what) {
  if (!measured) return std::nullopt;
  if (const auto bound = limit(declaration, least); bound && *measured < *bound)
    return "takes " + std::string{what} + std::to_string(*bound) + " at least (" + std::string{least} + ')';
  if (const auto bound = limit(declaration, most); bound && *measured > *bound)
    return "takes " + std::string{what} + std::to_string(*bound) + " at most (" + std::string{most} + ')';
  return std::nullopt;
}

}  // namespace

std::optional<std::string> limit_fault(const Node& declaration, const Node& value) {
  if (find_unknown(value) != nullptr || value.is(Kind::Null)) return std::nullopt;
  const Node* allowed = declaration.find("allowedValues");
  if (allowed != nullptr && allowed->is(Kind::Array) && !is_one_of(value, *allowed)) {
    // A list may have any of them as its items.
    const bool items =
        value.is(Kind::Array) && std::all_of(value.items().begin(), value.items().end(),
                                             [&](const Node& item) { return is_one_of(item, *allowed); });
    if (!items) return "takes one of " + listed(*allowed);
  }
  if (auto fault = range_fault(declaration, as_integer(value), "minValue", "maxValue", "")) return fault;
  return range_fault(declaration, length_of(value), "minLength", "maxLength", "a length of ");
}

}  // namespace nsgcheck::io::arm
