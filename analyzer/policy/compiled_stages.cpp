// SPDX-License-Identifier: Apache-2.0
#include "analyzer/policy/compiled_stages.hpp"

#include <algorithm>
#include <utility>

#include "analyzer/model/admin_rules.hpp"
#include "analyzer/model/service_filters.hpp"

namespace nsgcheck::policy {
namespace {

constexpr std::array kDirections{net::Direction::Inbound, net::Direction::Outbound};

std::size_t slot(net::Direction direction) { return direction == net::Direction::Inbound ? 0 : 1; }

// Not among the lists: to readers the admin rules are one.
constexpr std::size_t kDeliveries = kNoList - 1;

// Points at what somebody else owns.
std::shared_ptr<const model::Nsg> borrowed(const model::Nsg& nsg) { return {std::shared_ptr<void>{}, &nsg}; }

}  // namespace

CompiledStages::CompiledStages(const model::Deployment& deployment, AskedOf asked)
    : deployment_{deployment}, asked_{asked}, places_{places_of(deployment)} {
  for (const model::Nsg& nsg : deployment.nsgs) lists_.push_back(&nsg);
  if (!deployment.admin_rules.empty()) {
    denials_ = model::admin_denials(deployment.admin_rules);
    deliveries_ = model::admin_deliveries(deployment.admin_rules);
    lists_.push_back(&denials_);
  }
  for (const model::Role& role : deployment.roles) {
    add_of_role(model::endpoint_acl_rules(deployment, role), role, StageKind::EndpointAcl);
    add_of_role(model::desktop_source_rules(deployment, role), role, StageKind::TrafficRules);
  }
  gather_symbols();
  for (const Place& place : places_) {
    auto& here = stages_.emplace_back();
    for (const net::Direction direction : kDirections) here[slot(direction)] = stages_at(place, direction);
    for (const model::Instance* instance : place.instances)
      for (const net::IpAddress& address : instance->addresses)
        // An address that stands for others is nobody's in particular.
        if (instance->space.empty()) by_address_.emplace(address, std::pair{&place, instance});
  }
}

void CompiledStages::add_of_role(std::optional<model::Nsg> rules, const model::Role& role, StageKind kind) {
  if (!rules) return;
  role_lists_.emplace(std::pair{&role, kind}, lists_.size());
  lists_.push_back(&of_roles_.emplace_back(*std::move(rules)));
}

// What a symbol may hold is a matter of the network itself, not of a subnet's routes.
void CompiledStages::gather_symbols() {
  engine::ResolvedRules all;
  for (const model::Nsg* list : lists_)
    for (const net::Direction direction : kDirections) engine::append(all, *list, direction, deployment_.network);
  symbols_ = std::move(all.symbols);
}

const CompiledRules& CompiledStages::compile(std::size_t list, std::optional<std::size_t> subnet,
                                             net::Direction direction) {
  CompiledRules& out = compiled_[{list, subnet ? *subnet + 1 : 0, direction}];
  if (out.filter) return out;
  const model::Nsg& nsg = list == kDeliveries ? deliveries_ : *lists_[list];
  out.rules = borrowed(nsg);
  out.list = list;
  out.resolved.symbols = symbols_;
  engine::append(out.resolved, nsg, direction, deployment_.context(subnet));
  out.filter = std::make_unique<const engine::Filter>(out.resolved);
  if (asked_ == AskedOf::SetsAndPackets) out.classifier = std::make_unique<const engine::Classifier>(*out.filter);
  return out;
}

std::vector<StageSpec> CompiledStages::stages_at(const Place& place, net::Direction direction) {
  std::vector<StageSpec> out;
  const std::size_t nsgs = deployment_.nsgs.size();
  const auto of_role = [&](StageKind kind, std::string_view applied_to) {
    const auto found = role_lists_.find({place.role, kind});
    if (found == role_lists_.end() || direction != net::Direction::Inbound) return;
    out.push_back({kind, direction, applied_to, &place, &compile(found->second, std::nullopt, direction), nullptr});
  };
  of_role(StageKind::EndpointAcl, "endpoint");
  if (!deployment_.admin_rules.empty())
    out.push_back({StageKind::AdminRules, direction, "virtual-network", &place, &compile(nsgs, std::nullopt, direction),
                   &compile(kDeliveries, std::nullopt, direction)});
  const std::optional<std::size_t> of_subnet =
      place.subnet ? deployment_.subnets[*place.subnet].nsg : std::optional<std::size_t>{};
  std::array levels{std::pair{of_subnet, std::string_view{"subnet"}}, std::pair{place.nsg, std::string_view{"nic"}}};
  if (direction == net::Direction::Outbound) std::swap(levels[0], levels[1]);
  for (const auto& [nsg, applied_to] : levels)
    if (nsg)
      out.push_back({StageKind::Nsg, direction, applied_to, &place, &compile(*nsg, place.subnet, direction), nullptr});
  if (!of_subnet && !place.nsg) out.push_back({StageKind::NoNsg, direction, "", &place, nullptr, nullptr});
  of_role(StageKind::TrafficRules, "role");
  return out;
}

std::size_t hidden_rules(StageKind kind) {
  if (kind == StageKind::AdminRules) return model::kRestRules;
  return kind == StageKind::EndpointAcl || kind == StageKind::TrafficRules ? model::kHiddenRules : 0;
}

const std::vector<StageSpec>& CompiledStages::stages(const Place& place, net::Direction direction) const {
  return stages_[static_cast<std::size_t>(&place - places_.data())][slot(direction)];
}

const Place* CompiledStages::place_at(const net::IpAddress& address) const {
  const auto found = by_address_.find(address);
  if (found != by_address_.end()) return found->second.first;
  const auto place =
      std::find_if(places_.begin(), places_.end(), [&](const Place& one) { return one.addresses.contains(address); });
  return place == places_.end() ? nullptr : &*place;
}

const model::Instance* CompiledStages::instance_at(const net::IpAddress& address) const {
  const auto found = by_address_.find(address);
  return found == by_address_.end() ? nullptr : found->second.second;
}

}  // namespace nsgcheck::policy
