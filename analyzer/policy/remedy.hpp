// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "analyzer/model/rule_change.hpp"
#include "analyzer/policy/audit.hpp"
#include "analyzer/policy/compare.hpp"

namespace nsgcheck::policy {

/// How a change closes a finding.
enum class RemedyKind : std::uint8_t {
  Narrow,  ///< the deciding rules lose ports or addresses
  Remove,  ///< they go
  Deny,    ///< a new deny stands before them
  Allow,   ///< a new allow stands before the deny
  Mend,    ///< a value is written as it is meant
  Widen,   ///< an allow that misses the flows by one side takes them in
};
[[nodiscard]] std::string_view name(RemedyKind kind);

/// One change that closes a finding, and all that it does besides. Proven: both by comparing the rule sets, and by
/// judging the changed one again.
struct Remedy {
  RemedyKind kind{};
  std::vector<model::RuleChange> changes;
  std::vector<Change> differences;  ///< everything that fares otherwise afterwards
  /// Of that what it is for: the finding's flows, or those that explain --why-not asks about. All of it where a remedy
  /// is for no flows.
  std::vector<Change> wanted;
  /// What of that is no part of the finding; empty: nothing. `old_rule` is then of the NSG with the finding's flows
  /// closed or opened and nothing else done.
  std::vector<Change> besides;
  std::vector<Finding> news;  ///< findings that the changed rules have and the rules had not
};

struct Remedies {
  std::vector<Remedy> ranked;  ///< the least harm first: no new findings, nothing else changed, few steps
  std::string why_none;        ///< a sentence, when there is none
};

/// A judged NSG.
struct Audited {
  const model::Nsg& nsg;
  std::uint32_t index{};
  const model::NetworkContext& context;
  std::span<const Policy> policies;
  const AuditOptions& options;
  const NsgAudit& audit;
  /// What else must not break when the NSG becomes this one: says what would, "" for nothing. May be empty.
  std::function<std::string(const model::Nsg&)> breaks{};
};

/// Every way to close one of the audit's findings that keeps what is required: no remedy denies the probe, the second
/// hop, or anything that a policy in force demands, none breaks an expectation that is held or what `breaks` looks
/// after, and none makes a verdict unknown that was known.
[[nodiscard]] Remedies find_remedies(const Audited& audited, const Finding& finding);

/// Every way to have all flows of a pattern allowed, or denied: what explain --why-not shows. Ranked and proven as
/// those of a finding; `besides` is what fares otherwise of other flows. Flows of every source port are meant.
[[nodiscard]] Remedies find_flips(const Audited& audited, const FlowPattern& flows, model::Access wanted);

}  // namespace nsgcheck::policy
