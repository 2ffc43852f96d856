// SPDX-License-Identifier: Apache-2.0
// Rule sets of many megabytes are read in memory in proportion to their text and their rules, never to every value in
// the file. Each test is a process of its own: what counts is the most it ever held.
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

#include "tests/cli/call.hpp"

namespace nsgcheck::cli::large_input_test {
namespace {

#ifdef NSGCHECK_SANITIZED
constexpr bool kMemoryIsOurs = false;
#else
constexpr bool kMemoryIsOurs = true;
#endif

constexpr std::size_t kRules = 100;

std::size_t most_resident_bytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<std::size_t>(usage.ru_maxrss) << 10;
}

/// A rule as Azure answers, with what no verdict rests on.
std::string rest_rule(const std::string& id, std::size_t number) {
  const std::string n = std::to_string(number);
  return R"({"name":"rule-)" + n + R"(","id":")" + id + "/securityRules/rule-" + n +
         R"(","etag":"W/\"00000000-0000-0000-0000-000000000000\"","type":"Microsoft.Network/networkSecurityGroups/securityRules",)"
         R"("properties":{"provisioningState":"Succeeded","protocol":"Tcp","sourcePortRange":"*","destinationPortRange":")" +
         n + R"(","sourceAddressPrefix":"10.0.)" + n +
         R"(.0/24","destinationAddressPrefix":"*","access":"Allow","priority":)" + std::to_string(100 + number) +
         R"(,"direction":"Inbound","sourcePortRanges":[],"destinationPortRanges":[],"sourceAddressPrefixes":[],)"
         R"("destinationAddressPrefixes":[]}})";
}

std::string rest_group(std::size_t number) {
  const std::string name = "nsg-" + std::to_string(number);
  const std::string id = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Network/networkSecurityGroups/" + name;
  std::string out = R"({"name":")" + name + R"(","id":")" + id +
                    R"(","type":"Microsoft.Network/networkSecurityGroups","properties":{"securityRules":[)";
  for (std::size_t i = 0; i < kRules; ++i) out += (i == 0 ? "" : ",") + rest_rule(id, i);
  return out + "]}}";
}

/// A rule that stands alone in a plan, as `terraform show -json` writes it; before the first of a group, the group.
std::string planned_rule(std::size_t number) {
  const std::string n = std::to_string(number % kRules);
  const std::string group = std::to_string(number / kRules);
  std::string begin;
  if (number % kRules == 0)
    begin = R"({"address":"azurerm_network_security_group.g[)" + group +
            R"(]","mode":"managed","type":"azurerm_network_security_group","name":"g","change":{"actions":["create"],)"
            R"("before":null,"after":{"name":"nsg-)" +
            group +
            R"(","resource_group_name":"rg","location":"westeurope"},"after_unknown":{"security_rule":true}}},)";
  return begin + R"({"address":"azurerm_network_security_rule.r)" + group + "[" + n +
         R"(]","mode":"managed","type":"azurerm_network_security_rule","name":"r","change":{"actions":["create"],)"
         R"("before":null,"after":{"name":"rule-)" +
         n + R"(","network_security_group_name":"nsg-)" + group + R"(","resource_group_name":"rg","priority":)" +
         std::to_string(100 + number % kRules) +
         R"(,"direction":"Inbound","access":"Allow","protocol":"Tcp","source_port_range":"*","destination_port_range":")" +
         n + R"(","source_address_prefix":"10.0.)" + n +
         R"(.0/24","destination_address_prefix":"*","description":"","source_port_ranges":null,)"
         R"("destination_port_ranges":null,"source_address_prefixes":null,"destination_address_prefixes":null,)"
         R"("source_application_security_group_ids":null,"destination_application_security_group_ids":null},)"
         R"("after_unknown":{"id":true}}})";
}

struct LargeCase {
  const char* name;
  std::string begin;
  std::string (*element)(std::size_t);
  std::size_t count;
  std::string end;
  std::string expected;  ///< what the result says of its size
};

void write(const LargeCase& c, const std::string& path, const std::string& last) {
  std::ofstream file{path, std::ios::binary};
  file << c.begin;
  for (std::size_t i = 0; i < c.count; ++i) file << (i == 0 ? "" : ",") << c.element(i);
  file << c.end << last;
}

class Memory : public testing::TestWithParam<LargeCase> {};

TEST_P(Memory, OfALargeRuleSetIsUnderFiveTimesItsText) {
  if (!kMemoryIsOurs) GTEST_SKIP() << "a sanitizer's memory is not ours";
  const LargeCase& c = GetParam();
  const Folder folder;
  const std::string path = folder.path("large.json");
  write(c, path, "");
  const std::size_t size = std::filesystem::file_size(path);
  ASSERT_GT(size, 10'000'000);
  const std::size_t before = most_resident_bytes();
  const Result result = call({path, "--format", "json", "--jobs", "1"});
  const std::size_t used = most_resident_bytes() - before;
  RecordProperty("bytes", std::to_string(used));
  EXPECT_NE(result.out.find(c.expected), std::string::npos);
  EXPECT_LT(used, 5 * size);
}

INSTANTIATE_TEST_SUITE_P(
    Of, Memory,
    testing::Values(LargeCase{"RestList", R"({"value":[)", rest_group, 200, "]}", R"("nsgs": 200,)"},
                    LargeCase{"Array", "[", rest_group, 200, "]", R"("nsgs": 200,)"},
                    LargeCase{"LoneRulesOfAPlan", R"({"format_version":"1.2","planned_values":{},"resource_changes":[)",
                              planned_rule, 16000, "]}", R"("rules": 16000,)"}),
    [](const auto& row) { return std::string{row.param.name}; });

class Readers : public testing::TestWithParam<LargeCase> {};

// A comment at the end leaves the file to the reader that small files have: it says the same, whatever the threads do.
TEST_P(Readers, OfALargeRuleSetSayTheSame) {
  const Folder folder;
  const std::string path = folder.path("large.json");
  write(GetParam(), path, "// read by the reference reader\n");
  std::vector<std::string> expected;
  const std::vector<std::string> formats{"text", "json", "sarif"};
  for (const std::string& format : formats) expected.push_back(call({path, "-f", format, "--jobs", "1"}).out);
  EXPECT_NE(expected[1].find(GetParam().expected), std::string::npos);
  write(GetParam(), path, "\n");
  ASSERT_GT(std::filesystem::file_size(path), 1U << 20U);
  for (const std::string jobs : {"1", "2", "5"})
    for (std::size_t i = 0; i < formats.size(); ++i)
      EXPECT_TRUE(call({path, "-f", formats[i], "--jobs", jobs}).out == expected[i]) << formats[i] << ' ' << jobs;
}

INSTANTIATE_TEST_SUITE_P(
    Of, Readers,
    testing::Values(LargeCase{"RestList", R"({"value":[)", rest_group, 25, "]}", R"("nsgs": 25,)"},
                    LargeCase{"Array", "[", rest_group, 25, "]", R"("nsgs": 25,)"},
                    LargeCase{"LoneRulesOfAPlan", R"({"format_version":"1.2","planned_values":{},"resource_changes":[)",
                              planned_rule, 1600, "]}", R"("rules": 1600,)"}),
    [](const auto& row) { return std::string{row.param.name}; });

}  // namespace
}  // namespace nsgcheck::cli::large_input_test
