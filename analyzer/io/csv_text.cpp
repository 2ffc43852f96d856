// SPDX-License-Identifier: Apache-2.0
#include "analyzer/io/csv_text.hpp"

#include <array>
#include <string_view>

#include "analyzer/io/report.hpp"

namespace nsgcheck::io {
namespace {

// Spreadsheets take a cell that begins so for a formula; some read the full-width forms, too.
bool begins_formula(std::string_view text) {
  constexpr std::array<std::string_view, 8> kBegins{"=", "+", "-", "@", "\uFF1D", "\uFF0B", "\uFF0D", "\uFF20"};
  for (const std::string_view begin : kBegins)
    if (text.starts_with(begin)) return true;
  return false;
}

std::string field(std::string_view text) {
  const std::string safe = (begins_formula(text) ? "'" : "") + printable(text);
  if (safe.find_first_of("\",") == std::string::npos) return safe;
  std::string out = "\"";
  for (const char c : safe) out += c == '"' ? std::string{"\"\""} : std::string{c};
  return out + '"';
}

}  // namespace

std::string csv_row(const std::vector<std::string>& fields) {
  std::string out;
  for (const std::string& text : fields) out += (out.empty() ? "" : ",") + field(text);
  return out + "\r\n";
}

}  // namespace nsgcheck::io
