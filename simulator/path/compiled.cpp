// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <tuple>

#include "analyzer/engine/ask.hpp"
#include "analyzer/engine/explain.hpp"
#include "analyzer/engine/resolve.hpp"
#include "simulator/path/walk.hpp"

namespace nsgcheck::path {
namespace {

constexpr std::int64_t kBehindAll = 1'000'000;

// Admin rules as a rule list that ends with "none of them", which lets every packet go on to the NSGs.
model::Nsg admin_list(const std::vector<model::AdminRule>& rules) {
  model::Nsg list;
  for (const model::AdminRule& admin : rules) list.rules.push_back(admin.rule);
  for (const net::Direction direction : {net::Direction::Inbound, net::Direction::Outbound}) {
    model::SecurityRule rest = model::default_rules().front();
    rest.name = "no admin rule";
    rest.direction.value = direction;
    rest.priority.value = kBehindAll;
    rest.sources = rest.destinations = {{model::AnyAddress{}, "*", {}, false, false}};
    list.rules.push_back(std::move(rest));
  }
  return list;
}

struct Decided {
  HopVerdict verdict{};
  std::optional<std::uint32_t> rule;  ///< index into the NSG's rules
};

Decided to_decided(const engine::Filter& filter, engine::Verdict verdict, std::optional<engine::RuleIndex> rule) {
  Decided out{HopVerdict::Unknown, std::nullopt};
  if (verdict == engine::Verdict::Allow) out.verdict = HopVerdict::Allow;
  if (verdict == engine::Verdict::Deny) out.verdict = HopVerdict::Deny;
  if (rule) out.rule = filter.origin(*rule);
  return out;
}

Decided decide(const engine::Filter& filter, const engine::Classifier& classifier, const net::FiveTuple& packet) {
  if (packet.source_port != 0 || !net::has_ports(packet.protocol)) {
    const engine::Decision one = classifier.classify(packet);
    return to_decided(filter, one.verdict, one.decider);
  }
  // A connection that the forwarder opens itself: its port is any of the dynamic ones, and all must agree.
  constexpr net::Port kFirstDynamic = 1024;
  engine::FlowSet flows = engine::flow_set(packet, true);
  flows.source_ports = net::PortSet::range(kFirstDynamic, net::kAxisEnd<net::Port>);
  const engine::Answer answer = engine::ask(filter, flows);
  const engine::Verdict verdict = engine::verdict(answer);
  const auto& rules = verdict == engine::Verdict::Deny ? answer.no_rules : answer.yes_rules;
  return to_decided(filter, verdict, rules.empty() ? std::nullopt : std::optional{rules.front()});
}

}  // namespace

/// One direction of an NSG as one subnet sees it.
struct CompiledDeployment::Stage {
  Stage(const model::Nsg& group, net::Direction direction, const model::NetworkContext& context)
      : filter{engine::resolve(group, direction, context)}, classifier{filter} {}
  engine::Filter filter;
  engine::Classifier classifier;
};

struct CompiledDeployment::Tables {
  using Key = std::tuple<std::size_t, std::size_t, net::Direction>;  // NSG, subnet + 1 or 0, direction
  std::map<Key, std::unique_ptr<Stage>> stages;
  model::Nsg admin;
  std::map<net::Direction, std::unique_ptr<Stage>> admin_stages;
  std::map<std::string, const model::Instance*> by_address;
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
      for (const net::IpAddress& address : instance.addresses) tables_->by_address[net::to_string(address)] = &instance;
    }
  }
  if (deployment.admin_rules.empty()) return;
  tables_->admin = admin_list(deployment.admin_rules);
  for (const net::Direction direction : kDirections)
    tables_->admin_stages[direction] = std::make_unique<Stage>(tables_->admin, direction, deployment.network);
}

CompiledDeployment::~CompiledDeployment() = default;

const model::Instance* CompiledDeployment::instance_at(const net::IpAddress& address) const {
  const auto found = tables_->by_address.find(net::to_string(address));
  return found == tables_->by_address.end() ? nullptr : found->second;
}

const model::Role& CompiledDeployment::role_of(const model::Instance& instance) const {
  return *tables_->role.at(&instance);
}

Leg CompiledDeployment::leg_of(const net::IpAddress& server, net::Port port) const {
  constexpr net::Port kRdp = 3389;
  const auto& frontends = deployment_.balancer.frontends;
  const bool frontend = std::find(frontends.begin(), frontends.end(), server) != frontends.end();
  if (frontend && port == deployment_.balancer.frontend_port) return Leg::Client;
  if (instance_at(server) == nullptr) return Leg::Elsewhere;
  if (port == deployment_.forwarder_port) return Leg::Forwarder;
  return port == kRdp ? Leg::Instance : Leg::Elsewhere;
}

const CompiledDeployment::Stage& CompiledDeployment::stage(std::size_t nsg, std::optional<std::size_t> subnet,
                                                           net::Direction direction) const {
  return *tables_->stages.at({nsg, subnet ? *subnet + 1 : 0, direction});
}

void CompiledDeployment::add_nsg(std::vector<Hop>& hops, std::size_t nsg, std::string_view applied_to,
                                 net::Direction direction, const Hop& like, std::optional<std::size_t> subnet,
                                 const net::FiveTuple& packet, Reason denied) const {
  const Stage& here = stage(nsg, subnet, direction);
  const Decided decided = decide(here.filter, here.classifier, packet);
  Hop hop = like;
  hop.nsg = &deployment_.nsgs[nsg];
  hop.applied_to = applied_to;
  hop.verdict = decided.verdict;
  if (decided.rule) hop.rule = &hop.nsg->rules[*decided.rule];
  if (hop.verdict == HopVerdict::Deny) hop.reason = denied;
  if (hop.verdict == HopVerdict::Unknown) hop.reason = Reason::UnknownTag;
  hops.push_back(std::move(hop));
}

bool CompiledDeployment::add_admin(std::vector<Hop>& hops, net::Direction direction, const Hop& like,
                                   const net::FiveTuple& packet) const {
  const auto found = tables_->admin_stages.find(direction);
  if (found == tables_->admin_stages.end()) return false;
  const Decided decided = decide(found->second->filter, found->second->classifier, packet);
  if (decided.rule && *decided.rule >= deployment_.admin_rules.size()) return false;
  Hop hop = like;
  hop.kind = HopKind::AdminRules;
  hop.applied_to = "virtual-network";
  hop.verdict = decided.verdict;
  if (hop.verdict == HopVerdict::Deny) hop.reason = Reason::AdminRuleDenied;
  if (hop.verdict == HopVerdict::Unknown) hop.reason = Reason::UnknownTag;
  bool ends = hop.verdict != HopVerdict::Allow;
  if (decided.rule) {
    const model::AdminRule& admin = deployment_.admin_rules[*decided.rule];
    hop.rule = &admin.rule;
    ends = ends || admin.always_allow;
    if (admin.always_allow) hop.text = "AlwaysAllow: delivered without a look at the NSGs";
  }
  hops.push_back(std::move(hop));
  return ends;
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
  if (add_admin(hops, direction, like, packet)) return hops;
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
