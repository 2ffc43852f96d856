// SPDX-License-Identifier: Apache-2.0
#include "simulator/flow/large_memory.hpp"

#include <cstdlib>
#include <new>
#ifdef __linux__
#include <sys/mman.h>
#endif

namespace nsgcheck::flow {

namespace {

void* allocate(std::size_t size, std::size_t boundary) {
  void* const memory = std::aligned_alloc(boundary, (size + boundary - 1) / boundary * boundary);
  if (memory == nullptr) throw std::bad_alloc{};
  return memory;
}

}  // namespace

void* allocate_lines(std::size_t size) { return allocate(size, 64); }

void* allocate_large(std::size_t size) {
  if (size < kLargePage) return allocate_lines(size);
  void* const memory = allocate(size, kLargePage);
#ifdef __linux__
  // Only a wish: where it is refused, small pages do.
  madvise(memory, size, MADV_HUGEPAGE);
#endif
  return memory;
}

void free_large(void* memory) { std::free(memory); }

}  // namespace nsgcheck::flow
