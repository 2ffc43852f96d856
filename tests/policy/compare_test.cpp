// SPDX-License-Identifier: Apache-2.0
// What a comparison says in words, and in which order.
#include "analyzer/policy/compare.hpp"

#include <gtest/gtest.h>

#include "tests/support/rule_line.hpp"

namespace nsgcheck::policy::compare_test {
namespace {

using Lines = std::vector<std::string>;

NsgDiff compare_lines(const Lines& before, const Lines& after) {
  static std::vector<std::unique_ptr<model::Nsg>> kept;
  for (const Lines* lines : {&before, &after}) kept.push_back(std::make_unique<model::Nsg>(support::nsg_of(*lines)));
  return compare({kept[kept.size() - 2].get(), kept.back().get()}, model::default_context(), false);
}

struct Row {
  const char* name;
  Lines before, after;
  Lines said;  ///< allowed with "+ ", denied with "- ", unknown with "? ", in the order of the lists
  DiffStatus status;
};

const Row kRows[] = {
    {"Equal",
     {"100 Allow Inbound Tcp 8.8.8.8 * * 22"},
     {"200 Allow Inbound Tcp 8.8.8.8 * * 22"},
     {},
     DiffStatus::Equal},
    {"TagsOfTheNetworkByName",
     {},
     {"100 Allow Inbound Tcp Internet * VirtualNetwork 3389"},
     {"+ tcp 3389 from Internet to VirtualNetwork"},
     DiffStatus::Changed},
    // The default rules let the virtual network and the balancer in already.
    {"LongListsByWhatTheyLeaveOut",
     {},
     {"100 Allow Inbound Tcp * * * 22"},
     {"+ tcp 22 from any but AzureLoadBalancer to any but VirtualNetwork",
      "+ tcp 22 from any but VirtualNetwork and AzureLoadBalancer to VirtualNetwork"},
     DiffStatus::Changed},
    {"TheInternetAndManagementPortsFirst",
     {},
     {"100 Allow Inbound Tcp 172.32.0.0/24 * 10.0.0.4 443", "110 Allow Inbound Tcp 100.64.0.0/24 * 10.0.0.4 3389",
      "120 Allow Inbound Tcp 172.33.0.0/24 * 10.0.0.4 3389", "130 Allow Inbound Tcp Internet * 10.0.0.4 3389"},
     {"+ tcp 3389 from Internet but 172.33.0.0/24 to 10.0.0.4/32", "+ tcp 3389 from 172.33.0.0/24 to 10.0.0.4/32",
      "+ tcp 443 from 172.32.0.0/24 to 10.0.0.4/32", "+ tcp 3389 from 100.64.0.0/24 to 10.0.0.4/32"},
     DiffStatus::Changed},
    {"SourcePorts",
     {"100 Allow Inbound Udp 8.8.8.8 53 * *"},
     {},
     {"- udp from 8.8.8.8/32 (source port 53)"},
     DiffStatus::Changed},
    {"OutboundHasItsOwnRules",
     {},
     {"100 Deny Outbound Tcp * * Internet 25"},
     {"- tcp 25 from any to Internet"},
     DiffStatus::Changed},
    {"IcmpWithoutPorts",
     {},
     {"100 Allow Inbound Icmp 8.8.8.8 * * *"},
     {"+ icmp and icmpv6 from 8.8.8.8/32"},
     DiffStatus::Changed},
    {"ProtocolsWithoutPorts",
     {},
     {"100 Allow Inbound * 8.8.8.8 * * 22"},
     {"+ tcp, udp and sctp 22 from 8.8.8.8/32", "? protocols without ports from 8.8.8.8/32"},
     DiffStatus::Changed},
    {"NothingButUnknown",
     {},
     {"100 Allow Inbound Tcp 789 * * 22"},
     {"? tcp 22 from any but AzureLoadBalancer to any but VirtualNetwork",
      "? tcp 22 from any but VirtualNetwork and AzureLoadBalancer to VirtualNetwork"},
     DiffStatus::Unknown},
};

TEST(Compare, SaysChangesInWords) {
  for (const Row& row : kRows) {
    SCOPED_TRACE(row.name);
    const NsgDiff diff = compare_lines(row.before, row.after);
    Lines said;
    for (const auto& [mark, list] : {std::pair{"+ ", &diff.allowed}, {"- ", &diff.denied}, {"? ", &diff.unknown}})
      for (const Change& change : *list) {
        said.push_back(mark + change.words);
        EXPECT_TRUE(change.witness.has_value()) << change.words;
      }
    EXPECT_EQ(said, row.said);
    EXPECT_EQ(diff.status, row.status);
    EXPECT_EQ(diff.is_equivalent(), row.said.empty());
  }
}

}  // namespace
}  // namespace nsgcheck::policy::compare_test
