// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <span>

#include "simulator/io/capture_source.hpp"

namespace nsgcheck::io {

/// A view of the next bytes of a source, as many in one piece as are asked for. New bytes are read to a page boundary
/// (a copy out of the kernel to any other address is several times slower on some processors) and what is left over is
/// moved in front of them.
class ByteWindow {
 public:
  explicit ByteWindow(std::unique_ptr<ByteSource> source);

  /// Whether the next `size` bytes are there; bytes() then has at least so many. Memory grows with the largest size.
  bool need(std::size_t size);
  [[nodiscard]] std::span<const std::byte> bytes() const { return {buffer_.get() + begin_, end_ - begin_}; }
  /// At most bytes().size(). Views of the consumed bytes stay valid until the next need() or skip().
  void consume(std::size_t size) {
    begin_ += size;
    position_ += size;
  }
  /// Passes over bytes without keeping them; false when the source ends before.
  bool skip(std::uint64_t size);
  /// Bytes consumed so far.
  [[nodiscard]] std::uint64_t position() const { return position_; }
  [[nodiscard]] const ByteSource& source() const { return *source_; }

 private:
  static constexpr std::size_t kPage = 4096;
  struct FreeAligned {
    void operator()(std::byte* memory) const { ::operator delete[](memory, std::align_val_t{kPage}); }
  };
  using Buffer = std::unique_ptr<std::byte[], FreeAligned>;
  static Buffer allocate(std::size_t size);
  bool refill(std::size_t wanted);

  std::unique_ptr<ByteSource> source_;
  std::size_t front_;  // room for what is left over, whole pages
  Buffer buffer_;
  std::size_t begin_, end_;
  std::uint64_t position_{};
};

}  // namespace nsgcheck::io
