// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <istream>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace nsgcheck::io {

/// Why bytes stopped coming. `offset` counts bytes of the file as it lies on disk; for compressed data those that were
/// used when the damage showed.
struct SourceFault {
  std::uint64_t offset{};
  std::string what;
  bool ended_early{};  ///< the file stops where more was announced
};

/// Bytes that come one after the other.
class ByteSource {
 public:
  ByteSource() = default;
  ByteSource(const ByteSource&) = delete;
  ByteSource& operator=(const ByteSource&) = delete;
  virtual ~ByteSource() = default;

  /// Number of bytes put into `into`; 0 at the end and after a fault, never otherwise.
  virtual std::size_t read(std::span<std::byte> into) = 0;
  [[nodiscard]] virtual std::optional<SourceFault> fault() const { return std::nullopt; }
};

/// The file `path`, or standard input for "-". That it cannot be opened is a fault of the source.
[[nodiscard]] std::unique_ptr<ByteSource> open_source(const std::string& path);
/// `stream` must outlive the source.
[[nodiscard]] std::unique_ptr<ByteSource> open_source(std::istream& stream);

/// A source whose first bytes have been looked at.
struct PeekedSource {
  std::vector<std::byte> head;         ///< the first 24 bytes, or all there are
  std::unique_ptr<ByteSource> source;  ///< gives the head again
  bool compressed{};
};

/// Whether content that begins so is a pcap or pcapng file.
[[nodiscard]] bool begins_a_capture(const std::vector<std::byte>& head);

/// Undoes gzip (RFC 1952) and Zstandard (RFC 8878), recognised by their first bytes, as a stream.
[[nodiscard]] PeekedSource decompressed(std::unique_ptr<ByteSource> source);

}  // namespace nsgcheck::io
