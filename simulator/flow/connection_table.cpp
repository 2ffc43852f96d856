// SPDX-License-Identifier: Apache-2.0
#include "simulator/flow/connection_table.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "simulator/flow/handshake.hpp"

namespace nsgcheck::flow {
namespace {

// Packets whose memory is fetched together; what they touch fits the first cache.
constexpr std::size_t kAtOnce = 32;

void count(std::uint32_t& counter) {
  if (counter != ~0U) ++counter;
}

}  // namespace

ConnectionTable::ConnectionTable(TableOptions options, Sink sink)
    : options_{std::move(options)},
      sink_{std::move(sink)},
      index_{std::max(options_.max_connections, 1U)},
      prefixes_{options_.max_prefix_bytes} {
  options_.max_connections = std::max(options_.max_connections, 1U);
  for (std::uint32_t* limit : {&options_.request_limit, &options_.reply_limit, &options_.datagram_limit}) {
    *limit = std::clamp(*limit, 1U, kMostBytes);
  }
}

ConnectionTable::Place ConnectionTable::place_of(const wire::Packet& packet) const {
  const auto follows = [&](net::Port port) {
    return std::find(options_.udp_ports.begin(), options_.udp_ports.end(), port) != options_.udp_ports.end();
  };
  const net::FiveTuple& tuple = packet.icmp_about ? *packet.icmp_about : packet.tuple;
  const bool udp = tuple.protocol == net::kUdp && (follows(tuple.destination_port) || follows(tuple.source_port));
  Place place;
  place.followed = packet.icmp_about || packet.tcp || udp;
  if (!place.followed) return place;
  place.key = flow_key(tuple);
  place.hash = hash(place.key, options_.hash_key);
  return place;
}

void ConnectionTable::add(std::uint64_t frame, std::int64_t time, const wire::Packet& packet) {
  const Place place = place_of(packet);
  add(Arrival{frame, time, packet, place});
}

void ConnectionTable::add(std::span<const TimedPacket> packets) {
  std::array<Place, kAtOnce> places;
  while (!packets.empty()) {
    const auto now = packets.first(std::min(packets.size(), kAtOnce));
    for (std::size_t i = 0; i < now.size(); ++i) {
      places[i] = place_of(now[i].packet);
      if (places[i].followed) index_.fetch(places[i].hash);
    }
    fetch(std::span{places}.first(now.size()));
    for (std::size_t i = 0; i < now.size(); ++i) add(Arrival{now[i].frame, now[i].time, now[i].packet, places[i]});
    packets = packets.subspan(now.size());
  }
}

// Each step reads what the step before asked for, so that memory answers many questions at the same time.
void ConnectionTable::fetch(std::span<const Place> places) const {
  std::array<std::uint32_t, kAtOnce> ids;
  for (std::size_t i = 0; i < places.size(); ++i) {
    ids[i] = places[i].followed ? index_.likely(places[i].hash) : kNoId;
    if (ids[i] != kNoId) states_.fetch(ids[i]);
  }
  for (std::size_t i = 0; i < places.size(); ++i)
    if (ids[i] != kNoId) fetch_detail(ids[i]);
}

void ConnectionTable::add(const Arrival& arrival) {
  ++statistics_.packets;
  close_lingering(arrival.time);
  if (!arrival.place.followed) {
    ++statistics_.untracked;
  } else if (arrival.packet.icmp_about) {
    add_icmp_error(arrival);
  } else if (arrival.packet.tcp) {
    add_tcp(arrival);
  } else {
    add_udp(arrival);
  }
  while (prefixes_.over_budget() && index_.size() > 1) make_room();
}

std::uint32_t ConnectionTable::find(const Place& place) const {
  return index_.find(place.hash, [&](std::uint32_t id) { return joins(states_[id], place.key); });
}

std::uint32_t ConnectionTable::create(const FlowKey& key, const Arrival& arrival, DirectionSource direction,
                                      Stage stage) {
  while (index_.size() >= options_.max_connections) make_room();
  State state;
  state.client = key.a;
  state.server = key.b;
  state.client_port = key.a_port;
  state.server_port = key.b_port;
  state.udp = key.protocol == net::kUdp.number;
  state.family = key.family;
  state.first_frame = arrival.frame;
  state.first_time = state.last_time = arrival.time;
  state.direction = direction;
  state.stage = stage;
  const std::uint32_t id = states_.make(state);
  append(states_, lists_[static_cast<std::size_t>(stage)], id);
  index_.insert(arrival.place.hash, id);
  ++statistics_.connections;
  statistics_.most_held = std::max<std::uint64_t>(statistics_.most_held, index_.size());
  return id;
}

void ConnectionTable::make_room() {
  static constexpr std::pair<Stage, std::uint64_t TableStatistics::*> kOrder[]{
      {Stage::Closed, &TableStatistics::closed_evicted},
      {Stage::HalfOpen, &TableStatistics::half_open_evicted},
      {Stage::Open, &TableStatistics::open_evicted}};
  for (const auto& [stage, counter] : kOrder) {
    const std::uint32_t oldest = lists_[static_cast<std::size_t>(stage)].first;
    if (oldest == kNoId) continue;
    ++(statistics_.*counter);
    close_one(oldest);
    return;
  }
}

void ConnectionTable::close_lingering(std::int64_t now) {
  const ListEnds& closed = lists_[static_cast<std::size_t>(Stage::Closed)];
  while (closed.first != kNoId && states_[closed.first].last_time < now - options_.linger_nanoseconds) {
    close_one(closed.first);
  }
}

void ConnectionTable::close_one(std::uint32_t id) {
  State& state = states_[id];
  Connection connection = describe(state);
  unlink(states_, lists_[static_cast<std::size_t>(state.stage)], id);
  index_.erase(hash(key_of(state), options_.hash_key), id);
  if (state.detail != kNoId) {
    release_streams(state);
    details_.free(state.detail);
  }
  states_.free(id);
  sink_(std::move(connection));
}

void ConnectionTable::finish() {
  const std::size_t held = index_.size();
  // Whoever takes the connections needs memory for them, so the table's own goes back on the way.
  index_ = FlowIndex{options_.max_connections};
  std::vector<std::uint32_t> left;
  left.reserve(held);
  for (const ListEnds& list : lists_)
    for (std::uint32_t id = list.first; id != kNoId; id = states_[id].next) left.push_back(id);
  const auto earlier = [&](std::uint32_t a, std::uint32_t b) {
    const std::uint64_t frame_a = states_[a].first_frame;
    const std::uint64_t frame_b = states_[b].first_frame;
    return frame_a != frame_b ? frame_a < frame_b : a < b;
  };
  if (!std::is_sorted(left.begin(), left.end(), earlier)) std::sort(left.begin(), left.end(), earlier);
  constexpr std::size_t kAhead = 8;
  for (std::size_t i = 0; i < left.size(); ++i) {
    if (i + 2 * kAhead < left.size()) states_.fetch(left[i + 2 * kAhead]);
    if (i + kAhead < left.size()) fetch_detail(left[i + kAhead]);
    hand_out_last(left[i]);
  }
  states_ = {};
  details_ = {};
  for (ListEnds& list : lists_) list = {};
}

void ConnectionTable::hand_out_last(std::uint32_t id) {
  State& state = states_[id];
  Connection connection = describe(state);
  if (state.detail != kNoId) {
    release_streams(state);
    details_.discard(state.detail);
  }
  states_.discard(id);
  sink_(std::move(connection));
}

void ConnectionTable::release_streams(State& state) {
  Detail& more = details_[state.detail];
  prefixes_.release(state.client_flags, more.client);
  prefixes_.release(state.server_flags, more.server);
}

void ConnectionTable::fetch_detail(std::uint32_t id) const {
  const std::uint32_t detail = states_[id].detail;
  if (detail != kNoId) details_.fetch(detail);
}

void ConnectionTable::enter(std::uint32_t id, Stage stage) {
  State& state = states_[id];
  if (state.stage >= stage) return;
  unlink(states_, lists_[static_cast<std::size_t>(state.stage)], id);
  state.stage = stage;
  append(states_, lists_[static_cast<std::size_t>(stage)], id);
}

Detail& ConnectionTable::detail(State& state) {
  if (state.detail == kNoId) state.detail = details_.make({});
  return details_[state.detail];
}

TableStatistics ConnectionTable::statistics() const {
  TableStatistics result = statistics_;
  result.prefixes_dropped = prefixes_.dropped();
  return result;
}

void ConnectionTable::note_arrival(State& state, const Arrival& arrival, bool from_client) {
  count(from_client ? state.client_packets : state.server_packets);
  if (state.client_packets + state.server_packets == 1) return;
  const std::uint32_t frame = relative_frame(state, arrival.frame);
  const std::int64_t idle = std::max<std::int64_t>(arrival.time - state.last_time, 0);
  Detail& more = detail(state);
  if (more.idle_after == kNoFrame || idle > more.idle) {
    more.idle = idle;
    more.idle_before = state.last_frame;
    more.idle_after = frame;
  }
  state.last_frame = frame;
  state.last_time = std::max(state.last_time, arrival.time);
}

void ConnectionTable::add_udp(const Arrival& arrival) {
  const FlowKey& key = arrival.place.key;
  std::uint32_t id = find(arrival.place);
  if (id == kNoId) {
    const DirectionGuess guess = guess_by_ports(arrival.packet.tuple, options_.udp_ports);
    id = create(guess.sender_is_client ? key : reversed(key), arrival, guess.source, Stage::Open);
  }
  State& state = states_[id];
  const bool from_client = state.client == key.a && state.client_port == key.a_port;
  note_arrival(state, arrival, from_client);
  Detail& more = detail(state);
  if (from_client && more.payload == kNoFrame && arrival.packet.payload_length != 0) {
    more.payload = relative_frame(state, arrival.frame);
  }
  if (!from_client) note_reply(state, more);
  std::uint32_t no_base = 0;
  const StreamRef stream = from_client ? StreamRef{state.client_flags, more.client, no_base, true}
                                       : StreamRef{state.server_flags, more.server, no_base, true};
  prefixes_.add_datagram(stream, {0, arrival.packet.payload, arrival.packet.payload_length}, options_.datagram_limit);
}

void ConnectionTable::add_icmp_error(const Arrival& arrival) {
  const FlowKey& key = arrival.place.key;
  const std::uint32_t id = find(arrival.place);
  if (id == kNoId) {
    ++statistics_.untracked;
    return;
  }
  State& state = states_[id];
  if (state.client != key.a || state.client_port != key.a_port) return;
  Detail& more = detail(state);
  if (more.icmp == kNoFrame) more.icmp = relative_frame(state, arrival.frame);
  state.refused_by_icmp = true;
}

}  // namespace nsgcheck::flow
