// SPDX-License-Identifier: Apache-2.0
#include "analyzer/net/address.hpp"

#include <arpa/inet.h>

#include <array>
#include <cstring>

namespace nsgcheck::net {
namespace {

// inet_pton wants a terminated string; no address is longer than this.
constexpr std::size_t kLongest = INET6_ADDRSTRLEN;

template <std::size_t N>
bool to_bytes(int family, std::string_view text, std::array<std::uint8_t, N>& bytes) {
  std::array<char, kLongest> terminated{};
  if (text.empty() || text.size() >= terminated.size() || text.find('\0') != std::string_view::npos) return false;
  std::memcpy(terminated.data(), text.data(), text.size());
  return inet_pton(family, terminated.data(), bytes.data()) == 1;
}

}  // namespace

std::optional<Ipv4> parse_ipv4(std::string_view text) {
  std::array<std::uint8_t, 4> bytes{};
  if (!to_bytes(AF_INET, text, bytes)) return std::nullopt;
  Ipv4 address;
  for (const std::uint8_t byte : bytes) address.bits = address.bits << 8 | byte;
  return address;
}

std::optional<Ipv6> parse_ipv6(std::string_view text) {
  std::array<std::uint8_t, 16> bytes{};
  if (!to_bytes(AF_INET6, text, bytes)) return std::nullopt;
  Ipv6 address;
  for (const std::uint8_t byte : bytes) address.bits = address.bits << 8 | byte;
  return address;
}

std::optional<IpAddress> parse_address(std::string_view text) {
  if (const auto v4 = parse_ipv4(text)) return *v4;
  if (const auto v6 = parse_ipv6(text)) return *v6;
  return std::nullopt;
}

std::string to_string(Ipv4 address) {
  std::string text;
  for (int shift = 24; shift >= 0; shift -= 8) {
    text += std::to_string(address.bits >> shift & 0xFF);
    if (shift > 0) text += '.';
  }
  return text;
}

std::string to_string(Ipv6 address) {
  std::array<std::uint8_t, 16> bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i)
    bytes[i] = static_cast<std::uint8_t>(address.bits >> (120 - 8 * static_cast<int>(i)));
  std::array<char, kLongest> text{};
  inet_ntop(AF_INET6, bytes.data(), text.data(), static_cast<socklen_t>(text.size()));
  return text.data();
}

std::string to_string(const IpAddress& address) {
  return std::visit([](auto a) { return to_string(a); }, address);
}

}  // namespace nsgcheck::net
