// SPDX-License-Identifier: Apache-2.0
#include "simulator/path/walk.hpp"

#include <algorithm>

#include "simulator/path/balancer.hpp"
#include "simulator/path/evidence.hpp"
#include "simulator/path/lookup.hpp"

namespace nsgcheck::path {
namespace {

/// What happens to a connection once a forwarder has it, or straight at an instance.
struct Outcome {
  Reason reason{Reason::Ok};
  const model::Instance* reached{};
  std::vector<Hop> hops;
};

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
        if (deployment_.forwarder_doubt) leave_open(*deployment_.forwarder_doubt);
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
    hold_against_capture(trace_, observed_);
    return std::move(trace_);
  }

 private:
  void client() {
    const net::Family family = net::family_of(observed_.tuple.source);
    Pool pool = pool_of(compiled_, family);
    if (!pool.has_role)
      return fail(
          plain_hop(HopKind::LoadBalancer, "", nullptr, Reason::NoForwarderRole, "no role imports RemoteForwarder"));
    if (observed_.tuple.protocol != net::kTcp)
      return fail(plain_hop(HopKind::LoadBalancer, "", nullptr, Reason::NotRdp,
                            "the balancer passes TCP only; RDP over UDP does not get through"));
    if (pool.healthy.empty()) return no_forwarder(std::move(pool));
    trace_.forwarders = choose(deployment_, pool.healthy, observed_, options_);
    // One forwarder that surely has its probe is enough for the balancer to have somewhere to send to.
    const bool all_doubtful = observed_.taken_by == nullptr && pool.doubtful.size() == pool.healthy.size();
    std::vector<Outcome> outcomes;
    for (const model::Instance* candidate : trace_.forwarders) {
      Outcome outcome;
      if (all_doubtful) append(outcome, {pool.doubtful.front()});
      through(*candidate, true, outcome);
      outcomes.push_back(std::move(outcome));
    }
    combine(trace_.forwarders, std::move(outcomes));
  }

  // Another machine may take the connection, or this one on another port, unless the capture shows which; what is wrong
  // with the request stays wrong.
  void leave_open(const model::Doubt& doubt) {
    const bool by_request = trace_.verdict == Verdict::Unroutable && trace_.reason != Reason::NoForwarderRole;
    if (by_request || trace_.verdict == Verdict::Unknown || trace_.verdict == Verdict::NotRdp ||
        observed_.taken_by != nullptr)
      return;
    trace_.candidates.clear();
    fail(plain_hop(HopKind::LoadBalancer, "", nullptr, reason_for(doubt.reason), doubt.why));
  }

  void forwarder() {
    const model::Instance* taker = compiled_.instance_at(observed_.tuple.destination);
    trace_.forwarders = {taker};
    if (observed_.tuple.protocol != net::kTcp) {
      target_ = {nullptr, Reason::NotRdp, "the forwarder listens on TCP only", false};
      trace_.wanted = nullptr;
    }
    Outcome outcome;
    through(*taker, false, outcome);
    take(std::move(outcome));
  }

  // Straight to an instance: the forwarder's own connection, or a client that needs no cookie.
  void instance() {
    const model::Instance* target = compiled_.instance_at(observed_.tuple.destination);
    trace_.wanted = target;
    Outcome outcome;
    if (straight(*target, outcome) && outcome.reason == Reason::Ok) outcome.reached = target;
    take(std::move(outcome));
  }

  bool straight(const model::Instance& target, Outcome& outcome) {
    const net::FiveTuple& packet = observed_.tuple;
    const model::Instance* from = compiled_.instance_at(packet.source);
    if (from != &target) {
      if (from != nullptr && !append(outcome, compiled_.stages(net::Direction::Outbound, *from, "forwarder", packet,
                                                               Reason::NsgDeniedOutbound)))
        return false;
      if (!append(outcome,
                  compiled_.stages(net::Direction::Inbound, target, "instance", packet, Reason::NsgDeniedSecondHop)))
        return false;
    }
    if (!append(outcome, {access(target)})) return false;
    const Reason seen = packet.protocol == net::kTcp ? nothing_to_judge()
                        : observed_.rdp_udp          ? Reason::Ok
                                                     : Reason::NotRdp;
    return seen == Reason::Ok || append(outcome, {plain_hop(HopKind::Instance, "instance", &target, seen, "")});
  }

  // A connection straight to an instance is judged by what the capture shows of it, not by a cookie.
  [[nodiscard]] Reason nothing_to_judge() const {
    using flow::Handshake;
    if (observed_.handshake == Handshake::RefusedByRst || observed_.handshake == Handshake::RefusedByIcmp)
      return Reason::Refused;
    if (observed_.handshake == Handshake::SynOnly) return Reason::SynOnly;
    if (observed_.request == nullptr) return observed_.mid_stream ? Reason::MidStream : Reason::NoData;
    const Reason early = reason_of_outcome(observed_, observed_.request->outcome);
    // What is no good request to us may be one to the machine: its confirmation tells.
    const bool refused = early == Reason::MalformedRequest && observed_.answer != wire::ServerAnswer::Kind::Confirm;
    const bool says_nothing = refused || early == Reason::NotRdp || early == Reason::NoData ||
                              early == Reason::MidStream || early == Reason::IncompleteRequest ||
                              early == Reason::SnaplenCut;
    return says_nothing ? early : Reason::Ok;
  }

  void through(const model::Instance& taker, bool translated, Outcome& outcome) {
    net::FiveTuple packet = observed_.tuple;
    packet.destination = *taker.address(net::family_of(packet.source));
    packet.destination_port = deployment_.forwarder_port;
    if (translated) {
      Hop balancer = plain_hop(HopKind::LoadBalancer, "", &taker, Reason::Ok, "");
      balancer.before = Ends{{observed_.tuple.source, observed_.tuple.source_port},
                             {observed_.tuple.destination, observed_.tuple.destination_port}};
      balancer.after = Ends{{packet.source, packet.source_port}, {packet.destination, packet.destination_port}};
      append(outcome, {std::move(balancer)});
    }
    if (!append(outcome,
                compiled_.stages(net::Direction::Inbound, taker, "forwarder", packet, Reason::NsgDeniedForwarderPort)))
      return;
    if (taker.forwarder_crashed)
      append(outcome, {plain_hop(HopKind::Forwarder, "forwarder", &taker, Reason::ForwarderCrashed,
                                 "the forwarder of " + taker.name + " does not run; the probe does not see that")});
    else
      second_hop(taker, outcome);
  }

  void second_hop(const model::Instance& taker, Outcome& outcome) {
    const bool no_access = target_.reason == Reason::RemoteAccessDisabled || target_.reason == Reason::AccountExpired;
    Reason request = no_access || is_open_access(target_.reason) ? Reason::Ok : target_.reason;
    if (target_.name_case_differs && request == Reason::Ok) request = Reason::NameCaseDiffers;
    if (!append(outcome, {plain_hop(HopKind::Forwarder, "forwarder", &taker, request, target_.text)})) return;
    // What the forwarder does with the request is open: nothing behind it can be certain.
    if (request != Reason::Ok) return;
    const model::Instance& target = *target_.instance;
    if (no_access) {
      append(outcome, {plain_hop(HopKind::RemoteAccess, "instance", &target, target_.reason, target_.text)});
      return;
    }
    if (&taker != &target && !between(taker, target, outcome)) return;
    if (append(outcome, {access(target)}) && outcome.reason == Reason::Ok) outcome.reached = &target;
  }

  // The forwarder's new connection to the named instance. To itself it would stay inside the machine.
  bool between(const model::Instance& taker, const model::Instance& target, Outcome& outcome) {
    const net::Family family = net::family_of(observed_.tuple.source);
    const auto from = taker.address(family);
    const auto to = target.address(family);
    if (!from || !to) {
      append(outcome, {plain_hop(HopKind::Forwarder, "forwarder", &taker, Reason::NotAModelledAddress,
                                 target.name + " has no address of the family")});
      return false;
    }
    const net::FiveTuple packet{net::kTcp, *from, 0, *to, net::kRdpPort};
    std::vector<Hop> limited;
    if (auto hop = compiled_.traffic_rule(taker, target)) limited.push_back(*std::move(hop));
    return append(outcome, std::move(limited)) &&
           append(outcome,
                  compiled_.stages(net::Direction::Outbound, taker, "forwarder", packet, Reason::NsgDeniedOutbound)) &&
           append(outcome,
                  compiled_.stages(net::Direction::Inbound, target, "instance", packet, Reason::NsgDeniedSecondHop));
  }

  [[nodiscard]] Hop access(const model::Instance& instance) const {
    Reason reason = access_to(deployment_, compiled_.role_of(instance), observed_.time);
    std::string text = access_text(deployment_, compiled_.role_of(instance), reason);
    if (reason == Reason::Ok && instance.state != model::InstanceState::Ready) {
      reason = Reason::InstanceNotReady;
      text = instance.name + " is not Ready";
    }
    return plain_hop(HopKind::RemoteAccess, "instance", &instance, reason, std::move(text));
  }

  void no_forwarder(Pool pool) {
    Outcome outcome;
    const bool by_probe = std::any_of(pool.kept_out.begin(), pool.kept_out.end(),
                                      [](const Hop& hop) { return hop.reason == Reason::ProbeDenied; });
    outcome.reason = by_probe ? Reason::ProbeDenied : Reason::NoHealthyForwarder;
    // The hop that gives the reason comes first.
    std::stable_partition(pool.kept_out.begin(), pool.kept_out.end(),
                          [&](const Hop& hop) { return hop.reason == outcome.reason; });
    outcome.hops = std::move(pool.kept_out);
    if (outcome.hops.empty())
      outcome.hops.push_back(plain_hop(HopKind::LoadBalancer, "", nullptr, outcome.reason,
                                       "the forwarder's role has no instance with an address of the family"));
    take(std::move(outcome));
  }

  void combine(const std::vector<const model::Instance*>& takers, std::vector<Outcome> outcomes) {
    const auto all = [&](const auto& same) { return std::all_of(outcomes.begin(), outcomes.end(), same); };
    const Reason reason = outcomes[0].reason;
    if (all([&](const Outcome& one) { return one.reason == reason; })) return take(std::move(outcomes[0]));
    std::string each;
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
      trace_.candidates.push_back({takers[i], verdict_of(outcomes[i].reason), outcomes[i].reason});
      each += (i == 0 ? "through " : ", through ") + takers[i]->name + ": " + std::string{code(outcomes[i].reason)};
    }
    // Lost one way or another: then the fate is certain although the hop that loses it is not.
    const bool certain = all([&](const Outcome& one) { return verdict_of(one.reason) == verdict_of(reason); });
    const auto failing =
        std::find_if(outcomes.begin(), outcomes.end(), [](const Outcome& one) { return one.reason != Reason::Ok; });
    take(std::move(*failing));
    if (!certain) trace_.verdict = Verdict::Unknown;
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
      if (!hop.at.empty() && hop.at != word(hop.kind)) text += " at the " + std::string{hop.at};
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

  const CompiledDeployment& compiled_;
  const model::Deployment& deployment_;
  const Observed& observed_;
  const WalkOptions& options_;
  Target target_;
  Trace trace_;
};

}  // namespace

Trace walk(const CompiledDeployment& deployment, const Observed& observed, const WalkOptions& options) {
  return Walker{deployment, observed, options}.run();
}

}  // namespace nsgcheck::path
