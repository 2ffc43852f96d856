// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/admin_rules.hpp"

#include <utility>

namespace nsgcheck::model {
namespace {

constexpr std::int64_t kBehindAll = 1'000'000;
constexpr std::string_view kNone = "no admin rule";

std::vector<SecurityRule> rules_of(const std::vector<AdminRule>& admin) {
  std::vector<SecurityRule> out;
  for (const AdminRule& one : admin) out.push_back(one.rule);
  return out;
}

}  // namespace

Nsg rules_ending_with(std::vector<SecurityRule> rules, Access rest, std::string_view rest_name) {
  Nsg list;
  list.rules = std::move(rules);
  for (const Direction direction : {Direction::Inbound, Direction::Outbound}) {
    SecurityRule last = default_rules().front();
    last.name = rest_name;
    last.direction.value = direction;
    last.priority.value = kBehindAll;
    last.access.value = rest;
    last.protocol.value = net::all_protocols();
    last.sources = last.destinations = {{AnyAddress{}, "*", {}, false, false}};
    last.source_ports = last.destination_ports = {{AnyPort{}, "*", {}, false, false}};
    list.rules.push_back(std::move(last));
  }
  return list;
}

Nsg admin_denials(const std::vector<AdminRule>& rules) {
  return rules_ending_with(rules_of(rules), Access::Allow, kNone);
}

Nsg admin_deliveries(const std::vector<AdminRule>& rules) {
  Nsg list = rules_ending_with(rules_of(rules), Access::Deny, kNone);
  for (std::size_t i = 0; i < rules.size(); ++i)
    if (!rules[i].always_allow) list.rules[i].access.value = Access::Deny;
  return list;
}

}  // namespace nsgcheck::model
