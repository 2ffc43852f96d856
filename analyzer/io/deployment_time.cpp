// SPDX-License-Identifier: Apache-2.0
#include <charconv>
#include <chrono>

#include "analyzer/io/deployment_fields.hpp"
#include "analyzer/net/text.hpp"

namespace nsgcheck::io {
namespace {

/// Takes a text apart from its front.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_{text} {}

  [[nodiscard]] bool done() const { return text_.empty(); }
  [[nodiscard]] bool take(char c) {
    if (text_.empty() || text_.front() != c) return false;
    text_.remove_prefix(1);
    return true;
  }
  /// A number of `least` to `most` digits.
  [[nodiscard]] std::optional<int> number(std::size_t least, std::size_t most) {
    std::size_t digits = 0;
    while (digits < std::min(most, text_.size()) && text_[digits] >= '0' && text_[digits] <= '9') ++digits;
    int value = 0;
    if (digits < least || std::from_chars(text_.data(), text_.data() + digits, value).ec != std::errc{}) return {};
    text_.remove_prefix(digits);
    return value;
  }
  void skip_digits() {
    while (!text_.empty() && text_.front() >= '0' && text_.front() <= '9') text_.remove_prefix(1);
  }
  [[nodiscard]] std::string_view rest() const { return text_; }

 private:
  std::string_view text_;
};

constexpr std::int64_t kMinute = 60;
constexpr std::int64_t kHour = 3600;
constexpr std::int64_t kDay = 86400;

std::optional<std::int64_t> days(int year, int month, int day) {
  const std::chrono::year_month_day date{std::chrono::year{year}, std::chrono::month{static_cast<unsigned>(month)},
                                         std::chrono::day{static_cast<unsigned>(day)}};
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days{date}.time_since_epoch().count() * kDay;
}

std::optional<std::int64_t> time_of_day(Scanner& text) {
  const auto hour = text.number(1, 2);
  if (!hour || !text.take(':')) return std::nullopt;
  const auto minute = text.number(2, 2);
  if (!minute || !text.take(':')) return std::nullopt;
  const auto second = text.number(2, 2);
  if (!second || *hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
  return *hour * kHour + *minute * kMinute + *second;
}

// "Z", "+02:00", or nothing.
std::optional<std::int64_t> offset(Scanner& text) {
  if (text.done()) return 0;
  if (text.take('Z')) return text.done() ? std::optional<std::int64_t>{0} : std::nullopt;
  const bool ahead = text.take('+');
  if (!ahead && !text.take('-')) return std::nullopt;
  const auto hours = text.number(2, 2);
  if (!hours || !text.take(':')) return std::nullopt;
  const auto minutes = text.number(2, 2);
  if (!minutes || *hours > 14 || *minutes > 59 || !text.done()) return std::nullopt;
  const std::int64_t size = *hours * kHour + *minutes * kMinute;
  return ahead ? size : -size;
}

std::optional<std::int64_t> iso_time(Scanner text) {
  const auto year = text.number(4, 4);
  if (!year || !text.take('-')) return std::nullopt;
  const auto month = text.number(2, 2);
  if (!month || !text.take('-')) return std::nullopt;
  const auto day = text.number(2, 2);
  const auto date = day ? days(*year, *month, *day) : std::nullopt;
  if (!date || text.done()) return date;
  if (!text.take('T') && !text.take(' ')) return std::nullopt;
  const auto time = time_of_day(text);
  if (!time) return std::nullopt;
  if (text.take('.')) text.skip_digits();
  const auto ahead = offset(text);
  return ahead ? std::optional{*date + *time - *ahead} : std::nullopt;
}

// The text that .NET gives a date in the culture en-US, which templates carry.
std::optional<std::int64_t> us_time(Scanner text) {
  const auto month = text.number(1, 2);
  if (!month || !text.take('/')) return std::nullopt;
  const auto day = text.number(1, 2);
  if (!day || !text.take('/')) return std::nullopt;
  const auto year = text.number(4, 4);
  const auto date = year ? days(*year, *month, *day) : std::nullopt;
  if (!date || text.done()) return date;
  if (!text.take(' ')) return std::nullopt;
  const auto time = time_of_day(text);
  if (!time || *time < kHour || *time >= 13 * kHour || !text.take(' ')) return std::nullopt;
  const std::int64_t in_half = *time % (12 * kHour);
  if (net::same_word(text.rest(), "AM")) return *date + in_half;
  if (net::same_word(text.rest(), "PM")) return *date + in_half + 12 * kHour;
  return std::nullopt;
}

}  // namespace

std::optional<std::int64_t> parse_expiration(std::string_view text) {
  const auto iso = iso_time(Scanner{text});
  return iso ? iso : us_time(Scanner{text});
}

}  // namespace nsgcheck::io
