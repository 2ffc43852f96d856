// SPDX-License-Identifier: Apache-2.0
#include "simulator/path/balancer.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "tests/path/base_deployment.hpp"

namespace nsgcheck::path::balancer_test {
namespace {

std::vector<const model::Instance*> choice(const model::Deployment& deployment, net::Port client_port,
                                           std::optional<std::uint64_t> seed,
                                           const std::string& client = "203.0.113.10") {
  const CompiledDeployment compiled{deployment};
  Observed observed = connection("198.51.100.20", 3389, nullptr);
  observed.tuple.source = ip(client);
  observed.tuple.source_port = client_port;
  WalkOptions options;
  options.hash_seed = seed;
  return choose(deployment, pool_of(compiled, net::Family::V4).healthy, observed, options);
}

TEST(Balancer, WithoutSeedEveryHealthyForwarderIsACandidate) {
  model::Deployment deployment = base_deployment();
  EXPECT_EQ(choice(deployment, 50001, std::nullopt).size(), 2U);
  deployment.roles[0].instances[0].state = model::InstanceState::Busy;
  EXPECT_EQ(choice(deployment, 50001, std::nullopt),
            std::vector<const model::Instance*>{&deployment.roles[0].instances[1]});
}

TEST(Balancer, WithSeedTheChoiceIsOneAndStable) {
  const model::Deployment deployment = base_deployment();
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const auto first = choice(deployment, 50001, seed);
    ASSERT_EQ(first.size(), 1U);
    EXPECT_EQ(choice(deployment, 50001, seed), first);
  }
}

TEST(Balancer, FiveTupleSpreadsTheConnectionsOfOneClient) {
  const model::Deployment deployment = base_deployment();
  std::map<const model::Instance*, int> count;
  for (net::Port port = 50000; port < 51000; ++port) ++count[choice(deployment, port, 1).front()];
  EXPECT_GT(count[&deployment.roles[0].instances[0]], 400);
  EXPECT_GT(count[&deployment.roles[0].instances[1]], 400);
}

TEST(Balancer, SourceAffinityKeepsAClientAndSpreadsClients) {
  for (const auto distribution : {model::Distribution::SourceIp, model::Distribution::SourceIpProtocol}) {
    model::Deployment deployment = base_deployment();
    deployment.balancer.distribution = distribution;
    std::set<const model::Instance*> of_one, of_many;
    for (net::Port port = 50000; port < 50100; ++port) of_one.insert(choice(deployment, port, 7).front());
    for (int i = 1; i < 100; ++i)
      of_many.insert(choice(deployment, 50000, 7, "203.0.113." + std::to_string(i)).front());
    EXPECT_EQ(of_one.size(), 1U);
    EXPECT_EQ(of_many.size(), 2U);
  }
}

TEST(Balancer, ProbePassesByTheDefaultRuleAndFailsByADenyOfAll) {
  model::Deployment deployment = base_deployment();
  {
    const CompiledDeployment compiled{deployment};
    EXPECT_TRUE(pool_of(compiled, net::Family::V4).kept_out.empty());
    EXPECT_TRUE(pool_of(compiled, net::Family::V6).kept_out.empty());
  }
  deployment.nsgs[0] = nsg("web-nsg", {"100 Allow Inbound Tcp Internet * * 20000", "4096 Deny Inbound * * * * *"});
  const CompiledDeployment compiled{deployment};
  for (const net::Family family : {net::Family::V4, net::Family::V6}) {
    const Pool pool = pool_of(compiled, family);
    EXPECT_TRUE(pool.healthy.empty());
    ASSERT_EQ(pool.kept_out.size(), 2U);
    EXPECT_EQ(pool.kept_out[0].kind, HopKind::Probe);
    ASSERT_NE(pool.kept_out[0].rule, nullptr);
    EXPECT_EQ(pool.kept_out[0].rule->name, "R1");
  }
}

}  // namespace
}  // namespace nsgcheck::path::balancer_test
