// SPDX-License-Identifier: Apache-2.0
#include "simulator/path/walk.hpp"

#include <algorithm>

#include "simulator/path/lookup.hpp"

namespace nsgcheck::path {
namespace {

constexpr net::Port kRdp = 3389;

/// What happens to a connection once a forwarder has it, or straight at an instance.
struct Outcome {
  Reason reason{Reason::Ok};
  const model::Instance* reached{};
  std::vector<Hop> hops;
};

Hop step(HopKind kind, std::string_view at, const model::Instance* instance, Reason reason, std::string text) {
  Hop hop;
  hop.kind = kind;
  hop.at = at;
  hop.instance = instance;
  hop.reason = reason;
  if (reason != Reason::Ok)
    hop.verdict = verdict_of(reason) == Verdict::Unknown ? HopVerdict::Unknown : HopVerdict::Deny;
  hop.text = std::move(text);
  return hop;
}

// Adds hops and takes the reason of the first that does not allow. True when the way goes on: it does not after a deny,
// and after an unknown only to see whether a later hop denies for certain.
bool append(Outcome& outcome, std::vector<Hop> hops) {
  for (Hop& hop : hops) {
    const bool worse =
        hop.verdict == HopVerdict::Deny || (hop.verdict == HopVerdict::Unknown && outcome.reason == Reason::Ok);
    if (worse) outcome.reason = hop.reason;
    const bool ends = hop.verdict == HopVerdict::Deny;
    outcome.hops.push_back(std::move(hop));
    if (ends) return false;
  }
  return true;
}

/// The walks of one connection.
class Walker {
 public:
  Walker(const CompiledDeployment& compiled, const Observed& observed, const WalkOptions& options)
      : compiled_{compiled},
        deployment_{compiled.deployment()},
        observed_{observed},
        options_{options},
        target_{look_up(deployment_, observed, options)} {}

  Trace run() {
    trace_.leg = compiled_.leg_of(observed_.tuple.destination, observed_.tuple.destination_port);
    switch (trace_.leg) {
      case Leg::Client:
        trace_.wanted = target_.instance;
        client();
        break;
      case Leg::Forwarder:
        trace_.wanted = target_.instance;
        forwarder();
        break;
      case Leg::Instance:
        instance();
        break;
      case Leg::Elsewhere:
        trace_.message = net::to_string(observed_.tuple.destination) + " port " +
                         std::to_string(observed_.tuple.destination_port) + " is no address of the deployment";
        break;
    }
    trace_.name_case_differs = target_.name_case_differs;
    hold_against_capture();
    return std::move(trace_);
  }

 private:
  void client() {
    const net::Family family = net::family_of(observed_.tuple.source);
    Pool pool = pool_of(compiled_, family);
    if (!pool.has_role)
      return fail(step(HopKind::LoadBalancer, "", nullptr, Reason::NoForwarderRole, "no role imports RemoteForwarder"));
    if (observed_.tuple.protocol != net::kTcp)
      return fail(step(HopKind::LoadBalancer, "", nullptr, Reason::NotRdp,
                       "the balancer passes TCP only; RDP over UDP does not get through"));
    if (pool.healthy.empty()) return no_forwarder(std::move(pool));
    choose(pool.healthy);
    trace_.forwarders = pool.healthy;
    std::vector<Outcome> outcomes;
    for (const model::Instance* candidate : pool.healthy) outcomes.push_back(through(*candidate, true));
    combine(pool.healthy, std::move(outcomes));
  }

  void forwarder() {
    const model::Instance* taker = compiled_.instance_at(observed_.tuple.destination);
    trace_.forwarders = {taker};
    std::vector<Outcome> outcomes;
    outcomes.push_back(through(*taker, false));
    combine(trace_.forwarders, std::move(outcomes));
  }

  // Straight to an instance: the forwarder's own connection, or a client that needs no cookie.
  void instance() {
    const model::Instance* target = compiled_.instance_at(observed_.tuple.destination);
    trace_.wanted = target;
    Outcome outcome;
    bool goes_on = true;
    if (const model::Instance* from = compiled_.instance_at(observed_.tuple.source); from != nullptr && from != target)
      goes_on = append(outcome, compiled_.stages(net::Direction::Outbound, *from, "forwarder", observed_.tuple,
                                                 Reason::NsgDeniedOutbound));
    goes_on = goes_on && append(outcome, compiled_.stages(net::Direction::Inbound, *target, "instance", observed_.tuple,
                                                          Reason::NsgDeniedSecondHop));
    if (goes_on) goes_on = append(outcome, {ready(*target)});
    if (goes_on && outcome.reason == Reason::Ok && observed_.tuple.protocol == net::kTcp) {
      const Reason seen = nothing_to_judge();
      if (seen != Reason::Ok) append(outcome, {step(HopKind::Instance, "instance", target, seen, "")});
    }
    if (outcome.reason == Reason::Ok) outcome.reached = target;
    take(std::move(outcome));
  }

  // A connection straight to an instance is judged by what the capture shows of it, not by a cookie.
  [[nodiscard]] Reason nothing_to_judge() const {
    using flow::Handshake;
    if (observed_.handshake == Handshake::RefusedByRst || observed_.handshake == Handshake::RefusedByIcmp)
      return Reason::Refused;
    if (observed_.handshake == Handshake::SynOnly) return Reason::SynOnly;
    if (observed_.request == nullptr) return observed_.mid_stream ? Reason::MidStream : Reason::NoData;
    const Reason early = reason_of_outcome(observed_, observed_.request->outcome);
    const bool says_nothing = early == Reason::NotRdp || early == Reason::NoData || early == Reason::MidStream ||
                              early == Reason::IncompleteRequest || early == Reason::SnaplenCut;
    return says_nothing ? early : Reason::Ok;
  }

  Outcome through(const model::Instance& taker, bool translated) {
    Outcome outcome;
    net::FiveTuple packet = observed_.tuple;
    packet.destination = *taker.address(net::family_of(packet.source));
    packet.destination_port = deployment_.forwarder_port;
    if (translated) {
      Hop balancer = step(HopKind::LoadBalancer, "", &taker, Reason::Ok, "");
      balancer.before = Ends{{observed_.tuple.source, observed_.tuple.source_port},
                             {observed_.tuple.destination, observed_.tuple.destination_port}};
      balancer.after = Ends{{packet.source, packet.source_port}, {packet.destination, packet.destination_port}};
      append(outcome, {std::move(balancer)});
    }
    if (!append(outcome,
                compiled_.stages(net::Direction::Inbound, taker, "forwarder", packet, Reason::NsgDeniedForwarderPort)))
      return outcome;
    if (taker.forwarder_crashed) {
      append(outcome, {step(HopKind::Forwarder, "forwarder", &taker, Reason::ForwarderCrashed,
                            "the forwarder of " + taker.name + " does not run; the probe does not see that")});
      return outcome;
    }
    second_hop(taker, outcome);
    return outcome;
  }

  void second_hop(const model::Instance& taker, Outcome& outcome) {
    const bool access = target_.reason == Reason::RemoteAccessDisabled || target_.reason == Reason::AccountExpired;
    Reason request = access ? Reason::Ok : target_.reason;
    if (request == Reason::Ok && target_.name_case_differs) request = Reason::NameCaseDiffers;
    if (!append(outcome, {step(HopKind::Forwarder, "forwarder", &taker, request, target_.text)})) return;
    // What the forwarder does with the request is open: nothing behind it can be certain.
    if (request != Reason::Ok) return;
    if (access) {
      append(outcome, {step(HopKind::RemoteAccess, "instance", target_.instance, target_.reason, target_.text)});
      return;
    }
    const model::Instance& target = *target_.instance;
    if (&taker != &target && !between(taker, target, outcome)) return;
    if (!append(outcome, {ready(target)})) return;
    append(outcome, {step(HopKind::RemoteAccess, "instance", &target, Reason::Ok, "")});
    if (outcome.reason == Reason::Ok) outcome.reached = &target;
  }

  // The forwarder's new connection to the named instance. To itself it would stay inside the machine.
  bool between(const model::Instance& taker, const model::Instance& target, Outcome& outcome) {
    const net::Family family = net::family_of(observed_.tuple.source);
    const auto from = taker.address(family);
    const auto to = target.address(family);
    if (!from || !to) {
      append(outcome, {step(HopKind::Forwarder, "forwarder", &taker, Reason::NotAModelledAddress,
                            target.name + " has no address of the family")});
      return false;
    }
    const net::FiveTuple packet{net::kTcp, *from, 0, *to, kRdp};
    return append(outcome,
                  compiled_.stages(net::Direction::Outbound, taker, "forwarder", packet, Reason::NsgDeniedOutbound)) &&
           append(outcome,
                  compiled_.stages(net::Direction::Inbound, target, "instance", packet, Reason::NsgDeniedSecondHop));
  }

  static Hop ready(const model::Instance& instance) {
    const bool is = instance.state == model::InstanceState::Ready;
    Hop hop = step(HopKind::Instance, "instance", &instance, is ? Reason::Ok : Reason::InstanceNotReady,
                   is ? "" : instance.name + " is not Ready");
    return hop;
  }

  void no_forwarder(Pool pool) {
    const auto by_probe = std::find_if(pool.kept_out.begin(), pool.kept_out.end(),
                                       [](const Hop& hop) { return hop.reason == Reason::ProbeDenied; });
    Outcome outcome;
    if (by_probe != pool.kept_out.end())
      append(outcome, {*by_probe});
    else
      append(outcome, {step(HopKind::LoadBalancer, "", nullptr, Reason::NoHealthyForwarder,
                            "no instance of the forwarder's role is Ready")});
    take(std::move(outcome));
  }

  void choose(std::vector<const model::Instance*>& healthy) const {
    if (observed_.taken_by != nullptr) {
      healthy = {observed_.taken_by};
      return;
    }
    if (!options_.hash_seed) return;
    // FNV-1a over the seed and what the distribution looks at: documented, deterministic, not Azure's.
    std::uint64_t hash = 14695981039346656037U ^ *options_.hash_seed;
    const auto mix = [&](std::string_view text) {
      for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211U;
    };
    mix(net::to_string(observed_.tuple.source) + ' ' + net::to_string(observed_.tuple.destination));
    const auto distribution = deployment_.balancer.distribution;
    if (distribution != model::Distribution::SourceIp) mix(" " + std::to_string(observed_.tuple.protocol.number));
    if (distribution == model::Distribution::FiveTuple)
      mix(' ' + std::to_string(observed_.tuple.source_port) + ' ' + std::to_string(observed_.tuple.destination_port));
    healthy = {healthy[hash % healthy.size()]};
  }

  void combine(const std::vector<const model::Instance*>& takers, std::vector<Outcome> outcomes) {
    const bool agree = std::all_of(outcomes.begin(), outcomes.end(), [&](const Outcome& one) {
      return one.reason == outcomes[0].reason && one.reached == outcomes[0].reached;
    });
    if (agree) return take(std::move(outcomes[0]));
    std::string each;
    std::size_t worst = 0;
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
      each += (i == 0 ? "" : ", ") + ("through " + takers[i]->name) + ": " + std::string{code(outcomes[i].reason)};
      if (outcomes[worst].reason == Reason::Ok) worst = i;
    }
    take(std::move(outcomes[worst]));
    trace_.verdict = Verdict::Unknown;
    trace_.reached = nullptr;
    trace_.message = "it depends on the balancer's choice: " + each;
  }

  void fail(Hop hop) {
    Outcome outcome;
    append(outcome, {std::move(hop)});
    take(std::move(outcome));
  }

  void take(Outcome outcome) {
    trace_.reason = outcome.reason;
    trace_.verdict = verdict_of(outcome.reason);
    trace_.reached = outcome.reached;
    trace_.hops = std::move(outcome.hops);
    trace_.message = sentence();
  }

  [[nodiscard]] std::string sentence() const {
    if (trace_.verdict == Verdict::Reached) return "reaches " + trace_.reached->name;
    for (const Hop& hop : trace_.hops) {
      if (hop.verdict == HopVerdict::Allow) continue;
      std::string text = std::string{word(hop.kind)};
      if (!hop.at.empty()) text += " at the " + std::string{hop.at};
      if (hop.instance != nullptr) text += " (" + hop.instance->name + ')';
      text += hop.verdict == HopVerdict::Deny ? " stops it" : " is not settled";
      if (hop.rule != nullptr) {
        text += ": rule " + hop.rule->name;
        if (hop.nsg != nullptr) text += " of " + hop.nsg->name;
      }
      if (!hop.text.empty()) text += ": " + hop.text;
      return text;
    }
    return std::string{code(trace_.reason)};
  }

  // What the capture shows outweighs the model; where they differ, an assumption is wrong.
  void hold_against_capture() {
    if (trace_.leg == Leg::Elsewhere) return;
    if (observed_.ended_at != nullptr && trace_.wanted != nullptr && observed_.ended_at != trace_.wanted) {
      trace_.verdict = Verdict::Misrouted;
      trace_.reason = Reason::CaptureContradictsModel;
      trace_.reached = observed_.ended_at;
      trace_.message = trace_.wanted->name + " was wanted, but the capture shows the connection ending on " +
                       observed_.ended_at->name;
      return;
    }
    const bool confirmed = observed_.answer == wire::ServerAnswer::Kind::Confirm;
    const bool accepted = observed_.handshake == flow::Handshake::Full;
    const bool first_hop = trace_.reason == Reason::NsgDeniedForwarderPort || trace_.reason == Reason::ProbeDenied ||
                           trace_.reason == Reason::NoHealthyForwarder || trace_.reason == Reason::AdminRuleDenied ||
                           (trace_.leg == Leg::Instance && trace_.reason == Reason::NsgDeniedSecondHop);
    const bool lost = trace_.verdict == Verdict::Blocked || trace_.verdict == Verdict::Unroutable;
    if (!(lost && confirmed) && !(first_hop && accepted)) return;
    trace_.message = "the model says " + std::string{code(trace_.reason)} + ", but the capture shows an answer; " +
                     "the NSG, the forwarder port or an instance is not as the deployment file says";
    trace_.verdict = Verdict::Unknown;
    trace_.reason = Reason::CaptureContradictsModel;
  }

  const CompiledDeployment& compiled_;
  const model::Deployment& deployment_;
  const Observed& observed_;
  const WalkOptions& options_;
  Target target_;
  Trace trace_;
};

}  // namespace

Pool pool_of(const CompiledDeployment& compiled, net::Family family) {
  const model::Deployment& deployment = compiled.deployment();
  const net::AddressSet probe_sources = model::azure_load_balancer();
  Pool pool;
  for (const model::Role& role : deployment.roles) {
    if (!role.remote_forwarder) continue;
    pool.has_role = true;
    for (const model::Instance& instance : role.instances) {
      const auto address = instance.address(family);
      if (!address) continue;
      net::FiveTuple probe{net::kTcp, net::Ipv4{probe_sources.v4.intervals().front().low}, 0, *address,
                           deployment.balancer.probe_port};
      if (family == net::Family::V6) probe.source = net::Ipv6{probe_sources.v6.intervals().front().low};
      std::optional<Hop> obstacle;
      for (Hop& hop : compiled.stages(net::Direction::Inbound, instance, "forwarder", probe, Reason::ProbeDenied)) {
        if (hop.verdict != HopVerdict::Deny) continue;
        hop.reason = Reason::ProbeDenied;
        hop.text = "the health probe of " + instance.name + " is denied, so the balancer sends it nothing";
        obstacle = std::move(hop);
      }
      if (instance.state != model::InstanceState::Ready)
        obstacle =
            step(HopKind::LoadBalancer, "", &instance, Reason::NoHealthyForwarder, instance.name + " is not Ready");
      if (obstacle)
        pool.kept_out.push_back(std::move(*obstacle));
      else
        pool.healthy.push_back(&instance);
    }
  }
  return pool;
}

Trace walk(const CompiledDeployment& deployment, const Observed& observed, const WalkOptions& options) {
  return Walker{deployment, observed, options}.run();
}

}  // namespace nsgcheck::path
