// SPDX-License-Identifier: Apache-2.0
#include "simulator/wire/plain_frame.hpp"

#include <algorithm>

namespace nsgcheck::wire {
namespace {

constexpr std::size_t kEthernetHeader = 14;
constexpr std::size_t kIpv4Header = 20;
constexpr std::size_t kTcpHeader = 20;
constexpr std::size_t kUdpHeader = 8;

// The caller has made sure that the bytes are there.
std::uint32_t byte(std::span<const std::byte> bytes, std::size_t at) {
  return std::to_integer<std::uint32_t>(bytes[at]);
}
std::uint16_t be16(std::span<const std::byte> bytes, std::size_t at) {
  return static_cast<std::uint16_t>(byte(bytes, at) << 8 | byte(bytes, at + 1));
}
std::uint32_t be32(std::span<const std::byte> bytes, std::size_t at) {
  return byte(bytes, at) << 24 | byte(bytes, at + 1) << 16 | byte(bytes, at + 2) << 8 | byte(bytes, at + 3);
}

// `length`: of the segment, as the IP header says; `segment` is what was captured of it.
bool read_tcp(std::span<const std::byte> segment, std::size_t length, Packet& packet) {
  if (segment.size() < kTcpHeader) return false;
  const std::size_t header = (byte(segment, 12) >> 4) * std::size_t{4};
  if (header < kTcpHeader || header > length) return false;
  const std::uint32_t flags = byte(segment, 13);
  const auto has = [flags](std::uint32_t bit) { return (flags & bit) != 0; };
  packet.tcp = TcpHeader{be32(segment, 4), be32(segment, 8), has(0x02), has(0x10),
                         has(0x01),        has(0x04),        has(0x08), be16(segment, 14)};
  packet.payload = segment.subspan(std::min(header, segment.size()));
  packet.payload_length = static_cast<std::uint32_t>(length - header);
  return true;
}

bool read_udp(std::span<const std::byte> datagram, std::size_t length, Packet& packet) {
  if (datagram.size() < kUdpHeader) return false;
  const std::size_t whole = be16(datagram, 4);
  if (whole < kUdpHeader || whole > length) return false;
  packet.tcp.reset();
  packet.payload = datagram.first(std::min(whole, datagram.size())).subspan(kUdpHeader);
  packet.payload_length = static_cast<std::uint32_t>(whole - kUdpHeader);
  return true;
}

}  // namespace

bool decode_plain_frame(LinkType type, std::span<const std::byte> frame, Packet& packet) {
  if (type != LinkType::Ethernet || frame.size() < kEthernetHeader + kIpv4Header + kUdpHeader) return false;
  if (be16(frame, 12) != 0x0800 || byte(frame, 14) != 0x45) return false;
  const auto ip = frame.subspan(kEthernetHeader);
  const std::size_t total = be16(ip, 2);
  const bool fragment = (be16(ip, 6) & 0x3FFFU) != 0;
  if (fragment || total < kIpv4Header) return false;
  const auto payload = ip.first(std::min(total, ip.size())).subspan(kIpv4Header);
  const net::Protocol protocol{static_cast<std::uint8_t>(byte(ip, 9))};
  const std::size_t length = total - kIpv4Header;
  if (protocol == net::kTcp ? !read_tcp(payload, length, packet)
                            : protocol != net::kUdp || !read_udp(payload, length, packet))
    return false;
  packet.tuple = {protocol, net::Ipv4{be32(ip, 12)}, be16(payload, 0), net::Ipv4{be32(ip, 16)}, be16(payload, 2)};
  packet.icmp_about.reset();
  packet.icmp_type.reset();
  return true;
}

}  // namespace nsgcheck::wire
