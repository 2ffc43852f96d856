// SPDX-License-Identifier: Apache-2.0
#include "analyzer/io/flow_log.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <sstream>
#include <vector>

namespace nsgcheck::io::flow_log_test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// What a reader gave, each as one text: "LINE:COLUMN nsg/rule source:port" or "LINE:COLUMN error".
std::vector<std::string> read(const std::string& text) {
  std::istringstream in{text};
  std::vector<std::string> out;
  read_flow_log("log.json", in, [&](tl::expected<LoggedFlow, Diagnostic> flow) {
    const Position position = flow ? flow->position : flow.error().position;
    const std::string place = fmt::format("{}:{} ", position.line, position.column);
    if (flow)
      out.push_back(place + fmt::format("{}{}/{} {}:{}", flow->nsg.empty() ? flow->acl : flow->nsg,
                                        outside_nsgs(*flow) ? " (outside)" : "", flow->rule,
                                        net::to_string(flow->tuple.packet.source), flow->tuple.packet.source_port));
    else
      out.push_back(place + flow.error().message);
    return true;
  });
  return out;
}

std::string tuple(int port) { return fmt::format("\"1,203.0.113.7,10.0.0.4,{},3389,T,I,D,B,,,,\"", port); }

std::string record(const std::string& nsg, const std::string& tuples) {
  return R"({"resourceId":"/SUBSCRIPTIONS/S/PROVIDERS/MICROSOFT.NETWORK/NETWORKSECURITYGROUPS/)" + nsg +
         R"(","properties":{"Version":2,"flows":[{"rule":"UserRule_Deny","flows":[{"mac":"M","flowTuples":[)" + tuples +
         "]}]}]}}";
}

std::string blob(const std::string& records) { return R"({"records":[)" + records + "]}"; }

TEST(FlowLog, ReadsBlobsInEveryArrangement) {
  const std::string one = blob(record("WEB", tuple(1)));
  const std::string two = blob(record("WEB", tuple(2)));
  struct Row {
    const char* name;
    std::string text;
    std::vector<std::string> ports;
  };
  const std::vector<Row> rows{
      {"one blob", one, {"1"}},
      {"two records", blob(record("WEB", tuple(1)) + "," + record("WEB", tuple(2))), {"1", "2"}},
      {"records within records",
       blob(record("WEB", tuple(1)) + R"(,{"records":[)" + record("WEB", tuple(2)) + "]}"),
       {"1", "2"}},
      {"one behind the other", one + two, {"1", "2"}},
      {"one a line", one + "\n" + two + "\r\n\n", {"1", "2"}},
      {"records a line, without a wrapper", record("WEB", tuple(1)) + "\n" + record("WEB", tuple(2)), {"1", "2"}},
      {"a list of records", "[" + record("WEB", tuple(1)) + "," + record("WEB", tuple(2)) + "]", {"1", "2"}},
      {"a byte order mark", "\xEF\xBB\xBF" + one, {"1"}},
      {"no records", R"({"records":[]})", {}},
      {"nothing", " \n", {}},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    std::vector<std::string> ports;
    for (const std::string& each : read(row.text)) {
      EXPECT_NE(each.find(" WEB/Deny 203.0.113.7:"), std::string::npos) << each;
      ports.push_back(each.substr(each.rfind(':') + 1));
    }
    EXPECT_EQ(ports, row.ports);
  }
}

// Tools that rewrite JSON sort members, so that what a tuple belongs to stands behind it.
TEST(FlowLog, TheOrderOfMembersDoesNotMatter) {
  const std::string text = R"({"records":[{
  "properties": {"flows": [{"flows": [{"flowTuples": [)" +
                           tuple(7) + R"(], "mac": "M"}], "rule": "UserRule_Late"}]},
  "resourceId": "/x/networkSecurityGroups/web"}]})";
  EXPECT_THAT(read(text), ElementsAre("2:55 web/Late 203.0.113.7:7"));
}

TEST(FlowLog, ReadsVirtualNetworkLogs) {
  const std::string text = R"({"records":[{"flowLogVersion":4,"macAddress":"M","flowRecords":{"flows":[
{"aclID":"00aa00aa-bb11-cc22-dd33-44ee44ee44ee","flowGroups":[{"rule":"DefaultRule_AllowInternetOutBound","flowTuples":[
"1663146003599,10.0.0.6,192.0.2.180,23956,443,6,O,B,NX,0,0,0,0"]}]},
{"aclID":"/subscriptions/S/providers/Microsoft.Network/networkSecurityGroups/web","flowGroups":[{"rule":"UserRule_UserRule_x","flowTuples":[
"1663146003599,10.0.0.6,192.0.2.180,23957,443,6,O,D,NX,0,0,0,0"]}]},
{"aclID":"unspecified","flowGroups":[{"rule":"unspecified","flowTuples":[
"1663146003599,10.0.0.6,192.0.2.180,23958,443,6,O,D,NX_NOT_ACCEPTED,0,0,0,0"]}]},
{"aclID":"0","flowGroups":[{"rule":"PlatformRule","flowTuples":[
"1663146003599,10.0.0.6,192.0.2.180,23959,443,6,O,B,NX,0,0,0,0"]}]}]}}]})";
  EXPECT_THAT(read(text),
              ElementsAre("3:1 00aa00aa-bb11-cc22-dd33-44ee44ee44ee/AllowInternetOutBound 10.0.0.6:23956",
                          "5:1 web/UserRule_x 10.0.0.6:23957", "7:1 unspecified (outside)/unspecified 10.0.0.6:23958",
                          "9:1 0 (outside)/PlatformRule 10.0.0.6:23959"));
}

TEST(FlowLog, OneDamagedTupleLeavesTheOthers) {
  const auto got = read(blob(record("WEB", tuple(1) + ",\"nonsense\",17," + tuple(2))));
  ASSERT_EQ(got.size(), 4U);
  EXPECT_NE(got[0].find("the flow tuple \"nonsense\" has 1 fields instead of 8 or 13"), std::string::npos) << got[0];
  EXPECT_NE(got[1].find("a flow tuple is no text"), std::string::npos) << got[1];
  EXPECT_TRUE(got[2].ends_with(":1")) << got[2];
  EXPECT_TRUE(got[3].ends_with(":2")) << got[3];
}

TEST(FlowLog, AfterBrokenJsonItGoesOnAtTheNextObject) {
  const std::string good = blob(record("WEB", tuple(2)));
  const std::string cut = blob(record("WEB", tuple(1) + ",")).substr(0, blob(record("WEB", tuple(1))).size() - 7);
  struct Row {
    const char* name;
    std::string text;
    std::vector<std::string> parts;  ///< of what is given, in order
  };
  const std::vector<Row> rows{
      {"the blob is cut", cut, {"203.0.113.7:1", "the flow log ends in the middle of its JSON"}},
      {"a cut line, then a good one", cut + "\n" + good, {"203.0.113.7:1", "JSON is broken", "203.0.113.7:2"}},
      {"no JSON, then a good line", "{records}\n" + good, {"JSON is broken", "203.0.113.7:2"}},
      {"half a byte order mark", "\xBF\n" + good, {"JSON is broken", "203.0.113.7:2"}},
      {"a value where an object belongs",
       "17\n" + good,
       {"a flow log holds objects, not single values", "203.0.113.7:2"}},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    const auto got = read(row.text);
    ASSERT_EQ(got.size(), row.parts.size()) << testing::PrintToString(got);
    for (std::size_t i = 0; i < got.size(); ++i) EXPECT_THAT(got[i], testing::HasSubstr(row.parts[i]));
  }
}

TEST(FlowLog, HostileInputIsBounded) {
  EXPECT_THAT(read(std::string(100'000, '[')), ElementsAre("1:513 the flow log's JSON nests deeper than 512 levels"));
  const auto long_value = read("{\"records\":[{\"time\":\"" + std::string(3U << 20, 'x') + "\"}]}");
  ASSERT_EQ(long_value.size(), 1U);
  EXPECT_NE(long_value[0].find("a value of more than 1 MiB"), std::string::npos);
  // A record of more tuples than are held at once.
  std::string tuples = tuple(0);
  for (int i = 1; i < 70'000; ++i) tuples += "," + tuple(i % 60'000);
  EXPECT_EQ(read(blob(record("WEB", tuples))).size(), 70'000U);
}

TEST(FlowLog, StopsWhenItIsTold) {
  std::istringstream in{blob(record("WEB", tuple(1) + "," + tuple(2)))};
  int given = 0;
  read_flow_log("log.json", in, [&](const auto&) { return ++given < 1; });
  EXPECT_EQ(given, 1);
}

TEST(FlowLog, IsKnownByItsBeginning) {
  EXPECT_TRUE(looks_like_flow_log(blob("")));
  EXPECT_TRUE(looks_like_flow_log("\xEF\xBB\xBF  " + blob("")));
  EXPECT_TRUE(looks_like_flow_log(R"([{"flowRecords":{)"));
  EXPECT_FALSE(looks_like_flow_log(R"({"direction":"in"})"));
  EXPECT_FALSE(looks_like_flow_log("direction,\"records\"\n"));
  EXPECT_FALSE(looks_like_flow_log(""));
}

}  // namespace
}  // namespace nsgcheck::io::flow_log_test
