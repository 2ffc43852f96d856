// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <map>
#include <tuple>

#include "analyzer/model/admin_rules.hpp"
#include "analyzer/net/text.hpp"
#include "simulator/path/boundaries.hpp"
#include "simulator/path/stage.hpp"
#include "simulator/path/walk.hpp"

namespace nsgcheck::path {

struct CompiledDeployment::Tables {
  using Key = std::tuple<std::size_t, std::size_t, net::Direction>;  // NSG, subnet + 1 or 0, direction
  std::map<Key, std::unique_ptr<Stage>> stages;
  model::Nsg denials, deliveries;  // of the admin rules
  std::map<net::Direction, std::unique_ptr<Stage>> denial_stages, delivery_stages;
  std::map<net::IpAddress, const model::Instance*> by_address;  // of addresses that are given
  std::map<net::IpAddress, net::AddressSet> spaces;             // of addresses that stand for others
  std::vector<std::unique_ptr<Stage>> endpoint_acls;
  std::map<const model::Instance*, const model::Role*> role;
};

CompiledDeployment::CompiledDeployment(const model::Deployment& deployment)
    : deployment_{deployment}, tables_{std::make_unique<Tables>()} {
  constexpr std::array kDirections{net::Direction::Inbound, net::Direction::Outbound};
  const auto compile = [&](std::optional<std::size_t> nsg, std::optional<std::size_t> subnet) {
    if (!nsg) return;
    for (const net::Direction direction : kDirections) {
      auto& slot = tables_->stages[{*nsg, subnet ? *subnet + 1 : 0, direction}];
      if (!slot) slot = std::make_unique<Stage>(deployment.nsgs[*nsg], direction, deployment.context(subnet));
    }
  };
  for (const model::Role& role : deployment.roles) {
    if (role.subnet) compile(deployment.subnets[*role.subnet].nsg, role.subnet);
    for (const model::Instance& instance : role.instances) {
      compile(instance.nsg, role.subnet);
      tables_->role[&instance] = &role;
      for (const net::IpAddress& address : instance.addresses) {
        if (instance.space.empty())
          tables_->by_address.emplace(address, &instance);
        else
          tables_->spaces.emplace(address, instance.space);
      }
    }
  }
  for (const model::Nsg& acl : deployment.endpoint_acls)
    tables_->endpoint_acls.push_back(std::make_unique<Stage>(acl, net::Direction::Inbound, deployment.network));
  if (deployment.admin_rules.empty()) return;
  tables_->denials = model::admin_denials(deployment.admin_rules);
  tables_->deliveries = model::admin_deliveries(deployment.admin_rules);
  for (const net::Direction direction : kDirections) {
    tables_->denial_stages[direction] = std::make_unique<Stage>(tables_->denials, direction, deployment.network);
    tables_->delivery_stages[direction] = std::make_unique<Stage>(tables_->deliveries, direction, deployment.network);
  }
}

CompiledDeployment::~CompiledDeployment() = default;

const model::Instance* CompiledDeployment::instance_at(const net::IpAddress& address) const {
  const auto found = tables_->by_address.find(address);
  return found == tables_->by_address.end() ? nullptr : found->second;
}

const model::Role& CompiledDeployment::role_of(const model::Instance& instance) const {
  return *tables_->role.at(&instance);
}

Leg CompiledDeployment::leg_of(const net::IpAddress& server, net::Port port) const {
  const auto& frontends = deployment_.balancer.frontends;
  const bool frontend = std::find(frontends.begin(), frontends.end(), server) != frontends.end();
  if (frontend && port == deployment_.balancer.frontend_port) return Leg::Client;
  if (instance_at(server) == nullptr) return Leg::Elsewhere;
  if (port == deployment_.forwarder_port) return Leg::Forwarder;
  return port == net::kRdpPort ? Leg::Instance : Leg::Elsewhere;
}

Boundaries CompiledDeployment::boundaries() const {
  BoundaryFinder finder;
  for (const auto& [key, stage] : tables_->stages) finder.add(stage->filter);
  for (const auto* stages : {&tables_->denial_stages, &tables_->delivery_stages})
    for (const auto& [direction, stage] : *stages) finder.add(stage->filter);
  for (const auto& acl : tables_->endpoint_acls) finder.add(acl->filter);
  for (const auto& [address, instance] : tables_->by_address) finder.add(net::AddressSet::of(address));
  for (const auto& [address, space] : tables_->spaces) finder.add(space);
  return finder.result();
}

const Stage& CompiledDeployment::stage(std::size_t nsg, std::optional<std::size_t> subnet,
                                       net::Direction direction) const {
  return *tables_->stages.at({nsg, subnet ? *subnet + 1 : 0, direction});
}

void CompiledDeployment::add_nsg(std::vector<Hop>& hops, std::size_t nsg, std::string_view applied_to,
                                 net::Direction direction, const Hop& like, std::optional<std::size_t> subnet,
                                 const net::FiveTuple& packet, Reason denied) const {
  const Decided decided = decide(stage(nsg, subnet, direction), deployment_.nsgs[nsg], packet, spaces_of(packet));
  Hop hop = like;
  hop.nsg = &deployment_.nsgs[nsg];
  hop.text = decided.text;
  hop.applied_to = applied_to;
  hop.verdict = decided.verdict;
  if (decided.rule) hop.rule = &hop.nsg->rules[*decided.rule];
  if (hop.verdict == HopVerdict::Deny) hop.reason = denied;
  if (hop.verdict == HopVerdict::Unknown) hop.reason = decided.reason;
  hops.push_back(std::move(hop));
}

bool CompiledDeployment::add_endpoint_acl(std::vector<Hop>& hops, std::size_t acl, const Hop& like,
                                          const net::FiveTuple& packet) const {
  const model::Nsg& list = deployment_.endpoint_acls[acl];
  const Decided decided = decide(*tables_->endpoint_acls[acl], list, packet, spaces_of(packet));
  Hop hop = like;
  hop.kind = HopKind::EndpointAcl;
  hop.nsg = &list;
  hop.applied_to = "endpoint";
  hop.verdict = decided.verdict;
  hop.text = decided.text;
  if (decided.rule) hop.rule = &list.rules[*decided.rule];
  if (hop.verdict == HopVerdict::Deny) hop.reason = Reason::EndpointAclDenied;
  if (hop.verdict == HopVerdict::Unknown) hop.reason = decided.reason;
  hops.push_back(std::move(hop));
  return hops.back().verdict != HopVerdict::Deny;
}

EndSpaces CompiledDeployment::spaces_of(const net::FiveTuple& packet) const {
  const auto space = [&](const net::IpAddress& address) {
    const auto found = tables_->spaces.find(address);
    return found == tables_->spaces.end() ? nullptr : &found->second;
  };
  return {space(packet.source), space(packet.destination)};
}

std::optional<Hop> CompiledDeployment::traffic_rule(const model::Instance& from, const model::Instance& to) const {
  const auto& allowed = role_of(to).desktop_sources;
  if (!allowed) return std::nullopt;
  const std::string& role = role_of(from).name;
  if (std::any_of(allowed->begin(), allowed->end(),
                  [&](const std::string& name) { return net::same_word(name, role); }))
    return std::nullopt;
  return plain_hop(
      HopKind::TrafficRule, "instance", &to, Reason::TrafficRuleDenied,
      "a network traffic rule lets role " + role + " open no connection to remote desktop of role " + role_of(to).name);
}

CompiledDeployment::Behind CompiledDeployment::add_admin(std::vector<Hop>& hops, net::Direction direction,
                                                         const Hop& like, const net::FiveTuple& packet) const {
  if (deployment_.admin_rules.empty()) return Behind::Nsgs;
  const EndSpaces spaces = spaces_of(packet);
  const Decided denial = decide(*tables_->denial_stages.at(direction), tables_->denials, packet, spaces);
  const Decided delivery = decide(*tables_->delivery_stages.at(direction), tables_->deliveries, packet, spaces);
  Hop hop = like;
  hop.kind = HopKind::AdminRules;
  hop.applied_to = "virtual-network";
  Behind behind = Behind::Nsgs;
  std::optional<std::uint32_t> rule = denial.rule;
  if (denial.verdict == HopVerdict::Deny) {
    hop.reason = Reason::AdminRuleDenied;
    behind = Behind::Nowhere;
  } else if (delivery.verdict == HopVerdict::Allow) {
    rule = delivery.rule;
    hop.text = "AlwaysAllow: delivered without a look at the NSGs";
    behind = Behind::Delivered;
  } else if (denial.verdict == HopVerdict::Unknown || delivery.verdict == HopVerdict::Unknown) {
    hop.text = denial.verdict == HopVerdict::Unknown ? denial.text : delivery.text;
    hop.reason = denial.verdict == HopVerdict::Unknown ? denial.reason : delivery.reason;
    // The NSGs are asked only where the packet surely meets them: then a deny of theirs is certain.
    if (delivery.verdict == HopVerdict::Unknown) behind = Behind::Nowhere;
  } else if (!rule || *rule >= deployment_.admin_rules.size()) {
    return Behind::Nsgs;
  }
  hop.verdict = hop.reason == Reason::AdminRuleDenied ? HopVerdict::Deny
                : hop.reason == Reason::Ok            ? HopVerdict::Allow
                                                      : HopVerdict::Unknown;
  if (rule && *rule < deployment_.admin_rules.size()) hop.rule = &deployment_.admin_rules[*rule].rule;
  hops.push_back(std::move(hop));
  return behind;
}

Arrivals CompiledDeployment::arrivals(const net::AddressSet& from, const model::Instance& at, const net::IpAddress& to,
                                      net::Port port) const {
  const model::Role& role = role_of(at);
  const std::optional<std::size_t> subnet_nsg = role.subnet ? deployment_.subnets[*role.subnet].nsg : std::nullopt;
  const net::AddressSet ends = at.space.empty() ? net::AddressSet::of(to) : at.space;
  Arrivals through{from, from, {}};
  Arrivals delivered;
  if (role.endpoint_acl && port == deployment_.forwarder_port)
    through = pass(*tables_->endpoint_acls[*role.endpoint_acl], through, ends, port);
  if (!deployment_.admin_rules.empty()) {
    through = pass(*tables_->denial_stages.at(net::Direction::Inbound), through, ends, port);
    delivered = pass(*tables_->delivery_stages.at(net::Direction::Inbound), through, ends, port);
  }
  for (const std::optional<std::size_t>& nsg : {subnet_nsg, at.nsg})
    if (nsg) through = pass(stage(*nsg, role.subnet, net::Direction::Inbound), through, ends, port);
  for (Arrivals::Doubt& doubt : delivered.doubts) through.doubts.push_back(std::move(doubt));
  return {through.sure | delivered.sure, through.may | delivered.may, std::move(through.doubts)};
}

std::vector<Hop> CompiledDeployment::stages(net::Direction direction, const model::Instance& at, std::string_view place,
                                            const net::FiveTuple& packet, Reason denied) const {
  const model::Role& role = role_of(at);
  const std::optional<std::size_t> subnet_nsg = role.subnet ? deployment_.subnets[*role.subnet].nsg : std::nullopt;
  const auto port = [](net::Port p) { return p == 0 ? std::nullopt : std::optional{p}; };
  Hop like;
  like.kind = direction == net::Direction::Inbound ? HopKind::NsgInbound : HopKind::NsgOutbound;
  like.at = place;
  like.instance = &at;
  like.before = Ends{{packet.source, port(packet.source_port)}, {packet.destination, port(packet.destination_port)}};
  std::vector<Hop> hops;
  const bool published = direction == net::Direction::Inbound && place == "forwarder" &&
                         packet.destination_port == deployment_.forwarder_port;
  if (role.endpoint_acl && published && !add_endpoint_acl(hops, *role.endpoint_acl, like, packet)) return hops;
  if (add_admin(hops, direction, like, packet) != Behind::Nsgs) return hops;
  struct Level {
    std::optional<std::size_t> nsg;
    std::string_view applied_to;
  };
  std::array<Level, 2> levels{Level{subnet_nsg, "subnet"}, Level{at.nsg, "nic"}};
  if (direction == net::Direction::Outbound) std::swap(levels[0], levels[1]);
  for (const Level& level : levels) {
    if (!level.nsg) continue;
    add_nsg(hops, *level.nsg, level.applied_to, direction, like, role.subnet, packet, denied);
    if (hops.back().verdict == HopVerdict::Deny) return hops;
  }
  // A missing NSG passes (semantics 3); the hop is there nonetheless.
  if (!subnet_nsg && !at.nsg) {
    like.text = "no NSG here";
    hops.push_back(std::move(like));
  }
  return hops;
}

}  // namespace nsgcheck::path
