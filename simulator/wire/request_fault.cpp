// SPDX-License-Identifier: Apache-2.0
#include "simulator/wire/request_fault.hpp"

namespace nsgcheck::wire {

std::string_view code(RequestFault fault) {
  switch (fault) {
    case RequestFault::MissingCrLf:
      return "missing-crlf";
    case RequestFault::BareLf:
      return "bare-lf";
    case RequestFault::TrailingBlank:
      return "trailing-blank";
    case RequestFault::Utf16:
      return "utf16";
    case RequestFault::TpktLength:
      return "tpkt-length";
    case RequestFault::X224Length:
      return "x224-length";
    case RequestFault::X224Type:
      return "x224-type";
    case RequestFault::TpktVersion:
      return "tpkt-version";
    case RequestFault::SplitSegments:
      return "split-segments";
    case RequestFault::WrongCase:
      return "wrong-case";
    case RequestFault::BadNegotiation:
      return "bad-negotiation";
    case RequestFault::TrailingBytes:
      return "trailing-bytes";
    case RequestFault::Oversize:
      return "oversize";
    case RequestFault::TruncatedUserName:
      return "truncated-user-name";
    case RequestFault::PreconnectionPdu:
      return "preconnection-pdu";
    case RequestFault::ProxyPrefix:
      return "proxy-prefix";
    case RequestFault::TwoCookies:
      return "two-cookies";
    case RequestFault::CookieAfterNegotiation:
      return "cookie-after-negotiation";
    case RequestFault::Nul:
      return "nul";
    case RequestFault::NonAscii:
      return "non-ascii";
    case RequestFault::AmbiguousOverlap:
      return "ambiguous-overlap";
    case RequestFault::BlanksAroundColon:
      return "blanks-around-colon";
    case RequestFault::NoCookieHeader:
      return "no-cookie-header";
    case RequestFault::EmptyRole:
      return "empty-role";
    case RequestFault::EmptyInstance:
      return "empty-instance";
    case RequestFault::TooManyParts:
      return "too-many-parts";
    case RequestFault::BadToken:
      return "bad-token";
    case RequestFault::ControlCharacter:
      return "control-character";
    case RequestFault::X224Class:
      return "x224-class";
  }
  return "unknown";
}

}  // namespace nsgcheck::wire
