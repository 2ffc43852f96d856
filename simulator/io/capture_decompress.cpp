// SPDX-License-Identifier: Apache-2.0
#include "simulator/io/capture_decompress.hpp"

#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <limits>
#include <new>
#include <string>
#include <utility>
#include <vector>

namespace nsgcheck::io {
namespace {

constexpr std::size_t kInput = 64U << 10;

/// What both decompressors share: the compressed bytes that are not used yet.
class Decompressor : public ByteSource {
 public:
  [[nodiscard]] std::optional<SourceFault> fault() const override { return fault_ ? fault_ : compressed_->fault(); }

 protected:
  explicit Decompressor(std::unique_ptr<ByteSource> compressed) : compressed_{std::move(compressed)}, input_(kInput) {}

  /// Whether unused bytes are there.
  bool more_input() {
    if (used_ < size_) return true;
    taken_ += size_;
    used_ = 0;
    size_ = compressed_->read(input_);
    return size_ != 0;
  }
  [[nodiscard]] std::span<std::byte> unused() { return std::span{input_}.subspan(used_, size_ - used_); }
  void use(std::size_t bytes) { used_ += bytes; }
  void fail(std::string what, bool ended_early) { fault_ = SourceFault{taken_ + used_, std::move(what), ended_early}; }
  [[nodiscard]] bool failed() const { return fault_.has_value(); }

 private:
  std::unique_ptr<ByteSource> compressed_;
  std::vector<std::byte> input_;
  std::size_t used_{}, size_{};
  std::uint64_t taken_{};
  std::optional<SourceFault> fault_;
};

class Gunzip final : public Decompressor {
 public:
  explicit Gunzip(std::unique_ptr<ByteSource> compressed) : Decompressor{std::move(compressed)} {
    if (inflateInit2(&stream_, MAX_WBITS + 16) != Z_OK) throw std::bad_alloc{};
  }
  ~Gunzip() override { inflateEnd(&stream_); }

  std::size_t read(std::span<std::byte> into) override {
    const auto room = static_cast<uInt>(std::min<std::size_t>(into.size(), std::numeric_limits<uInt>::max()));
    stream_.next_out = reinterpret_cast<Bytef*>(into.data());
    stream_.avail_out = room;
    while (stream_.avail_out == room && !failed() && !ended_) step();
    return room - stream_.avail_out;
  }

 private:
  void step() {
    if (!more_input()) {
      ended_ = true;
      if (inside_) fail("the file ends inside the gzip data", true);
      return;
    }
    if (!inside_ && after_first_ && unused().front() == std::byte{0}) {
      ended_ = true;
      return;
    }
    inside_ = true;
    const auto input = unused();
    stream_.next_in = reinterpret_cast<Bytef*>(input.data());
    stream_.avail_in = static_cast<uInt>(input.size());
    const int result = inflate(&stream_, Z_NO_FLUSH);
    use(input.size() - stream_.avail_in);
    if (result == Z_STREAM_END) {
      inside_ = false;
      after_first_ = true;
      inflateReset(&stream_);
    } else if (result != Z_OK && result != Z_BUF_ERROR) {
      fail(std::string{"damaged gzip data: "} + (stream_.msg != nullptr ? stream_.msg : zError(result)), false);
    }
  }

  z_stream stream_{};
  bool inside_{}, after_first_{}, ended_{};
};

class Unzstd final : public Decompressor {
 public:
  explicit Unzstd(std::unique_ptr<ByteSource> compressed)
      : Decompressor{std::move(compressed)}, stream_{ZSTD_createDStream()} {
    if (stream_ == nullptr) throw std::bad_alloc{};
  }
  ~Unzstd() override { ZSTD_freeDStream(stream_); }

  std::size_t read(std::span<std::byte> into) override {
    ZSTD_outBuffer output{into.data(), into.size(), 0};
    while (output.pos == 0 && !failed() && !ended_) step(output);
    return output.pos;
  }

 private:
  void step(ZSTD_outBuffer& output) {
    // Output may be left inside the library although all input is used, so its buffer is asked before the end counts.
    const bool more = more_input();
    if (!more && !inside_) {
      ended_ = true;
      return;
    }
    const auto bytes = unused();
    ZSTD_inBuffer input{bytes.data(), bytes.size(), 0};
    const std::size_t result = ZSTD_decompressStream(stream_, &output, &input);
    use(input.pos);
    if (ZSTD_isError(result) != 0) {
      fail(std::string{"damaged zstd data: "} + ZSTD_getErrorName(result), false);
      return;
    }
    inside_ = result != 0;
    if (!more && inside_ && output.pos == 0) fail("the file ends inside the zstd data", true);
  }

  ZSTD_DStream* stream_;
  bool inside_{}, ended_{};
};

}  // namespace

std::unique_ptr<ByteSource> gunzip(std::unique_ptr<ByteSource> compressed) {
  return std::make_unique<Gunzip>(std::move(compressed));
}

std::unique_ptr<ByteSource> unzstd(std::unique_ptr<ByteSource> compressed) {
  return std::make_unique<Unzstd>(std::move(compressed));
}

}  // namespace nsgcheck::io
