// SPDX-License-Identifier: Apache-2.0
#include "cli/behind.hpp"

#include <algorithm>

#include "analyzer/model/topology_deployment.hpp"

namespace nsgcheck::cli {
namespace {

/// Where one NSG stands.
struct StandingBehind {
  net::AddressSet addresses;
  std::size_t attachments{};  ///< subnets and interfaces that are in `addresses`
};

void add(StandingBehind& standing, const net::AddressSet& addresses) {
  standing.addresses = standing.addresses | addresses;
  ++standing.attachments;
}

net::AddressSet addresses_of(const model::Instance& instance) {
  net::AddressSet out = instance.space;
  for (const net::IpAddress& address : instance.addresses) out = out | net::AddressSet::of(address);
  return out;
}

net::AddressSet addresses_of(const model::Subnet& subnet) {
  net::AddressSet out;
  for (const net::AnyPrefix& prefix : subnet.prefixes) out = out | net::AddressSet::of(prefix);
  return out;
}

void add_network(const model::NetworkDeployment& network, std::vector<StandingBehind>& standings) {
  const auto standing = [&](const std::optional<std::size_t>& nsg) -> StandingBehind* {
    const auto input = nsg ? network.input_nsgs[*nsg] : std::nullopt;
    return input ? &standings[*input] : nullptr;
  };
  for (const model::Subnet& subnet : network.deployment.subnets)
    if (StandingBehind* const at = standing(subnet.nsg)) add(*at, addresses_of(subnet));
  for (const model::Role& role : network.deployment.roles)
    for (const model::Instance& instance : role.instances)
      if (StandingBehind* const at = standing(instance.nsg)) add(*at, addresses_of(instance));
}

/// By NSG of the side. What is only partly known would leave flows out, and so counts as not known.
std::vector<std::optional<net::AddressSet>> behind(const LoadedInputs& side) {
  std::vector<const model::Nsg*> nsgs;
  for (const model::Nsg& nsg : side.nsgs) nsgs.push_back(&nsg);
  std::vector<std::optional<net::AddressSet>> out(nsgs.size());
  const auto networks = model::deployments_of(side.topology, nsgs);
  const bool partial = !model::unplaced_interfaces(side.topology).empty() ||
                       std::any_of(networks.begin(), networks.end(), [](const model::NetworkDeployment& network) {
                         return !network.missing.empty() || !network.not_placed.empty();
                       });
  if (partial) return out;
  std::vector<StandingBehind> standings(nsgs.size());
  for (const model::NetworkDeployment& network : networks) add_network(network, standings);
  for (std::size_t i = 0; i < nsgs.size(); ++i) {
    const bool all = standings[i].attachments >= nsgs[i]->subnets.size() + nsgs[i]->nics.size();
    if (all && !standings[i].addresses.empty()) out[i] = standings[i].addresses;
  }
  return out;
}

}  // namespace

std::vector<std::optional<net::AddressSet>> addresses_behind(const Sides& sides) {
  const auto before = behind(sides.before);
  const auto after = behind(sides.after);
  std::vector<std::optional<net::AddressSet>> out(sides.pairs.size());
  const auto take = [](const LoadedInputs& side, const std::vector<std::optional<net::AddressSet>>& known,
                       const model::Nsg* nsg, std::optional<net::AddressSet>& into) {
    if (nsg == nullptr) return;
    const auto& found = known[static_cast<std::size_t>(nsg - side.nsgs.data())];
    if (found) into = into ? *into | *found : *found;
  };
  for (std::size_t i = 0; i < out.size(); ++i) {
    take(sides.before, before, sides.pairs[i].before, out[i]);
    take(sides.after, after, sides.pairs[i].after, out[i]);
  }
  return out;
}

}  // namespace nsgcheck::cli
