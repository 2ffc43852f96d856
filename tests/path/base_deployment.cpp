// SPDX-License-Identifier: Apache-2.0
#include "tests/path/base_deployment.hpp"

#include <cstdlib>

#include "tests/support/rule_line.hpp"

namespace nsgcheck::path {
namespace {

constexpr std::int64_t kJune2026 = 1'780'272'000;  // 2026-06-01T00:00:00Z
constexpr std::int64_t kNanoseconds = 1'000'000'000;

net::AnyPrefix prefix(const std::string& text) {
  const auto parsed = net::parse_prefix(text);
  if (!parsed) std::abort();
  return parsed->prefix;
}

model::Instance instance(std::string name, std::vector<net::IpAddress> addresses) {
  model::Instance out;
  out.name = std::move(name);
  out.addresses = std::move(addresses);
  return out;
}

model::Subnet subnet(std::string name, const std::string& block, std::size_t nsg) {
  model::Subnet out;
  out.name = std::move(name);
  out.prefixes = {prefix(block)};
  out.nsg = nsg;
  return out;
}

}  // namespace

model::Deployment base_deployment() {
  model::Deployment out;
  out.name = "base";
  out.network = model::default_context();
  out.network.virtual_network = net::AddressSet::of(prefix("10.0.0.0/16")) |
                                net::AddressSet::of(prefix("fd00:10::/64")) | net::AddressSet::of(ip("168.63.129.16"));
  out.network.virtual_network_assumed = false;
  out.nsgs = {nsg("web-nsg", {"100 Allow Inbound Tcp * * * 20000"}), nsg("work-nsg", {})};
  out.subnets = {subnet("web", "10.0.0.0/24", 0), subnet("work", "10.0.1.0/24", 1)};
  out.balancer.frontends = {ip("198.51.100.20"), ip("2001:db8:198::20")};
  model::Role web;
  web.name = "WebRole1";
  web.remote_forwarder = web.remote_access = true;
  web.subnet = 0;
  web.instances = {instance("WebRole1_IN_0", {ip("10.0.0.4"), ip("fd00:10::4")}),
                   instance("WebRole1_IN_1", {ip("10.0.0.5"), ip("fd00:10::5")})};
  model::Role worker;
  worker.name = "WorkerRole1";
  worker.remote_access = true;
  worker.subnet = 1;
  worker.instances = {instance("WorkerRole1_IN_0", {ip("10.0.1.6")})};
  out.roles = {std::move(web), std::move(worker)};
  return out;
}

model::Nsg nsg(std::string name, const std::vector<std::string>& lines) {
  model::Nsg out = support::nsg_of(lines);
  out.name = std::move(name);
  return out;
}

model::AdminRule admin_rule(const std::string& line, bool always_allow) {
  model::AdminRule out{support::rule_line(line), always_allow};
  out.rule.name = "Admin";
  return out;
}

std::string request_bytes(const std::string& cookie) {
  const auto bytes =
      wire::write_connection_request({cookie.empty() ? "" : "Cookie: " + cookie, std::nullopt, std::nullopt, 0});
  if (!bytes) std::abort();
  return {reinterpret_cast<const char*>(bytes->data()), bytes->size()};
}

wire::ConnectionRequest request_of_bytes(const std::string& bytes, bool ended, bool split) {
  wire::RequestStream stream;
  stream.bytes = std::as_bytes(std::span{bytes.data(), bytes.size()});
  stream.ended = ended;
  stream.split_segments = split;
  return wire::read_connection_request(stream);
}

wire::ConnectionRequest request(const std::string& cookie) { return request_of_bytes(request_bytes(cookie)); }

Observed connection(const std::string& server, net::Port port, const wire::ConnectionRequest* request) {
  Observed out;
  const net::IpAddress to = ip(server);
  const net::IpAddress from = ip(net::family_of(to) == net::Family::V4 ? "203.0.113.10" : "2001:db8:113::10");
  out.tuple = {net::kTcp, from, 50001, to, port};
  out.time = kJune2026 * kNanoseconds;
  // How the first segment fared; a handshake that was completed would contradict most hops that deny.
  out.handshake = request == nullptr ? flow::Handshake::SynOnly : flow::Handshake::Partial;
  out.request = request;
  return out;
}

net::IpAddress ip(const std::string& text) {
  const auto parsed = net::parse_address(text);
  if (!parsed) std::abort();
  return *parsed;
}

std::vector<std::string> lines_of(const std::vector<Hop>& hops) {
  std::vector<std::string> out;
  for (const Hop& hop : hops) {
    std::string line{word(hop.kind)};
    if (!hop.at.empty()) line += ' ' + std::string{hop.at};
    if (!hop.applied_to.empty()) line += ' ' + std::string{hop.applied_to};
    line += ' ' + std::string{word(hop.verdict)};
    if (hop.rule != nullptr) line += ' ' + hop.rule->name;
    out.push_back(std::move(line));
  }
  return out;
}

}  // namespace nsgcheck::path
