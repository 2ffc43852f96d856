// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "simulator/wire/negotiation.hpp"

namespace nsgcheck::wire {

/// The server's answer to a connection request (MS-RDPBCGR 2.2.1.2).
struct ServerAnswer {
  enum class Kind : std::uint8_t {
    NoData,
    Incomplete,  ///< the bytes end before the answer does
    Confirm,     ///< X.224 Connection Confirm
    Other,       ///< something else: not every server that is reached speaks RDP
  };
  Kind kind{Kind::NoData};
  std::optional<NegotiationResponse> response;  ///< of a Confirm to a client that offered protocols
  std::optional<NegotiationFailure> failure;    ///< of a Confirm that refuses
  std::size_t size{};                           ///< bytes of the Confirm
};

/// Reads the first bytes of a server's stream.
[[nodiscard]] ServerAnswer read_server_answer(std::span<const std::byte> bytes);

}  // namespace nsgcheck::wire
