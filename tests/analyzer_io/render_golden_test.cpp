// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

#include "tests/analyzer_io/render_formats.hpp"
#include "tests/analyzer_io/render_sample.hpp"

namespace nsgcheck::io {
namespace {

// The files are read by people before they are committed: scripts/refresh-golden writes them.
class Golden : public testing::TestWithParam<RenderedFormat> {};

TEST_P(Golden, IsRenderedByteForByte) {
  const std::string path = std::string{NSGCHECK_SOURCE_DIR "/tests/golden/"} + GetParam().golden;
  Sample sample;
  fill_full(sample);
  const std::string rendered = GetParam().render(sample.report);
  if (std::getenv("NSGCHECK_UPDATE_GOLDEN") != nullptr) {
    std::ofstream{path, std::ios::binary} << rendered;
    GTEST_SKIP() << "wrote " << path;
  }
  std::ifstream file{path, std::ios::binary};
  ASSERT_TRUE(file) << path;
  std::stringstream expected;
  expected << file.rdbuf();
  EXPECT_EQ(rendered, expected.str());
}

TEST_P(Golden, IsTheSameTwice) {
  Sample one;
  Sample two;
  fill_full(one);
  fill_full(two);
  EXPECT_EQ(GetParam().render(one.report), GetParam().render(two.report));
}

INSTANTIATE_TEST_SUITE_P(Formats, Golden, testing::ValuesIn(kRenderedFormats),
                         [](const auto& test) { return std::string{test.param.name}; });

}  // namespace
}  // namespace nsgcheck::io
