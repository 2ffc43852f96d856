// SPDX-License-Identifier: Apache-2.0
#include "tests/oracle/world.hpp"

#include <algorithm>
#include <cstdlib>
#include <iostream>

#include "analyzer/net/prefix.hpp"

namespace nsgcheck::oracle {
namespace {

Range range_of(const std::string& text) {
  if (const auto dash = text.find('-'); dash != std::string::npos) {
    const auto low = net::parse_address(text.substr(0, dash));
    const auto high = net::parse_address(text.substr(dash + 1));
    if (low && high) return {net::family_of(*low), bits_of(*low), bits_of(*high)};
  } else if (const auto parsed = net::parse_prefix(text)) {
    if (const auto* v4 = std::get_if<net::Prefix4>(&parsed->prefix)) return {net::Family::V4, v4->low(), v4->high()};
    const auto& v6 = std::get<net::Prefix6>(parsed->prefix);
    return {net::Family::V6, v6.low(), v6.high()};
  }
  std::cerr << "no range: " << text << '\n';
  std::abort();
}

}  // namespace

std::vector<Range> ranges(const std::vector<std::string>& texts) {
  std::vector<Range> out;
  for (const std::string& text : texts) out.push_back(range_of(text));
  return out;
}

net::Bits128 bits_of(const net::IpAddress& address) {
  if (const auto* v4 = std::get_if<net::Ipv4>(&address)) return v4->bits;
  return std::get<net::Ipv6>(address).bits;
}

net::IpAddress address_of(net::Family family, net::Bits128 bits) {
  if (family == net::Family::V4) return net::Ipv4{static_cast<std::uint32_t>(bits)};
  return net::Ipv6{bits};
}

bool holds(const std::vector<Range>& ranges, const net::IpAddress& address) {
  const net::Bits128 bits = bits_of(address);
  return std::any_of(ranges.begin(), ranges.end(), [&](const Range& r) {
    return r.family == net::family_of(address) && r.low <= bits && bits <= r.high;
  });
}

World default_world() {
  World world;
  world.virtual_network = ranges({"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "168.63.129.16", "fc00::/7"});
  return world;
}

bool is_internet(const World& world, const net::IpAddress& address) {
  static const std::vector<Range> kNever =
      ranges({"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "0.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8",
              "169.254.0.0/16", "224.0.0.0/4", "240.0.0.0/4"});
  static const std::vector<Range> kCandidates = ranges({"0.0.0.0/0", "2000::/3"});
  return holds(kCandidates, address) && !holds(kNever, address) && !holds(world.virtual_network, address);
}

}  // namespace nsgcheck::oracle
