// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "simulator/wire/frame.hpp"

namespace nsgcheck::wire {

/// Reads the frames that captures mostly consist of in a few steps: Ethernet without tags, IPv4 without options that is
/// no fragment, TCP or UDP with whole headers. True when `frame` is such; `packet` is then what decode_frame() gives.
/// False says nothing, and leaves `packet` in any state.
[[nodiscard]] bool decode_plain_frame(LinkType type, std::span<const std::byte> frame, Packet& packet);

}  // namespace nsgcheck::wire
