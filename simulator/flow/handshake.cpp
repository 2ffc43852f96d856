// SPDX-License-Identifier: Apache-2.0
#include "simulator/flow/handshake.hpp"

#include <algorithm>

namespace nsgcheck::flow {
namespace {

// A SYN that a capture shows after the data that followed it is at most one unscaled window before them.
constexpr std::uint32_t kLateSyn = 65535;

bool begins_shortly_before(std::uint32_t first_byte, std::uint32_t assumed_base) {
  return assumed_base - first_byte <= kLateSyn;
}

// TPDU code of a TPKT packet (RFC 1006 section 6, X.224 13.3): 0xE asks for a connection, 0xD confirms it.
int tpdu_code(std::span<const std::byte> payload) {
  if (payload.size() < 6 || payload[0] != std::byte{3} || payload[1] != std::byte{0}) return 0;
  return std::to_integer<int>(payload[5]) >> 4;
}

}  // namespace

DirectionGuess guess_by_ports(const FlowKey& key, std::span<const net::Port> server_ports) {
  const auto serves = [&](net::Port port) {
    return std::find(server_ports.begin(), server_ports.end(), port) != server_ports.end();
  };
  const bool to_server = serves(key.b_port);
  if (to_server == serves(key.a_port)) return {true, DirectionSource::FirstSender};
  return {to_server, DirectionSource::Port};
}

DirectionGuess guess_direction(const Arrival& arrival, std::span<const net::Port> server_ports) {
  if (arrival.tcp.syn()) {
    return arrival.tcp.ack() ? DirectionGuess{false, DirectionSource::SynAck}
                             : DirectionGuess{true, DirectionSource::Syn};
  }
  const int code = tpdu_code(arrival.payload);
  if (code == 0xE) return {true, DirectionSource::Payload};
  if (code == 0xD) return {false, DirectionSource::Payload};
  return guess_by_ports(arrival.key, server_ports);
}

bool answers_syn(const State& state, std::uint32_t client_next, std::uint32_t acknowledgment) {
  return acknowledgment - state.client_base <= client_next;
}

bool begins_another(const State& state, std::uint32_t server_base, bool from_client, const TcpFields& header) {
  if (header.ack()) {
    if (from_client) return state.stage == Stage::Closed;
    if (state.client_base_is == Base::Assumed) {
      return !begins_shortly_before(header.acknowledgment, state.client_base);
    }
    return state.stage == Stage::Closed && header.acknowledgment != state.client_base;
  }
  const std::uint32_t first_byte = header.sequence + 1;
  if (from_client) {
    if (state.client_base_is == Base::Certain) return first_byte != state.client_base;
    return state.client_base_is == Base::Assumed && !begins_shortly_before(first_byte, state.client_base);
  }
  if (state.server_base_is == Base::Certain) return first_byte != server_base;
  // Two SYNs that cross are one connection (RFC 9293 3.5).
  return state.stage != Stage::HalfOpen || !state.syn;
}

Handshake handshake(const State& state) {
  if (state.udp) return Handshake::None;
  if (!state.syn && !state.syn_ack) return Handshake::MidStream;
  if (state.syn_ack) return state.client_acknowledged ? Handshake::Full : Handshake::Partial;
  if (state.refused_by_rst) return Handshake::RefusedByRst;
  if (state.client_acknowledged || state.packets[Side::Server] != 0) return Handshake::Partial;
  return state.refused_by_icmp ? Handshake::RefusedByIcmp : Handshake::SynOnly;
}

}  // namespace nsgcheck::flow
