// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>

namespace nsgcheck::wire {

/// True when a UDP payload looks like the SYN or SYN+ACK with which RDP opens its UDP transport (MS-RDPEUDP 2.2.2):
/// the SYN flag, MTUs of 1132 to 1232 bytes, and for a first SYN the acknowledgment 0xFFFFFFFF. A guess: nothing in
/// the datagram says so for certain.
[[nodiscard]] bool looks_like_rdp_udp(std::span<const std::byte> payload);

}  // namespace nsgcheck::wire
