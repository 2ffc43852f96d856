// SPDX-License-Identifier: Apache-2.0
#include "simulator/flow/connection_table.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace nsgcheck::flow {
ConnectionTable::ConnectionTable(TableOptions options, Sink sink)
    : options_{std::move(options)},
      placer_{options_.udp_ports, options_.all_udp, options_.hash_key},
      sink_{std::move(sink)},
      index_{std::max(options_.max_connections, 1U)},
      prefixes_{options_.max_prefix_bytes} {
  options_.max_connections = std::max(options_.max_connections, 1U);
  for (std::uint32_t* limit : {&options_.request_limit, &options_.reply_limit, &options_.datagram_limit}) {
    *limit = std::clamp(*limit, 1U, kMostBytes);
  }
}

std::uint32_t ConnectionTable::create(const FlowKey& key, const Arrival& arrival, DirectionSource direction,
                                      Stage stage) {
  while (index_.size() >= options_.max_connections) make_room();
  State state;
  state.live = true;
  if (key.family == net::Family::V6) {
    state.client = ends_.make({key.a, key.b});
  } else {
    state.client = static_cast<std::uint32_t>(key.a.low);
    state.server = static_cast<std::uint32_t>(key.b.low);
  }
  state.client_port = key.a_port;
  state.server_port = key.b_port;
  state.udp = key.protocol == net::kUdp.number;
  state.family = key.family;
  state.first_frame = arrival.frame;
  state.last_time = arrival.time;
  state.direction = direction;
  state.stage = stage;
  const std::uint32_t id = states_.make(state);
  queued_.make({arrival.time});
  append(queued_, lists_[static_cast<std::size_t>(stage)], id);
  index_.insert(arrival.hash, id);
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
  note_oldest_closed();
}

void ConnectionTable::note_oldest_closed() {
  const std::uint32_t first = lists_[static_cast<std::size_t>(Stage::Closed)].first;
  none_lingers_until_ = kNever;
  if (first == kNoId || states_[first].last_time > kNever - options_.linger_nanoseconds) return;
  none_lingers_until_ = states_[first].last_time + options_.linger_nanoseconds;
}

void ConnectionTable::close_one(std::uint32_t id) {
  State& state = states_[id];
  describe(id, handed_out_);
  const bool oldest_closed = state.stage == Stage::Closed && queued_[id].previous == kNoId;
  unlink(queued_, lists_[static_cast<std::size_t>(state.stage)], id);
  if (oldest_closed) note_oldest_closed();
  const Ends ends = ends_of(state);
  const net::Protocol protocol = state.udp ? net::kUdp : net::kTcp;
  const FlowKey key{ends.client, ends.server, state.client_port, state.server_port, protocol.number, state.family};
  index_.erase(placer_.hash_of(key), id);
  if (state.detail != kNoId) {
    release_streams(state);
    details_.free(state.detail);
  }
  if (state.family == net::Family::V6) ends_.free(state.client);
  states_.free(id);
  queued_.free(id);
  sink_(std::move(handed_out_));
}

void ConnectionTable::finish() {
  const std::size_t held = index_.size();
  // Whoever takes the connections needs memory for them, so the table's own goes back on the way.
  index_ = FlowIndex{options_.max_connections};
  std::vector<std::pair<std::uint64_t, std::uint32_t>> left;  // first frame, id
  left.reserve(held);
  for (const ListEnds& list : lists_)
    for (std::uint32_t id = list.first; id != kNoId; id = queued_[id].next)
      left.emplace_back(states_[id].first_frame, id);
  if (!std::is_sorted(left.begin(), left.end())) std::sort(left.begin(), left.end());
  constexpr std::size_t kAhead = 8;
  for (std::size_t i = 0; i < left.size(); ++i) {
    if (i + 2 * kAhead < left.size()) states_.fetch(left[i + 2 * kAhead].second);
    if (i + kAhead < left.size()) fetch_detail(left[i + kAhead].second);
    hand_out_last(left[i].second);
  }
  handed_out_ = {};
  states_ = {};
  queued_ = {};
  ends_ = {};
  details_ = {};
  for (ListEnds& list : lists_) list = {};
}

void ConnectionTable::hand_out_last(std::uint32_t id) {
  State& state = states_[id];
  describe(id, handed_out_);
  if (state.detail != kNoId) {
    release_streams(state);
    details_.discard(state.detail);
  }
  if (state.family == net::Family::V6) ends_.discard(state.client);
  states_.discard(id);
  queued_.discard(id);
  sink_(std::move(handed_out_));
}

void ConnectionTable::release_streams(State& state) {
  Detail& more = details_[state.detail];
  prefixes_.release(state.flags[Side::Client], more.streams[Side::Client]);
  prefixes_.release(state.flags[Side::Server], more.streams[Side::Server]);
}

void ConnectionTable::enter(std::uint32_t id, Stage stage) {
  State& state = states_[id];
  if (state.stage >= stage) return;
  unlink(queued_, lists_[static_cast<std::size_t>(state.stage)], id);
  state.stage = stage;
  append(queued_, lists_[static_cast<std::size_t>(stage)], id);
  if (stage == Stage::Closed && queued_[id].previous == kNoId) note_oldest_closed();
}

TableStatistics ConnectionTable::statistics() const {
  TableStatistics result = statistics_;
  result.prefixes_dropped = prefixes_.dropped();
  return result;
}

void ConnectionTable::add_icmp_error(const Arrival& arrival, Found found) {
  if (found.id == kNoId) {
    ++statistics_.untracked;
    return;
  }
  if (found.by != Side::Client) return;
  State& state = states_[found.id];
  Detail& more = detail(state);
  if (more.icmp == kNoFrame) more.icmp = relative_frame(state, arrival.frame);
  state.refused_by_icmp = true;
}

}  // namespace nsgcheck::flow
