// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "simulator/io/capture_file.hpp"
#include "simulator/io/capture_source.hpp"

namespace nsgcheck::io {

/// Why the records of a file stopped. `offset` counts in the uncompressed content.
struct RecordFault {
  std::uint64_t offset{};
  std::string what;
  bool ended_early{};
};

/// The records of one file format.
class RecordSource {
 public:
  RecordSource() = default;
  RecordSource(const RecordSource&) = delete;
  RecordSource& operator=(const RecordSource&) = delete;
  virtual ~RecordSource() = default;

  /// Fills all but the frame number. False at the end and at a fault, and from then on.
  virtual bool next(CaptureRecord& record) = 0;
  /// The next records as far as they are at hand, at least one unless there is none; 0 then. Their bytes are valid
  /// together, until the next call.
  virtual std::size_t next(std::span<CaptureRecord> records) {
    return !records.empty() && next(records.front()) ? 1 : 0;
  }
  [[nodiscard]] virtual const std::optional<RecordFault>& fault() const = 0;
  [[nodiscard]] virtual std::optional<SourceFault> source_fault() const = 0;
  [[nodiscard]] virtual bool compressed() const = 0;
  [[nodiscard]] virtual const std::vector<int>& link_types() const = 0;
};

using OpenedRecords = tl::expected<std::unique_ptr<RecordSource>, RecordFault>;

/// Through libpcap: every kind of pcap file that it knows.
[[nodiscard]] OpenedRecords open_with_libpcap(PeekedSource source);

/// pcapng by an own reader. libpcap gives up at a second link type, snap length or byte order, which captures on
/// several interfaces and merged files have, and only when it meets the second one: too late to begin anew on a pipe.
[[nodiscard]] OpenedRecords open_pcapng(PeekedSource source);

}  // namespace nsgcheck::io
