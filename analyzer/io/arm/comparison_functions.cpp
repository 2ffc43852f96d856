// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <compare>

#include "analyzer/io/arm/functions.hpp"
#include "analyzer/net/text.hpp"

namespace nsgcheck::io::arm {
namespace {

using Kind = Node::Kind;

Outcome equals(Arguments arguments) {
  const auto same = equal_value(*arguments[0], *arguments[1]);
  if (same) return give(bool_node(*same));
  const Node* unknown = find_unknown(*arguments[0]);
  if (unknown == nullptr) unknown = find_unknown(*arguments[1]);
  return give(unknown_node(unknown != nullptr ? unknown->why : "the values cannot be compared before deployment"));
}

bool is_plain(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    const char small = net::lower(c);
    return (small >= 'a' && small <= 'z') || (c >= '0' && c <= '9');
  });
}

/// The documented order puts "a" before "A" and both before "b". How it ranks other characters is not documented.
std::optional<std::strong_ordering> compare_text(const std::string& a, const std::string& b) {
  if (a == b) return std::strong_ordering::equal;
  if (!is_plain(a) || !is_plain(b)) return std::nullopt;
  const std::string x = net::lower(a);
  const std::string y = net::lower(b);
  if (x != y) return x < y ? std::strong_ordering::less : std::strong_ordering::greater;
  return a > b ? std::strong_ordering::less : std::strong_ordering::greater;  // ASCII has the capitals first
}

template <bool (*holds)(std::strong_ordering)>
Outcome ordered(Arguments arguments) {
  const auto a = as_integer(*arguments[0]);
  const auto b = as_integer(*arguments[1]);
  if (a && b) return give(bool_node(holds(*a <=> *b)));
  for (std::size_t i = 0; i < 2; ++i)
    if (!arguments[i]->is(Kind::String)) return wrong_type(arguments, i, "integers or strings on both sides");
  const auto order = compare_text(arguments[0]->text, arguments[1]->text);
  if (!order) return give(unknown_node("how ARM orders these texts is not documented"));
  return give(bool_node(holds(*order)));
}

bool less(std::strong_ordering order) { return order < 0; }
bool less_or_equals(std::strong_ordering order) { return order <= 0; }
bool greater(std::strong_ordering order) { return order > 0; }
bool greater_or_equals(std::strong_ordering order) { return order >= 0; }

Outcome negate(Arguments arguments) {
  if (!arguments[0]->is(Kind::Bool)) return wrong_type(arguments, 0, "boolean");
  return give(bool_node(!arguments[0]->boolean));
}

Outcome make_true(Arguments) { return give(bool_node(true)); }
Outcome make_false(Arguments) { return give(bool_node(false)); }
Outcome make_null(Arguments) { return give(Node{}); }

constexpr std::array<Function, 9> kComparisonFunctions{{
    {"equals", 2, 2, equals},
    {"false", 0, 0, make_false},
    {"greater", 2, 2, ordered<greater>},
    {"greaterorequals", 2, 2, ordered<greater_or_equals>},
    {"less", 2, 2, ordered<less>},
    {"lessorequals", 2, 2, ordered<less_or_equals>},
    {"not", 1, 1, negate},
    {"null", 0, 0, make_null},
    {"true", 0, 0, make_true},
}};

}  // namespace

std::span<const Function> comparison_functions() { return kComparisonFunctions; }

}  // namespace nsgcheck::io::arm
