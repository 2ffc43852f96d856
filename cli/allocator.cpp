// SPDX-License-Identifier: Apache-2.0
// A quarter of what an audit does is making and dropping small lists, in several threads: mimalloc does that in half the
// time of the C library's malloc, with as much memory. Its own operator new ends the program when memory does, where
// run() must say so; so the replaceable functions of [new.delete] stand here.
#include <mimalloc.h>

#include <new>

namespace {

// Null when there is no memory and nobody who could make some.
template <class Allocate>
void* try_allocate(Allocate allocate) {
  for (;;) {
    if (void* memory = allocate()) return memory;
    const std::new_handler handler = std::get_new_handler();
    if (handler == nullptr) return nullptr;
    handler();
  }
}

template <class Allocate>
void* allocate_or_throw(Allocate allocate) {
  if (void* memory = try_allocate(allocate)) return memory;
  throw std::bad_alloc{};
}

}  // namespace

void* operator new(std::size_t size) {
  return allocate_or_throw([size] { return mi_malloc(size); });
}
void* operator new(std::size_t size, std::align_val_t alignment) {
  return allocate_or_throw([=] { return mi_malloc_aligned(size, static_cast<std::size_t>(alignment)); });
}

void operator delete(void* memory) noexcept { mi_free(memory); }
void operator delete(void* memory, std::size_t) noexcept { mi_free(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { mi_free(memory); }
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { mi_free(memory); }
