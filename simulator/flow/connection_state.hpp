// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>

#include "simulator/flow/connection.hpp"
#include "simulator/flow/flow_key.hpp"
#include "simulator/flow/pool.hpp"

namespace nsgcheck::flow {

/// Frames of a connection count from its first frame, which halves their size: exact for the next four thousand million
/// frames of the capture, after which they stay at the last number.
inline constexpr std::uint32_t kNoFrame = ~0U;

/// What has become of a stream's first bytes.
enum class PrefixPhase : std::uint8_t { Empty, Open, Kept, Dropped };

struct StreamFlags {
  PrefixPhase phase : 2 {PrefixPhase::Empty};
  bool decided : 1 {};
  bool limit_reached : 1 {};
  bool gap : 1 {};
  bool snaplen_cut : 1 {};
  bool split : 1 {};
  bool ambiguous : 1 {};
};
static_assert(sizeof(StreamFlags) == 1);

struct StreamState {
  std::uint32_t payload_bytes{};  // the largest number stands for more too
  std::uint32_t data = kNoId;     // an open prefix or kept bytes, as the phase says
  std::uint32_t next{};           // offset after the furthest byte sent
};

/// What a connection needs once there is more than its first SYN.
struct Detail {
  BySide<StreamState> streams;
  std::uint32_t idle_before = kNoFrame, idle_after = kNoFrame;
  std::uint32_t server_base{};  // sequence number of the server's first byte
  std::uint32_t syn = kNoFrame, syn_ack = kNoFrame, payload = kNoFrame, complete = kNoFrame;
  std::uint32_t rst = kNoFrame, fin = kNoFrame, icmp = kNoFrame;
};
// The bound on memory (connection_table.hpp) rests on these sizes, and the speed on State and Detail being a cache line
// each: with a slot of the index that is all an ordinary packet touches.
static_assert(sizeof(Detail) == 64);

/// No stream is put together beyond this, so that lengths within one fit 16 bits.
inline constexpr std::uint32_t kMostBytes = 65535;

/// What is known of where a stream begins.
enum class Base : std::uint8_t { Unknown, Assumed, Certain };

enum class Stage : std::uint8_t { HalfOpen, Open, Closed };

/// The two ends of a connection.
struct Ends {
  PackedAddress client, server;
};

struct State {
  std::uint32_t client{}, server{};  // IPv4 addresses; for IPv6 `client` numbers the ends in a pool
  net::Port client_port{}, server_port{};
  BySide<StreamFlags> flags;
  std::uint16_t sent_before_reply{};  // by the client; kMostBytes stands for more too
  std::uint64_t first_frame{};
  std::int64_t last_time{};
  std::int64_t idle = -1;  // the longest silence, nanoseconds; -1 before a second packet
  std::uint32_t last_frame{};
  BySide<std::uint32_t> packets;  // the largest number stands for more too
  std::uint32_t client_base{};
  std::uint32_t detail = kNoId;
  bool live : 1 {};  // false in a member of the pool that is not in use
  bool udp : 1 {};
  net::Family family : 1 {};
  Stage stage : 2 {Stage::HalfOpen};
  DirectionSource direction : 3 {DirectionSource::Syn};
  Base client_base_is : 2 {Base::Unknown};
  Base server_base_is : 2 {Base::Unknown};
  bool syn : 1 {};
  bool syn_ack : 1 {};
  bool client_acknowledged : 1 {};
  bool simultaneous : 1 {};
  bool refused_by_rst : 1 {};
  bool refused_by_icmp : 1 {};
  bool rst_by_server : 1 {};
  bool first_fin_by_server : 1 {};
  bool client_fin : 1 {};
  bool server_fin : 1 {};
};
static_assert(sizeof(State) == 64);

/// What only the first packet of a connection and a change of its stage touch.
struct Queued {
  std::int64_t first_time{};
  std::uint32_t previous = kNoId, next = kNoId;  // of the stage's list
};

[[nodiscard]] inline std::uint32_t relative_frame(const State& state, std::uint64_t frame) {
  if (frame < state.first_frame) return 0;
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(frame - state.first_frame, kNoFrame - 1));
}

}  // namespace nsgcheck::flow
