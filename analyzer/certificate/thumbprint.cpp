// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "analyzer/certificate/certificate.hpp"

namespace nsgcheck::certificate {
namespace {

constexpr std::size_t kDigits = 40;

// UTF-8 of what has no width: U+200B..U+200F, U+202A..U+202E, U+2060, U+FEFF.
constexpr std::array<std::string_view, 12> kHidden{"\u200B", "\u200C", "\u200D", "\u200E", "\u200F", "\u202A",
                                                   "\u202B", "\u202C", "\u202D", "\u202E", "\u2060", "\uFEFF"};
constexpr std::string_view kNoBreakSpace = "\u00A0";

// The digit in upper case, '\0' when it is none.
char digit(char c) {
  if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'F')) return c;
  return c >= 'a' && c <= 'f' ? static_cast<char>(c - 'a' + 'A') : '\0';
}

bool is_separator(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == ':'; }

}  // namespace

std::optional<Thumbprint> parse_thumbprint(std::string_view text) {
  Thumbprint out;
  while (!text.empty()) {
    const auto starts = [&](std::string_view part) { return text.substr(0, part.size()) == part; };
    const auto* hidden = std::find_if(kHidden.begin(), kHidden.end(), starts);
    if (hidden != kHidden.end()) {
      out.hidden = true;
      text.remove_prefix(hidden->size());
      continue;
    }
    if (starts(kNoBreakSpace)) {
      text.remove_prefix(kNoBreakSpace.size());
      continue;
    }
    const char c = text.front();
    text.remove_prefix(1);
    if (is_separator(c)) continue;
    if (digit(c) == '\0' || out.digits.size() == kDigits) return std::nullopt;
    out.digits += digit(c);
  }
  if (out.digits.size() != kDigits) return std::nullopt;
  return out;
}

}  // namespace nsgcheck::certificate
