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

[[nodiscard]] inline PackedAddress pack(const net::IpAddress& address) {
  if (const auto* v4 = std::get_if<net::Ipv4>(&address)) return {0, 0xFFFF00000000ULL | v4->bits};
  const net::Bits128 bits = std::get_if<net::Ipv6>(&address)->bits;
  return {static_cast<std::uint64_t>(bits >> 64), static_cast<std::uint64_t>(bits)};
}
[[nodiscard]] net::IpAddress unpack(const PackedAddress& address, net::Family family);

/// A five-tuple as a connection sees it: from `a` to `b`.
struct FlowKey {
  PackedAddress a, b;
  net::Port a_port{}, b_port{};
  std::uint8_t protocol{};
  net::Family family{};
  friend bool operator==(const FlowKey&, const FlowKey&) = default;
};

[[nodiscard]] inline FlowKey flow_key(const net::FiveTuple& tuple) {
  return {pack(tuple.source),     pack(tuple.destination), tuple.source_port,
          tuple.destination_port, tuple.protocol.number,   net::family_of(tuple.source)};
}
[[nodiscard]] inline FlowKey reversed(const FlowKey& key) {
  return {key.b, key.a, key.b_port, key.a_port, key.protocol, key.family};
}
/// The same for a key and its reverse.
[[nodiscard]] std::uint64_t hash(const FlowKey& key, std::uint64_t secret);

}  // namespace nsgcheck::flow
