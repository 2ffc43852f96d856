// SPDX-License-Identifier: Apache-2.0
#include "simulator/wire/rdp_udp.hpp"

#include "simulator/wire/cursor.hpp"

namespace nsgcheck::wire {
namespace {

constexpr std::uint16_t kUdpSyn = 0x0001;
constexpr std::uint16_t kUdpAck = 0x0004;
// Flags that MS-RDPEUDP 2.2.2.1 allows beside SYN: ACK, SYNLOSSY, CORRELATION_ID, SYNEX.
constexpr std::uint16_t kOpening = kUdpSyn | kUdpAck | 0x0200 | 0x0400 | 0x1000;
constexpr std::uint32_t kNothingReceived = 0xFFFFFFFF;

constexpr bool legal_mtu(std::uint16_t mtu) { return mtu >= 1132 && mtu <= 1232; }

}  // namespace

bool looks_like_rdp_udp(std::span<const std::byte> payload) {
  Cursor cursor{payload};
  const std::uint32_t acknowledged = cursor.be32();
  cursor.skip(2);  // receive window
  const std::uint16_t flags = cursor.be16();
  cursor.skip(4);  // snInitialSequenceNumber: any value
  const std::uint16_t up = cursor.be16();
  const std::uint16_t down = cursor.be16();
  if (!cursor.ok() || (flags & kUdpSyn) == 0 || (flags & ~kOpening) != 0) return false;
  if ((flags & kUdpAck) == 0 && acknowledged != kNothingReceived) return false;
  return legal_mtu(up) && legal_mtu(down);
}

}  // namespace nsgcheck::wire
