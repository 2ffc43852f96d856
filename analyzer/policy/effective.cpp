// SPDX-License-Identifier: Apache-2.0
#include "analyzer/policy/effective.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "analyzer/model/application_group.hpp"
#include "analyzer/model/service_filters.hpp"

namespace nsgcheck::policy {
namespace {

bool concerns(const model::SecurityRule& rule, net::Direction direction) {
  return rule.direction.value.value_or(direction) == direction;
}

// A rule without a known priority may be the first of all, so it is listed there.
std::int64_t order(const model::SecurityRule& rule) { return rule.priority.value.value_or(0); }

EffectiveStage admin_stage(const model::Deployment& deployment, net::Direction direction) {
  EffectiveStage out{StageKind::AdminRules, direction, "virtual-network", nullptr, {}, {}};
  std::vector<const model::AdminRule*> rules;
  for (const model::AdminRule& admin : deployment.admin_rules)
    if (concerns(admin.rule, direction)) rules.push_back(&admin);
  std::stable_sort(rules.begin(), rules.end(), [](const model::AdminRule* a, const model::AdminRule* b) {
    return order(a->rule) < order(b->rule);
  });
  for (const model::AdminRule* admin : rules) {
    out.rules.push_back(&admin->rule);
    out.always_allow.push_back(admin->always_allow);
  }
  return out;
}

EffectiveStage nsg_stage(const model::Nsg& nsg, std::string_view applied_to, net::Direction direction) {
  EffectiveStage out{StageKind::Nsg, direction, applied_to, &nsg, {}, {}};
  for (const model::SecurityRule& rule : nsg.rules)
    if (concerns(rule, direction)) out.rules.push_back(&rule);
  std::stable_sort(out.rules.begin(), out.rules.end(),
                   [](const model::SecurityRule* a, const model::SecurityRule* b) { return order(*a) < order(*b); });
  out.always_allow.assign(out.rules.size(), false);
  return out;
}

// Without the rules that nobody wrote.
void add_of_role(std::optional<model::Nsg> rules, StageKind kind, std::string_view applied_to, EffectiveRules& out) {
  if (!rules) return;
  rules->rules.resize(rules->rules.size() - model::kHiddenRules);
  out.of_role.push_back(std::make_shared<const model::Nsg>(*std::move(rules)));
  out.stages.push_back(nsg_stage(*out.of_role.back(), applied_to, net::Direction::Inbound));
  out.stages.back().kind = kind;
}

}  // namespace

EffectiveRules effective_rules(const model::Deployment& deployment, const model::Role& role,
                               const model::Instance& instance) {
  EffectiveRules out;
  out.role = &role;
  out.instance = &instance;
  if (role.subnet) out.subnet = &deployment.subnets[*role.subnet];
  out.network = deployment.context(role.subnet);
  const std::optional<std::size_t> of_subnet = out.subnet != nullptr ? out.subnet->nsg : std::nullopt;
  add_of_role(model::endpoint_acl_rules(deployment, role), StageKind::EndpointAcl, "endpoint", out);
  for (const net::Direction direction : {net::Direction::Inbound, net::Direction::Outbound}) {
    if (!deployment.admin_rules.empty()) out.stages.push_back(admin_stage(deployment, direction));
    std::array levels{std::pair{of_subnet, std::string_view{"subnet"}},
                      std::pair{instance.nsg, std::string_view{"nic"}}};
    if (direction == net::Direction::Outbound) std::swap(levels[0], levels[1]);
    for (const auto& [nsg, applied_to] : levels)
      if (nsg) out.stages.push_back(nsg_stage(deployment.nsgs[*nsg], applied_to, direction));
    if (direction == net::Direction::Inbound)
      add_of_role(model::desktop_source_rules(deployment, role), StageKind::TrafficRules, "role", out);
  }
  return out;
}

std::optional<model::Reason> unsettled(const model::SecurityRule& rule) {
  std::optional<model::Reason> out = rule.may_be_absent;
  const auto take = [&](model::Reason reason) {
    if (!out || reason < *out) out = reason;
  };
  const auto items = [&](const auto& list) {
    if (list.empty()) take(model::Reason::InvalidRule);
    for (const auto& item : list)
      if (const auto* gap = std::get_if<model::Undetermined>(&item.value)) take(gap->reason);
  };
  items(rule.sources);
  items(rule.destinations);
  items(rule.source_ports);
  items(rule.destination_ports);
  if (!rule.priority.value) take(rule.priority.reason);
  if (!rule.access.value) take(rule.access.reason);
  if (!rule.direction.value) take(rule.direction.reason);
  if (!rule.protocol.value) take(rule.protocol.reason);
  return out;
}

std::optional<net::AddressSet> expanded(const model::AddressItem& item, const model::NetworkContext& network) {
  if (const auto* tag = std::get_if<model::ServiceTag>(&item.value)) return model::tag_set(tag->name, network);
  const auto* group = std::get_if<model::Asg>(&item.value);
  if (group == nullptr) return std::nullopt;
  const net::AddressSet* members = model::members_of_group(group->name, network);
  return members == nullptr ? std::nullopt : std::optional{*members};
}

}  // namespace nsgcheck::policy
