// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>

#include "analyzer/net/five_tuple.hpp"

namespace nsgcheck::flow {

/// An address of either family in 16 bytes without padding; IPv4 as its IPv4-mapped form (RFC 4291 2.5.5.2) with a mark
/// in the key, so that the two are not mixed up.
struct PackedAddress {
  std::uint64_t high{}, low{};
  friend bool operator==(const PackedAddress&, const PackedAddress&) = default;
  friend auto operator<=>(const PackedAddress&, const PackedAddress&) = default;
};

[[nodiscard]] PackedAddress pack(const net::IpAddress& address);
[[nodiscard]] net::IpAddress unpack(const PackedAddress& address, net::Family family);

/// A five-tuple as a connection sees it: from `a` to `b`.
struct FlowKey {
  PackedAddress a, b;
  net::Port a_port{}, b_port{};
  std::uint8_t protocol{};
  net::Family family{};
  friend bool operator==(const FlowKey&, const FlowKey&) = default;
};

[[nodiscard]] FlowKey flow_key(const net::FiveTuple& tuple);
[[nodiscard]] FlowKey reversed(const FlowKey& key);
/// The same for a key and its reverse.
[[nodiscard]] std::uint64_t hash(const FlowKey& key, std::uint64_t secret);

}  // namespace nsgcheck::flow
