// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "simulator/path/walk.hpp"

namespace nsgcheck::path {

/// The way to an instance through one forwarder.
struct ReachPath {
  const model::Instance* forwarder{};
  /// As one client sees them: one that gets through where there is one. Behind a hop that denies, only those that
  /// would stop it too.
  std::vector<Hop> hops;
  Reason reason{Reason::Ok};  ///< of the first hop that denies, else of the first that is not settled
  net::AddressSet sources;    ///< of those asked for, which surely get through
  bool some_unknown{};        ///< of others it is not settled,
  Reason open{Reason::Ok};    ///< and then why
};

/// A hop that stops the way, and what would open it.
struct Obstacle {
  Hop hop;
  std::string opening;  ///< a sentence without full stop
};

/// Whether remote desktop can reach one instance, and from where, before anything is deployed.
struct ReachAnswer {
  const model::Instance* instance{};
  /// Reached: some of the clients asked for get through whatever forwarder the balancer chooses (`sources`).
  Verdict verdict{Verdict::Unknown};
  Reason reason{Reason::Ok};     ///< why not all forwarders lead there
  std::vector<ReachPath> paths;  ///< one for each forwarder of the pool, IPv4 first
  std::vector<Hop> kept_out;     ///< why other forwarders get nothing
  net::AddressSet sources;       ///< that get through whatever forwarder the balancer chooses
  /// When it is not Reached: of the ways that are stopped the one that the fewest hops stop, and these.
  const model::Instance* nearest{};
  std::vector<Obstacle> nearest_miss;
};

/// Answers for every instance, in the order of the deployment. `from`: the clients asked for; `time` (nanoseconds since
/// 1970) is held against the account's expiration, empty: not judged.
[[nodiscard]] std::vector<ReachAnswer> reach(const CompiledDeployment& deployment, const net::AddressSet& from,
                                             std::optional<std::int64_t> time);

}  // namespace nsgcheck::path
