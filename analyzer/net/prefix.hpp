// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "analyzer/net/address.hpp"
#include "analyzer/net/interval_set.hpp"

namespace nsgcheck::net {

/// CIDR block (RFC 4632 section 3.1) with all host bits zero, so `==` compares address sets, not spellings.
template <class Address>
class Prefix {
 public:
  using Bits = typename Address::Bits;

  /// `length` in bits, 0..width. Empty when it is out of range or a host bit is set.
  [[nodiscard]] static constexpr std::optional<Prefix> make(Address network, int length) {
    if (length < 0 || length > Address::kWidth) return std::nullopt;
    if ((network.bits & ~mask(length)) != 0) return std::nullopt;
    return Prefix{network, length};
  }

  /// As make(), with host bits set to zero instead of refused.
  [[nodiscard]] static constexpr std::optional<Prefix> masked(Address address, int length) {
    if (length < 0 || length > Address::kWidth) return std::nullopt;
    return Prefix{Address{static_cast<Bits>(address.bits & mask(length))}, length};
  }

  [[nodiscard]] constexpr Address network() const { return network_; }
  [[nodiscard]] constexpr int length() const { return length_; }
  [[nodiscard]] constexpr Bits low() const { return network_.bits; }
  [[nodiscard]] constexpr Bits high() const { return static_cast<Bits>(network_.bits | ~mask(length_)); }
  [[nodiscard]] constexpr bool contains(Address a) const { return (a.bits & mask(length_)) == network_.bits; }
  friend constexpr bool operator==(const Prefix&, const Prefix&) = default;

 private:
  constexpr Prefix(Address network, int length) : network_{network}, length_{length} {}

  static constexpr Bits mask(int length) {
    // A shift by the full width is undefined behaviour, so /0 needs its own arm.
    return length == 0 ? Bits{0} : static_cast<Bits>(~Bits{0} << (Address::kWidth - length));
  }

  Address network_;
  int length_;
};

using Prefix4 = Prefix<Ipv4>;
using Prefix6 = Prefix<Ipv6>;
using AnyPrefix = std::variant<Prefix4, Prefix6>;

/// A CIDR text with its host bits still known, since the API refuses them (nsg-semantics 1.4).
struct ParsedPrefix {
  AnyPrefix prefix;   ///< masked
  bool host_bits{};   ///< the text had bits set below the prefix length
  bool has_length{};  ///< the text had a "/length"; a bare address is /32 or /128
};

/// Reads "a.b.c.d[/0..32]" or an IPv6 address with "[/0..128]"; a length is digits without leading zeros.
[[nodiscard]] std::optional<ParsedPrefix> parse_prefix(std::string_view text);

/// "address/length" always.
[[nodiscard]] std::string to_string(const Prefix4& prefix);
[[nodiscard]] std::string to_string(const Prefix6& prefix);

static_assert(Prefix4::make(Ipv4{0}, 0)->contains(Ipv4{0xFFFFFFFF}));
static_assert(!Prefix4::make(Ipv4{0x0A000001}, 8));

}  // namespace nsgcheck::net
