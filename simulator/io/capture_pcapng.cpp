// SPDX-License-Identifier: Apache-2.0
// pcapng as draft-ietf-opsawg-pcapng describes it.
#include <algorithm>
#include <limits>
#include <utility>

#include "simulator/io/capture_interface.hpp"
#include "simulator/io/capture_records.hpp"
#include "simulator/io/capture_window.hpp"

namespace nsgcheck::io {
namespace {

constexpr std::uint32_t kSectionHeader = 0x0A0D0D0A;
constexpr std::uint32_t kByteOrderMagic = 0x1A2B3C4D;
constexpr std::uint32_t kSmallestBlock = 12;
// Blocks that are looked into; libpcap has the same bound. Others are passed over whatever their size.
constexpr std::uint32_t kLargestBlock = 16U << 20;
constexpr std::size_t kMostInterfaces = 65536;

enum BlockType : std::uint32_t { kInterface = 1, kObsoletePacket = 2, kSimplePacket = 3, kEnhancedPacket = 6 };

class PcapngRecords final : public RecordSource {
 public:
  PcapngRecords(std::unique_ptr<ByteSource> source, bool compressed)
      : window_{std::move(source)}, compressed_{compressed} {}

  /// The header of the first section; without it the file is none.
  bool begin() { return window_.need(8) ? read_block() : fail("the file ends inside its first block", true); }

  bool next(CaptureRecord& record) override {
    record_ = &record;
    found_ = false;
    while (!found_ && !fault_) {
      if (!window_.need(1)) break;
      if (!read_block()) break;
    }
    return found_;
  }
  std::size_t next(std::span<CaptureRecord> records) override {
    if (records.empty() || !next(records.front())) return 0;
    std::size_t count = 1;
    while (count < records.size() && !fault_ && block_at_hand()) {
      record_ = &records[count];
      found_ = false;
      if (!read_block()) break;
      if (found_) ++count;
    }
    return count;
  }
  [[nodiscard]] const std::optional<RecordFault>& fault() const override { return fault_; }
  [[nodiscard]] std::optional<SourceFault> source_fault() const override { return window_.source().fault(); }
  [[nodiscard]] bool compressed() const override { return compressed_; }
  [[nodiscard]] const std::vector<int>& link_types() const override { return link_types_; }

 private:
  /// Whether the next block can be read without new bytes. A section header may change how lengths are read.
  [[nodiscard]] bool block_at_hand() const;
  bool read_block();
  bool read_section_header(std::uint32_t length, BlockBytes body);
  bool read_body(std::uint32_t type, BlockBytes body);
  bool read_interface(BlockBytes body);
  bool read_enhanced(BlockBytes body, bool obsolete);
  bool read_simple(BlockBytes body);
  bool give(const Interface& interface, std::uint64_t ticks, std::span<const std::byte> bytes, std::uint32_t length);
  bool fail(std::string what, bool ended_early = false) {
    fault_ = RecordFault{block_offset_, std::move(what), ended_early};
    return false;
  }
  bool cut() { return fail("the file ends inside a pcapng block", true); }

  ByteWindow window_;
  bool compressed_;
  bool swapped_{};  // this section's byte order is not the machine's
  std::vector<Interface> interfaces_;
  std::vector<int> link_types_;
  std::uint64_t block_offset_{};
  CaptureRecord* record_{};
  bool found_{};
  std::optional<RecordFault> fault_;
};

bool PcapngRecords::block_at_hand() const {
  const auto bytes = window_.bytes();
  if (bytes.size() < kSmallestBlock || BlockBytes{bytes, swapped_}.u32(0) == kSectionHeader) return false;
  return BlockBytes{bytes, swapped_}.u32(4) <= bytes.size();
}

bool PcapngRecords::read_block() {
  block_offset_ = window_.position();
  if (!window_.need(kSmallestBlock)) return cut();
  const auto head = window_.bytes().first(kSmallestBlock);
  // The type of a section header reads the same in both byte orders, and the byte order stands behind its length.
  const bool section = BlockBytes{head, false}.u32(0) == kSectionHeader;
  if (section) {
    swapped_ = BlockBytes{head, false}.u32(8) != kByteOrderMagic;
    if (BlockBytes{head, swapped_}.u32(8) != kByteOrderMagic) return fail("a pcapng section without byte-order magic");
  }
  const BlockBytes header{head, swapped_};
  const std::uint32_t type = header.u32(0);
  const std::uint32_t length = header.u32(4);
  if (length < kSmallestBlock || length % 4 != 0) return fail("a pcapng block of " + std::to_string(length) + " bytes");
  const bool of_interest =
      section || type == kInterface || type == kObsoletePacket || type == kSimplePacket || type == kEnhancedPacket;
  if (!of_interest) {
    if (!window_.skip(length - 4) || !window_.need(4)) return cut();
  } else {
    if (length > kLargestBlock) return fail("a pcapng block of " + std::to_string(length) + " bytes, above 16 MiB");
    if (!window_.need(length)) return cut();
  }
  const std::size_t trailer = of_interest ? length - 4 : 0;
  if (BlockBytes{window_.bytes(), swapped_}.u32(trailer) != length) {
    return fail("the two lengths of a pcapng block differ");
  }
  const BlockBytes body{window_.bytes().subspan(of_interest ? 8 : 0, of_interest ? length - kSmallestBlock : 0),
                        swapped_};
  window_.consume(of_interest ? length : 4);
  if (section) return read_section_header(length, body);
  return read_body(type, body);
}

bool PcapngRecords::read_section_header(std::uint32_t length, BlockBytes body) {
  if (length < 28) return fail("a pcapng section header of " + std::to_string(length) + " bytes");
  if (body.u16(4) != 1) return fail("pcapng version " + std::to_string(body.u16(4)) + " is not supported");
  interfaces_.clear();
  return true;
}

bool PcapngRecords::read_body(std::uint32_t type, BlockBytes body) {
  switch (type) {
    case kInterface:
      return read_interface(body);
    case kSimplePacket:
      return read_simple(body);
    case kEnhancedPacket:
    case kObsoletePacket:
      return read_enhanced(body, type == kObsoletePacket);
    default:
      return true;
  }
}

bool PcapngRecords::read_interface(BlockBytes body) {
  if (interfaces_.size() == kMostInterfaces) return fail("a pcapng section with more than 65536 interfaces");
  const auto interface = parse_interface(body);
  if (!interface) return fail(interface.error());
  interfaces_.push_back(*interface);
  if (std::find(link_types_.begin(), link_types_.end(), interface->link_type) == link_types_.end()) {
    link_types_.push_back(interface->link_type);
  }
  return true;
}

bool PcapngRecords::read_enhanced(BlockBytes body, bool obsolete) {
  constexpr std::size_t kFixed = 20;
  if (body.size() < kFixed) return fail("a pcapng packet block of " + std::to_string(body.size() + 12) + " bytes");
  const std::uint32_t number = obsolete ? body.u16(0) : body.u32(0);
  if (number >= interfaces_.size()) {
    return fail("a packet of interface " + std::to_string(number) + ", of which the section has " +
                std::to_string(interfaces_.size()));
  }
  const std::uint32_t captured = body.u32(12);
  if (captured > body.size() - kFixed) {
    return fail("a packet of " + std::to_string(captured) + " bytes in a pcapng block of " +
                std::to_string(body.size() + 12));
  }
  const std::uint64_t ticks = static_cast<std::uint64_t>(body.u32(4)) << 32 | body.u32(8);
  return give(interfaces_[number], ticks, body.part(kFixed, captured), body.u32(16));
}

bool PcapngRecords::read_simple(BlockBytes body) {
  if (body.size() < 4) return fail("a pcapng simple packet block of 12 bytes");
  if (interfaces_.empty()) return fail("a simple packet block in a pcapng section without interface");
  const Interface& interface = interfaces_.front();
  const std::uint32_t length = body.u32(0);
  const std::uint32_t captured = interface.snap_length == 0 ? length : std::min(length, interface.snap_length);
  if (captured > body.size() - 4) {
    return fail("a packet of " + std::to_string(captured) + " bytes in a pcapng block of " +
                std::to_string(body.size() + 12));
  }
  give(interface, 0, body.part(4, captured), length);
  record_->time = 0;
  return true;
}

bool PcapngRecords::give(const Interface& interface, std::uint64_t ticks, std::span<const std::byte> bytes,
                         std::uint32_t length) {
  record_->time = interface.nanoseconds(ticks);
  record_->bytes = bytes;
  record_->original_length = length;
  record_->link_type = interface.link_type;
  found_ = true;
  return true;
}

}  // namespace

OpenedRecords open_pcapng(PeekedSource source) {
  auto records = std::make_unique<PcapngRecords>(std::move(source.source), source.compressed);
  if (!records->begin()) return tl::unexpected{*records->fault()};
  return records;
}

}  // namespace nsgcheck::io
