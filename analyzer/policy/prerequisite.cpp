// SPDX-License-Identifier: Apache-2.0
#include "analyzer/policy/prerequisite.hpp"

#include <algorithm>

#include "analyzer/model/network_context.hpp"
#include "analyzer/net/text.hpp"

namespace nsgcheck::policy {
namespace {

const std::string* tag_of(const model::AddressItem& item) {
  if (const auto* tag = std::get_if<model::ServiceTag>(&item.value)) return &tag->name;
  // Effective rules list the addresses of a tag, each under its name.
  return std::holds_alternative<model::Block>(item.value) && model::is_tag_word(item.text) ? &item.text : nullptr;
}

// A side of the pattern without tags asks nothing of the rule.
bool names_a_tag(const std::vector<model::AddressItem>& rule, const std::vector<model::AddressItem>& pattern) {
  bool any_tag = false;
  for (const model::AddressItem& wanted : pattern) {
    const std::string* tag = tag_of(wanted);
    if (tag == nullptr) continue;
    any_tag = true;
    for (const model::AddressItem& item : rule)
      if (const std::string* own = tag_of(item); own != nullptr && net::same_word(*own, *tag)) return true;
  }
  return !any_tag;
}

bool ports_within(const std::vector<model::PortItem>& items, const net::PortSet& wanted) {
  return !items.empty() && std::all_of(items.begin(), items.end(), [&](const model::PortItem& item) {
    const auto* run = std::get_if<model::PortRange>(&item.value);
    return run != nullptr && wanted.covers(net::PortSet::range(run->low, run->high));
  });
}

}  // namespace

const model::SecurityRule* naming_rule(const model::Nsg& nsg, const FlowPattern& pattern) {
  for (const model::SecurityRule& rule : nsg.rules) {
    if (model::is_default(rule) || rule.direction.value != pattern.direction ||
        rule.access.value != model::Access::Allow || !rule.protocol.value)
      continue;
    if ((*rule.protocol.value & pattern.protocols).any() && names_a_tag(rule.sources, pattern.from) &&
        names_a_tag(rule.destinations, pattern.to) && ports_within(rule.destination_ports, pattern.ports))
      return &rule;
  }
  return nullptr;
}

}  // namespace nsgcheck::policy
