// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>

namespace nsgcheck::support {

/// Holds a text against tests/golden/`name`, byte for byte. Under NSGCHECK_UPDATE_GOLDEN (scripts/refresh-golden) it
/// writes the file instead, for people to read before they commit it, and the test counts as skipped.
inline void expect_golden(std::string_view name, std::string_view text) {
  const std::string path = std::string{NSGCHECK_SOURCE_DIR "/tests/golden/"} + std::string{name};
  if (std::getenv("NSGCHECK_UPDATE_GOLDEN") != nullptr) {
    std::ofstream{path, std::ios::binary} << text;
    GTEST_SKIP() << "wrote " << path;
  }
  std::ifstream file{path, std::ios::binary};
  ASSERT_TRUE(file) << path;
  std::stringstream expected;
  expected << file.rdbuf();
  EXPECT_EQ(text, expected.str());
}

}  // namespace nsgcheck::support
