// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bitset>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nsgcheck::net {

/// IP protocol number (IPv4 Protocol, IPv6 Next Header; IANA registry).
struct Protocol {
  std::uint8_t number{};
  friend constexpr auto operator<=>(Protocol, Protocol) = default;
};

inline constexpr Protocol kIcmp{1};
inline constexpr Protocol kTcp{6};
inline constexpr Protocol kUdp{17};
inline constexpr Protocol kEsp{50};
inline constexpr Protocol kAh{51};
inline constexpr Protocol kIcmpV6{58};
inline constexpr Protocol kSctp{132};

/// Ports matter for these three only (semantics 1).
[[nodiscard]] constexpr bool has_ports(Protocol p) { return p == kTcp || p == kUdp || p == kSctp; }

/// A set of IP protocols, indexed by number.
using ProtocolSet = std::bitset<256>;

[[nodiscard]] ProtocolSet all_protocols();
[[nodiscard]] ProtocolSet protocol_set(std::initializer_list<Protocol> protocols);
/// TCP, UDP and SCTP.
[[nodiscard]] ProtocolSet ported_protocols();

/// "tcp", "udp", "icmp", "icmpv6", "esp", "ah", "sctp", else the number (interface 8, Diff).
[[nodiscard]] std::string to_string(Protocol protocol);

/// A name as to_string() writes it, in any case, or a number 0..255.
[[nodiscard]] std::optional<Protocol> parse_protocol(std::string_view text);

}  // namespace nsgcheck::net
