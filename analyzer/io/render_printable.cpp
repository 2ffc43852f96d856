// SPDX-License-Identifier: Apache-2.0
#include "analyzer/io/render_printable.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "analyzer/io/report.hpp"
#include "analyzer/net/text.hpp"

namespace nsgcheck::io {
namespace {

using Run = std::pair<char32_t, char32_t>;

// Characters that are seen by programs and not by people: C1 controls, soft hyphen, direction marks and overrides,
// zero-width characters, line separators, annotations, tags (Unicode general categories Cc, Cf, Zl and Zp).
constexpr std::array<Run, 15> kHidden{{{0x80, 0x9F},
                                       {0xAD, 0xAD},
                                       {0x61C, 0x61C},
                                       {0x115F, 0x1160},
                                       {0x180E, 0x180E},
                                       {0x200B, 0x200F},
                                       {0x2028, 0x202E},
                                       {0x2060, 0x206F},
                                       {0x3164, 0x3164},
                                       {0xFE00, 0xFE0F},
                                       {0xFEFF, 0xFEFF},
                                       {0xFFF0, 0xFFFB},
                                       {0xFFFE, 0xFFFF},
                                       {0x1D173, 0x1D17A},
                                       {0xE0000, 0xE0FFF}}};

bool is_hidden(char32_t c) {
  return std::any_of(kHidden.begin(), kHidden.end(), [&](const Run& run) { return c >= run.first && c <= run.second; });
}

unsigned char unsigned_at(std::string_view text, std::size_t offset) {
  return static_cast<unsigned char>(text[offset]);
}

// Shortest forms only, no surrogates (Unicode 15, table 3-7).
struct Lead {
  std::size_t size;
  char32_t bits;
  char32_t lowest;
};

Lead lead_of(unsigned char byte) {
  if (byte < 0x80) return {1, byte, 0};
  if (byte >= 0xC2 && byte <= 0xDF) return {2, byte & 0x1FU, 0x80};
  if (byte >= 0xE0 && byte <= 0xEF) return {3, byte & 0x0FU, 0x800};
  if (byte >= 0xF0 && byte <= 0xF4) return {4, byte & 0x07U, 0x10000};
  return {0, 0, 0};
}

// The words of GitHub's workflow commands hold a letter beyond f or a dash; "::dead" may be an address.
bool is_command_word(std::string_view text) {
  const auto end = text.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_");
  const std::string_view word = text.substr(0, end);
  return word.find_first_not_of("abcdefABCDEF") != std::string_view::npos;
}

}  // namespace

OutsideCharacter outside_character_at(std::string_view text, std::size_t offset) {
  const OutsideCharacter bad{unsigned_at(text, offset), 1, false};
  const Lead lead = lead_of(unsigned_at(text, offset));
  if (lead.size == 0 || offset + lead.size > text.size()) return bad;
  char32_t value = lead.bits;
  for (std::size_t i = 1; i < lead.size; ++i) {
    const unsigned char byte = unsigned_at(text, offset + i);
    if ((byte & 0xC0U) != 0x80) return bad;
    value = (value << 6U) | (byte & 0x3FU);
  }
  const bool surrogate = value >= 0xD800 && value <= 0xDFFF;
  if (value < lead.lowest || value > 0x10FFFF || surrogate) return bad;
  return {value, lead.size, true};
}

void append_printable(std::string& out, std::string_view text, OutsideCharacter character, std::size_t offset) {
  const auto value = static_cast<std::uint32_t>(character.value);
  if (!character.valid || value < 0x20 || value == 0x7F) {
    out += fmt::format("\\x{:02x}", value);
  } else if (is_hidden(character.value)) {
    out += fmt::format("\\u{{{:04x}}}", value);
  } else {
    out += text.substr(offset, character.size);
  }
}

std::string printable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    const OutsideCharacter character = outside_character_at(text, i);
    append_printable(out, text, character, i);
    i += character.size;
  }
  return without_commands(std::move(out));
}

std::string without_commands(std::string text) {
  for (std::size_t i = 0; (i = text.find("##", i)) != std::string::npos; ++i) {
    const std::string_view rest = std::string_view{text}.substr(i + 2);
    if (rest.starts_with('[') || net::same_word(rest.substr(0, 4), "vso[")) text.replace(i + 1, 1, "\\x23");
  }
  for (std::size_t i = 0; (i = text.find("::", i)) != std::string::npos; ++i)
    if (is_command_word(std::string_view{text}.substr(i + 2))) text.replace(i + 1, 1, "\\x3a");
  return text;
}

std::string json_without_commands(std::string json) {
  for (std::size_t i = 0; (i = json.find("##", i)) != std::string::npos; ++i) json.replace(i + 1, 1, "\\u0023");
  return json;
}

std::size_t columns_of(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80; }));
}

std::string clipped(std::string_view text, std::size_t columns) {
  if (columns_of(text) <= columns) return std::string{text};
  std::size_t end = 0;
  for (std::size_t column = 0; column + 2 < columns; ++column) end += outside_character_at(text, end).size;
  return std::string{text.substr(0, end)} + "..";
}

}  // namespace nsgcheck::io
