// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/topology_deployment.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <utility>

#include "analyzer/model/application_group.hpp"
#include "analyzer/model/assumed_address.hpp"
#include "analyzer/model/network_context.hpp"
#include "analyzer/model/topology_index.hpp"
#include "analyzer/net/text.hpp"

namespace nsgcheck::model {
namespace {

/// What a resource of its own says goes before what the resource says itself; of several the last.
ResourceReference linked_or(const TopologyIndex::Links& links, const ResourceHandle& handle, SourceSpan span,
                            const ResourceReference& own) {
  const std::vector<ResourceReference> linked = TopologyIndex::linked(links, handle, span);
  return linked.empty() ? own : linked.back();
}

// Where a route table is not known, any address may belong to VirtualNetwork by a route of it, and none then to
// Internet (semantics 2): what is there without it surely stays inside, the rest is open.
void open_virtual_network(std::vector<AddressItem>& items, Reason reason) {
  AddressItem open;
  open.value = Undetermined{reason};
  std::vector<AddressItem> added;
  for (AddressItem& item : items) {
    const auto* const tag = std::get_if<ServiceTag>(&item.value);
    if (tag == nullptr) continue;
    const auto set = tag_set(tag->name, default_context());
    open.text = item.text;
    if (set == default_virtual_network()) added.push_back(open);
    if (set == internet(default_virtual_network())) item.value = open.value;
  }
  items.insert(items.end(), added.begin(), added.end());
}

Nsg with_open_routes(Nsg nsg, Reason reason) {
  for (SecurityRule& rule : nsg.rules) {
    open_virtual_network(rule.sources, reason);
    open_virtual_network(rule.destinations, reason);
  }
  return nsg;
}

/// Builds the deployment of one virtual network.
class NetworkBuilder {
 public:
  NetworkBuilder(const TopologyIndex& index, std::size_t network)
      : index_{index}, number_{network}, network_{index.networks()[network]} {
    out_.deployment.name = network_.handle.name;
    for (const PlacedSubnet* subnet : index.subnets_of(network)) add_subnet(*subnet);
    add_address_space();
  }

  [[nodiscard]] NetworkDeployment take() {
    for (const TopologyNic* nic : index_.nics_of(number_)) add_nic(*nic);
    settle_addresses();
    // An interface that cannot be placed may be a member of any group it names: their members are not all known.
    for (const std::string& asg : open_asgs_) out_.deployment.network.asg_members.erase(asg);
    drop_ambiguous_groups();
    note_unfiltered();
    std::sort(out_.deployment.assumptions.begin(), out_.deployment.assumptions.end());
    return std::move(out_);
  }

 private:
  void add_subnet(const PlacedSubnet& placed) {
    const TopologySubnet& source = *placed.subnet;
    Subnet subnet;
    subnet.name = last_segment(source.handle.name);
    subnet.prefixes = source.prefixes;
    const std::string what = fmt::format("subnet {}", source.handle.name);
    if (source.elsewhere) {
      subnet.nsg = add_unknown_nsg("not known");
      subnets_.push_back(&placed);
      out_.deployment.subnets.push_back(std::move(subnet));
      return;
    }
    if (source.prefixes_unknown) missing("{}: its address prefix is not known before deployment", what);
    const ResourceReference table = linked_or(index_.subnet_routes, source.handle, placed.span, source.route_table);
    if (!table.empty()) {
      const auto* const found = index_.route_table_meant(table, placed.span.document);
      if (found == nullptr) {
        missing("{}: its route table {} is not in the inputs", what, last_segment(table));
        open_routes_[subnets_.size()] = Reason::MissingAttachment;
      } else {
        subnet.routes = found->routes;
        if (found->routes_unknown) {
          missing("route table {}: a route is not known", found->handle.name);
          open_routes_[subnets_.size()] = Reason::UnresolvedExpression;
        }
      }
    }
    const ResourceReference nsg = linked_or(index_.subnet_nsgs, source.handle, placed.span, source.nsg);
    subnet.nsg = nsg_of(nsg, placed.span, index_.nsg_at_subnet(source.handle, placed.span), what, subnets_.size());
    subnets_.push_back(&placed);
    out_.deployment.subnets.push_back(std::move(subnet));
  }

  /// The group that stands before a resource: the one it names, else the one that says it stands there.
  std::optional<std::size_t> nsg_of(std::string_view reference, SourceSpan span, std::optional<std::size_t> says_so,
                                    const std::string& what, std::size_t subnet) {
    if (const auto found = index_.nsg_meant(reference, span.document)) return use(*found, subnet);
    // A name that is known at deployment only may be spelled in two ways; the reader of the input has joined them.
    if (says_so) return use(*says_so, subnet);
    if (reference.empty()) return std::nullopt;
    missing("{}: its network security group {} is not in the inputs", what, last_segment(reference));
    return add_unknown_nsg(reference);
  }

  std::size_t add_unknown_nsg(std::string_view reference) {
    out_.deployment.nsgs.push_back(unknown_nsg(std::string{last_segment(reference)}, Reason::MissingAttachment));
    out_.input_nsgs.emplace_back();
    return out_.deployment.nsgs.size() - 1;
  }

  /// The deployment's number of an NSG of the inputs, as it filters in a subnet.
  std::size_t use(std::size_t input, std::size_t subnet) {
    const auto routes = open_routes_.find(subnet);
    const std::optional<Reason> open = routes == open_routes_.end() ? std::nullopt : std::optional{routes->second};
    const auto [place, is_new] = used_nsgs_.try_emplace({input, open}, out_.deployment.nsgs.size());
    if (is_new) {
      Nsg nsg = *index_.nsgs()[input];
      if (open) nsg = with_open_routes(std::move(nsg), *open);
      if (!nsg.conditions.empty()) nsg = perhaps_missing(std::move(nsg));
      out_.deployment.nsgs.push_back(std::move(nsg));
      out_.input_nsgs.emplace_back(input);
    }
    return place->second;
  }

  void add_address_space() {
    net::AddressSet space;
    for (const net::AnyPrefix& prefix : network_.prefixes) space = space | net::AddressSet::of(prefix);
    NetworkContext& context = out_.deployment.network;
    if (space.empty() || network_.prefixes_unknown) {
      context.virtual_network = default_virtual_network();
      assume("virtual-network-default");
      return;
    }
    std::vector<ResourceReference> peers = network_.peers;
    for (const TopologyPeering& peering : index_.topology().peerings)
      if (index_.network_meant(peering.from, peering.span.document) == number_) peers.push_back(peering.to);
    for (const ResourceReference& reference : peers) {
      const auto peer = index_.network_meant(reference, network_.span.document);
      if (!peer || index_.networks()[*peer].prefixes_unknown) {
        missing("virtual network {}: the address space of its peer {} is not known", network_.handle.name,
                last_segment(reference));
        continue;
      }
      for (const net::AnyPrefix& prefix : index_.networks()[*peer].prefixes)
        space = space | net::AddressSet::of(prefix);
    }
    context.virtual_network = space | net::AddressSet::of(net::IpAddress{kHostAddress});
    context.virtual_network_assumed = false;
  }

  /// The subnet of this network that a configuration lies in.
  [[nodiscard]] std::optional<std::size_t> subnet_of(const TopologyIpConfiguration& configuration,
                                                     const TopologyNic& nic) const {
    const PlacedSubnet* const found = index_.place_of(configuration, nic);
    for (std::size_t i = 0; i < subnets_.size(); ++i)
      if (subnets_[i] == found) return i;
    return std::nullopt;
  }

  void add_nic(const TopologyNic& nic) {
    std::optional<std::size_t> subnet;
    Instance instance;
    instance.name = nic.handle.name;
    instance.span = nic.span;
    for (const TopologyIpConfiguration& configuration : nic.configurations) {
      const auto here = subnet_of(configuration, nic);
      if (!here) continue;
      subnet = here;
      if (configuration.address) instance.addresses.push_back(*configuration.address);
    }
    if (!subnet) return;
    const std::string what = fmt::format("network interface {}", nic.handle.name);
    std::vector<PublicWay> ways = public_ways(index_, nic);
    note_subnet_of(nic, *subnet, what);
    if (instance.addresses.empty() && !has_room(*subnet) && (ways.empty() || !stands_in_network(*subnet))) {
      out_.not_placed.push_back(what);
      note_asgs(nic, {});
      return;
    }
    const ResourceReference nsg = linked_or(index_.nic_nsgs, nic.handle, nic.span, nic.nsg);
    instance.nsg = nsg_of(nsg, nic.span, index_.nsg_at_nic(nic.handle, nic.span), what, *subnet);
    if (nic.may_be_absent) missing("{}: whether it is deployed is not known", what);
    if (nic.scale_set) assume("scale-set-one-instance");
    for (PublicWay& way : ways) {
      if (way.doubt && way.doubt->reason == Reason::MissingAttachment && !instance.nsg &&
          !out_.deployment.subnets[*subnet].nsg)
        missing("{}: {}", what, way.doubt->text);
      // A Standard public address lets nothing in where no NSG does (nsg-semantics 3.2).
      way.closed = way.sku == Sku::Standard && !instance.nsg && !out_.deployment.subnets[*subnet].nsg;
      out_.ways.push_back({instance.name, std::move(way)});
    }
    Role role;
    role.name = nic.machine.empty() ? nic.handle.name : std::string{last_segment(nic.machine)};
    role.subnet = subnet;
    role.instances.push_back(std::move(instance));
    out_.deployment.roles.push_back(std::move(role));
    nics_.push_back(&nic);
  }

  /// Where no prefix is known, an address of the virtual network can stand for what the interface may have: enough to
  /// say what arrives from outside.
  [[nodiscard]] bool stands_in_network(std::size_t subnet) const {
    return out_.deployment.subnets[subnet].prefixes.empty();
  }

  void note_subnet_of(const TopologyNic& nic, std::size_t subnet, const std::string& what) {
    if (!subnets_[subnet]->subnet->elsewhere) return;
    const std::string& reference = nic.configurations.front().subnet;
    if (reference.empty())
      missing("{}: its subnet is not known", what);
    else
      missing("{}: its subnet {} is not in the inputs, or in several of them", what, last_segment(reference));
  }

  /// Where all prefixes are known, an address can stand for the rest.
  [[nodiscard]] bool has_room(std::size_t subnet) const {
    const auto& prefixes = out_.deployment.subnets[subnet].prefixes;
    return !subnets_[subnet]->subnet->prefixes_unknown &&
           std::any_of(prefixes.begin(), prefixes.end(),
                       [](const net::AnyPrefix& prefix) { return std::holds_alternative<net::Prefix4>(prefix); });
  }

  void settle_addresses() {
    auto& roles = out_.deployment.roles;
    for (const std::string& full : assume_addresses(out_.deployment))
      out_.not_placed.push_back(fmt::format("network interface {}", full));
    for (std::size_t i = 0; i < roles.size(); ++i) {
      const Instance& instance = roles[i].instances.front();
      const bool guessed = !instance.space.empty() && subnets_[*roles[i].subnet]->subnet->prefixes_unknown;
      note_asgs(*nics_[i], guessed ? std::vector<net::IpAddress>{} : instance.addresses);
    }
    std::erase_if(roles, [](const Role& role) { return role.instances.front().addresses.empty(); });
  }

  void note_asgs(const TopologyNic& nic, const std::vector<net::IpAddress>& addresses) {
    std::vector<ResourceReference> asgs;
    for (const TopologyIpConfiguration& configuration : nic.configurations)
      asgs.insert(asgs.end(), configuration.asgs.begin(), configuration.asgs.end());
    for (ResourceReference& linked : TopologyIndex::linked(index_.nic_asgs, nic.handle, nic.span))
      asgs.push_back(std::move(linked));
    for (const ResourceReference& asg : asgs) {
      const std::string name = net::lower(group_identity(asg));
      if (addresses.empty() || nic.may_be_absent || nic.scale_set) open_asgs_.insert(name);
      net::AddressSet& members = out_.deployment.network.asg_members[name];
      for (const net::IpAddress& address : addresses) members = members | net::AddressSet::of(address);
      assume("asg-members-of-inputs");
    }
  }

  // Two spellings that may mean one group: the members of each may be members of the other.
  void drop_ambiguous_groups() {
    auto& all = out_.deployment.network.asg_members;
    std::vector<std::string> ambiguous;
    for (const auto& one : all)
      for (const auto& other : all)
        if (one.first != other.first && !are_different_groups(one.first, other.first)) ambiguous.push_back(one.first);
    for (const std::string& name : open_asgs_)
      for (const auto& one : all)
        if (one.first != name && !are_different_groups(one.first, name)) ambiguous.push_back(one.first);
    for (const std::string& name : ambiguous) all.erase(name);
  }

  void note_unfiltered() {
    for (const Role& role : out_.deployment.roles) {
      const Subnet& subnet = out_.deployment.subnets[*role.subnet];
      if (subnet.nsg || refuses_nsg(subnet.name)) continue;
      for (const Instance& instance : role.instances)
        if (!instance.nsg) out_.unfiltered.push_back(instance.name);
    }
  }

  template <class... Parts>
  void missing(fmt::format_string<Parts...> text, Parts&&... parts) {
    std::string line = fmt::format(text, std::forward<Parts>(parts)...);
    if (std::find(out_.missing.begin(), out_.missing.end(), line) == out_.missing.end())
      out_.missing.push_back(std::move(line));
  }
  void assume(const std::string& code) {
    auto& all = out_.deployment.assumptions;
    if (std::find(all.begin(), all.end(), code) == all.end()) all.push_back(code);
  }

  const TopologyIndex& index_;
  std::size_t number_;
  const TopologyNetwork& network_;
  std::vector<const PlacedSubnet*> subnets_;   ///< by index into Deployment::subnets
  std::vector<const TopologyNic*> nics_;       ///< by index into Deployment::roles, before they are settled
  std::map<std::size_t, Reason> open_routes_;  ///< by subnet: why its routes are not all known
  /// Of the inputs, as they filter with such routes, to the deployment's.
  std::map<std::pair<std::size_t, std::optional<Reason>>, std::size_t> used_nsgs_;
  std::set<std::string> open_asgs_;
  NetworkDeployment out_;
};

}  // namespace

bool refuses_nsg(std::string_view subnet_name) {
  constexpr std::array<std::string_view, 4> kNames{"GatewaySubnet", "AzureFirewallSubnet",
                                                   "AzureFirewallManagementSubnet", "RouteServerSubnet"};
  return std::any_of(kNames.begin(), kNames.end(),
                     [&](std::string_view name) { return net::same_word(name, subnet_name); });
}

std::vector<NetworkDeployment> deployments_of(const Topology& topology, const std::vector<const Nsg*>& nsgs) {
  std::vector<NetworkDeployment> out;
  const TopologyIndex index{topology, nsgs};
  for (std::size_t i = 0; i < index.networks().size(); ++i)
    if (!index.subnets_of(i).empty()) out.push_back(NetworkBuilder{index, i}.take());
  return out;
}

std::vector<std::string> unplaced_interfaces(const Topology& topology) {
  std::vector<std::string> out;
  const std::vector<const Nsg*> none;
  const TopologyIndex index{topology, none};
  for (const TopologyNic* nic : index.unplaced_nics()) {
    const std::string subnet = nic->configurations.empty() ? std::string{} : nic->configurations.front().subnet;
    out.push_back(fmt::format("{} (subnet {})", nic->handle.name, subnet.empty() ? "not named" : last_segment(subnet)));
  }
  return out;
}

}  // namespace nsgcheck::model
