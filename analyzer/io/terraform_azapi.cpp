// SPDX-License-Identifier: Apache-2.0
#include "analyzer/io/terraform_azapi.hpp"

#include "analyzer/io/embedded.hpp"
#include "analyzer/io/rule_reader.hpp"
#include "analyzer/net/text.hpp"

namespace nsgcheck::io {

std::string azapi_type(const TerraformResource& resource) {
  const bool azapi = resource.type == kAzapiType || resource.type == "azapi_update_resource";
  const std::string type = azapi ? known_text(resource, "type") : std::string{};
  return type.substr(0, type.find('@'));
}

bool is_azapi_group(const TerraformResource& resource) {
  return resource.type == kAzapiType && net::same_word(azapi_type(resource), kAzapiGroup);
}

Node azapi_body(const TerraformResource& resource, Collector& collector) {
  Node group;
  group.kind = Node::Kind::Object;
  group.span = resource.values.span;
  const Node* body = resource.values.find("body");
  if (body != nullptr && may_be_embedded_json(*body)) {
    auto parsed = parse_embedded(*body);
    if (parsed) {
      group.members() = std::move(parsed->members());
    } else {
      collector.error(body->span, parsed.error());
    }
  } else if (body != nullptr) {
    group.members() = body->members();
  }
  // Without a body it is not known what the group holds.
  if (group.find("properties") == nullptr) {
    Node unknown;
    unknown.kind = Node::Kind::Unknown;
    unknown.text = "body";
    unknown.span = body == nullptr ? group.span : body->span;
    group.members().emplace_back("properties", std::move(unknown));
  }
  if (const Node* name = known_member(resource, "name")) group.members().emplace_back("name", *name);
  return group;
}

model::SecurityRule azapi_rule(const TerraformResource& resource, Collector& collector) {
  const Node body = azapi_body(resource, collector);
  const Node* properties = body.find("properties");
  if (properties->is(Node::Kind::Unknown))
    return gap_rule(known_text(resource, "name"), body.span, Reason::UnresolvedExpression, properties->text);
  return read_rule(body);
}

}  // namespace nsgcheck::io
