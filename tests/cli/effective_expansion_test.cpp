// SPDX-License-Identifier: Apache-2.0
// Effective rules tell what their tags stand for; verdicts rest on that and not on what is assumed otherwise.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/cli/call.hpp"

namespace nsgcheck::cli::effective_expansion_test {
namespace {

using nlohmann::json;

std::string rule(const std::string& name, int priority, const std::string& access, const std::string& source,
                 const std::string& expanded, const std::string& port) {
  return R"({"name": ")" + name + R"(", "priority": )" + std::to_string(priority) + R"(, "access": ")" + access +
         R"(", "direction": "Inbound", "protocol": "All", "sourceAddressPrefix": ")" + source +
         R"(", "sourcePortRange": "0-65535", "destinationAddressPrefix": "0.0.0.0/0", "destinationPortRange": ")" +
         port + R"(", "expandedSourceAddressPrefix": )" + expanded + "}";
}

std::string vnet(const std::string& expanded) {
  return rule("defaultSecurityRules/AllowVnetInBound", 65000, "Allow", "VirtualNetwork", expanded, "0-65535");
}

std::string answer(const std::string& rules, const std::string& tags = "null") {
  return R"({"value": [{"networkSecurityGroup": {"id": "/s/networkSecurityGroups/n"}, "association": {},
    "effectiveSecurityRules": [)" +
         rules + R"(], "tagMap": )" + tags + "}]}";
}

const std::string kOwn = R"(["10.3.0.0/16", "168.63.129.16/32"])";
const std::string kHalves = R"(["0.0.0.0/1", "128.0.0.0/1", "::/0"])";

struct Row {
  std::string name;
  std::string text;
  std::string internet;  ///< verdict of tcp 3389 from the Internet
  std::string inside;    ///< and from VirtualNetwork
  bool assumed;          ///< the virtual network is an assumption
};

const std::vector<Row> kRows{
    {"a default route to an appliance opens the group", answer(vnet(R"(["0.0.0.0/0"])")), "partial", "partial", true},
    {"the network's own prefixes", answer(vnet(kOwn)), "deny", "allow", false},
    {"nothing is expanded", answer(vnet("null")), "deny", "allow", true},
    {"an empty list expands nothing", answer(vnet("[]")), "deny", "allow", true},
    {"the map of the group", answer(vnet("null"), R"({"VirtualNetwork": ["0.0.0.0/0"]})"), "partial", "partial", true},
    {"a tag with addresses is no unknown one",
     answer(rule("securityRules/a", 100, "Deny", "Storage", kHalves, "0-65535") + ", " +
            rule("securityRules/b", 110, "Allow", "0.0.0.0/0", "null", "3389-3389") + ", " + vnet(kOwn)),
     "deny", "deny", false},
    {"by the map likewise",
     answer(rule("securityRules/a", 100, "Deny", "Storage", "null", "0-65535") + ", " +
                rule("securityRules/b", 110, "Allow", "0.0.0.0/0", "null", "3389-3389") + ", " + vnet(kOwn),
            R"({"Storage": )" + kHalves + "}"),
     "deny", "deny", false},
    {"a tag without addresses stays unknown",
     answer(rule("securityRules/a", 100, "Deny", "Storage", "[]", "0-65535") + ", " +
            rule("securityRules/b", 110, "Allow", "0.0.0.0/0", "null", "3389-3389") + ", " + vnet(kOwn)),
     "unknown", "allow", false},
};

std::string verdict(const json& report, const std::string& source) {
  for (const json& port : report["nsgs"][0]["ports"])
    if (port["port"] == 3389 && port["protocol"] == "tcp" && port["direction"] == "inbound" && port["source"] == source)
      return port["verdict"];
  return "";
}

TEST(EffectiveExpansion, DecidesTheVerdict) {
  for (const Row& row : kRows) {
    SCOPED_TRACE(row.name);
    Folder folder;
    const Result result = call({"audit", "-f", "json", folder.write("live.json", row.text)});
    const json report = json::parse(result.out, nullptr, false);
    EXPECT_EQ(verdict(report, "Internet"), row.internet);
    EXPECT_EQ(verdict(report, "VirtualNetwork"), row.inside);
    bool assumed = false;
    for (const json& one : report["assumptions"]) assumed = assumed || one["code"] == "virtual-network-default";
    EXPECT_EQ(assumed, row.assumed);
    for (const json& finding : report["findings"])
      EXPECT_NE(finding["id"].get<std::string>().substr(0, 9), "NSG-VALID") << finding["message"];
  }
}

TEST(EffectiveExpansion, NamesTheTagOnce) {
  Folder folder;
  const std::string file = folder.write("live.json", answer(vnet(kOwn)));
  const Result result = call({"explain", file, "--direction", "in", "--protocol", "tcp", "--from", "203.0.113.7",
                              "--to", "10.3.0.4", "--port", "3389"});
  EXPECT_NE(result.out.find("source 203.0.113.7 not in VirtualNetwork\n"), std::string::npos) << result.out;
}

}  // namespace
}  // namespace nsgcheck::cli::effective_expansion_test
