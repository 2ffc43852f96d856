// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/path_graph.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace nsgcheck::model::path_graph_test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Instance instance(std::string name, std::vector<std::string> addresses) {
  Instance out;
  out.name = std::move(name);
  for (const std::string& text : addresses) out.addresses.push_back(*net::parse_address(text));
  return out;
}

// Forwarders a (both families) and b (IPv4 only); c (both) is of another role.
Deployment three_instances() {
  Deployment out;
  out.roles.resize(2);
  out.roles[0].remote_forwarder = true;
  out.roles[0].instances = {instance("a", {"10.0.0.4", "fd00::4"}), instance("b", {"10.0.0.5"})};
  out.roles[1].instances = {instance("c", {"10.0.0.6", "fd00::6"})};
  return out;
}

std::string text_of(const PathWay& way) {
  std::string out = "balancer";
  for (const PathStep& step : way)
    out += (step.kind == PathStepKind::Balanced ? " -> "
            : step.kind == PathStepKind::Opened ? " => "
                                                : " = ") +
           step.to->name;
  return out;
}

std::vector<std::string> ways_to(const Deployment& deployment, net::Family family, const Instance& target) {
  const PathGraph graph{deployment, family};
  std::vector<std::string> out;
  for (const PathWay& way : graph.ways(target)) out.push_back(text_of(way));
  return out;
}

TEST(PathGraph, EveryForwarderIsAWay) {
  const Deployment deployment = three_instances();
  EXPECT_THAT(ways_to(deployment, net::Family::V4, deployment.roles[1].instances[0]),
              ElementsAre("balancer -> a => c", "balancer -> b => c"));
  EXPECT_THAT(ways_to(deployment, net::Family::V4, deployment.roles[0].instances[1]),
              ElementsAre("balancer -> a => b", "balancer -> b = b"));
}

TEST(PathGraph, HasOnlyInstancesOfTheFamily) {
  const Deployment deployment = three_instances();
  EXPECT_THAT(ways_to(deployment, net::Family::V6, deployment.roles[1].instances[0]),
              ElementsAre("balancer -> a => c"));
  EXPECT_THAT(ways_to(deployment, net::Family::V6, deployment.roles[0].instances[1]), IsEmpty());
}

TEST(PathGraph, WithoutForwarderThereIsNoWay) {
  Deployment deployment = three_instances();
  deployment.roles[0].remote_forwarder = false;
  const Instance& target = deployment.roles[1].instances[0];
  EXPECT_THAT(ways_to(deployment, net::Family::V4, target), IsEmpty());
}

}  // namespace
}  // namespace nsgcheck::model::path_graph_test
