// SPDX-License-Identifier: Apache-2.0
#include "analyzer/io/arm/expression.hpp"

#include <algorithm>
#include <utility>

#include "analyzer/io/arm/lexer.hpp"

namespace nsgcheck::io::arm {
namespace {

using Parsed = tl::expected<Expression, ExpressionError>;
using TokenKind = Token::Kind;

/// An expression with the height of its tree, so that chains such as a.b.c are bounded too.
struct Tree {
  Expression expression;
  std::size_t height{1};
};
using ParsedTree = tl::expected<Tree, ExpressionError>;

class Parser {
 public:
  // The opening bracket is skipped, not cut off, so that offsets count from it.
  explicit Parser(std::string_view text) : lexer_{text, 1} {}

  Parsed run() {
    if (auto moved = advance(); !moved) return tl::unexpected(moved.error());
    auto tree = expression(1);
    if (!tree) return tl::unexpected(tree.error());
    if (token_.kind != TokenKind::End) return tl::unexpected(unexpected("the end of the expression"));
    return std::move(tree->expression);
  }

 private:
  using Moved = tl::expected<void, ExpressionError>;

  Moved advance() {
    auto token = lexer_.next();
    if (!token) return tl::unexpected(token.error());
    token_ = std::move(*token);
    return {};
  }

  Moved expect(TokenKind kind, std::string_view what) {
    if (token_.kind != kind) return tl::unexpected(unexpected(what));
    return advance();
  }

  [[nodiscard]] ExpressionError unexpected(std::string_view wanted) const {
    const std::string found = token_.kind == TokenKind::End ? "the end of the expression" : '"' + token_.text + '"';
    return {token_.offset, "expected " + std::string{wanted} + ", found " + found};
  }

  [[nodiscard]] ExpressionError too_deep() const {
    return {token_.offset, "nested deeper than " + std::to_string(kMaxExpressionDepth) + " levels"};
  }

  ParsedTree expression(std::size_t depth) {
    if (depth > kMaxExpressionDepth) return tl::unexpected(too_deep());
    auto tree = primary(depth);
    while (tree && (token_.kind == TokenKind::Dot || token_.kind == TokenKind::OpenIndex)) {
      tree = token_.kind == TokenKind::Dot ? member(std::move(*tree)) : index(std::move(*tree), depth);
      if (tree && tree->height > kMaxExpressionDepth) return tl::unexpected(too_deep());
    }
    return tree;
  }

  ParsedTree primary(std::size_t depth) {
    if (token_.kind == TokenKind::Name) return call(depth);
    if (token_.kind != TokenKind::String && token_.kind != TokenKind::Integer)
      return tl::unexpected(unexpected("a value"));
    Tree tree;
    tree.expression.kind = token_.kind == TokenKind::String ? Expression::Kind::String : Expression::Kind::Integer;
    tree.expression.text = token_.text;
    tree.expression.offset = token_.offset;
    if (auto moved = advance(); !moved) return tl::unexpected(moved.error());
    return tree;
  }

  ParsedTree call(std::size_t depth) {
    Tree tree;
    tree.expression.kind = Expression::Kind::Call;
    tree.expression.offset = token_.offset;
    tree.expression.text = token_.text;
    if (auto moved = advance(); !moved) return tl::unexpected(moved.error());
    if (token_.kind == TokenKind::Dot) {
      if (auto moved = advance(); !moved) return tl::unexpected(moved.error());
      if (token_.kind != TokenKind::Name) return tl::unexpected(unexpected("the name of a function"));
      tree.expression.text += '.' + token_.text;
      if (auto moved = advance(); !moved) return tl::unexpected(moved.error());
    }
    if (auto open = expect(TokenKind::Open, "\"(\""); !open) return tl::unexpected(open.error());
    if (auto filled = arguments(tree, depth); !filled) return tl::unexpected(filled.error());
    return tree;
  }

  Moved arguments(Tree& tree, std::size_t depth) {
    if (token_.kind == TokenKind::Close) return advance();
    while (true) {
      auto argument = expression(depth + 1);
      if (!argument) return tl::unexpected(argument.error());
      tree.height = std::max(tree.height, argument->height + 1);
      tree.expression.children.push_back(std::move(argument->expression));
      if (token_.kind != TokenKind::Comma) return expect(TokenKind::Close, "\",\" or \")\"");
      if (auto moved = advance(); !moved) return moved;
    }
  }

  ParsedTree member(Tree object) {
    if (auto moved = advance(); !moved) return tl::unexpected(moved.error());
    if (token_.kind != TokenKind::Name) return tl::unexpected(unexpected("the name of a property"));
    Tree tree;
    tree.height = object.height + 1;
    tree.expression.kind = Expression::Kind::Member;
    tree.expression.text = token_.text;
    tree.expression.offset = token_.offset;
    tree.expression.children.push_back(std::move(object.expression));
    if (auto moved = advance(); !moved) return tl::unexpected(moved.error());
    return tree;
  }

  ParsedTree index(Tree object, std::size_t depth) {
    Tree tree;
    tree.expression.kind = Expression::Kind::Index;
    tree.expression.offset = token_.offset;
    if (auto moved = advance(); !moved) return tl::unexpected(moved.error());
    auto position = expression(depth + 1);
    if (!position) return position;
    tree.height = std::max(object.height, position->height) + 1;
    tree.expression.children.push_back(std::move(object.expression));
    tree.expression.children.push_back(std::move(position->expression));
    if (auto closed = expect(TokenKind::CloseIndex, "\"]\""); !closed) return tl::unexpected(closed.error());
    return tree;
  }

  Lexer lexer_;
  Token token_;
};

std::string as_literal(std::string_view text) {
  std::string out{"'"};
  for (const char c : text) out += c == '\'' ? std::string{"''"} : std::string{c};
  return out + '\'';
}

void print(const Expression& e, std::string& out) {
  switch (e.kind) {
    case Expression::Kind::String:
      out += as_literal(e.text);
      return;
    case Expression::Kind::Integer:
      out += e.text;
      return;
    case Expression::Kind::Call: {
      out += e.text + '(';
      const char* separator = "";
      for (const Expression& argument : e.children) {
        out += separator;
        print(argument, out);
        separator = ", ";
      }
      out += ')';
      return;
    }
    case Expression::Kind::Member:
      print(e.children[0], out);
      out += '.' + e.text;
      return;
    case Expression::Kind::Index:
      print(e.children[0], out);
      out += '[';
      print(e.children[1], out);
      out += ']';
      return;
  }
}

}  // namespace

bool is_expression(std::string_view text) {
  return text.size() >= 2 && text.front() == '[' && text.back() == ']' && text[1] != '[';
}

std::string literal_text(std::string_view text) {
  const bool escaped = text.size() >= 3 && text.substr(0, 2) == "[[" && text.back() == ']';
  return std::string{escaped ? text.substr(1) : text};
}

tl::expected<Expression, ExpressionError> parse_expression(std::string_view text) {
  if (!is_expression(text)) return tl::unexpected(ExpressionError{0, "an expression stands in \"[\" and \"]\""});
  return Parser{text.substr(0, text.size() - 1)}.run();
}

std::string to_string(const Expression& expression) {
  std::string out;
  print(expression, out);
  return out;
}

}  // namespace nsgcheck::io::arm
