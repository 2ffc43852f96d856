// SPDX-License-Identifier: Apache-2.0
// A folded document says what a whole one says: the same values, at the same places, however often it is read.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "analyzer/io/document.hpp"

namespace nsgcheck::io::json_fold_test {
namespace {

void expect_same_tree(const Node& whole, const Node& folded) {
  EXPECT_TRUE(same_value(whole, folded)) << whole.span.begin;
  EXPECT_EQ(whole.span, folded.span);
  ASSERT_EQ(whole.items().size(), folded.items().size());
  for (std::size_t i = 0; i < whole.items().size(); ++i) expect_same_tree(whole.items()[i], folded.items()[i]);
  ASSERT_EQ(whole.members().size(), folded.members().size());
  for (std::size_t i = 0; i < whole.members().size(); ++i) {
    EXPECT_EQ(whole.members()[i].first, folded.members()[i].first);
    expect_same_tree(whole.members()[i].second, folded.members()[i].second);
  }
}

void expect_same_places(const Document& whole, const Node& node, const Document& folded) {
  EXPECT_EQ(pointer_of(whole, node.span), pointer_of(folded, node.span));
  for (const Node& item : node.items()) expect_same_places(whole, item, folded);
  for (const auto& [key, value] : node.members()) expect_same_places(whole, value, folded);
}

void expect_same(const std::string& text, const FoldOptions& options) {
  const auto whole = parse_json("whole", text, 5);
  const auto folded = parse_folded_json("folded", text, 5, options);
  ASSERT_TRUE(whole && folded);
  expect_same_tree(whole->root, folded->root);
  for (const Node& item : folded->root.items()) item.fold();
  for (const auto& [key, value] : folded->root.members()) value.fold();
  expect_same_tree(whole->root, folded->root);
  for (const Node& item : folded->root.items()) item.unfold_whole();
  for (const auto& [key, value] : folded->root.members()) {
    value.fold();
    value.unfold_whole();
  }
  expect_same_tree(whole->root, folded->root);
  expect_same_places(*whole, whole->root, *folded);
  ASSERT_EQ(whole->duplicates.size(), folded->duplicates.size());
  for (std::size_t i = 0; i < whole->duplicates.size(); ++i) {
    EXPECT_EQ(whole->duplicates[i].span, folded->duplicates[i].span);
    EXPECT_EQ(whole->duplicates[i].value, folded->duplicates[i].value);
    EXPECT_EQ(whole->duplicates[i].contradicts, folded->duplicates[i].contradicts);
  }
}

struct FoldCase {
  const char* name;
  std::string text;
};

class Folded : public testing::TestWithParam<FoldCase> {};

TEST_P(Folded, ReadsAsTheWhole) {
  for (const std::size_t fold_from : {1U, 8U, 100U})
    for (const std::size_t read_whole : {0U, 20U, 1000U})
      for (const std::size_t chunk : {1U, 3U, 16U, 1000U})
        expect_same(GetParam().text,
                    {.fold_from = fold_from, .read_whole = read_whole, .threads = chunk % 3 + 1, .chunk = chunk});
}

INSTANTIATE_TEST_SUITE_P(
    Documents, Folded,
    testing::Values(
        FoldCase{"Scalars", R"({"o": {"s": "x", "t": true, "f": false, "n": null, "i": -12, "d": 1.5e+3, "e": ""}})"},
        FoldCase{"Root", "[]"}, FoldCase{"Empty", R"([{}, [], [[]], {"a": {}}, [ ], { }])"},
        FoldCase{"Nested", R"({"a": [[1, [2, {"b": [3]}]], {"c": {"d": {"e": ["f"]}}}], "g": [{"h": 1}, {"h": 2}]})"},
        FoldCase{"Escapes",
                 R"([["\"\\\/\b\f\n\r\t", "\u0041\u00e9\u20ac", "\ud83d\ude00!", "a\\", "[\"]", {"k\"]}": 1}]])"},
        FoldCase{"Unicode", "{\"o\": {\"k\xC3\xA9\": \"\xF0\x9F\x98\x80\"}}"},
        FoldCase{"BracketsInStrings", R"([["]", "}", "[{", "\\\"]"], {"}": "{"}])"},
        FoldCase{"Comments",
                 "{ /* } */ \"a\" /*:*/ : // ]\n [1 /*, 2*/ , // 3\r\n 4 /*]*/ ] /**/ , \"b\": {\"c\"/**/:/**/{} } }"},
        FoldCase{"LineBreaksInStrings", "{\"a\": {\"b\": \"one\ntwo\tthree\r\n\\n\"}, \"c\": [\"\t\"]}"},
        FoldCase{"Duplicates",
                 R"({"a": {"b": {"c": 1}, "b": {"c": 2}}, "a": [{"d": 1, "d": 1}], "x": {"y": 1, "y": 1}})"},
        FoldCase{"Blanks", "\n [ \t{ \"a\" : [ 1 ,\r\n2 ] , \"b\" : null } ,\n[ ] ]\n"}),
    [](const auto& row) { return std::string{row.param.name}; });

TEST(Folded, ReadsSamplesAsTheWhole) {
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::directory_iterator{NSGCHECK_SOURCE_DIR "/rules/samples"}) {
    if (entry.path().extension() != ".json") continue;
    SCOPED_TRACE(entry.path().string());
    std::ifstream file{entry.path(), std::ios::binary};
    const std::string text{std::istreambuf_iterator<char>{file}, {}};
    if (!parse_json("sample", text, 0)) continue;
    expect_same(text, {.fold_from = 64, .read_whole = 500, .threads = 3, .chunk = 1000});
    ++count;
  }
  EXPECT_GT(count, 10);
}

TEST(Folded, FaultsAreThoseOfTheWhole) {
  const std::string text = R"({"a": [1, {"b": [2, ]}]})";
  const auto whole = parse_json("f", text, 0);
  const auto folded = parse_folded_json("f", text, 0, {.fold_from = 1});
  ASSERT_FALSE(whole || folded);
  EXPECT_EQ(whole.error().message, folded.error().message);
  EXPECT_EQ(whole.error().position.column, folded.error().position.column);
}

TEST(Folded, OutlivesAMoveOfItsDocument) {
  auto parsed = parse_folded_json("f", R"({"a": {"b": "c"}})", 0, {.fold_from = 1});
  ASSERT_TRUE(parsed);
  const Document moved = std::move(*parsed);
  const Node* inner = moved.root.at({"a", "b"});
  ASSERT_NE(inner, nullptr);
  EXPECT_EQ(inner->text, "c");
}

TEST(Folded, KeepsWhatWasChanged) {
  auto parsed = parse_folded_json("f", R"({"a": {"b": [1, 2]}})", 0, {.fold_from = 1});
  ASSERT_TRUE(parsed);
  Node copy = *parsed->root.find("a");
  copy.members().front().second.items().pop_back();
  copy.fold();
  EXPECT_EQ(copy.find("b")->items().size(), 1);
  EXPECT_EQ(parsed->root.at({"a", "b"})->items().size(), 2);
  const Node again = copy;
  EXPECT_EQ(again.find("b")->items().size(), 1);
}

// What is read again starts where the value stood, wherever its span was set to since.
TEST(Folded, ReadsFromItsOwnPlaceWhenItsSpanIsSet) {
  auto parsed = parse_folded_json("f", R"([1, {"b": [1, 2]}])", 0, {.fold_from = 1});
  ASSERT_TRUE(parsed);
  Node copy = parsed->root.items()[1];
  copy.span = {7, 0, 1};
  ASSERT_NE(copy.find("b"), nullptr);
  EXPECT_EQ(copy.find("b")->items().size(), 2);
}

}  // namespace
}  // namespace nsgcheck::io::json_fold_test
