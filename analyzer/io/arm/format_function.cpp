// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <charconv>
#include <cstdlib>

#include <fmt/format.h>

#include "analyzer/io/arm/text_argument.hpp"

namespace nsgcheck::io::arm {
namespace {

/// The inside of one {index,alignment:format}.
struct Placeholder {
  std::size_t index{};
  long alignment{};
  std::string_view format;
};

/// Widths beyond this make no name or port; .NET's own limit is larger.
constexpr long kMaxWidth = 10'000;

std::optional<long> whole(std::string_view text) {
  long value = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc{} || stop != text.data() + text.size()) return std::nullopt;
  if (value < -kMaxWidth || value > kMaxWidth) return std::nullopt;
  return value;
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(' ');
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

std::optional<Placeholder> parse_placeholder(std::string_view inside) {
  Placeholder result;
  if (const auto colon = inside.find(':'); colon != std::string_view::npos) {
    result.format = inside.substr(colon + 1);
    inside = inside.substr(0, colon);
  }
  if (const auto comma = inside.find(','); comma != std::string_view::npos) {
    const auto alignment = whole(trimmed(inside.substr(comma + 1)));
    if (!alignment) return std::nullopt;
    result.alignment = *alignment;
    inside = inside.substr(0, comma);
  }
  const auto index = whole(trimmed(inside));
  if (!index || *index < 0) return std::nullopt;
  result.index = static_cast<std::size_t>(*index);
  return result;
}

std::string grouped(std::int64_t value) {
  std::string digits = std::to_string(value);
  const std::size_t sign = value < 0 ? 1 : 0;
  for (std::size_t i = digits.size(); i > sign + 3;) digits.insert(i -= 3, ",");
  return digits;
}

std::string padded(std::string digits, std::size_t width) {
  const std::size_t sign = !digits.empty() && digits[0] == '-' ? 1 : 0;
  const std::size_t count = digits.size() - sign;
  if (count < width) digits.insert(sign, width - count, '0');
  return digits;
}

std::optional<std::string> format_integer(std::int64_t value, std::string_view format) {
  if (format.empty()) return std::to_string(value);
  const auto precision = format.size() == 1 ? std::optional<long>{-1} : whole(format.substr(1));
  if (!precision || (format.size() > 1 && *precision < 0)) return std::nullopt;
  const auto width = static_cast<std::size_t>(std::max(0L, *precision));
  switch (format[0]) {
    case 'D':
    case 'd':
      return padded(std::to_string(value), width);
    case 'X':
      return padded(fmt::format("{:X}", static_cast<std::uint64_t>(value)), width);
    case 'x':
      return padded(fmt::format("{:x}", static_cast<std::uint64_t>(value)), width);
    case 'N':
    case 'n':
      return *precision == 0 ? std::optional{grouped(value)} : std::nullopt;
    default:
      return std::nullopt;
  }
}

std::optional<std::string> format_value(const Node& node, std::string_view format) {
  if (node.is(Node::Kind::Null)) return std::string{};
  if (const auto integer = as_integer(node)) return format_integer(*integer, format);
  return scalar_text(node);  // .NET ignores the format of strings and booleans
}

std::string aligned(std::string text, long alignment) {
  const auto width = static_cast<std::size_t>(std::abs(alignment));
  if (text.size() >= width) return text;
  const std::string blanks(width - text.size(), ' ');
  return alignment < 0 ? text + blanks : blanks + text;
}

}  // namespace

Outcome format_text(Arguments arguments) {
  if (!arguments[0]->is(Node::Kind::String)) return wrong_type(arguments, 0, "string");
  const std::string_view pattern = arguments[0]->text;
  std::string out;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const char c = pattern[i];
    const bool doubled = i + 1 < pattern.size() && pattern[i + 1] == c;
    if ((c != '{' && c != '}') || doubled) {
      if (c == '{' || c == '}') ++i;
      if (!append_bounded(out, {&c, 1})) return too_long();
      continue;
    }
    const auto end = c == '{' ? pattern.find('}', i) : std::string_view::npos;
    const auto placeholder =
        end == std::string_view::npos ? std::nullopt : parse_placeholder(pattern.substr(i + 1, end - i - 1));
    if (!placeholder) return refuse("\"" + std::string{pattern} + "\" is no valid format");
    if (placeholder->index + 1 >= arguments.size())
      return refuse("\"" + std::string{pattern} + "\" asks for more values than are given");
    const Node& value = *arguments[placeholder->index + 1];
    const auto text = format_value(value, placeholder->format);
    if (!text)
      return refuse("a value of type " + std::string{type_name(value)} + " cannot be written as \"{" +
                    std::string{pattern.substr(i + 1, end - i - 1)} + "}\"");
    if (!append_bounded(out, aligned(*text, placeholder->alignment))) return too_long();
    i = end;
  }
  return give(string_node(std::move(out)));
}

}  // namespace nsgcheck::io::arm
