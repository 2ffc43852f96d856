// SPDX-License-Identifier: Apache-2.0
#include "simulator/path/reach.hpp"

#include <algorithm>

#include "analyzer/engine/resolve.hpp"
#include "simulator/path/lookup.hpp"

namespace nsgcheck::path {
namespace {

constexpr net::Port kRdp = 3389;

/// What a list of filters in series lets through from a set of clients to one port of an instance.
struct Passed {
  net::AddressSet sources;
  bool some_unknown{};
};

Passed pass(const model::Nsg& nsg, const model::NetworkContext& context, const Passed& clients,
            const net::IpAddress& to, net::Port port) {
  const engine::Filter filter{engine::resolve(nsg, net::Direction::Inbound, context)};
  engine::FlowSet flows;
  flows.protocols = net::protocol_set({net::kTcp});
  flows.source.known = clients.sources;
  flows.source_ports = net::PortSet::all();
  flows.destination.known = net::AddressSet::of(to);
  flows.destination_ports = net::PortSet::range(port, port);
  const engine::Answer answer = engine::ask(filter, flows);
  Passed out{{}, clients.some_unknown || answer.some_unknown};
  // A source counts when every source port of it gets through: clients do not choose theirs.
  for (const engine::Region& region : answer.yes)
    if (region.source_ports.is_all()) out.sources = out.sources | region.source.addresses;
  return out;
}

net::AddressSet of_family(const net::AddressSet& set, net::Family family) {
  net::AddressSet out = set;
  if (family == net::Family::V4)
    out.v6 = {};
  else
    out.v4 = {};
  return out;
}

class Reacher {
 public:
  Reacher(const CompiledDeployment& compiled, const net::AddressSet& from, std::optional<std::int64_t> time)
      : compiled_{compiled}, deployment_{compiled.deployment()}, from_{from}, time_{time} {}

  ReachAnswer answer(const model::Role& role, const model::Instance& target) {
    ReachAnswer out;
    out.instance = &target;
    bool has_role = false;
    for (const net::Family family : {net::Family::V4, net::Family::V6}) {
      if (of_family(from_, family).empty() || !target.address(family)) continue;
      Pool pool = pool_of(compiled_, family);
      has_role = has_role || pool.has_role;
      out.kept_out.insert(out.kept_out.end(), pool.kept_out.begin(), pool.kept_out.end());
      net::AddressSet everywhere = of_family(from_, family);
      for (const model::Instance* forwarder : pool.healthy) {
        out.paths.push_back(path(*forwarder, role, target, family));
        everywhere = everywhere & out.paths.back().sources;
      }
      if (!pool.healthy.empty()) out.sources = out.sources | everywhere;
    }
    conclude(out, has_role);
    return out;
  }

 private:
  ReachPath path(const model::Instance& forwarder, const model::Role& role, const model::Instance& target,
                 net::Family family) {
    ReachPath out;
    out.forwarder = &forwarder;
    first_hop(forwarder, family, out);
    if (out.sources.empty() && !out.some_unknown) out.reason = Reason::NsgDeniedForwarderPort;
    const Reason access = access_to(deployment_, role, time_.value_or(0));
    if (forwarder.forwarder_crashed) stop(out, HopKind::Forwarder, "forwarder", &forwarder, Reason::ForwarderCrashed);
    if (access == Reason::RemoteAccessDisabled || (access == Reason::AccountExpired && time_))
      stop(out, HopKind::RemoteAccess, "instance", &target, access);
    if (&forwarder != &target) second_hop(forwarder, target, family, out);
    if (target.state != model::InstanceState::Ready)
      stop(out, HopKind::Instance, "instance", &target, Reason::InstanceNotReady);
    if (out.reason != Reason::Ok) out.sources = {};
    return out;
  }

  void first_hop(const model::Instance& forwarder, net::Family family, ReachPath& out) {
    const model::Role& role = compiled_.role_of(forwarder);
    const net::IpAddress to = *forwarder.address(family);
    const model::NetworkContext context = deployment_.context(role.subnet);
    Passed passed{of_family(from_, family), false};
    const auto subnet_nsg = role.subnet ? deployment_.subnets[*role.subnet].nsg : std::nullopt;
    for (const auto& nsg : {subnet_nsg, forwarder.nsg})
      if (nsg) passed = pass(deployment_.nsgs[*nsg], context, passed, to, deployment_.forwarder_port);
    out.sources = passed.sources;
    out.some_unknown = passed.some_unknown;
    // One client stands for all in the ladder: one that gets through where there is one.
    const net::AddressSet& shown = passed.sources.empty() ? from_ : passed.sources;
    net::FiveTuple packet{net::kTcp, first(of_family(shown, family), family), 0, to, deployment_.forwarder_port};
    out.hops =
        compiled_.stages(net::Direction::Inbound, forwarder, "forwarder", packet, Reason::NsgDeniedForwarderPort);
    for (const Hop& hop : out.hops)
      if (hop.verdict == HopVerdict::Deny) out.reason = hop.reason;
    // AlwaysAllow delivers without a look at the NSGs.
    const bool past_nsgs =
        out.hops.size() == 1 && out.hops[0].kind == HopKind::AdminRules && out.hops[0].verdict == HopVerdict::Allow;
    if (past_nsgs) out.sources = of_family(from_, family);
  }

  void second_hop(const model::Instance& forwarder, const model::Instance& target, net::Family family, ReachPath& out) {
    const net::FiveTuple packet{net::kTcp, *forwarder.address(family), 0, *target.address(family), kRdp};
    add(out, compiled_.stages(net::Direction::Outbound, forwarder, "forwarder", packet, Reason::NsgDeniedOutbound));
    add(out, compiled_.stages(net::Direction::Inbound, target, "instance", packet, Reason::NsgDeniedSecondHop));
  }

  // Hops behind one that stops the way are listed all the same: they too would have to be opened.
  static void add(ReachPath& out, std::vector<Hop> hops) {
    for (Hop& hop : hops) {
      if (hop.verdict != HopVerdict::Allow && out.reason == Reason::Ok) out.reason = hop.reason;
      out.hops.push_back(std::move(hop));
    }
  }

  static void stop(ReachPath& out, HopKind kind, std::string_view at, const model::Instance* instance, Reason reason) {
    Hop hop;
    hop.kind = kind;
    hop.at = at;
    hop.instance = instance;
    hop.verdict = HopVerdict::Deny;
    hop.reason = reason;
    add(out, {std::move(hop)});
  }

  static net::IpAddress first(const net::AddressSet& set, net::Family family) {
    constexpr std::uint32_t kExample = 0xCB007100;  // 203.0.113.0 (RFC 5737)
    if (family == net::Family::V6) return net::Ipv6{set.v6.intervals().front().low};
    return net::Ipv4{set.v4.contains(kExample) ? kExample : set.v4.intervals().front().low};
  }

  static void conclude(ReachAnswer& out, bool has_role) {
    if (out.paths.empty()) {
      const bool probe = std::any_of(out.kept_out.begin(), out.kept_out.end(),
                                     [](const Hop& hop) { return hop.reason == Reason::ProbeDenied; });
      out.reason = !has_role ? Reason::NoForwarderRole : probe ? Reason::ProbeDenied : Reason::NoHealthyForwarder;
      out.verdict = verdict_of(out.reason);
      return;
    }
    const auto gets_through = [](const ReachPath& path) { return !path.sources.empty(); };
    if (std::all_of(out.paths.begin(), out.paths.end(), gets_through)) {
      out.verdict = Verdict::Reached;
      return;
    }
    const auto lost = std::find_if_not(out.paths.begin(), out.paths.end(), gets_through);
    out.reason = lost->reason == Reason::Ok ? Reason::UnknownTag : lost->reason;
    // Through one forwarder it works, through another not: which the balancer takes is open.
    const bool some = std::any_of(out.paths.begin(), out.paths.end(), gets_through);
    out.verdict = some ? Verdict::Unknown : verdict_of(out.reason);
  }

  const CompiledDeployment& compiled_;
  const model::Deployment& deployment_;
  const net::AddressSet& from_;
  std::optional<std::int64_t> time_;
};

}  // namespace

std::vector<ReachAnswer> reach(const CompiledDeployment& deployment, const net::AddressSet& from,
                               std::optional<std::int64_t> time) {
  std::vector<ReachAnswer> out;
  Reacher reacher{deployment, from, time};
  for (const model::Role& role : deployment.deployment().roles)
    for (const model::Instance& instance : role.instances) out.push_back(reacher.answer(role, instance));
  return out;
}

}  // namespace nsgcheck::path
