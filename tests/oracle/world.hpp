// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/net/address.hpp"

namespace nsgcheck::oracle {

/// An inclusive run of addresses of one family.
struct Range {
  net::Family family{net::Family::V4};
  net::Bits128 low{};
  net::Bits128 high{};
};

/// Every block and range as text, "10.0.0.0/8", "fe80::1", "10.0.0.4-10.0.0.9". Aborts on anything else.
[[nodiscard]] std::vector<Range> ranges(const std::vector<std::string>& texts);

[[nodiscard]] bool holds(const std::vector<Range>& ranges, const net::IpAddress& address);
[[nodiscard]] net::Bits128 bits_of(const net::IpAddress& address);
[[nodiscard]] net::IpAddress address_of(net::Family family, net::Bits128 bits);

/// What a verdict rests on besides the rules, as plain lists: names in lower case.
struct World {
  std::vector<Range> virtual_network;
  std::map<std::string, std::vector<Range>> tags;
  std::map<std::string, std::vector<Range>> asgs;
};

/// The world without a deployment file (semantics 2).
[[nodiscard]] World default_world();

/// Whether an address is one of the tag `Internet` (semantics 2).
[[nodiscard]] bool is_internet(const World& world, const net::IpAddress& address);

}  // namespace nsgcheck::oracle
