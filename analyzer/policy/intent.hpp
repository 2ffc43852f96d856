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

/// Holds one NSG against options.intent; nothing without one. Each NSG is judged by itself, not the whole path of a
/// flow. REQUIRES: as audit_nsg(). Pure.
[[nodiscard]] IntentJudgement judge_intent(const model::Nsg& nsg, std::uint32_t index,
                                           const model::NetworkContext& context, std::span<const Policy> policies,
                                           const AuditOptions& options);

}  // namespace nsgcheck::policy
