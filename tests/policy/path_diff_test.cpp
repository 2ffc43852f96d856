// SPDX-License-Identifier: Apache-2.0
// What a change of NSGs means for whole ways through a deployment.
#include "analyzer/policy/path_diff.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "analyzer/model/rule_text.hpp"
#include "tests/support/rule_line.hpp"

namespace nsgcheck::policy::path_diff_test {
namespace {

using Lines = std::vector<std::string>;

net::IpAddress address(const std::string& text) { return *net::parse_address(text); }

model::Nsg nsg(const std::string& name, const Lines& lines) {
  model::Nsg out = support::nsg_of(lines);
  out.name = name;
  return out;
}

/// One machine, 10.0.0.4, behind the NSG of its subnet and that of its NIC.
model::Deployment deployment() {
  model::Deployment out;
  out.network = model::default_context();
  out.nsgs = {nsg("front", {}), nsg("nic", {})};
  model::Subnet subnet;
  subnet.name = "web";
  subnet.prefixes = {net::parse_prefix("10.0.0.0/24")->prefix};
  subnet.nsg = 0;
  out.subnets.push_back(subnet);
  model::Instance instance;
  instance.name = "WebRole1_IN_0";
  instance.addresses = {address("10.0.0.4")};
  instance.nsg = 1;
  model::Role role;
  role.name = "WebRole1";
  role.subnet = 0;
  role.instances.push_back(instance);
  out.roles.push_back(role);
  return out;
}

struct Row {
  const char* name;
  Lines front_before, front_after, nic_before, nic_after;
  Lines said;  ///< "+ region" newly arrives, "- region" newly lost, "= stage rule" still stopped there
};

const Lines kOpen{"100 Allow Inbound Tcp 203.0.113.0/24 * * 3389"};
const Lines kWide{"100 Allow Inbound Tcp 203.0.113.0/24 * * 22-3389"};
const Row kRows[] = {
    {"NothingChanged", kOpen, kOpen, kOpen, kOpen, {}},
    {"OpenedWhereTheNicWasOpen", {}, kOpen, kOpen, kOpen, {"+ tcp 3389 from 203.0.113.0/24"}},
    {"TheNicStillDenies", {}, kOpen, {}, {}, {"= nic DenyAllInBound"}},
    {"TheNicLetsAPartThrough", {}, kWide, kOpen, kOpen, {"+ tcp 3389 from 203.0.113.0/24"}},
    {"Closed", kOpen, {}, kOpen, kOpen, {"- tcp 3389 from 203.0.113.0/24"}},
    {"ClosedBehindAClosedNic", kOpen, {}, {}, {}, {"= nic DenyAllInBound"}},
    {"OneOpensTheOtherCloses", {}, kOpen, kOpen, {}, {"= nic DenyAllInBound", "= subnet DenyAllInBound"}},
};

class PathDiff : public testing::TestWithParam<Row> {
 protected:
  PathDiff() {
    sides_[0] = nsg("Front", GetParam().front_before);
    sides_[1] = nsg("front", GetParam().front_after);
    sides_[2] = nsg("nic", GetParam().nic_before);
    sides_[3] = nsg("nic", GetParam().nic_after);
    diffs_ = {compare({&sides_[0], &sides_[1]}, model::default_context(), false),
              compare({&sides_[2], &sides_[3]}, model::default_context(), false)};
    pair_ = with_sides(deployment(), diffs_);
  }

  std::array<model::Nsg, 4> sides_;
  std::vector<NsgDiff> diffs_;
  DeploymentPair pair_;
};

TEST_P(PathDiff, SaysWhatArrivesAndWhatIsStoppedWhere) {
  Lines said;
  for (const PathChange& one : path_changes(pair_, diffs_)) {
    EXPECT_TRUE(one.unknown.empty());
    const char* sign = one.change->shift == engine::Shift::NewlyAllowed ? "+ " : "- ";
    for (const NamedRegion& region : one.arrives)
      said.push_back(sign + service(region) + " from " + enumerate(net::to_strings(region.region.source.addresses)));
    for (const PathStage& stage : one.stopped_by)
      for (const ModelRule rule : stage.answer.judgement.decided_by)
        said.push_back("= " + std::string{stage.applied_to} + ' ' + stage.rules->rules[rule].name);
  }
  EXPECT_EQ(said, GetParam().said);
}

bool holds(const std::vector<PathChange>& changes, engine::Shift shift, const net::IpAddress& from, net::Port port) {
  return std::any_of(changes.begin(), changes.end(), [&](const PathChange& one) {
    return one.change->shift == shift && one.change->direction == net::Direction::Inbound &&
           std::any_of(one.arrives.begin(), one.arrives.end(), [&](const NamedRegion& region) {
             return region.region.source.addresses.contains(from) && region.region.destination_ports.contains(port) &&
                    region.region.protocols[net::kTcp.number];
           });
  });
}

// Single packets through the tables of both deployments, around every edge of the rules.
TEST_P(PathDiff, AgreesWithSinglePackets) {
  const auto changes = path_changes(pair_, diffs_);
  const FlowPaths before{pair_.before};
  const FlowPaths after{pair_.after};
  for (const char* source : {"203.0.112.255", "203.0.113.0", "203.0.113.255", "203.0.114.0", "10.0.0.5"}) {
    for (const net::Port port : {net::Port{21}, net::Port{22}, net::Port{3388}, net::Port{3389}, net::Port{3390}}) {
      FlowQuery packet;
      packet.direction = net::Direction::Inbound;
      packet.protocols = net::protocol_set({net::kTcp});
      packet.from = model::parse_address_item(source, {}, false);
      packet.to = model::parse_address_item("10.0.0.4", {}, false);
      packet.source_port = net::Port{50000};
      packet.destination_port = port;
      const auto was = before.judge(packet);
      const auto is = after.judge(packet);
      ASSERT_TRUE(was && is);
      const bool passed = was->verdict == engine::Verdict::Allow;
      const bool passes = is->verdict == engine::Verdict::Allow;
      EXPECT_EQ(holds(changes, engine::Shift::NewlyAllowed, address(source), port), passes && !passed)
          << source << ' ' << port;
      EXPECT_EQ(holds(changes, engine::Shift::NewlyDenied, address(source), port), passed && !passes)
          << source << ' ' << port;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Rows, PathDiff, testing::ValuesIn(kRows), [](const auto& row) { return row.param.name; });

TEST(PathDiffPlaces, AnNsgThatStandsNowhereIsSaid) {
  const model::Nsg before = nsg("elsewhere", {});
  const model::Nsg after = nsg("elsewhere", kOpen);
  const std::vector<NsgDiff> diffs{compare({&before, &after}, model::default_context(), false)};
  const DeploymentPair pair = with_sides(deployment(), diffs);
  EXPECT_FALSE(pair.stands.front());
  EXPECT_TRUE(path_changes(pair, diffs).empty());
}

TEST(PathDiffPlaces, ASideWithoutTheNsgFiltersNothingThere) {
  const model::Nsg after = nsg("front", {});
  const std::vector<NsgDiff> diffs{compare({nullptr, &after}, model::default_context(), false)};
  const DeploymentPair pair = with_sides(deployment(), diffs);
  EXPECT_FALSE(pair.before.subnets.front().nsg);
  EXPECT_TRUE(pair.after.subnets.front().nsg);
}

}  // namespace
}  // namespace nsgcheck::policy::path_diff_test
