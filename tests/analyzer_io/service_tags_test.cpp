// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analyzer/io/reader.hpp"
#include "tests/analyzer_io/rule_line.hpp"

namespace nsgcheck::io::service_tags_test {
namespace {

using testing::ElementsAre;

// Both shapes of nsg-semantics 1.6.
constexpr const char* kWeekly = R"({"changeNumber": 215, "cloud": "Public", "values": [
  {"name": "Sql.WestEurope", "id": "Sql.WestEurope", "properties": {"changeNumber": 3, "region": "westeurope",
   "addressPrefixes": ["13.69.104.0/26", "13.69.104.64/26", "2603:1020:206:320::/59"], "networkFeatures": ["API", "NSG"]}},
  {"name": "Empty", "id": "Empty", "properties": {"changeNumber": 1, "addressPrefixes": []}}]})";
constexpr const char* kDiscovery = R"({"name": "Public", "changeNumber": "63", "cloud": "Public", "nextLink": null,
  "type": "Microsoft.Network/serviceTags", "values": [{"name": "ApiManagement", "serviceTagChangeNumber": "7",
  "properties": {"changeNumber": "7", "region": "", "state": "GA", "addressPrefixes": ["13.64.39.16/32"]}}]})";

TEST(ServiceTags, OfTheWeeklyFile) {
  const auto table = read_service_tags(document_of(kWeekly));
  ASSERT_TRUE(table.has_value()) << table.error().message;
  ASSERT_EQ(table->prefixes.size(), 2U);
  EXPECT_THAT(net::to_strings(table->prefixes.at("sql.westeurope")),
              ElementsAre("13.69.104.0/25", "2603:1020:206:320::/59"));
  EXPECT_TRUE(table->prefixes.at("empty").empty());
}

TEST(ServiceTags, OfTheDiscoveryAnswer) {
  const auto table = read_service_tags(document_of(kDiscovery));
  ASSERT_TRUE(table.has_value()) << table.error().message;
  EXPECT_THAT(net::to_strings(table->prefixes.at("apimanagement")), ElementsAre("13.64.39.16/32"));
}

struct TagFault {
  const char* name;
  const char* text;
  std::size_t column;
  const char* message;
};

TEST(ServiceTags, FaultsNamePlaceAndValue) {
  const TagFault cases[] = {
      {"BadPrefix", R"({"values":[{"name":"A","properties":{"addressPrefixes":["10.0.0.0/33"]}}]})", 57,
       "\"10.0.0.0/33\" is no address prefix"},
      {"PrefixIsNoText", R"({"values":[{"name":"A","properties":{"addressPrefixes":[10]}}]})", 57,
       "\"10\" is no address prefix"},
      {"SecondTagWithoutName",
       R"({"values":[{"name":"A","properties":{"addressPrefixes":[]}},{"properties":{"addressPrefixes":[]}}]})", 61,
       "a service tag without name or addressPrefixes"},
      {"OtherFile", R"({"values":[]})", 1, "no service tag file: no values[].properties.addressPrefixes in it"},
      {"List", "[]", 1, "no service tag file: no values[].properties.addressPrefixes in it"}};
  for (const TagFault& c : cases) {
    SCOPED_TRACE(c.name);
    const auto table = read_service_tags(document_of(c.text));
    ASSERT_FALSE(table.has_value());
    EXPECT_EQ(table.error().message, c.message);
    EXPECT_EQ(table.error().position.column, c.column);
    EXPECT_EQ(table.error().file, "folder/sample.json");
  }
}

}  // namespace
}  // namespace nsgcheck::io::service_tags_test
