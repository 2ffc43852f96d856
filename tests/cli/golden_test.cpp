// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <filesystem>
#include <sstream>
#include <string>

#include "cli/run.hpp"
#include "tests/support/golden.hpp"

namespace nsgcheck::cli::golden_test {
namespace {

namespace fs = std::filesystem;

struct SampleOutput {
  const char* name;
  std::string sample;  ///< in rules/samples
  std::string golden;  ///< in tests/golden
  Exit exit;
};

/// Outputs name files relative to the current directory, so that is the root of the sources.
class SampleGolden : public testing::TestWithParam<SampleOutput> {
 protected:
  void SetUp() override { fs::current_path(NSGCHECK_SOURCE_DIR); }
  void TearDown() override { fs::current_path(before_); }

 private:
  fs::path before_{fs::current_path()};
};

// What a user sees of our samples; scripts/refresh-golden writes the files.
TEST_P(SampleGolden, IsWrittenByteForByte) {
  std::istringstream in;
  std::ostringstream out;
  std::ostringstream err;
  const Exit exit = run({"rules/samples/" + GetParam().sample}, Process{in, out, err});
  EXPECT_EQ(exit, GetParam().exit);
  EXPECT_EQ(err.str(), "");
  support::expect_golden(GetParam().golden, out.str());
}

INSTANTIATE_TEST_SUITE_P(
    Audit, SampleGolden,
    testing::Values(SampleOutput{"OnlyRemoteDesktopIsOpen", "cloud-service-3389-only.json",
                                 "audit-cloud-service-3389-only.txt", Exit::Findings},
                    SampleOutput{"AllIsAsItShouldBe", "cloud-service.json", "audit-cloud-service.txt", Exit::Clean},
                    SampleOutput{"RulesHideOneAnother", "hygiene-shadowed.json", "audit-hygiene-shadowed.txt",
                                 Exit::Clean},
                    SampleOutput{"TheDeploymentWouldFail", "invalid.json", "audit-invalid.txt", Exit::Findings},
                    SampleOutput{"TheInputShowsTheNetwork", "network.json", "audit-network.txt", Exit::Findings},
                    SampleOutput{"ATagHasNoData", "unknown-tag.json", "audit-unknown-tag.txt", Exit::Findings}),
    [](const auto& test) { return std::string{test.param.name}; });

}  // namespace
}  // namespace nsgcheck::cli::golden_test
