// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <vector>

#include "analyzer/model/network_context.hpp"
#include "analyzer/policy/expectation.hpp"
#include "analyzer/policy/finding.hpp"

namespace nsgcheck::policy {

struct AuditOptions {
  net::Port forwarder_port{20000};
  bool forwarder_port_assumed{true};  ///< the default, not the user's word
  /// What the tags of questions mean where that is not what those of rules do: user-defined routes add to the latter
  /// (semantics 2), but leave the Internet what it is. Null: the same.
  const model::NetworkContext* asked{};
  /// What the rules should do; null: nothing is said. Must outlive findings.
  const Intent* intent{};
};

/// What is said about one NSG.
struct NsgAudit {
  std::vector<PortVerdict> ports;
  std::vector<Finding> findings;  ///< worst first, then by place
  /// Rules for which the work budget ran out in structural questions: nothing is claimed of them.
  std::vector<ModelRule> undecided;
  std::vector<ExpectationVerdict> expectations;  ///< those about this NSG, in the order of the intent
};

/// The flows of one row of the verdict table.
[[nodiscard]] FlowPattern pattern_of(const PortVerdict& entry);

/// Judges one NSG. REQUIRES: it has its defaults (model::with_defaults) and its faults (model::find_faults).
/// `index` is what findings carry as `nsg`. Pure: same arguments, same result.
[[nodiscard]] NsgAudit audit_nsg(const model::Nsg& nsg, std::uint32_t index, const model::NetworkContext& context,
                                 std::span<const Policy> policies, const AuditOptions& options);

/// The assumptions that an audit with these settings rests on, as far as `codes` name them.
[[nodiscard]] std::vector<Assumption> assumptions(const std::vector<std::string>& codes,
                                                  const model::NetworkContext& context, const AuditOptions& options);

}  // namespace nsgcheck::policy
