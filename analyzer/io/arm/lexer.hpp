// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "analyzer/io/arm/expression.hpp"

namespace nsgcheck::io::arm {

/// One token of an expression.
struct Token {
  enum class Kind : std::uint8_t { Name, String, Integer, Open, Close, OpenIndex, CloseIndex, Comma, Dot, End };
  Kind kind{Kind::End};
  std::string text;  ///< Name, Integer: as written. String: the value, '' undone.
  std::size_t offset{};
};

/// Cuts `text` into tokens, one at a time, from byte `start` on. `text` must outlive the lexer.
class Lexer {
 public:
  explicit Lexer(std::string_view text, std::size_t start) : text_{text}, at_{start} {}

  /// The next token; Kind::End again and again once the text is used up.
  [[nodiscard]] tl::expected<Token, ExpressionError> next();

 private:
  [[nodiscard]] Token take(Token::Kind kind, std::size_t end);
  [[nodiscard]] tl::expected<Token, ExpressionError> string();
  [[nodiscard]] tl::expected<Token, ExpressionError> integer();
  [[nodiscard]] Token name();

  std::string_view text_;
  std::size_t at_;
};

}  // namespace nsgcheck::io::arm
