// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "simulator/path/walk.hpp"

namespace nsgcheck::path {

/// What the forwarder makes of a request: an instance, or why not.
struct Target {
  const model::Instance* instance{};
  Reason reason{Reason::Ok};
  std::string text;  ///< what is wrong, with the nearest name where one is near; or ""
  bool name_case_differs{};
  friend bool operator==(const Target& a, const Target& b) { return a.instance == b.instance && a.reason == b.reason; }
};

/// Looks the names of a request up under the options. `packet_time` in nanoseconds since 1970 is held against the
/// account's expiration. Null request: the client sent nothing.
[[nodiscard]] Target look_up(const model::Deployment& deployment, const Observed& observed, const WalkOptions& options);

/// The reason that stands before any look at the names: what the capture or the request lacks. Ok when there is
/// something to route on.
[[nodiscard]] Reason reason_of_outcome(const Observed& observed, wire::CookieOutcome outcome);

/// Remote desktop is on for the role, and its account has not expired at that time.
[[nodiscard]] Reason access_to(const model::Deployment& deployment, const model::Role& role, std::int64_t packet_time);
/// A reason of access_to() that is about a value that is not known: whether it is on, or the account is there, is open.
/// No other reason of a request is one of these.
[[nodiscard]] bool is_open_access(Reason reason);
/// What a reason of access_to() means, as a sentence without full stop; "" for Ok.
[[nodiscard]] std::string access_text(const model::Deployment& deployment, const model::Role& role, Reason reason);

}  // namespace nsgcheck::path
