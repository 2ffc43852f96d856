// SPDX-License-Identifier: Apache-2.0
#include "simulator/io/replay_expect.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace nsgcheck::io::replay_expect_test {
namespace {

Document document_of(const std::string& text) { return *parse_json("expected.json", text, 0); }

OutcomeRow row(std::uint16_t port) {
  return {"dir/a.pcap", "203.0.113.10",  "198.51.100.20", "client",  port,          3389,
          port,         "WebRole1_IN_0", std::nullopt,    "blocked", "probe-denied"};
}

std::vector<std::string> differences(const std::string& entries, const std::vector<OutcomeRow>& rows) {
  const Document document = document_of("{\"connections\": [" + entries + "]}");
  auto expected = ExpectedOutcomes::read(document);
  if (!expected) return {"not read: " + expected.error().message};
  for (const OutcomeRow& one : rows) expected->compare(one);
  expected->finish();
  std::vector<std::string> out;
  for (const Diagnostic& difference : expected->differences()) out.push_back(difference.message);
  return out;
}

struct Held {
  const char* name;
  const char* entries;
};
class ExpectationHolds : public testing::TestWithParam<Held> {};
TEST_P(ExpectationHolds, Silently) {
  EXPECT_THAT(differences(GetParam().entries, {row(1), row(2)}), testing::IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(
    Of, ExpectationHolds,
    testing::Values(
        Held{"all_keys",
             R"({"capture": "dir/a.pcap", "client": "203.0.113.10", "clientPort": 1, "wanted": "WebRole1_IN_0",
                 "reached": null, "verdict": "blocked", "reason": "probe-denied"})"},
        Held{"listed_keys_only", R"({"client": "203.0.113.10", "clientPort": 2, "verdict": "blocked"})"},
        Held{"file_name_of_the_capture", R"({"capture": "a.pcap", "clientPort": 2, "reason": "probe-denied"})"},
        Held{"each_connection_once", R"({"verdict": "blocked"}, {"verdict": "blocked"})"}),
    [](const auto& entry) { return std::string{entry.param.name}; });

struct Broken {
  const char* name;
  const char* entries;
  const char* message;  ///< a part of it
};
class ExpectationDiffers : public testing::TestWithParam<Broken> {};
TEST_P(ExpectationDiffers, WithAMessage) {
  EXPECT_THAT(differences(GetParam().entries, {row(1), row(2)}),
              testing::ElementsAre(testing::HasSubstr(GetParam().message)));
}

INSTANTIATE_TEST_SUITE_P(
    Of, ExpectationDiffers,
    testing::Values(
        Broken{"verdict", R"({"clientPort": 1, "verdict": "reached"})",
               R"(verdict "reached" expected, "blocked" found)"},
        Broken{"reason", R"({"clientPort": 1, "reason": "ok"})", R"(reason "ok" expected, "probe-denied" found)"},
        Broken{"null_expected", R"({"clientPort": 1, "wanted": null})",
               R"(wanted null expected, "WebRole1_IN_0" found)"},
        Broken{"null_found", R"({"clientPort": 1, "reached": "x"})", R"(reached "x" expected, null found)"},
        Broken{"no_connection", R"({"client": "203.0.113.10", "clientPort": 3, "verdict": "blocked"})",
               "no connection fits"},
        Broken{"one_entry_too_many", R"({"leg": "client"}, {"leg": "client"}, {"leg": "client"})",
               "no connection fits"},
        Broken{"misspelt_key", R"({"clientPort": 1, "verdit": "blocked"})", "not read: \"verdit\" is no key"}),
    [](const auto& entry) { return std::string{entry.param.name}; });

}  // namespace
}  // namespace nsgcheck::io::replay_expect_test
