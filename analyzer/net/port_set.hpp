// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "analyzer/net/interval_set.hpp"

namespace nsgcheck::net {

/// A TCP, UDP or SCTP port, host byte order; 0 is legal in a rule.
using Port = std::uint16_t;

/// Where a Remote Desktop server listens unless told otherwise, over TCP and UDP (MS-RDPBCGR, MS-RDPEUDP).
inline constexpr Port kRdpPort = 3389;

/// A set of ports.
using PortSet = IntervalSet<Port>;

/// "3389" or "20000-20010" for each run; "0-65535" for all ports.
[[nodiscard]] std::vector<std::string> to_strings(const PortSet& ports);

}  // namespace nsgcheck::net
