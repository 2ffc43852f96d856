// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "analyzer/io/arm/template.hpp"
#include "analyzer/io/embedded.hpp"
#include "analyzer/io/terraform.hpp"

namespace nsgcheck::io {
namespace {

using Kind = Node::Kind;

/// A resource type that deploys an ARM template, and the members that hold it.
struct TemplateType {
  std::string_view type, content, parameters;
};
constexpr std::array<TemplateType, 5> kTypes{{
    {"azurerm_resource_group_template_deployment", "template_content", "parameters_content"},
    {"azurerm_subscription_template_deployment", "template_content", "parameters_content"},
    {"azurerm_management_group_template_deployment", "template_content", "parameters_content"},
    {"azurerm_tenant_template_deployment", "template_content", "parameters_content"},
    {"azurerm_template_deployment", "template_body", "parameters_body"},
}};

const TemplateType* template_type(std::string_view type) {
  const auto found = std::find_if(kTypes.begin(), kTypes.end(), [&](const auto& one) { return one.type == type; });
  return found == kTypes.end() ? nullptr : &*found;
}

// The older resource takes parameters as a map of texts, too.
Node wrapped(const Node& map) {
  Node out;
  out.kind = Kind::Object;
  out.span = map.span;
  for (const auto& [name, value] : map.members()) {
    Node entry;
    entry.kind = Kind::Object;
    entry.span = value.span;
    entry.members().emplace_back("value", value);
    out.members().emplace_back(name, std::move(entry));
  }
  return out;
}

// The values of the template's parameters; Unknown when they are known only after apply, Null when none are given.
tl::expected<Node, std::string> parameters_of(const TerraformResource& resource, const TemplateType& type) {
  const Node* text = resource.values.find(type.parameters);
  if (text != nullptr && text->is(Kind::Unknown)) return *text;
  if (text != nullptr && text->is(Kind::String) && !text->text.empty()) return parse_embedded(*text);
  const Node* map = resource.values.find("parameters");
  if (map != nullptr && map->is(Kind::Unknown)) return *map;
  return map != nullptr && map->is(Kind::Object) ? wrapped(*map) : Node{};
}

}  // namespace

bool is_template_deployment(const TerraformResource& resource) { return template_type(resource.type) != nullptr; }

void add_template_deployment(const TerraformResource& resource, Collector& collector) {
  const TemplateType& type = *template_type(resource.type);
  const Node* text = resource.values.find(type.content);
  if (text == nullptr || !text->is(Kind::String) || text->text.empty()) {
    const bool later = text != nullptr && text->is(Kind::Unknown);
    collector.error(resource.values.span, fmt::format("{}: its template is {}", resource.address,
                                                      later ? "known only after apply" : "not in the input"));
    return;
  }
  const auto root = parse_embedded(*text);
  const auto parameters = parameters_of(resource, type);
  for (const auto* part : {&root, &parameters})
    if (!*part) return collector.error(text->span, fmt::format("{}: {}", resource.address, part->error()));
  if (!root->is(Kind::Object) || root->find("resources") == nullptr)
    return collector.error(text->span, fmt::format("{}: \"{}\" is no template", resource.address, type.content));
  collector.add_source(
      read_template_node(collector.document(), *root, parameters->is(Kind::Null) ? nullptr : &*parameters));
}

}  // namespace nsgcheck::io
