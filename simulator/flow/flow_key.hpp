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

[[nodiscard]] inline PackedAddress pack(net::Ipv4 address) { return {0, 0xFFFF00000000ULL | address.bits}; }
[[nodiscard]] inline PackedAddress pack(const net::IpAddress& address) {
  if (const auto* v4 = std::get_if<net::Ipv4>(&address)) return pack(*v4);
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

// Here, as every packet needs it.

/// 64 x 64 -> 128 bit product folded to 64 bits, the mixing step of wyhash.
[[nodiscard]] inline std::uint64_t mix(std::uint64_t a, std::uint64_t b) {
  const net::Bits128 product = static_cast<net::Bits128>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

[[nodiscard]] inline std::uint64_t hash_end(const PackedAddress& address, net::Port port, std::uint64_t secret) {
  // The upper half of an IPv4 address is always 0; its lower half has room for the port.
  const std::uint64_t upper = address.high == 0 ? 0 : mix(address.high ^ secret, 0xE7037ED1A0B428DBULL);
  return mix((address.low ^ static_cast<std::uint64_t>(port) << 48) ^ upper ^ 0xA0761D6478BD642FULL,
             secret ^ 0x8EBC6AF09C88C6E3ULL);
}

/// The same for a key and its reverse.
[[nodiscard]] inline std::uint64_t hash(const FlowKey& key, std::uint64_t secret) {
  // Addition makes the two ends interchangeable; each end is mixed first, so no structure is left to cancel.
  const std::uint64_t ends = hash_end(key.a, key.a_port, secret) + hash_end(key.b, key.b_port, secret);
  return mix(ends ^ key.protocol, secret ^ 0x589965CC75374CC3ULL);
}

}  // namespace nsgcheck::flow
