// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <string>

#include "analyzer/io/document.hpp"

namespace nsgcheck::io::encoding_test {
namespace {

using namespace std::string_literals;

struct DecodeCase {
  const char* name;
  std::string bytes;
  std::string text;   ///< expected, when `fault` is empty
  std::string fault;  ///< expected message
};

class Decode : public testing::TestWithParam<DecodeCase> {};

TEST_P(Decode, GivesUtf8OrNamesTheByte) {
  const auto& c = GetParam();
  const auto text = decode_text(c.bytes);
  if (c.fault.empty()) {
    ASSERT_TRUE(text.has_value()) << text.error();
    EXPECT_EQ(*text, c.text);
  } else {
    ASSERT_FALSE(text.has_value());
    EXPECT_EQ(text.error(), c.fault);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Encodings, Decode,
    testing::Values(
        DecodeCase{"Empty", "", "", ""}, DecodeCase{"Ascii", "[1]", "[1]", ""},
        DecodeCase{"Utf8MarkIsDropped", "\xEF\xBB\xBF[1]", "[1]", ""},
        DecodeCase{"Utf8OfFourBytes", "\"\xF0\x9F\x98\x80\"", "\"\xF0\x9F\x98\x80\"", ""},
        DecodeCase{"CrLfStays", "[\r\n1]", "[\r\n1]", ""},
        DecodeCase{"Utf16Little", "\xFF\xFE[\0\xE9\0]\0"s, "[\xC3\xA9]", ""},
        DecodeCase{"Utf16Big", "\xFE\xFF\0[\x20\x2F\0]"s, "[\xE2\x80\xAF]", ""},
        DecodeCase{"Utf16LittlePair", "\xFF\xFE\x3D\xD8\x00\xDE"s, "\xF0\x9F\x98\x80", ""},
        DecodeCase{"Utf16MarkAlone", "\xFF\xFE", "", ""},
        DecodeCase{"StrayByte", "[1]\xFF", "", "byte 0xFF at offset 3 is not valid UTF-8"},
        DecodeCase{"StrayByteAfterMark", "\xEF\xBB\xBF[\x80]", "", "byte 0x80 at offset 4 is not valid UTF-8"},
        DecodeCase{"Latin1", "{\"name\":\"caf\xE9\"}", "", "byte 0xE9 at offset 12 is not valid UTF-8"},
        DecodeCase{"OverlongSlash", "\xC0\xAF", "", "byte 0xC0 at offset 0 is not valid UTF-8"},
        DecodeCase{"OverlongThreeBytes", "a\xE0\x80\xAF", "", "byte 0xE0 at offset 1 is not valid UTF-8"},
        DecodeCase{"EncodedSurrogate", "\xED\xA0\x80", "", "byte 0xED at offset 0 is not valid UTF-8"},
        DecodeCase{"BeyondUnicode", "\xF4\x90\x80\x80", "", "byte 0xF4 at offset 0 is not valid UTF-8"},
        DecodeCase{"CutSequence", "12345678\xE2\x80", "", "byte 0xE2 at offset 8 is not valid UTF-8"},
        DecodeCase{"Utf16HalfUnit", "\xFF\xFE[\0]"s, "", "UTF-16 text ends with half a unit at offset 4"},
        DecodeCase{"Utf16LowFirst", "\xFF\xFE\x00\xDE"s, "", "unit 0xDE00 at offset 2 is not valid UTF-16"},
        DecodeCase{"Utf16HighAtEnd", "\xFE\xFF\0[\xD8\x3D"s, "", "unit 0xD83D at offset 4 is not valid UTF-16"},
        DecodeCase{"Utf16HighBeforeLetter", "\xFE\xFF\xD8\x3D\0a"s, "", "unit 0xD83D at offset 2 is not valid UTF-16"}),
    [](const auto& c) { return std::string{c.param.name}; });

}  // namespace
}  // namespace nsgcheck::io::encoding_test
