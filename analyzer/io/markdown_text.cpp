// SPDX-License-Identifier: Apache-2.0
#include "analyzer/io/markdown_text.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "analyzer/io/report.hpp"

namespace nsgcheck::io {
namespace {

/// True for the mark that makes a list of a line which begins so: "-", "+", or the dot of "1.".
bool begins_item(std::string_view line, std::size_t i) {
  if (i == 0) return line[i] == '-' || line[i] == '+';
  return (line[i] == '.' || line[i] == ')') && line.find_first_not_of("0123456789") == i;
}

}  // namespace

std::string markdown_plain(std::string_view text) {
  constexpr std::string_view kMarkup = "\\`*_[]|~$";
  std::string out;
  const std::string safe = printable(text);
  for (std::size_t i = 0; i < safe.size(); ++i) {
    const char c = safe[i];
    const std::string_view rest = std::string_view{safe}.substr(i);
    if (c == '&')
      out += "&amp;";
    else if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else if (c == '@' || c == '#')
      // Services look for mentions in the text after rendering, where no escape is left.
      out += std::string{c} + "<!-- -->";
    else if (kMarkup.find(c) != std::string_view::npos || rest.starts_with("://") || begins_item(safe, i) ||
             (c == '.' && std::string_view{safe}.substr(0, i).ends_with("www")))
      out += std::string{'\\', c};
    else
      out += c;
  }
  return out;
}

std::string markdown_code(std::string_view text) {
  std::string safe = printable(text);
  if (safe.empty()) return "";
  // A span ends at a run of as many backquotes as it begins with.
  std::size_t run = 0;
  std::size_t longest = 0;
  for (const char c : safe) {
    run = c == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  const std::string fence(longest + 1, '`');
  const std::string_view gap = longest > 0 ? " " : "";
  // A table splits its cells before anything else is read.
  for (std::size_t i = 0; (i = safe.find('|', i)) != std::string::npos; i += 2) safe.insert(i, "\\");
  return fmt::format("{0}{1}{2}{1}{0}", fence, gap, safe);
}

}  // namespace nsgcheck::io
