// SPDX-License-Identifier: Apache-2.0
#include "tests/policy/network_case.hpp"

#include <algorithm>
#include <array>
#include <sstream>

#include "analyzer/net/prefix.hpp"
#include "tests/support/rule_line.hpp"

namespace nsgcheck::policy {
namespace {

constexpr std::array kAddresses{"*",           "Internet",        "VirtualNetwork", "10.0.0.4",    "10.0.0.5",
                                "10.0.0.4/31", "10.0.0.0/24",     "10.0.1.4",       "10.0.1.0/24", "203.0.113.0/24",
                                "203.0.113.7", "2001:db8:7::/48", "fd00:1::/64"};
constexpr std::array kPorts{"*", "22", "3389", "443", "22-443", "3380-3389"};
constexpr std::array kProtocols{"*", "Tcp", "Udp"};

template <class List>
std::string pick(engine::Rng& rng, const List& list) {
  return list[rng() % list.size()];
}

std::string random_rule(engine::Rng& rng, const std::string& head) {
  // Rules about everything are rare, or nothing else would be seen.
  const auto side = [&] { return rng() % 3 == 0 ? std::string{"*"} : pick(rng, kAddresses); };
  const std::string protocol = pick(rng, kProtocols);
  std::string out = head + (rng() % 3 == 0 ? " Outbound " : " Inbound ") + protocol + ' ';
  out += side() + " * ";
  out += side() + ' ';
  // Ports of protocols without ports are defined nowhere.
  return out + (protocol == "*" ? std::string{"*"} : pick(rng, kPorts));
}

model::Instance machine(const std::string& name, const std::vector<std::string>& addresses) {
  model::Instance out;
  out.name = name;
  for (const std::string& one : addresses) out.addresses.push_back(address_at(one));
  return out;
}

model::Subnet subnet(const std::string& name, const std::vector<std::string>& prefixes, std::size_t nsg) {
  model::Subnet out;
  out.name = name;
  for (const std::string& one : prefixes) out.prefixes.push_back(net::parse_prefix(one)->prefix);
  out.nsg = nsg;
  return out;
}

}  // namespace

net::IpAddress address_at(const std::string& text) { return *net::parse_address(text); }

model::Nsg named_nsg(const std::string& name, const RuleLines& lines) {
  model::Nsg out = support::nsg_of(lines);
  out.name = name;
  return out;
}

std::vector<model::AdminRule> admin_rules_of(const RuleLines& lines) {
  std::vector<model::AdminRule> out;
  for (const std::string& line : lines) {
    const std::string access = line.substr(0, line.find(' '));
    const bool always = access == "AlwaysAllow";
    model::AdminRule one;
    one.rule = support::rule_line(std::to_string(100 + out.size()) + ' ' + (always ? "Allow" : access) +
                                  line.substr(line.find(' ')));
    one.rule.name = "admin" + std::to_string(out.size());
    one.always_allow = always;
    out.push_back(std::move(one));
  }
  return out;
}

model::Deployment network_of(const NetworkRules& rules) {
  model::Deployment out;
  out.name = "net";
  out.network = model::default_context();
  out.nsgs = {named_nsg("front", rules.front), named_nsg("nic", rules.nic), named_nsg("data", rules.data)};
  out.subnets = {subnet("web", {"10.0.0.0/24", "fd00:1::/64"}, 0), subnet("data", {"10.0.1.0/24"}, 2)};
  model::Role web;
  web.name = "Web";
  web.subnet = 0;
  web.instances = {machine("A", {"10.0.0.4", "fd00:1::4"}), machine("B", {"10.0.0.5"})};
  web.instances.front().nsg = 1;
  model::Role db;
  db.name = "Db";
  db.subnet = 1;
  db.instances = {machine("C", {"10.0.1.4"})};
  out.roles = {web, db};
  out.admin_rules = admin_rules_of(rules.admin);
  return out;
}

RuleLines random_rules(engine::Rng& rng, std::size_t most) {
  RuleLines out;
  const std::size_t count = rng() % (most + 1);
  for (std::size_t i = 0; i < count; ++i)
    out.push_back(random_rule(rng, std::to_string(100 + 10 * i) + (rng() % 2 == 0 ? " Allow" : " Deny")));
  return out;
}

NetworkRules random_network(engine::Rng& rng) {
  NetworkRules out{random_rules(rng, 4), random_rules(rng, 4), random_rules(rng, 4), {}};
  constexpr std::array kAccess{"Allow", "AlwaysAllow", "Deny"};
  for (std::size_t i = rng() % 4; i > 1; --i) out.admin.push_back(random_rule(rng, pick(rng, kAccess)));
  return out;
}

const std::vector<net::FiveTuple>& edge_packets() {
  static const std::vector<net::FiveTuple> out = [] {
    std::vector<net::FiveTuple> packets;
    const std::array kMachines{"10.0.0.4", "10.0.0.5", "10.0.1.4", "fd00:1::4"};
    const std::array kAll{"10.0.0.3",  "10.0.0.4",      "10.0.0.5",    "10.0.0.6",      "10.0.1.4",      "10.0.1.5",
                          "10.9.0.1",  "203.0.112.255", "203.0.113.0", "203.0.113.7",   "203.0.113.255", "203.0.114.0",
                          "fd00:1::4", "fd00:1::5",     "fd00:2::1",   "2001:db8:7::1", "2001:db8:8::"};
    const auto add = [&](const std::string& from, const std::string& to) {
      const net::IpAddress source = address_at(from);
      const net::IpAddress destination = address_at(to);
      if (source == destination || net::family_of(source) != net::family_of(destination)) return;
      for (const net::Protocol protocol : {net::kTcp, net::kUdp})
        for (const int port : {21, 22, 23, 442, 443, 444, 3379, 3380, 3388, 3389, 3390})
          packets.push_back({protocol, source, 50000, destination, static_cast<net::Port>(port)});
      packets.push_back({net::kIcmp, source, 0, destination, 0});
    };
    for (const char* machine : kMachines)
      for (const char* other : kAll) {
        add(other, machine);
        if (std::find(kMachines.begin(), kMachines.end(), std::string{other}) == kMachines.end()) add(machine, other);
      }
    return packets;
  }();
  return out;
}

}  // namespace nsgcheck::policy
