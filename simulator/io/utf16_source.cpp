// SPDX-License-Identifier: Apache-2.0
#include "simulator/io/utf16_source.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "analyzer/io/encoding.hpp"

namespace nsgcheck::io {
namespace {

constexpr std::size_t kUtf16Block = 32U << 10;
constexpr std::size_t kMark = 2;

class Utf16Source final : public ByteSource {
 public:
  Utf16Source(std::unique_ptr<ByteSource> source, bool little) : source_{std::move(source)}, little_{little} {}

  std::size_t read(std::span<std::byte> into) override {
    while (given_ == text_.size() && !ended_) decode();
    const std::size_t size = std::min(into.size(), text_.size() - given_);
    std::memcpy(into.data(), text_.data() + given_, size);
    given_ += size;
    return size;
  }

  [[nodiscard]] std::optional<SourceFault> fault() const override { return fault_ ? fault_ : source_->fault(); }

 private:
  // Units that the next block ends are kept for it.
  void decode() {
    text_.clear();
    given_ = 0;
    input_.resize(kept_ + kUtf16Block);
    const std::size_t got = source_->read(std::span{input_}.subspan(kept_));
    input_.resize(kept_ + got);
    ended_ = got == 0;
    std::size_t i = offset_ == 0 ? std::min(kMark, input_.size()) : 0;
    while (i < input_.size() && !fault_) {
      const std::size_t size = one(i);
      if (size == 0) break;
      i += size;
    }
    offset_ += i;
    input_.erase(input_.begin(), input_.begin() + static_cast<std::ptrdiff_t>(i));
    kept_ = input_.size();
  }

  [[nodiscard]] char32_t unit(std::size_t i) const {
    const auto first = std::to_integer<unsigned>(input_[i]);
    const auto second = std::to_integer<unsigned>(input_[i + 1]);
    return little_ ? first | second << 8U : first << 8U | second;
  }

  // The code point at `i`: its bytes, 0 when it is not all there or there is none.
  std::size_t one(std::size_t i) {
    const std::size_t left = input_.size() - i;
    if (left < 2) return short_of(i, fmt::format("UTF-16 text ends with half a unit at offset {}", offset_ + i));
    const char32_t high = unit(i);
    if (high < 0xD800 || high > 0xDFFF) {
      append_utf8(text_, high);
      return 2;
    }
    const std::string message =
        fmt::format("unit 0x{:04X} at offset {} is not valid UTF-16", std::uint32_t{high}, offset_ + i);
    if (high > 0xDBFF) return fail(i, message);
    if (left < 4) return short_of(i, message);
    const char32_t low = unit(i + 2);
    if (low < 0xDC00 || low > 0xDFFF) return fail(i, message);
    append_utf8(text_, 0x10000 + ((high - 0xD800) << 10U) + (low - 0xDC00));
    return 4;
  }

  std::size_t short_of(std::size_t i, const std::string& message) { return ended_ ? fail(i, message) : 0; }

  std::size_t fail(std::size_t i, const std::string& message) {
    fault_ = SourceFault{offset_ + i, message, false};
    ended_ = true;
    return 0;
  }

  std::unique_ptr<ByteSource> source_;
  bool little_;
  std::vector<std::byte> input_;
  std::size_t kept_{};
  std::uint64_t offset_{};  ///< of input_ in the source
  std::string text_;
  std::size_t given_{};
  bool ended_{};
  std::optional<SourceFault> fault_;
};

bool begins_with(const std::vector<std::byte>& head, unsigned first, unsigned second) {
  return head.size() >= kMark && head[0] == std::byte(first) && head[1] == std::byte(second);
}

}  // namespace

std::unique_ptr<ByteSource> as_utf8(PeekedSource source) {
  const bool little = begins_with(source.head, 0xFF, 0xFE);
  if (!little && !begins_with(source.head, 0xFE, 0xFF)) return std::move(source.source);
  return std::make_unique<Utf16Source>(std::move(source.source), little);
}

}  // namespace nsgcheck::io
