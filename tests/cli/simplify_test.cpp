// SPDX-License-Identifier: Apache-2.0
// The command simplify as a user meets it: what it says, what it writes, and that both agree.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/cli/call.hpp"
#include "tests/cli/group_text.hpp"

namespace nsgcheck::cli::simplify_test {
namespace {

using testing::HasSubstr;
using testing::Not;

const std::string kTwins =
    group_text({rule_text("a", 100, "Allow", "203.0.113.0/24", "443"),
                rule_text("b", 110, "Allow", "203.0.113.7", "443"), rule_text("c", 120, "Allow", "Internet", "80")});

TEST(SimplifyCommand, SaysWhichRuleGoesAndWhy) {
  const Folder folder;
  const Result result = call({"simplify", folder.write("nsg.json", kTwins)});
  EXPECT_EQ(result.exit, Exit::Findings);
  EXPECT_THAT(result.out, HasSubstr("remove  b (110), line 6: decides nothing: a (100) comes first"));
  EXPECT_THAT(result.out, HasSubstr("1 of 3 rules can go; proven"));
  EXPECT_THAT(result.out, HasSubstr("-      " + rule_text("b", 110, "Allow", "203.0.113.7", "443")));
  EXPECT_THAT(result.out, Not(HasSubstr("+      ")));
}

TEST(SimplifyCommand, LeavesAllOtherBytes) {
  const Folder folder;
  const std::string out = folder.path("out.json");
  EXPECT_EQ(call({"simplify", folder.write("nsg.json", kTwins), "-o", out}).exit, Exit::Findings);
  EXPECT_EQ(bytes_of(out), group_text({rule_text("a", 100, "Allow", "203.0.113.0/24", "443"),
                                       rule_text("c", 120, "Allow", "Internet", "80")}));
  EXPECT_EQ(call({"diff", folder.path("nsg.json"), out}).exit, Exit::Clean);
  EXPECT_EQ(call({"simplify", out}).exit, Exit::Clean);
}

TEST(SimplifyCommand, KeepsAByteOrderMarkAndLineEnds) {
  const Folder folder;
  std::string text = kTwins;
  for (std::size_t at = 0; (at = text.find('\n', at)) != std::string::npos; at += 2) text.insert(at, "\r");
  const std::string out = folder.path("out.json");
  EXPECT_EQ(call({"simplify", folder.write("nsg.json", "\xEF\xBB\xBF" + text), "-o", out}).exit, Exit::Findings);
  EXPECT_THAT(bytes_of(out), testing::StartsWith("\xEF\xBB\xBF{\r\n"));
  EXPECT_EQ(call({"diff", folder.path("nsg.json"), out}).exit, Exit::Clean);
}

TEST(SimplifyCommand, WritesMergedSidesAsLists) {
  const Folder folder;
  const std::string file = folder.write("nsg.json", group_text({rule_text("a", 100, "Allow", "203.0.113.0/24", "443"),
                                                                rule_text("b", 110, "Allow", "203.0.113.0/24", "80")}));
  const std::string out = folder.path("out.json");
  EXPECT_EQ(call({"simplify", file, "-o", out}).exit, Exit::Findings);
  EXPECT_THAT(bytes_of(out), HasSubstr(R"("destinationPortRanges": ["443", "80"])"));
  EXPECT_EQ(call({"diff", file, out}).exit, Exit::Clean);
  EXPECT_EQ(call({"simplify", "--no-merge", file}).exit, Exit::Clean);
}

TEST(SimplifyCommand, KeepsRulesByName) {
  const Folder folder;
  const std::string file = folder.write("nsg.json", kTwins);
  EXPECT_EQ(call({"simplify", file, "--keep", "B", "--no-merge"}).exit, Exit::Clean);
  const Result slip = call({"simplify", file, "--keep", "bb"});
  EXPECT_EQ(slip.exit, Exit::Usage);
  EXPECT_THAT(slip.err, HasSubstr("no rule has the name \"bb\""));
}

TEST(SimplifyCommand, SaysTheSameAsJson) {
  const Folder folder;
  const Result result = call({"simplify", folder.write("nsg.json", kTwins), "-f", "json"});
  const auto json = nlohmann::json::parse(result.out);
  EXPECT_EQ(json["schema"], "nsgcheck.simplify/1");
  const auto& nsg = json["nsgs"][0];
  EXPECT_EQ(nsg["rules"]["before"], 3);
  EXPECT_EQ(nsg["rules"]["after"], 2);
  EXPECT_EQ(nsg["removed"][0]["rule"]["name"], "b");
  EXPECT_EQ(nsg["removed"][0]["because"][0]["name"], "a");
  EXPECT_THAT(nsg["patch"].get<std::string>(), HasSubstr("@@ -3,7 +3,6 @@"));
  EXPECT_EQ(json["summary"]["canGo"], 1);
}

TEST(SimplifyCommand, ChangesNoLoopInPlace) {
  const Folder folder;
  const std::string file = folder.write("main.json", R"({
  "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
  "contentVersion": "1.0.0.0",
  "resources": [{
    "type": "Microsoft.Network/networkSecurityGroups", "apiVersion": "2023-09-01", "name": "web-nsg",
    "properties": {
      "copy": [{"name": "securityRules", "count": 2, "input": {
        "name": "[concat('r', copyIndex('securityRules'))]",
        "properties": {"priority": "[add(100, copyIndex('securityRules'))]", "access": "Allow", "direction": "Inbound",
          "protocol": "Tcp", "sourceAddressPrefix": "203.0.113.7", "sourcePortRange": "*",
          "destinationAddressPrefix": "*", "destinationPortRange": "443"}}}]}}]})");
  const Result result = call({"simplify", file});
  EXPECT_EQ(result.exit, Exit::Findings);
  EXPECT_THAT(result.out, HasSubstr("made by the loop"));
  EXPECT_THAT(result.out, HasSubstr("r0 of securityRules[0] (100): inbound Allow Tcp"));
  const std::string out = folder.path("out.json");
  EXPECT_EQ(call({"simplify", file, "-o", out}).exit, Exit::OutputFailed);
  EXPECT_FALSE(std::filesystem::exists(out));
}

TEST(SimplifyCommand, ChangesNoVariableInPlace) {
  const Folder folder;
  const std::string file =
      folder.write("main.json", R"({
  "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
  "contentVersion": "1.0.0.0",
  "variables": {"rules": [)" + rule_text("a", 100, "Allow", "203.0.113.7", "443") +
                                    ", " + rule_text("b", 110, "Allow", "203.0.113.7", "443") + R"(]},
  "resources": [{"type": "Microsoft.Network/networkSecurityGroups", "apiVersion": "2023-09-01", "name": "web-nsg",
    "properties": {"securityRules": "[variables('rules')]"}}]})");
  const Result result = call({"simplify", file});
  EXPECT_EQ(result.exit, Exit::Findings);
  EXPECT_THAT(result.out, HasSubstr("stands under \"variables\""));
}

TEST(SimplifyCommand, LeavesUnknownValuesAlone) {
  const Folder folder;
  const Result result =
      call({"simplify", folder.write("nsg.json", group_text({rule_text("a", 100, "Allow", "Sql", "1433"),
                                                             rule_text("b", 110, "Allow", "Sql", "1433")}))});
  EXPECT_EQ(result.exit, Exit::Clean);
  EXPECT_THAT(result.out, HasSubstr("left    a (100), line 5: not known what it does (unknown-tag)"));
}

}  // namespace
}  // namespace nsgcheck::cli::simplify_test
