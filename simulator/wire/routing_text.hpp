// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "simulator/wire/request_fault.hpp"
#include "simulator/wire/routing_token.hpp"

namespace nsgcheck::wire {

/// What a forwarder has to route on.
enum class CookieOutcome : std::uint8_t {
  Azure,       ///< names a role and an instance
  User,        ///< "mstshash=" with anything else
  Token,       ///< "msts=", "tsv://" or another routing token
  None,        ///< a valid connection request without routing text
  Malformed,   ///< a connection request that cannot be read
  Incomplete,  ///< the bytes end before the request does
  NotRdp,      ///< another protocol
  NoData,      ///< no bytes at all
};

/// "azure", "user", "token", "none", "malformed", "incomplete", "not-rdp", "no-data".
[[nodiscard]] std::string_view word(CookieOutcome outcome);

/// The names in "<Role>#<Instance>[#<Endpoint>]", byte for byte, without the trailing blanks of the line.
struct CookieNames {
  std::string role;
  std::string instance;
  std::optional<std::string> endpoint;  ///< empty when there is no second '#'
  friend bool operator==(const CookieNames&, const CookieNames&) = default;
};

/// The line of routing text of a connection request.
struct RoutingText {
  CookieOutcome outcome{CookieOutcome::None};  ///< Azure, User, Token, None (empty line) or Malformed
  std::string text;                            ///< the line without "Cookie: "; bytes, not necessarily UTF-8
  std::optional<CookieNames> names;            ///< set for Azure
  std::optional<MstsToken> msts;               ///< set for a token that names an address
  RequestFaults faults;
  /// "Cookie: mstshash=" and "Cookie: msts=" spelled exactly so; without it only tolerant parsers see a cookie.
  bool exact{true};
};

/// Reads the line between offset 11 and CR LF. Case of the words and blanks around the colon are overlooked and
/// reported.
[[nodiscard]] RoutingText read_routing_text(std::string_view line);

}  // namespace nsgcheck::wire
