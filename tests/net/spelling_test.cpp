// SPDX-License-Identifier: Apache-2.0
#include "analyzer/net/spelling.hpp"

#include <gtest/gtest.h>

namespace nsgcheck::net::spelling_test {
namespace {

TEST(Spelling, CountsEdits) {
  struct Row {
    const char* a;
    const char* b;
    std::size_t edits;
  };
  const Row rows[]{{"", "", 0},       {"", "abc", 3},        {"abc", "", 3},         {"frontend", "frontend", 0},
                   {"NSG", "nsg", 0}, {"rolse", "roles", 1}, {"role", "roles", 1},   {"kitten", "sitting", 3},
                   {"ab", "ba", 1},   {"abcd", "badc", 2},   {"forbid", "forbit", 1}};
  for (const Row& row : rows) {
    SCOPED_TRACE(std::string{row.a} + " to " + row.b);
    EXPECT_EQ(edit_distance(row.a, row.b), row.edits);
    EXPECT_EQ(edit_distance(row.b, row.a), row.edits);
  }
}

}  // namespace
}  // namespace nsgcheck::net::spelling_test
