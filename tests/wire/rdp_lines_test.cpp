// SPDX-License-Identifier: Apache-2.0
#include "simulator/wire/rdp_lines.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace nsgcheck::wire::rdp_lines_test {
namespace {

/// "key|type|value" of each setting, and "begin-end message" of each fault.
struct Read {
  std::vector<std::string> settings, faults;
};

Read read(const std::string& text) {
  Read out;
  const RdpLines lines = read_rdp_lines(text);
  for (const RdpSetting& one : lines.settings) out.settings.push_back(one.key + '|' + one.type + '|' + one.value);
  for (const RdpLineFault& one : lines.faults)
    out.faults.push_back(std::to_string(one.begin) + '-' + std::to_string(one.end) + ' ' + one.message);
  return out;
}

struct LinesCase {
  const char* name;
  std::string text;
  std::vector<std::string> settings;
  std::vector<std::string> faults;
};

class RdpLinesRead : public ::testing::TestWithParam<LinesCase> {};

TEST_P(RdpLinesRead, AsWritten) {
  const Read got = read(GetParam().text);
  EXPECT_EQ(got.settings, GetParam().settings);
  EXPECT_EQ(got.faults, GetParam().faults);
}

INSTANTIATE_TEST_SUITE_P(
    Of, RdpLinesRead,
    ::testing::Values(
        LinesCase{"nothing", "", {}, {}}, LinesCase{"cr_lf", "a:s:1\r\nb:i:2\r\n", {"a|s|1", "b|i|2"}, {}},
        LinesCase{"lf", "a:s:1\nb:i:2\n", {"a|s|1", "b|i|2"}, {}},
        LinesCase{"cr", "a:s:1\rb:i:2", {"a|s|1", "b|i|2"}, {}},
        LinesCase{"no_end_of_last_line", "a:s:1", {"a|s|1"}, {}},
        LinesCase{"blank_lines", "\r\n \t\r\na:s:1\r\n\r\n", {"a|s|1"}, {}},
        LinesCase{"colons_in_value", "full address:s:[2001:db8::1]:3389", {"full address|s|[2001:db8::1]:3389"}, {}},
        LinesCase{"empty_value", "username:s:", {"username|s|"}, {}},
        LinesCase{"blanks_stay", "a:s: 1 ", {"a|s| 1 "}, {}},
        LinesCase{"bytes", "password 51:b:01AB", {"password 51|b|01AB"}, {}},
        LinesCase{"value_beyond_ascii", "username:s:j\xC3\xB6rg", {"username|s|j\xC3\xB6rg"}, {}},
        LinesCase{"no_colon", "a:s:1\nhello\n", {"a|s|1"}, {"6-11 \"hello\" is not of the form key:type:value"}},
        LinesCase{"one_colon",
                  "loadbalanceinfo:Cookie",
                  {},
                  {"0-22 \"loadbalanceinfo:Cookie\" is not of the form key:type:value"}},
        LinesCase{"no_key", ":s:1", {}, {"0-1 there is no key before the first colon"}},
        LinesCase{"no_type", "a::1", {}, {"1-3 the type \"\" of \"a\" is none of s, i and b"}},
        LinesCase{"other_type", "a:z:1", {}, {"2-3 the type \"z\" of \"a\" is none of s, i and b"}},
        LinesCase{"type_in_capitals", "a:S:1", {}, {"2-3 the type \"S\" of \"a\" is none of s, i and b"}},
        LinesCase{"key_beyond_ascii",
                  "\xC3\xA4:s:1",
                  {},
                  {"0-2 the key \"\xC3\xA4\" holds other characters than those of keys"}},
        LinesCase{"quote_is_cut_between_characters",
                  std::string(39, 'x') + "\xC3\xA4y",
                  {},
                  {"0-42 \"" + std::string(39, 'x') + "...\" is not of the form key:type:value"}}),
    [](const auto& entry) { return std::string{entry.param.name}; });

TEST(RdpLines, FaultsAreCountedBeyondTheListedOnes) {
  std::string text;
  for (std::size_t i = 0; i < kMostRdpFaults + 7; ++i) text += "x\n";
  const RdpLines lines = read_rdp_lines(text);
  EXPECT_EQ(lines.faults.size(), kMostRdpFaults);
  EXPECT_EQ(lines.more_faults, 7);
}

TEST(RdpLines, AreWrittenWithCrLf) {
  const std::vector<RdpSetting> settings{{"full address", 's', "198.51.100.20"}, {"server port", 'i', "3389"}};
  EXPECT_EQ(write_rdp_lines(settings), "full address:s:198.51.100.20\r\nserver port:i:3389\r\n");
}

}  // namespace
}  // namespace nsgcheck::wire::rdp_lines_test
