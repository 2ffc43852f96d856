// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <set>
#include <string_view>

namespace nsgcheck::wire {

/// What is odd about a connection request. A fault is a diagnosis; whether a forwarder minds it is for the readings to
/// say (connection_request.hpp). The order is that of every list of faults.
enum class RequestFault : std::uint8_t {
  MissingCrLf,             ///< the text does not end with CR LF
  BareLf,                  ///< an LF without CR in or behind the text
  TrailingBlank,           ///< blanks between the value and CR LF (clients that pad the text to even length)
  Utf16,                   ///< two bytes a character (clients that hand over a BSTR as it is)
  TpktLength,              ///< TPKT length does not fit the request
  X224Length,              ///< X.224 length indicator does not fit the request
  X224Type,                ///< TPDU is no Connection Request with credit 0
  TpktVersion,             ///< TPKT version is not 3
  SplitSegments,           ///< the request came in more than one TCP segment (known to the caller only)
  WrongCase,               ///< "Cookie", "mstshash" or "msts" in another case
  BadNegotiation,          ///< RDP_NEG_REQ or RDP_NEG_CORRELATION_INFO breaks MS-RDPBCGR 2.2.1.1.1 or 2.2.1.1.2
  TrailingBytes,           ///< bytes follow that are no part of the request, before the server answered
  Oversize,                ///< over 259 bytes: no length indicator of one byte can say so
  TruncatedUserName,       ///< value of 9 characters, to which mstsc cuts a user name
  PreconnectionPdu,        ///< an RDP preconnection PDU (MS-RDPEPS) stands before the request
  ProxyPrefix,             ///< a PROXY protocol header stands before the request
  TwoCookies,              ///< a second line of routing text follows the first
  CookieAfterNegotiation,  ///< routing text behind RDP_NEG_REQ, where no parser looks
  Nul,                     ///< a NUL in the text
  NonAscii,                ///< a byte above 0x7F in the text
  AmbiguousOverlap,        ///< overlapping TCP segments with different bytes (known to the caller only)
  BlanksAroundColon,       ///< not exactly one blank between "Cookie:" and what follows
  NoCookieHeader,          ///< "mstshash=" or "msts=" without "Cookie: " before it
  EmptyRole,               ///< nothing before '#'
  EmptyInstance,           ///< nothing between the first '#' and the next or the end
  TooManyParts,            ///< four or more parts between '#'
  BadToken,                ///< "msts=" with an address or port that does not decode
  ControlCharacter,        ///< a control character other than NUL and LF in the text
  X224Class,               ///< class and options byte is not 0
};

/// Sorted and without repetition.
using RequestFaults = std::set<RequestFault>;

/// The stable code, such as "missing-crlf".
[[nodiscard]] std::string_view code(RequestFault fault);

}  // namespace nsgcheck::wire
