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
  handle.group = balancer.handle.group;
  handle.subscription = balancer.handle.subscription;
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
    for (const TopologyMember& member : index.topology().pool_members)
      if (member.address == configuration.address) out.pools.push_back(member.pool);
  }
  return out;
}

PublicWay address_way(std::string by, Sku sku) {
  PublicWay way;
  way.by = std::move(by);
  way.sku = sku;
  return way;
}

// Standard ones let nothing in where no NSG stands, others everything (nsg-semantics 3.2).
void doubt_sku(PublicWay& way) {
  if (way.sku == Sku::Unknown && !way.doubt)
    way.doubt = {Reason::UnresolvedExpression, "the SKU of " + way.by + " is not known"};
}

PublicWay way_to_address(const TopologyIndex& index, const std::string& reference, std::uint32_t document) {
  const auto* const found = index.address_meant(reference, document);
  if (found != nullptr) return address_way("public address " + found->handle.name, found->sku);
  PublicWay way = address_way("public address " + std::string{last_segment(reference)}, Sku::Unknown);
  way.doubt = {Reason::MissingAttachment, way.by + " is not in the inputs, and its SKU not known"};
  return way;
}

void add_addresses(const TopologyIndex& index, const TopologyNic& nic, const TopologyIpConfiguration& configuration,
                   std::vector<PublicWay>& ways) {
  if (configuration.own_public_address)
    ways.push_back(address_way("public addresses of " + nic.handle.name, configuration.own_sku));
  if (!configuration.public_address.empty() && !configuration.public_address_open)
    ways.push_back(way_to_address(index, configuration.public_address, nic.span.document));
  if (!configuration.open && !configuration.public_address_open) return;
  PublicWay way = address_way("a public address that " + nic.handle.name + " may have", Sku::Unknown);
  way.doubt = {Reason::UnresolvedExpression,
               "whether " + nic.handle.name + " has a public address is not known before deployment"};
  ways.push_back(std::move(way));
}

// Those that say themselves where they are, and the interface does not.
void add_linked_addresses(const TopologyIndex& index, const TopologyNic& nic, std::vector<PublicWay>& ways) {
  for (const ResourceReference& reference : TopologyIndex::linked(index.nic_addresses, nic.handle, nic.span)) {
    const auto* const address = index.address_meant(reference, nic.span.document);
    const bool named = std::any_of(nic.configurations.begin(), nic.configurations.end(), [&](const auto& one) {
      return !one.public_address.empty() && index.address_meant(one.public_address, nic.span.document) == address;
    });
    if (!named) ways.push_back(way_to_address(index, reference, nic.span.document));
  }
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

/// A reference to the balancer that a reference to a part of one names, "lb" of "lb/pool"; "" when it names none.
std::string balancer_of(const ResourceReference& part) {
  if (!names_in_id(part).empty()) return whole_in_id(part);
  const std::size_t end = part.rfind('/');
  return end == std::string::npos ? std::string{} : std::string{last_segment(part.substr(0, end))};
}

// A balancer that interfaces name and no input holds may send them anything, if it is a public one.
void add_missing_balancers(const TopologyIndex& index, const Targets& targets, std::uint32_t document,
                           std::vector<PublicWay>& ways) {
  std::vector<std::string> seen;
  for (const auto* list : {&targets.pools, &targets.nat_rules})
    for (const ResourceReference& reference : *list) {
      const std::string whole = balancer_of(reference);
      if (whole.empty() || std::find(seen.begin(), seen.end(), whole) != seen.end()) continue;
      seen.push_back(whole);
      const auto& all = index.topology().balancers;
      if (std::any_of(all.begin(), all.end(), [&](const TopologyBalancer& balancer) {
            return means(whole, balancer.handle) && index.is_balancer_for(balancer, document);
          }))
        continue;
      const std::string name{last_segment(whole)};
      PublicWay way = address_way("load balancer " + name, Sku::Unknown);
      way.doubt = {Reason::MissingAttachment, "its load balancer " + name + " is not in the inputs"};
      ways.push_back(std::move(way));
    }
}

}  // namespace

std::vector<PublicWay> public_ways(const TopologyIndex& index, const TopologyNic& nic) {
  std::vector<PublicWay> ways;
  for (const TopologyIpConfiguration& configuration : nic.configurations)
    add_addresses(index, nic, configuration, ways);
  add_linked_addresses(index, nic, ways);
  const Targets targets = targets_of(index, nic);
  for (const TopologyBalancer& balancer : index.topology().balancers)
    if (balancer.is_public && index.is_balancer_for(balancer, nic.span.document)) add_balancer(balancer, targets, ways);
  add_missing_balancers(index, targets, nic.span.document, ways);
  for (PublicWay& way : ways) doubt_sku(way);
  return ways;
}

}  // namespace nsgcheck::model
