// SPDX-License-Identifier: Apache-2.0
#include "analyzer/net/prefix.hpp"

#include <charconv>

namespace nsgcheck::net {
namespace {

std::optional<int> parse_length(std::string_view digits) {
  if (digits.empty() || digits.size() > 3 || (digits.size() > 1 && digits[0] == '0')) return std::nullopt;
  int value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc{} || end != digits.data() + digits.size() || value < 0) return std::nullopt;
  return value;
}

template <class Address>
std::optional<ParsedPrefix> build(Address address, std::optional<int> length) {
  const auto prefix = Prefix<Address>::masked(address, length.value_or(Address::kWidth));
  if (!prefix) return std::nullopt;
  return ParsedPrefix{*prefix, prefix->network() != address, length.has_value()};
}

}  // namespace

std::optional<ParsedPrefix> parse_prefix(std::string_view text) {
  std::optional<int> length;
  const auto slash = text.find('/');
  if (slash != std::string_view::npos) {
    length = parse_length(text.substr(slash + 1));
    if (!length) return std::nullopt;
    text = text.substr(0, slash);
  }
  if (const auto v4 = parse_ipv4(text)) return build(*v4, length);
  if (const auto v6 = parse_ipv6(text)) return build(*v6, length);
  return std::nullopt;
}

std::string to_string(const Prefix4& prefix) {
  return to_string(prefix.network()) + '/' + std::to_string(prefix.length());
}
std::string to_string(const Prefix6& prefix) {
  return to_string(prefix.network()) + '/' + std::to_string(prefix.length());
}

}  // namespace nsgcheck::net
