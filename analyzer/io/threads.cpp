// SPDX-License-Identifier: Apache-2.0
#include "analyzer/io/threads.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

namespace nsgcheck::io {

void on_threads(std::size_t threads, const std::function<void()>& work) {
  std::mutex failing;
  std::exception_ptr failure;
  const auto guarded = [&] {
    try {
      work();
    } catch (...) {
      // A thread of its own has nobody above it to tell.
      const std::scoped_lock lock{failing};
      if (!failure) failure = std::current_exception();
    }
  };
  {
    std::vector<std::jthread> others;
    try {
      for (std::size_t i = 1; i < threads; ++i) others.emplace_back(guarded);
    } catch (const std::system_error&) {
      // No more threads to be had: those there are do it all.
    }
    guarded();
  }
  if (failure) std::rethrow_exception(failure);
}

void for_each_index(std::size_t count, std::size_t threads, const std::function<void(std::size_t)>& work) {
  std::atomic<std::size_t> next{0};
  on_threads(std::min(threads, count), [&] {
    for (std::size_t i = next++; i < count; i = next++) work(i);
  });
}

}  // namespace nsgcheck::io
