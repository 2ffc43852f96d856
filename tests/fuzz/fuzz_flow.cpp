// SPDX-License-Identifier: Apache-2.0
// Property: a stream cut into segments anyhow, sent in any order and again, is put together as it was, without gap,
// contradiction or loss.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <vector>

#include "simulator/flow/connection_table.hpp"

namespace {

using namespace nsgcheck;

class Sender {
 public:
  Sender(flow::ConnectionTable& table, std::uint32_t isn) : table_{table}, isn_{isn} {
    packet_.tuple = {net::kTcp, net::Ipv4{1}, 50000, net::Ipv4{2}, 3389};
    packet_.tcp = wire::TcpHeader{.sequence = isn, .syn = true};
    table_.add(++frame_, 0, packet_);
  }
  void send(std::span<const std::byte> stream, std::size_t offset, std::size_t length) {
    packet_.tcp = wire::TcpHeader{.sequence = isn_ + 1 + static_cast<std::uint32_t>(offset), .ack = true};
    packet_.payload = stream.subspan(offset, std::min(length, stream.size() - offset));
    packet_.payload_length = static_cast<std::uint32_t>(packet_.payload.size());
    table_.add(++frame_, 0, packet_);
  }

 private:
  flow::ConnectionTable& table_;
  std::uint32_t isn_;
  wire::Packet packet_;
  std::uint64_t frame_{};
};

void check(const flow::Connection& connection, std::span<const std::byte> stream, std::uint32_t limit) {
  const flow::StreamStart& request = connection.request;
  const auto expected = stream.first(std::min<std::size_t>(stream.size(), limit));
  if (!std::equal(request.bytes.begin(), request.bytes.end(), expected.begin(), expected.end())) std::abort();
  if (request.gap || request.ambiguous_overlap || request.snaplen_cut || request.dropped) std::abort();
  if (request.limit_reached != (stream.size() >= limit)) std::abort();
  if (request.sent != stream.size()) std::abort();
}

}  // namespace

// Input: 4 bytes initial sequence number, 1 byte size of the pieces, 1 byte number n of extra segments, n times offset
// and length, then the stream.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t kHead = 6;
  if (size < kHead) return 0;
  const std::size_t extras = std::min<std::size_t>(data[5], (size - kHead) / 2);
  const std::uint8_t* extra = data + kHead;
  const auto stream = std::as_bytes(std::span{data, size}).subspan(kHead + 2 * extras);
  if (stream.empty()) return 0;
  const std::uint32_t isn = static_cast<std::uint32_t>(data[0]) << 24 | static_cast<std::uint32_t>(data[1]) << 16 |
                            static_cast<std::uint32_t>(data[2]) << 8 | data[3];
  constexpr std::uint32_t kLimit = 300;
  std::size_t handed_out = 0;
  flow::ConnectionTable table{{.request_limit = kLimit}, [&](flow::Connection&& connection) {
                                ++handed_out;
                                check(connection, stream, kLimit);
                              }};
  Sender sender{table, isn};
  for (std::size_t i = 0; i < extras; ++i) sender.send(stream, extra[2 * i] % stream.size(), extra[2 * i + 1]);
  const std::size_t piece = 1 + data[4] % 64;
  const std::size_t pieces = (stream.size() + piece - 1) / piece;
  // From the last to the first where the size of a piece is odd.
  for (std::size_t i = 0; i < pieces; ++i) {
    sender.send(stream, (piece % 2 == 0 ? i : pieces - 1 - i) * piece, piece);
  }
  table.finish();
  if (handed_out != 1) std::abort();
  return 0;
}
