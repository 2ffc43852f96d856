// SPDX-License-Identifier: Apache-2.0
#include "simulator/flow/flow_key.hpp"

namespace nsgcheck::flow {
net::IpAddress unpack(const PackedAddress& address, net::Family family) {
  if (family == net::Family::V4) return net::Ipv4{static_cast<std::uint32_t>(address.low)};
  return net::Ipv6{static_cast<net::Bits128>(address.high) << 64 | address.low};
}

}  // namespace nsgcheck::flow
