// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "analyzer/engine/hygiene.hpp"
#include "analyzer/policy/finding.hpp"
#include "analyzer/policy/naming.hpp"

namespace nsgcheck::policy {

/// A finding about the rules themselves and what it is about, for its fingerprint.
struct StructuralFinding {
  Finding finding;
  std::string subject;
};

/// "AllowRdp (100)", with the pass of its loop if there is one; "DenyAllInBound (65500, default)" for defaults.
[[nodiscard]] std::string rule_label(const model::SecurityRule& rule);
[[nodiscard]] std::string rule_labels(const model::Nsg& nsg, const std::vector<ModelRule>& rules);

/// The findings of one kind among those of a direction's report.
[[nodiscard]] std::vector<StructuralFinding> hygiene_findings(const model::Nsg& nsg, const engine::Filter& filter,
                                                              const engine::HygieneReport& report,
                                                              engine::HygieneKind kind);

/// Rules of a direction in which an entry of a list is covered by another of the same list (interface 8, 006).
[[nodiscard]] std::vector<StructuralFinding> covered_entries(const model::Nsg& nsg,
                                                             const model::NetworkContext& context);

/// Faults of one kind, of the NSG and its rules.
[[nodiscard]] std::vector<StructuralFinding> validity_findings(const model::Nsg& nsg, model::FaultKind kind);

}  // namespace nsgcheck::policy
