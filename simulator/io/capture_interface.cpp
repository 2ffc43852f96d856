// SPDX-License-Identifier: Apache-2.0
#include "simulator/io/capture_interface.hpp"

#include <algorithm>
#include <cstring>
#include <limits>

namespace nsgcheck::io {
namespace {

__extension__ typedef __int128 Wide;

constexpr std::uint16_t kEndOfOptions = 0;
constexpr std::uint16_t kResolution = 9;
constexpr std::uint16_t kOffset = 14;
constexpr std::uint64_t kNanoseconds = 1'000'000'000;

// Upper bit: power of two, else of ten. 0 when 64 bits do not hold it.
std::uint64_t ticks_per_second(std::uint8_t resolution) {
  const unsigned exponent = resolution & 0x7FU;
  if ((resolution & 0x80U) != 0) return exponent < 64 ? 1ULL << exponent : 0;
  if (exponent > 19) return 0;
  std::uint64_t ticks = 1;
  for (unsigned i = 0; i < exponent; ++i) ticks *= 10;
  return ticks;
}

}  // namespace

std::uint16_t BlockBytes::u16(std::size_t at) const {
  std::uint16_t value = 0;
  std::memcpy(&value, bytes_.data() + at, sizeof value);
  return swapped_ ? __builtin_bswap16(value) : value;
}

std::uint32_t BlockBytes::u32(std::size_t at) const {
  std::uint32_t value = 0;
  std::memcpy(&value, bytes_.data() + at, sizeof value);
  return swapped_ ? __builtin_bswap32(value) : value;
}

std::uint64_t BlockBytes::u64(std::size_t at) const {
  std::uint64_t value = 0;
  std::memcpy(&value, bytes_.data() + at, sizeof value);
  return swapped_ ? __builtin_bswap64(value) : value;
}

std::int64_t Interface::nanoseconds(std::uint64_t ticks) const {
  const std::uint64_t seconds = ticks / ticks_per_second;
  const Wide fraction = static_cast<Wide>(ticks % ticks_per_second) * kNanoseconds / ticks_per_second;
  const Wide time = (static_cast<Wide>(seconds) + offset_seconds) * static_cast<Wide>(kNanoseconds) + fraction;
  return static_cast<std::int64_t>(std::clamp<Wide>(time, -kFarthestTime, kFarthestTime));
}

tl::expected<Interface, std::string> parse_interface(BlockBytes body) {
  if (body.size() < 8) return tl::unexpected{std::string{"a pcapng interface description that is too short"}};
  Interface interface;
  interface.link_type = body.u16(0);
  interface.snap_length = body.u32(4);
  std::size_t at = 8;
  while (body.size() - at >= 4) {
    const std::uint16_t code = body.u16(at);
    const std::size_t length = body.u16(at + 2);
    at += 4;
    if (code == kEndOfOptions) break;
    if (length > body.size() - at) {
      return tl::unexpected{"option " + std::to_string(code) + " runs past its pcapng interface description"};
    }
    if (code == kResolution && length == 1) {
      interface.ticks_per_second = ticks_per_second(body.u8(at));
      if (interface.ticks_per_second == 0) {
        return tl::unexpected{"a pcapng time resolution (" + std::to_string(body.u8(at)) + ") beyond 64 bits"};
      }
    }
    if (code == kOffset && length == 8) interface.offset_seconds = static_cast<std::int64_t>(body.u64(at));
    at = std::min(at + (length + 3) / 4 * 4, body.size());
  }
  return interface;
}

}  // namespace nsgcheck::io
