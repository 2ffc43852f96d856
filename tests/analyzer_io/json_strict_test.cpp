// SPDX-License-Identifier: Apache-2.0
// What the quick reader takes is what the reference reader takes, however the text is cut; all else it leaves to it.
#include "analyzer/io/json_strict.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "analyzer/io/document.hpp"

namespace nsgcheck::io::json_strict_test {
namespace {

bool takes(const std::string& text, std::size_t chunk, std::size_t threads) {
  return check_strict_json(text, {threads, chunk}).has_value();
}

struct StrictCase {
  const char* name;
  std::string text;
  bool taken;
  bool reference = true;  ///< whether the reference reader takes it
};

std::string nested(std::size_t levels) { return std::string(levels, '[') + std::string(levels, ']'); }

class Strict : public testing::TestWithParam<StrictCase> {};

TEST_P(Strict, TakesOnlyWhatIsPlain) {
  const StrictCase& row = GetParam();
  const auto reference = parse_json("f", row.text, 0);
  EXPECT_EQ(reference.has_value(), row.reference);
  for (const std::size_t chunk : {1U, 2U, 5U, 8U, 30U, 1000U})
    for (const std::size_t threads : {1U, 3U}) EXPECT_EQ(takes(row.text, chunk, threads), row.taken) << chunk;
  if (row.taken) {
    EXPECT_TRUE(row.reference && reference->duplicates.empty());
  }
}

INSTANTIATE_TEST_SUITE_P(
    Values, Strict,
    testing::Values(StrictCase{"Scalars", R"([1, -2.5, 0, "x", "", true, false, null])", true},
                    StrictCase{"LoneNumber", " 12 ", true}, StrictCase{"LoneString", "\"a,b\"", true},
                    StrictCase{"Lines", "{\n  \"a\": [\n    1,\n    {\"b\": 2},\n    []\n  ],\n  \"c\": {}\n}\n", true},
                    StrictCase{"Escapes", R"({"a": "\"\\\/\b\f\n\r\t\u00e9\uD83D\uDE00", "b": "\\"})", true},
                    StrictCase{"CutInAString", R"([{"a": "},{\"},"},{"b": 1},{"c": "},{"}])", true},
                    StrictCase{"SameKeyElsewhere", R"({"a": {"a": 1}, "b": [{"a": 1}, {"a": 1}]})", true},
                    StrictCase{"AlikeKeys", R"({"sourceAddressPrefix": 1, "sourceAddressPrefixes": 2, "Source": 3})",
                               true},
                    StrictCase{"Unicode", "{\"\xC3\xA9\": \"\xF0\x9F\x98\x80\"}", true},
                    StrictCase{"Nested", nested(500), true}, StrictCase{"TooDeep", nested(513), false, false}),
    [](const auto& row) { return std::string{row.param.name}; });

INSTANTIATE_TEST_SUITE_P(
    LeftToTheReference, Strict,
    testing::Values(StrictCase{"Comment", "[1, // one\n 2]", false},
                    StrictCase{"CommentOfLines", "[1 /* one */]", false},
                    StrictCase{"LineBreakInString", "[\"a\nb\"]", false},
                    StrictCase{"TabInString", "[\"a\tb\"]", false},
                    StrictCase{"SameKey", R"({"a": 1, "b": 2, "a": 3})", false},
                    StrictCase{"SameKeyFarApart", R"({"a": [{"b": 1},{"c": 2},{"d": 3}], "a": 3})", false},
                    StrictCase{"EscapedKey", R"({"\u0061": 1})", false}, StrictCase{"Exponent", "[1e3]", false}),
    [](const auto& row) { return std::string{row.param.name}; });

INSTANTIATE_TEST_SUITE_P(
    Faults, Strict,
    testing::Values(
        StrictCase{"Empty", "", false, false}, StrictCase{"Blank", " \n ", false, false},
        StrictCase{"TwoValues", "1 2", false, false}, StrictCase{"TwoLists", "[] []", false, false},
        StrictCase{"CommaLast", "[1,]", false, false}, StrictCase{"CommaFirst", "[,1]", false, false},
        StrictCase{"CommaLastInObject", R"({"a": 1,})", false, false},
        StrictCase{"NoColon", R"({"a" 1})", false, false}, StrictCase{"NoValue", R"({"a": })", false, false},
        StrictCase{"NoName", "{: 1}", false, false}, StrictCase{"NumberAsName", "{1: 1}", false, false},
        StrictCase{"ColonInList", R"(["a": 1])", false, false},
        StrictCase{"WrongBracket", R"([{"a": 1]})", false, false}, StrictCase{"NotClosed", "[{\"a\": 1}", false, false},
        StrictCase{"ClosedTwice", "[1]]", false, false}, StrictCase{"NoEndOfString", "[\"a]", false, false},
        StrictCase{"Glued", "[\"a\"\"b\"]", false, false}, StrictCase{"GluedNumber", "[\"a\"1]", false, false},
        StrictCase{"Word", "[truex]", false, false}, StrictCase{"Capital", "[True]", false, false},
        StrictCase{"LeadingZero", "[01]", false, false}, StrictCase{"Dot", "[1.]", false, false},
        StrictCase{"Plus", "[+1]", false, false}, StrictCase{"BadEscape", R"(["\x"])", false, false},
        StrictCase{"ShortUnicode", R"(["\u12"])", false, false}, StrictCase{"LoneHigh", R"(["\ud800"])", false, false},
        StrictCase{"LoneLow", R"(["\udc00"])", false, false},
        StrictCase{"TwoHigh", R"(["\ud800\ud800"])", false, false}, StrictCase{"FormFeed", "[1,\f2]", false, false},
        StrictCase{"Substitute", "{\"a\"\x1a 1}", false, false},
        StrictCase{"CommentNotEnded", "[1] /* a", false, false}),
    [](const auto& row) { return std::string{row.param.name}; });

TEST(Strict, ListsLargeContainers) {
  const std::string small = "{\"a\": \"" + std::string(kLargeContainer - 10, 'x') + "\"}";
  const std::string large = "{\"a\": \"" + std::string(kLargeContainer, 'x') + "\"}";
  const std::string text = "[" + small + ",\n" + large + ",\n{\"b\": " + large + "}]";
  ASSERT_LT(small.size(), kLargeContainer);
  for (const std::size_t chunk : {10U, 500U, 3000U, 100000U}) {
    const auto places = check_strict_json(text, {2, chunk});
    ASSERT_TRUE(places);
    std::vector<std::string> found;
    for (const ContainerPlace& place : *places) found.push_back(text.substr(place.begin, place.end - place.begin));
    EXPECT_EQ(found, (std::vector<std::string>{text, large, "{\"b\": " + large + "}", large})) << chunk;
  }
}

// Each byte of a text in turn left out, doubled or put in place of the next: what the quick reader then takes, the
// reference reader takes, too, and what it says is the same.
TEST(Strict, NeverTakesMoreThanTheReference) {
  const std::string text =
      "{\"value\":[{\"name\":\"r1\",\"p\":{\"ports\":[\"1\",\"2-3\"],\"x\":-1.5,\"y\":true}},\n"
      "{\"name\":\"a\\\"b\\u00e9\",\"p\":null},{\"name\":\"},{\",\"p\":{}}],\"next\":\"\"}";
  std::size_t taken = 0;
  const auto judge = [&](const std::string& changed) {
    const auto reference = parse_json("f", changed, 0);
    for (const std::size_t chunk : {7U, 1000U}) {
      if (!takes(changed, chunk, 2)) continue;
      ++taken;
      EXPECT_TRUE(reference.has_value()) << changed;
    }
    const auto folded = parse_folded_json("f", changed, 0, {.fold_from = 10, .read_whole = 30, .chunk = 20});
    ASSERT_EQ(folded.has_value(), reference.has_value()) << changed;
    if (reference)
      EXPECT_TRUE(same_value(reference->root, folded->root)) << changed;
    else
      EXPECT_EQ(reference.error().message, folded.error().message);
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string changed = text;
    changed.erase(i, 1);
    judge(changed);
    judge(text.substr(0, i) + text[i] + text.substr(i));
    for (const char c : {'"', '\\', '{', ']', ',', ':', ' ', '/', '0', '\n'}) {
      changed = text;
      changed[i] = c;
      judge(changed);
    }
  }
  EXPECT_GT(taken, 200U);
}

}  // namespace
}  // namespace nsgcheck::io::json_strict_test
