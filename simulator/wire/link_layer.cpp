// SPDX-License-Identifier: Apache-2.0
#include "simulator/wire/link_layer.hpp"

#include "simulator/wire/cursor.hpp"

namespace nsgcheck::wire {
namespace {

using Start = tl::expected<NetworkStart, FrameFault>;
using Kind = FrameFault::Kind;

constexpr std::uint16_t kIpv4Type = 0x0800;
constexpr std::uint16_t kIpv6Type = 0x86DD;
// Real nestings are two deep; the bound keeps a crafted frame from being all tags.
constexpr int kMostTags = 8;

constexpr bool is_vlan_tag(std::uint16_t type) {
  return type == 0x8100 || type == 0x88A8 || type == 0x9100;  // 802.1Q, 802.1ad, the older QinQ
}

Start link_fault(Kind kind, std::size_t offset, std::string_view what) {
  return tl::unexpected{FrameFault{kind, offset, what}};
}

// `cursor` stands behind the type field that held `type`.
Start by_ether_type(Cursor cursor, std::uint16_t type) {
  for (int tags = 0; is_vlan_tag(type); ++tags) {
    if (tags == kMostTags) return link_fault(Kind::Malformed, cursor.position(), "too many VLAN tags");
    cursor.skip(2);
    type = cursor.be16();
    if (!cursor.ok()) return link_fault(Kind::Truncated, cursor.position(), "VLAN tag");
  }
  if (type == kIpv4Type) return NetworkStart{cursor.position(), 4};
  if (type == kIpv6Type) return NetworkStart{cursor.position(), 6};
  return link_fault(Kind::NotIp, cursor.position(), "no IP packet");
}

Start ethernet(std::span<const std::byte> frame) {
  Cursor cursor{frame};
  cursor.skip(12);
  const std::uint16_t type = cursor.be16();
  if (!cursor.ok()) return link_fault(Kind::Truncated, cursor.position(), "Ethernet header");
  return by_ether_type(cursor, type);
}

Start linux_cooked(std::span<const std::byte> frame) {
  Cursor cursor{frame};
  cursor.skip(14);
  const std::uint16_t type = cursor.be16();
  if (!cursor.ok()) return link_fault(Kind::Truncated, cursor.position(), "Linux cooked header");
  return by_ether_type(cursor, type);
}

Start linux_cooked_2(std::span<const std::byte> frame) {
  Cursor cursor{frame};
  const std::uint16_t type = cursor.be16();
  cursor.skip(18);
  if (!cursor.ok()) return link_fault(Kind::Truncated, cursor.position(), "Linux cooked header, version 2");
  return by_ether_type(cursor, type);
}

// The header is an address family in the byte order of whatever machine captured; AF_INET6 differs between systems.
Start loopback(std::span<const std::byte> frame) {
  Cursor cursor{frame};
  const std::uint32_t big = cursor.be32();
  if (!cursor.ok()) return link_fault(Kind::Truncated, 0, "loopback header");
  const std::uint32_t little = Cursor{frame}.le32();
  for (const std::uint32_t family : {big, little}) {
    if (family == 2) return NetworkStart{4, 4};
    if (family == 24 || family == 28 || family == 30 || family == 10) return NetworkStart{4, 6};
  }
  return link_fault(Kind::NotIp, 0, "address family is neither IPv4 nor IPv6");
}

Start raw_ip(std::span<const std::byte> frame) {
  if (frame.empty()) return link_fault(Kind::Truncated, 0, "IP header");
  const int version = std::to_integer<int>(frame.front()) >> 4;
  if (version != 4 && version != 6) return link_fault(Kind::NotIp, 0, "IP version is neither 4 nor 6");
  return NetworkStart{0, version};
}

}  // namespace

tl::expected<NetworkStart, FrameFault> find_network_header(LinkType type, std::span<const std::byte> frame) {
  switch (type) {
    case LinkType::Ethernet:
      return ethernet(frame);
    case LinkType::LinuxSll:
      return linux_cooked(frame);
    case LinkType::LinuxSll2:
      return linux_cooked_2(frame);
    case LinkType::Null:
    case LinkType::Loop:
      return loopback(frame);
    case LinkType::RawIp12:
    case LinkType::RawIp:
      return raw_ip(frame);
    case LinkType::RawIp4:
      return NetworkStart{0, 4};
    case LinkType::RawIp6:
      return NetworkStart{0, 6};
  }
  return link_fault(Kind::UnknownLinkType, 0, "link type is not decoded");
}

std::optional<LinkType> link_type(int number) {
  constexpr LinkType kAll[] = {LinkType::Null,   LinkType::Ethernet, LinkType::RawIp12,
                               LinkType::RawIp,  LinkType::Loop,     LinkType::LinuxSll,
                               LinkType::RawIp4, LinkType::RawIp6,   LinkType::LinuxSll2};
  for (const LinkType type : kAll)
    if (static_cast<int>(type) == number) return type;
  return std::nullopt;
}

std::string_view name(LinkType type) {
  switch (type) {
    case LinkType::Null:
      return "NULL";
    case LinkType::Ethernet:
      return "EN10MB";
    case LinkType::RawIp12:
    case LinkType::RawIp:
      return "RAW";
    case LinkType::Loop:
      return "LOOP";
    case LinkType::LinuxSll:
      return "LINUX_SLL";
    case LinkType::RawIp4:
      return "IPV4";
    case LinkType::RawIp6:
      return "IPV6";
    case LinkType::LinuxSll2:
      return "LINUX_SLL2";
  }
  return "unknown";
}

}  // namespace nsgcheck::wire
