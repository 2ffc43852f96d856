// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/io/node.hpp"

namespace nsgcheck::io::arm {

class Scope;

/// A resource as a template writes it, of no nested deployment.
struct StatedResource {
  const Node* literal{};
  std::string key;   ///< its symbolic name, "" without
  std::string type;  ///< full; "" when it is not known
  std::string name;  ///< full, see Evaluator::name_of()
};

/// The resources that a template writes, children inside their parents included: what reference() may mean.
class StatedResources {
 public:
  StatedResources(const Node& template_root, Scope& scope);

  /// The one that is surely meant by a symbolic name, a name, or a resource id in the deployment's own group; null when
  /// that is not one for certain, or it may not be there: a loop makes it, it exists already, its condition is open.
  [[nodiscard]] const StatedResource* find(std::string_view target, Scope& scope) const;

  /// Whether some resource by itself is, or may be, a part of another, of this type: a subnet of a network.
  [[nodiscard]] bool may_have_part(const StatedResource& whole, std::string_view part_type) const;

 private:
  void add_list(const Node& list, const StatedResource* parent, Scope& scope);
  void add(const Node& literal, std::string_view key, const StatedResource* parent, Scope& scope);

  std::vector<StatedResource> all_;
};

/// The resource id of a resource in the deployment's own group.
[[nodiscard]] std::string stated_id(const StatedResource& resource);

}  // namespace nsgcheck::io::arm
