// SPDX-License-Identifier: Apache-2.0
#include "analyzer/io/terraform_lookup.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "analyzer/io/topology_fields.hpp"

namespace nsgcheck::io {

using model::ResourceReference;

namespace {

/// The instance keys of an address, "[0]" of "a.b[0]"; "" without any.
std::string key_of(std::string_view address) {
  return address.ends_with(']') ? std::string{address.substr(address.rfind('['))} : std::string{};
}

std::vector<std::string> targets_of(const TerraformResource& resource, const std::string& module,
                                    const std::string& reference) {
  if (resource.configuration == nullptr) return {module + without_keys(reference)};
  return reference_targets(*resource.configuration, module, reference);
}

/// "module.a[0]." of "module.a[0].azurerm_x.y".
std::string module_prefix(std::string_view address) {
  std::size_t end = 0;
  while (address.substr(end).starts_with("module.")) {
    std::size_t dot = end + std::string_view{"module."}.size();
    bool in_key = false;
    while (dot < address.size() && (address[dot] != '.' || in_key)) {
      if (address[dot] == '[') in_key = true;
      if (address[dot] == ']') in_key = false;
      ++dot;
    }
    if (dot >= address.size()) break;
    end = dot + 1;
  }
  return std::string{address.substr(0, end)};
}

}  // namespace

TerraformLookup::TerraformLookup(const std::vector<TerraformEntry>& resources) {
  for (const TerraformEntry& resource : resources) {
    if (resource.type == kTerraformRule) continue;  // nothing here refers to one of many
    by_address_.emplace(resource.address, &resource);
    const std::string address = without_keys(resource.address);
    by_target_[address].push_back(&resource);
    // A reference names an attribute, too.
    for (const std::string_view attribute : {".id", ".name"})
      by_target_[address + std::string{attribute}].push_back(&resource);
  }
}

ResourceReference TerraformLookup::name_of(const ResourceReference& address) const {
  const auto found = by_address_.find(address);
  if (found == by_address_.end()) return address;
  const TerraformResource other = found->second->read();
  const std::string name = property_text(other.values, "name");
  if (name.empty()) return address;
  // A name alone does not tell groups of one name apart.
  const std::string group = property_text(other.values, "resource_group_name");
  if (!group.empty() && other.type == "azurerm_network_security_group")
    return model::network_reference({"", "", "", group}, "networkSecurityGroups", name);
  if (!group.empty() && other.type == "azurerm_route_table")
    return model::network_reference({"", "", "", group}, "routeTables", name);
  const bool is_part = other.type == "azurerm_lb_backend_address_pool" || other.type == "azurerm_lb_nat_rule" ||
                       other.type == "azurerm_lb_probe";
  if (!is_part) return name;
  return balancer_of(other) + '/' + name;
}

std::string TerraformLookup::balancer_of(const TerraformResource& part) const {
  const ResourceReference balancer = one(part, part.values, part.expressions, "loadbalancer_id");
  const std::string in_id = model::names_in_id(balancer);
  return in_id.empty() ? name_of(balancer) : in_id;
}

ResourceReference TerraformLookup::one(const TerraformResource& resource, const Node& values, const Node* expressions,
                                       std::string_view attribute) const {
  const Node* value = values.find(attribute);
  if (value != nullptr && value->is(Node::Kind::String)) return value->text;
  if (value != nullptr && value->is(Node::Kind::Null) && expressions == nullptr) return {};
  const Node* expression = expressions == nullptr ? nullptr : expressions->find(attribute);
  const Node* list = expression == nullptr ? nullptr : expression->find("references");
  if (list == nullptr || list->items().empty()) {
    const bool open = value != nullptr && value->is(Node::Kind::Unknown);
    return open ? fmt::format("{}.{} (known after apply)", resource.address, attribute) : std::string{};
  }
  return resolved(resource, *list);
}

std::vector<ResourceReference> TerraformLookup::all(const TerraformResource& resource, const Node& values,
                                                    const Node* expressions, std::string_view attribute) const {
  std::vector<ResourceReference> out;
  const Node* value = values.find(attribute);
  bool known = value != nullptr && value->is(Node::Kind::Array);
  if (known)
    for (const Node& item : value->items()) {
      known = known && item.is(Node::Kind::String);
      if (item.is(Node::Kind::String)) out.push_back(item.text);
    }
  if (known) return out;
  const Node* expression = expressions == nullptr ? nullptr : expressions->find(attribute);
  const Node* list = expression == nullptr ? nullptr : expression->find("references");
  if (list == nullptr) return out;
  // "a.b.id" is followed by "a.b" itself.
  for (const Node& item : list->items()) {
    Node one = *list;
    one.items() = {item};
    std::string found = name_of(resolved(resource, one));
    if (std::find(out.begin(), out.end(), found) == out.end()) out.push_back(std::move(found));
  }
  return out;
}

ResourceReference TerraformLookup::resolved(const TerraformResource& resource, const Node& references) const {
  const std::string module = module_prefix(resource.address);
  for (const Node& item : references.items())
    if (by_address_.contains(module + item.text)) return module + item.text;
  std::vector<std::string> targets;
  for (const Node& item : references.items())
    for (std::string& target : targets_of(resource, without_keys(module), item.text))
      targets.push_back(std::move(target));
  for (const std::string& target : targets) {
    const auto found = by_target_.find(target);
    if (found == by_target_.end()) continue;
    const std::vector<const TerraformEntry*>& instances = found->second;
    if (instances.size() == 1) return instances.front()->address;
    std::vector<const TerraformEntry*> same_key;
    for (const TerraformEntry* one : instances)
      if (key_of(one->address) == key_of(resource.address)) same_key.push_back(one);
    // Instances of the module may have no key of their own: then several are left.
    if (same_key.size() == 1) return same_key.front()->address;
    return fmt::format("{} (which of {} is not known)", target, instances.size());
  }
  return module + references.items().back().text;
}

}  // namespace nsgcheck::io
