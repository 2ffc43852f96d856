// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "simulator/path/walk.hpp"

namespace nsgcheck::path {

/// The way to an instance through one forwarder.
struct ReachPath {
  const model::Instance* forwarder{};
  std::vector<Hop> hops;  ///< those that do not depend on who comes, and the first hop for the sources asked for
  Reason reason{Reason::Ok};
  net::AddressSet sources;  ///< of those asked for, which surely get through
  bool some_unknown{};      ///< of others it is not settled
};

/// Whether remote desktop can reach one instance, and from where, before anything is deployed.
struct ReachAnswer {
  const model::Instance* instance{};
  Verdict verdict{Verdict::Unknown};
  Reason reason{Reason::Ok};     ///< of the way that gets furthest, when none gets through
  std::vector<ReachPath> paths;  ///< one for each forwarder of the pool
  std::vector<Hop> kept_out;     ///< why other forwarders get nothing
  net::AddressSet sources;       ///< that get through whatever forwarder the balancer chooses
};

/// Answers for every instance, in the order of the deployment. `from`: the clients asked for; `time` (nanoseconds since
/// 1970) is held against the account's expiration, empty: not judged.
[[nodiscard]] std::vector<ReachAnswer> reach(const CompiledDeployment& deployment, const net::AddressSet& from,
                                             std::optional<std::int64_t> time);

}  // namespace nsgcheck::path
