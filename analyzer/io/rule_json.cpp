// SPDX-License-Identifier: Apache-2.0
#include "analyzer/io/rule_json.hpp"

#include <string>
#include <utility>

namespace nsgcheck::io {
namespace {

template <class Item>
void add_side(Json& out, const std::string& one, const std::string& many, const std::vector<Item>& items) {
  Json texts = Json::array();
  for (const Item& item : items) texts.push_back(item.text);
  if (texts.size() == 1)
    out[one] = std::move(texts[0]);
  else if (!texts.empty())
    out[many] = std::move(texts);
}

void add_addresses(Json& out, const std::string& side, const std::vector<model::AddressItem>& items) {
  Json groups = Json::array();
  std::vector<model::AddressItem> addresses;
  for (const model::AddressItem& item : items) {
    if (std::holds_alternative<model::Asg>(item.value))
      groups.push_back({{"id", item.text}});
    else
      addresses.push_back(item);
  }
  add_side(out, side + "AddressPrefix", side + "AddressPrefixes", addresses);
  if (!groups.empty()) out[side + "ApplicationSecurityGroups"] = std::move(groups);
}

}  // namespace

Json arm_rule_json(const model::SecurityRule& rule, bool nested) {
  // What is not known stands as it is written.
  const auto direction = [&]() -> std::string {
    if (!rule.direction.value) return rule.direction.text;
    return *rule.direction.value == model::Direction::Inbound ? "Inbound" : "Outbound";
  };
  Json values{{"priority", rule.priority.value ? Json(*rule.priority.value) : Json(rule.priority.text)},
              {"access", rule.access.value ? std::string{model::name(*rule.access.value)} : rule.access.text},
              {"direction", direction()},
              {"protocol", rule.protocol.text}};
  if (!rule.description.empty()) values["description"] = rule.description;
  add_addresses(values, "source", rule.sources);
  add_side(values, "sourcePortRange", "sourcePortRanges", rule.source_ports);
  add_addresses(values, "destination", rule.destinations);
  add_side(values, "destinationPortRange", "destinationPortRanges", rule.destination_ports);
  if (nested) return {{"name", rule.name}, {"properties", std::move(values)}};
  Json out{{"name", rule.name}};
  out.update(values);
  return out;
}

}  // namespace nsgcheck::io
