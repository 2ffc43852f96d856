// SPDX-License-Identifier: Apache-2.0
#include "simulator/flow/flow_index.hpp"

#include <algorithm>
#include <utility>

namespace nsgcheck::flow {

void FlowIndex::insert(std::uint64_t hash, std::uint32_t id) {
  if ((size_ + 1) * 4 > slots_.size() * 3) grow();
  std::size_t at = home(tag(hash));
  while (slots_[at].id != kNoId) at = after(at);
  slots_[at] = {id, tag(hash)};
  ++size_;
}

void FlowIndex::erase(std::uint64_t hash, std::uint32_t id) {
  const auto distance = [&](std::size_t from, std::size_t to) {
    return to >= from ? to - from : to + slots_.size() - from;
  };
  std::size_t hole = home(tag(hash));
  while (slots_[hole].id != id) hole = after(hole);
  // Members behind the hole move up (no tombstones, so a long run of a table does not slow it down).
  for (std::size_t at = after(hole); slots_[at].id != kNoId; at = after(at)) {
    if (distance(home(slots_[at].tag), at) < distance(hole, at)) continue;
    slots_[hole] = slots_[at];
    hole = at;
  }
  slots_[hole] = {};
  --size_;
}

void FlowIndex::grow() {
  constexpr std::size_t kFirst = 64;
  // One slot more than members at the least, so that every search ends.
  const std::size_t size = std::max(std::min(std::max(kFirst, slots_.size() * 2), most_slots_), slots_.size() + 1);
  const Slots old = std::exchange(slots_, Slots(size));
  for (const Slot& slot : old) {
    if (slot.id == kNoId) continue;
    std::size_t at = home(slot.tag);
    while (slots_[at].id != kNoId) at = after(at);
    slots_[at] = slot;
  }
}

}  // namespace nsgcheck::flow
