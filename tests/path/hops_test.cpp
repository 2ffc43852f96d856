// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/path/base_deployment.hpp"

namespace nsgcheck::path::hops_test {
namespace {

using testing::ElementsAre;

Trace trace_of(const model::Deployment& deployment, const std::string& server, net::Port port,
               const std::string& cookie, const model::Instance* taken_by = nullptr) {
  const CompiledDeployment compiled{deployment};
  const wire::ConnectionRequest read = request(cookie);
  Observed observed = connection(server, port, &read);
  observed.taken_by = taken_by;
  return walk(compiled, observed, {});
}

TEST(Hops, FollowTheOrderOfTheWay) {
  const model::Deployment deployment = base_deployment();
  const Trace trace = trace_of(deployment, "198.51.100.20", 3389, kToWorker);
  EXPECT_EQ(trace.leg, Leg::Client);
  EXPECT_THAT(lines_of(trace.hops),
              ElementsAre("load-balancer allow", "nsg-inbound forwarder subnet allow R0", "forwarder forwarder allow",
                          "nsg-outbound forwarder subnet allow AllowVnetOutBound",
                          "nsg-inbound instance subnet allow AllowVnetInBound", "remote-access instance allow"));
}

TEST(Hops, BalancerTranslatesTheDestinationAndKeepsTheClient) {
  const model::Deployment deployment = base_deployment();
  const Trace trace = trace_of(deployment, "198.51.100.20", 3389, kToWorker);
  const Hop& balancer = trace.hops.front();
  ASSERT_TRUE(balancer.before && balancer.after);
  EXPECT_EQ(net::to_string(balancer.before->destination.address), "198.51.100.20");
  EXPECT_EQ(balancer.before->destination.port, net::Port{3389});
  EXPECT_EQ(net::to_string(balancer.after->destination.address), "10.0.0.4");
  EXPECT_EQ(balancer.after->destination.port, net::Port{20000});
  EXPECT_EQ(net::to_string(balancer.after->source.address), "203.0.113.10");
  EXPECT_EQ(balancer.after->source.port, net::Port{50001});
}

TEST(Hops, SecondHopComesFromTheForwarder) {
  const model::Deployment deployment = base_deployment();
  const Trace trace = trace_of(deployment, "198.51.100.20", 3389, kToWorker);
  const Hop& second = trace.hops[4];
  ASSERT_TRUE(second.before);
  EXPECT_EQ(net::to_string(second.before->source.address), "10.0.0.4");
  EXPECT_FALSE(second.before->source.port);
  EXPECT_EQ(net::to_string(second.before->destination.address), "10.0.1.6");
  EXPECT_EQ(second.before->destination.port, net::Port{3389});
}

TEST(Hops, ForwardingToItselfPassesNoNsg) {
  model::Deployment deployment = base_deployment();
  deployment.nsgs[0] = nsg("web-nsg", {"100 Allow Inbound Tcp * * * 20000", "110 Deny Inbound Tcp * * * 3389",
                                       "100 Deny Outbound * * * * *"});
  const Trace own = trace_of(deployment, "198.51.100.20", 3389, kToWeb0, &deployment.roles[0].instances[0]);
  EXPECT_THAT(lines_of(own.hops), ElementsAre("load-balancer allow", "nsg-inbound forwarder subnet allow R0",
                                              "forwarder forwarder allow", "remote-access instance allow"));
  EXPECT_EQ(own.verdict, Verdict::Reached);
  const Trace other = trace_of(deployment, "198.51.100.20", 3389, kToWeb0, &deployment.roles[0].instances[1]);
  EXPECT_EQ(code(other.reason), "nsg-denied-outbound");
  // Which of the two takes it is open, and only one gets through.
  const Trace open = trace_of(deployment, "198.51.100.20", 3389, kToWeb0);
  EXPECT_EQ(open.verdict, Verdict::Unknown);
  EXPECT_EQ(open.reached, nullptr);
  EXPECT_THAT(open.message,
              testing::HasSubstr("through WebRole1_IN_0: ok, through WebRole1_IN_1: nsg-denied-outbound"));
}

TEST(Hops, StagesStandInTheOrderOfTheDirection) {
  model::Deployment deployment = base_deployment();
  deployment.nsgs.push_back(nsg("nic-nsg", {"100 Allow Inbound * * * * *"}));
  deployment.roles[0].instances[0].nsg = 2;
  deployment.admin_rules = {admin_rule("10 Allow Inbound Tcp * * * 20000"),
                            admin_rule("11 Allow Outbound Tcp * * * 3389")};
  const Trace trace = trace_of(deployment, "198.51.100.20", 3389, kToWorker, &deployment.roles[0].instances[0]);
  EXPECT_THAT(lines_of(trace.hops),
              ElementsAre("load-balancer allow", "admin-rules forwarder virtual-network allow Admin",
                          "nsg-inbound forwarder subnet allow R0", "nsg-inbound forwarder nic allow R0",
                          "forwarder forwarder allow", "admin-rules forwarder virtual-network allow Admin",
                          "nsg-outbound forwarder nic allow AllowVnetOutBound",
                          "nsg-outbound forwarder subnet allow AllowVnetOutBound",
                          "nsg-inbound instance subnet allow AllowVnetInBound", "remote-access instance allow"));
}

TEST(Hops, DenyEndsTheWay) {
  model::Deployment deployment = base_deployment();
  deployment.nsgs[0] = nsg("web-nsg", {"100 Allow Inbound Tcp * * * 3389"});
  const Trace trace = trace_of(deployment, "198.51.100.20", 3389, kToWorker);
  EXPECT_THAT(lines_of(trace.hops),
              ElementsAre("load-balancer allow", "nsg-inbound forwarder subnet deny DenyAllInBound"));
}

TEST(Hops, AlwaysAllowSkipsTheNsgs) {
  model::Deployment deployment = base_deployment();
  deployment.nsgs[0] = nsg("web-nsg", {});
  deployment.admin_rules = {admin_rule("10 Allow Inbound Tcp * * * 20000", true)};
  const Trace trace = trace_of(deployment, "10.0.0.4", 20000, kToWeb0);
  EXPECT_THAT(lines_of(trace.hops), ElementsAre("admin-rules forwarder virtual-network allow Admin",
                                                "forwarder forwarder allow", "remote-access instance allow"));
}

TEST(Hops, WithoutNsgTheHopIsThereAndAllows) {
  model::Deployment deployment = base_deployment();
  deployment.subnets[0].nsg.reset();
  deployment.subnets[1].nsg.reset();
  const Trace trace = trace_of(deployment, "198.51.100.20", 3389, kToWorker);
  EXPECT_THAT(lines_of(trace.hops), ElementsAre("load-balancer allow", "nsg-inbound forwarder allow",
                                                "forwarder forwarder allow", "nsg-outbound forwarder allow",
                                                "nsg-inbound instance allow", "remote-access instance allow"));
}

TEST(Hops, OfAConnectionBetweenInstances) {
  const model::Deployment deployment = base_deployment();
  const CompiledDeployment compiled{deployment};
  const wire::ConnectionRequest read = request("");
  Observed observed = connection("10.0.1.6", 3389, &read);
  observed.tuple.source = ip("10.0.0.5");
  const Trace trace = walk(compiled, observed, {});
  EXPECT_EQ(trace.leg, Leg::Instance);
  EXPECT_EQ(trace.reached, &deployment.roles[1].instances[0]);
  EXPECT_THAT(lines_of(trace.hops),
              ElementsAre("nsg-outbound forwarder subnet allow AllowVnetOutBound",
                          "nsg-inbound instance subnet allow AllowVnetInBound", "remote-access instance allow"));
}

TEST(Hops, OfTheForwarderLegHaveNoBalancer) {
  const model::Deployment deployment = base_deployment();
  const Trace trace = trace_of(deployment, "10.0.0.5", 20000, kToWeb1);
  EXPECT_EQ(trace.leg, Leg::Forwarder);
  EXPECT_THAT(lines_of(trace.hops), ElementsAre("nsg-inbound forwarder subnet allow R0", "forwarder forwarder allow",
                                                "remote-access instance allow"));
}

}  // namespace
}  // namespace nsgcheck::path::hops_test
