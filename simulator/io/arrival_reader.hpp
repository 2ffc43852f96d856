// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
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

  void add(wire::FrameFault::Kind kind);
};

/// Arrivals on their way to the connection table, with the bytes that they view as far as nobody else holds them.
class ArrivalBatch {
 public:
  static constexpr std::size_t kMost = 1024;

  [[nodiscard]] std::span<const flow::Arrival> arrivals() const { return std::span{arrivals_}.first(count_); }
  /// Frames of the capture up to this batch, those included that gave no arrival.
  [[nodiscard]] std::uint64_t frames() const { return frames_; }

 private:
  friend class ArrivalReader;
  static constexpr std::size_t kChunk = 256U << 10;

  void clear();
  std::byte* room_for(std::size_t size);
  void own_payload(flow::Arrival& arrival);

  std::vector<flow::Arrival> arrivals_;  // places, of which `count_` are taken
  std::size_t count_{};
  std::uint64_t frames_{};
  // Chunks stay for the next use: memory that goes back and comes again costs more than the copy into it.
  std::vector<std::unique_ptr<std::byte[]>> chunks_;
  std::size_t chunk_{}, used_{};  // chunks_[chunk_] is filled up to used_
  std::vector<std::unique_ptr<std::byte[]>> outsized_;
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
  void add_odd(const CaptureRecord& record, ArrivalBatch& batch, bool own_bytes);

  CaptureReader& capture_;
  flow::Placer placer_;
  UndecodedFrames undecoded_;
  wire::FragmentTable fragments_;
  int link_type_number_ = -1;
  std::optional<wire::LinkType> link_type_;  // of that number
  std::array<CaptureRecord, 256> records_;
};

}  // namespace nsgcheck::io
