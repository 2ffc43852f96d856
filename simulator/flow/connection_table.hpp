// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <span>

#include "simulator/flow/connection.hpp"
#include "simulator/flow/connection_state.hpp"
#include "simulator/flow/flow_index.hpp"
#include "simulator/flow/prefix_keeper.hpp"
#include "simulator/wire/frame.hpp"

namespace nsgcheck::flow {

/// A decoded packet and where it stood in the capture.
struct TimedPacket {
  std::uint64_t frame{};
  std::int64_t time{};  ///< nanoseconds since 1970
  wire::Packet packet;
};

/// Turns the packets of one capture into connections: TCP, and UDP on the ports asked for.
///
/// A SYN with another initial sequence number on known ports begins another connection. A packet that a capture shows
/// twice (routed between two interfaces, `-i any`) counts twice and otherwise is a retransmission.
///
/// Memory, whatever the capture: `max_connections` times 120 bytes while only a SYN was seen and 200 afterwards, plus
/// `max_prefix_bytes`. Where a bound forces something out, a statistic counts it: closed connections go first, then the
/// oldest half-open one, then the oldest open one; of streams still undecided the oldest loses its bytes.
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
  void add(std::span<const TimedPacket> packets);

  /// Hands out all connections that are left, in the order of their first frames. The table is empty afterwards.
  void finish();

  [[nodiscard]] TableStatistics statistics() const;

 private:
  /// Where a packet belongs; an ICMP error belongs to the connection it is about.
  struct Place {
    bool followed{};
    FlowKey key;
    std::uint64_t hash{};
  };
  struct Arrival {
    std::uint64_t frame;
    std::int64_t time;
    const wire::Packet& packet;
    const Place& place;
  };
  [[nodiscard]] Place place_of(const wire::Packet& packet) const;
  void fetch(std::span<const Place> places) const;
  void fetch_detail(std::uint32_t id) const;
  void add(const Arrival& arrival);
  void add_tcp(const Arrival& arrival);
  void add_udp(const Arrival& arrival);
  void add_icmp_error(const Arrival& arrival);

  [[nodiscard]] std::uint32_t find(const Place& place) const;
  /// `key` runs from client to server.
  std::uint32_t create(const FlowKey& key, const Arrival& arrival, DirectionSource direction, Stage stage);
  void close_one(std::uint32_t id);
  void hand_out_last(std::uint32_t id);
  void release_streams(State& state);
  void make_room();
  void close_lingering(std::int64_t now);
  void enter(std::uint32_t id, Stage stage);
  Detail& detail(State& state);
  void note_arrival(State& state, const Arrival& arrival, bool from_client);

  void client_segment(State& state, const Arrival& arrival);
  void server_segment(State& state, const Arrival& arrival);
  void late_syn(State& state, Detail& more, const Arrival& arrival);
  void syn_ack(State& state, Detail& more, const Arrival& arrival);
  static void note_reply(State& state, const Detail& more);
  void note_end(std::uint32_t id, const Arrival& arrival, bool from_client);
  [[nodiscard]] Connection describe(const State& state) const;

  TableOptions options_;
  Sink sink_;
  Pool<State> states_;
  Pool<Detail> details_;
  FlowIndex index_;
  ListEnds lists_[3];  // by Stage, oldest first
  PrefixKeeper prefixes_;
  TableStatistics statistics_;
};

}  // namespace nsgcheck::flow
