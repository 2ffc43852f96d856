// SPDX-License-Identifier: Apache-2.0
#include "simulator/io/source_stream.hpp"

#include <utility>

namespace nsgcheck::io {
namespace {

constexpr std::size_t kBlock = 64U << 10;

}  // namespace

SourceBuffer::SourceBuffer(std::unique_ptr<ByteSource> source) : source_{std::move(source)}, buffer_(kBlock) {}

std::string_view SourceBuffer::head() {
  std::size_t size = 0;
  while (size < buffer_.size()) {
    const std::size_t got = source_->read(std::as_writable_bytes(std::span{buffer_}.subspan(size)));
    if (got == 0) break;
    size += got;
  }
  setg(buffer_.data(), buffer_.data(), buffer_.data() + size);
  return {buffer_.data(), size};
}

SourceBuffer::int_type SourceBuffer::underflow() {
  if (gptr() == egptr()) {
    const std::size_t got = source_->read(std::as_writable_bytes(std::span{buffer_}));
    setg(buffer_.data(), buffer_.data(), buffer_.data() + got);
    if (got == 0) return traits_type::eof();
  }
  return traits_type::to_int_type(*gptr());
}

}  // namespace nsgcheck::io
