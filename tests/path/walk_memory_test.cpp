// SPDX-License-Identifier: Apache-2.0
#include "simulator/path/walk_memory.hpp"

#include <gtest/gtest.h>

#include <array>
#include <random>
#include <set>
#include <sstream>

#include "tests/path/base_deployment.hpp"

namespace nsgcheck::path::walk_memory_test {
namespace {

std::string text_of(const std::optional<Ends>& ends) {
  if (!ends) return "-";
  const auto end = [](const End& e) {
    return net::to_string(e.address) + ' ' + (e.port ? std::to_string(*e.port) : "any");
  };
  return end(ends->source) + " > " + end(ends->destination);
}

/// Everything that a trace says.
std::string text_of(const Trace& trace) {
  std::ostringstream out;
  out << word(trace.leg) << ' ' << trace.wanted << ' ' << trace.reached << ' ' << word(trace.verdict) << ' '
      << code(trace.reason) << ' ' << trace.message << ' ' << trace.name_case_differs << '\n';
  for (const model::Instance* forwarder : trace.forwarders) out << forwarder << ' ';
  for (const Hop& hop : trace.hops)
    out << '\n'
        << word(hop.kind) << ' ' << hop.at << ' ' << hop.instance << ' ' << word(hop.verdict) << ' ' << code(hop.reason)
        << ' ' << hop.nsg << ' ' << hop.applied_to << ' ' << hop.rule << ' ' << text_of(hop.before) << ' '
        << text_of(hop.after) << ' ' << hop.text;
  return out.str();
}

constexpr std::int64_t kExpiration = 1'780'272'000;

/// Rules that tell clients apart by address, by port, and not for certain.
model::Deployment deployment(std::mt19937& random) {
  static const std::vector<std::string> kLines{"Allow Inbound Tcp 203.0.113.0/28 * * 20000",
                                               "Deny Inbound Tcp 203.0.113.8/30 * * *",
                                               "Allow Inbound Tcp Internet 50000-50010 * 20000",
                                               "Deny Inbound * 203.0.113.9 * * *",
                                               "Allow Inbound Tcp SomeTag * * 20000",
                                               "Deny Inbound Tcp Storage 50005 * 20000",
                                               "Allow Inbound Tcp 10.0.0.4 * * 3389",
                                               "Deny Outbound Tcp * 1-40000 * 3389",
                                               "Allow Inbound Tcp * * * 20000",
                                               "Deny Inbound Tcp VirtualNetwork * 10.0.0.5 *"};
  model::Deployment out = base_deployment();
  const auto draw = [&] {
    std::vector<std::string> lines;
    for (unsigned i = 0; i < random() % 5; ++i)
      lines.push_back(std::to_string(100 + 10 * i) + ' ' + kLines[random() % kLines.size()]);
    return lines;
  };
  out.nsgs[0] = nsg("web-nsg", draw());
  out.nsgs[1] = nsg("work-nsg", draw());
  if (random() % 3 == 0) out.admin_rules = {admin_rule("10 " + kLines[random() % kLines.size()], random() % 2 == 0)};
  if (random() % 2 == 0) out.remote_desktop.expiration = kExpiration;
  return out;
}

Observed draw(std::mt19937& random, const model::Deployment& d, const std::vector<wire::ConnectionRequest>& requests) {
  static constexpr std::array kServers{"198.51.100.20", "10.0.0.4", "10.0.0.5", "10.0.1.6", "192.0.2.1"};
  static constexpr std::array<net::Port, 3> kServerPorts{3389, 20000, 80};
  static constexpr std::array<net::Port, 8> kPorts{0, 1, 49999, 50000, 50004, 50005, 50010, 50011};
  const auto one_of = [&](const auto& values) { return values[random() % values.size()]; };
  Observed out = connection(one_of(kServers), one_of(kServerPorts), nullptr);
  const std::size_t number = random() % (requests.size() + 1);
  if (number < requests.size()) out.request = &requests[number];
  out.tuple.source =
      random() % 6 == 0 ? ip(one_of(kServers)) : net::Ipv4{0xCB007100 + static_cast<std::uint32_t>(random() % 20)};
  out.tuple.source_port = random() % 2 == 0 ? one_of(kPorts) : static_cast<net::Port>(random());
  if (random() % 10 == 0) out.tuple.protocol = net::kUdp;
  out.time = (kExpiration - 1 + static_cast<std::int64_t>(random() % 3)) * 1'000'000'000 -
             static_cast<std::int64_t>(random() % 2);
  out.handshake = static_cast<flow::Handshake>(random() % 2 == 0 ? 1 : random() % 7);
  out.mid_stream = random() % 8 == 0;
  out.closed_unanswered = random() % 8 == 0;
  if (random() % 4 == 0) out.answer = wire::ServerAnswer::Kind::Confirm;
  if (random() % 8 == 0) out.taken_by = &d.roles[0].instances[1];
  if (random() % 8 == 0) out.ended_at = &d.roles[1].instances[0];
  return out;
}

TEST(WalkMemory, SaysWhatWalkSays) {
  std::vector<wire::ConnectionRequest> requests;
  for (const std::string& cookie : {kToWeb0, kToWeb1, kToWorker, std::string{"mstshash=somebody"}})
    requests.push_back(request(cookie));
  std::size_t again = 0;
  std::size_t walked = 0;
  for (unsigned seed = 0; seed < 100; ++seed) {
    std::mt19937 random{seed};
    const model::Deployment d = deployment(random);
    const CompiledDeployment compiled{d};
    WalkOptions options;
    if (random() % 8 == 0) options.hash_seed = 5;
    WalkMemory memory{compiled, options};
    std::set<std::uint32_t> kinds;
    for (int i = 0; i < 1000; ++i) {
      const Observed observed = draw(random, d, requests);
      const Walked found = memory.walk(observed);
      ASSERT_EQ(text_of(*found.trace), text_of(walk(compiled, observed, options))) << "seed " << seed;
      for (const ClientEnd& end : found.client_ends) {
        const Hop& hop = found.trace->hops[end.hop];
        EXPECT_EQ((end.after ? hop.after : hop.before)->source.address, observed.tuple.source);
      }
      ++walked;
      if (found.kind != 0 && !kinds.insert(found.kind).second) ++again;
    }
  }
  EXPECT_GT(again, walked / 50);
}

TEST(WalkMemory, KnowsClientsThatNoRuleTellsApart) {
  const model::Deployment d = base_deployment();
  const CompiledDeployment compiled{d};
  const wire::ConnectionRequest asked = request(kToWorker);
  const WalkOptions options;
  WalkMemory memory{compiled, options};
  std::set<std::uint32_t> kinds;
  for (std::uint32_t i = 0; i < 1000; ++i) {
    Observed observed = connection("198.51.100.20", 3389, &asked);
    observed.tuple.source = net::Ipv4{0xCB007100 + i};
    observed.tuple.source_port = static_cast<net::Port>(40000 + i);
    kinds.insert(memory.walk(observed).kind);
  }
  EXPECT_EQ(kinds.size(), 1U);
  EXPECT_EQ(kinds.count(0), 0U);
}

}  // namespace
}  // namespace nsgcheck::path::walk_memory_test
