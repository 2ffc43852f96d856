// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "simulator/wire/negotiation.hpp"
#include "simulator/wire/request_fault.hpp"
#include "simulator/wire/routing_text.hpp"

namespace nsgcheck::wire {

/// The variable part of a connection request: routing text and negotiation data.
struct RequestBody {
  CookieOutcome outcome{CookieOutcome::None};  ///< Azure, User, Token, None, Malformed or Incomplete
  RoutingText routing;                         ///< of a misplaced cookie too, when there is no other
  NegotiationData negotiation;
  RequestFaults faults;            ///< those of `routing` included
  std::size_t line_end{};          ///< size of the routing text with its CR LF; 0 without one
  std::optional<std::size_t> end;  ///< where the structures end that were recognised, from the start of the body
};

/// How far a body may reach.
enum class BodyBound {
  Exact,  ///< the bytes are the body: whatever is left over in it is a fault
  Open,   ///< the header's lengths are wrong, bytes of something else may follow
};

/// Reads the bytes behind the fixed header. `may_grow`: more bytes of the body can still come.
[[nodiscard]] RequestBody read_request_body(std::span<const std::byte> bytes, BodyBound bound, bool may_grow);

}  // namespace nsgcheck::wire
