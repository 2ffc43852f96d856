// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/io/arm/scope.hpp"
#include "analyzer/io/arm/target.hpp"

namespace nsgcheck::io::arm {

/// The resource types that say something about network security groups, or the network around them. NetworkPart: public
/// addresses, load balancers, route tables, peerings. Machine: a virtual machine, which may be made with its
/// interfaces.
enum class ResourceKind : std::uint8_t {
  Nsg,
  Rule,
  Network,
  Subnet,
  Nic,
  ScaleSet,
  CloudService,
  NetworkPart,
  Machine,
  Deployment,
  TemplateSpec,
  AdminRule,
  Other
};

/// The kind of a full type name, in any case.
[[nodiscard]] ResourceKind kind_of(std::string_view type);

/// One resource as a deployment of the template would make it.
struct Resource {
  ResourceKind kind{ResourceKind::Other};
  std::string type;        ///< full, as written: "Microsoft.Network/networkSecurityGroups/securityRules"
  std::string name;        ///< full ("nsg/rule"), see Evaluator::name_of()
  Node node;               ///< an object with `name` as written or evaluated, and the evaluated `properties` and `sku`
  bool rules_from_loop{};  ///< an NSG whose `securityRules` a property loop makes
  bool may_be_absent{};    ///< its condition, or that of its deployment, is not known
  std::string iteration;   ///< the innermost pass of a resource loop that made it, e.g. "nsgs[2]"
  std::string count_unknown;  ///< not empty: it stands for an unknown number of resources, for this reason
  /// What is not known and decides whether it is there, as written: conditions, and the numbers of passes of loops.
  std::vector<std::string> conditions;
  std::size_t deployment{};  ///< which template it belongs to; 0 is the outermost
  Target target;             ///< where it is deployed to
  SourceSpan span;           ///< of its literal
};

/// Something that is no resource at all.
struct ResourceFault {
  SourceSpan span;
  std::string message;
};

/// All resources of a template, those of nested deployments included, in the order of the text.
struct Expansion {
  std::vector<Resource> resources;            ///< without those of kind Other and Deployment
  std::map<std::string, std::size_t> others;  ///< how many literals of which type that attaches no groups
  std::vector<ResourceFault> faults;
};

/// Expands `template_root`, whose names are `scope`. What was left out is noted in the scope's session. `file`: the
/// name of the template's file, beside which the files that it links to are looked for.
[[nodiscard]] Expansion expand_resources(const Node& template_root, Scope& scope, const std::string& file);

/// Where "nsg/rule" is cut: the last slash outside braces; npos when there is none.
[[nodiscard]] std::size_t last_slash(std::string_view name);

/// A parameters object, `{"name": {"value": ...}}`; values from a Key Vault are unknown.
[[nodiscard]] GivenParameters given_parameters(const Node& parameters);

}  // namespace nsgcheck::io::arm
