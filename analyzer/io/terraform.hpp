// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "analyzer/io/collector.hpp"

namespace nsgcheck::io {

/// The resource type of a rule that stands alone.
inline constexpr std::string_view kTerraformRule = "azurerm_network_security_rule";
inline constexpr std::string_view kTerraformGroup = "azurerm_network_security_group";

/// One instance of a resource as a plan or state shows it.
struct TerraformResource {
  std::string address;  ///< "module.a.azurerm_network_security_group.web[0]"
  std::string type;     ///< "azurerm_network_security_group"
  /// The attributes; what is known only after apply is a node of kind Unknown.
  Node values;
  /// `expressions` of the resource in the plan's configuration; null in states.
  const Node* expressions{};
  const Node* configuration{};  ///< of the plan; null in states
  bool deleted{};               ///< the plan removes it; `values` are those before
  bool deferred{};              ///< the plan puts it off: it may come to be as `values` say, or not
  bool found{};                 ///< the plan only reads it: it counts where something else refers to it
};

/// An attribute that is a text, known and not empty; else null, or "".
[[nodiscard]] const Node* known_member(const TerraformResource& resource, std::string_view name);
[[nodiscard]] std::string known_text(const TerraformResource& resource, std::string_view name);

/// Where an instance of a resource stands in a document: the attributes of all of a large plan are not kept at once.
struct TerraformEntry {
  std::string address, type;  ///< as in TerraformResource, and so below
  Node values;
  Node unknown{};            ///< what of the values is known only after apply; Null when all is known
  const Node* configured{};  ///< the resource in the plan's configuration; null in states
  const Node* configuration{};
  bool deleted{};
  bool deferred{};
  bool found{};

  /// REQUIRES: what these give is not used after fold().
  [[nodiscard]] TerraformResource read() const;
  /// The same without the expressions, which entries share: several threads may read one entry each.
  [[nodiscard]] TerraformResource read_values() const;
  [[nodiscard]] const Node* expressions() const;
  /// Folds what read() has looked at.
  void fold() const;
};

/// Puts groups, rules that stand alone and associations together. Rules are attached to their group by name, or by what
/// the configuration refers to when the name is known only after apply.
void link_terraform(const std::vector<TerraformEntry>& resources, Collector& collector);

/// True for a resource that deploys an ARM template.
[[nodiscard]] bool is_template_deployment(const TerraformResource& resource);
/// Reads the template that it holds, which stands in one text of the document: all that is in it has that text's place.
void add_template_deployment(const TerraformResource& resource, Collector& collector);

/// `after` with an Unknown node wherever `unknown` says that the value is known only after apply.
[[nodiscard]] Node with_unknown(const Node& after, const Node& unknown);

/// An address without instance keys: "a.b[0].c[\"x\"]" gives "a.b.c".
[[nodiscard]] std::string without_keys(std::string_view address);

/// The resources of a plan's configuration.
class ConfiguredResources {
 public:
  explicit ConfiguredResources(const Node& configuration) : configuration_{configuration} {}
  /// By its address without instance keys, or null.
  [[nodiscard]] const Node* find(std::string_view address);

 private:
  const Node& configuration_;
  /// By module ("" or "module.a."), then by the address in it.
  std::unordered_map<std::string, std::unordered_map<std::string, const Node*>> by_module_;
};

/// The resources' attributes that a reference in `module` ("" or "module.a.") leads to, as addresses without keys: what
/// is handed in as a variable is looked up where the module is called, what a module puts out is looked up in it.
[[nodiscard]] std::vector<std::string> reference_targets(const Node& configuration, const std::string& module,
                                                         std::string_view reference);

}  // namespace nsgcheck::io
