// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/application_group.hpp"

#include <gtest/gtest.h>

#include "analyzer/net/text.hpp"

namespace nsgcheck::model::application_group_test {
namespace {

const std::string kRg1Web =
    "/subscriptions/s/resourceGroups/rg1/providers/Microsoft.Network/applicationSecurityGroups/web";
const std::string kRg2Web =
    "/subscriptions/s/resourceGroups/rg2/providers/Microsoft.Network/applicationSecurityGroups/web";
const std::string kOtherSubscription =
    "/subscriptions/t/resourceGroups/rg1/providers/Microsoft.Network/applicationSecurityGroups/web";
const std::string kOpenGroup =
    "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroup}/providers/Microsoft.Network/"
    "applicationSecurityGroups/WEB";

TEST(ApplicationGroup, SurelyDifferent) {
  struct Row {
    const char* name;
    std::string a, b;
    bool differ;
  };
  const Row rows[]{
      {"the same id", kRg1Web, kRg1Web, false},
      {"other resource groups", kRg1Web, kRg2Web, true},
      {"other subscriptions", kRg1Web, kOtherSubscription, true},
      {"other names", "web", "db", true},
      {"a name and an id that ends in it", "web", kRg1Web, false},
      {"a resource group that is known at deployment only", kOpenGroup, kRg2Web, false},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(are_different_groups(row.a, row.b), row.differ);
    EXPECT_EQ(are_different_groups(row.b, row.a), row.differ);
  }
}

TEST(ApplicationGroup, ShortForPeople) {
  EXPECT_EQ(short_group(kRg1Web), "rg1/web");
  EXPECT_EQ(short_group(kOpenGroup), "WEB");
  EXPECT_EQ(short_group("web"), "web");
}

// A deployment file gives members by name (interface 6), the resources of an input by id.
TEST(ApplicationGroup, Members) {
  struct Row {
    const char* name;
    std::string key, asked;
    bool found;
  };
  const Row rows[]{
      {"by name", "web", "Web", true},
      {"of an id by its last segment", "web", kRg2Web, true},
      {"by id", kRg1Web, kRg1Web, true},
      {"not those of a namesake", kRg1Web, kRg2Web, false},
      {"a bare name may mean another group of that name", kRg1Web, "web", false},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    NetworkContext context = default_context();
    context.asg_members[net::lower(row.key)] = net::AddressSet::of(net::Ipv4{0x0A000009});
    EXPECT_EQ(members_of_group(row.asked, context) != nullptr, row.found);
  }
}

}  // namespace
}  // namespace nsgcheck::model::application_group_test
