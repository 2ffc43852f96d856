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

/// A subnet and the network it is of.
struct PlacedSubnet {
  ResourceHandle handle;
  SourceSpan span;
  const TopologySubnet* subnet{};
  const TopologyNetwork* network{};
};

std::vector<PlacedSubnet> placed_subnets(const Topology& topology) {
  std::vector<PlacedSubnet> out;
  for (const TopologyNetwork& network : topology.networks)
    for (const TopologySubnet& subnet : network.subnets)
      out.push_back({subnet.handle, network.span, &subnet, &network});
  for (const TopologySubnet& subnet : topology.subnets)
    if (const auto* const network = find_meant(topology.networks, subnet.network, subnet.span.document))
      out.push_back({subnet.handle, subnet.span, &subnet, network});
  return out;
}

/// What a resource of its own says about another of the same input.
ResourceReference linked_to(const std::vector<TopologyLink>& links, const ResourceHandle& handle, SourceSpan span,
                            ResourceReference otherwise) {
  for (const TopologyLink& link : links)
    if (link.span.document == span.document && means(link.resource, handle)) otherwise = link.linked;
  return otherwise;
}

/// An NSG as find_meant() looks for it.
struct NamedNsg {
  ResourceHandle handle;
  SourceSpan span;
};

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
  NetworkBuilder(const Topology& topology, const std::vector<PlacedSubnet>& subnets, const TopologyNetwork& network,
                 const std::vector<Nsg>& nsgs)
      : topology_{topology}, all_subnets_{subnets}, network_{network} {
    out_.deployment.name = network.handle.name;
    out_.deployment.nsgs = nsgs;
    for (const Nsg& nsg : nsgs) named_nsgs_.push_back({{nsg.name, nsg.id.value_or(""), ""}, nsg.span});
    for (const PlacedSubnet& subnet : subnets)
      if (subnet.network == &network) add_subnet(subnet);
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
  void add_subnet(const PlacedSubnet& placed) {
    const TopologySubnet& source = *placed.subnet;
    Subnet subnet;
    subnet.name = last_segment(source.handle.name);
    subnet.prefixes = source.prefixes;
    const std::string what = fmt::format("subnet {}", source.handle.name);
    if (source.prefixes_unknown) missing("{}: its address prefix is not known before deployment", what);
    const ResourceReference nsg = linked_to(topology_.subnet_nsgs, source.handle, placed.span, source.nsg);
    subnet.nsg = nsg_of(nsg, source.handle, placed.span, &Nsg::subnets, what);
    const ResourceReference table = linked_to(topology_.subnet_routes, source.handle, placed.span, source.route_table);
    if (!table.empty()) {
      const auto* const found = find_meant(topology_.route_tables, table, placed.span.document);
      if (found == nullptr) {
        missing("{}: its route table {} is not in the inputs", what, last_segment(table));
      } else {
        subnet.routes = found->routes;
        if (found->routes_unknown) missing("route table {}: a route is not known", found->handle.name);
      }
    }
    subnets_.push_back(&placed);
    out_.deployment.subnets.push_back(std::move(subnet));
  }

  /// The group that stands before a resource: the one it names, else the one that says it stands there.
  std::optional<std::size_t> nsg_of(std::string_view reference, const ResourceHandle& handle, SourceSpan span,
                                    std::vector<std::string> Nsg::*attached, const std::string& what) {
    std::vector<Nsg>& nsgs = out_.deployment.nsgs;
    if (const auto* const found = find_meant(named_nsgs_, reference, span.document))
      return static_cast<std::size_t>(found - named_nsgs_.data());
    // A name that is known at deployment only may be spelled in two ways; the reader of the input has joined them.
    const auto found = nsg_attached(handle, span, attached);
    if (found || reference.empty()) return found;
    missing("{}: its network security group {} is not in the inputs", what, last_segment(reference));
    nsgs.push_back(unknown_nsg(reference));
    return nsgs.size() - 1;
  }

  /// Of the same input before those of others, as unrelated files use the same names.
  [[nodiscard]] std::optional<std::size_t> nsg_attached(const ResourceHandle& handle, SourceSpan span,
                                                        std::vector<std::string> Nsg::*attached) const {
    std::optional<std::size_t> elsewhere;
    const std::vector<Nsg>& nsgs = out_.deployment.nsgs;
    for (std::size_t i = 0; i < named_nsgs_.size(); ++i) {
      const auto& places = nsgs[i].*attached;
      if (std::none_of(places.begin(), places.end(), [&](const std::string& place) { return means(place, handle); }))
        continue;
      if (nsgs[i].span.document == span.document) return i;
      if (!elsewhere && !has_own(nsgs[i].span.document, handle)) elsewhere = i;
    }
    return elsewhere;
  }

  /// Whether an input has a subnet or an interface of that name itself.
  [[nodiscard]] bool has_own(std::uint32_t document, const ResourceHandle& handle) const {
    const auto own = [&](const auto& one) {
      return one.span.document == document && net::same_word(one.handle.name, handle.name);
    };
    return std::any_of(all_subnets_.begin(), all_subnets_.end(), own) ||
           std::any_of(topology_.nics.begin(), topology_.nics.end(), own);
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
      if (find_meant(topology_.networks, peering.from, peering.span.document) == &network_) peers.push_back(peering.to);
    for (const ResourceReference& reference : peers) {
      const TopologyNetwork* const peer = find_meant(topology_.networks, reference, network_.span.document);
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
  [[nodiscard]] std::optional<std::size_t> subnet_of(const TopologyIpConfiguration& configuration,
                                                     const TopologyNic& nic) const {
    const auto* const found = find_meant(all_subnets_, configuration.subnet, nic.span.document);
    for (std::size_t i = 0; i < subnets_.size(); ++i)
      if (subnets_[i] == found) return i;
    return std::nullopt;
  }

  void reserve_static(const TopologyNic& nic) {
    for (const TopologyIpConfiguration& configuration : nic.configurations)
      if (configuration.address && subnet_of(configuration, nic)) taken_.insert(*configuration.address);
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
      if (const auto address = address_of(configuration, *here)) instance.addresses.push_back(*address);
    }
    if (!subnet) return;
    const std::string what = fmt::format("network interface {}", nic.handle.name);
    if (instance.addresses.empty()) {
      out_.not_placed.push_back(what);
      note_asgs(nic, {});
      return;
    }
    const ResourceReference nsg = linked_to(topology_.nic_nsgs, nic.handle, nic.span, nic.nsg);
    instance.nsg = nsg_of(nsg, nic.handle, nic.span, &Nsg::nics, what);
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
      if (link.span.document == nic.span.document && means(link.resource, nic.handle)) asgs.push_back(link.linked);
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
  const std::vector<PlacedSubnet>& all_subnets_;
  const TopologyNetwork& network_;
  std::vector<NamedNsg> named_nsgs_;          ///< those of the inputs, by their index
  std::vector<const PlacedSubnet*> subnets_;  ///< by index into Deployment::subnets
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
  const std::vector<PlacedSubnet> subnets = placed_subnets(topology);
  for (const TopologyNetwork& network : topology.networks) {
    NetworkBuilder builder{topology, subnets, network, nsgs};
    if (builder.has_subnets()) out.push_back(builder.take());
  }
  return out;
}

std::vector<std::string> unplaced_interfaces(const Topology& topology) {
  std::vector<std::string> out;
  const std::vector<PlacedSubnet> subnets = placed_subnets(topology);
  for (const TopologyNic& nic : topology.nics) {
    const auto placed = [&](const TopologyIpConfiguration& one) {
      return find_meant(subnets, one.subnet, nic.span.document) != nullptr;
    };
    if (std::any_of(nic.configurations.begin(), nic.configurations.end(), placed)) continue;
    const std::string subnet = nic.configurations.empty() ? std::string{} : nic.configurations.front().subnet;
    out.push_back(fmt::format("{} (subnet {})", nic.handle.name, subnet.empty() ? "not named" : last_segment(subnet)));
  }
  return out;
}

}  // namespace nsgcheck::model
