// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "analyzer/policy/compare.hpp"
#include "tests/engine/probes.hpp"
#include "tests/engine/random_case.hpp"
#include "tests/oracle/packet_oracle.hpp"

// What tests of changes share that hold what is promised against the oracle's walk, packet by packet.
namespace nsgcheck::policy {

/// The case in the usual network, which built-in tags mean in an audit; with addresses for names of its own.
inline engine::Case in_usual_network(engine::Case c) {
  c.world = oracle::default_world();
  for (std::string& line : c.lines) {
    for (const std::string_view odd : {"Known", "asg:members"})
      for (std::size_t at = 0; (at = line.find(odd)) != std::string::npos;) line.replace(at, odd.size(), "10.0.0.0/8");
  }
  return c;
}

/// True when an inbound packet fares otherwise exactly as the changes list it.
inline bool fares_as_listed(const std::vector<Change>& changes, const model::Nsg& before, const model::Nsg& after,
                            const oracle::World& world, const net::FiveTuple& packet) {
  const auto listed = [&](engine::Shift shift) {
    return std::any_of(changes.begin(), changes.end(), [&](const Change& change) {
      return change.direction == net::Direction::Inbound && change.shift == shift &&
             engine::in_region(change.region.region, packet, {}, world);
    });
  };
  const auto was = oracle::judge(before, net::Direction::Inbound, world, packet).outcome;
  const auto is = oracle::judge(after, net::Direction::Inbound, world, packet).outcome;
  const bool opens = was == oracle::Outcome::No && is == oracle::Outcome::Yes;
  const bool shuts = was == oracle::Outcome::Yes && is == oracle::Outcome::No;
  return listed(engine::Shift::NewlyAllowed) == opens && listed(engine::Shift::NewlyDenied) == shuts;
}

}  // namespace nsgcheck::policy
