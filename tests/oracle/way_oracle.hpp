// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "analyzer/model/deployment.hpp"
#include "tests/oracle/packet_oracle.hpp"

namespace nsgcheck::oracle {

/// The slow, obvious reading of semantics 3: one packet from machine to machine, every stage one after the other. It
/// shares no code with the analyzer's paths. An address that no instance has stands behind the NSG of its subnet alone.
/// Endpoint lists, traffic rules of roles and the platform's own addresses are none of its matter. `world` is that of
/// the deployment; its subnets have no routes.
[[nodiscard]] Outcome arrives(const model::Deployment& deployment, const World& world, const net::FiveTuple& packet);

}  // namespace nsgcheck::oracle
