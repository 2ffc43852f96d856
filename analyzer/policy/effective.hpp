// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/policy/flow_path.hpp"

namespace nsgcheck::policy {

/// The rules of one list that stand before an instance in one direction, in the order in which they are looked at.
struct EffectiveStage {
  StageKind kind{};  ///< AdminRules, Nsg, EndpointAcl or TrafficRules
  net::Direction direction{};
  std::string_view applied_to;  ///< "virtual-network", "subnet", "nic", "endpoint" or "role"
  const model::Nsg* nsg{};      ///< null for admin rules
  std::vector<const model::SecurityRule*> rules;
  std::vector<bool> always_allow;  ///< of admin rules, by rule
};

/// What an instance really sees (Azure's term): every stage before it, inbound then outbound, each in the order of
/// semantics 3.
struct EffectiveRules {
  const model::Role* role{};
  const model::Instance* instance{};
  const model::Subnet* subnet{};  ///< null: in none that the deployment describes
  model::NetworkContext network;  ///< what tags and groups mean there
  std::vector<EffectiveStage> stages;
  std::vector<std::shared_ptr<const model::Nsg>> of_role;  ///< what the service filters itself; stages point into it
};

/// REQUIRES: the deployment outlives the result.
[[nodiscard]] EffectiveRules effective_rules(const model::Deployment& deployment, const model::Role& role,
                                             const model::Instance& instance);

/// Why a rule's effect is not settled, whatever the packet: some value of it is not known. Empty when all are.
[[nodiscard]] std::optional<model::Reason> unsettled(const model::SecurityRule& rule);

/// The addresses that a tag or group stands for; empty when the network has no data for it, or the item is neither.
[[nodiscard]] std::optional<net::AddressSet> expanded(const model::AddressItem& item,
                                                      const model::NetworkContext& network);

}  // namespace nsgcheck::policy
