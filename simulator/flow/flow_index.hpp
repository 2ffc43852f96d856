// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstdint>
#include <vector>

#include "simulator/flow/pool.hpp"

namespace nsgcheck::flow {

/// Open-addressing hash table from a hash to the numbers of pool members; eight bytes a slot, at most three quarters
/// full. The caller compares keys.
class FlowIndex {
 public:
  /// Never holds more than `most` members.
  explicit FlowIndex(std::uint32_t most) : most_slots_{(std::size_t{most} * 4 + 8) / 3} {}

  /// The member under `hash` for which `is_it(number)` holds; kNoId when there is none.
  template <class IsIt>
  [[nodiscard]] std::uint32_t find(std::uint64_t hash, IsIt is_it) const {
    if (slots_.empty()) return kNoId;
    for (std::size_t at = home(tag(hash)); slots_[at].id != kNoId; at = after(at)) {
      if (slots_[at].tag == tag(hash) && is_it(slots_[at].id)) return slots_[at].id;
    }
    return kNoId;
  }
  /// Asks for the memory that find() and likely() read first. Always inline, as Pool::fetch().
  [[gnu::always_inline]] void fetch(std::uint64_t hash) const {
    if (slots_.empty()) return;
    const Slot* const first = slots_.data() + home(tag(hash));
    __builtin_prefetch(first);
    __builtin_prefetch(first + kAtOnce - 1);  // behind the last at worst, which does no harm
  }
  /// A member of which nothing but its key could tell that it is not the one; kNoId when there is none. Looks at the
  /// first slots together: at which of them a search ends cannot be foretold.
  [[nodiscard]] std::uint32_t likely(std::uint64_t hash) const {
    const std::uint32_t wanted = tag(hash);
    const std::size_t at = home(wanted);
    if (at + kAtOnce <= slots_.size()) {
      const Slot* const slots = slots_.data() + at;
      unsigned alike = 0;
      for (unsigned i = 0; i < kAtOnce; ++i) alike |= (slots[i].tag == wanted ? 1U : 0U) << i;
      if (alike != 0) return slots[std::countr_zero(alike)].id;
    }
    return find(hash, [](std::uint32_t) { return true; });
  }
  void insert(std::uint64_t hash, std::uint32_t id);
  void erase(std::uint64_t hash, std::uint32_t id);
  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  static constexpr std::size_t kAtOnce = 4;
  struct Slot {
    std::uint32_t id = kNoId;
    std::uint32_t tag{};  // upper half of the hash: decides most comparisons and is enough to find the home slot
  };
  using Slots = std::vector<Slot, LargeAllocator<Slot>>;
  static std::uint32_t tag(std::uint64_t hash) { return static_cast<std::uint32_t>(hash >> 32); }
  // Scales the tag to the number of slots, which need be no power of two.
  [[nodiscard]] std::size_t home(std::uint32_t tag) const { return std::uint64_t{tag} * slots_.size() >> 32; }
  [[nodiscard]] std::size_t after(std::size_t at) const { return at + 1 == slots_.size() ? 0 : at + 1; }
  void grow();

  std::size_t most_slots_;
  Slots slots_;
  std::size_t size_{};
};

}  // namespace nsgcheck::flow
