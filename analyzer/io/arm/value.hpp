// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/io/node.hpp"

namespace nsgcheck::io::arm {

/// A value during evaluation. Shared, since `parameters('big').x[3]` must not copy what it walks through; a member is
/// shared by aliasing its owner. Never null.
using Value = std::shared_ptr<const Node>;

/// The longest string that a function may make, in bytes; ARM's own limit is 131,072 characters.
inline constexpr std::size_t kMaxText = std::size_t{1} << 20;

[[nodiscard]] Value make_value(Node node);
/// A part of `whole`, kept alive by it.
[[nodiscard]] Value part_of(const Value& whole, const Node& part);

[[nodiscard]] Node string_node(std::string text);
[[nodiscard]] Node bool_node(bool value);
[[nodiscard]] Node integer_node(std::int64_t value);
[[nodiscard]] Node array_node(std::vector<Node> items);
[[nodiscard]] Node object_node(std::vector<std::pair<std::string, Node>> members);
/// A value that the template alone does not settle; `why` as in Node.
[[nodiscard]] Node unknown_node(std::string why);
/// A list of which only these items are known: Unknown to all who do not look for them (Node::items()).
[[nodiscard]] Node open_list(std::vector<Node> items, std::string why);

/// The value of a whole number that fits 64 bits; ARM's numbers are such.
[[nodiscard]] std::optional<std::int64_t> as_integer(const Node& node);

/// "string", "integer", "array", ... for messages.
[[nodiscard]] std::string_view type_name(const Node& node);

/// The first unknown value in `node` or below it, or null.
[[nodiscard]] const Node* find_unknown(const Node& node);

/// Equality as ARM's equals() has it: strings with regard to case, members in any order. Empty when unknown values, or
/// placeholders of resource ids, keep it open.
[[nodiscard]] std::optional<bool> equal_value(const Node& a, const Node& b);

/// Compact JSON. REQUIRES: find_unknown(node) == nullptr. Stops after kMaxText bytes and a little.
[[nodiscard]] std::string json_text(const Node& node);

/// As json_text(), with members sorted: one text for values that equal_value() calls equal.
[[nodiscard]] std::string canonical_text(const Node& node);

/// Size of a value: nodes, plus one for each 64 bytes of text.
struct Extent {
  std::size_t weight{};
  std::size_t depth{};
};
[[nodiscard]] Extent extent_of(const Node& node);

/// What stands in resource ids for the subscription and the group, which a template does not know.
inline constexpr std::string_view kSubscriptionPlaceholder = "{subscriptionId}";
inline constexpr std::string_view kGroupPlaceholder = "{resourceGroup}";

}  // namespace nsgcheck::io::arm
