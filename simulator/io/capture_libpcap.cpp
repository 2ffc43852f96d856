// SPDX-License-Identifier: Apache-2.0
#include <pcap/pcap.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string_view>
#include <utility>

#include "simulator/io/capture_records.hpp"

namespace nsgcheck::io {
namespace {

constexpr std::size_t kFileHeader = 24;
constexpr std::size_t kBuffer = 256U << 10;
constexpr std::size_t kPage = 4096;

// What the FILE that libpcap reads from stands on. Reading into it starts at a page boundary: a copy out of the kernel
// to any other address is several times slower on some processors.
struct Cookie {
  std::unique_ptr<ByteSource> source;
  std::int64_t position{};
  alignas(kPage) std::array<char, kBuffer> buffer;
};

ssize_t read_cookie(void* cookie, char* into, std::size_t size) {
  auto& state = *static_cast<Cookie*>(cookie);
  const std::size_t got = state.source->read(std::as_writable_bytes(std::span{into, size}));
  state.position += static_cast<std::int64_t>(got);
  return static_cast<ssize_t>(got);
}

// Only so that ftello() can tell the position.
int tell_cookie(void* cookie, off64_t* offset, int whence) {
  if (whence != SEEK_CUR || *offset != 0) return -1;
  *offset = static_cast<Cookie*>(cookie)->position;
  return 0;
}

struct ClosePcap {
  void operator()(pcap_t* pcap) const { pcap_close(pcap); }  // closes the FILE too
};

class LibpcapRecords final : public RecordSource {
 public:
  LibpcapRecords(std::unique_ptr<Cookie> cookie, std::FILE* file, pcap_t* pcap, int link_type,
                 std::size_t record_header, bool compressed)
      : cookie_{std::move(cookie)},
        pcap_{pcap},
        file_{file},
        snapshot_{static_cast<std::uint32_t>(pcap_snapshot(pcap))},
        record_header_{record_header},
        compressed_{compressed},
        link_types_{link_type} {}

  bool next(CaptureRecord& record) override {
    if (fault_ || ended_) return false;
    pcap_pkthdr* header = nullptr;
    const u_char* bytes = nullptr;
    const int result = pcap_next_ex(pcap_.get(), &header, &bytes);
    if (result != 1) {
      ended_ = true;
      if (result == PCAP_ERROR) note_fault(pcap_geterr(pcap_.get()));
      return false;
    }
    offset_ += record_header_ + header->caplen;
    // libpcap shortens a record that is longer than the snap length and passes over the rest of it.
    if (header->caplen >= snapshot_) offset_ = static_cast<std::uint64_t>(ftello(file_));
    // tv_usec holds nanoseconds, as asked for when opening.
    record.time = static_cast<std::int64_t>(header->ts.tv_sec) * 1'000'000'000 + header->ts.tv_usec;
    record.bytes = std::as_bytes(std::span{bytes, header->caplen});
    record.original_length = header->len;
    record.link_type = link_types_.front();
    return true;
  }
  [[nodiscard]] const std::optional<RecordFault>& fault() const override { return fault_; }
  [[nodiscard]] std::optional<SourceFault> source_fault() const override { return cookie_->source->fault(); }
  [[nodiscard]] bool compressed() const override { return compressed_; }
  [[nodiscard]] const std::vector<int>& link_types() const override { return link_types_; }

 private:
  void note_fault(std::string_view message) {
    fault_ = RecordFault{offset_, std::string{message}, message.find("truncated") != std::string_view::npos};
  }

  std::unique_ptr<Cookie> cookie_;  // outlives the FILE
  std::unique_ptr<pcap_t, ClosePcap> pcap_;
  std::FILE* file_;
  std::uint32_t snapshot_;
  std::size_t record_header_;
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

}  // namespace

OpenedRecords open_with_libpcap(PeekedSource source) {
  const std::vector<std::byte> head = std::move(source.head);
  if (head.size() < kFileHeader) {
    return tl::unexpected{RecordFault{head.size(), "the file ends inside the pcap header of 24 bytes", true}};
  }
  auto cookie = std::make_unique<Cookie>();
  cookie->source = std::move(source.source);
  std::FILE* file = fopencookie(cookie.get(), "r", {read_cookie, nullptr, tell_cookie, nullptr});
  if (file == nullptr) return tl::unexpected{RecordFault{0, std::strerror(errno), false}};
  std::setvbuf(file, cookie->buffer.data(), _IOFBF, cookie->buffer.size());
  std::array<char, PCAP_ERRBUF_SIZE> error{};
  pcap_t* pcap = pcap_fopen_offline_with_tstamp_precision(file, PCAP_TSTAMP_PRECISION_NANO, error.data());
  if (pcap == nullptr) {
    std::fclose(file);
    return tl::unexpected{RecordFault{0, error.data(), false}};
  }
  const bool big_endian = head[0] == std::byte{0xA1};
  const bool modified = word(head, 0, big_endian) == 0xA1B2CD34;
  // The upper six bits tell of a frame check sequence (draft-ietf-opsawg-pcap section 4).
  const auto link_type = static_cast<int>(word(head, 20, big_endian) & 0x03FFFFFF);
  return std::make_unique<LibpcapRecords>(std::move(cookie), file, pcap, link_type, modified ? 24U : 16U,
                                          source.compressed);
}

}  // namespace nsgcheck::io
