// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

#include "simulator/wire/bytes.hpp"
#include "simulator/wire/frame.hpp"

namespace nsgcheck::wire {

/// An IPv4 packet with TCP or UDP, host byte order.
struct PlainPacket {
  std::uint32_t source{}, destination{};
  net::Port source_port{}, destination_port{};
  bool udp{};
  std::uint8_t flags{};  ///< of TCP (kFin and so on); this line and the next count only there
  std::uint32_t sequence{}, acknowledgment{};
  std::span<const std::byte> payload;  ///< as Packet::payload
  std::uint32_t payload_length{};      ///< as Packet::payload_length
};

namespace plain {

inline constexpr std::size_t kEthernetHeader = 14;
inline constexpr std::size_t kIpv4Header = 20;
inline constexpr std::size_t kTcpHeader = 20;
inline constexpr std::size_t kUdpHeader = 8;

// `length`: of the segment, as the IP header says; `segment` is what was captured of it.
inline bool read_tcp(std::span<const std::byte> segment, std::size_t length, PlainPacket& packet) {
  if (segment.size() < kTcpHeader) return false;
  const std::byte* const at = segment.data();
  const std::size_t header = (std::to_integer<std::size_t>(at[12]) >> 4) * 4;
  if (header < kTcpHeader || header > length) return false;
  packet.udp = false;
  packet.flags = std::to_integer<std::uint8_t>(at[13]);
  packet.sequence = be32(at + 4);
  packet.acknowledgment = be32(at + 8);
  packet.payload = segment.subspan(std::min(header, segment.size()));
  packet.payload_length = static_cast<std::uint32_t>(length - header);
  return true;
}

inline bool read_udp(std::span<const std::byte> datagram, std::size_t length, PlainPacket& packet) {
  const std::size_t whole = be16(datagram.data() + 4);
  if (whole < kUdpHeader || whole > length) return false;
  packet.udp = true;
  packet.payload = datagram.first(std::min(whole, datagram.size())).subspan(kUdpHeader);
  packet.payload_length = static_cast<std::uint32_t>(whole - kUdpHeader);
  return true;
}

}  // namespace plain

/// Reads the frames that captures mostly consist of in a few steps: Ethernet without tags, IPv4 without options that is
/// no fragment, TCP or UDP with whole headers. True when `frame` is such; `packet` then says what decode_frame() says.
/// False says nothing, and leaves `packet` in any state. Here, as every packet needs it.
[[nodiscard]] inline bool decode_plain_frame(LinkType type, std::span<const std::byte> frame, PlainPacket& packet) {
  using namespace plain;
  if (type != LinkType::Ethernet || frame.size() < kEthernetHeader + kIpv4Header + kUdpHeader) return false;
  const std::byte* const ip = frame.data() + kEthernetHeader;
  const std::size_t total = be16(ip + 2);
  const bool fragment = (be16(ip + 6) & 0x3FFFU) != 0;
  // EtherType, IP version and header length stand side by side.
  if (be32(ip - 2) >> 8 != 0x080045 || fragment || total < kIpv4Header) return false;
  const auto payload = frame.subspan(kEthernetHeader).first(std::min(total, frame.size() - kEthernetHeader));
  const auto segment = payload.subspan(kIpv4Header);
  const std::size_t length = total - kIpv4Header;
  if (segment.size() < kUdpHeader) return false;
  const auto protocol = std::to_integer<std::uint8_t>(ip[9]);
  if (protocol == net::kTcp.number ? !read_tcp(segment, length, packet)
                                   : protocol != net::kUdp.number || !read_udp(segment, length, packet))
    return false;
  packet.source = be32(ip + 12);
  packet.destination = be32(ip + 16);
  packet.source_port = be16(segment.data());
  packet.destination_port = be16(segment.data() + 2);
  return true;
}

}  // namespace nsgcheck::wire
