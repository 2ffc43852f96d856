// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "analyzer/engine/diff.hpp"
#include "tests/engine/probes.hpp"
#include "tests/oracle/packet_oracle.hpp"
#include "tests/support/rule_line.hpp"

namespace nsgcheck::engine {

using Lines = std::vector<std::string>;

/// The inbound rules of both, in one world.
inline FilterDiff diff_of(const Lines& before, const Lines& after, const oracle::World& world,
                          DiffOptions options = {}) {
  const model::Nsg old_nsg = support::nsg_of(before);
  const model::Nsg new_nsg = support::nsg_of(after);
  return diff(&old_nsg, &new_nsg, Direction::Inbound, context_of(world), options);
}

}  // namespace nsgcheck::engine
