// SPDX-License-Identifier: Apache-2.0
#include "simulator/wire/request_body.hpp"

#include <algorithm>

#include "analyzer/net/text.hpp"
#include "simulator/wire/bytes.hpp"
#include "simulator/wire/cursor.hpp"

namespace nsgcheck::wire {
namespace {

constexpr char kNegotiationType = 1;

// Four printable characters are enough: RDP_NEG_REQ, the only other thing here with zeros in it, has none at its front.
constexpr std::size_t kUtf16Probe = 8;

bool is_printable(char c) { return c >= ' ' && c <= '~'; }

// Which byte of each pair holds the character, when the text is UTF-16 of ASCII characters.
std::optional<std::size_t> utf16_position(std::string_view text) {
  if (text.size() < kUtf16Probe) return std::nullopt;
  for (const std::size_t at : {std::size_t{0}, std::size_t{1}}) {
    bool fits = true;
    for (std::size_t i = 0; i < kUtf16Probe; i += 2)
      fits = fits && is_printable(text[i + at]) && text[i + 1 - at] == '\0';
    if (fits) return at;
  }
  return std::nullopt;
}

RequestBody read_utf16(std::string_view text, std::size_t skipped, std::size_t at) {
  RequestBody body;
  body.outcome = CookieOutcome::Malformed;
  body.faults.insert(RequestFault::Utf16);
  std::string line;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
    if (text[i + 1 - at] != '\0' || !is_printable(text[i + at])) break;
    line += text[i + at];
  }
  body.routing.text = read_routing_text(line).text;
  std::size_t end = skipped + line.size() * 2;
  const auto rest = text.substr(line.size() * 2);
  using namespace std::string_view_literals;
  if (rest.substr(0, 4) == (at == 0 ? "\r\0\n\0"sv : "\0\r\0\n"sv)) end += 4;
  // A client that ends every text with CR LF adds two plain bytes of it.
  if (text.substr(end - skipped, 2) == "\r\n"sv) end += 2;
  body.end = end;
  return body;
}

// A byte order mark in front is taken as part of the encoding.
std::optional<RequestBody> try_utf16(std::string_view text) {
  const bool mark = text.substr(0, 2) == "\xff\xfe" || text.substr(0, 2) == "\xfe\xff";
  const std::size_t skipped = mark ? 2 : 0;
  const auto at = utf16_position(text.substr(skipped));
  if (!at) return std::nullopt;
  return read_utf16(text.substr(skipped), skipped, *at);
}

// Size of the routing text line at the front, CR LF included; 0 when there is none. Used where a line is not expected.
std::size_t further_line(std::string_view text) {
  const bool begins = net::same_word(text.substr(0, 6), "cookie") || text.substr(0, 4) == "tsv:" ||
                      text.substr(0, 4) == "mth:" || net::same_word(text.substr(0, 4), "msts");
  const auto end = text.find('\r');
  if (!begins || end == std::string_view::npos || text.substr(end, 2) != "\r\n") return 0;
  return end + 2;
}

// True when the negotiation data at the front cannot be judged before more bytes have come.
bool negotiation_unfinished(std::string_view rest) {
  if (rest.empty() || rest.front() != kNegotiationType) return rest.empty();
  if (rest.size() < NegotiationRequest::kSize) return true;
  const bool correlation = (static_cast<unsigned char>(rest[1]) & kCorrelationInfoPresent) != 0;
  return correlation && rest.size() < NegotiationRequest::kSize + CorrelationInfo::kSize;
}

// What stands behind the negotiation data.
void read_rest(std::string_view rest, BodyBound bound, RequestBody& body) {
  if (rest.empty()) return;
  if (const std::size_t line = further_line(rest); line != 0) {
    body.faults.insert(RequestFault::CookieAfterNegotiation);
    *body.end += line;
    if (body.outcome != CookieOutcome::None) return;
    body.routing = read_routing_text(rest.substr(0, line - 2));
    body.faults.insert(body.routing.faults.begin(), body.routing.faults.end());
    body.outcome = CookieOutcome::Malformed;
  } else if (bound == BodyBound::Exact) {
    body.faults.insert(RequestFault::TrailingBytes);
  }
}

// Negotiation data begins at `begin`.
void read_tail(std::string_view text, std::size_t begin, BodyBound bound, bool may_grow, RequestBody& body) {
  body.end = begin;
  const auto rest = text.substr(begin);
  if (may_grow && negotiation_unfinished(rest)) return;
  if (rest.empty() || (bound == BodyBound::Open && rest.front() != kNegotiationType)) return;
  body.negotiation = read_negotiation(as_bytes(rest));
  if (!body.negotiation.well_formed) body.faults.insert(RequestFault::BadNegotiation);
  if (!body.negotiation.request) return;
  *body.end += body.negotiation.size;
  read_rest(rest.substr(body.negotiation.size), bound, body);
}

// The text that was meant when its CR LF is missing: up to the first byte that no text has.
RequestBody unended_text(std::string_view text) {
  RequestBody body;
  body.outcome = CookieOutcome::Malformed;
  const auto end = std::find_if(text.begin(), text.end(),
                                [](char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t'; });
  const auto meant = text.substr(0, static_cast<std::size_t>(end - text.begin()));
  const RoutingText routing = read_routing_text(meant);
  body.routing.text = routing.text.substr(0, routing.text.find('\n'));
  body.faults = routing.faults;
  body.faults.insert(RequestFault::MissingCrLf);
  return body;
}

// No CR in the whole body.
RequestBody without_line_end(std::string_view text) {
  const bool shaped = text.size() == NegotiationRequest::kSize && text.substr(2, 2) == std::string_view{"\x08\0", 2};
  const bool texty = is_printable(text.front()) || static_cast<unsigned char>(text.front()) >= 0x80;
  if (texty && !shaped) return unended_text(text);
  RequestBody body;
  body.faults.insert(RequestFault::BadNegotiation);
  body.outcome = shaped ? CookieOutcome::None : CookieOutcome::Malformed;
  body.negotiation.well_formed = false;
  return body;
}

}  // namespace

RequestBody read_request_body(std::span<const std::byte> bytes, BodyBound bound, bool may_grow) {
  const std::string_view text = as_text(bytes);
  RequestBody body;
  body.end = 0;
  RequestBody incomplete;
  incomplete.outcome = CookieOutcome::Incomplete;
  if (text.empty()) return may_grow ? incomplete : body;
  if (auto utf16 = try_utf16(text)) {
    if (const auto rest = text.substr(*utf16->end); !rest.empty() && rest.front() == kNegotiationType)
      read_tail(text, *utf16->end, bound, may_grow, *utf16);
    return *utf16;
  }
  if (text.front() == kNegotiationType) {
    if (may_grow && negotiation_unfinished(text)) return incomplete;
    read_tail(text, 0, bound, may_grow, body);
    return body;
  }
  const auto line_end = text.find('\r');
  if (line_end == std::string_view::npos) return may_grow ? incomplete : without_line_end(text);
  if (line_end + 1 == text.size() && may_grow) return incomplete;
  if (text.substr(line_end, 2) != "\r\n") return unended_text(text);

  body.routing = read_routing_text(text.substr(0, line_end));
  body.outcome = body.routing.outcome;
  body.faults = body.routing.faults;
  body.line_end = line_end + 2;
  std::size_t end = body.line_end;
  for (std::size_t line = further_line(text.substr(end)); line != 0; line = further_line(text.substr(end))) {
    body.faults.insert(RequestFault::TwoCookies);
    end += line;
  }
  read_tail(text, end, bound, may_grow, body);
  return body;
}

}  // namespace nsgcheck::wire
