// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "analyzer/io/policy_reader.hpp"
#include "tests/policy/audit_rules.hpp"
#include "tests/support/rule_line.hpp"

namespace nsgcheck::hygiene_words_test {
namespace {

struct Case {
  const char* name;
  const char* id;  ///< of the policy whose finding is looked at
  std::vector<std::string> rules;
  bool left_open;  ///< nothing is said of protocols without ports
};

std::string messages(const char* id, const std::vector<std::string>& rules) {
  const auto& all = io::built_in_policies();
  const auto policy = std::find_if(all.begin(), all.end(), [&](const auto& each) { return each.id == id; });
  if (policy == all.end()) return {};
  std::string out;
  for (const auto& finding : test::audit_nsg(support::nsg_of(rules), {&*policy, 1}).findings)
    out += finding.message + '\n';
  return out;
}

// A rule of every protocol with ports is not defined for ICMP (semantics 1): whether its removal changes what happens
// to ICMP is then not known, unless another rule has all of it before.
TEST(HygieneWords, SayWhatIsNotDefinedWithoutPorts) {
  const std::vector<Case> rows{
      {"the rule after has ports too",
       "NSG-HYG-002",
       {"100 Allow Inbound * 10.0.0.0/8 * * 80", "110 Deny Inbound * 10.0.0.0/8 * * 443",
        "120 Allow Inbound * 10.0.0.0/8 * * 70-90"},
       true},
      {"tcp has ports",
       "NSG-HYG-002",
       {"100 Allow Inbound Tcp 10.0.0.0/8 * * 80", "120 Allow Inbound * 10.0.0.0/8 * * 70-90"},
       false},
      {"every port is no port",
       "NSG-HYG-002",
       {"100 Allow Inbound * 10.1.0.0/16 * * *", "120 Allow Inbound * 10.0.0.0/8 * * *"},
       false},
      {"all of it is taken before",
       "NSG-HYG-001",
       {"100 Deny Inbound * * * * *", "110 Allow Inbound * 10.0.0.0/8 * * 80"},
       false},
      {"a rule with ports takes it before",
       "NSG-HYG-001",
       {"100 Deny Inbound * * * * 0-1000", "110 Allow Inbound * 10.0.0.0/8 * * 80"},
       true},
  };
  for (const Case& row : rows) {
    SCOPED_TRACE(row.name);
    const std::string said = messages(row.id, row.rules);
    EXPECT_FALSE(said.empty());
    EXPECT_EQ(said.find("not defined for ICMP") != std::string::npos, row.left_open) << said;
  }
}

}  // namespace
}  // namespace nsgcheck::hygiene_words_test
