// SPDX-License-Identifier: Apache-2.0
#include "analyzer/policy/flow_path.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <random>

#include "analyzer/io/flow_file.hpp"
#include "tests/path/base_deployment.hpp"

namespace nsgcheck::path::flow_path_test {
namespace {

using testing::ElementsAreArray;

io::FlowRow flow(const std::string& direction, const std::string& protocol, const std::string& from,
                 const std::string& to, const std::string& port, const std::string& source_port = "50000") {
  const auto row = io::parse_flow({direction, protocol, from, source_port, to, port, {}, {}});
  if (!row) std::abort();
  return *row;
}

// "outbound WebRole1_IN_0 subnet web-nsg allow R0", stage by stage; a stage that nothing gets to is in brackets.
std::vector<std::string> lines_of(const policy::PathAnswer& answer, const model::Deployment& deployment) {
  std::vector<std::string> out;
  for (const policy::FlowWay& way : answer.ways) {
    for (const policy::PathStage& stage : way.stages) {
      std::string line = std::string{model::name(stage.direction)} + ' ' + policy::end_name(stage.at, deployment) +
                         ' ' + std::string{stage.applied_to.empty() ? "none" : stage.applied_to};
      if (stage.kind == policy::StageKind::Nsg) line += ' ' + stage.rules->name;
      line += ' ' + std::string{engine::name(stage.answer.judgement.verdict)};
      for (const policy::ModelRule rule : stage.answer.judgement.decided_by)
        line += ' ' + stage.rules->rules[rule].name;
      out.push_back(stage.behind_deny ? '(' + line + ')' : line);
    }
  }
  return out;
}

/// A flow through the base deployment as changed, the stages that it passes and what they say together.
struct PathCase {
  std::string name;
  std::function<void(model::Deployment&)> change;
  io::FlowRow flow;
  std::vector<std::string> stages;
  engine::Verdict verdict;
  std::vector<std::string> assumptions;
};

void as_it_is(model::Deployment& /*deployment*/) {}

std::vector<PathCase> packet_cases() {
  using engine::Verdict;
  const auto nic = [](const std::string& line) {
    return [line](model::Deployment& d) {
      d.nsgs.push_back(nsg("nic-nsg", {line}));
      d.roles[1].instances[0].nsg = 2;
    };
  };
  const auto admin = [](const std::string& line, bool always) {
    return [line, always](model::Deployment& d) { d.admin_rules = {admin_rule(line, always)}; };
  };
  return {
      {"from outside only the destination's stages count",
       as_it_is,
       flow("in", "tcp", "203.0.113.7", "10.0.0.4", "20000"),
       {"inbound WebRole1_IN_0 subnet web-nsg allow R0"},
       Verdict::Allow,
       {}},
      {"between instances those of both ends do",
       as_it_is,
       flow("in", "tcp", "10.0.0.4", "10.0.1.6", "3389"),
       {"outbound WebRole1_IN_0 subnet web-nsg allow AllowVnetOutBound",
        "inbound WorkerRole1_IN_0 subnet work-nsg allow AllowVnetInBound"},
       Verdict::Allow,
       {}},
      {"traffic inside a subnet passes its NSG twice",
       as_it_is,
       flow("out", "tcp", "10.0.0.4", "10.0.0.5", "3389"),
       {"outbound WebRole1_IN_0 subnet web-nsg allow AllowVnetOutBound",
        "inbound WebRole1_IN_1 subnet web-nsg allow AllowVnetInBound"},
       Verdict::Allow,
       {}},
      {"inbound the subnet comes before the NIC",
       nic("100 Deny Inbound Tcp * * * 3389"),
       flow("in", "tcp", "10.0.0.4", "10.0.1.6", "3389"),
       {"outbound WebRole1_IN_0 subnet web-nsg allow AllowVnetOutBound",
        "inbound WorkerRole1_IN_0 subnet work-nsg allow AllowVnetInBound",
        "inbound WorkerRole1_IN_0 nic nic-nsg deny R0"},
       Verdict::Deny,
       {}},
      {"outbound the NIC comes before the subnet",
       nic("100 Deny Outbound Tcp * * * 443"),
       flow("out", "tcp", "10.0.1.6", "203.0.113.7", "443"),
       {"outbound WorkerRole1_IN_0 nic nic-nsg deny R0",
        "(outbound WorkerRole1_IN_0 subnet work-nsg allow AllowInternetOutBound)"},
       Verdict::Deny,
       {}},
      {"an NSG that is missing passes",
       [](model::Deployment& d) { d.subnets[1].nsg.reset(); },
       flow("in", "tcp", "203.0.113.7", "10.0.1.6", "3389"),
       {"inbound WorkerRole1_IN_0 none allow"},
       Verdict::Allow,
       {"no-nsg-here"}},
      {"an admin rule denies before the NSG",
       admin("10 Deny Inbound Tcp * * * 20000", false),
       flow("in", "tcp", "203.0.113.7", "10.0.0.4", "20000"),
       {"inbound WebRole1_IN_0 virtual-network deny Admin", "(inbound WebRole1_IN_0 subnet web-nsg allow R0)"},
       Verdict::Deny,
       {}},
      {"an admin rule that only allows leaves it to the NSG",
       admin("10 Allow Inbound Tcp * * * 3389", false),
       flow("in", "tcp", "203.0.113.7", "10.0.0.4", "3389"),
       {"inbound WebRole1_IN_0 virtual-network allow Admin",
        "inbound WebRole1_IN_0 subnet web-nsg deny DenyAllInBound"},
       Verdict::Deny,
       {}},
      {"AlwaysAllow leads past the NSG",
       admin("10 Allow Inbound Tcp * * * 3389", true),
       flow("in", "tcp", "203.0.113.7", "10.0.0.4", "3389"),
       {"inbound WebRole1_IN_0 virtual-network allow Admin"},
       Verdict::Allow,
       {}},
      {"an admin rule for other traffic decides nothing",
       admin("10 Deny Inbound Tcp * * * 22", false),
       flow("in", "tcp", "203.0.113.7", "10.0.0.4", "20000"),
       {"inbound WebRole1_IN_0 virtual-network allow", "inbound WebRole1_IN_0 subnet web-nsg allow R0"},
       Verdict::Allow,
       {}},
      {"a default route makes everything VirtualNetwork",
       [](model::Deployment& d) {
         d.subnets[1].routes = {{net::parse_prefix("0.0.0.0/0")->prefix, "Appliance"}};
       },
       flow("in", "tcp", "203.0.113.7", "10.0.1.6", "3389"),
       {"inbound WorkerRole1_IN_0 subnet work-nsg allow AllowVnetInBound"},
       Verdict::Allow,
       {}},
      {"private addresses outside the network are no VirtualNetwork",
       as_it_is,
       flow("in", "tcp", "10.9.0.4", "10.0.1.6", "3389"),
       {"inbound WorkerRole1_IN_0 subnet work-nsg deny DenyAllInBound"},
       Verdict::Deny,
       {}},
      {"a tag without data leaves it open",
       [](model::Deployment& d) { d.nsgs[0] = nsg("web-nsg", {"100 Allow Inbound Tcp MyTag * * 3389"}); },
       flow("in", "tcp", "203.0.113.7", "10.0.0.4", "3389"),
       {"inbound WebRole1_IN_0 subnet web-nsg unknown"},
       Verdict::Unknown,
       {}},
      {"a deny settles what another stage leaves open",
       [&](model::Deployment& d) {
         nic("100 Deny Inbound * * * * *")(d);
         d.nsgs[1] = nsg("work-nsg", {"100 Allow Inbound Tcp MyTag * * 3389"});
       },
       flow("in", "tcp", "203.0.113.7", "10.0.1.6", "3389"),
       {"inbound WorkerRole1_IN_0 subnet work-nsg unknown", "inbound WorkerRole1_IN_0 nic nic-nsg deny R0"},
       Verdict::Deny,
       {}},
      {"an address of a subnet that no instance has",
       as_it_is,
       flow("in", "tcp", "203.0.113.7", "10.0.0.99", "20000"),
       {"inbound subnet web (no instance) subnet web-nsg allow R0"},
       Verdict::Allow,
       {"no-instance-at-address"}},
      {"an address of no subnet",
       as_it_is,
       flow("in", "tcp", "203.0.113.7", "10.0.9.1", "20000"),
       {},
       Verdict::Unknown,
       {"not-in-deployment"}},
      {"the balancer's address",
       as_it_is,
       flow("in", "tcp", "203.0.113.7", "198.51.100.20", "3389"),
       {},
       Verdict::Unknown,
       {"frontend-asked"}},
      {"a machine to itself",
       as_it_is,
       flow("in", "tcp", "10.0.0.4", "10.0.0.4", "22"),
       {},
       Verdict::Allow,
       {"inside-machine"}},
      {"IPv6",
       as_it_is,
       flow("in", "tcp", "fd00:10::4", "fd00:10::5", "3389"),
       {"outbound WebRole1_IN_0 subnet web-nsg allow AllowVnetOutBound",
        "inbound WebRole1_IN_1 subnet web-nsg allow AllowVnetInBound"},
       Verdict::Allow,
       {}},
  };
}

// Interface 8, Explain: udp and tcp 53, udp 67/68, tcp 80, 443 and 32526 to 168.63.129.16; tcp 80 to 169.254.169.254.
std::vector<PathCase> platform_cases() {
  using engine::Verdict;
  const auto outbound = [](const std::vector<std::string>& rules) {
    return [rules](model::Deployment& d) { d.nsgs[0] = nsg("web-nsg", rules); };
  };
  const auto closed = outbound({"100 Deny Outbound * * * * *"});
  const std::vector<std::string> unfiltered{"outbound WebRole1_IN_0 platform allow"};
  const std::vector<std::string> noted{"platform-traffic"};
  return {
      {"DNS", closed, flow("out", "udp", "10.0.0.4", "168.63.129.16", "53"), unfiltered, Verdict::Allow, noted},
      {"DNS by TCP", closed, flow("out", "tcp", "10.0.0.4", "168.63.129.16", "53"), unfiltered, Verdict::Allow, noted},
      {"DHCP", closed, flow("out", "udp", "10.0.0.4", "168.63.129.16", "67"), unfiltered, Verdict::Allow, noted},
      {"the wire server", closed, flow("out", "tcp", "10.0.0.4", "168.63.129.16", "32526"), unfiltered, Verdict::Allow,
       noted},
      {"the metadata service", closed, flow("out", "tcp", "10.0.0.4", "169.254.169.254", "80"), unfiltered,
       Verdict::Allow, noted},
      {"other ports of the host are filtered",
       closed,
       flow("out", "tcp", "10.0.0.4", "168.63.129.16", "22"),
       {"outbound WebRole1_IN_0 subnet web-nsg deny R0"},
       Verdict::Deny,
       {}},
      {"a rule that names the tag filters DNS",
       outbound({"100 Deny Outbound * * * AzurePlatformDNS *"}),
       flow("out", "udp", "10.0.0.4", "168.63.129.16", "53"),
       {"outbound WebRole1_IN_0 subnet web-nsg deny R0"},
       Verdict::Deny,
       noted},
      {"but not the metadata service", outbound({"100 Deny Outbound * * * AzurePlatformDNS *"}),
       flow("out", "tcp", "10.0.0.4", "169.254.169.254", "80"), unfiltered, Verdict::Allow, noted},
      {"a rule that names the tag filters the metadata service",
       outbound({"100 Deny Outbound * * * AzurePlatformIMDS *"}),
       flow("out", "tcp", "10.0.0.4", "169.254.169.254", "80"),
       {"outbound WebRole1_IN_0 subnet web-nsg deny R0"},
       Verdict::Deny,
       noted},
      {"of a set only that part is the platform's",
       closed,
       flow("out", "tcp", "10.0.0.4", "168.63.129.16", "", ""),
       {"outbound WebRole1_IN_0 subnet web-nsg deny R0", "outbound WebRole1_IN_0 platform allow",
        "outbound WebRole1_IN_0 platform allow"},
       Verdict::Partial,
       noted},
  };
}

class FlowPath : public testing::TestWithParam<PathCase> {};

TEST_P(FlowPath, PassesTheStagesOfSemantics3) {
  const PathCase& row = GetParam();
  model::Deployment deployment = base_deployment();
  row.change(deployment);
  const policy::FlowPaths paths{deployment};
  const policy::PathAnswer answer = paths.ask(policy::question_of(row.flow.query, true));
  EXPECT_THAT(lines_of(answer, deployment), ElementsAreArray(row.stages));
  EXPECT_EQ(answer.judgement.verdict, row.verdict) << engine::name(answer.judgement.verdict);
  EXPECT_THAT(answer.assumptions, ElementsAreArray(row.assumptions));
  if (row.verdict == engine::Verdict::Unknown) {
    EXPECT_TRUE(answer.judgement.reason.has_value());
  }
}

std::string test_name(const testing::TestParamInfo<PathCase>& info) {
  std::string out;
  for (const char c : info.param.name) out += std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
  return out;
}

INSTANTIATE_TEST_SUITE_P(Packets, FlowPath, testing::ValuesIn(packet_cases()), test_name);
INSTANTIATE_TEST_SUITE_P(Platform, FlowPath, testing::ValuesIn(platform_cases()), test_name);

// "The rule allows" of one NSG is not "traffic arrives": only what all stages let through does.
TEST(FlowPathSets, WhatArrivesIsWhatAllStagesLetThrough) {
  model::Deployment deployment = base_deployment();
  deployment.nsgs[0] = nsg("web-nsg", {"100 Allow Inbound Tcp 203.0.113.0/24 * * 3389"});
  deployment.nsgs.push_back(nsg("nic-nsg", {"100 Allow Inbound Tcp 203.0.113.128/25,198.51.100.0/24 * * 3389"}));
  deployment.roles[0].instances[0].nsg = 2;
  const policy::FlowPaths paths{deployment};
  const auto answer =
      paths.ask(policy::question_of(flow("in", "tcp", "Internet", "10.0.0.4", "3389", "").query, false));
  ASSERT_EQ(answer.ways.size(), 1U);
  EXPECT_EQ(answer.judgement.verdict, engine::Verdict::Partial);
  ASSERT_EQ(answer.judgement.region.size(), 1U);
  EXPECT_EQ(answer.judgement.region[0].source, std::vector<std::string>{"203.0.113.128/25"});
}

TEST(FlowPathSets, EachPlaceIsAnsweredByItsOwnFilters) {
  model::Deployment deployment = base_deployment();
  deployment.nsgs[1] = nsg("work-nsg", {"100 Deny Inbound * * * * *"});
  const policy::FlowPaths paths{deployment};
  const auto answer =
      paths.ask(policy::question_of(flow("in", "tcp", "203.0.113.7", "VirtualNetwork", "20000").query, false));
  ASSERT_EQ(answer.ways.size(), 2U);
  EXPECT_EQ(answer.ways[0].judgement.verdict, engine::Verdict::Allow);
  EXPECT_EQ(answer.ways[1].judgement.verdict, engine::Verdict::Deny);
  EXPECT_EQ(answer.judgement.verdict, engine::Verdict::Partial);
}

// A tag without data that both ends' rules name is the same tag: what one stage lets through meets the other.
TEST(FlowPathSets, SymbolsGoFromOneStageToTheNext) {
  model::Deployment deployment = base_deployment();
  deployment.nsgs[0] = nsg("web-nsg", {"100 Allow Inbound Tcp MyTag * * 3389"});
  deployment.nsgs.push_back(nsg("nic-nsg", {"100 Allow Inbound Tcp MyTag * * 3389"}));
  deployment.roles[0].instances[0].nsg = 2;
  const policy::FlowPaths paths{deployment};
  const auto ask = [&](const std::string& from) {
    return paths.ask(policy::question_of(flow("in", "tcp", from, "10.0.0.4", "3389", "").query, false))
        .judgement.verdict;
  };
  EXPECT_EQ(ask("MyTag"), engine::Verdict::Allow);
  EXPECT_EQ(ask("OtherTag"), engine::Verdict::Unknown);
}

std::string one_of(std::mt19937& random, const std::vector<std::string>& choices) {
  return choices[random() % choices.size()];
}

std::vector<std::string> random_rules(std::mt19937& random) {
  const std::vector<std::string> addresses{"*",        "10.0.0.0/24",    "10.0.1.6",          "VirtualNetwork",
                                           "Internet", "203.0.113.0/24", "AzureLoadBalancer", "MyTag"};
  std::vector<std::string> out;
  for (unsigned i = 0; i < random() % 4; ++i)
    out.push_back(std::to_string(100 + i) + ' ' + one_of(random, {"Allow", "Deny"}) + ' ' +
                  one_of(random, {"Inbound", "Outbound"}) + ' ' + one_of(random, {"*", "Tcp"}) + ' ' +
                  one_of(random, addresses) + " * " + one_of(random, addresses) + ' ' +
                  one_of(random, {"*", "3389", "20000-20010"}));
  return out;
}

// Three ways to the verdict of a packet: all stages as sets, the tables for lists of flows, and the walk of replay,
// which has been written apart from them. The walk stops where one stage denies and does not know the platform.
TEST(FlowPathAgreement, SetsTablesAndTheWalkSayTheSame) {
  std::mt19937 random{20261126};
  std::size_t compared = 0;
  for (unsigned round = 0; round < 150; ++round) {
    model::Deployment deployment = base_deployment();
    for (model::Nsg& one : deployment.nsgs) one = nsg(one.name, random_rules(random));
    deployment.nsgs.push_back(nsg("nic-nsg", random_rules(random)));
    if (random() % 2 == 0) deployment.roles[1].instances[0].nsg = 2;
    if (random() % 3 == 0) deployment.subnets[1].nsg.reset();
    for (const std::string& line : random_rules(random))
      if (random() % 2 == 0) deployment.admin_rules.push_back(admin_rule(line, random() % 3 == 0));
    for (model::AdminRule& admin : deployment.admin_rules)
      if (admin.rule.access.value == model::Access::Deny) admin.always_allow = false;
    const policy::FlowPaths paths{deployment};
    const CompiledDeployment compiled{deployment};
    for (unsigned i = 0; i < 20; ++i) {
      const std::string from = one_of(random, {"203.0.113.7", "8.8.8.8", "10.0.0.4", "10.0.0.5", "168.63.129.16"});
      const std::string to = one_of(random, {"10.0.1.6", "10.0.0.4"});
      if (from == to) continue;
      const io::FlowRow row =
          flow("in", one_of(random, {"tcp", "udp"}), from, to, one_of(random, {"3389", "20000", "22"}));
      const net::FiveTuple packet = policy::packet_of(row.query);
      std::vector<Hop> hops;
      if (const auto* source = compiled.instance_at(packet.source))
        hops = compiled.stages(net::Direction::Outbound, *source, "", packet, Reason::NsgDeniedOutbound);
      const auto* target = compiled.instance_at(packet.destination);
      for (Hop& hop : compiled.stages(net::Direction::Inbound, *target, "", packet, Reason::NsgDeniedSecondHop))
        hops.push_back(std::move(hop));
      auto walked = engine::Verdict::Allow;
      for (const Hop& hop : hops) {
        if (hop.verdict == HopVerdict::Deny) walked = engine::Verdict::Deny;
        if (hop.verdict == HopVerdict::Unknown && walked == engine::Verdict::Allow) walked = engine::Verdict::Unknown;
      }
      const auto asked = paths.ask(policy::question_of(row.query, false)).judgement.verdict;
      EXPECT_EQ(asked, walked) << from << " -> " << to;
      if (const auto quick = paths.judge(row.query)) {
        EXPECT_EQ(quick->verdict, walked) << from << " -> " << to;
        ++compared;
      }
    }
  }
  EXPECT_GT(compared, 1000U);
}

}  // namespace
}  // namespace nsgcheck::path::flow_path_test
