// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/topology_deployment.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "analyzer/net/text.hpp"

namespace nsgcheck::model {
namespace {

// The host's own address, which belongs to every VirtualNetwork (semantics 2).
constexpr net::Ipv4 kHost{0xA83F8110};

std::string_view last_segment(std::string_view name) { return name.substr(name.rfind('/') + 1); }

template <class T>
const T* find_meant(const std::vector<T>& all, std::string_view reference) {
  const auto found = std::find_if(all.begin(), all.end(), [&](const T& one) { return means(reference, one.handle); });
  return found == all.end() ? nullptr : &*found;
}

/// A group of which only the name is known: whatever it may hold.
Nsg unknown_nsg(std::string_view reference) {
  Nsg nsg;
  nsg.name = last_segment(reference);
  const Undetermined missing{Reason::MissingAttachment};
  SecurityRule gap;
  gap.origin = Origin::Gap;
  gap.priority.reason = gap.access.reason = gap.direction.reason = gap.protocol.reason = missing.reason;
  AddressItem address;
  address.value = missing;
  PortItem port;
  port.value = missing;
  gap.sources = gap.destinations = {address};
  gap.source_ports = gap.destination_ports = {port};
  nsg.rules.push_back(std::move(gap));
  return with_defaults(std::move(nsg));
}

/// Builds the deployment of one virtual network.
class NetworkBuilder {
 public:
  NetworkBuilder(const Topology& topology, const TopologyNetwork& network, const std::vector<Nsg>& nsgs)
      : topology_{topology}, network_{network} {
    out_.deployment.name = network.handle.name;
    out_.deployment.nsgs = nsgs;
    for (const TopologySubnet& subnet : network.subnets) add_subnet(subnet);
    for (const TopologySubnet& subnet : topology.subnets)
      if (means(subnet.network, network.handle)) add_subnet(subnet);
    add_address_space();
  }

  [[nodiscard]] bool has_subnets() const { return !subnets_.empty(); }
  [[nodiscard]] NetworkDeployment take() {
    for (const TopologyNic& nic : topology_.nics) reserve_static(nic);
    for (const TopologyNic& nic : topology_.nics) add_nic(nic);
    // An interface that cannot be placed may be a member of any group it names: their members are not all known.
    for (const std::string& asg : open_asgs_) out_.deployment.network.asg_members.erase(asg);
    note_unfiltered();
    std::sort(out_.deployment.assumptions.begin(), out_.deployment.assumptions.end());
    return std::move(out_);
  }

 private:
  void add_subnet(const TopologySubnet& source) {
    Subnet subnet;
    subnet.name = last_segment(source.handle.name);
    subnet.prefixes = source.prefixes;
    const std::string what = fmt::format("subnet {}", source.handle.name);
    if (source.prefixes_unknown) missing("{}: its address prefix is not known before deployment", what);
    ResourceReference nsg = source.nsg;
    for (const TopologyLink& link : topology_.subnet_nsgs)
      if (means(link.resource, source.handle)) nsg = link.linked;
    subnet.nsg = nsg_of(nsg, source.handle, &Nsg::subnets, what);
    ResourceReference table = source.route_table;
    for (const TopologyLink& link : topology_.subnet_routes)
      if (means(link.resource, source.handle)) table = link.linked;
    if (!table.empty()) {
      const TopologyRouteTable* const found = find_meant(topology_.route_tables, table);
      if (found == nullptr) {
        missing("{}: its route table {} is not in the inputs", what, last_segment(table));
      } else {
        subnet.routes = found->routes;
        if (found->routes_unknown) missing("route table {}: a route is not known", found->handle.name);
      }
    }
    subnets_.push_back(&source);
    out_.deployment.subnets.push_back(std::move(subnet));
  }

  /// The group that stands before a resource: the one it names, else the one that says it stands there.
  std::optional<std::size_t> nsg_of(std::string_view reference, const ResourceHandle& handle,
                                    std::vector<std::string> Nsg::*attached, const std::string& what) {
    std::vector<Nsg>& nsgs = out_.deployment.nsgs;
    for (std::size_t i = 0; i < nsgs.size(); ++i) {
      const ResourceHandle own{nsgs[i].name, nsgs[i].id.value_or(""), ""};
      const auto& places = nsgs[i].*attached;
      const bool says_so =
          std::any_of(places.begin(), places.end(), [&](const std::string& place) { return means(place, handle); });
      if (means(reference, own) || (reference.empty() && says_so)) return i;
    }
    if (reference.empty()) return std::nullopt;
    missing("{}: its network security group {} is not in the inputs", what, last_segment(reference));
    nsgs.push_back(unknown_nsg(reference));
    return nsgs.size() - 1;
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
    for (const TopologyPeering& peering : topology_.peerings)
      if (means(peering.from, network_.handle)) peers.push_back(peering.to);
    for (const ResourceReference& reference : peers) {
      const TopologyNetwork* const peer = find_meant(topology_.networks, reference);
      if (peer == nullptr || peer->prefixes_unknown) {
        missing("virtual network {}: the address space of its peer {} is not known", network_.handle.name,
                last_segment(reference));
        continue;
      }
      for (const net::AnyPrefix& prefix : peer->prefixes) space = space | net::AddressSet::of(prefix);
    }
    context.virtual_network = space | net::AddressSet::of(net::IpAddress{kHost});
    context.virtual_network_assumed = false;
  }

  /// The subnet of this network that a configuration lies in.
  [[nodiscard]] std::optional<std::size_t> subnet_of(const TopologyIpConfiguration& configuration) const {
    for (std::size_t i = 0; i < subnets_.size(); ++i)
      if (means(configuration.subnet, subnets_[i]->handle)) return i;
    return std::nullopt;
  }

  void reserve_static(const TopologyNic& nic) {
    for (const TopologyIpConfiguration& configuration : nic.configurations)
      if (configuration.address && subnet_of(configuration)) taken_.insert(*configuration.address);
  }

  void add_nic(const TopologyNic& nic) {
    std::optional<std::size_t> subnet;
    Instance instance;
    instance.name = nic.handle.name;
    instance.span = nic.span;
    for (const TopologyIpConfiguration& configuration : nic.configurations) {
      const auto here = subnet_of(configuration);
      if (!here) continue;
      subnet = here;
      if (const auto address = address_of(configuration, *here)) instance.addresses.push_back(*address);
    }
    if (!subnet) return;
    const std::string what = fmt::format("network interface {}", nic.handle.name);
    if (instance.addresses.empty()) {
      out_.not_placed.push_back(what);
      note_asgs(nic, {});
      return;
    }
    ResourceReference nsg = nic.nsg;
    for (const TopologyLink& link : topology_.nic_nsgs)
      if (means(link.resource, nic.handle)) nsg = link.linked;
    instance.nsg = nsg_of(nsg, nic.handle, &Nsg::nics, what);
    if (nic.may_be_absent) missing("{}: whether it is deployed is not known", what);
    if (nic.scale_set) assume("scale-set-one-instance");
    note_asgs(nic, instance.addresses);
    for (PublicWay& way : public_ways(topology_, nic)) {
      // A Standard public address lets nothing in where no NSG does (nsg-semantics 3.2).
      way.closed = way.sku == Sku::Standard && !instance.nsg && !out_.deployment.subnets[*subnet].nsg;
      out_.ways.push_back({instance.name, std::move(way)});
    }
    Role role;
    role.name = nic.machine.empty() ? nic.handle.name : std::string{last_segment(nic.machine)};
    role.subnet = subnet;
    role.instances.push_back(std::move(instance));
    out_.deployment.roles.push_back(std::move(role));
  }

  /// Static, else the first free one: Azure keeps the first four of a subnet and the last, and gives out the rest in
  /// order.
  std::optional<net::IpAddress> address_of(const TopologyIpConfiguration& configuration, std::size_t subnet) {
    if (configuration.address) return configuration.address;
    constexpr std::uint32_t kKept = 4;
    for (const net::AnyPrefix& prefix : out_.deployment.subnets[subnet].prefixes) {
      const auto* v4 = std::get_if<net::Prefix4>(&prefix);
      if (v4 == nullptr) continue;
      for (std::uint64_t bits = std::uint64_t{v4->low()} + kKept; bits < v4->high(); ++bits) {
        const net::IpAddress address = net::Ipv4{static_cast<std::uint32_t>(bits)};
        if (!taken_.insert(address).second) continue;
        assume("dynamic-address");
        return address;
      }
    }
    return std::nullopt;
  }

  void note_asgs(const TopologyNic& nic, const std::vector<net::IpAddress>& addresses) {
    std::vector<ResourceReference> asgs;
    for (const TopologyIpConfiguration& configuration : nic.configurations)
      asgs.insert(asgs.end(), configuration.asgs.begin(), configuration.asgs.end());
    for (const TopologyLink& link : topology_.nic_asgs)
      if (means(link.resource, nic.handle)) asgs.push_back(link.linked);
    for (const ResourceReference& asg : asgs) {
      const std::string name = net::lower(last_segment(asg));
      if (addresses.empty() || nic.may_be_absent || nic.scale_set) open_asgs_.insert(name);
      net::AddressSet& members = out_.deployment.network.asg_members[name];
      for (const net::IpAddress& address : addresses) members = members | net::AddressSet::of(address);
      assume("asg-members-of-inputs");
    }
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

  const Topology& topology_;
  const TopologyNetwork& network_;
  std::vector<const TopologySubnet*> subnets_;  ///< by index into Deployment::subnets
  std::set<net::IpAddress> taken_;
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

std::vector<NetworkDeployment> deployments_of(const Topology& topology, const std::vector<Nsg>& nsgs) {
  std::vector<NetworkDeployment> out;
  for (const TopologyNetwork& network : topology.networks) {
    NetworkBuilder builder{topology, network, nsgs};
    if (builder.has_subnets()) out.push_back(builder.take());
  }
  return out;
}

}  // namespace nsgcheck::model
