// SPDX-License-Identifier: Apache-2.0
#include "analyzer/policy/places.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <utility>

#include "analyzer/model/admin_rules.hpp"
#include "analyzer/net/text.hpp"

namespace nsgcheck::policy {
namespace {

constexpr net::Ipv4 kMetadata{0xA9FEA9FE};  // 169.254.169.254

Place& place_for(std::vector<Place>& places, const Place& like) {
  const auto found = std::find_if(places.begin(), places.end(), [&](const Place& place) {
    return place.subnet == like.subnet && place.nsg == like.nsg && place.role == like.role;
  });
  return found != places.end() ? *found : places.emplace_back(like);
}

net::PortSet ports(std::initializer_list<net::Port> list) {
  std::vector<net::Interval<net::Port>> items;
  for (const net::Port port : list) items.push_back({port, port});
  return net::PortSet::from(std::move(items));
}

struct Service {
  net::Ipv4 address;
  net::Protocol protocol;
  net::PortSet ports;
  std::string_view tag;
};

std::vector<Service> services() {
  constexpr std::string_view kDns = "AzurePlatformDNS";
  return {{model::kHostAddress, net::kUdp, ports({53}), kDns},
          {model::kHostAddress, net::kTcp, ports({53}), kDns},
          {model::kHostAddress, net::kUdp, ports({67, 68}), ""},
          {model::kHostAddress, net::kTcp, ports({80, 443, 32526}), ""},
          {kMetadata, net::kTcp, ports({80}), "AzurePlatformIMDS"}};
}

bool lets_nothing(const engine::FlowSet& flows) {
  const bool nowhere = flows.destination.known.empty() && flows.destination.symbols.empty();
  const bool portless = (flows.protocols & ~net::ported_protocols()).any();
  return nowhere || flows.protocols.none() || (flows.destination_ports.empty() && !portless);
}

}  // namespace

std::vector<Place> places_of(const model::Deployment& deployment) {
  std::vector<Place> places;
  net::AddressSet taken;
  for (const model::Role& role : deployment.roles) {
    const bool filtered = role.endpoint_acl || role.desktop_sources;
    for (const model::Instance& instance : role.instances) {
      Place& place = place_for(places, {role.subnet, instance.nsg, filtered ? &role : nullptr, {}, {}});
      place.instances.push_back(&instance);
      for (const net::IpAddress& address : instance.addresses)
        place.addresses = place.addresses | net::AddressSet::of(address);
      taken = taken | place.addresses;
    }
  }
  for (std::size_t i = 0; i < deployment.subnets.size(); ++i) {
    Place rest{i, std::nullopt, nullptr, {}, {}};
    for (const net::AnyPrefix& prefix : deployment.subnets[i].prefixes)
      rest.addresses = rest.addresses | net::AddressSet::of(prefix);
    rest.addresses = rest.addresses - taken;
    taken = taken | rest.addresses;
    if (!rest.addresses.empty()) places.push_back(std::move(rest));
  }
  return places;
}

std::vector<SidePart> split_by_place(const engine::AddressTerm& side, std::span<const Place> places) {
  std::vector<SidePart> out;
  net::AddressSet outside = side.known;
  for (const Place& place : places) {
    net::AddressSet here = side.known & place.addresses;
    if (here.empty()) continue;
    outside = outside - here;
    out.push_back({&place, {std::move(here), {}, false}});
  }
  if (!outside.empty() || !side.symbols.empty() || side.undetermined)
    out.push_back({nullptr, {std::move(outside), side.symbols, side.undetermined}});
  return out;
}

PlatformCut cut_platform(const engine::FlowSet& question) {
  PlatformCut cut;
  engine::FlowSet elsewhere = question;
  for (const net::Ipv4& address : {model::kHostAddress, kMetadata}) {
    if (!question.destination.known.contains(address)) continue;
    const net::AddressSet here = net::AddressSet::of(address);
    elsewhere.destination.known = elsewhere.destination.known - here;
    engine::FlowSet rest = question;
    rest.destination = {here, {}, false};
    for (const net::Protocol protocol : {net::kTcp, net::kUdp}) {
      engine::FlowSet of_protocol = rest;
      of_protocol.protocols &= net::protocol_set({protocol});
      for (const Service& service : services()) {
        if (!(service.address == address) || !(service.protocol == protocol)) continue;
        engine::FlowSet flows = of_protocol;
        flows.destination_ports = flows.destination_ports & service.ports;
        of_protocol.destination_ports = of_protocol.destination_ports - service.ports;
        if (!lets_nothing(flows)) cut.platform.push_back({std::move(flows), service.tag});
      }
      if (!lets_nothing(of_protocol)) cut.rest.push_back(std::move(of_protocol));
    }
    rest.protocols &= ~net::protocol_set({net::kTcp, net::kUdp});
    if (!lets_nothing(rest)) cut.rest.push_back(std::move(rest));
  }
  if (!lets_nothing(elsewhere)) cut.rest.insert(cut.rest.begin(), std::move(elsewhere));
  return cut;
}

std::optional<model::Nsg> rules_naming(const model::Nsg& nsg, std::string_view tag) {
  const auto names = [&](const model::AddressItem& item) {
    const auto* one = std::get_if<model::ServiceTag>(&item.value);
    return one != nullptr && net::same_word(one->name, tag);
  };
  std::vector<model::SecurityRule> naming;
  for (const model::SecurityRule& rule : nsg.rules) {
    const bool outbound = rule.direction.value.value_or(net::Direction::Outbound) == net::Direction::Outbound;
    if (outbound && std::any_of(rule.destinations.begin(), rule.destinations.end(), names)) naming.push_back(rule);
  }
  if (tag.empty() || naming.empty()) return std::nullopt;
  model::Nsg out = model::rules_ending_with(std::move(naming), model::Access::Allow, kPlatformRest);
  out.name = nsg.name;
  out.id = nsg.id;
  out.span = nsg.span;
  return out;
}

}  // namespace nsgcheck::policy
