// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>

#include <tl/expected.hpp>

namespace nsgcheck::io {

/// Bytes of a pcapng block in its section's byte order. Offsets must lie inside.
class BlockBytes {
 public:
  BlockBytes(std::span<const std::byte> bytes, bool swapped) : bytes_{bytes}, swapped_{swapped} {}
  [[nodiscard]] std::size_t size() const { return bytes_.size(); }
  [[nodiscard]] std::uint16_t u16(std::size_t at) const;
  [[nodiscard]] std::uint32_t u32(std::size_t at) const;
  [[nodiscard]] std::uint64_t u64(std::size_t at) const;
  [[nodiscard]] std::uint8_t u8(std::size_t at) const { return std::to_integer<std::uint8_t>(bytes_[at]); }
  [[nodiscard]] std::span<const std::byte> part(std::size_t at, std::size_t size) const {
    return bytes_.subspan(at, size);
  }

 private:
  std::span<const std::byte> bytes_;
  bool swapped_;
};

/// Nanoseconds, 146 years: captures name no day before 1823 or after 2116.
inline constexpr std::int64_t kFarthestTime = std::numeric_limits<std::int64_t>::max() / 2;

/// What an interface description block says about the packets of its interface.
struct Interface {
  int link_type{};
  std::uint32_t snap_length{};                 ///< 0: no limit
  std::uint64_t ticks_per_second = 1'000'000;  ///< option if_tsresol
  std::int64_t offset_seconds{};               ///< option if_tsoffset

  /// Since 1970, rounded down; further away than kFarthestTime it is that, so that 64 bits hold the time between any
  /// two.
  [[nodiscard]] std::int64_t nanoseconds(std::uint64_t ticks) const;
};

/// `body` is the block without type and lengths. The error says what is wrong with it.
[[nodiscard]] tl::expected<Interface, std::string> parse_interface(BlockBytes body);

}  // namespace nsgcheck::io
