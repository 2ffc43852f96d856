// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "analyzer/io/deployment_fields.hpp"
#include "analyzer/model/rule_text.hpp"
#include "analyzer/net/text.hpp"

namespace nsgcheck::io {
namespace {

// A list that is missing or empty means any in an admin rule.
std::vector<model::AddressItem> addresses(DeploymentFields& fields, const Node& rule, std::string_view key) {
  std::vector<model::AddressItem> out;
  fields.each_text(rule, key, true, [&](const Node& item) {
    out.push_back(model::parse_address_item(item.text, item.span, false));
    if (std::holds_alternative<model::Undetermined>(out.back().value))
      fields.fault(item, fmt::format("\"{}\" is no address, CIDR block or service tag", item.text));
  });
  if (out.empty()) out.push_back(model::parse_address_item("*", rule.span, false));
  return out;
}

std::vector<model::PortItem> ports(DeploymentFields& fields, const Node& rule, std::string_view key) {
  std::vector<model::PortItem> out;
  fields.each_text(rule, key, true, [&](const Node& item) {
    for (model::PortItem& one : model::parse_port_items(item.text, item.span, false)) {
      if (std::holds_alternative<model::Undetermined>(one.value))
        fields.fault(item, fmt::format("\"{}\" is no port or range of ports", item.text));
      out.push_back(std::move(one));
    }
  });
  if (out.empty()) out = model::parse_port_items("*", rule.span, false);
  return out;
}

void read_admin_rule(DeploymentFields& fields, const Node& node) {
  if (!fields.object(node, "an admin rule",
                     {"name", "priority", "direction", "access", "protocol", "sources", "sourcePorts", "destinations",
                      "destinationPorts"}))
    return;
  model::AdminRule admin;
  const std::string access = fields.text(node, "access").value_or("");
  admin.always_allow = net::same_word(access, "AlwaysAllow");
  model::SecurityRule& rule = admin.rule;
  rule.name = fields.name(node, "an admin rule");
  rule.span = rule.name_span = node.span;
  rule.priority.value = fields.number(node, "priority", 1, model::kHighestPriority);
  if (!DeploymentFields::given(node.find("priority"))) fields.fault(node, "an admin rule has a \"priority\"");
  rule.access.value = admin.always_allow ? std::optional{model::Access::Allow} : model::parse_access(access);
  if (!rule.access.value) fields.fault(node, fmt::format("access \"{}\" is none of Allow, AlwaysAllow, Deny", access));
  const std::string direction = fields.text(node, "direction").value_or("");
  rule.direction.value = model::parse_direction(direction);
  if (!rule.direction.value)
    fields.fault(node, fmt::format("direction \"{}\" is neither Inbound nor Outbound", direction));
  const std::string protocol = fields.text(node, "protocol").value_or("Any");
  rule.protocol.value = model::parse_protocols(protocol);
  if (!rule.protocol.value)
    fields.fault(node, fmt::format("protocol \"{}\" is none of Tcp, Udp, Icmp, Esp, Ah, Any", protocol));
  rule.sources = addresses(fields, node, "sources");
  rule.destinations = addresses(fields, node, "destinations");
  rule.source_ports = ports(fields, node, "sourcePorts");
  rule.destination_ports = ports(fields, node, "destinationPorts");
  fields.deployment().admin_rules.push_back(std::move(admin));
}

}  // namespace

void read_admin_rules(DeploymentFields& fields, const Node& root) {
  fields.each(root, "adminRules", [&](const Node& item) { read_admin_rule(fields, item); });
}

}  // namespace nsgcheck::io
