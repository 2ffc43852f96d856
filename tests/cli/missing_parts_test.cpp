// SPDX-License-Identifier: Apache-2.0
// Inputs of which a part is not at hand: what is there is answered, the part is named, and nothing is called proven of
// groups that it may add rules to (interface 1).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/call.hpp"

namespace nsgcheck::cli::missing_parts_test {
namespace {

using testing::HasSubstr;
using testing::Not;

const std::string kGroup = R"({"type": "Microsoft.Network/networkSecurityGroups", "name": "n",
  "properties": {"securityRules": []}})";

std::string arm(const std::string& more) {
  return R"({"contentVersion": "1.0.0.0", "resources": [)" + kGroup + more + "]}";
}

const std::string kLink = R"(, {"type": "Microsoft.Resources/deployments", "name": "more",
  "properties": {"templateLink": {"uri": "https://x/rules.json"}}})";

std::string graph(const std::string& rows, const std::string& rest) {
  return R"({"data": [)" + rows + "]" + rest + "}";
}

const std::string kRow = R"({"nsgName": "n", "rules": {"name": "r", "properties": {"priority": 200, "access": "Deny",
  "direction": "Inbound", "protocol": "Udp", "sourceAddressPrefix": "*", "sourcePortRange": "*",
  "destinationAddressPrefix": "*", "destinationPortRange": "9"}}})";
const std::string kWholeRow =
    R"({"type": "microsoft.network/networksecuritygroups", "name": "n", "properties": {"securityRules": []}})";

std::string plan(const std::string& rest) {
  return R"({"format_version": "1.2", "resource_changes": [{"address": "azurerm_network_security_group.n",
    "type": "azurerm_network_security_group", "change": {"actions": ["create"],
    "after": {"name": "n", "security_rule": []}, "after_unknown": {}}}])" +
         rest + "}";
}

const std::string kDeferred = R"(, "complete": false, "deferred_changes": [{"reason": "instance_count_unknown",
  "resource_change": {"address": "azurerm_network_security_rule.a[*]", "type": "azurerm_network_security_rule",
  "change": {"actions": ["create"], "after": {"name": "a", "priority": 100, "access": "Allow", "direction": "Inbound",
   "protocol": "Tcp", "source_address_prefix": "*", "source_port_range": "*", "destination_address_prefix": "*",
   "destination_port_range": "3389", "network_security_group_name": "n"}, "after_unknown": {}}}}])";

struct Row {
  std::string name;
  std::string text;
  Exit exit;
  std::string says;  ///< how the verdict of the group is worded
  std::string part;  ///< the part that is named
};

const std::string kProven = "  proven   for every packet";
const std::string kSoFar = "  so far   by the rules at hand";

const std::vector<Row> kRows{
    {"a whole template", arm(""), Exit::Clean, kProven, ""},
    {"a linked template", arm(kLink), Exit::Incomplete, kSoFar, "https://x/rules.json"},
    {"a further page", R"({"value": [)" + kGroup + R"(], "nextLink": "https://x"})", Exit::Incomplete, kSoFar,
     "nextLink"},
    {"a further page of rows", graph(kWholeRow, R"(, "skip_token": "t")"), Exit::Incomplete, kSoFar, "skip_token"},
    {"rows of rules on a further page", graph(kRow, R"(, "$skipToken": "t")"), Exit::Incomplete, "missing-attachment",
     "$skipToken"},
    {"more rows than are there", graph(kRow, R"(, "count": 1, "total_records": 2)"), Exit::Incomplete,
     "missing-attachment", "total_records is 2"},
    {"all rows", graph(kRow, R"(, "count": 1, "total_records": 1)"), Exit::Clean, kProven, ""},
    {"a whole plan", plan(R"(, "complete": true, "errored": false)"), Exit::Clean, kProven, ""},
    {"a plan that is not complete", plan(R"(, "complete": false)"), Exit::Incomplete, kSoFar, "complete is false"},
    {"a plan that failed", plan(R"(, "errored": true)"), Exit::Incomplete, kSoFar, "errored"},
    {"a deferred rule", plan(kDeferred), Exit::Incomplete, "unknown", "azurerm_network_security_rule.a[*]: deferred"},
};

TEST(MissingParts, AreNamedAndLeaveNothingProven) {
  for (const Row& row : kRows) {
    SCOPED_TRACE(row.name);
    Folder folder;
    const std::string file = folder.write("i.json", row.text);
    const Result result = call({"audit", "--fail-on", "high", file});
    EXPECT_EQ(result.exit, row.exit) << result.out << result.err;
    EXPECT_THAT(result.out, HasSubstr(row.says));
    EXPECT_THAT(result.err, HasSubstr(row.part));
    if (row.says != kProven) {
      EXPECT_THAT(result.out, Not(HasSubstr("proven")));
    }
    const Result markdown = call({"audit", "-f", "markdown", file});
    EXPECT_EQ(markdown.out.find("Proven") != std::string::npos, row.says == kProven);
    EXPECT_EQ(call({"audit", "-q", file}).exit, row.exit);
  }
}

// What was before the plan is known; what it does not settle is unknown, and no side is refused for it.
TEST(MissingParts, ADeferredChangeIsAnUnknownOne) {
  Folder folder;
  const Result result = call({"diff", folder.write("i.json", plan(kDeferred))});
  EXPECT_EQ(result.exit, Exit::Incomplete) << result.out << result.err;
  const std::string part = "azurerm_network_security_rule.a[*]: deferred";
  EXPECT_EQ(result.err.find(part), result.err.rfind(part)) << result.err;
  EXPECT_THAT(result.err, HasSubstr(part));
}

// A deployment before whose machine stands a group that the template may add rules to.
TEST(MissingParts, DeploymentsAreAnsweredWithoutThem) {
  const std::string deployment = R"({"name": "d", "nsgs": ["i.json"],
    "virtualNetwork": {"addressPrefixes": ["10.0.0.0/16"],
      "subnets": [{"name": "web", "addressPrefix": "10.0.0.0/24", "nsg": "n"}]},
    "roles": [{"name": "W", "remoteForwarder": true, "remoteAccess": true, "subnet": "web",
      "instances": [{"name": "W0", "address": "10.0.0.4"}]}]})";
  const std::string link = "https://x/rules.json";
  struct Command {
    std::vector<std::string> words;
    Exit whole, in_part;
    std::string answer;
  };
  const std::vector<Command> commands{
      {{"audit"}, Exit::Findings, Exit::Incomplete, "DenyAllInBound"},
      {{"reach"}, Exit::Findings, Exit::Incomplete, "DenyAllInBound"},
      {{"effective"}, Exit::Clean, Exit::Incomplete, "DenyAllInBound"},
      {{"explain", "--direction", "in", "--protocol", "tcp", "--from", "203.0.113.7", "--to", "10.0.0.4", "--port",
        "3389"},
       Exit::Clean,
       Exit::Incomplete,
       "DenyAllInBound"},
  };
  Folder folder;
  const std::string file = folder.write("d.json", deployment);
  for (const Command& command : commands) {
    SCOPED_TRACE(command.words.front());
    std::vector<std::string> args = command.words;
    args.insert(args.end(), {"--deployment", file});
    folder.write("i.json", arm(""));
    EXPECT_EQ(call(args).exit, command.whole);
    folder.write("i.json", arm(kLink));
    const Result part = call(args);
    EXPECT_EQ(part.exit, command.in_part) << part.out << part.err;
    EXPECT_THAT(part.out, HasSubstr(command.answer));
    EXPECT_THAT(part.out, Not(HasSubstr("proven")));
    EXPECT_THAT(part.err, HasSubstr(link));
    folder.write("i.json", arm(""));
    args.insert(args.end(), {"--set", "none=1"});
    const Result misspelt = call(args);
    EXPECT_EQ(misspelt.exit, command.in_part) << misspelt.out << misspelt.err;
    EXPECT_THAT(misspelt.out, Not(HasSubstr("proven")));
    EXPECT_THAT(misspelt.err, HasSubstr("--set none=1: no template of the inputs declares such a parameter"));
    // Of a file that nothing could be read of there is no answer: what it holds may let nothing pass, or everything.
    folder.write("i.json", arm("") + "}");
    const Result broken = call(args);
    EXPECT_EQ(broken.exit, Exit::Usage);
    EXPECT_EQ(broken.out, "");
  }
}

}  // namespace
}  // namespace nsgcheck::cli::missing_parts_test
