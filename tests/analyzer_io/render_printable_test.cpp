// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <string>

#include "analyzer/io/render_layout.hpp"
#include "analyzer/io/render_printable.hpp"
#include "analyzer/io/report.hpp"

namespace nsgcheck::io::render_printable_test {
namespace {

using namespace std::string_literals;

struct PrintableCase {
  const char* name;
  std::string text;
  std::string shown;
};

class Printable : public testing::TestWithParam<PrintableCase> {};

TEST_P(Printable, ShowsOnlyWhatIsSafe) { EXPECT_EQ(printable(GetParam().text), GetParam().shown); }

INSTANTIATE_TEST_SUITE_P(
    Texts, Printable,
    testing::Values(
        PrintableCase{"Empty", "", ""}, PrintableCase{"PlainWordsStay", "AllowRdp-1_2.3", "AllowRdp-1_2.3"},
        PrintableCase{"OtherScriptsStay", "B\u00fcro \u6771\u4eac \U0001F600", "B\u00fcro \u6771\u4eac \U0001F600"},
        PrintableCase{"AnsiEscape", "\x1b[31mred", "\\x1b[31mred"}, PrintableCase{"LineFeed", "a\nb", "a\\x0ab"},
        PrintableCase{"CarriageReturn", "a\rb", "a\\x0db"}, PrintableCase{"Tab", "a\tb", "a\\x09b"},
        PrintableCase{"Nul", "a\0b"s, "a\\x00b"}, PrintableCase{"Delete", "a\x7f", "a\\x7f"},
        PrintableCase{"ControlSequenceOfC1", "\xc2\x9b"s + "31m", "\\u{009b}31m"},
        PrintableCase{"LastOfC1", "\xc2\x9f", "\\u{009f}"}, PrintableCase{"FirstAfterC1", "\xc2\xa0", "\xc2\xa0"},
        PrintableCase{"RightToLeftOverride", "a\u202eb", "a\\u{202e}b"},
        PrintableCase{"Isolate", "a\u2066b", "a\\u{2066}b"}, PrintableCase{"ZeroWidthSpace", "a\u200bb", "a\\u{200b}b"},
        PrintableCase{"ByteOrderMark", "\ufeffa", "\\u{feff}a"}, PrintableCase{"LineSeparator", "\u2028", "\\u{2028}"},
        PrintableCase{"TagCharacter", "\U000E0041", "\\u{e0041}"}, PrintableCase{"LoneContinuation", "a\x80", "a\\x80"},
        PrintableCase{"Overlong", "\xc0\xaf", "\\xc0\\xaf"},
        PrintableCase{"Surrogate", "\xed\xa0\x80", "\\xed\\xa0\\x80"},
        PrintableCase{"AboveUnicode", "\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80"},
        PrintableCase{"CutOff", "a\xe6\x9d", "a\\xe6\\x9d"},
        PrintableCase{"AzureCommand", "##vso[task.setvariable]x", "#\\x23vso[task.setvariable]x"},
        PrintableCase{"AzureCommandInCapitals", "##VSO[task]x", "#\\x23VSO[task]x"},
        PrintableCase{"OldGithubCommand", "a ##[group]x", "a #\\x23[group]x"},
        PrintableCase{"MoreHashesStillHideIt", "###[group]x", "##\\x23[group]x"},
        PrintableCase{"HashesElsewhereStay", "## heading", "## heading"},
        PrintableCase{"GithubCommand", "::error::1", ":\\x3aerror::1"},
        PrintableCase{"GithubCommandWithDash", "::add-mask::1", ":\\x3aadd-mask::1"},
        PrintableCase{"AddressesStay", "::/0, ::1, ::ffff:192.0.2.1, 2001:db8::dead",
                      "::/0, ::1, ::ffff:192.0.2.1, 2001:db8::dead"}),
    [](const auto& test) { return std::string{test.param.name}; });

TEST(Clipped, CutsByColumnsNotByBytes) {
  EXPECT_EQ(clipped("abcdef", 6), "abcdef");
  EXPECT_EQ(clipped("abcdefg", 6), "abcd..");
  EXPECT_EQ(clipped("\u6771\u4eac\u6771\u4eac", 3), "\u6771..");
}

struct WrapCase {
  const char* name;
  std::string text;
  std::string first;
  std::string lines;
};

class Wrapped : public testing::TestWithParam<WrapCase> {};

TEST_P(Wrapped, FillsLinesOfTwentyFourColumns) {
  EXPECT_EQ(wrapped(GetParam().text, GetParam().first, 24), GetParam().lines);
}

INSTANTIATE_TEST_SUITE_P(
    Texts, Wrapped,
    testing::Values(WrapCase{"Short", "one two", "", "one two\n"}, WrapCase{"Empty", "", "  a ", "  a \n"},
                    WrapCase{"ExactlyFull", "aaaaaaaaaa bbbbbbbbb", "ab: ", "ab: aaaaaaaaaa bbbbbbbbb\n"},
                    WrapCase{"OneTooMany", "aaaaaaaaaa bbbbbbbbbb", "ab: ", "ab: aaaaaaaaaa\n    bbbbbbbbbb\n"},
                    WrapCase{"LongWordIsCut", "aaaaaaaaaaaaaaaaaaaaaaa",
                             "ab: ", "ab: aaaaaaaaaaaaaaaaaaaa\n    aaa\n"}),
    [](const auto& test) { return std::string{test.param.name}; });

}  // namespace
}  // namespace nsgcheck::io::render_printable_test
