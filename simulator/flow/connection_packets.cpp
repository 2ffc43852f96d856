// SPDX-License-Identifier: Apache-2.0
// The part of ConnectionTable that every packet goes through.
#include <algorithm>
#include <array>

#include "simulator/flow/connection_table.hpp"
#include "simulator/flow/handshake.hpp"

namespace nsgcheck::flow {
namespace {

// Packets that take each step of add() together.
constexpr std::size_t kTogether = 8;
constexpr std::size_t kSteps = 4;

void count(std::uint32_t& counter) { counter += counter != ~0U ? 1U : 0U; }

}  // namespace

void ConnectionTable::add(std::uint64_t frame, std::int64_t time, const wire::Packet& packet) {
  ++statistics_.packets;
  add(placer_(frame, time, packet), kNoId);
}

// Each step reads what the step before asked for some packets ago, so that memory answers while others are worked on.
void ConnectionTable::add(std::span<const Arrival> arrivals) {
  statistics_.packets += arrivals.size();
  const auto part = [&](std::size_t begin) {
    return begin < arrivals.size() ? arrivals.subspan(begin, std::min(kTogether, arrivals.size() - begin))
                                   : std::span<const Arrival>{};
  };
  std::array<std::array<std::uint32_t, kTogether>, kSteps> likely;
  for (std::size_t begin = 0, turn = 0; begin < arrivals.size() + (kSteps - 1) * kTogether;
       begin += kTogether, ++turn) {
    for (const Arrival& one : part(begin)) index_.fetch(one.hash);
    auto* id = likely[(turn - 1) % kSteps].data();
    for (const Arrival& one : part(begin - kTogether)) {
      *id = index_.likely(one.hash);
      if (*id != kNoId) states_.fetch(*id);
      ++id;
    }
    const auto third = part(begin - 2 * kTogether).size();
    for (const std::uint32_t known : std::span{likely[(turn - 2) % kSteps]}.first(third))
      if (known != kNoId) fetch_detail(known);
    id = likely[(turn - 3) % kSteps].data();
    for (const Arrival& one : part(begin - 3 * kTogether)) add(one, *id++);
  }
}

inline void ConnectionTable::add(const Arrival& arrival, std::uint32_t likely) {
  if (arrival.time > none_lingers_until_) close_lingering(arrival.time);
  switch (arrival.kind) {
    case Arrival::Kind::Untracked:
      ++statistics_.untracked;
      break;
    case Arrival::Kind::Tcp:
      add_tcp(arrival, find(arrival, likely));
      break;
    case Arrival::Kind::Udp:
      add_udp(arrival, find(arrival, likely));
      break;
    case Arrival::Kind::IcmpError:
      add_icmp_error(arrival, find(arrival, likely));
      break;
  }
  while (prefixes_.over_budget() && index_.size() > 1) make_room();
}

inline ConnectionTable::Found ConnectionTable::find(const Arrival& arrival, std::uint32_t likely) const {
  if (likely != kNoId) {
    const Sender by = sender(states_[likely], arrival.key);
    if (by != Sender::Stranger) return {likely, static_cast<Side>(by)};
  }
  return search(arrival);
}

ConnectionTable::Found ConnectionTable::search(const Arrival& arrival) const {
  Found found;
  found.id = index_.find(arrival.hash, [&](std::uint32_t id) {
    const Sender by = sender(states_[id], arrival.key);
    if (by != Sender::Stranger) found.by = static_cast<Side>(by);
    return by != Sender::Stranger;
  });
  return found;
}

inline void ConnectionTable::note_arrival(State& state, const Arrival& arrival, Side by) {
  const bool first = (state.packets[Side::Client] | state.packets[Side::Server]) == 0;
  count(state.packets[by]);
  if (first) return;
  const std::uint32_t frame = relative_frame(state, arrival.frame);
  const std::int64_t idle = std::max<std::int64_t>(arrival.time - state.last_time, 0);
  if (idle > state.idle) {
    Detail& more = detail(state);
    state.idle = idle;
    more.idle_before = state.last_frame;
    more.idle_after = frame;
  }
  state.last_frame = frame;
  state.last_time = std::max(state.last_time, arrival.time);
}

inline void ConnectionTable::add_tcp(const Arrival& arrival, Found found) {
  auto [id, by] = found;
  if (id == kNoId || arrival.tcp.syn()) {
    const Found begun = begin_tcp(arrival, {id, by});
    id = begun.id;
    by = begun.by;
  }
  State& state = states_[id];
  note_arrival(state, arrival, by);
  // A flood of single SYNs must not cost more than the bare state of each.
  if (state.stage == Stage::HalfOpen && state.detail == kNoId && arrival.payload_length == 0) return;
  Detail& more = detail(state);
  if (!goes_on(state, more, arrival, by)) add_segment(id, more, arrival, by);
}

inline bool ConnectionTable::goes_on(State& state, Detail& more, const Arrival& arrival, Side by) {
  const TcpFields& tcp = arrival.tcp;
  if (tcp.has(wire::kSyn | wire::kFin | wire::kRst) || state.stage == Stage::HalfOpen) return false;
  if (state.client_base_is == Base::Unknown || state.server_base_is == Base::Unknown) return false;
  // The direction cannot be foretold, so nothing branches on it.
  const std::uint32_t by_server = by == Side::Server ? 1U : 0U;
  const std::uint32_t base = state.client_base ^ ((state.client_base ^ more.server_base) & (0U - by_server));
  if (arrival.payload_length != 0 &&
      !PrefixKeeper::follows(state.flags[by], more.streams[by], base, tcp.sequence, arrival.payload_length))
    return false;
  const std::uint32_t acknowledged = by_server < std::uint32_t{tcp.ack()} ? 1U : 0U;
  state.client_acknowledged = (std::uint32_t{state.client_acknowledged} | acknowledged) != 0;
  return true;
}

void ConnectionTable::add_udp(const Arrival& arrival, Found found) {
  const FlowKey& key = arrival.key;
  if (found.id == kNoId) {
    const DirectionGuess guess = guess_by_ports(key, options_.all_udp ? options_.server_ports : options_.udp_ports);
    const std::uint32_t id = create(guess.sender_is_client ? key : reversed(key), arrival, guess.source, Stage::Open);
    found = {id, static_cast<Side>(sender(states_[id], key))};
  }
  State& state = states_[found.id];
  note_arrival(state, arrival, found.by);
  Detail& more = detail(state);
  if (found.by == Side::Server) {
    note_reply(state, more);
  } else if (more.payload == kNoFrame && arrival.payload_length != 0) {
    more.payload = relative_frame(state, arrival.frame);
  }
  prefixes_.add_datagram(state.flags[found.by], more.streams[found.by], {0, arrival.payload, arrival.payload_length},
                         options_.datagram_limit);
}

}  // namespace nsgcheck::flow
