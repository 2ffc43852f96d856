// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "analyzer/io/report.hpp"
#include "tests/analyzer_io/render_sample.hpp"

namespace nsgcheck::io::render_json_test {
namespace {

using Json = nlohmann::ordered_json;
using testing::ElementsAre;
using testing::IsSupersetOf;

std::vector<std::string> keys(const Json& object) {
  std::vector<std::string> out;
  for (const auto& [key, value] : object.items()) out.push_back(key);
  return out;
}

class AuditJson : public testing::Test {
 protected:
  AuditJson() {
    fill_full(sample_);
    json_ = Json::parse(render_json(sample_.report));
  }
  /// The first finding of a policy, on an NSG.
  [[nodiscard]] Json finding(std::string_view id, std::string_view nsg) const {
    for (const Json& one : json_["findings"])
      if (one["id"] == id && one["nsg"] == nsg) return one;
    ADD_FAILURE() << "no " << id << " on " << nsg;
    return Json::object();
  }

  Sample sample_;
  Json json_;
};

// Interface 3 and 8; the texts of the sample are in render_sample.cpp, its lines counted there.
TEST_F(AuditJson, HasTheKeysOfTheInterface) {
  EXPECT_THAT(keys(json_), ElementsAre("schema", "inputs", "nsgs", "findings", "assumptions", "summary"));
  EXPECT_EQ(json_["schema"], "nsgcheck.audit/1");
  for (const Json& input : json_["inputs"])
    EXPECT_THAT(keys(input), ElementsAre("file", "format", "nsgs", "rules", "skipped", "errors"));
  for (const Json& nsg : json_["nsgs"])
    EXPECT_THAT(keys(nsg), ElementsAre("name", "id", "file", "line", "rules", "ports"));
  for (const Json& one : json_["findings"])
    EXPECT_THAT(keys(one), IsSupersetOf({"id",      "aliases",        "title",       "severity",    "status",
                                         "nsg",     "direction",      "file",        "line",        "column",
                                         "endLine", "endColumn",      "pointer",     "message",     "decidedBy",
                                         "region",  "regionComplete", "assumptions", "remediation", "fingerprint"}));
}

TEST_F(AuditJson, SaysWhatBecameOfEachInput) {
  const Json& inputs = json_["inputs"];
  ASSERT_EQ(inputs.size(), 5U);
  EXPECT_EQ(inputs[0]["file"], "nsgs/web.json");
  EXPECT_EQ(inputs[0]["format"], "rest-list");
  EXPECT_EQ(inputs[0]["nsgs"], 1);
  EXPECT_EQ(inputs[0]["rules"], 4);
  EXPECT_EQ(inputs[1]["skipped"].size(), 3U);
  EXPECT_EQ(inputs[1]["skipped"][0],
            Json({{"line", 1}, {"column", 1}, {"pointer", ""}, {"what", "resource of type Microsoft.Web/sites"}}));
  EXPECT_EQ(inputs[3]["skipped"].size(), 1U);
  EXPECT_TRUE(inputs[4]["format"].is_null());
  EXPECT_EQ(inputs[4]["errors"],
            Json::array({Json{{"line", 3}, {"column", 14}, {"message", "expected ',' but found '}'"}}}));
}

TEST_F(AuditJson, SaysWhereAnNsgStandsAndCountsItsRules) {
  const Json& web = json_["nsgs"][0];
  EXPECT_EQ(web["name"], "web-nsg");
  EXPECT_EQ(web["file"], "nsgs/web.json");
  EXPECT_EQ(web["line"], 2);
  EXPECT_EQ(web["rules"], Json({{"inbound", 3}, {"outbound", 1}}));
  EXPECT_TRUE(json_["nsgs"][1]["id"].is_null());
}

TEST_F(AuditJson, GivesThePortsOfTheInterfaceInOrder) {
  std::vector<std::string> rows;
  for (const Json& row : json_["nsgs"][0]["ports"])
    rows.push_back(row["direction"].get<std::string>() + ' ' + std::to_string(row["port"].get<int>()) + ' ' +
                   row["protocol"].get<std::string>() + ' ' + row["source"].get<std::string>() + ' ' +
                   row["destination"].get<std::string>() + ' ' + row["verdict"].get<std::string>());
  EXPECT_THAT(rows, ElementsAre("inbound 3389 tcp Internet VirtualNetwork allow",
                                "inbound 3389 tcp VirtualNetwork VirtualNetwork allow",
                                "inbound 3389 tcp AzureLoadBalancer VirtualNetwork allow",
                                "inbound 3389 udp Internet VirtualNetwork deny",
                                "inbound 3389 udp VirtualNetwork VirtualNetwork allow",
                                "inbound 20000 tcp Internet VirtualNetwork partial",
                                "inbound 20000 tcp VirtualNetwork VirtualNetwork allow",
                                "inbound 20000 tcp AzureLoadBalancer VirtualNetwork allow",
                                "outbound 3389 tcp VirtualNetwork VirtualNetwork allow"));
}

TEST_F(AuditJson, NamesTheDecidingRuleWithItsLine) {
  const Json& ports = json_["nsgs"][0]["ports"];
  EXPECT_EQ(ports[0]["decidedBy"],
            Json::array({Json{{"name", "AllowRdp"}, {"priority", 100}, {"access", "Allow"}, {"line", 7}}}));
  EXPECT_EQ(
      ports[3]["decidedBy"],
      Json::array({Json{
          {"name", "DenyAllInBound"}, {"priority", 65500}, {"access", "Deny"}, {"line", nullptr}, {"default", true}}}));
  EXPECT_TRUE(ports[3]["witness"].is_null());
}

TEST_F(AuditJson, GivesTheOpenPartExactly) {
  const Json& row = json_["nsgs"][0]["ports"][5];
  EXPECT_EQ(row["region"], Json::array({Json{{"protocols", {"tcp"}},
                                             {"source", {"198.51.100.0/24", "2001:db8:1::/48"}},
                                             {"sourcePorts", {"0-65535"}},
                                             {"destination", {"*"}},
                                             {"destinationPorts", {"20000"}}}}));
  EXPECT_EQ(row["witness"], Json({{"protocol", "tcp"},
                                  {"source", "198.51.100.0"},
                                  {"sourcePort", 49152},
                                  {"destination", "10.0.0.4"},
                                  {"destinationPort", 20000}}));
}

TEST_F(AuditJson, NamesNoDeciderForWhatIsNotSettled) {
  const Json& row = json_["nsgs"][2]["ports"][0];
  EXPECT_EQ(row["verdict"], "unknown");
  EXPECT_TRUE(row["decidedBy"].is_null());
  EXPECT_EQ(row["reason"], "invalid-rule");
  EXPECT_EQ(row["candidates"][0]["name"], "AllowRdpFromBranch");
  EXPECT_EQ(row["unknownRegion"].size(), 1U);

  const Json found = finding("NSG-RDP-001", "ops-nsg");
  EXPECT_EQ(found["status"], "unknown");
  EXPECT_TRUE(found["decidedBy"].is_null());
  EXPECT_EQ(found["candidates"][0]["line"], 7);
  EXPECT_EQ(found["reason"], "invalid-rule");
  EXPECT_EQ(found["region"], Json::array());
}

TEST_F(AuditJson, PointsAtTheRule) {
  const Json found = finding("NSG-RDP-001", "web-nsg");
  EXPECT_EQ(found["severity"], "critical");
  EXPECT_EQ(found["file"], "nsgs/web.json");
  EXPECT_EQ(found["line"], 7);
  EXPECT_EQ(found["column"], 9);
  EXPECT_EQ(found["endLine"], 14);
  EXPECT_EQ(found["endColumn"], 10);
  EXPECT_EQ(found["pointer"], "/0/properties/securityRules/0");
  EXPECT_EQ(found["aliases"], Json::array({"CKV_AZURE_9"}));
  EXPECT_FALSE(found.contains("rule")) << "several rules may be at work";
}

TEST_F(AuditJson, StructuralFindingsNameTheirRuleAndHaveNoWitness) {
  const Json found = finding("NSG-HYG-002", "web-nsg");
  EXPECT_EQ(found["rule"], Json({{"name", "AllowRdpFromOps"}, {"priority", 110}}));
  EXPECT_EQ(found["decidedBy"][0]["name"], "AllowRdp");
  EXPECT_FALSE(found.contains("witness"));
  EXPECT_EQ(found["region"][0]["source"], Json::array({"203.0.113.0/24"}));
}

TEST_F(AuditJson, CountsBySeverityAndStatus) {
  // web: critical, high, medium, info and one suppressed; ops: critical and high unknown, medium, high (a bad address
  // is not among the policies).
  EXPECT_EQ(
      json_["summary"],
      Json({{"critical", 2}, {"high", 2}, {"medium", 2}, {"low", 0}, {"info", 1}, {"unknown", 2}, {"suppressed", 1}}));
}

TEST_F(AuditJson, LinesAreTheFindings) {
  std::istringstream lines{render_jsonl(sample_.report)};
  Json all = Json::array();
  for (std::string line; std::getline(lines, line);) all.push_back(Json::parse(line));
  EXPECT_EQ(all, json_["findings"]);
}

TEST(AuditJsonRegions, HavePortsOnlyWithProtocolsThatHaveThem) {
  Sample sample;
  fill_full(sample);
  auto& regions = sample.report.nsgs[0].audit.findings[0].region;
  policy::NamedRegion icmp = regions[0];
  icmp.region.protocols = net::protocol_set({net::kIcmp});
  icmp.protocols = {"icmp"};
  regions = {icmp};
  sample.report.nsgs[0].audit.findings[0].witness =
      policy::Witness{net::kIcmp, net::Ipv4{0xCB007107}, {}, std::string{"web-asg"}, {}};
  const Json found = Json::parse(render_json(sample.report))["findings"][0];
  EXPECT_EQ(found["region"],
            Json::array({Json{{"protocols", {"icmp"}}, {"source", {"Internet"}}, {"destination", {"*"}}}}));
  EXPECT_EQ(found["witness"], Json({{"protocol", "icmp"},
                                    {"source", "203.0.113.7"},
                                    {"sourcePort", nullptr},
                                    {"destination", "web-asg"},
                                    {"destinationPort", nullptr}}));
}

TEST(AuditJsonUndecided, NamesTheRulesForWhichTheBudgetRanOut) {
  Sample sample;
  fill_full(sample);
  sample.report.nsgs[0].audit.undecided = {1};
  const Json json = Json::parse(render_json(sample.report));
  EXPECT_EQ(json["nsgs"][0]["undecided"][0]["name"], "AllowRdpFromOps");
}

TEST(AuditJsonEmpty, IsAWholeDocumentWithoutInputs) {
  const Json json = Json::parse(render_json(AuditReport{}));
  EXPECT_EQ(json["nsgs"], Json::array());
  EXPECT_EQ(json["findings"], Json::array());
  EXPECT_EQ(json["summary"]["critical"], 0);
  EXPECT_EQ(render_jsonl(AuditReport{}), "");
}

}  // namespace
}  // namespace nsgcheck::io::render_json_test
