// SPDX-License-Identifier: Apache-2.0
// The part of ConnectionTable that follows TCP.
#include "simulator/flow/connection_table.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "simulator/flow/handshake.hpp"

namespace nsgcheck::flow {
namespace {

StreamRef client_stream(State& state, Detail& detail) {
  return {state.flags[Side::Client], detail.streams[Side::Client], state.client_base,
          state.client_base_is == Base::Certain};
}

StreamRef server_stream(State& state, Detail& detail) {
  return {state.flags[Side::Server], detail.streams[Side::Server], detail.server_base,
          state.server_base_is == Base::Certain};
}

Segment segment_of(const Arrival& arrival) {
  // A SYN takes the sequence number before its data.
  return {arrival.tcp.sequence + (arrival.tcp.syn() ? 1U : 0U), arrival.payload, arrival.payload_length};
}

void fix_client_base(State& state, std::uint32_t first_byte) {
  state.client_base = first_byte;
  state.client_base_is = Base::Certain;
}

}  // namespace

ConnectionTable::Found ConnectionTable::begin_tcp(const Arrival& arrival, Found found) {
  const FlowKey& key = arrival.key;
  if (found.id != kNoId) {
    const State& known = states_[found.id];
    const std::uint32_t server_base = known.detail == kNoId ? 0 : details_[known.detail].server_base;
    if (!begins_another(known, server_base, found.by == Side::Client, arrival.tcp)) return found;
    close_one(found.id);
  }
  const DirectionGuess guess = guess_direction(arrival, options_.server_ports);
  const bool only_syn = guess.source == DirectionSource::Syn;
  const std::uint32_t id = create(guess.sender_is_client ? key : reversed(key), arrival, guess.source,
                                  only_syn ? Stage::HalfOpen : Stage::Open);
  if (only_syn) {
    states_[id].syn = true;
    fix_client_base(states_[id], arrival.tcp.sequence + 1);
  }
  return {id, static_cast<Side>(sender(states_[id], key))};
}

void ConnectionTable::add_segment(std::uint32_t id, Detail& more, const Arrival& arrival, Side by) {
  State& state = states_[id];
  if (by == Side::Client) {
    client_segment(state, more, arrival);
    if (!arrival.tcp.syn() && !arrival.tcp.rst()) enter(id, Stage::Open);
  } else {
    server_segment(state, more, arrival);
    enter(id, Stage::Open);
  }
  if (arrival.tcp.rst() || arrival.tcp.fin()) note_end(id, more, arrival, by);
}

void ConnectionTable::client_segment(State& state, Detail& more, const Arrival& arrival) {
  const TcpFields& tcp = arrival.tcp;
  if (tcp.syn() && !tcp.ack()) late_syn(state, more, arrival);
  if (tcp.ack() && !tcp.syn() && !tcp.rst()) state.client_acknowledged = true;
  const Segment segment = segment_of(arrival);
  if (state.client_base_is == Base::Unknown) {
    state.client_base = segment.sequence;
    state.client_base_is = Base::Assumed;
  }
  if (state.server_base_is == Base::Unknown && tcp.ack()) {
    more.server_base = tcp.acknowledgment;
    state.server_base_is = Base::Assumed;
  }
  if (arrival.payload_length == 0) return;
  const std::uint32_t frame = relative_frame(state, arrival.frame);
  if (more.payload == kNoFrame) more.payload = frame;
  const bool decided =
      prefixes_.add(client_stream(state, more), segment, options_.request_limit, options_.request_length);
  if (decided) more.complete = frame;
}

void ConnectionTable::late_syn(State& state, Detail& more, const Arrival& arrival) {
  if (state.syn) return;
  state.syn = true;
  more.syn = relative_frame(state, arrival.frame);
  if (state.client_base_is == Base::Certain) return;
  const std::uint32_t first_byte = arrival.tcp.sequence + 1;
  if (state.client_base_is == Base::Assumed) {
    prefixes_.move_base(client_stream(state, more), first_byte, options_.request_limit);
  }
  fix_client_base(state, first_byte);
  state.direction = DirectionSource::Syn;
}

void ConnectionTable::server_segment(State& state, Detail& more, const Arrival& arrival) {
  const TcpFields& tcp = arrival.tcp;
  const Segment segment = segment_of(arrival);
  if (tcp.syn() && tcp.ack()) {
    syn_ack(state, more, arrival);
  } else if (tcp.syn()) {
    state.simultaneous = true;
    more.server_base = segment.sequence;
    state.server_base_is = Base::Certain;
  }
  if (state.client_base_is == Base::Unknown && tcp.ack()) {
    state.client_base = tcp.acknowledgment;
    state.client_base_is = Base::Assumed;
  }
  if (state.server_base_is == Base::Unknown) {
    more.server_base = segment.sequence;
    state.server_base_is = Base::Assumed;
  }
  const bool answers = !tcp.ack() || answers_syn(state, more.streams[Side::Client].next, tcp.acknowledgment);
  const bool unanswered = state.syn && !state.syn_ack && !state.client_acknowledged;
  if (tcp.rst() && unanswered && answers) state.refused_by_rst = true;
  if (arrival.payload_length == 0) return;
  note_reply(state, more);
  prefixes_.add(server_stream(state, more), segment, options_.reply_limit, options_.reply_length);
}

void ConnectionTable::syn_ack(State& state, Detail& more, const Arrival& arrival) {
  const TcpFields& tcp = arrival.tcp;
  if (state.syn_ack) return;
  if (state.client_base_is == Base::Certain && !answers_syn(state, more.streams[Side::Client].next, tcp.acknowledgment))
    return;
  state.syn_ack = true;
  more.syn_ack = relative_frame(state, arrival.frame);
  if (state.client_base_is == Base::Assumed) {
    prefixes_.move_base(client_stream(state, more), tcp.acknowledgment, options_.request_limit);
  }
  if (state.client_base_is != Base::Certain) {
    fix_client_base(state, tcp.acknowledgment);
    state.direction = DirectionSource::SynAck;
  }
  const std::uint32_t first_byte = tcp.sequence + 1;
  if (state.server_base_is == Base::Assumed && more.server_base - first_byte < options_.reply_limit) {
    prefixes_.move_base(server_stream(state, more), first_byte, options_.reply_limit);
  } else if (state.server_base_is != Base::Certain) {
    more.server_base = first_byte;
  }
  state.server_base_is = Base::Certain;
}

void ConnectionTable::note_first_reply(State& state, const Detail& more) {
  state.sent_before_reply = static_cast<std::uint16_t>(std::min(more.streams[Side::Client].next, kMostBytes));
}

void ConnectionTable::note_end(std::uint32_t id, Detail& more, const Arrival& arrival, Side by) {
  State& state = states_[id];
  const TcpFields& tcp = arrival.tcp;
  const std::uint32_t frame = relative_frame(state, arrival.frame);
  if (tcp.rst() && more.rst == kNoFrame) {
    more.rst = frame;
    state.rst_by_server = by == Side::Server;
  }
  if (tcp.fin()) {
    if (more.fin == kNoFrame) {
      more.fin = frame;
      state.first_fin_by_server = by == Side::Server;
    }
    if (by == Side::Client) {
      state.client_fin = true;
    } else {
      state.server_fin = true;
    }
  }
  if (tcp.rst() || (state.client_fin && state.server_fin)) enter(id, Stage::Closed);
}

void ConnectionTable::describe(std::uint32_t id, Connection& c) const {
  const State& state = states_[id];
  const Ends ends = ends_of(state);
  BySide<std::vector<std::byte>> memory{{std::move(c.request.bytes), std::move(c.reply.bytes)}};
  c = Connection{};
  c.protocol = state.udp ? net::kUdp : net::kTcp;
  c.client = unpack(ends.client, state.family);
  c.server = unpack(ends.server, state.family);
  c.client_port = state.client_port;
  c.server_port = state.server_port;
  c.direction = state.direction;
  c.handshake = handshake(state);
  c.simultaneous_open = state.simultaneous;
  c.first_frame = state.first_frame;
  c.last_frame = state.first_frame + state.last_frame;
  c.first_time = queued_[id].first_time;
  c.last_time = state.last_time;
  c.client_packets = state.packets[Side::Client];
  c.server_packets = state.packets[Side::Server];
  if (state.detail == kNoId) {
    if (state.syn) c.syn = state.first_frame;
    return;
  }
  const Detail& more = details_[state.detail];
  const auto frame = [&](std::uint32_t relative) {
    return relative == kNoFrame ? std::nullopt : std::optional{state.first_frame + relative};
  };
  c.syn = state.syn && more.syn == kNoFrame ? std::optional{state.first_frame} : frame(more.syn);
  c.syn_ack = frame(more.syn_ack);
  c.first_payload = frame(more.payload);
  c.request_complete = frame(more.complete);
  c.icmp_error = frame(more.icmp);
  if (const auto rst = frame(more.rst)) c.first_rst = {*rst, state.rst_by_server ? Side::Server : Side::Client};
  if (const auto fin = frame(more.fin)) c.first_fin = {*fin, state.first_fin_by_server ? Side::Server : Side::Client};
  if (more.idle_after != kNoFrame) c.longest_idle = {state.idle, *frame(more.idle_before), *frame(more.idle_after)};
  if (more.streams[Side::Server].payload_bytes != 0) c.sent_before_reply = state.sent_before_reply;
  c.request = prefixes_.result(state.flags[Side::Client], more.streams[Side::Client], std::move(memory[Side::Client]));
  c.reply = prefixes_.result(state.flags[Side::Server], more.streams[Side::Server], std::move(memory[Side::Server]));
  c.request.start_assumed = state.client_base_is == Base::Assumed;
  c.reply.start_assumed = state.server_base_is == Base::Assumed;
}

}  // namespace nsgcheck::flow
