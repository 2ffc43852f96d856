// SPDX-License-Identifier: Apache-2.0
#include <pcap/pcap.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string_view>
#include <utility>

#include "simulator/io/capture_records.hpp"
#include "simulator/io/capture_window.hpp"
#include "simulator/wire/cursor.hpp"
#include "simulator/wire/frame.hpp"

namespace nsgcheck::io {
namespace {

constexpr std::size_t kFileHeader = 24;
constexpr std::size_t kBuffer = 256U << 10;
constexpr std::size_t kRecordHeader = 16;
constexpr std::uint32_t kLongestRecord = 262144;  // libpcap's own bound for the link types that are decoded

// What the FILE that libpcap reads from stands on.
struct Cookie {
  explicit Cookie(std::unique_ptr<ByteSource> source) : window{std::move(source)} {}
  ByteWindow window;
  std::size_t allowance = kFileHeader;  // bytes that libpcap may have
  std::array<char, kBuffer> buffer;
};

ssize_t read_cookie(void* cookie, char* into, std::size_t size) {
  auto& state = *static_cast<Cookie*>(cookie);
  if (state.allowance == 0 || !state.window.need(1)) return 0;
  const auto bytes = wire::first_of(state.window.bytes(), std::min(size, state.allowance));
  std::memcpy(into, bytes.data(), bytes.size());
  state.window.consume(bytes.size());
  state.allowance -= bytes.size();
  return static_cast<ssize_t>(bytes.size());
}

// Only so that ftello() can tell the position.
int tell_cookie(void* cookie, off64_t* offset, int whence) {
  if (whence != SEEK_CUR || *offset != 0) return -1;
  *offset = static_cast<off64_t>(static_cast<Cookie*>(cookie)->window.position());
  return 0;
}

struct ClosePcap {
  void operator()(pcap_t* pcap) const { pcap_close(pcap); }  // closes the FILE too
};

/// What a file says of all its records.
struct FileTraits {
  int link_type{};
  std::size_t record_header{};
  /// Records that are as they should be need no libpcap: the machine's byte order, the usual version and a link type
  /// of which libpcap changes nothing.
  bool plain{};
  std::int64_t time_unit{};  ///< nanoseconds, where plain
};

/// Takes ordinary records straight from the file. At the first that is odd in any way, and at the end, libpcap goes on
/// from there and says what it makes of it.
class LibpcapRecords final : public RecordSource {
 public:
  LibpcapRecords(std::unique_ptr<Cookie> cookie, std::FILE* file, pcap_t* pcap, const FileTraits& traits,
                 bool compressed)
      : cookie_{std::move(cookie)},
        pcap_{pcap},
        file_{file},
        snapshot_{static_cast<std::uint32_t>(pcap_snapshot(pcap))},
        traits_{traits},
        plain_{traits.plain},
        compressed_{compressed},
        link_types_{traits.link_type} {}

  bool next(CaptureRecord& record) override {
    if (plain_) {
      if (next_plain(record)) return true;
      plain_ = false;
      cookie_->allowance = ~std::size_t{0};
    }
    if (fault_ || ended_) return false;
    pcap_pkthdr* header = nullptr;
    const u_char* bytes = nullptr;
    const int result = pcap_next_ex(pcap_.get(), &header, &bytes);
    if (result != 1) {
      ended_ = true;
      if (result == PCAP_ERROR) note_fault(pcap_geterr(pcap_.get()));
      return false;
    }
    offset_ += traits_.record_header + header->caplen;
    // libpcap shortens a record that is longer than the snap length and passes over the rest of it.
    if (header->caplen >= snapshot_) offset_ = static_cast<std::uint64_t>(ftello(file_));
    // tv_usec holds nanoseconds, as asked for when opening.
    record.time = static_cast<std::int64_t>(header->ts.tv_sec) * 1'000'000'000 + header->ts.tv_usec;
    record.bytes = std::as_bytes(std::span{bytes, header->caplen});
    record.original_length = header->len;
    record.link_type = traits_.link_type;
    return true;
  }
  std::size_t next(std::span<CaptureRecord> records) override {
    if (records.empty() || !next(records.front())) return 0;
    return 1 + (plain_ ? plain_at_hand(records.subspan(1)) : 0);
  }
  [[nodiscard]] const std::optional<RecordFault>& fault() const override { return fault_; }
  [[nodiscard]] std::optional<SourceFault> source_fault() const override { return cookie_->window.source().fault(); }
  [[nodiscard]] bool compressed() const override { return compressed_; }
  [[nodiscard]] const std::vector<int>& link_types() const override { return link_types_; }

 private:
  /// Whether libpcap would give the record with this header as it stands there.
  [[nodiscard]] bool is_plain(const std::array<std::uint32_t, 4>& fields) const {
    // libpcap reads times as signed numbers in one byte order and not in the other.
    constexpr std::uint32_t kSign = 1U << 31;
    return ((fields[0] | fields[1]) & kSign) == 0 && fields[2] <= std::min(snapshot_, kLongestRecord);
  }
  void fill(CaptureRecord& record, const std::array<std::uint32_t, 4>& fields, const std::byte* at) const {
    record.time = std::int64_t{fields[0]} * 1'000'000'000 + fields[1] * traits_.time_unit;
    record.bytes = {at + kRecordHeader, fields[2]};
    record.original_length = fields[3];
    record.link_type = traits_.link_type;
  }
  void consume(std::size_t size) {
    cookie_->window.consume(size);
    offset_ += size;
  }
  bool next_plain(CaptureRecord& record) {
    ByteWindow& window = cookie_->window;
    if (!window.need(kRecordHeader)) return false;
    std::array<std::uint32_t, 4> fields;
    std::memcpy(fields.data(), window.bytes().data(), kRecordHeader);
    if (!is_plain(fields) || !window.need(kRecordHeader + fields[2])) return false;
    fill(record, fields, window.bytes().data());
    consume(kRecordHeader + fields[2]);
    return true;
  }
  /// Of what the window holds.
  std::size_t plain_at_hand(std::span<CaptureRecord> records) {
    const auto bytes = cookie_->window.bytes();
    std::size_t at = 0;
    std::size_t count = 0;
    while (count < records.size() && bytes.size() - at >= kRecordHeader) {
      std::array<std::uint32_t, 4> fields;
      std::memcpy(fields.data(), bytes.data() + at, kRecordHeader);
      if (!is_plain(fields) || bytes.size() - at < kRecordHeader + fields[2]) break;
      fill(records[count++], fields, bytes.data() + at);
      at += kRecordHeader + fields[2];
    }
    consume(at);
    return count;
  }
  void note_fault(std::string_view message) {
    fault_ = RecordFault{offset_, std::string{message}, message.find("truncated") != std::string_view::npos};
  }

  std::unique_ptr<Cookie> cookie_;  // outlives the FILE
  std::unique_ptr<pcap_t, ClosePcap> pcap_;
  std::FILE* file_;
  std::uint32_t snapshot_;
  FileTraits traits_;
  bool plain_;
  bool compressed_;
  std::uint64_t offset_ = kFileHeader;
  bool ended_{};
  std::optional<RecordFault> fault_;
  std::vector<int> link_types_;
};

std::uint32_t word(std::span<const std::byte> head, std::size_t at, bool big_endian) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    const auto byte = std::to_integer<std::uint32_t>(head[at + (big_endian ? i : 3 - i)]);
    value = value << 8 | byte;
  }
  return value;
}

FileTraits traits_of(std::span<const std::byte> head) {
  const bool big_endian = head[0] == std::byte{0xA1};
  const bool modified = word(head, 0, big_endian) == 0xA1B2CD34;
  FileTraits traits;
  // The upper six bits tell of a frame check sequence (draft-ietf-opsawg-pcap section 4).
  traits.link_type = static_cast<int>(word(head, 20, big_endian) & 0x03FFFFFF);
  traits.record_header = modified ? 24U : kRecordHeader;
  std::array<std::uint32_t, 2> native;  // magic, version
  std::memcpy(native.data(), head.data(), sizeof native);
  const bool nanoseconds = native[0] == 0xA1B23C4D;
  const bool own_order = nanoseconds || native[0] == 0xA1B2C3D4;
  std::array<std::uint16_t, 2> version;
  std::memcpy(version.data(), &native[1], sizeof version);
  traits.plain =
      own_order && version == std::array<std::uint16_t, 2>{2, 4} && wire::link_type(traits.link_type).has_value();
  traits.time_unit = nanoseconds ? 1 : 1000;
  return traits;
}

}  // namespace

OpenedRecords open_with_libpcap(PeekedSource source) {
  const std::vector<std::byte> head = std::move(source.head);
  if (head.size() < kFileHeader) {
    return tl::unexpected{RecordFault{head.size(), "the file ends inside the pcap header of 24 bytes", true}};
  }
  auto cookie = std::make_unique<Cookie>(std::move(source.source));
  std::FILE* file = fopencookie(cookie.get(), "r", {read_cookie, nullptr, tell_cookie, nullptr});
  if (file == nullptr) return tl::unexpected{RecordFault{0, std::strerror(errno), false}};
  std::setvbuf(file, cookie->buffer.data(), _IOFBF, cookie->buffer.size());
  std::array<char, PCAP_ERRBUF_SIZE> error{};
  pcap_t* pcap = pcap_fopen_offline_with_tstamp_precision(file, PCAP_TSTAMP_PRECISION_NANO, error.data());
  if (pcap == nullptr) {
    std::fclose(file);
    return tl::unexpected{RecordFault{0, error.data(), false}};
  }
  const FileTraits traits = traits_of(head);
  if (!traits.plain) cookie->allowance = ~std::size_t{0};
  return std::make_unique<LibpcapRecords>(std::move(cookie), file, pcap, traits, source.compressed);
}

}  // namespace nsgcheck::io
