// SPDX-License-Identifier: Apache-2.0
#include "simulator/io/pcapng_writer.hpp"

#include <algorithm>

namespace nsgcheck::io {
namespace {

enum WrittenBlock : std::uint32_t { kWrittenSection = 0x0A0D0D0A, kWrittenInterface = 1, kWrittenPacket = 6 };
enum OptionCode : std::uint16_t {
  kComment = 1,
  kInterfaceName = 2,
  kApplication = 4,
  kResolutionOption = 9,
  kTimeOffset = 14,
};

// Seconds by which the times of packets from before 1970 are moved: more than 64 bits of nanoseconds reach back.
constexpr std::int64_t kEarlyOffset = -10'000'000'000;
constexpr std::uint64_t kNanosecondsPerSecond = 1'000'000'000;

/// Little-endian fields of a block.
class Block {
 public:
  Block& u8(std::uint8_t value) {
    bytes_ += static_cast<char>(value);
    return *this;
  }
  Block& u16(std::uint16_t value) {
    return u8(static_cast<std::uint8_t>(value)).u8(static_cast<std::uint8_t>(value >> 8U));
  }
  Block& u32(std::uint32_t value) {
    return u16(static_cast<std::uint16_t>(value)).u16(static_cast<std::uint16_t>(value >> 16U));
  }
  Block& u64(std::uint64_t value) {
    return u32(static_cast<std::uint32_t>(value)).u32(static_cast<std::uint32_t>(value >> 32U));
  }
  Block& padded(std::string_view text) {
    bytes_ += text;
    bytes_.append((4 - text.size() % 4) % 4, '\0');
    return *this;
  }
  Block& option(OptionCode code, std::string_view value) {
    has_options_ = true;
    return u16(code).u16(static_cast<std::uint16_t>(value.size())).padded(value);
  }
  /// The block with its type and lengths around it.
  [[nodiscard]] std::string done(WrittenBlock type) {
    if (has_options_) u32(0);  // opt_endofopt
    const auto length = static_cast<std::uint32_t>(bytes_.size() + 12);
    return Block{}.u32(type).u32(length).bytes_ + bytes_ + Block{}.u32(length).bytes_;
  }

 private:
  std::string bytes_;
  bool has_options_{};
};

// The longest beginning of UTF-8 text that an option holds, not cut inside a character.
std::string_view option_text(std::string_view text) {
  constexpr std::size_t kMost = 65535;
  if (text.size() <= kMost) return text;
  std::size_t end = kMost;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return text.substr(0, end);
}

std::string interface_description(std::string_view name, int link_type, bool early) {
  Block block;
  block.u16(static_cast<std::uint16_t>(link_type)).u16(0).u32(0);
  block.option(kInterfaceName, option_text(name)).option(kResolutionOption, "\x09");
  if (early) {
    std::string offset;
    for (unsigned shift = 0; shift < 64; shift += 8)
      offset += static_cast<char>(static_cast<std::uint64_t>(kEarlyOffset) >> shift);
    block.option(kTimeOffset, offset);
  }
  return block.done(kWrittenInterface);
}

}  // namespace

std::string PcapngWriter::section_header() {
  constexpr std::uint32_t kOwnByteOrder = 0x1A2B3C4D;
  constexpr std::uint64_t kLengthNotGiven = ~std::uint64_t{0};
  Block block;
  block.u32(kOwnByteOrder).u16(1).u16(0).u64(kLengthNotGiven).option(kApplication, "nsgcheck");
  return block.done(kWrittenSection);
}

std::string PcapngWriter::packet(std::size_t capture, std::string_view name, const CaptureRecord& record,
                                 const std::vector<std::string>& comments) {
  const bool early = record.time < 0;
  const auto next = static_cast<std::uint32_t>(interfaces_.size());
  const auto [interface, fresh] = interfaces_.try_emplace({capture, record.link_type, early}, next);
  std::string out = fresh ? interface_description(name, record.link_type, early) : std::string{};

  std::uint64_t ticks = static_cast<std::uint64_t>(record.time);
  if (early) ticks += static_cast<std::uint64_t>(-kEarlyOffset) * kNanosecondsPerSecond;
  Block block;
  block.u32(interface->second).u32(static_cast<std::uint32_t>(ticks >> 32U)).u32(static_cast<std::uint32_t>(ticks));
  block.u32(static_cast<std::uint32_t>(record.bytes.size())).u32(record.original_length);
  block.padded({reinterpret_cast<const char*>(record.bytes.data()), record.bytes.size()});
  for (const std::string& comment : comments) block.option(kComment, option_text(comment));
  return out + block.done(kWrittenPacket);
}

}  // namespace nsgcheck::io
