// SPDX-License-Identifier: Apache-2.0
#include "simulator/wire/connection_request.hpp"

#include <algorithm>

#include "simulator/wire/cursor.hpp"
#include "simulator/wire/request_body.hpp"

namespace nsgcheck::wire {
namespace {

constexpr std::uint8_t kTpktVersion = 3;
constexpr std::uint8_t kConnectionRequest = 0xE0;
constexpr std::size_t kTpktHeader = 4;
constexpr std::size_t kUntilType = 6;  // bytes that tell whether this is a Connection Request
constexpr std::size_t kLongestTpkt = 65535;

// The fixed part, as far as it is there; what is missing is 0.
struct Header {
  std::uint8_t version{};
  std::uint8_t reserved{};
  std::size_t length{};     // TPKT length
  std::size_t indicator{};  // X.224 length indicator
  std::uint8_t type{};
  std::uint8_t options{};

  [[nodiscard]] bool lengths_agree() const {
    return length >= kRequestHeader && length <= kLongestRequest && indicator + 5 == length;
  }
  [[nodiscard]] bool is_request() const { return version == kTpktVersion && type == kConnectionRequest; }
};

Header read_header(std::span<const std::byte> bytes) {
  Cursor cursor{bytes};
  Header header;
  header.version = cursor.u8();
  header.reserved = cursor.u8();
  header.length = cursor.be16();
  header.indicator = cursor.u8();
  header.type = cursor.u8();
  cursor.skip(4);
  header.options = cursor.u8();
  return header;
}

ConnectionRequest alike(CookieOutcome outcome) {
  ConnectionRequest request;
  request.outcome = request.strict.outcome = request.tolerant.outcome = outcome;
  return request;
}

ConnectionRequest foreign(std::span<const std::byte> bytes) {
  ConnectionRequest request = alike(CookieOutcome::NotRdp);
  request.foreign = guess_protocol(bytes);
  return request;
}

bool routes_on(CookieOutcome outcome) {
  return outcome == CookieOutcome::Azure || outcome == CookieOutcome::User || outcome == CookieOutcome::Token;
}

Reading reading(CookieOutcome outcome, const RoutingText& routing) {
  return {outcome, outcome == CookieOutcome::Azure ? routing.names : std::nullopt};
}

CookieOutcome strict_outcome(const Header& header, const RequestBody& body, std::size_t sent) {
  if (!header.is_request() || !header.lengths_agree() || header.options != 0) return CookieOutcome::Malformed;
  if (sent < header.length) return CookieOutcome::Incomplete;
  if (routes_on(body.outcome) && !body.routing.exact) return CookieOutcome::Malformed;
  return body.outcome;
}

// Where the structures of a body lie, from the start of the header.
struct Extent {
  std::size_t line_end{};          // behind the first line of text, or the fixed part
  std::optional<std::size_t> end;  // behind all that was recognised
};

// The length indicator tells a request whose TPKT length is too large from one that is not all there: it then points
// somewhere between the end of the text and what follows.
bool is_whole(const Header& header, const Extent& extent, std::size_t sent) {
  const std::size_t indicated = header.indicator + 5;
  return sent >= header.length || (extent.end && indicated >= extent.line_end && indicated <= *extent.end);
}

CookieOutcome overall(CookieOutcome strict, CookieOutcome tolerant) {
  if (strict != CookieOutcome::Malformed) return strict;
  return routes_on(tolerant) || tolerant == CookieOutcome::Incomplete ? tolerant : CookieOutcome::Malformed;
}

// Two lengths disagree, or both are out of range: the content tells which of them is wrong. `sent` is how many bytes
// there are.
void judge_lengths(const Header& header, const Extent& extent, std::size_t sent, RequestFaults& faults) {
  const auto end = extent.end;
  if (header.length > kLongestRequest || (end && *end > kLongestRequest)) faults.insert(RequestFault::Oversize);
  if (header.lengths_agree()) return;
  const bool tpkt_fits =
      end ? header.length == *end || !is_whole(header, extent, sent) : header.length >= kRequestHeader;
  const bool indicator_fits =
      end ? header.indicator + 5 == *end && *end <= kLongestRequest : header.length < kRequestHeader;
  if (!tpkt_fits) faults.insert(RequestFault::TpktLength);
  if (!indicator_fits) faults.insert(RequestFault::X224Length);
}

void judge_header(const Header& header, RequestFaults& faults) {
  if (header.version != kTpktVersion) faults.insert(RequestFault::TpktVersion);
  if (header.type != kConnectionRequest) faults.insert(RequestFault::X224Type);
  if (header.options != 0) faults.insert(RequestFault::X224Class);
}

// Fewer bytes than the fixed part, but enough to know that they begin a TPKT.
ConnectionRequest read_fragment(const Header& header, std::span<const std::byte> bytes, bool ended) {
  const bool typed = bytes.size() >= kUntilType;
  const bool hopeless =
      (typed && !header.is_request()) || (ended && bytes.size() >= kTpktHeader && header.length < kRequestHeader);
  ConnectionRequest request = alike(hopeless ? CookieOutcome::Malformed : CookieOutcome::Incomplete);
  if (typed) judge_header(header, request.faults);
  if (hopeless && header.length < kRequestHeader) request.faults.insert(RequestFault::TpktLength);
  request.request_size = bytes.size();
  return request;
}

ConnectionRequest read_whole(const Header& header, std::span<const std::byte> bytes, std::size_t sent, bool ended) {
  const bool agree = header.lengths_agree();
  const auto bounded = first_of(bytes, agree ? header.length : kLongestTpkt);
  // A stream that ended before its TPKT length lacks bytes; one that reached it just has no more.
  const bool may_grow = bytes.size() < header.length || (!agree && !ended && bytes.size() < kLongestTpkt);
  const RequestBody body =
      read_request_body(bounded.subspan(kRequestHeader), agree ? BodyBound::Exact : BodyBound::Open, may_grow);
  Extent extent{kRequestHeader + body.line_end, body.end};
  if (extent.end) *extent.end += kRequestHeader;

  ConnectionRequest request;
  request.strict = reading(strict_outcome(header, body, sent), body.routing);
  request.tolerant = reading(header.is_request() ? body.outcome : CookieOutcome::Malformed, body.routing);
  request.outcome = overall(request.strict.outcome, request.tolerant.outcome);
  if (header.is_request() && !is_whole(header, extent, sent)) request.outcome = CookieOutcome::Incomplete;
  request.faults = body.faults;
  judge_header(header, request.faults);
  judge_lengths(header, extent, sent, request.faults);
  request.text = body.routing.text;
  request.names = body.routing.names;
  request.msts = body.routing.msts;
  request.negotiation = body.negotiation.request;
  request.correlation = body.negotiation.correlation;
  request.request_size = agree ? header.length : extent.end.value_or(bounded.size());
  return request;
}

// `bytes` begin where the request should.
ConnectionRequest read_request(std::span<const std::byte> bytes, std::size_t sent, bool ended) {
  if (bytes.size() < kUntilType && !ended) return alike(CookieOutcome::Incomplete);
  if (bytes.empty()) return alike(CookieOutcome::Incomplete);
  const Header header = read_header(bytes);
  // A wrong version alone does not make another protocol of what is a Connection Request in all else.
  const bool only_version_differs = header.reserved == 0 && header.type == kConnectionRequest && header.lengths_agree();
  if (header.version != kTpktVersion && !only_version_differs) return foreign(bytes);
  if (bytes.size() < kRequestHeader) return read_fragment(header, bytes, ended);
  return read_whole(header, bytes, std::max(sent, bytes.size()), ended);
}

// A forwarder reads from the first byte on, so what stands behind a prefix is known to us and hidden from it.
void hide_behind(const StreamPrefix& prefix, ConnectionRequest& request) {
  request.faults.insert(prefix.kind == PrefixKind::Proxy ? RequestFault::ProxyPrefix : RequestFault::PreconnectionPdu);
  request.request_offset = prefix.size;
  if (request.outcome == CookieOutcome::Incomplete || request.outcome == CookieOutcome::NotRdp) return;
  request.outcome = CookieOutcome::Malformed;
  request.strict = request.tolerant = Reading{CookieOutcome::Malformed, std::nullopt};
}

void judge_stream(const RequestStream& stream, ConnectionRequest& request) {
  if (stream.split_segments) request.faults.insert(RequestFault::SplitSegments);
  if (stream.ambiguous_overlap) request.faults.insert(RequestFault::AmbiguousOverlap);
  if (request.outcome == CookieOutcome::Incomplete || request.outcome == CookieOutcome::NotRdp) return;
  const std::size_t sent = std::min(stream.before_answer.value_or(stream.bytes.size()), stream.bytes.size());
  const std::size_t end = request.request_offset + request.request_size;
  if (sent <= end) return;
  request.trailing_bytes = sent - end;
  request.faults.insert(RequestFault::TrailingBytes);
}

}  // namespace

ConnectionRequest read_connection_request(const RequestStream& stream) {
  if (stream.bytes.empty()) return alike(CookieOutcome::NoData);
  const StreamPrefix prefix = find_prefix(stream.bytes);
  const std::size_t sent = std::max(stream.sent.value_or(0), stream.bytes.size());
  ConnectionRequest request;
  if (prefix.undecided && !stream.ended) {
    request = alike(CookieOutcome::Incomplete);
  } else if (prefix.kind == PrefixKind::None) {
    request = read_request(stream.bytes, sent, stream.ended);
  } else {
    const std::size_t begin = std::min(prefix.size, stream.bytes.size());
    request = read_request(stream.bytes.subspan(begin), sent - begin, stream.ended);
    hide_behind(prefix, request);
  }
  judge_stream(stream, request);
  return request;
}

}  // namespace nsgcheck::wire
