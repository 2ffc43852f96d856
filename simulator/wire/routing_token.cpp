// SPDX-License-Identifier: Apache-2.0
#include "simulator/wire/routing_token.hpp"

#include <algorithm>
#include <charconv>

namespace nsgcheck::wire {
namespace {

constexpr std::uint32_t swap_bytes(std::uint32_t v) {
  return v >> 24 | (v >> 8 & 0xFF00U) | (v << 8 & 0xFF0000U) | v << 24;
}

constexpr std::uint16_t swap_bytes(std::uint16_t v) {
  return static_cast<std::uint16_t>((v >> 8) | ((v & 0xFFU) << 8));
}

template <class Number>
std::optional<Number> parse_decimal(std::string_view text) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

bool all_digits(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

std::optional<MstsToken> parse_msts(std::string_view value) {
  const auto first = value.find('.');
  if (first == std::string_view::npos) return std::nullopt;
  const auto second = value.find('.', first + 1);
  if (second == std::string_view::npos) return std::nullopt;
  const auto address = parse_decimal<std::uint32_t>(value.substr(0, first));
  const auto port = parse_decimal<std::uint16_t>(value.substr(first + 1, second - first - 1));
  const auto reserved = value.substr(second + 1);
  if (!address || !port || !all_digits(reserved)) return std::nullopt;
  return MstsToken{net::Ipv4{swap_bytes(*address)}, swap_bytes(*port), std::string{reserved}};
}

std::string to_string(const MstsToken& token) {
  return std::to_string(swap_bytes(token.address.bits)) + '.' + std::to_string(swap_bytes(token.port)) + '.' +
         token.reserved;
}

std::optional<std::string_view> tsv_target(std::string_view text) {
  constexpr std::string_view kScheme = "tsv://";
  if (text.substr(0, kScheme.size()) != kScheme) return std::nullopt;
  const auto version = text.find(".1.", kScheme.size());
  if (version == std::string_view::npos) return std::nullopt;
  return text.substr(version + 3);
}

}  // namespace nsgcheck::wire
