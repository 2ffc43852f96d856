// SPDX-License-Identifier: Apache-2.0
#include "simulator/flow/flow_index.hpp"

#include <utility>

namespace nsgcheck::flow {

void FlowIndex::insert(std::uint64_t hash, std::uint32_t id) {
  if ((size_ + 1) * 4 > slots_.size() * 3) grow();
  std::size_t at = home(hash);
  while (slots_[at].id != kNoId) at = (at + 1) & mask_;
  slots_[at] = {id, tag(hash)};
  ++size_;
}

void FlowIndex::erase(std::uint64_t hash, std::uint32_t id) {
  std::size_t hole = home(hash);
  while (slots_[hole].id != id) hole = (hole + 1) & mask_;
  // Members behind the hole move up (no tombstones, so a long run of a table does not slow it down).
  for (std::size_t at = (hole + 1) & mask_; slots_[at].id != kNoId; at = (at + 1) & mask_) {
    const std::size_t wanted = slots_[at].tag & mask_;
    if (((at - wanted) & mask_) < ((at - hole) & mask_)) continue;
    slots_[hole] = slots_[at];
    hole = at;
  }
  slots_[hole] = {};
  --size_;
}

void FlowIndex::grow() {
  const std::vector<Slot> old = std::exchange(slots_, std::vector<Slot>(slots_.empty() ? 64 : slots_.size() * 2));
  mask_ = slots_.size() - 1;
  for (const Slot& slot : old) {
    if (slot.id == kNoId) continue;
    std::size_t at = slot.tag & mask_;
    while (slots_[at].id != kNoId) at = (at + 1) & mask_;
    slots_[at] = slot;
  }
}

}  // namespace nsgcheck::flow
