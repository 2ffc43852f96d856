// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <cstddef>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace nsgcheck::io {

/// Lets another thread make batches ahead of their use, in order, at most `depth` of them at a time.
template <class Batch>
class ReadAhead {
 public:
  /// `fill` runs in the other thread; it makes the next batch of one that was used, and says false when there is none.
  /// Throws std::system_error when no thread can be had.
  ReadAhead(std::size_t depth, std::function<bool(Batch&)> fill) : batches_(depth), fill_{std::move(fill)} {
    thread_ = std::thread{[this] { run(); }};
  }
  ReadAhead(const ReadAhead&) = delete;
  ReadAhead& operator=(const ReadAhead&) = delete;
  ~ReadAhead() { stop(); }

  /// The next batch, to use until the next call; null at the end. Throws what `fill` threw.
  Batch* next() {
    std::unique_lock lock{mutex_};
    if (in_use_) {
      in_use_ = false;
      ++used_;
      // Both sides wait for several batches, as waking a thread takes longer than making one.
      if (made_ - used_ <= half()) room_.notify_one();
    }
    if (made_ == used_) ready_.wait(lock, [&] { return ended_ || made_ - used_ >= half(); });
    if (made_ == used_) {
      if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
      return nullptr;
    }
    in_use_ = true;
    return &batches_[used_ % batches_.size()];
  }

 private:
  [[nodiscard]] std::size_t half() const { return (batches_.size() + 1) / 2; }

  void run() {
    try {
      while (Batch* const batch = free_batch())
        if (!fill_(*batch))
          break;
        else
          add();
    } catch (...) {
      const std::lock_guard lock{mutex_};
      failure_ = std::current_exception();
    }
    const std::lock_guard lock{mutex_};
    ended_ = true;
    ready_.notify_one();
  }
  // Null when no more are wanted.
  Batch* free_batch() {
    std::unique_lock lock{mutex_};
    room_.wait(lock, [&] { return stopped_ || made_ - used_ < batches_.size(); });
    return stopped_ ? nullptr : &batches_[made_ % batches_.size()];
  }
  void add() {
    const std::lock_guard lock{mutex_};
    ++made_;
    if (made_ - used_ >= half()) ready_.notify_one();
  }
  void stop() {
    {
      const std::lock_guard lock{mutex_};
      stopped_ = true;
    }
    room_.notify_one();
    if (thread_.joinable()) thread_.join();
  }

  std::vector<Batch> batches_;
  std::function<bool(Batch&)> fill_;
  std::mutex mutex_;  // of all below
  std::condition_variable ready_, room_;
  std::size_t made_{}, used_{};  // batches so far
  bool in_use_{}, ended_{}, stopped_{};
  std::exception_ptr failure_;
  std::thread thread_;
};

}  // namespace nsgcheck::io
