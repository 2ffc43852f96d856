// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <string>

#include "tests/analyzer_io/render_formats.hpp"
#include "tests/analyzer_io/render_sample.hpp"
#include "tests/support/golden.hpp"

namespace nsgcheck::io::render_golden_test {
namespace {

// The files are read by people before they are committed: scripts/refresh-golden writes them.
class Golden : public testing::TestWithParam<RenderedFormat> {};

TEST_P(Golden, IsRenderedByteForByte) {
  Sample sample;
  fill_full(sample);
  support::expect_golden(GetParam().golden, GetParam().render(sample.report));
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
}  // namespace nsgcheck::io::render_golden_test
