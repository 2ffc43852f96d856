// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

#include "simulator/flow/arrival.hpp"
#include "simulator/flow/connection_state.hpp"

namespace nsgcheck::flow {

/// Who the client is, and what tells.
struct DirectionGuess {
  bool sender_is_client;
  DirectionSource source;
};

/// From the first TCP packet of a connection.
[[nodiscard]] DirectionGuess guess_direction(const Arrival& arrival, std::span<const net::Port> server_ports);
/// From the ports alone, the one way for UDP; `key` runs from the sender.
[[nodiscard]] DirectionGuess guess_by_ports(const FlowKey& key, std::span<const net::Port> server_ports);

/// Whether a SYN on the addresses and ports of `state` belongs to another connection. `server_base` counts only as far
/// as `state.server_base_is` says.
[[nodiscard]] bool begins_another(const State& state, std::uint32_t server_base, bool from_client,
                                  const TcpFields& header);

/// Whether an acknowledgment by the server answers the client's SYN, data sent along with it included (RFC 7413).
[[nodiscard]] bool answers_syn(const State& state, std::uint32_t client_next, std::uint32_t acknowledgment);

[[nodiscard]] Handshake handshake(const State& state);

}  // namespace nsgcheck::flow
