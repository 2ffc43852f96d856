// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "analyzer/io/deployment_reader.hpp"
#include "analyzer/io/reader.hpp"
#include "simulator/path/reach.hpp"
#include "tests/path/base_deployment.hpp"

namespace nsgcheck::path::path_samples_test {
namespace {

std::string bytes_of(const std::string& file) {
  std::ifstream in{std::string{NSGCHECK_SOURCE_DIR} + "/rules/samples/deployments/" + file, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}

io::Document document_of(const std::string& file) {
  auto document = io::parse_json(file, bytes_of(file), 0);
  EXPECT_TRUE(document) << file;
  return document ? std::move(*document) : io::Document{};
}

model::Deployment sample(const std::string& name) {
  const io::Document document = document_of(name + ".json");
  io::DeploymentFile file = io::read_deployment(document);
  std::vector<model::Nsg> nsgs;
  for (const std::string& one : file.nsg_files)
    for (model::Nsg& nsg : io::read_rules(document_of(one), {}).nsgs) nsgs.push_back(std::move(nsg));
  io::attach_nsgs(file, std::move(nsgs), document);
  for (const io::Diagnostic& error : file.errors) ADD_FAILURE() << name << ": " << error.message;
  EXPECT_THAT(file.deployment.assumptions, testing::IsEmpty());
  return std::move(file.deployment);
}

Trace walk_to(const CompiledDeployment& compiled, const model::Role& role, const model::Instance& target,
              const net::IpAddress& client) {
  const wire::ConnectionRequest read = request("mstshash=" + role.name + '#' + target.name);
  const bool v4 = net::family_of(client) == net::Family::V4;
  Observed observed = connection(v4 ? "198.51.100.20" : "2001:db8:198::20", 3389, &read);
  observed.tuple.source = client;
  return walk(compiled, observed, {});
}

/// What the README of the samples says of a client in 203.0.113.0/24.
struct SampleCase {
  std::string name;
  std::string web, worker;
};

const std::vector<SampleCase> kSamples{
    {"works", "reached ok", "reached ok"},
    {"only-3389-open", "blocked nsg-denied-forwarder-port", "blocked nsg-denied-forwarder-port"},
    {"forwarder-20005", "blocked nsg-denied-forwarder-port", "blocked nsg-denied-forwarder-port"},
    {"second-hop-denied", "unknown nsg-denied-second-hop", "blocked nsg-denied-second-hop"},
    {"probe-denied", "blocked probe-denied", "blocked probe-denied"},
    {"unready-instance", "reached ok", "blocked instance-not-ready"},
    {"admin-rule", "unknown admin-rule-denied", "blocked admin-rule-denied"},
    {"ipv6", "reached ok", "reached ok"},
    {"two-subnets", "reached ok", "blocked nsg-denied-second-hop"},
    {"narrow-nic", "reached ok", "reached ok"},
};

TEST(PathSamples, EndAsTheirReadmeSays) {
  for (const SampleCase& row : kSamples) {
    SCOPED_TRACE(row.name);
    const model::Deployment deployment = sample(row.name);
    const CompiledDeployment compiled{deployment};
    for (const model::Role& role : deployment.roles)
      for (const model::Instance& target : role.instances) {
        const Trace trace = walk_to(compiled, role, target, ip("203.0.113.10"));
        EXPECT_EQ(std::string{word(trace.verdict)} + ' ' + std::string{code(trace.reason)},
                  role.name == "WebRole1" ? row.web : row.worker)
            << target.name << ": " << trace.message;
      }
  }
}

TEST(PathSamples, ReachAndWalkAgreeOnEachClient) {
  for (const SampleCase& row : kSamples) {
    const model::Deployment deployment = sample(row.name);
    const CompiledDeployment compiled{deployment};
    for (const std::string client : {"203.0.113.10", "203.0.113.255", "198.51.100.9", "2001:db8:113::10"}) {
      // Only one sample has a frontend to which an IPv6 client can come.
      if (client.find(':') != std::string::npos && row.name != "ipv6") continue;
      const auto answers = reach(compiled, net::AddressSet::of(ip(client)), std::nullopt);
      std::size_t i = 0;
      for (const model::Role& role : deployment.roles)
        for (const model::Instance& target : role.instances) {
          SCOPED_TRACE(row.name + " from " + client + " to " + target.name);
          const ReachAnswer& answer = answers.at(i++);
          const Trace trace = walk_to(compiled, role, target, ip(client));
          EXPECT_EQ(word(answer.verdict), word(trace.verdict));
          EXPECT_EQ(code(answer.reason), code(trace.reason));
          EXPECT_EQ(answer.nearest_miss.empty(), answer.verdict == Verdict::Reached);
        }
    }
  }
}

TEST(PathSamples, ReadmeListsThemAll) {
  const std::string readme = bytes_of("README.md");
  for (const SampleCase& row : kSamples) EXPECT_THAT(readme, testing::HasSubstr("| `" + row.name + ".json` |"));
}

}  // namespace
}  // namespace nsgcheck::path::path_samples_test
