// SPDX-License-Identifier: Apache-2.0
// Forms that tell of a change hold two states; a comparison reads both.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/analyzer_io/source_text.hpp"

namespace nsgcheck::io::before_change_test {
namespace {

struct Row {
  const char* name;
  std::string text;
  std::vector<std::string> before, after;
};

std::string plan(const std::string& changes) {
  return R"({"format_version":"1.2","resource_changes":[)" + changes + "]}";
}

std::string group_change(const std::string& actions, const std::string& before, const std::string& after) {
  return "\n" + (R"({"address":"azurerm_network_security_group.a","type":"azurerm_network_security_group","change":
    {"actions":[)" +
                 actions + R"(],"before":)" + before + R"(,"after":)" + after + "}}");
}

std::string group(const std::string& rules) { return R"({"name":"n","security_rule":[)" + rules + "]}"; }

std::string what_if(const std::string& type, const std::string& states) {
  return R"({"changes":[{"resourceId":"/subscriptions/s/resourceGroups/r/providers/Microsoft.Network/networkSecurityGroups/n",
    "changeType":")" +
         type + "\"," + states + "}]}";
}

std::string resource(const std::string& rules) {
  return R"({"type":"Microsoft.Network/networkSecurityGroups","name":"n","properties":{"securityRules":[)" + rules +
         "]}}";
}

const std::string kRdp = "n / Rdp 100 Allow inbound tcp *:* > *:3389-3389";
const std::string kWeb = "n / Web 100 Allow inbound tcp *:* > *:443-443";

const Row kRows[] = {
    {"PlanThatUpdates",
     plan(group_change("\"update\"", group("%Rdp 100 Allow 3389"), group("%Web 100 Allow 443"))),
     {kRdp},
     {kWeb}},
    {"PlanThatReplaces",
     plan(group_change("\"delete\",\"create\"", group("%Rdp 100 Allow 3389"), group("%Web 100 Allow 443"))),
     {kRdp},
     {kWeb}},
    {"PlanThatChangesNothing",
     plan(group_change("\"no-op\"", group("%Web 100 Allow 443"), group("%Web 100 Allow 443"))),
     {kWeb},
     {kWeb}},
    {"PlanThatCreates",
     plan(group_change("\"create\"", "null", group("%Web 100 Allow 443"))),
     {"skip 2: azurerm_network_security_group.a: it is not there before the plan (create)"},
     {kWeb}},
    {"PlanThatDeletes",
     plan(group_change("\"delete\"", group("%Rdp 100 Allow 3389"), "null")),
     {kRdp},
     {"skip 2: azurerm_network_security_group.a: the plan has it no more (delete)"}},
    {"PlanWithoutTheStateBefore",
     plan(group_change("\"update\"", "null", group("%Web 100 Allow 443"))),
     {"error 2:1: azurerm_network_security_group.a: a change without the state before it"},
     {kWeb}},
    {"PlanOfValuesOnly",
     R"({"format_version":"1.2","planned_values":{"root_module":{"resources":[{"address":"a.n","type":"azurerm_network_security_group","values":)" +
         group("%Web 100 Allow 443") +
         R"(}]}},"prior_state":{"values":{"root_module":{"resources":[{"address":"a.n","type":"azurerm_network_security_group","values":)" +
         group("%Rdp 100 Allow 3389") + "}]}}}}",
     {kRdp},
     {kWeb}},
    {"WhatIfThatModifies",
     what_if("Modify",
             R"("before":)" + resource("@Rdp 100 Allow 3389") + R"(,"after":)" + resource("@Web 100 Allow 443")),
     {kRdp},
     {kWeb}},
    {"WhatIfThatCreates",
     what_if("Create", R"("before":null,"after":)" + resource("@Web 100 Allow 443")),
     {"skip 1: /subscriptions/s/resourceGroups/r/providers/Microsoft.Network/networkSecurityGroups/n: will be created"},
     {kWeb}},
    {"WhatIfThatDeletes",
     what_if("Delete", R"("before":)" + resource("@Rdp 100 Allow 3389") + R"(,"after":null)"),
     {kRdp},
     {"skip 1: /subscriptions/s/resourceGroups/r/providers/Microsoft.Network/networkSecurityGroups/n: will be "
      "deleted"}},
};

TEST(BeforeChange, BothStatesAreRead) {
  for (const Row& row : kRows) {
    SCOPED_TRACE(row.name);
    ReadOptions before;
    before.before_change = true;
    EXPECT_THAT(source_lines(row.text, nullptr, before), testing::ElementsAreArray(row.before));
    EXPECT_THAT(source_lines(row.text), testing::ElementsAreArray(row.after));
  }
}

}  // namespace
}  // namespace nsgcheck::io::before_change_test
