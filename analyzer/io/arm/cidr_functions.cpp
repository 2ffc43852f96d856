// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <variant>

#include "analyzer/io/arm/functions.hpp"
#include "analyzer/net/prefix.hpp"

namespace nsgcheck::io::arm {
namespace {

using Kind = Node::Kind;

tl::expected<net::AnyPrefix, std::string> prefix_of(Arguments arguments) {
  if (!arguments[0]->is(Kind::String)) return wrong_type(arguments, 0, "string");
  const auto parsed = net::parse_prefix(arguments[0]->text);
  if (!parsed || !parsed->has_length) return refuse("\"" + arguments[0]->text + "\" is no address range");
  return parsed->prefix;
}

/// The usable addresses: IPv4 keeps the network and the broadcast address, where there is room for them, to itself.
template <class Address>
struct Usable {
  Address first;
  Address last;
};

Usable<net::Ipv4> usable(const net::Prefix4& prefix) {
  const std::uint32_t edge = prefix.length() <= 30 ? 1 : 0;
  return {net::Ipv4{prefix.low() + edge}, net::Ipv4{prefix.high() - edge}};
}

Usable<net::Ipv6> usable(const net::Prefix6& prefix) { return {net::Ipv6{prefix.low()}, net::Ipv6{prefix.high()}}; }

template <class Address>
std::string netmask(const net::Prefix<Address>& prefix) {
  using Bits = typename Address::Bits;
  return net::to_string(Address{static_cast<Bits>(~(prefix.low() ^ prefix.high()))});
}

template <class Address>
Node description(const net::Prefix<Address>& prefix) {
  const auto range = usable(prefix);
  const auto text = [](Address address) { return string_node(net::to_string(address)); };
  std::vector<std::pair<std::string, Node>> members{{"network", text(prefix.network())},
                                                    {"netmask", string_node(netmask(prefix))}};
  if constexpr (Address::kWidth == 32) members.emplace_back("broadcast", text(Address{prefix.high()}));
  members.emplace_back("firstUsable", text(range.first));
  members.emplace_back("lastUsable", text(range.last));
  members.emplace_back("cidr", integer_node(prefix.length()));
  return object_node(std::move(members));
}

Outcome parse_cidr(Arguments arguments) {
  const auto prefix = prefix_of(arguments);
  if (!prefix) return tl::unexpected(prefix.error());
  return give(std::visit([](const auto& p) { return description(p); }, *prefix));
}

template <class Address>
Outcome subnet(const net::Prefix<Address>& prefix, std::int64_t length, std::int64_t index) {
  using Bits = typename Address::Bits;
  const std::string wanted = "/" + std::to_string(length) + " number " + std::to_string(index);
  if (length < prefix.length() || length > Address::kWidth || index < 0)
    return refuse(net::to_string(prefix) + " has no subnet " + wanted);
  const int grown = static_cast<int>(length) - prefix.length();
  // An index has 63 bits, so with more than those to fill it always fits.
  if (grown < 63 && index >= std::int64_t{1} << grown)
    return refuse(net::to_string(prefix) + " has no subnet " + wanted);
  const auto shift = static_cast<unsigned>(Address::kWidth - length);
  // With grown == 0 the index is 0, and the shift may be the whole width.
  const Bits offset = grown == 0 ? Bits{0} : static_cast<Bits>(static_cast<Bits>(index) << shift);
  const auto result =
      net::Prefix<Address>::make(Address{static_cast<Bits>(prefix.low() | offset)}, static_cast<int>(length));
  return give(string_node(net::to_string(*result)));
}

Outcome cidr_subnet(Arguments arguments) {
  const auto prefix = prefix_of(arguments);
  if (!prefix) return tl::unexpected(prefix.error());
  const auto length = as_integer(*arguments[1]);
  const auto index = as_integer(*arguments[2]);
  if (!length) return wrong_type(arguments, 1, "integer");
  if (!index) return wrong_type(arguments, 2, "integer");
  return std::visit([&](const auto& p) { return subnet(p, *length, *index); }, *prefix);
}

/// Number 0 is the first address a host can have; the documentation's IPv6 example starts at ::1.
template <class Address>
Outcome host(const net::Prefix<Address>& prefix, std::int64_t index) {
  using Bits = typename Address::Bits;
  const auto range = usable(prefix);
  const bool skip_network = Address::kWidth == 128 && prefix.length() < 127;
  const auto first = static_cast<Bits>(range.first.bits + (skip_network ? 1 : 0));
  if (index < 0 || static_cast<net::Bits128>(index) > static_cast<Bits>(range.last.bits - first))
    return refuse(net::to_string(prefix) + " has no host number " + std::to_string(index));
  return give(string_node(net::to_string(Address{static_cast<Bits>(first + static_cast<Bits>(index))})));
}

Outcome cidr_host(Arguments arguments) {
  const auto prefix = prefix_of(arguments);
  if (!prefix) return tl::unexpected(prefix.error());
  const auto index = as_integer(*arguments[1]);
  if (!index) return wrong_type(arguments, 1, "integer");
  return std::visit([&](const auto& p) { return host(p, *index); }, *prefix);
}

constexpr std::array<Function, 3> kCidrFunctions{{
    {"cidrhost", 2, 2, cidr_host},
    {"cidrsubnet", 3, 3, cidr_subnet},
    {"parsecidr", 1, 1, parse_cidr},
}};

}  // namespace

std::span<const Function> cidr_functions() { return kCidrFunctions; }

}  // namespace nsgcheck::io::arm
