// SPDX-License-Identifier: Apache-2.0
// What is said where the words of a command line name no command, or leave out what it needs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/call.hpp"

namespace nsgcheck::cli {
namespace {

using testing::HasSubstr;

struct Row {
  std::string name;
  std::vector<std::string> args;
  std::string said;
};

TEST(CommandWords, SayWhatIsMissing) {
  const std::string sample = std::string{NSGCHECK_SOURCE_DIR} + "/rules/samples/hardened.json";
  const std::vector<Row> rows{
      {"help as a word", {"help"}, "\"help\" is no file and no command; the commands are audit, explain, diff"},
      {"a command misspelt", {"exlpain", sample}, "\"exlpain\" is no file and no command"},
      {"a file that is not there", {"nowhere.json"}, "nowhere.json:1:1: no such file"},
      {"explain without a direction", {"explain", sample}, "--direction is required"},
      {"explain with a direction that is none",
       {"explain", sample, "--direction", "up", "--protocol", "tcp", "--from", "203.0.113.7", "--to", "10.0.0.4",
        "--port", "3389"},
       "direction \"up\" is neither in nor out"}};
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    const Result result = call(row.args);
    EXPECT_EQ(result.exit, Exit::Usage);
    EXPECT_THAT(result.err, HasSubstr(row.said));
  }
}

}  // namespace
}  // namespace nsgcheck::cli
