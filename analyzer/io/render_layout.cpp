// SPDX-License-Identifier: Apache-2.0
#include "analyzer/io/render_layout.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "analyzer/io/render_printable.hpp"
#include "analyzer/io/report.hpp"
#include "analyzer/policy/naming.hpp"

namespace nsgcheck::io {
namespace {

std::string_view sequence(Tone tone) {
  switch (tone) {
    case Tone::Plain:
      break;
    case Tone::Head:
      return "\x1b[1m";
    case Tone::Faint:
      return "\x1b[2m";
    case Tone::Good:
      return "\x1b[32m";
    case Tone::Bad:
      return "\x1b[31m";
    case Tone::Worst:
      return "\x1b[1;31m";
    case Tone::Warning:
      return "\x1b[33m";
  }
  return "";
}

std::size_t bytes_of(std::string_view text, std::size_t columns) {
  std::size_t end = 0;
  for (std::size_t column = 0; column < columns && end < text.size(); ++column)
    end += outside_character_at(text, end).size;
  return end;
}

}  // namespace

std::string Paint::operator()(Tone tone, std::string_view text) const {
  const std::string_view begin = sequence(tone);
  if (!color_ || begin.empty() || text.empty()) return std::string{text};
  const std::string_view end = text.ends_with('\n') ? "\n" : "";
  text.remove_suffix(end.size());
  return fmt::format("{}{}\x1b[0m{}", begin, text, end);
}

std::string wrapped(std::string_view text, std::string_view first, std::size_t width) {
  constexpr std::size_t kNarrowestWrap = 20;
  const std::size_t indent = columns_of(first);
  const std::size_t room = std::max(width, indent + kNarrowestWrap) - indent;
  std::string out{first};
  std::size_t column = 0;
  const auto new_line = [&] {
    out += '\n' + std::string(indent, ' ');
    column = 0;
  };
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t begin = text.find_first_not_of(" \n", i);
    if (begin == std::string_view::npos) break;
    i = std::min(text.find_first_of(" \n", begin), text.size());
    std::string_view word = text.substr(begin, i - begin);
    if (column > 0 && column + 1 + columns_of(word) > room) new_line();
    if (column > 0) out += ' ', ++column;
    for (; column + columns_of(word) > room; new_line()) {
      const std::size_t cut = bytes_of(word, room - column);
      out += word.substr(0, cut);
      word.remove_prefix(cut);
    }
    out += word;
    column += columns_of(word);
  }
  return out + '\n';
}

std::string padded(std::string text, std::size_t columns) {
  const std::size_t now = columns_of(text);
  if (now < columns) text.append(columns - now, ' ');
  return text;
}

std::string shortened(const std::vector<std::string>& items, std::size_t most) {
  return policy::enumerate(items, most);
}

std::string patch_text(std::string_view patch, const Paint& paint) {
  std::string out;
  while (!patch.empty()) {
    const std::size_t end = std::min(patch.find('\n'), patch.size() - 1) + 1;
    std::string_view line = patch.substr(0, end);
    patch.remove_prefix(end);
    while (line.ends_with('\n') || line.ends_with('\r')) line.remove_suffix(1);
    const Tone tone = line.starts_with('+') ? Tone::Good : line.starts_with('-') ? Tone::Bad : Tone::Faint;
    out += paint(tone, printable(line)) + '\n';
  }
  return out;
}

}  // namespace nsgcheck::io
