// SPDX-License-Identifier: Apache-2.0
#include "simulator/io/capture_file.hpp"

#include <algorithm>
#include <cstring>
#include <string_view>
#include <utility>

#include "simulator/io/capture_records.hpp"
#include "simulator/io/capture_source.hpp"

namespace nsgcheck::io {
namespace {

struct ForeignFormat {
  std::string_view magic, message;
};

// Formats that a user may well try, told apart from files that are no capture at all.
constexpr ForeignFormat kForeign[]{
    {{"snoop\0\0\0", 8}, "a snoop file (RFC 1761) is not supported; `editcap -F pcap` converts it"},
    {{"GMBU", 4}, "a Network Monitor file is not supported; `editcap -F pcap` converts it"},
    {{"RTSS", 4}, "a Network Monitor 1 file is not supported; `editcap -F pcap` converts it"},
};

bool starts_with(const std::vector<std::byte>& head, std::string_view magic) {
  return head.size() >= magic.size() && std::memcmp(head.data(), magic.data(), magic.size()) == 0;
}

bool is_pcapng(const std::vector<std::byte>& head) { return starts_with(head, "\x0A\x0D\x0D\x0A"); }

bool is_pcap(const std::vector<std::byte>& head) {
  using namespace std::string_view_literals;
  // Microseconds, nanoseconds and Kuznetzov's modified form, each in both byte orders.
  for (const std::string_view magic : {"\xA1\xB2\xC3\xD4"sv, "\xD4\xC3\xB2\xA1"sv, "\xA1\xB2\x3C\x4D"sv,
                                       "\x4D\x3C\xB2\xA1"sv, "\xA1\xB2\xCD\x34"sv, "\x34\xCD\xB2\xA1"sv}) {
    if (starts_with(head, magic)) return true;
  }
  return false;
}

std::optional<CaptureDamage> why_not(const PeekedSource& peeked) {
  if (const auto fault = peeked.source->fault()) return CaptureDamage{fault->offset, 0, false, fault->what};
  if (peeked.head.empty()) return CaptureDamage{0, 0, peeked.compressed, "the file is empty"};
  for (const ForeignFormat& format : kForeign) {
    if (starts_with(peeked.head, format.magic)) {
      return CaptureDamage{0, 0, peeked.compressed, std::string{format.message}};
    }
  }
  return std::nullopt;
}

}  // namespace

bool begins_a_capture(const std::vector<std::byte>& head) { return is_pcapng(head) || is_pcap(head); }

std::string CaptureDamage::text() const {
  std::string text = "byte " + std::to_string(offset);
  if (uncompressed) text += " of the uncompressed data";
  if (frame != 0) text += ", frame " + std::to_string(frame);
  return text + ": " + what;
}

CaptureReader::CaptureReader(std::unique_ptr<RecordSource> records) : records_{std::move(records)} {}
CaptureReader::CaptureReader(CaptureReader&&) noexcept = default;
CaptureReader& CaptureReader::operator=(CaptureReader&&) noexcept = default;
CaptureReader::~CaptureReader() = default;

tl::expected<CaptureReader, CaptureDamage> CaptureReader::open(const std::string& path) {
  return open(open_source(path));
}

tl::expected<CaptureReader, CaptureDamage> CaptureReader::open(std::istream& stream) {
  return open(open_source(stream));
}

tl::expected<CaptureReader, CaptureDamage> CaptureReader::open(std::unique_ptr<ByteSource> source) {
  PeekedSource peeked = decompressed(std::move(source));
  const bool compressed = peeked.compressed;
  const bool pcapng = is_pcapng(peeked.head);
  if (!pcapng && !is_pcap(peeked.head)) {
    auto reason = why_not(peeked);
    if (!reason) reason = CaptureDamage{0, 0, compressed, "neither a pcap nor a pcapng file"};
    return tl::unexpected{*std::move(reason)};
  }
  OpenedRecords records = pcapng ? open_pcapng(std::move(peeked)) : open_with_libpcap(std::move(peeked));
  if (records) return CaptureReader{*std::move(records)};
  return tl::unexpected{CaptureDamage{records.error().offset, 0, compressed, records.error().what}};
}

bool CaptureReader::next(CaptureRecord& record) {
  if (ended_) return false;
  if (records_->next(record)) {
    record.frame = ++frames_;
    return true;
  }
  note_end();
  return false;
}

std::size_t CaptureReader::next(std::span<CaptureRecord> records) {
  if (ended_ || records.empty()) return 0;
  const std::size_t count = records_->next(records);
  for (CaptureRecord& record : records.first(count)) record.frame = ++frames_;
  if (count == 0) note_end();
  return count;
}

void CaptureReader::note_end() {
  ended_ = true;
  // What broke the file as it lies on disk comes first: the record is only cut because of it.
  if (const auto fault = records_->source_fault()) {
    damage_.push_back({fault->offset, frames_ + 1, false, fault->what});
    truncated_ = fault->ended_early;
    if (records_->fault() && records_->fault()->ended_early) return;
  }
  if (const auto& fault = records_->fault()) {
    damage_.push_back({fault->offset, frames_ + 1, records_->compressed(), fault->what});
    truncated_ = truncated_ || fault->ended_early;
  }
}

bool CaptureReader::compressed() const { return records_->compressed(); }

const std::vector<int>& CaptureReader::link_types() const { return records_->link_types(); }

}  // namespace nsgcheck::io
