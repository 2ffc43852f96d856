// SPDX-License-Identifier: Apache-2.0
#include "analyzer/io/encoding.hpp"

#include <cstdint>
#include <cstring>
#include <utility>

#include <fmt/format.h>

#include "analyzer/io/document.hpp"

namespace nsgcheck::io {
namespace {

constexpr std::string_view kUtf8Mark = "\xEF\xBB\xBF";
constexpr std::string_view kUtf16LittleMark = "\xFF\xFE";
constexpr std::string_view kUtf16BigMark = "\xFE\xFF";

std::uint8_t byte_at(std::string_view bytes, std::size_t i) { return static_cast<std::uint8_t>(bytes[i]); }

/// Length of the plain ASCII run that starts at `i`; eight bytes at a time, as nearly all input is ASCII.
std::size_t ascii_run(std::string_view bytes, std::size_t i) {
  const std::size_t begin = i;
  constexpr std::uint64_t kHighBits = 0x8080808080808080U;
  while (i + 8 <= bytes.size()) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data() + i, 8);
    if ((word & kHighBits) != 0) break;
    i += 8;
  }
  while (i < bytes.size() && byte_at(bytes, i) < 0x80) ++i;
  return i - begin;
}

/// Bytes of the well-formed sequence at `i` (Unicode table 3-7), 0 when there is none.
std::size_t sequence_length(std::string_view bytes, std::size_t i) {
  const std::uint8_t lead = byte_at(bytes, i);
  const auto continues = [&](std::size_t at, std::uint8_t low, std::uint8_t high) {
    return at < bytes.size() && byte_at(bytes, at) >= low && byte_at(bytes, at) <= high;
  };
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) return continues(i + 1, 0x80, 0xBF) ? 2 : 0;
  if (lead >= 0xE0 && lead <= 0xEF) {
    const std::uint8_t low = lead == 0xE0 ? 0xA0 : 0x80;
    const std::uint8_t high = lead == 0xED ? 0x9F : 0xBF;
    return continues(i + 1, low, high) && continues(i + 2, 0x80, 0xBF) ? 3 : 0;
  }
  if (lead >= 0xF0 && lead <= 0xF4) {
    const std::uint8_t low = lead == 0xF0 ? 0x90 : 0x80;
    const std::uint8_t high = lead == 0xF4 ? 0x8F : 0xBF;
    return continues(i + 1, low, high) && continues(i + 2, 0x80, 0xBF) && continues(i + 3, 0x80, 0xBF) ? 4 : 0;
  }
  return 0;
}

/// `text` without its mark, and with no copy made of it.
tl::expected<std::string, EncodingFault> check_utf8(std::string text) {
  const std::string_view bytes = text;
  const std::size_t begin = bytes.substr(0, 3) == kUtf8Mark ? 3 : 0;
  for (std::size_t i = begin; i < bytes.size();) {
    i += ascii_run(bytes, i);
    if (i == bytes.size()) break;
    const std::size_t length = sequence_length(bytes, i);
    if (length == 0) {
      return tl::unexpected(
          EncodingFault{i, std::string{bytes.substr(begin, i - begin)},
                        fmt::format("byte 0x{:02X} at offset {} is not valid UTF-8", byte_at(bytes, i), i)});
    }
    i += length;
  }
  text.erase(0, begin);
  return text;
}

/// UTF-16 code units of `bytes` after the mark, as UTF-8.
tl::expected<std::string, EncodingFault> from_utf16(std::string_view bytes, bool little) {
  std::string out;
  out.reserve(bytes.size() / 2);
  const auto unit = [&](std::size_t i) {
    const unsigned first = byte_at(bytes, i);
    const unsigned second = byte_at(bytes, i + 1);
    return static_cast<char16_t>(little ? first | second << 8U : first << 8U | second);
  };
  const auto fault = [&](std::size_t i, std::string message) {
    return tl::unexpected(EncodingFault{i, std::move(out), std::move(message)});
  };
  for (std::size_t i = 2; i < bytes.size();) {
    if (i + 1 == bytes.size()) return fault(i, fmt::format("UTF-16 text ends with half a unit at offset {}", i));
    char32_t point = unit(i);
    std::size_t size = 2;
    if (point >= 0xD800 && point <= 0xDFFF) {
      const char32_t low = point <= 0xDBFF && i + 3 < bytes.size() ? unit(i + 2) : U'\0';
      if (low < 0xDC00 || low > 0xDFFF) {
        return fault(i, fmt::format("unit 0x{:04X} at offset {} is not valid UTF-16", std::uint32_t{point}, i));
      }
      point = 0x10000 + ((point - 0xD800) << 10U) + (low - 0xDC00);
      size = 4;
    }
    append_utf8(out, point);
    i += size;
  }
  return out;
}

}  // namespace

void append_utf8(std::string& out, char32_t code_point) {
  const auto put = [&](char32_t byte) { out.push_back(static_cast<char>(static_cast<std::uint8_t>(byte))); };
  const auto tail = [&](unsigned shift) { put(0x80U | ((code_point >> shift) & 0x3FU)); };
  if (code_point < 0x80) {
    put(code_point);
  } else if (code_point < 0x800) {
    put(0xC0U | code_point >> 6U);
    tail(0);
  } else if (code_point < 0x10000) {
    put(0xE0U | code_point >> 12U);
    tail(6);
    tail(0);
  } else {
    put(0xF0U | code_point >> 18U);
    tail(12);
    tail(6);
    tail(0);
  }
}

CodePoint code_point_at(std::string_view text, std::size_t offset) {
  const std::uint8_t lead = byte_at(text, offset);
  if (lead < 0x80) return {lead, 1};
  const std::size_t size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  char32_t value = lead & (0xFFU >> (size + 1));
  for (std::size_t i = 1; i < size && offset + i < text.size(); ++i) {
    value = value << 6U | (byte_at(text, offset + i) & 0x3FU);
  }
  return {value, size};
}

std::size_t count_code_points(std::string_view text) {
  std::size_t count = 0;
  for (const char c : text) count += (static_cast<std::uint8_t>(c) & 0xC0U) != 0x80U ? 1 : 0;
  return count;
}

bool is_utf16(std::string_view bytes) {
  return bytes.starts_with(kUtf16LittleMark) || bytes.starts_with(kUtf16BigMark);
}

tl::expected<std::string, EncodingFault> to_utf8(std::string bytes) {
  const std::string_view mark = std::string_view{bytes}.substr(0, 2);
  if (mark == kUtf16LittleMark) return from_utf16(bytes, true);
  if (mark == kUtf16BigMark) return from_utf16(bytes, false);
  return check_utf8(std::move(bytes));
}

tl::expected<std::string, std::string> decode_text(std::string_view bytes) {
  auto text = to_utf8(std::string{bytes});
  if (!text) return tl::unexpected(std::move(text.error().message));
  return std::move(*text);
}

}  // namespace nsgcheck::io
