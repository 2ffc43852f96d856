// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/service_filters.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "analyzer/model/admin_rules.hpp"
#include "analyzer/net/text.hpp"

namespace nsgcheck::model {
namespace {

void limit_to(SecurityRule& rule, net::Port port) {
  rule.protocol.value = net::protocol_set({net::kTcp});
  rule.destination_ports = {{PortRange{port, port}, std::to_string(port), rule.span, false, false}};
}

void add_ranges(std::vector<AddressItem>& items, const net::AddressSet& set, SourceSpan span) {
  for (const auto& run : set.v4.intervals())
    items.push_back({AddressRange{net::Ipv4{run.low}, net::Ipv4{run.high}}, "", span, false, false});
  for (const auto& run : set.v6.intervals())
    items.push_back({AddressRange{net::Ipv6{run.low}, net::Ipv6{run.high}}, "", span, false, false});
}

SecurityRule inbound(std::string name, SourceSpan span, std::int64_t priority, Access access) {
  SecurityRule out = default_rules().front();
  out.name = std::move(name);
  out.span = out.name_span = span;
  out.origin = Origin::User;
  out.priority.value = priority;
  out.direction.value = net::Direction::Inbound;
  out.access.value = access;
  out.protocol.value = net::all_protocols();
  out.sources.clear();
  out.destinations = {{AnyAddress{}, "*", {}, false, false}};
  out.source_ports = out.destination_ports = {{AnyPort{}, "*", {}, false, false}};
  return out;
}

// Lines of an ACL may have any order, so the rest goes behind the last number that there is.
Nsg letting_rest_through(Nsg list, const net::AddressSet& first) {
  constexpr std::int64_t kLast = std::numeric_limits<std::int64_t>::max();
  constexpr std::int64_t kBeforeAll = -1;
  Nsg out = rules_ending_with(std::move(list.rules), Access::Allow, "not concerned");
  for (std::size_t i = out.rules.size() - kRestRules; i < out.rules.size(); ++i) out.rules[i].priority.value = kLast;
  SecurityRule pass = inbound("not concerned", {}, first.empty() ? kLast : kBeforeAll, Access::Allow);
  add_ranges(pass.sources, first, {});
  if (pass.sources.empty()) pass.sources = {{AnyAddress{}, "*", {}, false, false}};
  out.rules.push_back(std::move(pass));
  out.name = std::move(list.name);
  out.span = list.span;
  return out;
}

SourceSpan traffic_rule_span(const Deployment& deployment, const Role& role) {
  if (!deployment.service) return role.span;
  for (const TrafficRule& rule : deployment.service->traffic_rules)
    for (const TrafficRule::Destination& to : rule.destinations)
      if (net::same_word(to.role, role.name) && net::same_word(to.endpoint, kRdpInternal)) return rule.span;
  return role.span;
}

}  // namespace

std::optional<Nsg> endpoint_acl_rules(const Deployment& deployment, const Role& role) {
  if (!role.endpoint_acl) return std::nullopt;
  Nsg list = deployment.endpoint_acls[*role.endpoint_acl];
  std::int64_t last = 0;
  for (SecurityRule& rule : list.rules) limit_to(rule, deployment.forwarder_port);
  // The line for everybody else is behind all others and has no number of its own; readers see the next one.
  for (std::size_t i = 0; i + 1 < list.rules.size(); ++i)
    last = std::max(last, list.rules[i].priority.value.value_or(0));
  if (!list.rules.empty()) list.rules.back().priority.value = last + 1;
  return letting_rest_through(std::move(list), deployment.network.virtual_network);
}

std::optional<Nsg> desktop_source_rules(const Deployment& deployment, const Role& role) {
  if (!role.desktop_sources) return std::nullopt;
  Nsg list;
  list.name = "network traffic rules of " + role.name;
  list.span = traffic_rule_span(deployment, role);
  for (const Role& from : deployment.roles) {
    const auto& named = *role.desktop_sources;
    const bool allowed =
        std::any_of(named.begin(), named.end(), [&](const auto& one) { return net::same_word(one, from.name); });
    // What is known of addresses and what is not are rules of their own.
    for (const bool known : {true, false}) {
      SecurityRule rule = inbound("role " + from.name, list.span, static_cast<std::int64_t>(list.rules.size()) + 1,
                                  allowed ? Access::Allow : Access::Deny);
      limit_to(rule, net::kRdpPort);
      if (!known) rule.may_be_absent = Reason::UnresolvedExpression;
      for (const Instance& instance : from.instances) {
        if (instance.space.empty() != known) continue;
        if (!known) add_ranges(rule.sources, instance.space, instance.span);
        for (const net::IpAddress& address : instance.addresses)
          if (known) add_ranges(rule.sources, net::AddressSet::of(address), instance.span);
      }
      for (AddressItem& item : rule.sources) {
        const auto& run = std::get<AddressRange>(item.value);
        item.text = net::to_string(run.low) + (run.low == run.high ? "" : '-' + net::to_string(run.high));
      }
      if (!rule.sources.empty()) list.rules.push_back(std::move(rule));
    }
  }
  return letting_rest_through(std::move(list), {});
}

}  // namespace nsgcheck::model
