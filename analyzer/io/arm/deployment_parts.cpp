// SPDX-License-Identifier: Apache-2.0
#include "analyzer/io/arm/deployment_parts.hpp"

#include <algorithm>

#include "analyzer/net/text.hpp"

namespace nsgcheck::io::arm {
namespace {

// Values that are not known leave the list short: what is missing is an assumption of the deployment.
void add_prefixes(const Node* node, std::vector<net::AnyPrefix>& out) {
  if (node == nullptr) return;
  const auto add = [&](const Node& text) {
    const auto parsed = text.is(Node::Kind::String) ? net::parse_prefix(text.text) : std::nullopt;
    if (parsed) out.push_back(parsed->prefix);
  };
  add(*node);
  for (const Node& item : node->items) add(item);
}

class PartsCollector {
 public:
  void add(const Resource& resource) {
    if (resource.kind == ResourceKind::CloudService) parts.cloud_services.push_back(resource.node);
    const Node* properties = resource.node.find("properties");
    if (resource.kind == ResourceKind::Network)
      network(resource.name, properties);
    else if (resource.kind == ResourceKind::Subnet)
      lone_subnet(resource.name, properties);
  }

  TemplateParts parts;

 private:
  NetworkPart& network_called(const std::string& name) {
    const auto found = std::find_if(parts.networks.begin(), parts.networks.end(),
                                    [&](const NetworkPart& one) { return net::same_word(one.name, name); });
    if (found != parts.networks.end()) return *found;
    parts.networks.emplace_back();
    parts.networks.back().name = name;
    return parts.networks.back();
  }

  void network(const std::string& name, const Node* properties) {
    NetworkPart& out = network_called(name);
    if (properties == nullptr) return;
    add_prefixes(properties->at({"addressSpace", "addressPrefixes"}), out.prefixes);
    const Node* peers = properties->find("virtualNetworkPeerings");
    out.has_peers = peers != nullptr && !peers->items.empty();
    const Node* subnets = properties->find("subnets");
    if (subnets == nullptr) return;
    for (const Node& each : subnets->items)
      if (const Node* own = each.find("name")) subnet(out, own->text, each.find("properties"));
  }

  // "network/subnet"
  void lone_subnet(const std::string& name, const Node* properties) {
    const std::size_t slash = last_slash(name);
    if (slash != std::string::npos) subnet(network_called(name.substr(0, slash)), name.substr(slash + 1), properties);
  }

  static void subnet(NetworkPart& network, const std::string& name, const Node* properties) {
    const bool known = std::any_of(network.subnets.begin(), network.subnets.end(),
                                   [&](const model::Subnet& one) { return net::same_word(one.name, name); });
    if (known) return;
    model::Subnet out;
    out.name = name;
    if (properties != nullptr) {
      add_prefixes(properties->find("addressPrefix"), out.prefixes);
      add_prefixes(properties->find("addressPrefixes"), out.prefixes);
      const Node* table = properties->find("routeTable");
      if (table != nullptr && !table->is(Node::Kind::Null)) network.has_route_tables = true;
    }
    network.subnets.push_back(std::move(out));
  }
};

}  // namespace

TemplateParts deployment_parts(const std::vector<Resource>& resources) {
  PartsCollector collector;
  for (const Resource& resource : resources) collector.add(resource);
  return std::move(collector.parts);
}

}  // namespace nsgcheck::io::arm
