// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "simulator/wire/negotiation.hpp"
#include "simulator/wire/request_fault.hpp"
#include "simulator/wire/routing_text.hpp"
#include "simulator/wire/stream_prefix.hpp"

namespace nsgcheck::wire {

/// Sizes of the X.224 Connection Request (T.123, X.224 class 0, MS-RDPBCGR 2.2.1.1), bytes.
inline constexpr std::size_t kRequestHeader = 11;    ///< TPKT 4, length indicator 1, fixed part 6
inline constexpr std::size_t kLongestRequest = 259;  ///< length indicator 254; 255 is reserved

/// The front of a client's stream, as far as it is known.
struct RequestStream {
  std::span<const std::byte> bytes;  ///< in order, from the first byte of the connection on, without gaps
  /// No more bytes will come: the client closed, or waits for an answer. False when the capture ends or lacks bytes.
  bool ended{};
  /// How many of `bytes` the client sent before the server's first byte; all when empty.
  std::optional<std::size_t> before_answer;
  /// How many bytes the client is known to have sent; more than `bytes` where the snap length cut them off. The names
  /// can be whole although the end of the request was not captured.
  std::optional<std::size_t> sent;
  bool split_segments{};     ///< adds RequestFault::SplitSegments
  bool ambiguous_overlap{};  ///< adds RequestFault::AmbiguousOverlap
};

/// What one kind of forwarder makes of the request.
struct Reading {
  CookieOutcome outcome{CookieOutcome::NoData};
  std::optional<CookieNames> names;  ///< set exactly for Azure
  friend bool operator==(const Reading&, const Reading&) = default;
};

/// A client's connection request. The two readings are those of real equipment:
/// strict: TPKT version and length, length indicator, TPDU code, class and CR LF all right, the words of the cookie
/// spelled as documented; only trailing blanks are forgiven.
/// tolerant: the text at offset 11 up to CR LF, whatever the two lengths say, with the words in any case and any
/// blanks around the colon. It needs a Connection Request in TPKT version 3 nonetheless.
struct ConnectionRequest {
  /// The strict reading's, or where that is Malformed the tolerant one's if it has something to route on. Incomplete
  /// as long as the TPKT length is not reached, unless the length indicator shows that the TPKT length is wrong.
  CookieOutcome outcome{CookieOutcome::NoData};
  RequestFaults faults;
  std::string text;  ///< routing text without "Cookie: "; bytes, not necessarily UTF-8 (decoded for Utf16)
  /// What the request means to name. Set for Azure, and for Malformed when the names stand where no forwarder reads
  /// them; only a Reading says what is routed on.
  std::optional<CookieNames> names;
  std::optional<MstsToken> msts;
  Reading strict;
  Reading tolerant;
  std::optional<NegotiationRequest> negotiation;
  std::optional<CorrelationInfo> correlation;
  std::optional<ForeignProtocol> foreign;  ///< set for NotRdp
  std::size_t request_offset{};            ///< where the TPKT header stands; 0 unless there is a prefix
  std::size_t request_size{};              ///< bytes from there to the end of the request, as far as that is known
  std::size_t trailing_bytes{};            ///< sent behind the request before the server answered
};

/// Reads the first bytes of a client's stream. Never fails: anything is one of the outcomes. An outcome other than
/// NoData and Incomplete that was given for an unfinished stream stands for every continuation of it.
[[nodiscard]] ConnectionRequest read_connection_request(const RequestStream& stream);

/// What a request is written from.
struct RequestContent {
  std::string text;  ///< routing text with its "Cookie: ", without CR LF; empty for none
  std::optional<NegotiationRequest> negotiation;
  std::optional<CorrelationInfo> correlation;  ///< needs `negotiation`, whose flag is set by the writer
  std::uint16_t source_reference{};
};

/// "Cookie: mstshash=<Role>#<Instance>[#<Endpoint>]".
[[nodiscard]] std::string azure_cookie(const CookieNames& names);

/// The bytes of the request; empty when it would exceed kLongestRequest, when the text holds CR or LF, or when there
/// is correlation info without negotiation.
[[nodiscard]] std::optional<std::vector<std::byte>> write_connection_request(const RequestContent& content);

}  // namespace nsgcheck::wire
