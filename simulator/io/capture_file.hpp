// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <istream>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <tl/expected.hpp>

namespace nsgcheck::io {

/// One captured frame.
struct CaptureRecord {
  std::uint64_t frame{};             ///< number in the file, from 1
  std::int64_t time{};               ///< nanoseconds since 1970; 0 where the file gives none (simple packet block)
  std::span<const std::byte> bytes;  ///< valid until the next record is read
  std::uint32_t original_length{};   ///< as sent; more than bytes.size() when the snap length cut the frame
  int link_type{};                   ///< LINKTYPE_ number as the file has it, without the bits about checksums
};

/// Where and why a capture cannot be read (on).
struct CaptureDamage {
  std::uint64_t offset{};  ///< of the record or block that is damaged, or of the byte where the file ends
  std::uint64_t frame{};   ///< number the damaged record would have; 0 when the file as a whole is meant
  bool uncompressed{};     ///< `offset` counts in the uncompressed content of a .gz or .zst file
  std::string what;

  /// "byte 6973, frame 76: ..."
  [[nodiscard]] std::string text() const;
};

class RecordSource;

/// Reads pcap (also as nanosecond, big-endian or modified file) and pcapng, plain or in gzip or Zstandard, front to
/// back. Memory does not grow with the file: buffers of at most 33 MiB, which a pcapng block of 16 MiB needs (libpcap
/// alone allows D-Bus captures records of 128 MiB), and 128 MiB for the widest Zstandard window.
class CaptureReader {
 public:
  /// `path` "-" is standard input. An error means that no record can be read: the file is missing, is no capture, is of
  /// a kind that is not supported, or its header is damaged.
  [[nodiscard]] static tl::expected<CaptureReader, CaptureDamage> open(const std::string& path);
  /// `stream` must outlive the reader.
  [[nodiscard]] static tl::expected<CaptureReader, CaptureDamage> open(std::istream& stream);

  CaptureReader(CaptureReader&&) noexcept;
  CaptureReader& operator=(CaptureReader&&) noexcept;
  ~CaptureReader();

  /// False at the end; damage() then says whether it was the proper one.
  [[nodiscard]] bool next(CaptureRecord& record);
  /// The next records as far as they are at hand, at least one unless reading is over: their number. Their bytes are
  /// valid together, until the next call.
  [[nodiscard]] std::size_t next(std::span<CaptureRecord> records);

  /// Empty, or why reading stopped early. Everything before it was given.
  [[nodiscard]] const std::vector<CaptureDamage>& damage() const { return damage_; }
  /// Whether the file ends inside a record, a block or the compressed data.
  [[nodiscard]] bool truncated() const { return truncated_; }
  /// Whether the file is in gzip or Zstandard.
  [[nodiscard]] bool compressed() const;
  /// In the order in which they appear, each once.
  [[nodiscard]] const std::vector<int>& link_types() const;
  /// Records given so far.
  [[nodiscard]] std::uint64_t frames() const { return frames_; }

 private:
  explicit CaptureReader(std::unique_ptr<RecordSource> records);
  static tl::expected<CaptureReader, CaptureDamage> open(std::unique_ptr<class ByteSource> source);
  void note_end();

  std::unique_ptr<RecordSource> records_;
  std::uint64_t frames_{};
  std::vector<CaptureDamage> damage_;
  bool truncated_{};
  bool ended_{};
};

}  // namespace nsgcheck::io
