// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "analyzer/engine/explain.hpp"
#include "analyzer/model/network_context.hpp"
#include "analyzer/policy/finding.hpp"
#include "analyzer/policy/naming.hpp"

namespace nsgcheck::policy {

/// One flow, or a set of flows, asked of an NSG.
struct FlowQuery {
  net::Direction direction{};
  net::ProtocolSet protocols;
  model::AddressItem from;
  model::AddressItem to;
  std::optional<net::Port> source_port;       ///< empty: any
  std::optional<net::Port> destination_port;  ///< empty: any

  /// One packet: one protocol, one address each side, both ports given where the protocol has them. Answers then have
  /// one decider; else they are over a set (interface 8, Explain).
  [[nodiscard]] bool is_packet() const;
};

/// A rule of the ladder.
struct RuleStep {
  ModelRule rule{};
  engine::RuleLook look;
};

/// What one NSG says to a query.
struct StageAnswer {
  Judgement judgement;
  std::vector<RuleStep> steps;  ///< rules looked at, up to the one that surely decides all
};

/// REQUIRES: `nsg` has its defaults.
[[nodiscard]] StageAnswer explain_stage(const model::Nsg& nsg, const model::NetworkContext& context,
                                        const FlowQuery& query);

/// Why a step's rule does not match: the first field that fails, in the order protocol, source, source port,
/// destination, destination port. Empty when all match.
[[nodiscard]] std::string why_not(const model::SecurityRule& rule, const engine::RuleLook& look,
                                  const FlowQuery& query);

}  // namespace nsgcheck::policy
