// SPDX-License-Identifier: Apache-2.0
#include "analyzer/io/threads.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <stdexcept>
#include <vector>

namespace nsgcheck::io::threads_test {
namespace {

TEST(Threads, TakeEachIndexOnce) {
  for (const std::size_t threads : {0U, 1U, 2U, 7U}) {
    std::vector<std::atomic<int>> calls(500);
    for_each_index(calls.size(), threads, [&](std::size_t i) { ++calls[i]; });
    EXPECT_TRUE(std::all_of(calls.begin(), calls.end(), [](const auto& n) { return n == 1; })) << threads;
  }
}

TEST(Threads, HaveNothingToDo) {
  for_each_index(0, 4, [](std::size_t) { FAIL(); });
}

TEST(Threads, ThrowWhatOneOfThemThrew) {
  const auto fail = [](std::size_t i) {
    if (i == 17) throw std::runtime_error{"seventeen"};
  };
  EXPECT_THROW(for_each_index(100, 3, fail), std::runtime_error);
}

}  // namespace
}  // namespace nsgcheck::io::threads_test
