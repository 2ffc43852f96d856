// SPDX-License-Identifier: Apache-2.0
// The command fix as a user meets it: what it offers, what it writes, and that a new audit agrees.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/cli/call.hpp"
#include "tests/cli/group_text.hpp"

namespace nsgcheck::cli::fix_test {
namespace {

using testing::HasSubstr;
using testing::Not;

const std::string kOpen = group_text({inside_rule_text("web", 100, "Allow", "Internet", "443"),
                                      inside_rule_text("rdp", 200, "Allow", "Internet", "3389"),
                                      inside_rule_text("forwarder", 210, "Allow", "203.0.113.0/24", "20000")});

std::size_t count_of(const nlohmann::json& audit, const std::string& id) {
  std::size_t count = 0;
  for (const auto& finding : audit["findings"]) count += finding["id"] == id ? 1 : 0;
  return count;
}

TEST(FixCommand, OffersTheSmallestChangeFirst) {
  const Folder folder;
  const Result result = call({"fix", folder.write("nsg.json", kOpen), "--finding", "NSG-RDP-001"});
  EXPECT_EQ(result.exit, Exit::Findings);
  EXPECT_THAT(result.out, HasSubstr("  1. remove rdp (200), line 6\n"));
  EXPECT_THAT(result.out, HasSubstr("changes nothing else (proven)"));
  EXPECT_THAT(result.out, HasSubstr("  2. add DenyTcp3389FromInternet (199): inbound Deny Tcp from Internet to\n"));
  EXPECT_THAT(result.out, HasSubstr("-      " + inside_rule_text("rdp", 200, "Allow", "Internet", "3389")));
}

TEST(FixCommand, WritesAndAuditsAgain) {
  const Folder folder;
  const std::string file = folder.write("nsg.json", kOpen);
  const Result result = call({"fix", file, "--write"});
  EXPECT_EQ(result.exit, Exit::Clean);
  EXPECT_THAT(result.out, HasSubstr("1 change written; audited again: none of the findings is left"));
  EXPECT_EQ(bytes_of(file), group_text({inside_rule_text("web", 100, "Allow", "Internet", "443"),
                                        inside_rule_text("forwarder", 210, "Allow", "203.0.113.0/24", "20000")}));
  EXPECT_EQ(call({"audit", file}).exit, Exit::Clean);
}

// What is left could not be told by reading the file alone again.
TEST(FixCommand, LeavesAFileWhoseGroupsHoldRulesOfOthers) {
  const auto group = [](const std::string& name, const std::string& rules) {
    return R"({"type": "Microsoft.Network/networkSecurityGroups", "name": ")" + name +
           R"(", "properties": {"securityRules": [)" + rules + "]}}";
  };
  const std::string open =
      R"("properties": {"priority": 200, "direction": "Inbound", "access": "Allow", "protocol": "Tcp",
    "sourceAddressPrefix": "*", "sourcePortRange": "*", "destinationAddressPrefix": "*", "destinationPortRange": "3389"}})";
  const Folder folder;
  const std::string groups = R"({"contentVersion": "1.0.0.0", "resources": [)" +
                             group("open", R"({"name": "rdp", )" + open) + "," + group("ops", "") + "]}";
  const std::string file = folder.write("groups.json", groups);
  const std::string part = folder.write("rule.json", R"({"contentVersion": "1.0.0.0", "resources": [{"name": "ops/rdp",
    "type": "Microsoft.Network/networkSecurityGroups/securityRules", )" +
                                                         open + "]}");
  const Result result = call({"fix", file, part, "--finding", "NSG-RDP-001", "--write"});
  EXPECT_EQ(result.exit, Exit::Findings) << result.out;
  EXPECT_EQ(bytes_of(file), groups);
}

TEST(FixCommand, LeavesTheInputWhereItIsToldAnotherFile) {
  const Folder folder;
  const std::string file = folder.write("nsg.json", kOpen);
  const std::string out = folder.path("out.json");
  EXPECT_EQ(call({"fix", file, "-o", out}).exit, Exit::Clean);
  EXPECT_EQ(bytes_of(file), kOpen);
  const auto audit = nlohmann::json::parse(call({"audit", out, "-f", "json"}).out);
  EXPECT_EQ(count_of(audit, "NSG-RDP-001"), 0U);
}

TEST(FixCommand, AllowsTheForwarderPortFromThoseWhoReach3389) {
  const Folder folder;
  const std::string file =
      folder.write("nsg.json", group_text({inside_rule_text("rdp", 200, "Allow", "203.0.113.0/24", "3389")}));
  const Result result = call({"fix", file, "--finding", "NSG-RDP-003", "--write"});
  EXPECT_EQ(result.exit, Exit::Clean);
  const auto audit = nlohmann::json::parse(call({"audit", file, "-f", "json"}).out);
  EXPECT_EQ(count_of(audit, "NSG-RDP-003"), 0U);
  EXPECT_THAT(bytes_of(file), HasSubstr(R"("destinationPortRange": "20000")"));
  EXPECT_THAT(bytes_of(file), HasSubstr(R"("sourceAddressPrefix": "203.0.113.0/24")"));
}

TEST(FixCommand, ReportsAsJson) {
  const Folder folder;
  const Result result = call({"fix", folder.write("nsg.json", kOpen), "--finding", "CKV_AZURE_9", "-f", "json"});
  const auto json = nlohmann::json::parse(result.out);
  EXPECT_EQ(json["schema"], "nsgcheck.fix/1");
  ASSERT_EQ(json["findings"].size(), 1U);
  const auto& best = json["findings"][0]["remedies"][0];
  EXPECT_EQ(best["kind"], "remove");
  EXPECT_EQ(best["steps"][0]["line"], 6);
  EXPECT_TRUE(best["besides"].empty());
  EXPECT_EQ(best["changes"][0]["change"], "newlyDenied");
  EXPECT_EQ(json["findings"][0]["remedies"][1]["steps"][0]["to"]["properties"]["priority"], 199);
}

TEST(FixCommand, PrintsTheRuleWhereTheFileIsNoLiteralList) {
  const Folder folder;
  const std::string file = folder.write("main.json", R"({
  "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
  "contentVersion": "1.0.0.0",
  "variables": {"rules": [)" + inside_rule_text("rdp", 200, "Allow", "Internet", "3389") +
                                                         R"(]},
  "resources": [{"type": "Microsoft.Network/networkSecurityGroups", "apiVersion": "2023-09-01", "name": "web-nsg",
    "properties": {"securityRules": "[variables('rules')]"}}]})");
  const Result result = call({"fix", file, "--finding", "NSG-RDP-001"});
  EXPECT_THAT(result.out, HasSubstr("its file is not changed: rdp stands under \"variables\""));
  EXPECT_THAT(result.out, HasSubstr(R"("name": "DenyTcp3389FromInternet")"));
  const Result written = call({"fix", file, "--finding", "NSG-RDP-001", "--write"});
  EXPECT_EQ(written.exit, Exit::Findings);
  EXPECT_THAT(written.out, HasSubstr("0 changes written; audited again: 1 finding left"));
}

// To change one of two copies would leave a rule that contradicts itself (RFC 8259, 4).
TEST(FixCommand, LeavesRulesThatGiveAValueTwice) {
  const Folder folder;
  for (const std::string again : {R"("destinationPortRange": "3380-3399")", R"("DestinationPortRange": "3380-3399")"}) {
    const std::string rule = inside_rule_text("rdp", 200, "Allow", "Internet", "3380-3399");
    const std::string twice = rule.substr(0, rule.rfind("}}")) + ", " + again + "}}";
    const std::string file = folder.write("nsg.json", group_text({twice}));
    const Result result = call({"fix", file, "--finding", "NSG-RDP-001"});
    EXPECT_THAT(flat(result.out), HasSubstr("rdp gives what is to change more than once")) << again;
  }
}

TEST(FixCommand, SaysWhyItOffersNothing) {
  const Folder folder;
  const Result result = call({"fix", folder.write("nsg.json", kOpen), "--finding", "NSG-EGR-001"});
  EXPECT_THAT(result.out, HasSubstr("no rule change is offered: which of these flows are needed is not known"));
}

TEST(FixCommand, RefusesFindingsThatThereCannotBe) {
  struct Row {
    std::string name, wanted;
    Exit exit;
    std::string said;
  };
  const std::vector<Row> rows{
      {"a digit short", "NSG-RDP-01", Exit::Usage, "do you mean NSG-RDP-001?"},
      {"nothing like it", "NOPE", Exit::Usage, "is no policy's id or alias, and no fingerprint\n"},
      {"too short a fingerprint", "0a1b2", Exit::Usage, "no fingerprint"},
      {"in another case", "nsg-rdp-001", Exit::Findings, ""},
      {"another tool's id", "CKV_AZURE_9", Exit::Findings, ""},
      {"a policy that holds", "NSG-EXP-002", Exit::Clean, ""},
      {"a fingerprint that nothing has", "0123456789abcdef", Exit::Clean, ""}};
  const Folder folder;
  const std::string file = folder.write("nsg.json", kOpen);
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    const Result result = call({"fix", file, "--finding", row.wanted});
    EXPECT_EQ(result.exit, row.exit);
    EXPECT_THAT(result.err, HasSubstr(row.said));
    EXPECT_EQ(result.out.empty(), row.exit == Exit::Usage);
  }
}

TEST(FixCommand, HasNothingToDoWhereNothingIsFound) {
  const Folder folder;
  const Result result = call(
      {"fix", folder.write("nsg.json", group_text({inside_rule_text("web", 100, "Allow", "203.0.113.0/24", "443")}))});
  EXPECT_EQ(result.exit, Exit::Clean);
  EXPECT_THAT(result.out, HasSubstr("nothing to fix"));
  EXPECT_THAT(result.out, Not(HasSubstr("NSG-")));
}

}  // namespace
}  // namespace nsgcheck::cli::fix_test
