// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

namespace nsgcheck::io::arm {

/// A parsed expression of the ARM template language.
struct Expression {
  enum class Kind : std::uint8_t {
    String,   ///< 'text'
    Integer,  ///< 42, -1
    Call,     ///< name(children...); a user-defined function is named "namespace.function"
    Member,   ///< children[0].text
    Index,    ///< children[0][children[1]]
  };

  Kind kind{Kind::String};
  std::string text;  ///< String: the value, escapes undone. Integer: the digits. Call, Member: the name as written.
  std::vector<Expression> children;
  std::size_t offset{};  ///< where it starts in the parsed string, in bytes

  /// Equal meaning: offsets do not count.
  friend bool operator==(const Expression& a, const Expression& b) {
    return a.kind == b.kind && a.text == b.text && a.children == b.children;
  }
};

/// Nesting beyond this many levels is refused, so that no input can exhaust the stack.
inline constexpr std::size_t kMaxExpressionDepth = 128;

/// Why a string is no expression. `offset` is in bytes, at most the length of the string.
struct ExpressionError {
  std::size_t offset{};
  std::string message;  ///< quotes the offending text; no trailing full stop
};

/// True for a string that ARM evaluates: starts with "[", but not with "[[", and ends with "]".
[[nodiscard]] bool is_expression(std::string_view text);

/// The value of a string that is no expression: "[[x]" stands for "[x]", everything else for itself.
[[nodiscard]] std::string literal_text(std::string_view text);

/// Parses "[...]", brackets included.
[[nodiscard]] tl::expected<Expression, ExpressionError> parse_expression(std::string_view text);

/// The expression without the outer brackets, in one spelling: `concat('a', parameters('b')[0].c)`.
/// Parsing "[" + to_string(e) + "]" gives an equal expression.
[[nodiscard]] std::string to_string(const Expression& expression);

}  // namespace nsgcheck::io::arm
