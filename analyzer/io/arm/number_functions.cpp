// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "analyzer/io/arm/functions.hpp"

namespace nsgcheck::io::arm {
namespace {

struct Operands {
  std::int64_t left;
  std::int64_t right;
};

tl::expected<Operands, std::string> operands(Arguments arguments) {
  const auto left = as_integer(*arguments[0]);
  const auto right = as_integer(*arguments[1]);
  if (!left) return wrong_type(arguments, 0, "integer");
  if (!right) return wrong_type(arguments, 1, "integer");
  return Operands{*left, *right};
}

using Checked = bool (*)(std::int64_t, std::int64_t, std::int64_t*);

bool add(std::int64_t a, std::int64_t b, std::int64_t* result) { return !__builtin_add_overflow(a, b, result); }
bool subtract(std::int64_t a, std::int64_t b, std::int64_t* result) { return !__builtin_sub_overflow(a, b, result); }
bool multiply(std::int64_t a, std::int64_t b, std::int64_t* result) { return !__builtin_mul_overflow(a, b, result); }

/// Rounds towards zero; INT64_MIN / -1 does not fit.
bool divide(std::int64_t a, std::int64_t b, std::int64_t* result) {
  if (b == 0 || (a == INT64_MIN && b == -1)) return false;
  *result = a / b;
  return true;
}

bool remainder(std::int64_t a, std::int64_t b, std::int64_t* result) {
  if (b == 0 || (a == INT64_MIN && b == -1)) return false;
  *result = a % b;
  return true;
}

template <Checked operation>
Outcome arithmetic(Arguments arguments) {
  const auto pair = operands(arguments);
  if (!pair) return tl::unexpected(pair.error());
  std::int64_t result = 0;
  if (!operation(pair->left, pair->right, &result))
    return refuse("no 64-bit result for " + std::to_string(pair->left) + " and " + std::to_string(pair->right));
  return give(integer_node(result));
}

/// The values of one array argument or of several integer ones.
template <bool want_largest>
Outcome extreme(Arguments arguments) {
  std::optional<std::int64_t> best;
  const auto meet = [&best](const Node& node) {
    const auto value = as_integer(node);
    if (value) best = !best ? *value : want_largest ? std::max(*best, *value) : std::min(*best, *value);
    return value.has_value();
  };
  const bool list = arguments.size() == 1 && arguments[0]->is(Node::Kind::Array);
  if (list) {
    if (const Node* unknown = find_unknown(*arguments[0])) return give(unknown_node(unknown->why));
    for (const Node& item : arguments[0]->items())
      if (!meet(item)) return refuse("an item is of type " + std::string{type_name(item)} + ", not integer");
  } else {
    for (std::size_t i = 0; i < arguments.size(); ++i)
      if (!meet(*arguments[i])) return wrong_type(arguments, i, "integer");
  }
  if (!best) return refuse("the array is empty");
  return give(integer_node(*best));
}

constexpr std::array<Function, 7> kNumberFunctions{{
    {"add", 2, 2, arithmetic<add>},
    {"div", 2, 2, arithmetic<divide>},
    {"max", 1, kAnyNumber, extreme<true>},
    {"min", 1, kAnyNumber, extreme<false>},
    {"mod", 2, 2, arithmetic<remainder>},
    {"mul", 2, 2, arithmetic<multiply>},
    {"sub", 2, 2, arithmetic<subtract>},
}};

}  // namespace

std::span<const Function> number_functions() { return kNumberFunctions; }

}  // namespace nsgcheck::io::arm
