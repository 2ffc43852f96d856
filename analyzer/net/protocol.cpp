// SPDX-License-Identifier: Apache-2.0
#include "analyzer/net/protocol.hpp"

#include <array>
#include <charconv>
#include <utility>

#include "analyzer/net/text.hpp"

namespace nsgcheck::net {
namespace {

constexpr std::array<std::pair<Protocol, std::string_view>, 7> kNames{
    {{kIcmp, "icmp"}, {kTcp, "tcp"}, {kUdp, "udp"}, {kEsp, "esp"}, {kAh, "ah"}, {kIcmpV6, "icmpv6"}, {kSctp, "sctp"}}};

}  // namespace

ProtocolSet all_protocols() { return ProtocolSet{}.set(); }

ProtocolSet protocol_set(std::initializer_list<Protocol> protocols) {
  ProtocolSet set;
  for (const Protocol p : protocols) set.set(p.number);
  return set;
}

ProtocolSet ported_protocols() { return protocol_set({kTcp, kUdp, kSctp}); }

std::string to_string(Protocol protocol) {
  for (const auto& [known, name] : kNames)
    if (known == protocol) return std::string{name};
  return std::to_string(protocol.number);
}

std::optional<Protocol> parse_protocol(std::string_view text) {
  for (const auto& [known, name] : kNames)
    if (same_word(name, text)) return known;
  std::uint8_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return Protocol{number};
}

}  // namespace nsgcheck::net
