// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>

#include "analyzer/model/deployment.hpp"

namespace nsgcheck::model {

// What a Cloud Service itself filters, as lists of inbound rules that say something about every packet: behind the
// rules that a reader knows of stand kHiddenRules that let the rest through.

/// How many rules stand behind those that a reader knows of.
inline constexpr std::size_t kHiddenRules = 3;

/// The ACL before the forwarders of a role: of connections to the forwarder port from outside of the virtual network,
/// which come by the public endpoint, it lets in those that its lines permit. Empty when the role has none.
[[nodiscard]] std::optional<Nsg> endpoint_acl_rules(const Deployment& deployment, const Role& role);

/// The network traffic rules before remote desktop of a role: connections to 3389 from instances of the service's roles
/// are let in from those that the rules name only; others are not their matter. An instance whose address is not known
/// may have each of its subnet's. Empty when no rule is about the role.
[[nodiscard]] std::optional<Nsg> desktop_source_rules(const Deployment& deployment, const Role& role);

}  // namespace nsgcheck::model
