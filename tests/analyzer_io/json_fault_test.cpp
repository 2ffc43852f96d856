// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <string>

#include "analyzer/io/document.hpp"

namespace nsgcheck::io::json_fault_test {
namespace {

using namespace std::string_literals;

struct FaultCase {
  const char* name;
  std::string bytes;
  std::size_t line;
  std::size_t column;
  std::string message;
};

class JsonFaults : public testing::TestWithParam<FaultCase> {};

TEST_P(JsonFaults, NamesPlaceAndText) {
  const auto& c = GetParam();
  const auto document = parse_json("rules.json", c.bytes, 0);
  ASSERT_FALSE(document.has_value());
  EXPECT_EQ(document.error().file, "rules.json");
  EXPECT_EQ(document.error().position.line, c.line);
  EXPECT_EQ(document.error().position.column, c.column);
  EXPECT_EQ(document.error().message, c.message);
}

INSTANTIATE_TEST_SUITE_P(
    Syntax, JsonFaults,
    testing::Values(
        FaultCase{"EmptyFile", "", 1, 1, "the file is empty: no JSON value in it"},
        FaultCase{"OnlyBlanksAndComments", " \n// nothing\n", 1, 1, "the file is empty: no JSON value in it"},
        FaultCase{"NarrowNoBreakSpaceBeforeValue", "{\"a\":\xE2\x80\xAF\"b\"}", 1, 6, "expected a value, found U+202F"},
        FaultCase{"NarrowNoBreakSpaceBeforeColon", "{\n  \"a\"\xE2\x80\xAF: 1}", 2, 6,
                  "expected ':' after the name, found U+202F"},
        FaultCase{"NoBreakSpaceAfterValue", "[1\xC2\xA0]", 1, 3, "expected ',' or ']', found U+00A0"},
        FaultCase{"MissingFinalBrace", "{\n \"a\": {\n  \"b\": 1\n }\n", 5, 1,
                  "the file ends inside the object that starts in line 1: '}' is missing"},
        FaultCase{"MissingFinalBracket", "{\"a\":\n[1, 2", 2, 6,
                  "the file ends inside the array that starts in line 2: ']' is missing"},
        FaultCase{"EndAfterName", "{\"a\"", 1, 5,
                  "the file ends inside the object that starts in line 1: '}' is missing"},
        FaultCase{"EndAfterColon", "{\"a\": ", 1, 7,
                  "the file ends inside the object that starts in line 1: '}' is missing"},
        FaultCase{"EndAfterComma", "[1,", 1, 4, "the file ends inside the array that starts in line 1: ']' is missing"},
        FaultCase{"TrailingCommaInObject", "{\"a\": 1,\n}", 1, 8, "comma before '}' with nothing after it"},
        FaultCase{"TrailingCommaInArray", "[1, 2, ]", 1, 6, "comma before ']' with nothing after it"},
        FaultCase{"TwoCommas", "[1,,2]", 1, 4, "expected a value, found ','"},
        FaultCase{"MissingComma", "{\"a\": 1\n \"b\": 2}", 2, 2, "expected ',' or '}', found \"b\""},
        FaultCase{"MissingColon", "{\"a\" 1}", 1, 6, "expected ':' after the name, found '1'"},
        FaultCase{"MissingValue", "{\"a\": }", 1, 7, "expected a value, found '}'"},
        FaultCase{"WrongBracket", "{\"a\": [1}", 1, 9, "expected ',' or ']', found '}'"},
        FaultCase{"TextAfterValue", "[1] x", 1, 5, "expected the end of the file after the JSON value, found 'x'"},
        FaultCase{"TwoDocuments", "{}\n{}", 2, 1, "expected the end of the file after the JSON value, found '{'"},
        FaultCase{"SingleQuotes", "{'a': 1}", 1, 2, "expected a name in quotation marks or '}', found '''"},
        FaultCase{"BareName", "{a: 1}", 1, 2, "expected a name in quotation marks or '}', found 'a'"},
        FaultCase{"PythonTrue", "[True]", 1, 2, "expected a value or ']', found 'True'"},
        FaultCase{"NotJson", "resource nsg 'x' = {", 1, 1, "expected a JSON value, found 'resource'"},
        FaultCase{"CutLiteral", "nul", 1, 1, "expected a JSON value, found 'nul'"},
        FaultCase{"GluedLiteral", "[nullx]", 1, 2, "'nullx' is no value of JSON"},
        FaultCase{"LeadingZero", "{\"priority\": 0100}", 1, 14, "'0100' is no value of JSON"},
        FaultCase{"PointWithoutDigits", "[1.]", 1, 2, "'1.' is no value of JSON"},
        FaultCase{"MinusAlone", "[-]", 1, 2, "'-' is no value of JSON"},
        FaultCase{"TooLargeNumber", "[1e999]", 1, 2, "the number 1e999 is too large"},
        FaultCase{"UnknownEscape", "[\"a\\q\"]", 1, 4, "\\ before 'q' is no escape of JSON"},
        FaultCase{"ShortUnicodeEscape", "[\"\\u12\"]", 1, 3, "\\u is not followed by four hexadecimal digits"},
        FaultCase{"LoneHighSurrogate", "[\"\\ud800\"]", 1, 3, "\\ud800 is half of a surrogate pair"},
        FaultCase{"LoneLowSurrogate", "[\"x\\uDC00\"]", 1, 4, "\\uDC00 is half of a surrogate pair"},
        FaultCase{"ControlCharacter", "[\"a\x07\"]", 1, 4, "U+0007 inside a text must be escaped"},
        FaultCase{"UnendedText", "{\n\"a\": \"bc}\n", 2, 6, "the text that starts here is not ended: '\"' is missing"},
        FaultCase{"UnendedComment", "[1 /* x ]", 1, 4, "the comment that starts here is not ended: '*/' is missing"},
        FaultCase{
            "ForgottenQuote", "{\"a\": \"b,\n \"c\": 1}", 2, 3,
            "expected ',' or '}', found 'c'; the text before it starts in line 1, perhaps its '\"' is missing there"},
        FaultCase{"ColumnsCountCodePoints", "[\"\xC3\xA9\xF0\x9F\x98\x80\", x]", 1, 8, "expected a value, found 'x'"},
        FaultCase{"LinesAfterCrLf", "[\r\n1,\r\nx]", 3, 1, "expected a value, found 'x'"},
        FaultCase{"Utf16WithoutMark", "[\0]\0"s, 1, 2, "U+0000 in the text; is it UTF-16 without byte order mark?"},
        FaultCase{"SecondMark", "\xEF\xBB\xBF\xEF\xBB\xBF[]", 1, 1, "second byte order mark, U+FEFF"},
        FaultCase{"BadByte", "[\n \"caf\xE9\"]", 2, 6, "byte 0xE9 at offset 7 is not valid UTF-8"}),
    [](const auto& c) { return std::string{c.param.name}; });

std::string nested(std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

TEST(JsonDepth, Of512LevelsIsTaken) { EXPECT_TRUE(parse_json("deep.json", nested(512), 0).has_value()); }

TEST(JsonDepth, Of513LevelsIsAnErrorAtTheBracket) {
  const auto document = parse_json("deep.json", nested(513), 0);
  ASSERT_FALSE(document.has_value());
  EXPECT_EQ(document.error().position.column, 513U);
  EXPECT_EQ(document.error().message, "nesting deeper than 512 levels");
}

TEST(JsonDepth, Of100000LevelsDoesNotCrash) {
  EXPECT_FALSE(parse_json("deep.json", nested(100000), 0).has_value());
  std::string objects;
  for (int i = 0; i < 100000; ++i) objects += "{\"a\":";
  EXPECT_FALSE(parse_json("deep.json", objects, 0).has_value());
}

}  // namespace
}  // namespace nsgcheck::io::json_fault_test
