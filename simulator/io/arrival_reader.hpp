// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <memory_resource>
#include <optional>
#include <span>
#include <vector>

#include "simulator/flow/arrival.hpp"
#include "simulator/io/capture_file.hpp"
#include "simulator/wire/fragment_table.hpp"
#include "simulator/wire/frame.hpp"

namespace nsgcheck::io {

/// Packets that gave nothing to replay, by why.
struct UndecodedFrames {
  std::uint64_t not_ip{}, truncated{}, malformed{}, fragment{}, unknown_link_type{};
};

/// Arrivals on their way to the connection table, with the bytes that they view as far as nobody else holds them.
class ArrivalBatch {
 public:
  static constexpr std::size_t kMost = 512;

  [[nodiscard]] std::span<const flow::Arrival> arrivals() const { return arrivals_; }
  /// Frames of the capture up to this batch, those included that gave no arrival.
  [[nodiscard]] std::uint64_t frames() const { return frames_; }

 private:
  friend class ArrivalReader;
  static constexpr std::size_t kBytes = 128U << 10;

  void clear();
  void own_payload(flow::Arrival& arrival);

  std::vector<flow::Arrival> arrivals_;
  std::uint64_t frames_{};
  std::unique_ptr<std::byte[]> first_bytes_ = std::make_unique<std::byte[]>(kBytes);
  std::unique_ptr<std::pmr::monotonic_buffer_resource> bytes_ =
      std::make_unique<std::pmr::monotonic_buffer_resource>(first_bytes_.get(), kBytes);
};

/// Reads and decodes the packets of a capture.
class ArrivalReader {
 public:
  /// `capture` must outlive the reader.
  ArrivalReader(CaptureReader& capture, flow::Placer placer) : capture_{capture}, placer_{std::move(placer)} {}

  /// The next arrivals; false at the end. They are valid until the next call, or with `own_bytes` as long as the batch.
  bool next(ArrivalBatch& batch, bool own_bytes);
  [[nodiscard]] const UndecodedFrames& undecoded() const { return undecoded_; }

 private:
  void add(const CaptureRecord& record, ArrivalBatch& batch, bool own_bytes);

  CaptureReader& capture_;
  flow::Placer placer_;
  UndecodedFrames undecoded_;
  wire::FragmentTable fragments_;
  int link_type_number_ = -1;
  std::optional<wire::LinkType> link_type_;  // of that number
  wire::Packet packet_;
  std::array<CaptureRecord, 256> records_;
};

}  // namespace nsgcheck::io
