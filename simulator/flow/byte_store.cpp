// SPDX-License-Identifier: Apache-2.0
#include "simulator/flow/byte_store.hpp"

namespace nsgcheck::flow {
namespace {

// Node, bucket, entry and free-list slot of one string, as libstdc++ lays them out.
constexpr std::size_t kOverhead = 96;

}  // namespace

ByteStore::Id ByteStore::keep(std::span<const std::byte> bytes) {
  const std::string_view text{reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  if (const auto found = ids_.find(text); found != ids_.end()) {
    ++entries_[found->second].references;
    return found->second;
  }
  Id id = static_cast<Id>(entries_.size());
  if (free_.empty()) {
    entries_.emplace_back();
  } else {
    id = free_.back();
    free_.pop_back();
  }
  const auto inserted = ids_.emplace(std::string{text}, id).first;
  entries_[id] = {&inserted->first, 1};
  memory_ += text.size() + kOverhead;
  return id;
}

void ByteStore::release(Id id) {
  Entry& entry = entries_[id];
  if (--entry.references != 0) return;
  memory_ -= entry.text->size() + kOverhead;
  ids_.erase(ids_.find(*entry.text));
  entry.text = nullptr;
  free_.push_back(id);
}

std::span<const std::byte> ByteStore::get(Id id) const {
  return std::as_bytes(std::span{entries_[id].text->data(), entries_[id].text->size()});
}

}  // namespace nsgcheck::flow
