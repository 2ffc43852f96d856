// SPDX-License-Identifier: Apache-2.0
// Groups without members are told from each other by their ids, and what may be the same stays open.
#include <gtest/gtest.h>

#include "analyzer/engine/ask.hpp"
#include "analyzer/engine/diff.hpp"
#include "analyzer/engine/resolve.hpp"
#include "analyzer/model/rule_text.hpp"
#include "tests/support/rule_line.hpp"

namespace nsgcheck::engine::group_test {
namespace {

const std::string kRg1 = "asg:/subscriptions/s/resourceGroups/rg1/providers/N/applicationSecurityGroups/web";
const std::string kRg2 = "asg:/subscriptions/s/resourceGroups/rg2/providers/N/applicationSecurityGroups/web";
const std::string kRg1Upper = "asg:/SUBSCRIPTIONS/S/RESOURCEGROUPS/RG1/PROVIDERS/N/APPLICATIONSECURITYGROUPS/WEB";

struct Row {
  const char* name;
  std::string denied, allowed;
  Verdict verdict;  ///< of tcp 3389 to 10.0.0.4, which may be a member of either
  bool equal;       ///< a rule that allows one instead of the other changes nothing
};

const Row kRows[]{
    {"the same id", kRg1, kRg1, Verdict::Deny, true},
    {"the same id in another case", kRg1, kRg1Upper, Verdict::Deny, true},
    {"one name in two resource groups", kRg1, kRg2, Verdict::Unknown, false},
    {"a name and an id of that name", "asg:web", kRg1, Verdict::Unknown, false},
    {"an id and its name", kRg1, "asg:web", Verdict::Unknown, false},
    {"the same name", "asg:web", "asg:WEB", Verdict::Deny, true},
    {"other names", "asg:web", "asg:db", Verdict::Unknown, false},
};

// A deny of one and then an allow of the other: where both may match, both may decide (semantics 2).
TEST(Group, DenyBeforeAllow) {
  for (const Row& row : kRows) {
    SCOPED_TRACE(row.name);
    const Filter filter{resolve(support::nsg_of({"100 Deny Inbound Tcp * * " + row.denied + " 3389",
                                                 "110 Allow Inbound Tcp * * " + row.allowed + " 3389"}),
                                Direction::Inbound, model::default_context())};
    FlowSet flows{net::protocol_set({net::kTcp}), {}, net::PortSet::all(), {}, net::PortSet::range(3389, 3389)};
    flows.source.known = net::AddressSet::of(net::Ipv4{0xCB007107});
    flows.destination.known = net::AddressSet::of(net::Ipv4{0x0A000004});
    const Answer answer = ask(filter, flows, View::Allowed);
    EXPECT_EQ(verdict(answer), row.verdict);
    if (row.verdict == Verdict::Unknown) {
      EXPECT_EQ(answer.reason, Reason::AsgWithoutMembers);
    }
  }
}

TEST(Group, OneForTheOther) {
  for (const Row& row : kRows) {
    SCOPED_TRACE(row.name);
    const model::Nsg before = support::nsg_of({"100 Allow Inbound Tcp * * " + row.denied + " 3389"});
    const model::Nsg after = support::nsg_of({"100 Allow Inbound Tcp * * " + row.allowed + " 3389"});
    const FilterDiff found = diff(&before, &after, Direction::Inbound, model::default_context());
    EXPECT_EQ(found.differences.empty(), row.equal);
  }
}

// In a question a bare name means the group that the rules call so, if only one can be meant.
TEST(Group, AskedByName) {
  struct Asked {
    const char* name;
    std::vector<std::string> rules;
    bool settled;
  };
  const Asked rows[]{
      {"one group", {"100 Allow Inbound Tcp " + kRg1 + " * * 443"}, true},
      {"two of that name",
       {"100 Allow Inbound Tcp " + kRg1 + " * * 443", "110 Deny Inbound Tcp " + kRg2 + " * * 443"},
       false},
  };
  for (const Asked& row : rows) {
    SCOPED_TRACE(row.name);
    ResolvedRules rules = resolve(support::nsg_of(row.rules), Direction::Inbound, model::default_context());
    FlowSet flows{net::protocol_set({net::kTcp}), {}, net::PortSet::all(), {}, net::PortSet::range(443, 443)};
    flows.source = resolve_addresses({model::asg_item("web", {})}, model::default_context(), rules.symbols);
    flows.destination.known = net::AddressSet::of(net::Ipv4{0x0A000004});
    const bool settled = flows.source.symbols.front() < 1 && rules.symbols.size() == 1;
    EXPECT_EQ(settled, row.settled);
  }
}

}  // namespace
}  // namespace nsgcheck::engine::group_test
