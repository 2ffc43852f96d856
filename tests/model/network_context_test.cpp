// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/network_context.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace nsgcheck::model::network_context_test {
namespace {

net::AddressSet set_of(const char* block) {
  const auto parsed = net::parse_prefix(block);
  EXPECT_TRUE(parsed) << block;
  return parsed ? net::AddressSet::of(parsed->prefix) : net::AddressSet{};
}

struct Row {
  const char* tag;
  const char* address;
  bool inside;
};

TEST(DefaultContext, EdgesOfTheSpecialTags) {
  const std::vector<Row> rows{
      {"VirtualNetwork", "9.255.255.255", false},
      {"VirtualNetwork", "10.0.0.0", true},
      {"VirtualNetwork", "10.255.255.255", true},
      {"VirtualNetwork", "11.0.0.0", false},
      {"VirtualNetwork", "172.15.255.255", false},
      {"VirtualNetwork", "172.16.0.0", true},
      {"VirtualNetwork", "172.31.255.255", true},
      {"VirtualNetwork", "172.32.0.0", false},
      {"VirtualNetwork", "192.168.0.0", true},
      {"VirtualNetwork", "192.168.255.255", true},
      {"VirtualNetwork", "192.169.0.0", false},
      {"VirtualNetwork", "168.63.129.15", false},
      {"VirtualNetwork", "168.63.129.16", true},
      {"VirtualNetwork", "168.63.129.17", false},
      {"VirtualNetwork", "fbff:ffff::", false},
      {"VirtualNetwork", "fc00::", true},
      {"VirtualNetwork", "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", true},
      {"VirtualNetwork", "fe00::", false},
      {"AzureLoadBalancer", "168.63.129.15", false},
      {"AzureLoadBalancer", "168.63.129.16", true},
      {"AzureLoadBalancer", "168.63.129.17", false},
      {"AzureLoadBalancer", "fe80::1234:5678:9abb", false},
      {"AzureLoadBalancer", "fe80::1234:5678:9abc", true},
      {"AzureLoadBalancer", "fe80::1234:5678:9abd", false},
      {"Internet", "0.0.0.0", false},
      {"Internet", "0.255.255.255", false},
      {"Internet", "1.0.0.0", true},
      {"Internet", "9.255.255.255", true},
      {"Internet", "10.0.0.0", false},
      {"Internet", "11.0.0.0", true},
      {"Internet", "100.63.255.255", true},
      {"Internet", "100.64.0.0", false},
      {"Internet", "100.127.255.255", false},
      {"Internet", "100.128.0.0", true},
      {"Internet", "126.255.255.255", true},
      {"Internet", "127.0.0.1", false},
      {"Internet", "128.0.0.0", true},
      {"Internet", "169.253.255.255", true},
      {"Internet", "169.254.169.254", false},
      {"Internet", "169.255.0.0", true},
      {"Internet", "168.63.129.16", false},
      {"Internet", "168.63.129.17", true},
      {"Internet", "172.31.0.100", false},
      {"Internet", "192.0.2.1", true},
      {"Internet", "198.18.0.1", true},
      {"Internet", "203.0.113.7", true},
      {"Internet", "223.255.255.255", true},
      {"Internet", "224.0.0.0", false},
      {"Internet", "239.255.255.255", false},
      {"Internet", "240.0.0.0", false},
      {"Internet", "255.255.255.255", false},
      {"Internet", "1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", false},
      {"Internet", "2000::", true},
      {"Internet", "2001:db8::1", true},
      {"Internet", "3fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", true},
      {"Internet", "4000::", false},
      {"Internet", "fc00::1", false},
      {"Internet", "::1", false},
  };
  const NetworkContext context = default_context();
  EXPECT_TRUE(context.virtual_network_assumed);
  for (const Row& row : rows) {
    SCOPED_TRACE(std::string{row.tag} + ' ' + row.address);
    const auto set = tag_set(row.tag, context);
    ASSERT_TRUE(set);
    EXPECT_EQ(set->contains(*net::parse_address(row.address)), row.inside);
  }
}

TEST(Internet, LosesTheVirtualNetworkAndNeverGainsPrivateSpace) {
  const net::AddressSet public_network = set_of("203.0.113.0/24") | set_of("2001:db8::/32");
  const net::AddressSet rest = internet(public_network);
  EXPECT_FALSE(rest.contains(*net::parse_address("203.0.113.7")));
  EXPECT_TRUE(rest.contains(*net::parse_address("203.0.112.255")));
  EXPECT_FALSE(rest.contains(*net::parse_address("2001:db8::1")));
  EXPECT_TRUE(rest.contains(*net::parse_address("2001:db9::1")));
  EXPECT_FALSE(rest.contains(*net::parse_address("10.0.0.4"))) << "private and not in the network is neither";
  EXPECT_TRUE(rest.contains(*net::parse_address("168.63.129.16"))) << "not in this network";
}

TEST(Internet, IsEmptyBehindADefaultRoute) {
  EXPECT_TRUE(internet(set_of("0.0.0.0/0")).v4.empty());
  EXPECT_FALSE(internet(set_of("0.0.0.0/0")).v6.empty());
  EXPECT_TRUE(internet(net::AddressSet::any()).empty());
}

TEST(TagSet, SpellingsAndTable) {
  NetworkContext context = default_context();
  context.service_tags.prefixes["sql.westeurope"] = set_of("40.68.37.158/32");
  EXPECT_EQ(tag_set("virtual_NETWORK", context), context.virtual_network);
  EXPECT_EQ(tag_set("AZURE_LOADBALANCER", context), azure_load_balancer());
  EXPECT_EQ(tag_set("INTERNET", context), internet(context.virtual_network));
  EXPECT_EQ(tag_set("Sql.WestEurope", context), set_of("40.68.37.158/32"));
  EXPECT_EQ(tag_set("Sql", context), std::nullopt) << "no data is not empty";
  EXPECT_EQ(tag_set("CorpNetSaw", context), std::nullopt);
}

TEST(TagSet, FollowsTheNetworkOfTheContext) {
  NetworkContext context = default_context();
  context.virtual_network = set_of("10.1.0.0/16");
  EXPECT_EQ(tag_set("VirtualNetwork", context), set_of("10.1.0.0/16"));
}

struct WithinRow {
  const char* inner;
  const char* outer;
  bool inside;
};

TEST(TagWithin, Table) {
  const std::vector<WithinRow> rows{
      {"Storage", "storage", true},
      {"Storage.WestUS", "Storage", true},
      {"storage.westus", "STORAGE", true},
      {"Storage", "Storage.WestUS", false},
      {"Storage.WestUS", "Storage.EastUS", false},
      {"StorageSyncService", "Storage", false},
      {"Storage.", "Storage", false},
      {"AzureCloud.westus", "AzureCloud", true},
      {"AzureCloud", "AzureCloud.westus", false},
      {"Sql", "AzureCloud", true},
      {"Sql.WestEurope", "AzureCloud", true},
      {"Sql", "AzureCloud.westeurope", false},
      {"Sql", "Storage", false},
      {"Sql", "Internet", true},
      {"AzureCloud", "Internet", true},
      {"AzureCloud.westus", "INTERNET", true},
      {"Internet", "Internet", true},
      {"Internet", "AzureCloud", false},
      {"Internet", "VirtualNetwork", false},
      {"VirtualNetwork", "VIRTUAL_NETWORK", true},
      {"VirtualNetwork", "Internet", false},
      {"VirtualNetwork", "AzureCloud", false},
      {"AzureLoadBalancer", "AZURE_LOADBALANCER", true},
      {"AzureLoadBalancer", "VirtualNetwork", false},
      {"AzureLoadBalancer", "Internet", false},
      {"AzureLoadBalancer", "AzureCloud", false},
      {"Sql", "VirtualNetwork", false},
      {"Sql", "AzureLoadBalancer", false},
      {"VirtualNetwork.westus", "VirtualNetwork", false},
      {"AzurePlatformDNS", "AzurePlatformDNS", true},
      {"AzurePlatformDNS", "Internet", false},
      {"AzurePlatformIMDS", "AzureCloud", false},
  };
  for (const WithinRow& row : rows) {
    SCOPED_TRACE(std::string{row.inner} + " in " + row.outer);
    EXPECT_EQ(tag_within(row.inner, row.outer), row.inside);
  }
}

TEST(IsRentable, AzureCloudAndItsRegions) {
  EXPECT_TRUE(is_rentable("AzureCloud"));
  EXPECT_TRUE(is_rentable("azurecloud.WestEurope"));
  EXPECT_FALSE(is_rentable("AzureCloudX"));
  EXPECT_FALSE(is_rentable("Storage"));
  EXPECT_FALSE(is_rentable("Internet"));
}

struct WordRow {
  const char* text;
  bool is_tag;
};

TEST(IsTagWord, Table) {
  const std::vector<WordRow> rows{
      {"Internet", true},
      {"AzurePlatformDNS", true},
      {"AzureCloud.westus2", true},
      {"Corp-Net", true},
      {"CorpNetSaw", true},
      {"x", true},
      {"", false},
      {"9Tag", false},
      {".Tag", false},
      {"-Tag", false},
      {"My Tag", false},
      {"MY_TAG", false},
      {"[parameters('x')]", false},
      {"<nw>", false},
      {"10.0.0.4", false},
      {"fe80::1", false},
      {"*", false},
      {"any", false},
      {"ANY", false},
      {"all", false},
      {"Default", false},
      {"string", false},
      {"none", false},
      {"null", false},
      {"unknown", false},
      {"placeholder", false},
      {"anyone", true},
      {"Defaults", true},
  };
  for (const WordRow& row : rows) {
    SCOPED_TRACE(row.text);
    EXPECT_EQ(is_tag_word(row.text), row.is_tag);
  }
}

}  // namespace
}  // namespace nsgcheck::model::network_context_test
