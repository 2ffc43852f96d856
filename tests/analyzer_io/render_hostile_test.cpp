// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "tests/analyzer_io/render_formats.hpp"
#include "tests/analyzer_io/render_sample.hpp"

namespace nsgcheck::io::render_hostile_test {
namespace {

using namespace std::string_literals;

struct HostileName {
  const char* name;
  std::string text;
  bool is_utf8{true};
};

const std::vector<HostileName>& hostile_names() {
  static const std::vector<HostileName> kNames{
      {"AnsiEscape", "\x1b[2J\x1b]0;title\x07"},
      {"C1Escape", "\xc2\x9b"s + "2J"},
      {"LineBreaks", "a\nb\r\nc\u2028d\u0085e"},
      {"GithubCommand", "x\n::error file=a,line=1::gone"},
      {"GithubCommandAtBegin", "::add-mask::secret"},
      {"OldGithubCommand", "##[set-output name=a]b"},
      {"AzureCommand", "##vso[task.setvariable variable=a;]b"},
      {"AzureCommandInTheMiddle", "x]; ##vso[task.complete result=Succeeded;]"},
      {"Script", "<script>alert(1)</script>"},
      {"Attribute", "\" onload='x' a=\""},
      {"CdataEnd", "]]><x>&amp;</x>"},
      {"MarkdownLink", "[x](https://example.com) ![](http://example.com/i.png) | `a` ``b`` @someone #1"},
      {"BidiOverride", "a\u202egnp.exe\u2066x"},
      {"ZeroWidth", "a\u200b\ufeffb"},
      {"TagCharacters", "a\U000E0061\U000E0062"},
      {"Formula", "=cmd|' /C calc'!A0"},
      {"FormulaPlus", "+1+1"},
      {"FormulaMinus", "-1+1"},
      {"FormulaAt", "@SUM(A1)"},
      {"FormulaAfterTab", "\t=1+1"},
      {"FormulaFullWidth", "\uFF1D1+1"},
      {"QuotesAndCommas", "a,\"b\",c;%0Ad"},
      {"Percent", "%25%0A%AZP25"},
      {"TenThousandCharacters", std::string(10'000, 'x')},
      {"InvalidUtf8", "a\xff\xfe\x80z", false},
      {"CutUtf8", "a\xe2\x80", false},
      {"Empty", ""},
  };
  return kNames;
}

/// Calls `check` with the output of each hostile report in one format.
template <class Check>
void for_every_name(std::string (*render)(const AuditReport&), const Check& check) {
  for (const HostileName& name : hostile_names()) {
    SCOPED_TRACE(name.name);
    Sample sample;
    fill_hostile(sample, name.text);
    const std::string out = render(sample.report);
    check(name, out);
    if (testing::Test::HasFatalFailure()) return;
  }
}

std::string_view trimmed(std::string_view line) {
  const auto begin = line.find_first_not_of(" \t");
  return begin == std::string_view::npos ? "" : line.substr(begin);
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in{text};
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

std::size_t count_of_text(std::string_view text, std::string_view part) {
  std::size_t count = 0;
  for (std::size_t i = 0; (i = text.find(part, i)) != std::string_view::npos; i += part.size()) ++count;
  return count;
}

void expect_no_control_character(std::string_view format, const std::string& out) {
  ASSERT_FALSE(out.empty());
  for (std::size_t i = 0; i < out.size(); ++i) {
    const auto byte = static_cast<unsigned char>(out[i]);
    const bool line_end = out[i] == '\n' || (format == "csv" && out[i] == '\r' && out[i + 1] == '\n');
    ASSERT_TRUE(line_end || (byte >= 0x20 && byte != 0x7F)) << "byte " << int{byte} << " at " << i;
  }
  // C1, next line, overrides and isolates, zero width, separators, byte order mark, tags: as UTF-8 bytes.
  for (const std::string_view hidden :
       {"\xc2\x85", "\xc2\x9b", "\u202e", "\u2066", "\u200b", "\u2028", "\ufeff", "\U000E0061", "\xff", "\xfe"})
    EXPECT_EQ(out.find(hidden), std::string::npos);
}

void expect_no_command(std::string_view format, const std::string& out) {
  for (const std::string& line : lines_of(out)) {
    EXPECT_EQ(line.find("##["), std::string::npos) << line;
    const std::size_t commands = count_of_text(line, "##vso[");
    const bool own = format == "azuredevops" && line.starts_with("##vso[task.logissue type=");
    EXPECT_EQ(commands, own ? 1U : 0U) << line;
    if (own) {
      // The bracket that ends the values is the first one, and the values are as many as we wrote.
      const std::string values = line.substr(0, line.find(']'));
      EXPECT_LE(count_of_text(values, ";"), 5U) << line;
    }
    if (format == "github") {
      EXPECT_TRUE(line.starts_with("::error ") || line.starts_with("::notice ") || line.starts_with("::warning "));
    } else {
      EXPECT_FALSE(trimmed(line).starts_with("::")) << line;
    }
  }
}

void expect_known_values(const std::string& out) {
  for (const std::string& line : lines_of(out)) {
    const std::string values = line.substr(2, line.find("::", 2) - 2);
    for (std::size_t begin = values.find(' ') + 1; begin < values.size();) {
      const std::size_t end = std::min(values.find(',', begin), values.size());
      const std::string key = values.substr(begin, values.find('=', begin) - begin);
      const std::array<std::string_view, 6> known{"file", "line", "col", "endLine", "endColumn", "title"};
      EXPECT_NE(std::find(known.begin(), known.end(), key), known.end()) << line;
      begin = end + 1;
    }
  }
}

/// Markdown without its code spans, in which nothing is alive (CommonMark 6.1).
std::string outside_code(const std::string& line) {
  std::string out;
  for (std::size_t i = 0; i < line.size();) {
    if (line[i] != '`' || (i > 0 && line[i - 1] == '\\')) {
      out += line[i++];
      continue;
    }
    const std::size_t open = std::min(line.find_first_not_of('`', i), line.size());
    const std::string fence = line.substr(i, open - i);
    std::size_t close = open;
    while ((close = line.find(fence, close)) != std::string::npos) {
      const std::size_t end = std::min(line.find_first_not_of('`', close), line.size());
      if (end - close == fence.size()) break;
      close = end;
    }
    if (close == std::string::npos) {
      ADD_FAILURE() << "code span without end: " << line;
      return out;
    }
    i = close + fence.size();
  }
  return out;
}

void expect_dead_markup(const std::string& out) {
  for (const std::string& line : lines_of(out)) {
    std::string text = outside_code(line);
    for (const std::string_view own : {"<details>", "</details>", "<summary>", "</summary>", "<br>", "<!-- -->"})
      for (std::size_t i = 0; (i = text.find(own)) != std::string::npos;) text.replace(i, own.size(), "\x01");
    EXPECT_EQ(text.find('<'), std::string::npos) << line;
    EXPECT_EQ(text.find("https://"), std::string::npos) << line;
    EXPECT_EQ(text.find("@s"), std::string::npos) << line;
    EXPECT_EQ(text.find("#1"), std::string::npos) << line;
    for (std::size_t i = 0; (i = text.find('[', i)) != std::string::npos; ++i)
      EXPECT_EQ(text.substr(i - 1, 1), "\\") << line;
    if (line.starts_with("| **")) {
      // Cells of the tables of findings, with their four columns.
      std::size_t bars = 0;
      for (std::size_t i = 0; i < line.size(); ++i) bars += line[i] == '|' && (i == 0 || line[i - 1] != '\\') ? 1 : 0;
      EXPECT_EQ(bars, 5U) << line;
    }
  }
}

void expect_eighty_columns(const std::string& out) {
  for (const std::string& line : lines_of(out)) {
    const auto columns =
        std::count_if(line.begin(), line.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80; });
    EXPECT_LE(columns, 80) << line;
  }
}

/// Rows of RFC 4180 text.
std::vector<std::vector<std::string>> csv_rows(const std::string& text) {
  std::vector<std::vector<std::string>> rows{{""}};
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string& field = rows.back().back();
    if (quoted && text[i] == '"' && i + 1 < text.size() && text[i + 1] == '"')
      field += text[i++];
    else if (text[i] == '"')
      quoted = !quoted;
    else if (!quoted && text[i] == ',')
      rows.back().emplace_back();
    else if (!quoted && text.compare(i, 2, "\r\n") == 0)
      rows.emplace_back(1), ++i;
    else
      field += text[i];
  }
  rows.pop_back();
  return rows;
}

void expect_harmless_cells(const std::string& out) {
  const auto rows = csv_rows(out);
  ASSERT_GE(rows.size(), 2U);
  for (const auto& row : rows) {
    EXPECT_EQ(row.size(), 25U);
    for (const std::string& field : row) {
      EXPECT_EQ(std::string_view{"=+-@\t\r"}.find(field.empty() ? 'x' : field[0]), std::string_view::npos) << field;
      EXPECT_FALSE(field.starts_with("\uFF1D")) << field;
    }
  }
}

/// Fails when `xml` is not well-formed, or has an element that JUnit files do not have.
void expect_well_formed(const std::string& xml) {
  const std::vector<std::string_view> known{"testsuites", "testsuite", "testcase",  "failure",
                                            "error",      "skipped",   "system-out"};
  std::vector<std::string> open;
  for (std::size_t i = xml.find("?>") + 2; i < xml.size(); ++i) {
    ASSERT_NE(xml[i], '>') << "at " << i;
    if (xml[i] == '&') {
      const std::string entity = xml.substr(i, xml.find(';', i) - i);
      ASSERT_TRUE(entity == "&amp" || entity == "&lt" || entity == "&gt" || entity == "&quot" || entity == "&apos");
    }
    if (xml[i] != '<') continue;
    const std::size_t end = xml.find('>', i);
    const std::string tag = xml.substr(i + 1, end - i - 1);
    ASSERT_EQ(tag.find('<'), std::string::npos) << tag;
    ASSERT_EQ(std::count(tag.begin(), tag.end(), '"') % 2, 0) << tag;
    const bool closing = tag.starts_with('/');
    const std::string element =
        tag.substr(closing ? 1 : 0, tag.find_first_of(" /", closing ? 1 : 0) - (closing ? 1 : 0));
    ASSERT_NE(std::find(known.begin(), known.end(), element), known.end()) << tag;
    if (closing) {
      ASSERT_FALSE(open.empty());
      ASSERT_EQ(open.back(), element);
      open.pop_back();
    } else if (!tag.ends_with('/')) {
      open.push_back(element);
    }
    i = end;
  }
  EXPECT_TRUE(open.empty());
}

class Hostile : public testing::TestWithParam<RenderedFormat> {};

TEST_P(Hostile, NamesCommandNobody) {
  const std::string_view format = GetParam().name;
  for_every_name(GetParam().render, [&](const HostileName&, const std::string& out) {
    expect_no_control_character(format, out);
    expect_no_command(format, out);
    // nlohmann refuses what is no UTF-8 when it writes a string.
    EXPECT_NO_THROW((void)nlohmann::json(out).dump());
  });
}

INSTANTIATE_TEST_SUITE_P(Formats, Hostile, testing::ValuesIn(kRenderedFormats),
                         [](const auto& test) { return std::string{test.param.name}; });

TEST(HostileJson, KeepsTheName) {
  for_every_name(render_json, [](const HostileName& name, const std::string& out) {
    const auto parsed = nlohmann::json::parse(out);
    if (!name.is_utf8) return;
    EXPECT_EQ(parsed["nsgs"][0]["name"], name.text);
    EXPECT_EQ(parsed["nsgs"][0]["id"], name.text);
    EXPECT_EQ(parsed["findings"][0]["file"], name.text);
    EXPECT_EQ(parsed["findings"][0]["rule"]["name"], name.text);
    EXPECT_EQ(parsed["findings"][0]["region"][0]["source"][0], name.text);
  });
}

TEST(HostileJsonl, KeepsTheName) {
  for_every_name(render_jsonl, [](const HostileName& name, const std::string& out) {
    for (const std::string& line : lines_of(out)) {
      const auto parsed = nlohmann::json::parse(line);
      // The second document is longer and keeps its own names.
      if (name.is_utf8 && parsed["nsg"] != "N") {
        EXPECT_EQ(parsed["rule"]["name"], name.text);
      }
    }
  });
}

TEST(HostileSarif, KeepsTheName) {
  for_every_name(render_sarif, [](const HostileName& name, const std::string& out) {
    const auto parsed = nlohmann::json::parse(out);
    if (!name.is_utf8) return;
    EXPECT_EQ(parsed["runs"][0]["results"][0]["locations"][0]["logicalLocations"][0]["name"], name.text);
  });
}

TEST(HostileText, KeepsItsWidth) {
  for_every_name(render_plain_text, [](const HostileName&, const std::string& out) { expect_eighty_columns(out); });
}

TEST(HostileCsv, HasNoFormulaAndNoStrayCell) {
  for_every_name(render_csv, [](const HostileName&, const std::string& out) { expect_harmless_cells(out); });
}

TEST(HostileMarkdown, HasNoMarkupFromOutside) {
  for_every_name(render_markdown, [](const HostileName&, const std::string& out) { expect_dead_markup(out); });
}

TEST(HostileGithub, ValuesKeepTheirBounds) {
  for_every_name(render_github, [](const HostileName&, const std::string& out) { expect_known_values(out); });
}

TEST(HostileJunit, IsWellFormed) {
  for_every_name(render_junit, [](const HostileName&, const std::string& out) { expect_well_formed(out); });
}

}  // namespace
}  // namespace nsgcheck::io::render_hostile_test
