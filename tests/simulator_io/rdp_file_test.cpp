// SPDX-License-Identifier: Apache-2.0
#include "simulator/io/rdp_file.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace nsgcheck::io::rdp_file_test {
namespace {

constexpr std::string_view kText = "full address:s:198.51.100.20\r\nusername:s:ops\r\n";

std::string wide(std::string_view text, bool little) {
  std::string out;
  for (const char c : text) out += little ? std::string{c, '\0'} : std::string{'\0', c};
  return out;
}

struct EncodingCase {
  const char* name;
  std::string bytes;
  const char* word;
};

class RdpEncodings : public testing::TestWithParam<EncodingCase> {};

TEST_P(RdpEncodings, HoldTheSameLines) {
  const RdpFile file = read_rdp_file("a.rdp", GetParam().bytes);
  EXPECT_EQ(word(file.encoding), GetParam().word);
  EXPECT_TRUE(file.readable);
  EXPECT_TRUE(file.errors.empty());
  ASSERT_EQ(file.lines.settings.size(), 2);
  EXPECT_EQ(file.lines.settings[0].key, "full address");
  EXPECT_EQ(file.lines.settings[0].value, "198.51.100.20");
  EXPECT_EQ(file.lines.settings[1].key, "username");
}

INSTANTIATE_TEST_SUITE_P(
    Of, RdpEncodings,
    testing::Values(EncodingCase{"ascii", std::string{kText}, "ascii"},
                    EncodingCase{"ascii_lf", "full address:s:198.51.100.20\nusername:s:ops\n", "ascii"},
                    EncodingCase{"utf8", "full address:s:198.51.100.20\nusername:s:j\xC3\xB6rg\n", "utf-8"},
                    EncodingCase{"utf8_with_mark", "\xEF\xBB\xBF" + std::string{kText}, "utf-8-bom"},
                    EncodingCase{"utf16le", "\xFF\xFE" + wide(kText, true), "utf-16le"},
                    EncodingCase{"utf16le_without_mark", wide(kText, true), "utf-16le-no-bom"},
                    EncodingCase{"utf16be", "\xFE\xFF" + wide(kText, false), "utf-16be"}),
    [](const auto& entry) { return std::string{entry.param.name}; });

struct ErrorCase {
  const char* name;
  std::string bytes;
  std::vector<std::string> errors;  ///< "line:column message"
  bool readable, truncated;
};

class RdpErrors : public testing::TestWithParam<ErrorCase> {};

TEST_P(RdpErrors, AreLocated) {
  const RdpFile file = read_rdp_file("a.rdp", GetParam().bytes);
  std::vector<std::string> errors;
  for (const Diagnostic& error : file.errors) {
    EXPECT_EQ(error.file, "a.rdp");
    errors.push_back(std::to_string(error.position.line) + ':' + std::to_string(error.position.column) + ' ' +
                     error.message);
  }
  EXPECT_EQ(errors, GetParam().errors);
  EXPECT_EQ(file.readable, GetParam().readable);
  EXPECT_EQ(file.truncated, GetParam().truncated);
}

INSTANTIATE_TEST_SUITE_P(
    Of, RdpErrors,
    testing::Values(
        ErrorCase{"empty", "", {"1:1 the file is empty"}, false, false},
        ErrorCase{"mark_only", "\xFF\xFE", {"1:1 the file is empty"}, false, false},
        ErrorCase{"no_setting", "hello\n", {"1:1 \"hello\" is not of the form key:type:value"}, false, false},
        ErrorCase{"one_bad_line", "a:s:1\nb:q:2\n", {"2:3 the type \"q\" of \"b\" is none of s, i and b"}, true, false},
        ErrorCase{"windows_1252",
                  "a:s:1\nusername:s:j\xF6rg\n",
                  {"2:13 byte 0xF6 at offset 18 is not valid UTF-8; nothing behind it is read"},
                  true,
                  true},
        ErrorCase{"half_a_unit",
                  "\xFF\xFE" + wide("a:s:1", true) + "x",
                  {"1:6 UTF-16 text ends with half a unit at offset 12; nothing behind it is read"},
                  true,
                  true},
        ErrorCase{"too_large",
                  std::string(kLargestRdpFile + 1, 'a'),
                  {"1:1 over 1048576 bytes: this is no .rdp file"},
                  false,
                  false}),
    [](const auto& entry) { return std::string{entry.param.name}; });

TEST(RdpErrors, BeyondTheListedOnesAreCounted) {
  std::string text;
  for (std::size_t i = 0; i < wire::kMostRdpFaults + 7; ++i) text += "x\n";
  const RdpFile file = read_rdp_file("a.rdp", text);
  ASSERT_EQ(file.errors.size(), wire::kMostRdpFaults + 1);
  EXPECT_EQ(file.errors.back().message, "7 further lines are not of the form key:type:value");
}

}  // namespace
}  // namespace nsgcheck::io::rdp_file_test
