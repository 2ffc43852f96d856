// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/topology_index.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "analyzer/model/topology_deployment.hpp"
#include "analyzer/net/text.hpp"

namespace nsgcheck::model {
namespace {

// Of networks that are not in the inputs only the name is known. Of several elsewhere with the name none can be taken,
// and none be made up beside them.
std::vector<TopologyNetwork> with_implied(const Topology& topology) {
  std::vector<TopologyNetwork> out = topology.networks;
  const ResourceLookup<TopologyNetwork> held{topology.networks};
  std::set<std::string> names;
  for (const TopologyNetwork& network : topology.networks) names.insert(net::lower(network.handle.name));
  std::set<std::pair<std::uint32_t, std::string>> made;
  for (const TopologySubnet& subnet : topology.subnets) {
    if (subnet.network.empty() || held.find(subnet.network, subnet.span.document) != nullptr) continue;
    std::string name = names_in_id(subnet.network);
    if (name.empty()) name = subnet.network;
    const bool perhaps_held = names.contains(net::lower(name)) &&
                              std::any_of(topology.networks.begin(), topology.networks.end(),
                                          [&](const auto& network) { return means(subnet.network, network.handle); });
    if (perhaps_held || !made.emplace(subnet.span.document, net::lower(subnet.network)).second) continue;
    TopologyNetwork network;
    network.handle.name = std::move(name);
    network.handle.id = subnet.network;
    network.prefixes_unknown = true;
    network.span = subnet.span;
    out.push_back(std::move(network));
  }
  return out;
}

void add_links(const std::vector<TopologyLink>& from, TopologyIndex::Links& to) {
  for (const TopologyLink& link : from) to.add(link.resource, &link);
}

}  // namespace

TopologyIndex::TopologyIndex(const Topology& topology, const std::vector<const Nsg*>& nsgs)
    : topology_{topology},
      nsgs_{nsgs},
      networks_{with_implied(topology)},
      nic_lookup_{topology.nics},
      route_tables_{topology.route_tables},
      addresses_{topology.public_addresses},
      balancers_{topology.balancers} {
  add_links(topology.subnet_nsgs, subnet_nsgs);
  add_links(topology.nic_nsgs, nic_nsgs);
  add_links(topology.subnet_routes, subnet_routes);
  add_links(topology.nic_asgs, nic_asgs);
  add_links(topology.nic_addresses, nic_addresses);
  add_links(topology.nic_pools, nic_pools);
  add_links(topology.nic_nat_rules, nic_nat_rules);
  for (std::size_t i = 0; i < nsgs.size(); ++i) {
    const Nsg& nsg = *nsgs[i];
    named_nsgs_.push_back({{nsg.name, nsg.id.value_or(""), "", nsg.resource_group}, nsg.span});
    for (const std::string& place : nsg.subnets) at_subnets_.add(place, i);
    for (const std::string& place : nsg.nics) at_nics_.add(place, i);
  }
  nsg_lookup_.emplace(named_nsgs_);
  network_lookup_.emplace(networks_);
  place_subnets();
  place_nics();
}

void TopologyIndex::place_subnets() {
  for (std::size_t i = 0; i < networks_.size(); ++i)
    for (const TopologySubnet& subnet : networks_[i].subnets)
      subnets_.push_back({subnet.handle, networks_[i].span, &subnet, i});
  for (const TopologySubnet& subnet : topology_.subnets)
    if (const auto network = network_meant(subnet.network, subnet.span.document))
      subnets_.push_back({subnet.handle, subnet.span, &subnet, *network});
  subnets_by_network_.resize(networks_.size());
  for (const PlacedSubnet& subnet : subnets_) subnets_by_network_[subnet.network].push_back(&subnet);
  subnet_lookup_.emplace(subnets_);
}

void TopologyIndex::place_nics() {
  nics_by_network_.resize(networks_.size());
  for (const TopologyNic& nic : topology_.nics) {
    std::set<std::size_t> networks;
    for (const TopologyIpConfiguration& configuration : nic.configurations)
      if (const PlacedSubnet* subnet = subnet_meant(configuration.subnet, nic.span.document))
        networks.insert(subnet->network);
    for (const std::size_t network : networks) nics_by_network_[network].push_back(&nic);
    if (networks.empty()) unplaced_.push_back(&nic);
  }
  for (const TopologyNic* nic : unplaced_)
    if (!public_ways(*this, *nic).empty()) place_elsewhere(*nic);
}

// What stands before such an interface is not known, so it may not be left out. The first configuration counts: all of
// an interface lie in one subnet.
void TopologyIndex::place_elsewhere(const TopologyNic& nic) {
  const std::string& reference = nic.configurations.front().subnet;
  const auto [place, is_new] = subnets_elsewhere_.try_emplace({nic.span.document, net::lower(reference)}, nullptr);
  if (is_new) {
    TopologySubnet& subnet = unknown_subnets_.emplace_back();
    subnet.handle.name = names_in_id(reference);
    if (subnet.handle.name.empty()) subnet.handle.name = reference;
    subnet.prefixes_unknown = subnet.elsewhere = true;
    subnet.span = nic.span;
    const std::size_t network = network_elsewhere(reference, nic.span);
    placed_elsewhere_.push_back({subnet.handle, nic.span, &subnet, network});
    place->second = &placed_elsewhere_.back();
    subnets_by_network_[network].push_back(place->second);
  }
  nics_by_network_[place->second->network].push_back(&nic);
}

std::size_t TopologyIndex::network_elsewhere(std::string_view subnet, SourceSpan span) {
  constexpr std::string_view kSubnets = "/subnets/";
  const std::size_t cut = names_in_id(subnet).empty() ? std::string::npos : net::lower(subnet).rfind(kSubnets);
  const std::string_view reference = cut == std::string::npos ? std::string_view{} : subnet.substr(0, cut);
  if (const auto held = network_meant(reference, span.document)) return *held;
  const auto [place, is_new] =
      networks_elsewhere_.try_emplace({span.document, net::lower(reference)}, networks_.size());
  if (is_new) {
    TopologyNetwork& network = networks_.emplace_back();
    network.handle.name = reference.empty() ? "not known" : last_segment(reference);
    network.prefixes_unknown = true;
    network.span = span;
    subnets_by_network_.emplace_back();
    nics_by_network_.emplace_back();
  }
  return place->second;
}

const PlacedSubnet* TopologyIndex::place_of(const TopologyIpConfiguration& configuration,
                                            const TopologyNic& nic) const {
  if (const PlacedSubnet* const held = subnet_meant(configuration.subnet, nic.span.document)) return held;
  const auto found = subnets_elsewhere_.find({nic.span.document, net::lower(configuration.subnet)});
  return found == subnets_elsewhere_.end() ? nullptr : found->second;
}

const std::vector<const PlacedSubnet*>& TopologyIndex::subnets_of(std::size_t network) const {
  return subnets_by_network_[network];
}

const std::vector<const TopologyNic*>& TopologyIndex::nics_of(std::size_t network) const {
  return nics_by_network_[network];
}

std::optional<std::size_t> TopologyIndex::network_meant(std::string_view reference, std::uint32_t document) const {
  const TopologyNetwork* const found = network_lookup_->find(reference, document);
  return found == nullptr ? std::nullopt : std::optional{static_cast<std::size_t>(found - networks_.data())};
}

const PlacedSubnet* TopologyIndex::subnet_meant(std::string_view reference, std::uint32_t document) const {
  return subnet_lookup_->find(reference, document);
}

const TopologyRouteTable* TopologyIndex::route_table_meant(std::string_view reference, std::uint32_t document) const {
  return route_tables_.find(reference, document);
}

const TopologyPublicAddress* TopologyIndex::address_meant(std::string_view reference, std::uint32_t document) const {
  return addresses_.find(reference, document);
}

bool TopologyIndex::is_balancer_for(const TopologyBalancer& balancer, std::uint32_t document) const {
  if (balancer.span.document == document) return true;
  return balancers_.namesakes(balancer.handle.name, document) == 0 &&
         balancers_.find(balancer.handle.name, document) == &balancer;
}

std::optional<std::size_t> TopologyIndex::nsg_meant(std::string_view reference, std::uint32_t document) const {
  const NamedNsg* const found = nsg_lookup_->find(reference, document);
  return found == nullptr ? std::nullopt : std::optional{static_cast<std::size_t>(found - named_nsgs_.data())};
}

std::optional<std::size_t> TopologyIndex::nsg_at_subnet(const ResourceHandle& handle, SourceSpan span) const {
  return attached_to(at_subnets_, handle, span);
}

std::optional<std::size_t> TopologyIndex::nsg_at_nic(const ResourceHandle& handle, SourceSpan span) const {
  return attached_to(at_nics_, handle, span);
}

// Of the same input before those of others, as unrelated files use the same names.
std::optional<std::size_t> TopologyIndex::attached_to(const Attachments& all, const ResourceHandle& handle,
                                                      SourceSpan span) const {
  std::optional<std::size_t> elsewhere;
  // The NSG says a name only: of two that have it, nobody knows which is meant.
  const bool told_apart = std::max(subnet_lookup_->namesakes(handle.name, span.document),
                                   nic_lookup_.namesakes(handle.name, span.document)) > 1;
  for (const std::size_t* nsg : all.find(handle, told_apart ? Meant::Surely : Meant::Perhaps)) {
    const std::uint32_t document = nsgs_[*nsg]->span.document;
    if (document == span.document) return *nsg;
    if (!elsewhere && !has_own(document, handle)) elsewhere = *nsg;
  }
  return elsewhere;
}

// Whether an input has a subnet or an interface of that name itself.
bool TopologyIndex::has_own(std::uint32_t document, const ResourceHandle& handle) const {
  return subnet_lookup_->namesakes(handle.name, document) + nic_lookup_.namesakes(handle.name, document) > 0;
}

std::vector<ResourceReference> TopologyIndex::linked(const Links& links, const ResourceHandle& handle,
                                                     SourceSpan span) {
  std::vector<ResourceReference> out;
  for (const TopologyLink* const* link : links.find(handle))
    if ((*link)->span.document == span.document || net::same_word((*link)->resource, handle.id))
      out.push_back((*link)->linked);
  return out;
}

}  // namespace nsgcheck::model
