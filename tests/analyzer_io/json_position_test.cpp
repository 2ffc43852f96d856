// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <string>

#include "analyzer/io/document.hpp"

namespace nsgcheck::io::json_position_test {
namespace {

Document parsed(std::string_view text) {
  auto document = parse_json("rules.json", text, 3);
  if (!document) {
    ADD_FAILURE() << document.error().message;
    return {};
  }
  return std::move(*document);
}

/// Follows an RFC 6901 pointer by the exact member names.
const Node* resolve(const Node& root, std::string_view pointer) {
  const Node* node = &root;
  while (node != nullptr && !pointer.empty()) {
    pointer.remove_prefix(1);
    const std::string_view escaped = pointer.substr(0, pointer.find('/'));
    pointer.remove_prefix(escaped.size());
    std::string key;
    for (std::size_t i = 0; i < escaped.size(); ++i) {
      const bool escape = escaped[i] == '~';
      key += !escape ? escaped[i] : escaped[++i] == '0' ? '~' : '/';
    }
    const Node* next = nullptr;
    if (node->is(Node::Kind::Array)) next = &node->items().at(static_cast<std::size_t>(std::stoul(key)));
    for (const auto& [name, value] : node->members()) {
      if (name == key) next = &value;
    }
    node = next;
  }
  return node;
}

void check_tree(const Document& document, const Node& node) {
  ASSERT_EQ(node.span.document, 3U);
  ASSERT_LT(node.span.begin, node.span.end);
  const std::string own = document.text.substr(node.span.begin, node.span.end - node.span.begin);
  SCOPED_TRACE(own);
  const auto alone = parse_json("alone", own, 3);
  ASSERT_TRUE(alone.has_value()) << alone.error().message;
  EXPECT_TRUE(same_value(alone->root, node));
  EXPECT_EQ(resolve(document.root, pointer_of(document, node.span)), &node);
  for (const Node& item : node.items()) check_tree(document, item);
  for (const auto& [key, value] : node.members()) check_tree(document, value);
}

struct TreeCase {
  const char* name;
  std::string text;
};

class EveryNode : public testing::TestWithParam<TreeCase> {};

TEST_P(EveryNode, StandsWhereItsSpanSays) {
  const Document document = parsed(GetParam().text);
  check_tree(document, document.root);
}

INSTANTIATE_TEST_SUITE_P(
    Documents, EveryNode,
    testing::Values(
        TreeCase{"Scalar", "  -12.5e+3 "}, TreeCase{"Text", "\"a\""},
        TreeCase{"NestedEmpties", "[[],{},[[]],{\"a\":{}},{\"\":[]}]"},
        TreeCase{"Kinds", "{\"n\":null,\"t\":true,\"f\":false,\"i\":0,\"d\":-0.5,\"s\":\"\"}"},
        TreeCase{"NumbersBeforeBrackets", "{\"a\":[1,2,3],\"b\":4}"},
        TreeCase{"Escapes", "{\"a\\\"b\":\"\\u00e9\\\\\\\"\\n\",\"c\":\"\\ud83d\\ude00\"}"},
        TreeCase{"KeysForPointers", "{\"a/b\":1,\"~\":2,\"~1\":3,\"\":4,\"/\":[{\"~0/\":5}]}"},
        TreeCase{"CrLf", "{\r\n  \"a\" : [\r\n 1 ,\r\n 2 ]\r\n}\r\n"},
        TreeCase{"Comments", "// a\n{ /* { */ \"a\" /* : */ : // x\n 1 , /* , */ \"b\" : [ /* ] */ 2 ] } // end"},
        TreeCase{"BreaksInTexts", "{\"a\":\"one\n  two\ttabs\r\nthree\",\n \"b\\\"\n\":[1],\"c\":\"\\\\\n\"}"},
        TreeCase{"SlashesInTexts", "{\"a\":\"http://x /* no comment */\",\"b\":2}"},
        TreeCase{"Astral", "{\"\xF0\x9F\x98\x80\":\"\xF0\x9F\x98\x80\",\"b\":[\"\xC3\xA9\"]}"},
        TreeCase{"ByteOrderMark", "\xEF\xBB\xBF {\"a\":1}"}),
    [](const auto& c) { return std::string{c.param.name}; });

TEST(Positions, CountLinesAndCodePointsFromOne) {
  const Document document = parsed("{\r\n  \"\xC3\xA9\": \"\xF0\x9F\x98\x80\", \"b\": [1,\n 2]}");
  const Node& text = document.root.members().at(0).second;
  const Position p = position_of(document, text.span);
  EXPECT_EQ(p.line, 2U);
  EXPECT_EQ(p.column, 8U);  // blank blank " é " : blank
  EXPECT_EQ(p.end_line, 2U);
  EXPECT_EQ(p.end_column, 11U);
  const Position list = position_of(document, document.root.members().at(1).second.span);
  EXPECT_EQ(list.line, 2U);
  EXPECT_EQ(list.column, 18U);
  EXPECT_EQ(list.end_line, 3U);
  EXPECT_EQ(list.end_column, 4U);
}

TEST(Positions, OfBreaksInsideATextStayThoseOfTheFile) {
  const Document document = parsed("[\"one\ntwo\", 7]");
  EXPECT_EQ(document.root.items().at(0).text, "one\ntwo");
  const Position p = position_of(document, document.root.items().at(1).span);
  EXPECT_EQ(p.line, 2U);
  EXPECT_EQ(p.column, 7U);
}

TEST(Positions, InALongLineCountCodePoints) {
  // Ten characters of twelve bytes an item, so that marks fall inside characters too.
  std::string text = "[";
  for (int i = 0; i < 2000; ++i) text += "\"\xC3\xA9----\xC3\xA9\", ";
  text += "7]";
  const Document document = parsed(text);
  for (const std::size_t i : {0U, 1U, 292U, 293U, 586U, 1999U}) {
    SCOPED_TRACE(i);
    const Position p = position_of(document, document.root.items().at(i).span);
    EXPECT_EQ(p.line, 1U);
    EXPECT_EQ(p.column, 2 + 10 * i);
    EXPECT_EQ(p.end_column, 2 + 10 * i + 8);
  }
}

TEST(Lines, AreGivenWithoutTheirEnds) {
  const Document document = parsed("[\r\n 1,\n2\r]");
  EXPECT_EQ(line_text(document, 1), "[");
  EXPECT_EQ(line_text(document, 2), " 1,");
  EXPECT_EQ(line_text(document, 3), "2");
  EXPECT_EQ(line_text(document, 4), "]");
  EXPECT_EQ(line_text(document, 0), "");
  EXPECT_EQ(line_text(document, 5), "");
}

TEST(Pointers, OfAMemberNameIsThatOfTheMember) {
  const std::string text = R"({"a": {"b/c": [10, 20]}})";
  const Document document = parsed(text);
  const auto at = [&](std::string_view part) {
    const std::size_t begin = text.find(part);
    return pointer_of(document, SourceSpan{3, begin, begin + part.size()});
  };
  EXPECT_EQ(at("{\"a\""), "");
  EXPECT_EQ(at("\"a\""), "/a");
  EXPECT_EQ(at("\"b/c\""), "/a/b~1c");
  EXPECT_EQ(at("20"), "/a/b~1c/1");
}

TEST(Numbers, KeepTheirText) {
  const Document document = parsed("[1.0, 1E2, 12345678901234567890123, -0]");
  EXPECT_EQ(document.root.items().at(0).text, "1.0");
  EXPECT_EQ(document.root.items().at(1).text, "1E2");
  EXPECT_EQ(document.root.items().at(2).text, "12345678901234567890123");
  EXPECT_EQ(document.root.items().at(3).text, "-0");
}

TEST(Duplicates, AreKeptAndTheLaterKeyIsNamed) {
  const std::string text = R"({"a": 1, "b": {"x": 1, "x": 2}, "a": 3, "A": 4})";
  const Document document = parsed(text);
  EXPECT_EQ(document.root.members().size(), 4U);
  ASSERT_EQ(document.duplicates.size(), 2U);
  EXPECT_EQ(document.duplicates[0].key, "x");
  EXPECT_EQ(document.duplicates[0].span.begin, text.rfind("\"x\""));
  EXPECT_EQ(document.duplicates[1].key, "a");
  EXPECT_EQ(document.duplicates[1].span.begin, text.rfind("\"a\""));
  EXPECT_EQ(document.duplicates[1].span.end, text.rfind("\"a\"") + 3);
}

TEST(Duplicates, AreFoundAmongManyMembers) {
  std::string text = "{";
  for (int i = 0; i < 50; ++i) text += "\"k" + std::to_string(i) + "\": 1, ";
  text += "\"k7\": 2}";
  const Document document = parsed(text);
  ASSERT_EQ(document.duplicates.size(), 1U);
  EXPECT_EQ(document.duplicates[0].span.begin, text.rfind("\"k7\""));
}

TEST(Find, PrefersTheExactSpellingThenIgnoresCase) {
  const Document document = parsed(R"({"Name": 1, "name": 2, "Access": 3, "dup": 4, "dup": 5})");
  EXPECT_EQ(document.root.find("name")->text, "2");
  EXPECT_EQ(document.root.find("Name")->text, "1");
  EXPECT_EQ(document.root.find("access")->text, "3");
  EXPECT_EQ(document.root.find("dup")->text, "5");
  EXPECT_EQ(document.root.find("absent"), nullptr);
  EXPECT_EQ(document.root.at({"name", "deeper"}), nullptr);
}

}  // namespace
}  // namespace nsgcheck::io::json_position_test
