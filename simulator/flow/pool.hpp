// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace nsgcheck::flow {

inline constexpr std::uint32_t kNoId = ~0U;

/// Values under small numbers that stay valid while others come and go. Grows by blocks, so that no growth ever needs
/// the old and the new memory at once; freed numbers are used again.
template <class T>
class Pool {
 public:
  std::uint32_t make(T value) {
    std::uint32_t id = used_;
    if (free_.empty()) {
      if (used_ % kBlock == 0) add_block();
      ++used_;
    } else {
      id = free_.back();
      free_.pop_back();
    }
    (*this)[id] = std::move(value);
    ++living_[id / kBlock];
    return id;
  }
  void free(std::uint32_t id) {
    (*this)[id] = T{};
    free_.push_back(id);
    --living_[id / kBlock];
  }
  /// As free(), for a pool that is being emptied: memory goes back with the last member of each block, and no number is
  /// used again.
  void discard(std::uint32_t id) {
    (*this)[id] = T{};
    if (--living_[id / kBlock] == 0) blocks_[id / kBlock].reset();
  }
  /// Asks for the memory of a member that will be needed soon.
  void fetch(std::uint32_t id) const {
    const char* first = reinterpret_cast<const char*>(&(*this)[id]);
    __builtin_prefetch(first);
    // Members lie across lines, but begin and end on the alignment of their parts.
    for (std::size_t at = kCacheLine; at < sizeof(T); at += kCacheLine) __builtin_prefetch(first + at);
    __builtin_prefetch(first + sizeof(T) - 1);
  }
  /// Gives back the memory of all members below `id`, none of which may be used again; the others stay.
  void drop_below(std::uint32_t id) {
    for (; dropped_ < id / kBlock; ++dropped_) blocks_[dropped_].reset();
  }
  T& operator[](std::uint32_t id) { return blocks_[id / kBlock]->members[id % kBlock]; }
  const T& operator[](std::uint32_t id) const { return blocks_[id / kBlock]->members[id % kBlock]; }

 private:
  static constexpr std::uint32_t kBlock = 4096;
  static constexpr std::size_t kCacheLine = 64;
  struct alignas(kCacheLine) Block {
    std::array<T, kBlock> members{};
  };

  void add_block() {
    blocks_.push_back(std::make_unique<Block>());
    living_.push_back(0);
  }

  std::vector<std::unique_ptr<Block>> blocks_;
  std::vector<std::uint32_t> living_;  // members by block
  std::vector<std::uint32_t> free_;
  std::uint32_t used_{};
  std::uint32_t dropped_{};  // blocks
};

/// The ends of a doubly linked list through pool members `previous` and `next`.
struct ListEnds {
  std::uint32_t first = kNoId, last = kNoId;
};

template <class T>
void append(Pool<T>& pool, ListEnds& list, std::uint32_t id) {
  pool[id].previous = list.last;
  pool[id].next = kNoId;
  (list.last == kNoId ? list.first : pool[list.last].next) = id;
  list.last = id;
}

template <class T>
void unlink(Pool<T>& pool, ListEnds& list, std::uint32_t id) {
  const T& node = pool[id];
  (node.previous == kNoId ? list.first : pool[node.previous].next) = node.next;
  (node.next == kNoId ? list.last : pool[node.next].previous) = node.previous;
}

}  // namespace nsgcheck::flow
