// SPDX-License-Identifier: Apache-2.0
#include "analyzer/io/arm/resources.hpp"

#include <array>

#include "analyzer/io/arm/expander.hpp"
#include "analyzer/net/text.hpp"

namespace nsgcheck::io::arm {

ResourceKind kind_of(std::string_view type) {
  struct Entry {
    std::string_view type;
    ResourceKind kind;
  };
  static constexpr std::array<Entry, 15> kKinds{{
      {"Microsoft.Network/networkSecurityGroups", ResourceKind::Nsg},
      {"Microsoft.Network/networkSecurityGroups/securityRules", ResourceKind::Rule},
      {"Microsoft.Network/virtualNetworks", ResourceKind::Network},
      {"Microsoft.Network/virtualNetworks/subnets", ResourceKind::Subnet},
      {"Microsoft.Network/networkInterfaces", ResourceKind::Nic},
      {"Microsoft.Compute/virtualMachineScaleSets", ResourceKind::ScaleSet},
      {"Microsoft.Compute/cloudServices", ResourceKind::CloudService},
      {"Microsoft.Network/virtualNetworks/virtualNetworkPeerings", ResourceKind::NetworkPart},
      {"Microsoft.Network/publicIPAddresses", ResourceKind::NetworkPart},
      {"Microsoft.Network/loadBalancers", ResourceKind::NetworkPart},
      {"Microsoft.Network/routeTables", ResourceKind::NetworkPart},
      {"Microsoft.Compute/virtualMachines", ResourceKind::Machine},
      {"Microsoft.Resources/deployments", ResourceKind::Deployment},
      {"Microsoft.Resources/templateSpecs/versions", ResourceKind::TemplateSpec},
      {"Microsoft.Network/networkManagers/securityAdminConfigurations/ruleCollections/rules", ResourceKind::AdminRule},
  }};
  for (const Entry& entry : kKinds)
    if (net::same_word(entry.type, type)) return entry.kind;
  return ResourceKind::Other;
}

std::size_t last_slash(std::string_view name) {
  int depth = 0;
  for (std::size_t i = name.size(); i > 0; --i) {
    const char c = name[i - 1];
    if (c == '}') ++depth;
    if (c == '{') --depth;
    if (c == '/' && depth == 0) return i - 1;
  }
  return std::string_view::npos;
}

GivenParameters given_parameters(const Node& parameters) {
  GivenParameters given;
  if (parameters.is(Node::Kind::Unknown)) given.incomplete = parameters.why;
  for (const auto& [name, entry] : parameters.members()) {
    if (const Node* value = entry.find("value")) {
      given.values.emplace_back(name, *value);
      continue;
    }
    const bool vault = entry.find("reference") != nullptr;
    Node unknown = unknown_node(vault ? "its value is kept in a Key Vault" : "its value is given in an unknown form");
    unknown.span = entry.span;
    if (entry.is(Node::Kind::Unknown)) unknown = entry;
    given.values.emplace_back(name, std::move(unknown));
  }
  return given;
}

Expansion expand_resources(const Node& template_root, Scope& scope, const std::string& file) {
  return Expander{scope.session()}.run(template_root, scope, file);
}

}  // namespace nsgcheck::io::arm
