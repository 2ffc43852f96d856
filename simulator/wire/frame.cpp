// SPDX-License-Identifier: Apache-2.0
#include "simulator/wire/frame.hpp"

#include "simulator/wire/cursor.hpp"
#include "simulator/wire/ip_header.hpp"
#include "simulator/wire/link_layer.hpp"

namespace nsgcheck::wire {
namespace {

using Kind = FrameFault::Kind;
using Result = tl::expected<Packet, FrameFault>;

constexpr std::size_t kTcpHeader = 20;
constexpr std::size_t kUdpHeader = 8;
constexpr std::size_t kIcmpHeader = 8;

Result fault(Kind kind, std::size_t offset, std::string_view what) {
  return tl::unexpected{FrameFault{kind, offset, what}};
}

// Faults of the transport layer count from the start of `ip.payload`.
Result read_tcp(const IpPacket& ip, Packet packet) {
  Cursor cursor{ip.payload};
  packet.tuple.source_port = cursor.be16();
  packet.tuple.destination_port = cursor.be16();
  TcpHeader tcp;
  tcp.sequence = cursor.be32();
  tcp.acknowledgment = cursor.be32();
  const std::uint8_t offset = cursor.u8();
  const std::uint8_t flags = cursor.u8();
  tcp.window = cursor.be16();
  cursor.skip(4);
  if (!cursor.ok())
    return fault(ip.payload_length < kTcpHeader ? Kind::Malformed : Kind::Truncated, ip.payload.size(), "TCP header");
  tcp.fin = (flags & kFin) != 0;
  tcp.syn = (flags & kSyn) != 0;
  tcp.rst = (flags & kRst) != 0;
  tcp.psh = (flags & kPsh) != 0;
  tcp.ack = (flags & kAck) != 0;
  const std::size_t header = (offset >> 4U) * std::size_t{4};
  if (header < kTcpHeader) return fault(Kind::Malformed, 12, "TCP data offset below 5");
  if (header > ip.payload_length) return fault(Kind::Malformed, 12, "TCP data offset beyond the packet");
  packet.tcp = tcp;
  packet.payload = ip.payload.subspan(std::min(header, ip.payload.size()));
  packet.payload_length = static_cast<std::uint32_t>(ip.payload_length - header);
  return packet;
}

Result read_udp(const IpPacket& ip, Packet packet) {
  Cursor cursor{ip.payload};
  packet.tuple.source_port = cursor.be16();
  packet.tuple.destination_port = cursor.be16();
  const std::uint16_t length = cursor.be16();
  cursor.skip(2);
  if (!cursor.ok())
    return fault(ip.payload_length < kUdpHeader ? Kind::Malformed : Kind::Truncated, ip.payload.size(), "UDP header");
  // 0: a jumbogram (RFC 2675) or a segment that the network card still has to cut.
  const std::size_t datagram = length == 0 ? ip.payload_length : length;
  if (datagram < kUdpHeader) return fault(Kind::Malformed, 4, "UDP length below 8");
  if (datagram > ip.payload_length) return fault(Kind::Malformed, 4, "UDP length beyond the packet");
  packet.payload = first_of(ip.payload, datagram).subspan(kUdpHeader);
  packet.payload_length = static_cast<std::uint32_t>(datagram - kUdpHeader);
  return packet;
}

Result read_sctp(const IpPacket& ip, Packet packet) {
  Cursor cursor{ip.payload};
  packet.tuple.source_port = cursor.be16();
  packet.tuple.destination_port = cursor.be16();
  if (!cursor.ok()) return fault(Kind::Truncated, ip.payload.size(), "SCTP header");
  return packet;
}

bool is_error(net::Protocol icmp, std::uint8_t type) {
  if (icmp == net::kIcmpV6) return type >= 1 && type <= 4;
  // Unreachable, quench, redirect, time exceeded, parameter problem (RFC 792).
  return type == 3 || type == 4 || type == 5 || type == 11 || type == 12;
}

tl::expected<IpPacket, FrameFault> read_ip(std::span<const std::byte> bytes, int version) {
  return version == 4 ? read_ipv4(bytes) : read_ipv6(bytes);
}

// The quoted packet is cut after 8 bytes of its payload by old senders, so nothing behind the ports is asked for.
std::optional<net::FiveTuple> quoted_tuple(std::span<const std::byte> quoted, int version) {
  const auto ip = read_ip(quoted, version);
  if (!ip || (ip->place && ip->place->offset != 0)) return std::nullopt;
  net::FiveTuple tuple{net::Protocol{ip->protocol}, ip->source, 0, ip->destination, 0};
  if (!net::has_ports(tuple.protocol)) return tuple;
  Cursor cursor{ip->payload};
  tuple.source_port = cursor.be16();
  tuple.destination_port = cursor.be16();
  if (!cursor.ok()) return std::nullopt;
  return tuple;
}

Result read_icmp(const IpPacket& ip, Packet packet) {
  Cursor cursor{ip.payload};
  const std::uint8_t type = cursor.u8();
  cursor.skip(kIcmpHeader - 1);
  if (!cursor.ok()) return fault(Kind::Truncated, ip.payload.size(), "ICMP header");
  packet.icmp_type = type;
  if (is_error(packet.tuple.protocol, type))
    packet.icmp_about = quoted_tuple(cursor.rest(), packet.tuple.protocol == net::kIcmp ? 4 : 6);
  return packet;
}

Result read_transport(const IpPacket& ip) {
  Packet packet{net::FiveTuple{net::Protocol{ip.protocol}, ip.source, 0, ip.destination, 0}, {}, {}, 0, {}, {}};
  const net::Protocol protocol = packet.tuple.protocol;
  if (protocol == net::kTcp) return read_tcp(ip, packet);
  if (protocol == net::kUdp) return read_udp(ip, packet);
  if (protocol == net::kSctp) return read_sctp(ip, packet);
  const bool v4 = net::family_of(ip.source) == net::Family::V4;
  if (protocol == (v4 ? net::kIcmp : net::kIcmpV6)) return read_icmp(ip, packet);
  return packet;
}

// `packet` with the payload of the whole datagram in place of the fragment's.
tl::expected<IpPacket, FrameFault> reassemble(IpPacket packet, FragmentTable* fragments) {
  const auto refuse = [&](std::string_view what) {
    return tl::unexpected{FrameFault{Kind::Fragment, packet.payload_offset, what}};
  };
  if (fragments == nullptr) return refuse("fragment");
  if (packet.payload.size() < packet.payload_length) return refuse("fragment is cut by the snap length");
  const bool v4 = net::family_of(packet.source) == net::Family::V4;
  const FragmentKey key{packet.source, packet.destination, packet.place->identification,
                        v4 ? packet.protocol : std::uint8_t{0}};
  const auto whole =
      fragments->add(Fragment{key, packet.place->offset, packet.place->more, packet.protocol, packet.payload});
  if (!whole) return refuse(whole.error());
  packet.protocol = whole->protocol;
  packet.payload = whole->payload;
  packet.payload_length = whole->payload.size();
  packet.place.reset();
  if (v4) return packet;
  auto walked = skip_extension_headers(packet);
  if (walked && walked->place) return refuse("fragment inside a fragment");
  return walked;
}

}  // namespace

tl::expected<Packet, FrameFault> decode_frame(LinkType type, std::span<const std::byte> frame,
                                              FragmentTable* fragments) {
  const auto start = find_network_header(type, frame);
  if (!start) return tl::unexpected{start.error()};
  // Offsets inside a datagram that was put together say nothing about this frame, so none may exceed it.
  const auto in_frame = [&](FrameFault inner, std::size_t base) {
    inner.offset = std::min(inner.offset + base, frame.size());
    return tl::unexpected{inner};
  };
  auto ip = read_ip(frame.subspan(start->offset), start->version);
  if (ip && ip->place) ip = reassemble(*ip, fragments);
  if (!ip) return in_frame(ip.error(), start->offset);
  const auto packet = read_transport(*ip);
  if (!packet) return in_frame(packet.error(), start->offset + ip->payload_offset);
  return *packet;
}

}  // namespace nsgcheck::wire
