// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <vector>

#include "analyzer/model/network_context.hpp"
#include "analyzer/policy/audit.hpp"
#include "analyzer/policy/expectation.hpp"

namespace nsgcheck::policy {

struct IntentJudgement {
  std::vector<Finding> findings;             ///< of policies in force, family NSG-INT
  std::vector<ExpectationVerdict> verdicts;  ///< of the expectations about this NSG, in the order of the file
};

/// Everything that an intent asks about single NSGs.
[[nodiscard]] std::vector<const FlowPattern*> patterns_of(const Intent& intent);

/// The NSG with all that an expectation lists denied before every rule. These rules come after those of `nsg` in the
/// list. `asked`: what the words of the expectation mean.
[[nodiscard]] model::Nsg deny_listed(const model::Nsg& nsg, const Expectation& expectation,
                                     const model::NetworkContext& asked, net::Port forwarder);

/// Holds one NSG against options.intent; nothing without one. Each NSG is judged by itself, not the whole path of a
/// flow. REQUIRES: as audit_nsg(). Pure.
[[nodiscard]] IntentJudgement judge_intent(const model::Nsg& nsg, std::uint32_t index,
                                           const model::NetworkContext& context, std::span<const Policy> policies,
                                           const AuditOptions& options);

}  // namespace nsgcheck::policy
