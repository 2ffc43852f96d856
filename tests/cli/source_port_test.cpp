// SPDX-License-Identifier: Apache-2.0
// NSG-RDP-005 is about what the rule itself decides (interface 3 and 8).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/cli/call.hpp"

namespace nsgcheck::cli::source_port_test {
namespace {

using nlohmann::json;

std::string rule(const std::string& name, int priority, const std::string& protocol, const std::string& source,
                 const std::string& source_ports, const std::string& ports) {
  return R"({"name": ")" + name + R"(", "properties": {"priority": )" + std::to_string(priority) +
         R"(, "direction": "Inbound", "access": "Allow", "protocol": ")" + protocol + R"(", "sourceAddressPrefix": ")" +
         source + R"(", "sourcePortRange": ")" + source_ports +
         R"(", "destinationAddressPrefix": "*", "destinationPortRange": ")" + ports + R"("}})";
}

class SourcePort : public testing::Test {
 protected:
  /// The findings of NSG-RDP-005.
  json audit(const std::vector<std::string>& rules) {
    std::string text;
    for (const std::string& one : rules) text += (text.empty() ? "" : ", ") + one;
    const Result result = call(
        {"audit",
         folder_.write("nsg.json", R"({"name": "n", "id": "/n", "properties": {"securityRules": [)" + text + "]}}"),
         "-f", "json"});
    json out = json::array();
    const json report = json::parse(result.out);
    for (const json& one : report["findings"])
      if (one["id"] == "NSG-RDP-005") out.push_back(one);
    return out;
  }

  Folder folder_;
};

TEST_F(SourcePort, IsFoundForWhatTheRuleOpens) {
  struct Row {
    std::string name, protocol, ports, source_ports;
    std::vector<std::string> opened;  ///< protocol and ports of the regions; none: no finding
  };
  const std::vector<Row> rows{{"the forwarder port", "Tcp", "20000", "3389", {"tcp 20000"}},
                              {"the forwarder listens on tcp", "Udp", "20000", "3389", {}},
                              {"udp carries remote desktop", "Udp", "3389", "3389", {"udp 3389"}},
                              {"another port", "Tcp", "443", "3389", {}},
                              {"any source port", "Tcp", "3389", "*", {}}};
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    const json found = audit({rule("b", 120, row.protocol, "203.0.113.0/24", row.source_ports, row.ports)});
    ASSERT_EQ(found.size(), row.opened.empty() ? 0U : 1U);
    std::vector<std::string> opened;
    if (!found.empty())
      for (const json& one : found[0]["region"]) {
        opened.push_back(one["protocols"][0].get<std::string>() + ' ' + one["destinationPorts"][0].get<std::string>());
        EXPECT_EQ(one["source"], json({"203.0.113.0/24"}));
        EXPECT_EQ(one["sourcePorts"], json({row.source_ports}));
      }
    EXPECT_EQ(opened, row.opened);
    if (found.empty()) continue;
    EXPECT_EQ(found[0]["witness"]["sourcePort"], 3389);
    EXPECT_EQ(found[0]["witness"]["source"], "203.0.113.0");
  }
}

// A rule for everything opens 3389 on tcp and udp, and the forwarder port on tcp.
TEST_F(SourcePort, OfARuleForEverythingCountsTheForwarderPortOnTcpOnly) {
  const json found = audit({rule("b", 120, "*", "203.0.113.0/24", "3389", "*")});
  ASSERT_EQ(found.size(), 1U);
  for (const json& one : found[0]["region"])
    if (one["protocols"] != json({"tcp"})) {
      EXPECT_EQ(one["destinationPorts"], json({"3389"})) << one.dump();
    }
}

TEST_F(SourcePort, DoesNotHangOnOtherRules) {
  const std::string b = rule("b", 120, "Tcp", "203.0.113.0/24", "3389", "20000");
  const json alone = audit({b});
  const json beside = audit({b, rule("o", 110, "Tcp", "198.51.100.7", "*", "3389")});
  ASSERT_EQ(alone.size(), 1U);
  ASSERT_EQ(beside.size(), 1U);
  EXPECT_EQ(alone[0]["fingerprint"], beside[0]["fingerprint"]);
  EXPECT_EQ(alone[0]["region"], beside[0]["region"]);
}

TEST_F(SourcePort, SaysHowManyClientsItMeans) {
  struct Row {
    std::string ports, said;
  };
  for (const Row& row : {Row{"3389", "nearly never matches"}, Row{"1024-65535", "keeps out nearly nobody"},
                         Row{"49152-65535", "some get in and others do not"}}) {
    SCOPED_TRACE(row.ports);
    const json found = audit({rule("b", 120, "Tcp", "203.0.113.0/24", row.ports, "3389")});
    ASSERT_EQ(found.size(), 1U);
    EXPECT_THAT(found[0]["message"].get<std::string>(), testing::HasSubstr(row.said));
  }
}

}  // namespace
}  // namespace nsgcheck::cli::source_port_test
