// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "simulator/path/walk.hpp"

namespace nsgcheck::path {

/// The forwarders that may take a connection: the one that the capture shows, else the one of the hash if a seed is
/// given, else every healthy one. Azure's hash is not published; ours is FNV-1a over the seed and, in text form, source
/// and destination address, for all but `source-ip` the protocol, and for `five-tuple` both ports.
[[nodiscard]] std::vector<const model::Instance*> choose(const model::Deployment& deployment,
                                                         const std::vector<const model::Instance*>& healthy,
                                                         const Observed& observed, const WalkOptions& options);

}  // namespace nsgcheck::path
