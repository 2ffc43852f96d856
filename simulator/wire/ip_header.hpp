// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include <tl/expected.hpp>

#include "analyzer/net/address.hpp"
#include "simulator/wire/frame.hpp"

namespace nsgcheck::wire {

/// A fragment's place in its datagram.
struct FragmentPlace {
  std::size_t offset{};  ///< bytes
  bool more{};
  std::uint32_t identification{};
};

/// The network layer of a packet, headers stepped over.
struct IpPacket {
  net::IpAddress source;
  net::IpAddress destination;
  std::uint8_t protocol{};             ///< of the payload, IPv6 extension headers skipped
  std::optional<FragmentPlace> place;  ///< set when the packet is one of several fragments
  std::size_t payload_offset{};        ///< from the start of the IP header
  std::span<const std::byte> payload;  ///< as far as captured, link padding cut off
  std::size_t payload_length{};        ///< as the IP header says
};

/// Reads an IPv4 header with its options. Fault offsets count from the start of `bytes`.
[[nodiscard]] tl::expected<IpPacket, FrameFault> read_ipv4(std::span<const std::byte> bytes);
/// Reads an IPv6 header and its extension headers.
[[nodiscard]] tl::expected<IpPacket, FrameFault> read_ipv6(std::span<const std::byte> bytes);

/// Steps over the IPv6 extension headers at the start of packet.payload, of which packet.protocol is the first.
/// ESP ends the walk: what follows is encrypted.
[[nodiscard]] tl::expected<IpPacket, FrameFault> skip_extension_headers(IpPacket packet);

}  // namespace nsgcheck::wire
