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
  // The upper half of an IPv4 address is always 0; its lower half has room for the port.
  const std::uint64_t upper = address.high == 0 ? 0 : mix(address.high ^ secret, 0xE7037ED1A0B428DBULL);
  return mix((address.low ^ static_cast<std::uint64_t>(port) << 48) ^ upper ^ 0xA0761D6478BD642FULL,
             secret ^ 0x8EBC6AF09C88C6E3ULL);
}

}  // namespace

net::IpAddress unpack(const PackedAddress& address, net::Family family) {
  if (family == net::Family::V4) return net::Ipv4{static_cast<std::uint32_t>(address.low)};
  return net::Ipv6{static_cast<net::Bits128>(address.high) << 64 | address.low};
}

std::uint64_t hash(const FlowKey& key, std::uint64_t secret) {
  // Addition makes the two ends interchangeable; each end is mixed first, so no structure is left to cancel.
  const std::uint64_t ends = hash_end(key.a, key.a_port, secret) + hash_end(key.b, key.b_port, secret);
  return mix(ends ^ key.protocol, secret ^ 0x589965CC75374CC3ULL);
}

}  // namespace nsgcheck::flow
