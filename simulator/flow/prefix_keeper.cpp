// SPDX-License-Identifier: Apache-2.0
#include "simulator/flow/prefix_keeper.hpp"

#include <algorithm>
#include <utility>

namespace nsgcheck::flow {
namespace {

std::size_t ask(const PrefixLength& length, std::span<const std::byte> bytes) {
  if (!length || bytes.empty()) return 0;
  return std::min(length(bytes), bytes.size());
}

}  // namespace

bool PrefixKeeper::add(StreamRef stream, const Segment& segment, std::uint32_t limit, const PrefixLength& length) {
  auto& [flags, state, base, base_certain] = stream;
  count_bytes(state, segment.length);
  if (flags.phase == PrefixPhase::Dropped || state.payload_bytes > kBeginningIsOver) return false;
  std::int64_t offset = static_cast<std::int32_t>(segment.sequence - base);
  // A keep-alive repeats the last byte with any value (RFC 9293 3.8.4): no contradiction.
  if (segment.length == 1 && offset + 1 == state.next) return false;
  // No more than `limit` bytes are kept, and most segments lie behind them.
  if (flags.phase == PrefixPhase::Kept && offset < limit) {
    const bool differs = contradicts(kept_.get(state.data), offset, segment.captured);
    flags.ambiguous = flags.ambiguous || differs;
  }
  const bool undecided = flags.phase != PrefixPhase::Kept;
  if (undecided && offset < 0 && !base_certain && segment.length > 1 && -offset <= limit) {
    move_base(stream, segment.sequence, limit);
    offset = 0;
  }
  if (offset + segment.length > 0)
    state.next = std::max(state.next, static_cast<std::uint32_t>(offset) + segment.length);
  if (!undecided || offset + segment.length <= 0) return false;
  if (offset >= limit) {
    flags.gap = true;
    return false;
  }
  if (flags.phase == PrefixPhase::Empty) {
    if (offset == 0 && segment.captured.size() == segment.length) {
      const auto bytes = segment.captured.first(std::min<std::size_t>(segment.captured.size(), limit));
      if (const std::size_t wanted = ask(length, bytes); wanted != 0) {
        flags.decided = true;
        keep(flags, state, bytes.first(wanted));
        return true;
      }
    }
    open(stream, limit);
  }
  Reassembly& bytes = open_[state.data].bytes;
  const std::size_t before = bytes.prefix().size();
  open_memory_ -= bytes.memory();
  bytes.add(segment.sequence, segment.captured, segment.length);
  open_memory_ += bytes.memory();
  const bool decided = settle(stream, before, length);
  stay_within_budget();
  return decided;
}

bool PrefixKeeper::settle(StreamRef stream, std::size_t before, const PrefixLength& length) {
  auto& [flags, state, base, base_certain] = stream;
  const Reassembly& bytes = open_[state.data].bytes;
  const auto prefix = bytes.prefix();
  // What a first segment alone did not decide is asked again only when more has come.
  if (prefix.size() == before) return false;
  const std::size_t wanted = ask(length, prefix);
  if (wanted == 0 && !bytes.full()) return false;
  const std::vector<std::byte> kept{prefix.begin(),
                                    prefix.begin() + static_cast<std::ptrdiff_t>(wanted == 0 ? prefix.size() : wanted)};
  flags.decided = wanted != 0;
  flags.limit_reached = wanted == 0;
  flags.gap = false;
  flags.split = bytes.segments(kept.size()) > 1;
  flags.ambiguous = bytes.ambiguous(kept.size());
  close(flags, state);
  keep(flags, state, kept);
  return flags.decided;
}

void PrefixKeeper::keep_datagram(StreamFlags& flags, StreamState& state, const Segment& datagram, std::uint32_t limit) {
  const std::size_t size = std::min<std::size_t>(datagram.captured.size(), limit);
  flags.limit_reached = datagram.length >= limit && size == limit;
  flags.snaplen_cut = datagram.captured.size() < datagram.length && size < limit;
  keep(flags, state, datagram.captured.first(size));
}

void PrefixKeeper::move_base(StreamRef stream, std::uint32_t base, std::uint32_t limit) {
  const std::uint32_t shift = stream.base - base;
  stream.base = base;
  if (shift == 0) return;
  stream.state.next += shift;
  if (stream.flags.phase == PrefixPhase::Kept) {
    // It was decided on bytes that were not the beginning: what is left of them goes back.
    const auto kept = kept_.get(stream.state.data);
    const std::vector<std::byte> bytes{kept.begin(), kept.end()};
    release(stream.flags, stream.state);
    stream.flags = StreamFlags{};
    open(stream, limit);
    Reassembly& opened = open_[stream.state.data].bytes;
    opened.add(base + shift, bytes, static_cast<std::uint32_t>(bytes.size()));
    open_memory_ += opened.memory();
    return;
  }
  if (stream.flags.phase != PrefixPhase::Open) return;
  Reassembly& bytes = open_[stream.state.data].bytes;
  open_memory_ -= bytes.memory();
  bytes.move_base(base);
  open_memory_ += bytes.memory();
}

StreamStart PrefixKeeper::result(const StreamFlags& flags, const StreamState& state,
                                 std::vector<std::byte> memory) const {
  StreamStart prefix;
  prefix.bytes = std::move(memory);
  prefix.bytes.clear();
  prefix.sent = state.next;
  prefix.payload_bytes = state.payload_bytes;
  prefix.decided = flags.decided;
  prefix.limit_reached = flags.limit_reached;
  prefix.gap = flags.gap;
  prefix.snaplen_cut = flags.snaplen_cut;
  prefix.split_segments = flags.split;
  prefix.ambiguous_overlap = flags.ambiguous;
  prefix.dropped = flags.phase == PrefixPhase::Dropped;
  if (flags.phase == PrefixPhase::Kept) {
    const auto bytes = kept_.get(state.data);
    prefix.bytes.assign(bytes.begin(), bytes.end());
  } else if (flags.phase == PrefixPhase::Open) {
    const Reassembly& open = open_[state.data].bytes;
    const auto bytes = open.prefix();
    prefix.bytes.assign(bytes.begin(), bytes.end());
    prefix.gap = prefix.gap || open.gap();
    prefix.snaplen_cut = open.cut();
    prefix.split_segments = open.segments(bytes.size()) > 1;
    prefix.ambiguous_overlap = open.ambiguous(bytes.size());
  }
  return prefix;
}

void PrefixKeeper::release(StreamFlags& flags, StreamState& state) {
  if (flags.phase == PrefixPhase::Open) close(flags, state);
  if (flags.phase == PrefixPhase::Kept) kept_.release(state.data);
  flags.phase = PrefixPhase::Empty;
  state.data = kNoId;
}

void PrefixKeeper::open(StreamRef stream, std::uint32_t limit) {
  stream.state.data = open_.make({Reassembly{stream.base, limit}, &stream.flags, &stream.state, kNoId, kNoId});
  stream.flags.phase = PrefixPhase::Open;
  append(open_, by_age_, stream.state.data);
  open_memory_ += sizeof(OpenPrefix);
}

void PrefixKeeper::close(StreamFlags& flags, StreamState& state) {
  open_memory_ -= sizeof(OpenPrefix) + open_[state.data].bytes.memory();
  unlink(open_, by_age_, state.data);
  open_.free(state.data);
  flags.phase = PrefixPhase::Empty;
  state.data = kNoId;
}

void PrefixKeeper::keep(StreamFlags& flags, StreamState& state, std::span<const std::byte> bytes) {
  state.data = kept_.keep(bytes);
  flags.phase = PrefixPhase::Kept;
}

void PrefixKeeper::stay_within_budget() {
  while (over_budget() && by_age_.first != kNoId) {
    const OpenPrefix& oldest = open_[by_age_.first];
    StreamFlags& flags = *oldest.owner;
    close(flags, *oldest.owner_state);
    flags.phase = PrefixPhase::Dropped;
    ++dropped_;
  }
}

}  // namespace nsgcheck::flow
