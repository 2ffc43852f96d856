// SPDX-License-Identifier: Apache-2.0
#include "simulator/io/capture_window.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace nsgcheck::io {
namespace {

constexpr std::size_t kRead = 256U << 10;

}  // namespace

ByteWindow::Buffer ByteWindow::allocate(std::size_t size) {
  return Buffer{static_cast<std::byte*>(::operator new[](size, std::align_val_t{kPage}))};
}

ByteWindow::ByteWindow(std::unique_ptr<ByteSource> source)
    : source_{std::move(source)}, front_{16 * kPage}, buffer_{allocate(front_ + kRead)}, begin_{front_}, end_{front_} {}

bool ByteWindow::need(std::size_t size) {
  while (end_ - begin_ < size) {
    if (!refill(size)) return false;
  }
  return true;
}

bool ByteWindow::refill(std::size_t wanted) {
  const std::size_t left = end_ - begin_;
  if (left > front_) {
    const std::size_t front = (wanted + kPage - 1) / kPage * kPage;
    Buffer larger = allocate(front + kRead);
    std::memcpy(larger.get() + front - left, buffer_.get() + begin_, left);
    buffer_ = std::move(larger);
    front_ = front;
  } else {
    std::memmove(buffer_.get() + front_ - left, buffer_.get() + begin_, left);
  }
  begin_ = front_ - left;
  end_ = front_;
  end_ += source_->read({buffer_.get() + front_, kRead});
  return end_ > front_;
}

bool ByteWindow::skip(std::uint64_t size) {
  while (size > 0) {
    if (begin_ == end_ && !refill(1)) return false;
    const auto step = static_cast<std::size_t>(std::min<std::uint64_t>(size, end_ - begin_));
    consume(step);
    size -= step;
  }
  return true;
}

}  // namespace nsgcheck::io
