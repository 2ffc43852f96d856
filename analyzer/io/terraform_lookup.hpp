// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "analyzer/io/terraform.hpp"
#include "analyzer/model/topology.hpp"

namespace nsgcheck::io {

/// What attributes of Terraform resources refer to: by their value, or where only the plan's configuration tells, by
/// the address of the resource that it names. Resources must outlive it.
class TerraformLookup {
 public:
  explicit TerraformLookup(const std::vector<TerraformEntry>& resources);

  /// The value of an attribute where it is known, else the address of the resource that the configuration refers to; ""
  /// when it names none. `values`, `expressions`: of the resource, or of a block in it.
  [[nodiscard]] model::ResourceReference one(const TerraformResource& resource, const Node& values,
                                             const Node* expressions, std::string_view attribute) const;
  /// The values of a list of ids, those that are known; else what the configuration refers to.
  [[nodiscard]] std::vector<model::ResourceReference> all(const TerraformResource& resource, const Node& values,
                                                          const Node* expressions, std::string_view attribute) const;
  /// What goes by its name, where that is known; the parts of a balancer behind the balancer's.
  [[nodiscard]] model::ResourceReference name_of(const model::ResourceReference& address) const;
  [[nodiscard]] std::string balancer_of(const TerraformResource& part) const;

 private:
  /// The address that the references of an expression lead to. An instance that is not named is the one with the key of
  /// the resource that refers to it, or the only one.
  [[nodiscard]] model::ResourceReference resolved(const TerraformResource& resource, const Node& references) const;

  std::unordered_map<std::string, const TerraformEntry*> by_address_;
  std::unordered_map<std::string, std::vector<const TerraformEntry*>> by_target_;  ///< addresses without keys
};

}  // namespace nsgcheck::io
