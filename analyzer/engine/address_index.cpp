// SPDX-License-Identifier: Apache-2.0
#include "analyzer/engine/address_index.hpp"

#include <algorithm>
#include <bit>
#include <limits>

namespace nsgcheck::engine {
namespace {

constexpr int kMostHeadBits = 8;
constexpr int kFinest = 4;  // buckets are at most two to the power of this and one as many as pieces

template <class Bits>
constexpr int kWidth = static_cast<int>(sizeof(Bits) * 8);

template <class Bits>
int width_of(Bits value) {
  if constexpr (sizeof(Bits) <= 8)
    return static_cast<int>(std::bit_width(value));
  else {
    const int upper = static_cast<int>(std::bit_width(static_cast<std::uint64_t>(value >> 64)));
    return upper > 0 ? 64 + upper : static_cast<int>(std::bit_width(static_cast<std::uint64_t>(value)));
  }
}

}  // namespace

template <class Bits>
AddressIndex<Bits>::AddressIndex(const std::vector<typename AxisCut<Bits>::Piece>& pieces) {
  for (const auto& piece : pieces) pieces_.push_back({piece.low, piece.cls});
  const int bits = std::min(kMostHeadBits, static_cast<int>(std::bit_width(pieces_.size())) + 1);
  tail_ = kWidth<Bits> - bits;
  const Bits rest = static_cast<Bits>(static_cast<Bits>(1) << tail_) - 1;
  for (std::uint32_t head = 0; head < 1U << bits; ++head) {
    const Bits begin = static_cast<Bits>(static_cast<Bits>(head) << tail_);
    add_head(begin, static_cast<Bits>(begin | rest));
  }
  const Piece margin{static_cast<Bits>(~Bits{0}), pieces_.back().cls};
  pieces_.resize(pieces_.size() + 2 * std::size_t{std::max(first_step_, kBeside)}, margin);
}

template <class Bits>
std::uint32_t AddressIndex<Bits>::piece_at(Bits address) const {
  const auto next = std::upper_bound(pieces_.begin(), pieces_.end(), address,
                                     [](Bits value, const Piece& piece) { return value < piece.low; });
  return static_cast<std::uint32_t>(next - pieces_.begin() - 1);
}

template <class Bits>
void AddressIndex<Bits>::add_head(Bits begin, Bits end) {
  const std::uint32_t before = piece_at(begin);
  const std::uint32_t count = piece_at(end) - before;
  Head head{end, static_cast<std::uint32_t>(buckets_.size()), 0, 0};
  buckets_.push_back(before);
  if (count == 0) {
    // Only its last address is not before `inner`, and of the same piece.
    buckets_.push_back(before);
    heads_.push_back(head);
    return;
  }
  head.inner = pieces_[before + 1].low;
  const int spread = width_of(static_cast<Bits>(pieces_[before + count].low - head.inner));
  const std::size_t first = buckets_.size();
  std::uint32_t most = 0;
  // Finer buckets where they save a search, within reason.
  for (int finer = 1; finer <= kFinest; ++finer) {
    head.shift = std::max(0, spread - static_cast<int>(std::bit_width(count)) - finer);
    buckets_.resize(first);
    most = fill_buckets(head, before, count);
    if (most <= kBeside) break;
  }
  first_step_ = std::max(first_step_, std::bit_floor(most));
  heads_.push_back(head);
}

template <class Bits>
std::uint32_t AddressIndex<Bits>::fill_buckets(Head& head, std::uint32_t before, std::uint32_t count) {
  const Bits spread = static_cast<Bits>(pieces_[before + count].low - head.inner);
  head.last = static_cast<std::uint32_t>(spread >> head.shift);
  std::uint32_t at = before + 1;
  std::uint32_t most = 0;
  for (std::uint32_t bucket = 0; bucket <= head.last; ++bucket) {
    const Bits begin = static_cast<Bits>(head.inner + (static_cast<Bits>(bucket) << head.shift));
    const std::uint32_t previous = at;
    while (at < before + count && pieces_[at + 1].low <= begin) ++at;
    if (bucket > 0) most = std::max(most, at - previous);
    buckets_.push_back(at);
  }
  return std::max(most, before + count - at);
}

template class AddressIndex<net::Ipv4::Bits>;
template class AddressIndex<net::Ipv6::Bits>;

}  // namespace nsgcheck::engine
