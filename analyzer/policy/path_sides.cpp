// SPDX-License-Identifier: Apache-2.0
#include "analyzer/policy/path_sides.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "analyzer/engine/resolve.hpp"
#include "analyzer/model/rule_change.hpp"
#include "analyzer/net/text.hpp"

namespace nsgcheck::policy {
namespace {

net::AddressSet instance_addresses(const model::Instance& instance) {
  net::AddressSet out;
  for (const net::IpAddress& address : instance.addresses) out = out | net::AddressSet::of(address);
  return out;
}

/// Builds a side.
class Sider {
 public:
  Sider(const model::Deployment& deployment, model::FlowEnd end, bool judged)
      : deployment_{deployment}, end_{end}, judged_{judged} {}

  PathSide build(const std::vector<model::AddressItem>& items, const std::vector<PlaceName>& places) {
    for (const PlaceName& place : places) add_place(place);
    for (const model::AddressItem& item : items) add_item(item);
    find_unsettled();
    return std::move(out_);
  }

 private:
  void gap(std::string why, model::Reason reason = model::Reason::MissingAttachment) {
    if (!out_.gap.empty()) return;
    out_.gap = std::move(why);
    out_.gap_reason = reason;
  }

  void add(const net::AddressSet& addresses) {
    for (model::AddressItem& block : model::block_items(addresses - out_.known)) out_.items.push_back(std::move(block));
    out_.known = out_.known | addresses;
  }

  void add_machine(const model::Instance& instance) {
    named_.insert(&instance);
    if (instance.addresses.empty()) gap("no address is known of " + instance.name);
    add(instance_addresses(instance));
  }

  void add_place(const PlaceName& place) {
    if (!has_place(deployment_, place))
      return gap("there is no " + std::string{name(place.kind)} + ' ' + place.name + " in " + deployment_.name);
    bool any = place.kind == PlaceName::Kind::Subnet;
    for (const model::Role& role : deployment_.roles)
      for (const model::Instance& instance : role.instances)
        if (is_at(role, instance, place)) {
          add_machine(instance);
          any = true;
        }
    if (!any) gap("role " + place.name + " has no instance");
    if (place.kind != PlaceName::Kind::Subnet) return;
    for (const model::Subnet& subnet : deployment_.subnets) {
      if (!net::same_word(subnet.name, place.name)) continue;
      if (subnet.prefixes.empty()) gap("no address prefix is known of subnet " + subnet.name);
      for (const net::AnyPrefix& prefix : subnet.prefixes) add(net::AddressSet::of(prefix));
    }
  }

  [[nodiscard]] bool is_at(const model::Role& role, const model::Instance& instance, const PlaceName& place) const {
    switch (place.kind) {
      case PlaceName::Kind::Instance:
        return net::same_word(instance.name, place.name);
      case PlaceName::Kind::Role:
        return net::same_word(role.name, place.name);
      case PlaceName::Kind::Subnet:
        return role.subnet && net::same_word(deployment_.subnets[*role.subnet].name, place.name);
    }
    return false;
  }

  void add_item(const model::AddressItem& item) {
    engine::SymbolTable symbols;
    const engine::AddressTerm term = engine::resolve_addresses({item}, deployment_.network, symbols);
    out_.items.push_back(item);
    out_.known = out_.known | term.known;
    written_ = written_ | term.known;
    if (!judged_) return;
    // A tag without data may hold machines, or none: only the other end may stay open.
    if (!term.symbols.empty()) gap("which addresses " + item.text + " holds is not known", symbols[0].reason);
    check_machines(item, term.known);
  }

  void check_machines(const model::AddressItem& item, const net::AddressSet& known) {
    const bool single =
        std::holds_alternative<model::Block>(item.value) || std::holds_alternative<model::AddressRange>(item.value);
    const bool all = std::holds_alternative<model::AnyAddress>(item.value);
    bool any = false;
    for (const model::Role& role : deployment_.roles)
      for (const model::Instance& instance : role.instances) {
        any = any || known.overlaps(instance_addresses(instance)) || known.overlaps(instance.space);
        if (instance.addresses.empty() && (all || std::holds_alternative<model::ServiceTag>(item.value)))
          gap("no address is known of " + instance.name);
      }
    const bool in_subnet =
        std::any_of(deployment_.subnets.begin(), deployment_.subnets.end(), [&](const model::Subnet& subnet) {
          return std::any_of(subnet.prefixes.begin(), subnet.prefixes.end(),
                             [&](const net::AnyPrefix& prefix) { return known.overlaps(net::AddressSet::of(prefix)); });
        });
    if (!any && (single || !in_subnet)) gap("no machine has an address of " + item.text);
  }

  // The address that is shown of a machine stands for all that it may have only where neither rules nor the question
  // itself tell them apart.
  void find_unsettled() {
    for (const model::Role& role : deployment_.roles)
      for (const model::Instance& instance : role.instances) {
        const bool is_named = named_.contains(&instance);
        if (instance.space.empty() || (!is_named && !written_.overlaps(instance.space))) continue;
        const bool whole = is_named || written_.covers(instance.space);
        if (whole && !model::rules_tell_apart(deployment_, instance.space, end_)) continue;
        out_.unsettled_instances.push_back(&instance);
        out_.unsettled = out_.unsettled | instance_addresses(instance);
      }
  }

  const model::Deployment& deployment_;
  model::FlowEnd end_;
  bool judged_{};
  std::set<const model::Instance*> named_;
  net::AddressSet written_;  ///< what is not a place
  PathSide out_;
};

}  // namespace

PathSide side_of(const model::Deployment& deployment, const FlowPattern& flows, model::FlowEnd end) {
  const bool source = end == model::FlowEnd::Source;
  const bool judged = source == (flows.direction == net::Direction::Outbound);
  return Sider{deployment, end, judged}.build(source ? flows.from : flows.to,
                                              source ? flows.from_places : flows.to_places);
}

bool has_place(const model::Deployment& deployment, const PlaceName& place) {
  const auto called = [&](const auto& one) { return net::same_word(one.name, place.name); };
  const auto any = [&](const auto& list) { return std::any_of(list.begin(), list.end(), called); };
  switch (place.kind) {
    case PlaceName::Kind::Instance:
      return std::any_of(deployment.roles.begin(), deployment.roles.end(),
                         [&](const model::Role& role) { return any(role.instances); });
    case PlaceName::Kind::Role:
      return any(deployment.roles);
    case PlaceName::Kind::Subnet:
      return any(deployment.subnets);
  }
  return false;
}

}  // namespace nsgcheck::policy
