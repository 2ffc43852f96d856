// SPDX-License-Identifier: Apache-2.0
#include "analyzer/io/arm/lexer.hpp"

namespace nsgcheck::io::arm {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool starts_name(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$'; }
bool continues_name(char c) { return starts_name(c) || is_digit(c); }

Token::Kind punctuation(char c) {
  switch (c) {
    case '(':
      return Token::Kind::Open;
    case ')':
      return Token::Kind::Close;
    case '[':
      return Token::Kind::OpenIndex;
    case ']':
      return Token::Kind::CloseIndex;
    case ',':
      return Token::Kind::Comma;
    case '.':
      return Token::Kind::Dot;
    default:
      return Token::Kind::End;
  }
}

}  // namespace

tl::expected<Token, ExpressionError> Lexer::next() {
  while (at_ < text_.size() && is_blank(text_[at_])) ++at_;
  if (at_ == text_.size()) return Token{Token::Kind::End, "", at_};
  const char c = text_[at_];
  if (c == '\'') return string();
  if (is_digit(c) || c == '-') return integer();
  if (starts_name(c)) return name();
  if (const auto kind = punctuation(c); kind != Token::Kind::End) return take(kind, at_ + 1);
  return tl::unexpected(ExpressionError{at_, "unexpected character '" + std::string{c} + "'"});
}

Token Lexer::take(Token::Kind kind, std::size_t end) {
  Token token{kind, std::string{text_.substr(at_, end - at_)}, at_};
  at_ = end;
  return token;
}

tl::expected<Token, ExpressionError> Lexer::string() {
  Token token{Token::Kind::String, "", at_};
  for (std::size_t i = at_ + 1; i < text_.size(); ++i) {
    if (text_[i] != '\'') {
      token.text += text_[i];
    } else if (i + 1 < text_.size() && text_[i + 1] == '\'') {
      token.text += text_[i++];
    } else {
      at_ = i + 1;
      return token;
    }
  }
  return tl::unexpected(ExpressionError{at_, "a string that starts here has no closing '"});
}

tl::expected<Token, ExpressionError> Lexer::integer() {
  std::size_t end = text_[at_] == '-' ? at_ + 1 : at_;
  const std::size_t digits = end;
  while (end < text_.size() && is_digit(text_[end])) ++end;
  if (end == digits) return tl::unexpected(ExpressionError{at_, "\"-\" without digits"});
  // "1a" and "1.5" are no numbers of the language; as two tokens they would give a misleading message.
  const bool fraction = end + 1 < text_.size() && text_[end] == '.' && is_digit(text_[end + 1]);
  if (fraction || (end < text_.size() && continues_name(text_[end])))
    return tl::unexpected(ExpressionError{at_, "expected a whole number"});
  return take(Token::Kind::Integer, end);
}

Token Lexer::name() {
  std::size_t end = at_;
  while (end < text_.size() && continues_name(text_[end])) ++end;
  return take(Token::Kind::Name, end);
}

}  // namespace nsgcheck::io::arm
