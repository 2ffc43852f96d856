// SPDX-License-Identifier: Apache-2.0
// Any bytes have one of the outcomes; an outcome once definite stands whatever follows; what the writer makes is read
// back as it was.
#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "simulator/wire/connection_confirm.hpp"
#include "simulator/wire/connection_request.hpp"
#include "simulator/wire/cursor.hpp"
#include "simulator/wire/rdp_udp.hpp"

namespace {

using namespace nsgcheck::wire;
using Span = std::span<const std::byte>;

// Prefixes beyond this many bytes differ from shorter ones in the length of the text only.
constexpr std::size_t kPrefixes = 320;

void require(bool holds) {
  if (!holds) std::abort();
}

ConnectionRequest read(Span bytes, bool ended) {
  RequestStream stream;
  stream.bytes = bytes;
  stream.ended = ended;
  return read_connection_request(stream);
}

bool is_definite(CookieOutcome outcome) {
  return outcome != CookieOutcome::NoData && outcome != CookieOutcome::Incomplete;
}

void judge_consistency(const ConnectionRequest& request, Span bytes) {
  for (const Reading& reading : {request.strict, request.tolerant})
    require(reading.names.has_value() == (reading.outcome == CookieOutcome::Azure));
  require(request.outcome != CookieOutcome::Azure || request.names.has_value());
  require(request.foreign.has_value() == (request.outcome == CookieOutcome::NotRdp));
  require((request.outcome == CookieOutcome::NoData) == bytes.empty());
  require(request.trailing_bytes <= bytes.size());
  // No forwarder reaches an instance that the request is not said to name.
  if (request.strict.outcome == CookieOutcome::Azure && request.outcome != CookieOutcome::Incomplete)
    require(request.outcome == CookieOutcome::Azure && request.strict.names == request.names);
}

void judge_prefixes(Span bytes) {
  const ConnectionRequest whole = read(bytes, false);
  const ConnectionRequest closed = read(bytes, true);
  judge_consistency(whole, bytes);
  judge_consistency(closed, bytes);
  for (std::size_t size = 1; size <= std::min(bytes.size(), kPrefixes); ++size) {
    const ConnectionRequest prefix = read(bytes.first(size), false);
    judge_consistency(prefix, bytes.first(size));
    if (!is_definite(prefix.outcome)) continue;
    for (const ConnectionRequest& later : {whole, closed}) {
      require(later.outcome == prefix.outcome);
      if (later.outcome == CookieOutcome::Azure) require(later.names == prefix.names);
    }
  }
}

void judge_writer(Span bytes) {
  Cursor cursor{bytes};
  const std::uint8_t shape = cursor.u8();
  RequestContent content;
  content.source_reference = cursor.be16();
  if ((shape & 1U) != 0) content.negotiation = NegotiationRequest{cursor.u8(), cursor.le32()};
  if ((shape & 2U) != 0) {
    content.correlation.emplace();
    const Span id = cursor.take(content.correlation->id.size());
    std::copy(id.begin(), id.end(), content.correlation->id.begin());
  }
  std::string value;
  if ((shape & 4U) != 0) {
    value = "mstshash=";
    for (const std::byte byte : cursor.rest()) value += static_cast<char>(byte);
    content.text = "Cookie: " + value;
  }
  const auto written = write_connection_request(content);
  if (!written) return;
  const ConnectionRequest request = read(*written, false);
  require(is_definite(request.outcome) && request.outcome != CookieOutcome::NotRdp);
  require(request.outcome == request.strict.outcome && request.text == value);
  require(request.request_size == written->size() && request.trailing_bytes == 0);
  if (content.correlation) content.negotiation->flags |= kCorrelationInfoPresent;
  require(request.negotiation == content.negotiation && request.correlation == content.correlation);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Span bytes{reinterpret_cast<const std::byte*>(data), size};
  judge_prefixes(bytes);
  judge_writer(bytes);
  const ServerAnswer answer = read_server_answer(bytes);
  require(answer.size <= size && !(answer.response && answer.failure));
  require(!looks_like_rdp_udp(bytes) || size >= 16);
  return 0;
}
