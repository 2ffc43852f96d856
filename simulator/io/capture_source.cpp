// SPDX-License-Identifier: Apache-2.0
#include "simulator/io/capture_source.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "simulator/io/capture_decompress.hpp"

namespace nsgcheck::io {
namespace {

constexpr std::size_t kHead = 24;  // of a pcap file, the longest that is looked at

class FileSource final : public ByteSource {
 public:
  explicit FileSource(const std::string& path)
      : owned_{path != "-"}, descriptor_{owned_ ? ::open(path.c_str(), O_RDONLY | O_CLOEXEC) : STDIN_FILENO} {
    if (descriptor_ < 0) note_error();
  }
  ~FileSource() override {
    if (owned_ && descriptor_ >= 0) ::close(descriptor_);
  }

  std::size_t read(std::span<std::byte> into) override {
    if (fault_) return 0;
    ssize_t got = -1;
    do {
      got = ::read(descriptor_, into.data(), into.size());
    } while (got < 0 && errno == EINTR);
    if (got < 0) {
      note_error();
      return 0;
    }
    offset_ += static_cast<std::uint64_t>(got);
    return static_cast<std::size_t>(got);
  }
  [[nodiscard]] std::optional<SourceFault> fault() const override { return fault_; }

 private:
  void note_error() { fault_ = SourceFault{offset_, std::strerror(errno), false}; }

  bool owned_;
  int descriptor_;
  std::uint64_t offset_{};
  std::optional<SourceFault> fault_;
};

class StreamSource final : public ByteSource {
 public:
  explicit StreamSource(std::istream& stream) : stream_{stream} {}
  std::size_t read(std::span<std::byte> into) override {
    stream_.read(reinterpret_cast<char*>(into.data()), static_cast<std::streamsize>(into.size()));
    return static_cast<std::size_t>(stream_.gcount());
  }

 private:
  std::istream& stream_;
};

/// Gives bytes that were read ahead, then the rest.
class RewoundSource final : public ByteSource {
 public:
  RewoundSource(std::vector<std::byte> head, std::unique_ptr<ByteSource> rest)
      : head_{std::move(head)}, rest_{std::move(rest)} {}
  std::size_t read(std::span<std::byte> into) override {
    if (given_ == head_.size()) return rest_->read(into);
    // Only the head in one call: the reads that follow then fill the caller's buffer from its aligned start.
    const std::size_t size = std::min(into.size(), head_.size() - given_);
    std::copy_n(head_.begin() + static_cast<std::ptrdiff_t>(given_), size, into.begin());
    given_ += size;
    return size;
  }
  [[nodiscard]] std::optional<SourceFault> fault() const override { return rest_->fault(); }

 private:
  std::vector<std::byte> head_;
  std::size_t given_{};
  std::unique_ptr<ByteSource> rest_;
};

PeekedSource peek(std::unique_ptr<ByteSource> source) {
  std::vector<std::byte> head(kHead);
  std::size_t size = 0;
  while (size < kHead) {
    const std::size_t got = source->read(std::span{head}.subspan(size));
    if (got == 0) break;
    size += got;
  }
  head.resize(size);
  return {head, std::make_unique<RewoundSource>(head, std::move(source)), false};
}

template <std::size_t N>
bool starts_with(const std::vector<std::byte>& head, const std::array<unsigned char, N>& magic) {
  return head.size() >= N && std::memcmp(head.data(), magic.data(), N) == 0;
}

}  // namespace

std::unique_ptr<ByteSource> open_source(const std::string& path) { return std::make_unique<FileSource>(path); }

std::unique_ptr<ByteSource> open_source(std::istream& stream) { return std::make_unique<StreamSource>(stream); }

PeekedSource decompressed(std::unique_ptr<ByteSource> source) {
  static constexpr std::array<unsigned char, 2> kGzip{0x1F, 0x8B};
  static constexpr std::array<unsigned char, 4> kZstd{0x28, 0xB5, 0x2F, 0xFD};
  PeekedSource peeked = peek(std::move(source));
  const bool gzip = starts_with(peeked.head, kGzip);
  if (!gzip && !starts_with(peeked.head, kZstd)) return peeked;
  PeekedSource inner = peek(gzip ? gunzip(std::move(peeked.source)) : unzstd(std::move(peeked.source)));
  inner.compressed = true;
  return inner;
}

}  // namespace nsgcheck::io
