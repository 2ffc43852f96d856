// SPDX-License-Identifier: Apache-2.0
#include "analyzer/policy/witness.hpp"

#include <algorithm>
#include <array>

namespace nsgcheck::policy {
namespace {

using engine::AddressPart;

// Addresses that readers know as examples (RFC 5737, RFC 3849) or as the first that Azure gives in a subnet.
constexpr std::uint32_t kExample4 = 0xCB007100;  // 203.0.113.0
constexpr std::uint32_t kInside4 = 0x0A000004;   // 10.0.0.4
constexpr net::Bits128 kExample6 = net::Bits128{0x20010DB8} << 96;
constexpr net::Bits128 kInside6 = (net::Bits128{0xFD} << 120) + net::Bits128{4};

template <class Address>
std::optional<net::IpAddress> pick(const net::IntervalSet<typename Address::Bits>& set,
                                   std::initializer_list<typename Address::Bits> familiar) {
  if (set.empty()) return std::nullopt;
  for (const auto bits : familiar)
    if (set.contains(bits)) return Address{bits};
  return Address{set.intervals().front().low};
}

// A source that may lie anywhere is shown outside, a destination inside.
enum class WitnessSide : std::uint8_t { Source, Destination };

std::optional<WitnessAddress> pick_address(const AddressPart& part, net::Family family, WitnessSide side,
                                           const engine::SymbolTable& symbols) {
  const auto choose = [&]() -> std::optional<net::IpAddress> {
    const auto& v4 = part.addresses.v4;
    const auto& v6 = part.addresses.v6;
    if (side == WitnessSide::Source)
      return family == net::Family::V4 ? pick<net::Ipv4>(v4, {kExample4, kInside4})
                                       : pick<net::Ipv6>(v6, {kExample6, kInside6});
    return family == net::Family::V4 ? pick<net::Ipv4>(v4, {kInside4, kExample4})
                                     : pick<net::Ipv6>(v6, {kInside6, kExample6});
  };
  const auto real = choose();
  if (real) return *real;
  if (!part.symbols.empty()) return symbols[part.symbols.front()].name;
  return std::nullopt;
}

net::Protocol pick_protocol(const net::ProtocolSet& protocols) {
  for (const net::Protocol p : {net::kTcp, net::kUdp})
    if (protocols[p.number]) return p;
  unsigned lowest = 0;
  while (lowest < 255 && !protocols[lowest]) ++lowest;
  return net::Protocol{static_cast<std::uint8_t>(lowest)};
}

net::Port pick_port(const net::PortSet& ports, net::Port preferred) {
  return ports.contains(preferred) ? preferred : ports.intervals().front().low;
}

// A port that readers know; 0 is no port that anything listens on.
net::Port pick_destination_port(const net::PortSet& ports) {
  constexpr std::array<net::Port, 4> kFamiliar{3389, 443, 22, 80};
  for (const net::Port familiar : kFamiliar)
    if (ports.contains(familiar)) return familiar;
  const auto& first = ports.intervals().front();
  return first.low == 0 && first.high > 0 ? net::Port{1} : first.low;
}

}  // namespace

std::optional<Witness> pick_witness(const engine::Region& region, const engine::SymbolTable& symbols) {
  constexpr net::Port kFirstDynamic = 49152;  // RFC 6335
  for (const net::Family family : {net::Family::V4, net::Family::V6}) {
    const auto source = pick_address(region.source, family, WitnessSide::Source, symbols);
    const auto destination = pick_address(region.destination, family, WitnessSide::Destination, symbols);
    if (!source || !destination || region.protocols.none()) continue;
    Witness witness{pick_protocol(region.protocols), *source, {}, *destination, {}};
    if (net::has_ports(witness.protocol)) {
      if (region.source_ports.empty() || region.destination_ports.empty()) continue;
      witness.source_port = pick_port(region.source_ports, kFirstDynamic);
      witness.destination_port = pick_destination_port(region.destination_ports);
    }
    return witness;
  }
  return std::nullopt;
}

}  // namespace nsgcheck::policy
