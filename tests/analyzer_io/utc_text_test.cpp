// SPDX-License-Identifier: Apache-2.0
#include "analyzer/io/utc_text.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace nsgcheck::io::utc_text_test {
namespace {

// From `date -u -d @SECONDS`.
TEST(UtcText, IsIso8601) {
  struct Row {
    std::int64_t time;
    const char* text;
  };
  const Row rows[]{{0, "1970-01-01T00:00:00Z"},
                   {1'772'442'005'000, "2026-03-02T09:00:05Z"},
                   {1'772'442'005'007, "2026-03-02T09:00:05.007Z"},
                   {1'709'164'800'000, "2024-02-29T00:00:00Z"},
                   {-1, "1969-12-31T23:59:59.999Z"},
                   {253'402'300'799'999, "9999-12-31T23:59:59.999Z"},
                   {253'402'300'800'000, "253402300800000 ms after 1970"},
                   {std::numeric_limits<std::int64_t>::max(), "9223372036854775807 ms after 1970"}};
  for (const Row& row : rows) EXPECT_EQ(utc_text(row.time), row.text);
}

}  // namespace
}  // namespace nsgcheck::io::utc_text_test
