// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

namespace nsgcheck::wire {

/// Reads integers from bytes, front to back, never outside them. A read that does not fit gives 0 and makes ok() false
/// for good, so that a header is read in one go and judged once; the position stays where the first such read began.
class Cursor {
 public:
  explicit constexpr Cursor(std::span<const std::byte> bytes) : bytes_{bytes} {}

  /// False from the first read on that did not fit.
  [[nodiscard]] constexpr bool ok() const { return ok_; }
  [[nodiscard]] constexpr std::size_t position() const { return position_; }
  [[nodiscard]] constexpr std::size_t remaining() const { return bytes_.size() - position_; }
  [[nodiscard]] constexpr std::span<const std::byte> rest() const { return bytes_.subspan(position_); }

  constexpr std::uint8_t u8() { return static_cast<std::uint8_t>(big_endian(1)); }
  constexpr std::uint16_t be16() { return static_cast<std::uint16_t>(big_endian(2)); }
  constexpr std::uint32_t be32() { return static_cast<std::uint32_t>(big_endian(4)); }
  constexpr std::uint64_t be64() { return big_endian(8); }
  constexpr std::uint16_t le16() { return static_cast<std::uint16_t>(little_endian(2)); }
  constexpr std::uint32_t le32() { return static_cast<std::uint32_t>(little_endian(4)); }

  /// The next `count` bytes; empty, with ok() false, when there are fewer.
  constexpr std::span<const std::byte> take(std::size_t count) {
    if (!ok_ || count > remaining()) {
      ok_ = false;
      return {};
    }
    const auto taken = bytes_.subspan(position_, count);
    position_ += count;
    return taken;
  }
  constexpr void skip(std::size_t count) { (void)take(count); }

 private:
  constexpr std::uint64_t big_endian(std::size_t count) {
    std::uint64_t value = 0;
    for (const std::byte byte : take(count)) value = value << 8 | std::to_integer<std::uint64_t>(byte);
    return value;
  }
  constexpr std::uint64_t little_endian(std::size_t count) {
    std::uint64_t value = 0;
    int shift = 0;
    for (const std::byte byte : take(count)) {
      value |= std::to_integer<std::uint64_t>(byte) << shift;
      shift += 8;
    }
    return value;
  }

  std::span<const std::byte> bytes_;
  std::size_t position_{};
  bool ok_{true};
};

/// The first `count` bytes, or all when there are fewer.
[[nodiscard]] constexpr std::span<const std::byte> first_of(std::span<const std::byte> bytes, std::size_t count) {
  return bytes.first(std::min(count, bytes.size()));
}

}  // namespace nsgcheck::wire
