// SPDX-License-Identifier: Apache-2.0
#include "analyzer/io/json_fault.hpp"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>
#include <optional>

#include <fmt/format.h>

#include "analyzer/io/encoding.hpp"

namespace nsgcheck::io {
namespace {

constexpr std::string_view kBlanks = " \t\n\r";
constexpr std::string_view kHexDigits = "0123456789abcdefABCDEF";
constexpr std::size_t kLongestQuote = 40;

bool is_word_character(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '+' ||
         c == '-' || c == '.' || c == '$';
}

/// The token at `begin` as far as it makes sense to quote it.
std::size_t token_end(std::string_view text, std::size_t begin) {
  const char first = text[begin];
  if (first == '"') return std::min(string_end(text, begin), text.find_first_of("\r\n", begin));
  std::size_t end = begin;
  while (end < text.size() && is_word_character(text[end])) ++end;
  return end > begin ? end : begin + code_point_at(text, begin).size;
}

/// A token for a message: words and strings as they stand, what cannot be seen on a screen by its number.
std::string quote(std::string_view token) {
  if (token.empty()) return "the end of the file";
  const char32_t first = code_point_at(token, 0).value;
  if (first < 0x20 || first > 0x7E) return fmt::format("U+{:04X}", static_cast<std::uint32_t>(first));
  std::string shown;
  std::size_t count = 0;
  for (std::size_t i = 0; i < token.size() && count < kLongestQuote; ++count) {
    const CodePoint point = code_point_at(token, i);
    if (point.value < 0x20) break;
    shown += token.substr(i, point.size);
    i += point.size;
  }
  if (shown.size() < token.size()) shown += "...";
  return token[0] == '"' ? shown : fmt::format("'{}'", shown);
}

JsonFault fault(std::size_t begin, std::size_t end, std::string message) { return {begin, end, std::move(message)}; }

JsonFault unexpected(std::string_view text, std::size_t at, std::string_view wanted) {
  const std::size_t end = at < text.size() ? std::min(token_end(text, at), text.size()) : at;
  return fault(at, end, fmt::format("expected {}, found {}", wanted, quote(text.substr(at, end - at))));
}

/// Four hex digits after `\u`, or nothing.
std::optional<unsigned> hex_unit(std::string_view text, std::size_t digits) {
  if (digits + 4 > text.size()) return std::nullopt;
  const std::string hex{text.substr(digits, 4)};
  if (hex.find_first_not_of(kHexDigits) != std::string::npos) return std::nullopt;
  return static_cast<unsigned>(std::stoul(hex, nullptr, 16));
}

/// The fault of the escape whose backslash is at `at`; `size` receives the escape's length when it is right.
std::optional<JsonFault> escape_fault(std::string_view text, std::size_t at, std::size_t& size) {
  size = 2;
  if (at + 1 >= text.size()) return std::nullopt;
  const char letter = text[at + 1];
  if (std::string_view{"\"\\/bfnrt"}.find(letter) != std::string_view::npos) return std::nullopt;
  const std::size_t end = at + 1 + code_point_at(text, at + 1).size;
  if (letter != 'u') {
    return fault(at, end, fmt::format("\\ before {} is no escape of JSON", quote(text.substr(at + 1, end - at - 1))));
  }
  const auto unit = hex_unit(text, at + 2);
  if (!unit) return fault(at, at + 2, "\\u is not followed by four hexadecimal digits");
  size = 6;
  if (*unit < 0xD800 || *unit > 0xDFFF) return std::nullopt;
  const bool pair_follows = *unit <= 0xDBFF && text.substr(at + 6, 2) == "\\u";
  const auto low = pair_follows ? hex_unit(text, at + 8) : std::nullopt;
  size = 12;
  if (low && *low >= 0xDC00 && *low <= 0xDFFF) return std::nullopt;
  return fault(at, at + 6, fmt::format("{} is half of a surrogate pair", text.substr(at, 6)));
}

std::optional<JsonFault> string_fault(std::string_view text, std::size_t begin) {
  for (std::size_t i = begin + 1; i < text.size();) {
    const char c = text[i];
    if (c == '"') return std::nullopt;
    std::size_t size = 1;
    if (c == '\\') {
      if (auto found = escape_fault(text, i, size)) return found;
    } else if (static_cast<unsigned char>(c) < 0x20 && kBlanks.find(c) == std::string_view::npos) {
      return fault(i, i + 1, fmt::format("{} inside a text must be escaped", quote(text.substr(i, 1))));
    }
    i += size;
  }
  return fault(begin, text.size(), "the text that starts here is not ended: '\"' is missing");
}

bool is_number(std::string_view token) { return !token.empty() && number_end(token, 0) == token.size(); }

/// A word or number that goes on where the parser saw its end, as `01` or `truely`.
std::optional<JsonFault> glued_fault(std::string_view text, const JsonProgress& progress) {
  if (progress.place == JsonPlace::Start) return std::nullopt;
  const bool goes_on = progress.token_end < text.size() && is_word_character(text[progress.token_end]);
  if (!goes_on || !is_word_character(text[progress.token_begin])) return std::nullopt;
  const std::size_t end = token_end(text, progress.token_begin);
  const std::string_view token = text.substr(progress.token_begin, end - progress.token_begin);
  return fault(progress.token_begin, end, fmt::format("{} is no value of JSON", quote(token)));
}

/// The fault of the value that should start at `at`.
JsonFault value_fault(std::string_view text, std::size_t at, std::string_view wanted) {
  if (at >= text.size()) return unexpected(text, at, wanted);
  if (text[at] == '"') return string_fault(text, at).value_or(fault(at, at + 1, "this text cannot be read"));
  if (text.substr(at, 2) == "/*")
    return fault(at, text.size(), "the comment that starts here is not ended: '*/' is missing");
  const std::size_t end = token_end(text, at);
  const std::string_view token = text.substr(at, end - at);
  if (is_number(token)) return fault(at, end, fmt::format("the number {} is too large", token));
  if (token[0] == '-' || (token[0] >= '0' && token[0] <= '9')) {
    return fault(at, end, fmt::format("{} is no value of JSON", quote(token)));
  }
  return unexpected(text, at, wanted);
}

JsonFault name_fault(std::string_view text, std::size_t at, std::string_view wanted) {
  if (at < text.size() && text[at] == '"') return value_fault(text, at, wanted);
  return unexpected(text, at, wanted);
}

std::size_t line_of(std::string_view text, std::size_t offset) {
  const auto end = text.begin() + static_cast<std::ptrdiff_t>(offset);
  return static_cast<std::size_t>(std::count(text.begin(), end, '\n')) + 1;
}

/// After a complete member or item: a comma or the closing bracket.
JsonFault separator_fault(std::string_view text, const JsonProgress& progress, std::size_t at) {
  const bool object = progress.place == JsonPlace::InObject;
  const char closing = object ? '}' : ']';
  if (at < text.size() && text[at] == ',') {
    const std::size_t next = skip_blanks(text, at + 1);
    if (next < text.size() && text[next] == closing) {
      return fault(at, at + 1, fmt::format("comma before '{}' with nothing after it", closing));
    }
    return object ? name_fault(text, next, "a name in quotation marks") : value_fault(text, next, "a value");
  }
  JsonFault found = unexpected(text, at, fmt::format("',' or '{}'", closing));
  // A forgotten quotation mark shows only at the next one, often lines below.
  const auto token = text.substr(progress.token_begin, progress.token_end - progress.token_begin);
  if (token.substr(0, 1) == "\"" && token.find('\n') != std::string_view::npos) {
    found.message += fmt::format("; the text before it starts in line {}, perhaps its '\"' is missing there",
                                 line_of(text, progress.token_begin));
  }
  return found;
}

JsonFault end_fault(std::string_view text, const JsonProgress& progress) {
  const char opening = text[progress.container_begin];
  return fault(text.size(), text.size(),
               fmt::format("the file ends inside the {} that starts in line {}: '{}' is missing",
                           opening == '{' ? "object" : "array", line_of(text, progress.container_begin),
                           opening == '{' ? '}' : ']'));
}

/// The first byte at or after `i` that may be a quotation mark or a backslash, or text.size(); eight bytes at a time.
std::size_t plain_end(std::string_view text, std::size_t i) {
  constexpr std::uint64_t kOnes = 0x0101010101010101U;
  constexpr std::uint64_t kHigh = 0x8080808080808080U;
  const auto has = [](std::uint64_t word, char c) {
    const std::uint64_t zero = word ^ (kOnes * static_cast<std::uint8_t>(c));
    return (zero - kOnes) & ~zero & kHigh;
  };
  while (i + 8 <= text.size()) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data() + i, 8);
    if (const std::uint64_t found = has(word, '"') | has(word, '\\'); found != 0) {
      // Only what is above the first byte found may be wrong.
      if constexpr (std::endian::native == std::endian::little)
        return i + static_cast<std::size_t>(std::countr_zero(found)) / 8;
      break;
    }
    i += 8;
  }
  while (i < text.size() && text[i] != '"' && text[i] != '\\') ++i;
  return i;
}

}  // namespace

std::size_t skip_blanks(std::string_view text, std::size_t offset) {
  while (offset < text.size()) {
    const char c = text[offset];
    if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
      ++offset;
    } else if (c == '/' && text.substr(offset, 2) == "//") {
      offset = std::min(text.find_first_of("\r\n", offset), text.size());
    } else if (c == '/' && text.substr(offset, 2) == "/*") {
      const std::size_t end = text.find("*/", offset + 2);
      if (end == std::string_view::npos) return offset;
      offset = end + 2;
    } else {
      break;
    }
  }
  return offset;
}

std::size_t string_end(std::string_view text, std::size_t begin) {
  for (std::size_t i = plain_end(text, begin + 1); i < text.size(); i = plain_end(text, i + 1)) {
    if (text[i] == '"') return i + 1;
    if (text[i] == '\\') ++i;
  }
  return text.size();
}

std::size_t number_end(std::string_view text, std::size_t begin) {
  const auto at = [&](std::size_t i) { return i < text.size() ? text[i] : '\0'; };
  const auto after_digits = [&](std::size_t i) {
    while (at(i) >= '0' && at(i) <= '9') ++i;
    return i;
  };
  std::size_t end = begin + (at(begin) == '-' ? 1 : 0);
  const std::size_t whole = at(end) == '0' ? end + 1 : after_digits(end);
  if (whole == end) return begin;
  end = whole;
  if (at(end) == '.' && after_digits(end + 1) > end + 1) end = after_digits(end + 1);
  if (at(end) == 'e' || at(end) == 'E') {
    const std::size_t digits = end + (at(end + 1) == '+' || at(end + 1) == '-' ? 2 : 1);
    if (after_digits(digits) > digits) end = after_digits(digits);
  }
  return end;
}

JsonFault describe_fault(std::string_view text, const JsonProgress& progress) {
  const std::size_t at = skip_blanks(text, progress.token_end);
  if (auto glued = glued_fault(text, progress)) return *glued;
  const bool open = progress.place != JsonPlace::Start && progress.place != JsonPlace::End;
  if (open && at >= text.size()) return end_fault(text, progress);
  if (open && text.substr(at, 2) == "/*") return value_fault(text, at, "");
  switch (progress.place) {
    case JsonPlace::Start:
      if (at >= text.size()) return fault(0, 0, "the file is empty: no JSON value in it");
      return value_fault(text, at, "a JSON value");
    case JsonPlace::AfterName: {
      if (text[at] != ':') return unexpected(text, at, "':' after the name");
      const std::size_t next = skip_blanks(text, at + 1);
      return next < text.size() ? value_fault(text, next, "a value") : end_fault(text, progress);
    }
    case JsonPlace::ObjectBegin:
      return name_fault(text, at, "a name in quotation marks or '}'");
    case JsonPlace::ArrayBegin:
      return value_fault(text, at, "a value or ']'");
    case JsonPlace::InObject:
    case JsonPlace::InArray: {
      const bool comma_last = text[at] == ',' && skip_blanks(text, at + 1) >= text.size();
      return comma_last ? end_fault(text, progress) : separator_fault(text, progress, at);
    }
    case JsonPlace::End:
      break;
  }
  return unexpected(text, at, "the end of the file after the JSON value");
}

}  // namespace nsgcheck::io
