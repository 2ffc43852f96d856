// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include <tl/expected.hpp>

namespace nsgcheck::io {

/// Bytes that are no text in the encoding that the input announces.
struct EncodingFault {
  std::size_t offset{};  ///< of the first bad byte, in the input's own bytes
  std::string decoded;   ///< UTF-8 of everything before it
  std::string message;   ///< names the offset and the byte; no trailing full stop
};

/// The text of `bytes` as UTF-8 without byte order mark. UTF-16 is known by its mark only (Unicode 23.8).
[[nodiscard]] tl::expected<std::string, EncodingFault> to_utf8(std::string bytes);

/// Whether bytes begin with a mark of UTF-16, of either byte order.
[[nodiscard]] bool is_utf16(std::string_view bytes);

/// Appends one code point, 0..0x10FFFF without surrogates.
void append_utf8(std::string& out, char32_t code_point);

/// One code point of valid UTF-8 and the number of bytes it takes.
struct CodePoint {
  char32_t value{};
  std::size_t size{};
};

/// The code point at `offset` < text.size(); `text` is valid UTF-8.
[[nodiscard]] CodePoint code_point_at(std::string_view text, std::size_t offset);

/// Number of code points in valid UTF-8.
[[nodiscard]] std::size_t count_code_points(std::string_view text);

}  // namespace nsgcheck::io
