// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "analyzer/model/topology_deployment.hpp"
#include "analyzer/model/topology_index.hpp"
#include "analyzer/net/text.hpp"

namespace nsgcheck::model {
namespace {

bool any_means(const std::vector<ResourceReference>& references, const ResourceHandle& handle) {
  return std::any_of(references.begin(), references.end(),
                     [&](const ResourceReference& reference) { return means(reference, handle); });
}

/// A part of a balancer: its own name behind the balancer's.
ResourceHandle part(const TopologyBalancer& balancer, std::string_view type, const std::string& name) {
  ResourceHandle handle;
  handle.name = balancer.handle.name + '/' + name;
  if (!balancer.handle.id.empty()) handle.id = balancer.handle.id + '/' + std::string{type} + '/' + name;
  return handle;
}

/// Pools are named by their last part where a rule of the same balancer means them.
bool same_pool(const TopologyBalancer& balancer, std::string_view pool, const std::vector<ResourceReference>& pools) {
  const std::string_view name = pool.substr(pool.rfind('/') + 1);
  return !name.empty() && any_means(pools, part(balancer, "backendAddressPools", std::string{name}));
}

/// What an interface is a target of, said by itself or by resources of their own.
struct Targets {
  std::vector<ResourceReference> pools, nat_rules;
};

Targets targets_of(const TopologyIndex& index, const TopologyNic& nic) {
  Targets out{TopologyIndex::linked(index.nic_pools, nic.handle, nic.span),
              TopologyIndex::linked(index.nic_nat_rules, nic.handle, nic.span)};
  for (const TopologyIpConfiguration& configuration : nic.configurations) {
    out.pools.insert(out.pools.end(), configuration.pools.begin(), configuration.pools.end());
    out.nat_rules.insert(out.nat_rules.end(), configuration.nat_rules.begin(), configuration.nat_rules.end());
  }
  return out;
}

PublicWay address_way(std::string by, Sku sku) {
  PublicWay way;
  way.by = std::move(by);
  way.sku = sku;
  return way;
}

void add_balancer(const TopologyBalancer& balancer, const Targets& targets, std::vector<PublicWay>& ways) {
  const auto add = [&](const char* kind, const TopologyBalancerRule& rule) {
    PublicWay way;
    way.by = kind + balancer.handle.name + '/' + rule.name;
    way.sku = balancer.sku;
    way.frontend_port = rule.frontend_port;
    way.backend_port = rule.backend_port;
    way.protocol = rule.protocol;
    way.floating = rule.floating;
    const std::string probe = rule.probe.substr(rule.probe.rfind('/') + 1);
    for (const TopologyProbe& one : balancer.probes)
      if (!probe.empty() && net::same_word(one.name, probe)) way.probe_port = one.port;
    ways.push_back(std::move(way));
  };
  for (const TopologyBalancerRule& rule : balancer.rules)
    if (same_pool(balancer, rule.pool, targets.pools)) add("load balancer rule ", rule);
  for (const TopologyBalancerRule& rule : balancer.nat_rules)
    if (any_means(targets.nat_rules, part(balancer, "inboundNatRules", rule.name))) add("NAT rule ", rule);
}

}  // namespace

std::vector<PublicWay> public_ways(const TopologyIndex& index, const TopologyNic& nic) {
  std::vector<PublicWay> ways;
  for (const TopologyIpConfiguration& configuration : nic.configurations) {
    if (configuration.own_public_address)
      ways.push_back(address_way("public addresses of " + nic.handle.name, Sku::Unknown));
    if (!configuration.public_address.empty()) {
      const auto* const found = index.address_meant(configuration.public_address, nic.span.document);
      const bool known = found != nullptr;
      const std::string_view text = configuration.public_address;
      ways.push_back(
          address_way("public address " + (known ? found->handle.name : std::string{text.substr(text.rfind('/') + 1)}),
                      known ? found->sku : Sku::Unknown));
    }
  }
  const Targets targets = targets_of(index, nic);
  if (targets.pools.empty() && targets.nat_rules.empty()) return ways;
  for (const TopologyBalancer& balancer : index.topology().balancers)
    if (balancer.is_public && index.is_balancer_for(balancer, nic.span.document)) add_balancer(balancer, targets, ways);
  return ways;
}

}  // namespace nsgcheck::model
