// SPDX-License-Identifier: Apache-2.0
#include "simulator/wire/rdp_lines.hpp"

#include <algorithm>
#include <optional>

namespace nsgcheck::wire {
namespace {

// Longer quotes say no more.
constexpr std::size_t kQuoted = 40;

std::string quoted(std::string_view text) {
  const bool cut = text.size() > kQuoted;
  // Not inside a UTF-8 sequence.
  std::size_t size = cut ? kQuoted : text.size();
  while (cut && size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0U) == 0x80U) --size;
  return '"' + std::string{text.substr(0, size)} + (cut ? "...\"" : "\"");
}

bool is_key_character(char c) { return c >= 0x20 && c < 0x7F; }

/// One line of a text, which begins at `offset`.
class Line {
 public:
  Line(std::string_view line, std::size_t offset) : line_{line}, offset_{offset} {}

  void read(RdpLines& lines) const {
    if (line_.find_first_not_of(" \t") == std::string_view::npos) return;
    RdpSetting setting;
    if (auto fault = take(setting)) {
      if (lines.faults.size() < kMostRdpFaults)
        lines.faults.push_back(std::move(*fault));
      else
        ++lines.more_faults;
      return;
    }
    lines.settings.push_back(std::move(setting));
  }

 private:
  [[nodiscard]] RdpLineFault fault(std::size_t begin, std::size_t end, std::string message) const {
    return {offset_ + begin, offset_ + end, std::move(message)};
  }

  [[nodiscard]] std::optional<RdpLineFault> take(RdpSetting& setting) const {
    const std::size_t colon = line_.find(':');
    const std::size_t second = colon == std::string_view::npos ? colon : line_.find(':', colon + 1);
    if (second == std::string_view::npos)
      return fault(0, line_.size(), quoted(line_) + " is not of the form key:type:value");
    const std::string_view key = line_.substr(0, colon);
    if (key.empty()) return fault(0, 1, "there is no key before the first colon");
    if (!std::all_of(key.begin(), key.end(), is_key_character))
      return fault(0, colon, "the key " + quoted(key) + " holds other characters than those of keys");
    const std::string_view type = line_.substr(colon + 1, second - colon - 1);
    if (type != "s" && type != "i" && type != "b") {
      // The colons stand for a type that is missing.
      const std::size_t more = type.empty() ? 1 : 0;
      return fault(
          colon + 1 - more, second + more,
          "the type " + quoted(type) + " of \"" + std::string{key.substr(0, kQuoted)} + "\" is none of s, i and b");
    }
    setting.key = key;
    setting.type = type.front();
    setting.value = line_.substr(second + 1);
    setting.key_begin = offset_;
    setting.value_begin = offset_ + second + 1;
    setting.end = offset_ + line_.size();
    return std::nullopt;
  }

  std::string_view line_;
  std::size_t offset_;
};

}  // namespace

RdpLines read_rdp_lines(std::string_view text) {
  RdpLines lines;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find_first_of("\r\n", begin), text.size());
    Line{text.substr(begin, end - begin), begin}.read(lines);
    begin = end + 1;
  }
  return lines;
}

std::string write_rdp_lines(std::span<const RdpSetting> settings) {
  std::string text;
  for (const RdpSetting& setting : settings) text += setting.key + ':' + setting.type + ':' + setting.value + "\r\n";
  return text;
}

}  // namespace nsgcheck::wire
