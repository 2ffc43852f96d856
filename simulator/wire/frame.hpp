// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include <tl/expected.hpp>

#include "analyzer/net/address.hpp"
#include "analyzer/net/five_tuple.hpp"
#include "simulator/wire/fragment_table.hpp"

namespace nsgcheck::wire {

/// The link types that are decoded; numbers are those of pcap files (LINKTYPE_*).
enum class LinkType : std::uint16_t {
  Null = 0,  ///< BSD loopback, address family in host byte order of the capturing machine
  Ethernet = 1,
  RawIp12 = 12,  ///< DLT_RAW as some systems wrote it
  RawIp = 101,
  Loop = 108,  ///< OpenBSD loopback, network byte order
  LinuxSll = 113,
  RawIp4 = 228,
  RawIp6 = 229,
  LinuxSll2 = 276,
};

/// The decoded link type of a pcap number; empty when nsgcheck does not decode it.
[[nodiscard]] std::optional<LinkType> link_type(int number);
/// "EN10MB", "LINUX_SLL2", "RAW", ... as libpcap names it.
[[nodiscard]] std::string_view name(LinkType type);

/// Bits of the TCP header's flags (RFC 9293 3.1).
inline constexpr std::uint8_t kFin = 0x01, kSyn = 0x02, kRst = 0x04, kPsh = 0x08, kAck = 0x10;

/// TCP header fields that a connection needs, host byte order.
struct TcpHeader {
  std::uint32_t sequence{};
  std::uint32_t acknowledgment{};
  bool syn{}, ack{}, fin{}, rst{}, psh{};
  std::uint16_t window{};
};

/// One IP packet of a frame. `payload` views the frame's bytes (or the reassembled datagram's).
struct Packet {
  net::FiveTuple tuple;                ///< ports 0 unless TCP, UDP or SCTP
  std::optional<TcpHeader> tcp;        ///< set for TCP
  std::span<const std::byte> payload;  ///< of TCP or UDP as far as captured; link padding removed by the IP length
  std::uint32_t payload_length{};  ///< as the IP header says; larger than payload.size() when the snap length cut it
  std::optional<net::FiveTuple> icmp_about;  ///< ICMP error: the tuple of the packet that it quotes
  std::optional<std::uint8_t> icmp_type;     ///< of ICMP and ICMPv6
};

/// Why a frame gave no packet. `offset` counts bytes from the start of the frame.
struct FrameFault {
  enum class Kind : std::uint8_t { NotIp, Truncated, Malformed, Fragment, UnknownLinkType };
  Kind kind;
  std::size_t offset;  ///< 0..frame size
  std::string_view what;
};

/// Reads one captured frame down to the payload. Link layer: Ethernet with any VLAN tags, Linux cooked (1 and 2), BSD
/// loopback, raw IP. IPv4 with options, IPv6 with extension headers, TCP, UDP, SCTP ports, ICMP errors. Checksums are
/// not judged: a capture on the sending host sees them before the network card fills them in. An IP length of 0 is
/// read as "up to the end of the frame" for the same reason (segmentation offload).
/// `fragments` puts IP fragments together; without it, and until a datagram is complete, the result is a fault of kind
/// Fragment. The payload of a datagram that was put together views `*fragments` until its next use.
[[nodiscard]] tl::expected<Packet, FrameFault> decode_frame(LinkType type, std::span<const std::byte> frame,
                                                            FragmentTable* fragments = nullptr);

}  // namespace nsgcheck::wire
