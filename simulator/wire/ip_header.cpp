// SPDX-License-Identifier: Apache-2.0
#include "simulator/wire/ip_header.hpp"

#include "simulator/wire/cursor.hpp"

namespace nsgcheck::wire {
namespace {

using Kind = FrameFault::Kind;
using IpResult = tl::expected<IpPacket, FrameFault>;

constexpr std::size_t kIpv4Header = 20;
constexpr std::size_t kIpv6Header = 40;
// RFC 8200 names six kinds, one of them twice; more is an attack on the reader.
constexpr int kMostExtensionHeaders = 16;

constexpr std::uint8_t kHopByHop = 0;
constexpr std::uint8_t kRouting = 43;
constexpr std::uint8_t kFragment = 44;
constexpr std::uint8_t kAuthentication = 51;
constexpr std::uint8_t kDestinationOptions = 60;
constexpr std::uint8_t kMobility = 135;

IpResult ip_fault(Kind kind, std::size_t offset, std::string_view what) {
  return tl::unexpected{FrameFault{kind, offset, what}};
}

net::Ipv6 read_address6(Cursor& cursor) {
  const net::Bits128 high = cursor.be64();
  return net::Ipv6{high << 64 | cursor.be64()};
}

// Drops `count` bytes, of which `count` <= packet.payload_length, from the front of the payload.
void advance(IpPacket& packet, std::size_t count) {
  packet.payload = packet.payload.subspan(std::min(count, packet.payload.size()));
  packet.payload_offset += count;
  packet.payload_length -= count;
}

// Length of the extension header in bytes (RFC 8200 section 4, RFC 4302 section 2.2).
std::size_t extension_length(std::uint8_t kind, std::uint8_t field) {
  if (kind == kFragment) return 8;
  if (kind == kAuthentication) return (field + std::size_t{2}) * 4;
  return (field + std::size_t{1}) * 8;
}

bool is_extension(std::uint8_t kind) {
  return kind == kHopByHop || kind == kRouting || kind == kFragment || kind == kAuthentication ||
         kind == kDestinationOptions || kind == kMobility;
}

}  // namespace

tl::expected<IpPacket, FrameFault> read_ipv4(std::span<const std::byte> bytes) {
  Cursor cursor{bytes};
  const std::uint8_t first = cursor.u8();
  cursor.skip(1);
  const std::uint16_t total = cursor.be16();
  const std::uint16_t identification = cursor.be16();
  const std::uint16_t fragment = cursor.be16();
  cursor.skip(1);
  IpPacket packet;
  packet.protocol = cursor.u8();
  cursor.skip(2);
  packet.source = net::Ipv4{cursor.be32()};
  packet.destination = net::Ipv4{cursor.be32()};
  if (!cursor.ok()) return ip_fault(Kind::Truncated, bytes.size(), "IPv4 header");
  if (first >> 4 != 4) return ip_fault(Kind::Malformed, 0, "IPv4 packet with another version number");
  const std::size_t header = (first & 0x0FU) * std::size_t{4};
  if (header < kIpv4Header) return ip_fault(Kind::Malformed, 0, "IPv4 header length below 20");
  const std::size_t length = total == 0 ? bytes.size() : total;
  if (length < header) return ip_fault(Kind::Malformed, 2, "IPv4 total length below the header length");
  if (bytes.size() < header) return ip_fault(Kind::Truncated, bytes.size(), "IPv4 options");
  packet.payload_offset = header;
  packet.payload = first_of(bytes, length).subspan(header);
  packet.payload_length = length - header;
  const bool more = (fragment & 0x2000U) != 0;
  const std::size_t offset = (fragment & 0x1FFFU) * std::size_t{8};
  if (more || offset != 0) packet.place = FragmentPlace{offset, more, identification};
  return packet;
}

tl::expected<IpPacket, FrameFault> read_ipv6(std::span<const std::byte> bytes) {
  Cursor cursor{bytes};
  const std::uint32_t first = cursor.be32();
  const std::uint16_t length = cursor.be16();
  IpPacket packet;
  packet.protocol = cursor.u8();
  cursor.skip(1);
  packet.source = read_address6(cursor);
  packet.destination = read_address6(cursor);
  if (!cursor.ok()) return ip_fault(Kind::Truncated, bytes.size(), "IPv6 header");
  if (first >> 28 != 6) return ip_fault(Kind::Malformed, 0, "IPv6 packet with another version number");
  packet.payload_offset = kIpv6Header;
  // 0 is written by segmentation offload and by jumbograms; both reach to the end of the frame.
  packet.payload_length = length == 0 ? cursor.remaining() : length;
  packet.payload = first_of(cursor.rest(), packet.payload_length);
  return skip_extension_headers(packet);
}

tl::expected<IpPacket, FrameFault> skip_extension_headers(IpPacket packet) {
  for (int headers = 0; is_extension(packet.protocol); ++headers) {
    const std::size_t at = packet.payload_offset;
    if (headers == kMostExtensionHeaders) return ip_fault(Kind::Malformed, at, "too many IPv6 extension headers");
    Cursor cursor{packet.payload};
    const std::uint8_t next = cursor.u8();
    const std::size_t length = extension_length(packet.protocol, cursor.u8());
    if (length > packet.payload_length && cursor.ok())
      return ip_fault(Kind::Malformed, at, "IPv6 extension header longer than the packet");
    if (!cursor.ok() || length > packet.payload.size()) return ip_fault(Kind::Truncated, at, "IPv6 extension header");
    if (packet.protocol == kFragment) {
      const std::uint16_t field = cursor.be16();
      const std::uint32_t identification = cursor.be32();
      // Offset 0 and nothing more to come is a whole packet that was never cut (RFC 6946).
      if ((field & 0xFFF9U) != 0) packet.place = FragmentPlace{field & 0xFFF8U, (field & 1U) != 0, identification};
    }
    advance(packet, length);
    packet.protocol = next;
    if (packet.place) return packet;
  }
  return packet;
}

}  // namespace nsgcheck::wire
