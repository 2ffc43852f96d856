// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "simulator/flow/large_memory.hpp"

namespace nsgcheck::flow {

inline constexpr std::uint32_t kNoId = ~0U;

/// Values under small numbers that stay valid, and where they are, while others come and go. Grows by blocks, so that
/// no growth ever needs the old and the new memory at once; freed numbers are used again.
template <class T>
class Pool {
 public:
  std::uint32_t make(T value) {
    std::uint32_t id = used_;
    if (free_.empty()) {
      if (used_ % kBlock == 0) blocks_.emplace_back(blocks_.empty());
      blocks_.back().add(std::move(value));
      ++used_;
    } else {
      id = free_.back();
      free_.pop_back();
      (*this)[id] = std::move(value);
    }
    ++blocks_[id / kBlock].living;
    return id;
  }
  void free(std::uint32_t id) {
    (*this)[id] = T{};
    free_.push_back(id);
    --blocks_[id / kBlock].living;
  }
  /// As free(), for a pool that is being emptied: memory goes back with the last member of each block, and no number is
  /// used again.
  void discard(std::uint32_t id) {
    (*this)[id] = T{};
    Block& block = blocks_[id / kBlock];
    if (--block.living == 0) block.clear();
  }
  /// Asks for the memory of a member that will be needed soon. Always inline: GCC takes a call that does nothing else
  /// for one without effect, and leaves it out.
  [[gnu::always_inline]] void fetch(std::uint32_t id) const {
    const char* first = reinterpret_cast<const char*>(&(*this)[id]);
    __builtin_prefetch(first);
    if constexpr (kCacheLine % sizeof(T) != 0) {
      // Members lie across lines, but begin and end on the alignment of their parts.
      for (std::size_t at = kCacheLine; at < sizeof(T); at += kCacheLine) __builtin_prefetch(first + at);
      __builtin_prefetch(first + sizeof(T) - 1);
    }
  }
  T& operator[](std::uint32_t id) { return blocks_[id / kBlock].members[id % kBlock]; }
  const T& operator[](std::uint32_t id) const { return blocks_[id / kBlock].members[id % kBlock]; }

 private:
  static constexpr std::size_t kCacheLine = 64;
  // A large page each.
  static constexpr std::uint32_t kBlock = std::bit_floor(kLargePage / sizeof(T));
  /// The memory of some members, of which the first `size` exist.
  struct Block {
    T* members;
    std::uint32_t size{};
    std::uint32_t living{};

    // The first block is for small captures: it takes no more memory than is used.
    explicit Block(bool first)
        : members{static_cast<T*>(first ? allocate_lines(kBlock * sizeof(T)) : allocate_large(kBlock * sizeof(T)))} {}
    Block(Block&& other) noexcept
        : members{std::exchange(other.members, nullptr)}, size{std::exchange(other.size, 0)}, living{other.living} {}
    Block& operator=(Block&&) = delete;
    ~Block() { clear(); }
    void add(T value) { std::construct_at(members + size++, std::move(value)); }
    void clear() {
      std::destroy_n(members, std::exchange(size, 0));
      free_large(std::exchange(members, nullptr));
    }
  };

  std::vector<Block> blocks_;
  std::vector<std::uint32_t> free_;
  std::uint32_t used_{};
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
