// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "analyzer/model/network_context.hpp"
#include "analyzer/model/rule_change.hpp"
#include "analyzer/policy/finding.hpp"

namespace nsgcheck::policy {

/// An NSG on its way to another.
class Draft {
 public:
  /// REQUIRES: `nsg` outlives this.
  explicit Draft(const model::Nsg& nsg) : nsg_{&nsg} {}

  void remove(ModelRule rule) { touched_[rule] = std::nullopt; }
  void replace(ModelRule rule, model::SecurityRule to) { touched_[rule] = std::move(to); }
  void add(model::SecurityRule rule) { added_.push_back(std::move(rule)); }

  /// The rule as the draft has it; null when it is gone.
  [[nodiscard]] const model::SecurityRule* now(ModelRule rule) const;
  [[nodiscard]] std::vector<model::RuleChange> changes() const;
  /// The index before of each rule of apply(changes()); empty for new ones.
  [[nodiscard]] std::vector<std::optional<ModelRule>> origins() const;

 private:
  const model::Nsg* nsg_;
  std::map<ModelRule, std::optional<model::SecurityRule>> touched_;  ///< empty: removed
  std::vector<model::SecurityRule> added_;
};

/// A priority for a new rule that is looked at before all rules from `before` on, the nearest that is free; where only
/// default rules follow, a little behind the last user rule. Empty when all are taken.
[[nodiscard]] std::optional<std::int64_t> free_priority(const model::Nsg& nsg, net::Direction direction,
                                                        std::int64_t before);

/// Rules that match the flows of a pattern, as Azure's API takes them: a rule for each protocol and tag. Their
/// priorities are not known yet. Protocols that have no name there are left out.
[[nodiscard]] std::vector<model::SecurityRule> rules_for(const FlowPattern& pattern, const net::PortSet& ports,
                                                         model::Access access, const model::Nsg& named_apart_from);

/// A rule that matches exactly a set of flows, whatever Azure's API takes; for comparisons only.
[[nodiscard]] model::SecurityRule exact_rule(const FlowPattern& pattern, const net::ProtocolSet& protocols,
                                             const net::PortSet& ports, model::Access access, std::int64_t priority);

/// The rule without ports / without the addresses of a side, or empty when nothing is left of it. The outer optional is
/// empty when what is left cannot be written as one rule, or is not known.
using Narrowed = std::optional<std::optional<model::SecurityRule>>;
[[nodiscard]] Narrowed without_ports(model::SecurityRule rule, const net::PortSet& ports);
[[nodiscard]] Narrowed without_sources(model::SecurityRule rule, const net::AddressSet& sources,
                                       const model::NetworkContext& context);

}  // namespace nsgcheck::policy
