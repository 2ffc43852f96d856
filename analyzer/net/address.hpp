// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace nsgcheck::net {

/// The bits of an IPv6 address. ISO C++ has no 128-bit integer; both compilers that build nsgcheck do.
__extension__ typedef unsigned __int128 Bits128;

/// IPv4 address. `bits` is in host byte order; only simulator/wire converts.
struct Ipv4 {
  using Bits = std::uint32_t;
  static constexpr int kWidth = 32;
  Bits bits{};
  friend constexpr auto operator<=>(Ipv4, Ipv4) = default;
};

/// IPv6 address. `bits` is in host byte order, the first byte of the address most significant.
struct Ipv6 {
  using Bits = Bits128;
  static constexpr int kWidth = 128;
  Bits bits{};
  friend constexpr auto operator<=>(Ipv6, Ipv6) = default;
};

enum class Family : std::uint8_t { V4, V6 };

/// An address of either family.
using IpAddress = std::variant<Ipv4, Ipv6>;

[[nodiscard]] constexpr Family family_of(const IpAddress& address) {
  return std::holds_alternative<Ipv4>(address) ? Family::V4 : Family::V6;
}

/// Reads four decimal octets without leading zeros, nothing shorter: "789" and "10.1" are no addresses here,
/// although inet_aton reads them (nsg-semantics: the API stored "789" once).
[[nodiscard]] std::optional<Ipv4> parse_ipv4(std::string_view text);

/// Reads the text forms of RFC 4291 section 2.2; no zone index, no brackets.
[[nodiscard]] std::optional<Ipv6> parse_ipv6(std::string_view text);

[[nodiscard]] std::optional<IpAddress> parse_address(std::string_view text);

/// Dotted quad.
[[nodiscard]] std::string to_string(Ipv4 address);
/// RFC 5952 form.
[[nodiscard]] std::string to_string(Ipv6 address);
[[nodiscard]] std::string to_string(const IpAddress& address);

}  // namespace nsgcheck::net
