// SPDX-License-Identifier: Apache-2.0
#include "simulator/io/arrival_reader.hpp"

#include <cstring>

namespace nsgcheck::io {

void UndecodedFrames::add(wire::FrameFault::Kind kind) {
  using Kind = wire::FrameFault::Kind;
  switch (kind) {
    case Kind::NotIp:
      ++not_ip;
      break;
    case Kind::Truncated:
      ++truncated;
      break;
    case Kind::Malformed:
      ++malformed;
      break;
    case Kind::Fragment:
      ++fragment;
      break;
    case Kind::UnknownLinkType:
      ++unknown_link_type;
      break;
  }
}

void ArrivalBatch::clear() {
  arrivals_.resize(kMost);
  count_ = 0;
  outsized_.clear();
  chunk_ = used_ = 0;
}

std::byte* ArrivalBatch::room_for(std::size_t size) {
  if (size > kChunk) return outsized_.emplace_back(std::make_unique<std::byte[]>(size)).get();
  if (used_ + size > kChunk) {
    ++chunk_;
    used_ = 0;
  }
  if (chunk_ == chunks_.size()) chunks_.push_back(std::make_unique<std::byte[]>(kChunk));
  std::byte* const room = chunks_[chunk_].get() + used_;
  used_ += size;
  return room;
}

void ArrivalBatch::own_payload(flow::Arrival& arrival) {
  const std::size_t size = arrival.payload.size();
  if (size == 0) return;
  std::byte* const bytes = room_for(size);
  std::memcpy(bytes, arrival.payload.data(), size);
  arrival.payload = {bytes, size};
}

inline void ArrivalReader::add(const CaptureRecord& record, ArrivalBatch& batch, bool own_bytes) {
  if (record.link_type != link_type_number_) {
    link_type_number_ = record.link_type;
    link_type_ = wire::link_type(record.link_type);
  }
  if (!link_type_) {
    ++undecoded_.unknown_link_type;
    return;
  }
  wire::PlainPacket packet;
  if (!wire::decode_plain_frame(*link_type_, record.bytes, packet)) return add_odd(record, batch, own_bytes);
  flow::Arrival& arrival = batch.arrivals_[batch.count_++];
  placer_.place(record.frame, record.time, packet, arrival);
  if (own_bytes) batch.own_payload(arrival);
}

bool ArrivalReader::next(ArrivalBatch& batch, bool own_bytes) {
  batch.clear();
  std::size_t frames = 0;
  do {
    frames = capture_.next(records_);
    for (const CaptureRecord& record : std::span{records_}.first(frames)) add(record, batch, own_bytes);
  } while (own_bytes && frames != 0 && batch.count_ + records_.size() <= ArrivalBatch::kMost);
  batch.frames_ = capture_.frames();
  return frames != 0 || batch.count_ != 0;
}

void ArrivalReader::add_odd(const CaptureRecord& record, ArrivalBatch& batch, bool own_bytes) {
  const auto packet = wire::decode_frame(*link_type_, record.bytes, &fragments_);
  if (!packet) return undecoded_.add(packet.error().kind);
  flow::Arrival& arrival = batch.arrivals_[batch.count_++];
  arrival = placer_(record.frame, record.time, *packet);
  // The next fragment may take away the bytes of a datagram that was put together.
  const bool whole = packet->payload.data() >= record.bytes.data() &&
                     packet->payload.data() <= record.bytes.data() + record.bytes.size();
  if (own_bytes || !whole) batch.own_payload(arrival);
}

}  // namespace nsgcheck::io
