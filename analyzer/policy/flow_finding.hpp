// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "analyzer/model/network_context.hpp"
#include "analyzer/policy/audit.hpp"
#include "analyzer/policy/finding.hpp"

namespace nsgcheck::policy {

inline constexpr std::string_view kVirtualNetworkDefault = "virtual-network-default";
inline constexpr std::string_view kForwarderPortDefault = "forwarder-port-default";

/// What findings about the flows of a pattern rest on: a finding with its direction, its assumptions, and the NSG as
/// its place. `forwarder`: the forwarder port counts though the pattern does not name it.
[[nodiscard]] Finding start_finding(const model::Nsg& nsg, const FlowPattern& pattern,
                                    const model::NetworkContext& context, const AuditOptions& options,
                                    bool forwarder = false);

/// Puts a judgement into a finding of start_finding(): status, deciders, regions, witness, place and message. `sure`
/// is said when some flow is of it for certain, else `unsure`; who decides, or why it is not settled, is added.
void put_judgement(Finding& finding, const model::Nsg& nsg, const Judgement& found, const std::string& sure,
                   const std::string& unsure);

/// The flows found, in words: the regions when they are few, with the direction.
[[nodiscard]] std::string found_flows(const FlowPattern& pattern, const Judgement& found);

}  // namespace nsgcheck::policy
