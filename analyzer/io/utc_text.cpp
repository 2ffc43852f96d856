// SPDX-License-Identifier: Apache-2.0
#include "analyzer/io/utc_text.hpp"

#include <chrono>

#include <fmt/format.h>

namespace nsgcheck::io {

std::string utc_text(std::int64_t time) {
  constexpr std::int64_t kYear0 = -62'167'219'200'000;      // 0000-01-01T00:00:00Z
  constexpr std::int64_t kYear10000 = 253'402'300'800'000;  // 10000-01-01T00:00:00Z
  if (time < kYear0 || time >= kYear10000) return fmt::format("{} ms after 1970", time);
  const std::chrono::sys_time<std::chrono::milliseconds> moment{std::chrono::milliseconds{time}};
  const auto day = std::chrono::floor<std::chrono::days>(moment);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{moment - day};
  std::string out = fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", static_cast<int>(date.year()),
                                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                                clock.hours().count(), clock.minutes().count(), clock.seconds().count());
  if (clock.subseconds().count() != 0) out += fmt::format(".{:03}", clock.subseconds().count());
  return out + 'Z';
}

}  // namespace nsgcheck::io
