// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "analyzer/model/legality.hpp"
#include "analyzer/model/rule_text.hpp"

namespace nsgcheck::model {

/// An inbound Allow of anything that the API takes.
inline SecurityRule legal_rule(std::string name = "Rdp", std::int64_t priority = 100) {
  SecurityRule rule;
  rule.name = std::move(name);
  rule.priority.value = priority;
  rule.access.value = Access::Allow;
  rule.direction.value = Direction::Inbound;
  rule.protocol.value = net::all_protocols();
  rule.sources = {parse_address_item("*", {}, false)};
  rule.source_ports = parse_port_items("*", {}, false);
  rule.destinations = {parse_address_item("*", {}, false)};
  rule.destination_ports = parse_port_items("*", {}, false);
  return rule;
}

/// One value: the singular member. More: the plural one.
inline std::vector<AddressItem> addresses(const std::vector<std::string>& texts) {
  std::vector<AddressItem> items;
  for (const std::string& text : texts)
    for (const AddressItem& item : parse_address_items(text, {}, texts.size() > 1)) items.push_back(item);
  return items;
}

/// As addresses(), for ports.
inline std::vector<PortItem> ports(const std::vector<std::string>& texts) {
  std::vector<PortItem> items;
  for (const std::string& text : texts)
    for (const PortItem& item : parse_port_items(text, {}, texts.size() > 1)) items.push_back(item);
  return items;
}

/// The codes of the faults that find_faults() leaves in a rule, in order.
inline std::vector<std::string> codes_of(const std::vector<Fault>& faults) {
  std::vector<std::string> codes;
  for (const Fault& fault : faults) codes.emplace_back(code(fault.kind));
  return codes;
}

/// The faults of `rule` as the only one of its NSG.
inline std::vector<Fault> faults_of(const SecurityRule& rule) {
  Nsg nsg;
  nsg.rules = {rule};
  find_faults(nsg);
  return nsg.rules[0].faults;
}

}  // namespace nsgcheck::model
