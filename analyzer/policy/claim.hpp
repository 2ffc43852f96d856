// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/model/network_context.hpp"
#include "analyzer/policy/audit.hpp"
#include "analyzer/policy/policy.hpp"

namespace nsgcheck::policy {

/// Whether an id of another tool means a policy: one of its aliases, "AVD-AZU-0048" for AZU-0048 (Trivy), and the whole
/// id of a query of which an alias has the begin (KICS).
[[nodiscard]] bool is_alias(const Policy& policy, std::string_view id);

/// Which of the aliases of policies are ids of a tool, by the name that it gives itself; null: a tool that is not
/// known.
using AliasFilter = bool (*)(std::string_view alias);
[[nodiscard]] AliasFilter aliases_of_tool(std::string_view tool);

/// The rules that deny what a policy forbids, of an NSG that does not violate it; empty for policies of which no rule
/// decides that they hold. REQUIRES: as audit_nsg(); `policies` are those in force.
[[nodiscard]] std::vector<ModelRule> denied_by(const model::Nsg& nsg, const model::NetworkContext& context,
                                               std::span<const Policy> policies, const Policy& policy,
                                               net::Port forwarder_port);

}  // namespace nsgcheck::policy
