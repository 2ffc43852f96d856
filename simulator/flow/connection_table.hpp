// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
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
  enum class Sender : std::uint8_t { Client, Server, Stranger };
  struct Found {
    std::uint32_t id = kNoId;
    Sender sender = Sender::Stranger;
  };
  [[gnu::always_inline]] void fetch_detail(std::uint32_t id) const;
  /// `likely`: where the connection probably is.
  void add(const Arrival& arrival, std::uint32_t likely);
  void add_tcp(const Arrival& arrival, Found found);
  void add_udp(const Arrival& arrival, Found found);
  void add_icmp_error(const Arrival& arrival, Found found);

  [[nodiscard]] Found find(const Arrival& arrival, std::uint32_t likely) const;
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
  Detail& detail(State& state);
  void note_arrival(State& state, const Arrival& arrival, bool by_client);

  void client_segment(State& state, Detail& more, const Arrival& arrival);
  void server_segment(State& state, Detail& more, const Arrival& arrival);
  void late_syn(State& state, Detail& more, const Arrival& arrival);
  void syn_ack(State& state, Detail& more, const Arrival& arrival);
  static void note_reply(State& state, const Detail& more);
  void note_end(std::uint32_t id, Detail& more, const Arrival& arrival, bool by_client);
  [[nodiscard]] Connection describe(std::uint32_t id) const;

  TableOptions options_;
  Placer placer_;
  Sink sink_;
  Pool<State> states_;
  Pool<Queued> queued_;  // members come and go together with those of states_, and so have the same numbers
  Pool<Ends> ends_;      // of IPv6
  Pool<Detail> details_;
  FlowIndex index_;
  ListEnds lists_[3];  // by Stage, oldest first
  PrefixKeeper prefixes_;
  TableStatistics statistics_;
};

// Here, as every packet needs them.

inline void ConnectionTable::fetch_detail(std::uint32_t id) const {
  const std::uint32_t detail = states_[id].detail;
  if (detail != kNoId) details_.fetch(detail);
}

inline Detail& ConnectionTable::detail(State& state) {
  if (state.detail == kNoId) state.detail = details_.make({});
  return details_[state.detail];
}

inline Ends ConnectionTable::ends_of(const State& state) const {
  if (state.family == net::Family::V6) return ends_[state.client];
  return {pack(net::Ipv4{state.client}), pack(net::Ipv4{state.server})};
}

inline ConnectionTable::Sender ConnectionTable::sender(const State& state, const FlowKey& key) const {
  if (!state.live || state.family != key.family) return Sender::Stranger;
  if ((state.udp ? net::kUdp : net::kTcp).number != key.protocol) return Sender::Stranger;
  bool forth = state.client_port == key.a_port && state.server_port == key.b_port;
  bool back = state.client_port == key.b_port && state.server_port == key.a_port;
  if (key.family == net::Family::V4) {
    const auto a = static_cast<std::uint32_t>(key.a.low);
    const auto b = static_cast<std::uint32_t>(key.b.low);
    forth = forth && state.client == a && state.server == b;
    back = back && state.client == b && state.server == a;
  } else {
    const auto& [client, server] = ends_[state.client];
    forth = forth && client == key.a && server == key.b;
    back = back && client == key.b && server == key.a;
  }
  if (forth) return Sender::Client;
  return back ? Sender::Server : Sender::Stranger;
}

inline ConnectionTable::Found ConnectionTable::find(const Arrival& arrival, std::uint32_t likely) const {
  if (likely != kNoId) {
    const Sender by = sender(states_[likely], arrival.key);
    if (by != Sender::Stranger) return {likely, by};
  }
  Found found;
  static_cast<void>(index_.find(arrival.hash, [&](std::uint32_t id) {
    const Sender by = sender(states_[id], arrival.key);
    if (by != Sender::Stranger) found = {id, by};
    return by != Sender::Stranger;
  }));
  return found;
}

}  // namespace nsgcheck::flow
