// SPDX-License-Identifier: Apache-2.0
// RFC 8259, 4: what a reader makes of a key that stands twice is not defined; so it is said, never guessed.
#include "analyzer/io/duplicate_keys.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "tests/analyzer_io/rule_line.hpp"

namespace nsgcheck::io::duplicate_keys_test {
namespace {

constexpr const char* kRule =
    R"({"name":"a","properties":{"priority":100,"access":"Allow","direction":"Inbound","protocol":"*",
        "sourceAddressPrefix":"*","sourcePortRange":"*","destinationAddressPrefix":"*","destinationPortRange":"*"}})";

struct DuplicateCase {
  const char* name;
  std::string text;
  std::size_t faults;  ///< of NSGs
  std::size_t gaps;    ///< rules that may be anything
  std::size_t errors;  ///< of the input
};

class Duplicates : public testing::TestWithParam<DuplicateCase> {};

TEST_P(Duplicates, AreSaidWhereTheyStand) {
  const DuplicateCase& c = GetParam();
  const RuleSource source = read_rules(document_of(c.text), {});
  std::size_t faults = 0, gaps = 0;
  for (const model::Nsg& nsg : source.nsgs) {
    faults += static_cast<std::size_t>(std::count_if(nsg.faults.begin(), nsg.faults.end(), [](const auto& fault) {
      return fault.kind == model::FaultKind::DuplicateKey;
    }));
    gaps += static_cast<std::size_t>(
        std::count_if(nsg.rules.begin(), nsg.rules.end(), [](const auto& rule) { return rule.name.empty(); }));
  }
  EXPECT_EQ(faults, c.faults);
  EXPECT_EQ(gaps, c.gaps);
  EXPECT_EQ(source.errors.size(), c.errors);
}

std::string nsg(const std::string& inside) { return R"({"name":"n",)" + inside + '}'; }

std::string arm(const std::string& inside) {
  return R"({"$schema":"https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",)" + inside +
         '}';
}
const std::string kNsgResource =
    R"({"type":"Microsoft.Network/networkSecurityGroups","apiVersion":"2023-04-01","name":"n","properties":{"securityRules":[]}})";

INSTANTIATE_TEST_SUITE_P(
    Rows, Duplicates,
    testing::Values(
        DuplicateCase{"None", nsg(R"("properties":{"securityRules":[]})"), 0, 0, 0},
        DuplicateCase{"NameOfTheGroup", nsg(R"("name":"m","properties":{"securityRules":[]})"), 1, 0, 0},
        DuplicateCase{"SameValue", nsg(R"("properties":{"securityRules":[]},"properties":{"securityRules":[]})"), 1, 0,
                      0},
        DuplicateCase{
            "OtherProperties",
            nsg(R"("properties":{"securityRules":[)" + std::string{kRule} + R"(]},"properties":{"securityRules":[]})"),
            1, 1, 0},
        DuplicateCase{"OtherRules",
                      nsg(R"("properties":{"securityRules":[)" + std::string{kRule} + R"(],"securityRules":[]})"), 1, 1,
                      0},
        DuplicateCase{"PropertiesOfARule",
                      nsg(R"("properties":{"securityRules":[{"name":"a","properties":{"priority":100},"properties":)"
                          R"({"priority":100,"access":"Allow","direction":"Inbound","protocol":"*"}}]})"),
                      1, 1, 0},
        DuplicateCase{
            "ResourcesOfATemplate",
            arm(R"("resources":[)" + kNsgResource + R"(],"resources":[)" + kNsgResource + "," + kNsgResource + "]"), 0,
            0, 1},
        DuplicateCase{"SameElsewhere",
                      arm(R"("contentVersion":"1","contentVersion":"1","resources":[)" + kNsgResource + "]"), 0, 0, 0}),
    [](const auto& row) { return std::string{row.param.name}; });

}  // namespace
}  // namespace nsgcheck::io::duplicate_keys_test
