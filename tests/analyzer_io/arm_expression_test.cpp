// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "analyzer/io/arm/expression.hpp"

namespace nsgcheck::io::arm::arm_expression_test {
namespace {

struct PrintCase {
  const char* name;
  std::string text;
  std::string printed;
};

TEST(ArmExpression, PrintsInOneSpelling) {
  const PrintCase cases[] = {
      {"a string", "['abc']", "'abc'"},
      {"a doubled quote is one", "['it''s']", "'it''s'"},
      {"nothing but a quote", "['''']", "''''"},
      {"an empty string", "['']", "''"},
      {"brackets inside a string", "['[x]']", "'[x]'"},
      {"a number", "[42]", "42"},
      {"a negative number", "[sub(1,-2)]", "sub(1, -2)"},
      {"blanks and line breaks", "[ concat( 'a' ,\n\t'b' ) ]", "concat('a', 'b')"},
      {"no arguments", "[null()]", "null()"},
      {"the name stays as written", "[ConCat('A')]", "ConCat('A')"},
      {"a property", "[resourceGroup().location]", "resourceGroup().location"},
      {"an index", "[parameters('a')[0]]", "parameters('a')[0]"},
      {"a chain", "[parameters('a')[copyIndex()].b.c['d']]", "parameters('a')[copyIndex()].b.c['d']"},
      {"a user-defined function", "[contoso.name('x')]", "contoso.name('x')"},
      {"nested calls", "[if(equals(1,1),a(),b())]", "if(equals(1, 1), a(), b())"},
  };
  for (const PrintCase& c : cases) {
    SCOPED_TRACE(c.name);
    const auto parsed = parse_expression(c.text);
    ASSERT_TRUE(parsed) << parsed.error().message;
    EXPECT_EQ(to_string(*parsed), c.printed);
    const auto again = parse_expression("[" + c.printed + "]");
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_TRUE(*again == *parsed);
  }
}

struct ErrorCase {
  const char* name;
  std::string text;
  std::size_t offset;
  std::string message;
};

TEST(ArmExpression, SaysWhereItFails) {
  const ErrorCase cases[] = {
      {"empty", "[]", 1, "expected a value, found the end of the expression"},
      {"no bracket", "concat('a')", 0, "an expression stands in \"[\" and \"]\""},
      {"an escaped bracket is no expression", "[[x]", 0, "an expression stands in \"[\" and \"]\""},
      {"a parenthesis is missing", "[concat('a']", 11, "expected \",\" or \")\", found the end of the expression"},
      {"a parenthesis too many", "[concat('a'))]", 12, "expected the end of the expression, found \")\""},
      {"a string without end", "[concat('a)]", 8, "a string that starts here has no closing '"},
      {"a bare word", "[true]", 5, "expected \"(\", found the end of the expression"},
      {"an argument is missing", "[concat('a',)]", 12, "expected a value, found \")\""},
      {"a comma is missing", "[concat('a' 'b')]", 12, "expected \",\" or \")\", found \"b\""},
      {"a double quote", "[concat(\"a\")]", 8, "unexpected character '\"'"},
      {"a property without name", "[a().]", 5, "expected the name of a property, found the end of the expression"},
      {"an index without end", "[a()[0]", 6, "expected \"]\", found the end of the expression"},
      {"a fraction", "[add(1.5,1)]", 5, "expected a whole number"},
      {"a digit in front of letters", "[1a]", 1, "expected a whole number"},
      {"a lone minus", "[-]", 1, "\"-\" without digits"},
      {"an operator", "[1+1]", 2, "unexpected character '+'"},
  };
  for (const ErrorCase& c : cases) {
    SCOPED_TRACE(c.name);
    const auto parsed = parse_expression(c.text);
    ASSERT_FALSE(parsed);
    EXPECT_EQ(parsed.error().offset, c.offset);
    EXPECT_EQ(parsed.error().message, c.message);
  }
}

std::string nested(std::size_t calls) {
  std::string text = "[";
  for (std::size_t i = 0; i < calls; ++i) text += "not(";
  return text + "true()" + std::string(calls, ')') + "]";
}

std::string chained(std::size_t members) {
  std::string text = "[a()";
  for (std::size_t i = 0; i < members; ++i) text += ".b";
  return text + "]";
}

TEST(ArmExpression, BoundsTheDepth) {
  EXPECT_TRUE(parse_expression(nested(kMaxExpressionDepth - 1)));
  EXPECT_TRUE(parse_expression(chained(kMaxExpressionDepth - 1)));
  const auto too_nested = parse_expression(nested(kMaxExpressionDepth));
  ASSERT_FALSE(too_nested);
  EXPECT_EQ(too_nested.error().message, "nested deeper than 128 levels");
  EXPECT_FALSE(parse_expression(chained(kMaxExpressionDepth)));
  EXPECT_FALSE(parse_expression(nested(100'000)));
  EXPECT_FALSE(parse_expression(chained(100'000)));
}

struct LiteralCase {
  const char* name;
  std::string text;
  bool expression;
  std::string literal;
};

// The documentation's page "Template expressions", section "Escape characters".
TEST(ArmExpression, TellsExpressionsFromText) {
  const LiteralCase cases[] = {
      {"an expression", "[null()]", true, "[null()]"},
      {"an escape", "[[test value]", false, "[test value]"},
      {"no escape without the bracket at the end", "[[test] value", false, "[[test] value"},
      {"a bracket at the start only", "[test] value", false, "[test] value"},
      {"a bracket at the end only", "test]", false, "test]"},
      {"a blank in front", " [null()]", false, " [null()]"},
      {"one bracket", "[", false, "["},
      {"two brackets", "[[", false, "[["},
      {"empty", "", false, ""},
  };
  for (const LiteralCase& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(is_expression(c.text), c.expression);
    if (c.expression) continue;
    EXPECT_EQ(literal_text(c.text), c.literal);
  }
}

}  // namespace
}  // namespace nsgcheck::io::arm::arm_expression_test
