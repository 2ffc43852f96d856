// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "analyzer/net/address.hpp"
#include "analyzer/net/port_set.hpp"
#include "analyzer/net/protocol.hpp"

namespace nsgcheck::net {

enum class Direction : std::uint8_t { Inbound, Outbound };

/// One packet's header as a security rule sees it. Source and destination are of one family; the ports are 0 and
/// without meaning when has_ports(protocol) is false.
struct FiveTuple {
  Protocol protocol;
  IpAddress source;
  Port source_port{};
  IpAddress destination;
  Port destination_port{};
  friend bool operator==(const FiveTuple&, const FiveTuple&) = default;
};

}  // namespace nsgcheck::net
