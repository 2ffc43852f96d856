// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <random>
#include <string>
#include <vector>

#include "analyzer/model/deployment.hpp"
#include "analyzer/net/five_tuple.hpp"
#include "tests/engine/random_case.hpp"

namespace nsgcheck::policy {

using RuleLines = std::vector<std::string>;

[[nodiscard]] net::IpAddress address_at(const std::string& text);
/// An NSG of rule lines (support::nsg_of).
[[nodiscard]] model::Nsg named_nsg(const std::string& name, const RuleLines& lines);
/// "AlwaysAllow Inbound Tcp Internet * * 443" and so on; priorities are given in order.
[[nodiscard]] std::vector<model::AdminRule> admin_rules_of(const RuleLines& lines);

/// Two subnets and three machines, rules by list: A (10.0.0.4, fd00:1::4) in subnet web behind `front` and `nic`,
/// B (10.0.0.5) in web behind `front` alone, both of role Web; C (10.0.1.4) of role Db in subnet data behind `data`.
struct NetworkRules {
  RuleLines front, nic, data, admin;
};
[[nodiscard]] model::Deployment network_of(const NetworkRules& rules);

/// Rules without anything that stays open, over few values, so that they meet often.
[[nodiscard]] RuleLines random_rules(engine::Rng& rng, std::size_t most);
[[nodiscard]] NetworkRules random_network(engine::Rng& rng);
/// Packets at every edge that random_rules() can make, at least one end of which is a machine's.
[[nodiscard]] const std::vector<net::FiveTuple>& edge_packets();

}  // namespace nsgcheck::policy
