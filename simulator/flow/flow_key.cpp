// SPDX-License-Identifier: Apache-2.0
#include "simulator/flow/flow_key.hpp"

#include <utility>

namespace nsgcheck::flow {
namespace {

// 64 x 64 -> 128 bit product folded to 64 bits, the mixing step of wyhash.
std::uint64_t mix(std::uint64_t a, std::uint64_t b) {
  const net::Bits128 product = static_cast<net::Bits128>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

std::uint64_t hash_end(const PackedAddress& address, net::Port port, std::uint64_t secret) {
  const std::uint64_t first = mix(address.high ^ secret, address.low ^ 0xE7037ED1A0B428DBULL);
  return mix(first ^ port ^ 0xA0761D6478BD642FULL, secret ^ 0x8EBC6AF09C88C6E3ULL);
}

}  // namespace

PackedAddress pack(const net::IpAddress& address) {
  if (const auto* v4 = std::get_if<net::Ipv4>(&address)) return {0, 0xFFFF00000000ULL | v4->bits};
  const net::Bits128 bits = std::get<net::Ipv6>(address).bits;
  return {static_cast<std::uint64_t>(bits >> 64), static_cast<std::uint64_t>(bits)};
}

net::IpAddress unpack(const PackedAddress& address, net::Family family) {
  if (family == net::Family::V4) return net::Ipv4{static_cast<std::uint32_t>(address.low)};
  return net::Ipv6{static_cast<net::Bits128>(address.high) << 64 | address.low};
}

FlowKey flow_key(const net::FiveTuple& tuple) {
  return {pack(tuple.source),     pack(tuple.destination), tuple.source_port,
          tuple.destination_port, tuple.protocol.number,   net::family_of(tuple.source)};
}

FlowKey reversed(const FlowKey& key) {
  FlowKey other = key;
  std::swap(other.a, other.b);
  std::swap(other.a_port, other.b_port);
  return other;
}

std::uint64_t hash(const FlowKey& key, std::uint64_t secret) {
  // Addition makes the two ends interchangeable; each end is mixed first, so no structure is left to cancel.
  const std::uint64_t ends = hash_end(key.a, key.a_port, secret) + hash_end(key.b, key.b_port, secret);
  return mix(ends ^ key.protocol, secret ^ 0x589965CC75374CC3ULL);
}

}  // namespace nsgcheck::flow
