// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "analyzer/io/terraform_lookup.hpp"
#include "analyzer/io/topology_fields.hpp"
#include "analyzer/io/topology_reader.hpp"
#include "analyzer/net/text.hpp"

namespace nsgcheck::io {
namespace {

using model::ResourceHandle;
using model::ResourceReference;

/// Rules and groups, of which there are many, have nothing to say here.
bool says_of_networks(std::string_view type) {
  return type != kTerraformRule && type != "azurerm_network_security_group";
}

class TerraformTopology {
 public:
  TerraformTopology(const std::vector<TerraformEntry>& resources, model::Topology& topology)
      : lookup_{resources}, topology_{topology} {}

  void add(const TerraformResource& resource) {
    const Node& values = resource.values;
    const std::string_view type = resource.type;
    if (type == "azurerm_virtual_network") {
      add_network(resource);
    } else if (type == "azurerm_subnet") {
      topology_.subnets.push_back(subnet_of(handle_of(resource), values));
      topology_.subnets.back().network = network_of(resource);
    } else if (type == "azurerm_network_interface") {
      add_nic(resource);
    } else if (type == "azurerm_public_ip") {
      topology_.public_addresses.push_back(
          {handle_of(resource), sku_of(values), values.span, number_in(values.find("idle_timeout_in_minutes"))});
    } else if (type == "azurerm_lb") {
      add_balancer(resource);
    } else if (type == "azurerm_lb_rule" || type == "azurerm_lb_nat_rule") {
      add_balancer_rule(resource);
    } else if (type == "azurerm_lb_probe") {
      probes_.emplace_back(lookup_.balancer_of(resource),
                           model::TopologyProbe{property_text(values, "name"), port_in(values.find("port"))});
    } else if (type.ends_with("virtual_machine_scale_set")) {
      add_scale_set(resource);
    } else if (type == "azurerm_network_interface_backend_address_pool_association") {
      link(resource, "network_interface_id", "backend_address_pool_id", topology_.nic_pools);
    } else if (type == "azurerm_network_interface_nat_rule_association") {
      link(resource, "network_interface_id", "nat_rule_id", topology_.nic_nat_rules);
    } else if (type == "azurerm_route_table") {
      add_route_table(resource);
    } else if (type == "azurerm_route") {
      add_route(resource);
    } else if (type == "azurerm_virtual_network_peering") {
      topology_.peerings.push_back({network_of(resource),
                                    lookup_.one(resource, values, resource.expressions, "remote_virtual_network_id"),
                                    values.span});
    } else if (type == "azurerm_subnet_network_security_group_association") {
      link(resource, "subnet_id", "network_security_group_id", topology_.subnet_nsgs);
      if (is_open(resource, "subnet_id")) open_subnet_nsg_ = topology_.subnet_nsgs.back();
    } else if (type == "azurerm_network_interface_security_group_association") {
      link(resource, "network_interface_id", "network_security_group_id", topology_.nic_nsgs);
      if (is_open(resource, "network_interface_id")) open_nic_nsg_ = topology_.nic_nsgs.back();
    } else if (type == "azurerm_subnet_route_table_association") {
      link(resource, "subnet_id", "route_table_id", topology_.subnet_routes);
    } else if (type == "azurerm_network_interface_application_security_group_association") {
      link(resource, "network_interface_id", "application_security_group_id", topology_.nic_asgs);
    }
  }

  /// Rules stand by themselves, before or behind their balancer.
  void finish() {
    if (open_subnet_nsg_) may_stand_before(topology_.subnets, *open_subnet_nsg_, topology_.subnet_nsgs);
    if (open_nic_nsg_) may_stand_before(topology_.nics, *open_nic_nsg_, topology_.nic_nsgs);
    for (BalancerRule& rule : balancer_rules_)
      for (model::TopologyBalancer& balancer : topology_.balancers)
        if (model::means(rule.balancer, balancer.handle))
          (rule.nat ? balancer.nat_rules : balancer.rules).push_back(std::move(rule.rule));
    for (const auto& [reference, probe] : probes_)
      for (model::TopologyBalancer& balancer : topology_.balancers)
        if (model::means(reference, balancer.handle)) balancer.probes.push_back(probe);
    for (const auto& [reference, table] : routes_)
      for (model::TopologyRouteTable& one : topology_.route_tables) {
        if (!model::means(reference, one.handle)) continue;
        one.routes.insert(one.routes.end(), table.routes.begin(), table.routes.end());
        one.routes_unknown = one.routes_unknown || table.routes_unknown;
      }
  }

 private:
  static ResourceHandle handle_of(const TerraformResource& resource) {
    ResourceHandle handle;
    handle.id = property_text(resource.values, "id");
    handle.name = property_text(resource.values, "name");
    if (resource.type == "azurerm_subnet") {
      const std::string network = property_text(resource.values, "virtual_network_name");
      if (!network.empty() && !handle.name.empty()) handle.name = network + '/' + handle.name;
    }
    if (handle.name.empty()) handle.name = resource.address;
    handle.address = resource.address;
    handle.group = known_text(resource, "resource_group_name");
    return handle;
  }

  /// A reference to what an attribute names, in the resource's own group.
  [[nodiscard]] ResourceReference in_group(const TerraformResource& resource, std::string_view attribute,
                                           std::string_view type) const {
    const std::string name = known_text(resource, attribute);
    if (name.empty()) return lookup_.one(resource, resource.values, resource.expressions, attribute);
    return model::network_reference(handle_of(resource), type, name);
  }
  [[nodiscard]] ResourceReference network_of(const TerraformResource& resource) const {
    return in_group(resource, "virtual_network_name", "virtualNetworks");
  }

  /// Whether nothing says what an attribute will refer to.
  static bool is_open(const TerraformResource& resource, std::string_view attribute) {
    const Node* const value = resource.values.find(attribute);
    if (value == nullptr || !value->is(Node::Kind::Unknown)) return false;
    const Node* const expression = resource.expressions == nullptr ? nullptr : resource.expressions->find(attribute);
    const Node* const list = expression == nullptr ? nullptr : expression->find("references");
    return list == nullptr || list->items().empty();
  }

  /// An NSG of which nobody knows before what it will stand may stand before each that has none of its own.
  template <class Resource>
  static void may_stand_before(const std::vector<Resource>& all, const model::TopologyLink& open,
                               std::vector<model::TopologyLink>& links) {
    for (const Resource& one : all) {
      if (one.handle.address.empty() || std::any_of(links.begin(), links.end(), [&](const model::TopologyLink& link) {
            return model::means(link.resource, one.handle);
          }))
        continue;
      links.push_back({one.handle.address, open.resource, open.span});
    }
  }

  void link(const TerraformResource& resource, std::string_view from, std::string_view to,
            std::vector<model::TopologyLink>& links) {
    model::TopologyLink link{lookup_.one(resource, resource.values, resource.expressions, from),
                             lookup_.one(resource, resource.values, resource.expressions, to), resource.values.span};
    link.linked = lookup_.name_of(link.linked);
    links.push_back(std::move(link));
  }

  void add_balancer(const TerraformResource& resource) {
    model::TopologyBalancer balancer;
    balancer.handle = handle_of(resource);
    balancer.sku = sku_of(resource.values);
    balancer.span = resource.values.span;
    for_each_item(resource.values.find("frontend_ip_configuration"), [&](const Node& each) {
      const Node* address = each.find("public_ip_address_id");
      balancer.is_public = balancer.is_public || (address != nullptr && !address->is(Node::Kind::Null));
    });
    topology_.balancers.push_back(std::move(balancer));
  }

  void add_balancer_rule(const TerraformResource& resource) {
    model::TopologyBalancerRule rule;
    rule.name = property_text(resource.values, "name");
    rule.protocol = property_text(resource.values, "protocol");
    rule.frontend_port = port_in(resource.values.find("frontend_port"));
    rule.backend_port = port_in(resource.values.find("backend_port"));
    rule.probe = lookup_.name_of(lookup_.one(resource, resource.values, resource.expressions, "probe_id"));
    const std::string balancer = lookup_.balancer_of(resource);
    const bool nat = resource.type == "azurerm_lb_nat_rule";
    if (!nat) {
      const Node* pools = resource.values.find("backend_address_pool_ids");
      const bool known = pools != nullptr && pools->is(Node::Kind::Array) && !pools->items().empty() &&
                         pools->items().front().is(Node::Kind::String);
      rule.pool = known ? pools->items().front().text
                        : lookup_.name_of(
                              lookup_.one(resource, resource.values, resource.expressions, "backend_address_pool_ids"));
    }
    balancer_rules_.push_back({balancer, std::move(rule), nat});
  }

  void add_network(const TerraformResource& resource) {
    model::TopologyNetwork network;
    network.handle = handle_of(resource);
    network.span = resource.values.span;
    add_prefixes(resource.values.find("address_space"), network.prefixes, network.prefixes_unknown);
    if (network.prefixes.empty()) network.prefixes_unknown = true;
    for_each_item(resource.values.find("subnet"), [&](const Node& each) {
      ResourceHandle handle;
      handle.name = network.handle.name + '/' + property_text(each, "name");
      handle.id = property_text(each, "id");
      handle.group = network.handle.group;
      network.subnets.push_back(subnet_of(handle, each));
      network.subnets.back().nsg = property_text(each, "security_group");
    });
    topology_.networks.push_back(std::move(network));
  }

  static model::TopologySubnet subnet_of(ResourceHandle handle, const Node& values) {
    model::TopologySubnet subnet;
    subnet.handle = std::move(handle);
    subnet.span = values.span;
    for (const std::string_view key : {"address_prefix", "address_prefixes"})
      if (const Node* node = values.find(key); node != nullptr && node->text != "(known after apply)")
        add_prefixes(node, subnet.prefixes, subnet.prefixes_unknown);
    if (subnet.prefixes.empty()) subnet.prefixes_unknown = true;
    return subnet;
  }

  void add_nic(const TerraformResource& resource) {
    model::TopologyNic nic;
    nic.handle = handle_of(resource);
    nic.span = resource.values.span;
    const Node* blocks = resource.expressions == nullptr ? nullptr : resource.expressions->find("ip_configuration");
    std::size_t index = 0;
    for_each_item(resource.values.find("ip_configuration"), [&](const Node& each) {
      const Node* block = blocks != nullptr && index < blocks->items().size() ? &blocks->items()[index] : nullptr;
      ++index;
      model::TopologyIpConfiguration configuration;
      configuration.subnet = lookup_.one(resource, each, block, "subnet_id");
      configuration.address = net::parse_address(property_text(each, "private_ip_address"));
      configuration.public_address = lookup_.one(resource, each, block, "public_ip_address_id");
      nic.configurations.push_back(std::move(configuration));
    });
    topology_.nics.push_back(std::move(nic));
  }

  /// The interfaces of a scale set, which stand in blocks of their own.
  void add_scale_set(const TerraformResource& resource) {
    const std::string_view blocks = resource.values.find("network_profile") != nullptr
                                        ? "network_profile"  // of the oldest of the four types
                                        : "network_interface";
    std::size_t index = 0;
    for_each_item(resource.values.find(blocks), [&](const Node& each) {
      const Node* expressions = block_at(resource.expressions, blocks, index++);
      model::TopologyNic nic;
      nic.handle = handle_of(resource);
      nic.machine = nic.handle.name;
      nic.handle.name += '/' + property_text(each, "name");
      if (!nic.handle.id.empty()) nic.handle.id += "/networkInterfaces/" + property_text(each, "name");
      nic.handle.address += '.' + std::string{blocks};
      nic.scale_set = true;
      nic.span = each.span;
      nic.nsg = lookup_.name_of(lookup_.one(resource, each, expressions, "network_security_group_id"));
      std::size_t inner = 0;
      for_each_item(each.find("ip_configuration"), [&](const Node& one) {
        nic.configurations.push_back(
            scale_set_configuration(resource, one, block_at(expressions, "ip_configuration", inner++)));
      });
      topology_.nics.push_back(std::move(nic));
    });
  }

  [[nodiscard]] model::TopologyIpConfiguration scale_set_configuration(const TerraformResource& resource,
                                                                       const Node& values,
                                                                       const Node* expressions) const {
    model::TopologyIpConfiguration out;
    out.subnet = lookup_.one(resource, values, expressions, "subnet_id");
    for (const std::string_view key : {"public_ip_address", "public_ip_address_configuration"}) {
      const Node* own = values.find(key);
      out.own_public_address = out.own_public_address || (own != nullptr && !own->items().empty());
    }
    out.pools = lookup_.all(resource, values, expressions, "load_balancer_backend_address_pool_ids");
    out.nat_rules = lookup_.all(resource, values, expressions, "load_balancer_inbound_nat_rules_ids");
    out.asgs = lookup_.all(resource, values, expressions, "application_security_group_ids");
    return out;
  }

  static const Node* block_at(const Node* expressions, std::string_view name, std::size_t index) {
    const Node* blocks = expressions == nullptr ? nullptr : expressions->find(name);
    return blocks != nullptr && index < blocks->items().size() ? &blocks->items()[index] : nullptr;
  }

  static void add_route(const Node& values, model::TopologyRouteTable& table) {
    std::vector<net::AnyPrefix> prefixes;
    add_prefixes(values.find("address_prefix"), prefixes, table.routes_unknown);
    for (const net::AnyPrefix& prefix : prefixes)
      table.routes.push_back({prefix, property_text(values, "next_hop_type")});
  }

  /// A route that stands alone.
  void add_route(const TerraformResource& resource) {
    model::TopologyRouteTable table;
    add_route(resource.values, table);
    routes_.emplace_back(in_group(resource, "route_table_name", "routeTables"), std::move(table));
  }

  void add_route_table(const TerraformResource& resource) {
    model::TopologyRouteTable table;
    table.handle = handle_of(resource);
    table.span = resource.values.span;
    for_each_item(resource.values.find("route"), [&](const Node& each) { add_route(each, table); });
    topology_.route_tables.push_back(std::move(table));
  }

  struct BalancerRule {
    std::string balancer;
    model::TopologyBalancerRule rule;
    bool nat{};
  };

  TerraformLookup lookup_;
  model::Topology& topology_;
  std::vector<BalancerRule> balancer_rules_;
  std::optional<model::TopologyLink> open_subnet_nsg_, open_nic_nsg_;
  std::vector<std::pair<ResourceReference, model::TopologyProbe>> probes_;       // of a balancer
  std::vector<std::pair<ResourceReference, model::TopologyRouteTable>> routes_;  // of a table
};

}  // namespace

void read_terraform_topology(const std::vector<TerraformEntry>& resources, model::Topology& topology) {
  TerraformTopology reader{resources, topology};
  for (const TerraformEntry& entry : resources) {
    if (entry.deleted || entry.deferred || !says_of_networks(entry.type)) continue;
    reader.add(entry.read());
    entry.fold();
  }
  reader.finish();
}

}  // namespace nsgcheck::io
