// SPDX-License-Identifier: Apache-2.0
#include "simulator/path/reach.hpp"

#include <algorithm>
#include <limits>
#include <memory>
#include <utility>

#include "analyzer/model/path_graph.hpp"
#include "simulator/path/lookup.hpp"
#include "simulator/path/opening.hpp"

namespace nsgcheck::path {
namespace {

using model::PathStep;
using model::PathStepKind;

net::AddressSet of_family(net::AddressSet set, net::Family family) {
  if (family == net::Family::V4)
    set.v6 = {};
  else
    set.v4 = {};
  return set;
}

// An address that stands for all of a set in the ladder of hops; one made for examples where the set has it.
net::IpAddress example_of(const net::AddressSet& set) {
  constexpr std::uint32_t kExample = 0xCB007100;  // 203.0.113.0 (RFC 5737)
  if (set.v4.empty()) return net::Ipv6{set.v6.intervals().front().low};
  return net::Ipv4{set.v4.contains(kExample) ? kExample : set.v4.intervals().front().low};
}

// The first that denies, else the first that is not settled, as a walk decides.
Reason reason_of(const std::vector<Hop>& hops) {
  Reason out = Reason::Ok;
  for (const Hop& hop : hops) {
    if (hop.verdict == HopVerdict::Deny) return hop.reason;
    if (hop.verdict == HopVerdict::Unknown && out == Reason::Ok) out = hop.reason;
  }
  return out;
}

void add(std::vector<Hop>& hops, std::vector<Hop> more) {
  for (Hop& hop : more) hops.push_back(std::move(hop));
}

// Behind a hop that denies, only what would have to be opened too is left: what would allow is never asked.
void drop_unreached(std::vector<Hop>& hops) {
  const auto lost =
      std::find_if(hops.begin(), hops.end(), [](const Hop& hop) { return hop.verdict == HopVerdict::Deny; });
  if (lost == hops.end()) return;
  hops.erase(std::remove_if(lost + 1, hops.end(), [](const Hop& hop) { return hop.verdict == HopVerdict::Allow; }),
             hops.end());
  for (auto hop = lost + 1; hop != hops.end(); ++hop) hop->behind_loss = true;
}

/// The ways of one address family from one set of clients.
class FamilyReach {
 public:
  FamilyReach(const CompiledDeployment& compiled, net::AddressSet from, net::Family family,
              std::optional<std::int64_t> time)
      : compiled_{compiled},
        deployment_{compiled.deployment()},
        family_{family},
        from_{std::move(from)},
        time_{time.value_or(std::numeric_limits<std::int64_t>::min())},
        pool_{pool_of(compiled, family)},
        graph_{deployment_, family} {}

  [[nodiscard]] const Pool& pool() const { return pool_; }

  [[nodiscard]] std::vector<ReachPath> paths(const model::Instance& target) const {
    std::vector<ReachPath> out;
    for (const model::PathWay& way : graph_.ways(target)) {
      const model::Instance* forwarder = way.front().to;
      if (std::find(pool_.healthy.begin(), pool_.healthy.end(), forwarder) == pool_.healthy.end()) continue;
      ReachPath path;
      path.forwarder = forwarder;
      if (const auto& doubt = deployment_.forwarder_doubt)
        path.hops.push_back(plain_hop(HopKind::LoadBalancer, "", nullptr, reason_for(doubt->reason), doubt->why));
      if (pool_.doubtful.size() == pool_.healthy.size()) path.hops.push_back(pool_.doubtful.front());
      for (const PathStep& step : way) add(path.hops, hops_of(step));
      path.reason = reason_of(path.hops);
      drop_unreached(path.hops);
      const Arrivals clients = arrivals(*forwarder);
      path.some_unknown = clients.may != clients.sure;
      path.open = clients.reason();
      if (path.reason == Reason::Ok) path.sources = clients.sure;
      out.push_back(std::move(path));
    }
    return out;
  }

  // Of the ways that something stops, the one that the least stops; the first of equal ones.
  void nearest_miss(ReachAnswer& out) const {
    std::vector<Hop> least;
    for (const model::PathWay& way : graph_.ways(*out.instance)) {
      std::vector<Hop> here;
      for (const PathStep& step : way) add(here, obstacles(step));
      if (here.empty() || (out.nearest != nullptr && here.size() >= least.size())) continue;
      least = std::move(here);
      out.nearest = way.front().to;
    }
    for (Hop& hop : least) {
      std::string opening = opening_of(hop, deployment_);
      out.nearest_miss.push_back({std::move(hop), std::move(opening)});
    }
  }

 private:
  [[nodiscard]] Arrivals arrivals(const model::Instance& forwarder) const {
    return compiled_.arrivals(from_, forwarder, *forwarder.address(family_), deployment_.forwarder_port);
  }

  [[nodiscard]] std::vector<Hop> hops_of(const PathStep& step) const {
    return step.kind == PathStepKind::Balanced ? balanced(*step.to) : opened(*step.from, *step.to);
  }

  [[nodiscard]] std::vector<Hop> obstacles(const PathStep& step) const {
    std::vector<Hop> out;
    if (step.kind == PathStepKind::Balanced)
      for (const std::vector<Hop>* hops : {&pool_.kept_out, &pool_.doubtful})
        for (const Hop& hop : *hops)
          if (hop.instance == step.to) out.push_back(hop);
    for (Hop& hop : hops_of(step))
      if (hop.verdict != HopVerdict::Allow) out.push_back(std::move(hop));
    return out;
  }

  [[nodiscard]] std::vector<Hop> balanced(const model::Instance& forwarder) const {
    const Arrivals clients = arrivals(forwarder);
    const net::AddressSet& shown = !clients.sure.empty() ? clients.sure : !clients.may.empty() ? clients.may : from_;
    const net::FiveTuple packet{net::kTcp, example_of(shown), 0, *forwarder.address(family_),
                                deployment_.forwarder_port};
    std::vector<Hop> out =
        compiled_.stages(net::Direction::Inbound, forwarder, "forwarder", packet, Reason::NsgDeniedForwarderPort);
    out.push_back(plain_hop(HopKind::Forwarder, "forwarder", &forwarder,
                            forwarder.forwarder_crashed ? Reason::ForwarderCrashed : Reason::Ok,
                            forwarder.forwarder_crashed ? "the forwarder does not run" : ""));
    return out;
  }

  // Hops behind one that stops the way are listed all the same: they too would have to be opened.
  [[nodiscard]] std::vector<Hop> opened(const model::Instance& forwarder, const model::Instance& target) const {
    std::vector<Hop> out;
    const model::Role& role = compiled_.role_of(target);
    const Reason access = access_to(deployment_, role, time_);
    if (access != Reason::Ok) out.push_back(access_hop(target, access, access_text(deployment_, role, access)));
    if (&forwarder != &target) {
      const net::FiveTuple packet{net::kTcp, *forwarder.address(family_), 0, *target.address(family_), net::kRdpPort};
      if (auto hop = compiled_.traffic_rule(forwarder, target)) out.push_back(*std::move(hop));
      add(out, compiled_.stages(net::Direction::Outbound, forwarder, "forwarder", packet, Reason::NsgDeniedOutbound));
      add(out, compiled_.stages(net::Direction::Inbound, target, "instance", packet, Reason::NsgDeniedSecondHop));
    }
    if (target.state != model::InstanceState::Ready)
      out.push_back(access_hop(target, Reason::InstanceNotReady, target.name + " is not Ready"));
    else if (access == Reason::Ok)
      out.push_back(access_hop(target, Reason::Ok, ""));
    return out;
  }

  static Hop access_hop(const model::Instance& target, Reason reason, std::string text) {
    return plain_hop(HopKind::RemoteAccess, "instance", &target, reason, std::move(text));
  }

  const CompiledDeployment& compiled_;
  const model::Deployment& deployment_;
  net::Family family_;
  net::AddressSet from_;
  std::int64_t time_;
  Pool pool_;
  model::PathGraph graph_;
};

// Clients come to a frontend of their family; without frontends given, to one of either.
bool has_frontend(const model::LoadBalancer& balancer, net::Family family) {
  const auto& all = balancer.frontends;
  return all.empty() ||
         std::any_of(all.begin(), all.end(), [&](const auto& one) { return net::family_of(one) == family; });
}

void conclude_without_paths(ReachAnswer& out, bool has_role, bool addressed) {
  const bool probe = std::any_of(out.kept_out.begin(), out.kept_out.end(),
                                 [](const Hop& hop) { return hop.reason == Reason::ProbeDenied; });
  out.reason = !has_role    ? Reason::NoForwarderRole
               : !addressed ? Reason::NotAModelledAddress
               : probe      ? Reason::ProbeDenied
                            : Reason::NoHealthyForwarder;
  out.verdict = verdict_of(out.reason);
}

// Why a path loses clients; Ok when some of them surely get through.
Reason outcome_of(const ReachPath& path) {
  if (!path.sources.empty()) return Reason::Ok;
  return path.reason == Reason::Ok ? path.open : path.reason;
}

void conclude(ReachAnswer& out) {
  if (!out.sources.empty()) {
    out.verdict = Verdict::Reached;
    return;
  }
  const auto lost = std::find_if(out.paths.begin(), out.paths.end(),
                                 [](const ReachPath& path) { return outcome_of(path) != Reason::Ok; });
  // Each forwarder lets some in, but none the same: for each client it depends on the balancer's choice.
  out.reason = lost == out.paths.end() ? Reason::NsgDeniedForwarderPort : outcome_of(*lost);
  const bool agree = std::all_of(out.paths.begin(), out.paths.end(), [&](const ReachPath& path) {
    return verdict_of(outcome_of(path)) == verdict_of(out.reason);
  });
  out.verdict = agree ? verdict_of(out.reason) : Verdict::Unknown;
}

// Another machine may take the connection, or this one on another port: that only the instance itself stops it is
// certain all the same.
void leave_open(ReachAnswer& out, const model::Doubt& doubt) {
  if (out.reason == Reason::RemoteAccessDisabled || out.reason == Reason::AccountExpired) return;
  out.verdict = Verdict::Unknown;
  out.reason = reason_for(doubt.reason);
  out.sources = {};
}

}  // namespace

std::vector<ReachAnswer> reach(const CompiledDeployment& compiled, const net::AddressSet& from,
                               std::optional<std::int64_t> time) {
  const model::Deployment& deployment = compiled.deployment();
  std::vector<std::unique_ptr<FamilyReach>> families;
  std::vector<net::Family> which;
  for (const net::Family family : {net::Family::V4, net::Family::V6}) {
    net::AddressSet clients = of_family(from, family);
    if (clients.empty() || !has_frontend(deployment.balancer, family)) continue;
    families.push_back(std::make_unique<FamilyReach>(compiled, std::move(clients), family, time));
    which.push_back(family);
  }
  const bool has_role = std::any_of(deployment.roles.begin(), deployment.roles.end(),
                                    [](const model::Role& role) { return role.remote_forwarder; });
  std::vector<ReachAnswer> out;
  for (const model::Role& role : deployment.roles) {
    for (const model::Instance& instance : role.instances) {
      ReachAnswer answer;
      answer.instance = &instance;
      bool addressed = false;
      for (std::size_t i = 0; i < families.size(); ++i) {
        if (!instance.address(which[i])) continue;
        addressed = true;
        const Pool& pool = families[i]->pool();
        answer.kept_out.insert(answer.kept_out.end(), pool.kept_out.begin(), pool.kept_out.end());
        std::vector<ReachPath> paths = families[i]->paths(instance);
        net::AddressSet everywhere = paths.empty() ? net::AddressSet{} : paths.front().sources;
        for (const ReachPath& path : paths) everywhere = everywhere & path.sources;
        answer.sources = answer.sources | everywhere;
        for (ReachPath& path : paths) answer.paths.push_back(std::move(path));
      }
      if (answer.paths.empty())
        conclude_without_paths(answer, has_role, addressed);
      else
        conclude(answer);
      if (deployment.forwarder_doubt) leave_open(answer, *deployment.forwarder_doubt);
      for (std::size_t i = 0; i < families.size() && answer.verdict != Verdict::Reached && !answer.nearest; ++i)
        families[i]->nearest_miss(answer);
      out.push_back(std::move(answer));
    }
  }
  return out;
}

}  // namespace nsgcheck::path
