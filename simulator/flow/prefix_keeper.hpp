// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "simulator/flow/byte_store.hpp"
#include "simulator/flow/connection_state.hpp"
#include "simulator/flow/reassembly.hpp"

namespace nsgcheck::flow {

/// One direction of a connection; its parts lie apart to save memory.
struct StreamRef {
  StreamFlags& flags;
  StreamState& state;
  std::uint32_t& base;
  bool base_certain;
};

/// A piece of a stream as one packet carries it.
struct Segment {
  std::uint32_t sequence;
  std::span<const std::byte> captured;
  std::uint32_t length;  ///< as sent
};

/// Holds the first bytes of all streams within one budget. Decided prefixes are cut to what was asked for and stored
/// once if equal; when the budget runs out, the prefix that has been open longest is dropped.
class PrefixKeeper {
 public:
  explicit PrefixKeeper(std::size_t budget) : budget_{budget} {}

  /// Takes a segment behind all others of a stream whose beginning is decided, as most are: only its length counts.
  /// False: it is no such segment, and nothing was done.
  static bool follows(StreamFlags flags, StreamState& state, std::uint32_t base, std::uint32_t sequence,
                      std::uint32_t length);
  /// Whether this segment made `length` say that it has all it needs.
  bool add(StreamRef stream, const Segment& segment, std::uint32_t limit, const PrefixLength& length);
  /// The first datagram of a side is all that is kept of it.
  void add_datagram(StreamFlags& flags, StreamState& state, const Segment& datagram, std::uint32_t limit) {
    count_bytes(state, datagram.length);
    if (state.next == 0) state.next = datagram.length;
    if (flags.phase == PrefixPhase::Empty && datagram.length != 0) keep_datagram(flags, state, datagram, limit);
  }
  /// The stream turns out to begin at `base`, at or before where it was assumed to.
  void move_base(StreamRef stream, std::uint32_t base, std::uint32_t limit);
  /// `memory` is used for the bytes.
  [[nodiscard]] StreamStart result(const StreamFlags& flags, const StreamState& state,
                                   std::vector<std::byte> memory) const;
  void release(StreamFlags& flags, StreamState& state);

  [[nodiscard]] bool over_budget() const { return open_memory_ + kept_.memory() > budget_; }
  [[nodiscard]] std::uint64_t dropped() const { return dropped_; }

 private:
  struct OpenPrefix {
    Reassembly bytes{0, 0};
    StreamFlags* owner{};  // connections do not move while they live
    StreamState* owner_state{};
    std::uint32_t previous = kNoId, next = kNoId;
  };
  static void count_bytes(StreamState& state, std::uint32_t length) {
    state.payload_bytes += std::min(length, ~state.payload_bytes);
  }
  void keep_datagram(StreamFlags& flags, StreamState& state, const Segment& datagram, std::uint32_t limit);
  void open(StreamRef stream, std::uint32_t limit);
  void close(StreamFlags& flags, StreamState& state);
  void keep(StreamFlags& flags, StreamState& state, std::span<const std::byte> bytes);
  bool settle(StreamRef stream, std::size_t before, const PrefixLength& length);
  void stay_within_budget();

  std::size_t budget_;
  std::size_t open_memory_{};
  std::uint64_t dropped_{};
  Pool<OpenPrefix> open_;
  ListEnds by_age_;
  ByteStore kept_;
};

// Sequence numbers come round again after 4 GiB; long before that nothing belongs to a stream's beginning any more.
inline constexpr std::uint32_t kBeginningIsOver = 1U << 30;

// Here, as every packet needs it. A keep-alive and everything that could contradict what is kept begin before `next`.
inline bool PrefixKeeper::follows(StreamFlags flags, StreamState& state, std::uint32_t base, std::uint32_t sequence,
                                  std::uint32_t length) {
  const std::int64_t offset = static_cast<std::int32_t>(sequence - base);
  const std::uint64_t sum = std::uint64_t{state.payload_bytes} + length;
  if (flags.phase != PrefixPhase::Kept || offset < state.next || sum > kBeginningIsOver) return false;
  state.payload_bytes = static_cast<std::uint32_t>(sum);
  state.next = static_cast<std::uint32_t>(offset) + length;
  return true;
}

}  // namespace nsgcheck::flow
