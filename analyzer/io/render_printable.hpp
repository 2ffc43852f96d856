// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace nsgcheck::io {

/// One code point of text from outside, or one byte that is no part of valid UTF-8.
struct OutsideCharacter {
  char32_t value{};
  std::size_t size{1};  ///< in bytes
  bool valid{true};
};

/// The character at `offset` < text.size(); any bytes.
[[nodiscard]] OutsideCharacter outside_character_at(std::string_view text, std::size_t offset);

/// Appends one character, escaped as printable() does.
void append_printable(std::string& out, std::string_view text, OutsideCharacter character, std::size_t offset);

/// Columns that text made by printable() takes: code points, wide scripts not being told apart.
[[nodiscard]] std::size_t columns_of(std::string_view text);

/// The first `columns` columns of printable text, ending in ".." when something is cut off; columns >= 2.
[[nodiscard]] std::string clipped(std::string_view text, std::size_t columns);

/// Printable text without the openings of logging commands that build agents would obey anywhere in a line
/// (`##vso[`, `##[`) or at its begin (`::error ...::`).
[[nodiscard]] std::string without_commands(std::string text);

/// JSON of the same value in which no string holds such an opening.
[[nodiscard]] std::string json_without_commands(std::string json);

}  // namespace nsgcheck::io
