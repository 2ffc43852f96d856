// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

namespace nsgcheck::flow {

/// The size of a page as large as the tables of a big capture deserve.
inline constexpr std::size_t kLargePage = std::size_t{2} << 20;

/// Memory on a boundary of kLargePage that the system is asked to back by pages of that size: tables of many megabytes
/// are read all over, and most of the time would go into looking up where their small pages are. Smaller memory is
/// ordinary. Throws std::bad_alloc.
[[nodiscard]] void* allocate_large(std::size_t size);
/// Memory on a boundary of a cache line (64 bytes). Throws std::bad_alloc.
[[nodiscard]] void* allocate_lines(std::size_t size);
/// Of either kind.
void free_large(void* memory);

/// The same for containers.
template <class T>
struct LargeAllocator {
  using value_type = T;
  LargeAllocator() = default;
  template <class U>
  LargeAllocator(const LargeAllocator<U>&) {}
  [[nodiscard]] T* allocate(std::size_t count) { return static_cast<T*>(allocate_large(count * sizeof(T))); }
  void deallocate(T* memory, std::size_t) { free_large(memory); }
  friend bool operator==(const LargeAllocator&, const LargeAllocator&) { return true; }
};

}  // namespace nsgcheck::flow
