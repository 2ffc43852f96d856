// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <span>

#include "simulator/flow/arrival.hpp"
#include "simulator/flow/connection.hpp"
#include "simulator/flow/connection_state.hpp"
#include "simulator/flow/flow_index.hpp"
#include "simulator/flow/prefix_keeper.hpp"
#include "simulator/wire/frame.hpp"

namespace nsgcheck::flow {

/// Turns the packets of one capture into connections: TCP, and UDP on the ports asked for.
///
/// A SYN with another initial sequence number on known ports begins another connection. A packet that a capture shows
/// twice (routed between two interfaces, `-i any`) counts twice and otherwise is a retransmission.
///
/// Memory, whatever the capture: `max_connections` times 100 bytes while only a SYN was seen and 170 afterwards (32
/// more for IPv6), plus `max_prefix_bytes`. Where a bound forces something out, a statistic counts it: closed
/// connections go first, then the oldest half-open one, then the oldest open one; of streams still undecided the oldest
/// loses its bytes.
class ConnectionTable {
 public:
  /// Takes each connection once, when it is done or the table is. Must not call back into the table.
  using Sink = std::function<void(Connection&&)>;

  ConnectionTable(TableOptions options, Sink sink);
  ConnectionTable(const ConnectionTable&) = delete;
  ConnectionTable& operator=(const ConnectionTable&) = delete;

  /// `frame` must not fall from call to call; `time` (nanoseconds since 1970) may.
  void add(std::uint64_t frame, std::int64_t time, const wire::Packet& packet);
  /// The same as adding them one by one, and faster: what the packets touch is fetched for many at a time.
  void add(std::span<const Arrival> arrivals);
  /// What makes the arrivals that this table takes.
  [[nodiscard]] const Placer& placer() const { return placer_; }

  /// Hands out all connections that are left, in the order of their first frames. The table is empty afterwards.
  void finish();

  [[nodiscard]] TableStatistics statistics() const;

 private:
  static constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();
  /// The first values as Side's.
  enum class Sender : std::uint8_t { Client, Server, Stranger };
  struct Found {
    std::uint32_t id = kNoId;
    Side by{};  // who sends the packet
  };

  // What every packet goes through: connection_packets.cpp.

  [[gnu::always_inline]] void fetch_detail(std::uint32_t id) const;
  /// `likely`: where the connection probably is.
  void add(const Arrival& arrival, std::uint32_t likely);
  void add_tcp(const Arrival& arrival, Found found);
  /// Takes a packet that changes nothing but counters and times. False: it may be more, and nothing was done.
  static bool goes_on(State& state, Detail& more, const Arrival& arrival, Side by);
  [[nodiscard]] Found find(const Arrival& arrival, std::uint32_t likely) const;
  [[nodiscard]] Found search(const Arrival& arrival) const;
  void note_arrival(State& state, const Arrival& arrival, Side by);

  /// The connection of a SYN, or of the first packet of one.
  Found begin_tcp(const Arrival& arrival, Found found);
  void add_segment(std::uint32_t id, Detail& more, const Arrival& arrival, Side by);
  void add_udp(const Arrival& arrival, Found found);
  void add_icmp_error(const Arrival& arrival, Found found);

  /// `key` runs from client to server.
  std::uint32_t create(const FlowKey& key, const Arrival& arrival, DirectionSource direction, Stage stage);
  [[nodiscard]] Ends ends_of(const State& state) const;
  /// Which end of the connection sends packets with this key.
  [[nodiscard]] Sender sender(const State& state, const FlowKey& key) const;
  void close_one(std::uint32_t id);
  void hand_out_last(std::uint32_t id);
  void release_streams(State& state);
  void make_room();
  void close_lingering(std::int64_t now);
  void enter(std::uint32_t id, Stage stage);
  void note_oldest_closed();
  Detail& detail(State& state);

  void client_segment(State& state, Detail& more, const Arrival& arrival);
  void server_segment(State& state, Detail& more, const Arrival& arrival);
  void late_syn(State& state, Detail& more, const Arrival& arrival);
  void syn_ack(State& state, Detail& more, const Arrival& arrival);
  static void note_reply(State& state, const Detail& more) {
    if (more.streams[Side::Server].payload_bytes == 0) note_first_reply(state, more);
  }
  static void note_first_reply(State& state, const Detail& more);
  void note_end(std::uint32_t id, Detail& more, const Arrival& arrival, Side by);
  /// Uses the memory of `c` again.
  void describe(std::uint32_t id, Connection& c) const;

  TableOptions options_;
  Placer placer_;
  Sink sink_;
  Connection handed_out_;  // made anew each time; its memory stays
  Pool<State> states_;
  Pool<Queued> queued_;  // members come and go together with those of states_, and so have the same numbers
  Pool<Ends> ends_;      // of IPv6
  Pool<Detail> details_;
  FlowIndex index_;
  ListEnds lists_[3];                         // by Stage, oldest first
  std::int64_t none_lingers_until_ = kNever;  // no connection is done lingering at this time or before
  PrefixKeeper prefixes_;
  TableStatistics statistics_;
};

inline void ConnectionTable::fetch_detail(std::uint32_t id) const {
  const State& state = states_[id];
  if (state.detail != kNoId) details_.fetch(state.detail);
  if (state.stage == Stage::HalfOpen) queued_.fetch(id);  // which it may leave
}

inline Detail& ConnectionTable::detail(State& state) {
  if (state.detail == kNoId) state.detail = details_.make({});
  return details_[state.detail];
}

inline Ends ConnectionTable::ends_of(const State& state) const {
  if (state.family == net::Family::V6) return ends_[state.client];
  return {pack(net::Ipv4{state.client}), pack(net::Ipv4{state.server})};
}

// Without a branch on the direction, which nobody can foretell.
inline ConnectionTable::Sender ConnectionTable::sender(const State& state, const FlowKey& key) const {
  if (!state.live || state.family != key.family) return Sender::Stranger;
  if ((state.udp ? net::kUdp : net::kTcp).number != key.protocol) return Sender::Stranger;
  const auto ports = [](net::Port a, net::Port b) { return std::uint32_t{a} << 16 | b; };
  const std::uint32_t own_ports = ports(state.client_port, state.server_port);
  std::uint64_t forth = own_ports ^ ports(key.a_port, key.b_port);  // 0: alike
  std::uint64_t back = own_ports ^ ports(key.b_port, key.a_port);
  if (key.family == net::Family::V4) {
    const auto ends = [](std::uint64_t a, std::uint64_t b) { return a << 32 | (b & 0xFFFFFFFF); };
    const std::uint64_t own_ends = ends(state.client, state.server);
    forth |= own_ends ^ ends(key.a.low, key.b.low);
    back |= own_ends ^ ends(key.b.low, key.a.low);
  } else {
    const auto differ = [](const PackedAddress& a, const PackedAddress& b) {
      return (a.high ^ b.high) | (a.low ^ b.low);
    };
    const Ends& own_ends = ends_[state.client];
    forth |= differ(own_ends.client, key.a) | differ(own_ends.server, key.b);
    back |= differ(own_ends.client, key.b) | differ(own_ends.server, key.a);
  }
  const unsigned is_client = forth == 0 ? 1U : 0U;
  const unsigned is_server = back == 0 ? 1U : 0U;
  static_assert(static_cast<unsigned>(Sender::Server) == 1 && static_cast<unsigned>(Sender::Stranger) == 2);
  return static_cast<Sender>((2U - is_server) & (is_client - 1U));
}

}  // namespace nsgcheck::flow
