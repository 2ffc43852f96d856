// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include <tl/expected.hpp>

#include "simulator/wire/frame.hpp"

namespace nsgcheck::wire {

/// Where the IP header of a frame begins, and which version the link layer announces (4 or 6).
struct NetworkStart {
  std::size_t offset{};
  int version{};
};

/// Steps over the link-layer header. NotIp when the frame carries something else (ARP, LLC, ...).
[[nodiscard]] tl::expected<NetworkStart, FrameFault> find_network_header(LinkType type,
                                                                         std::span<const std::byte> frame);

}  // namespace nsgcheck::wire
