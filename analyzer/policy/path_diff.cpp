// SPDX-License-Identifier: Apache-2.0
#include "analyzer/policy/path_diff.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "analyzer/engine/diff_rules.hpp"
#include "analyzer/model/assumed_address.hpp"
#include "analyzer/model/rule_change.hpp"
#include "analyzer/model/rule_text.hpp"
#include "analyzer/net/text.hpp"
#include "analyzer/policy/flow_words.hpp"
#include "analyzer/policy/witness.hpp"

namespace nsgcheck::policy {
namespace {

using engine::Verdict;

void detach(model::Deployment& deployment, std::size_t nsg) {
  for (model::Subnet& subnet : deployment.subnets)
    if (subnet.nsg == nsg) subnet.nsg.reset();
  for (model::Role& role : deployment.roles)
    for (model::Instance& instance : role.instances)
      if (instance.nsg == nsg) instance.nsg.reset();
}

// `other`: the NSG on the other side, to which what both leave open is no difference.
void put(model::Deployment& deployment, std::size_t index, const model::Nsg* nsg, const model::Nsg* other) {
  if (nsg == nullptr) return detach(deployment, index);
  const bool may_be_missing =
      !nsg->conditions.empty() && (other == nullptr || !engine::conditions_alike(*nsg, *other, false));
  deployment.nsgs[index] = may_be_missing ? model::perhaps_missing(*nsg) : *nsg;
}

std::optional<std::size_t> find(const model::Deployment& deployment, const NsgPair& pair) {
  for (const model::Nsg* side : {pair.before, pair.after}) {
    if (side == nullptr) continue;
    for (std::size_t i = 0; i < deployment.nsgs.size(); ++i)
      if (net::same_word(deployment.nsgs[i].name, side->name)) return i;
  }
  return std::nullopt;
}

bool is_behind(const model::Deployment& deployment, const model::Role& role, const model::Instance& instance,
               std::size_t nsg) {
  return instance.nsg == nsg || (role.subnet && deployment.subnets[*role.subnet].nsg == nsg);
}

// Those of its addresses that flows of the region can have.
net::AddressSet addresses_of(const model::Instance& instance, const engine::Region& region) {
  net::AddressSet out;
  for (const net::IpAddress& address : instance.addresses) out = out | net::AddressSet::of(address);
  if (!region.v4) out.v4 = {};
  if (!region.v6) out.v6 = {};
  return out;
}

PathQuestion question_of(const Change& change, const net::AddressSet& own) {
  const engine::Region& region = change.region.region;
  PathQuestion out;
  out.direction = change.direction;
  out.protocols = region.protocols;
  out.source_ports = region.source_ports;
  out.destination_ports = region.destination_ports;
  if (change.direction == net::Direction::Inbound) {
    out.from = change.far;
    out.to = {model::parse_address_item("*", {}, false)};
    out.to_only = own;
  } else {
    out.from = model::block_items(own);
    out.to = change.far;
  }
  return out;
}

std::vector<PathStage> stoppers(const PathAnswer& answer) {
  std::vector<PathStage> out;
  for (const FlowWay& way : answer.ways)
    for (const PathStage& stage : way.stages)
      if (stage.answer.judgement.verdict == Verdict::Deny) out.push_back(stage);
  return out;
}

void append(std::vector<NamedRegion>& out, const std::vector<NamedRegion>& more) {
  out.insert(out.end(), more.begin(), more.end());
}

/// Follows changes along the ways of both sides.
class Follower {
 public:
  Follower(const DeploymentPair& pair, std::vector<PathChange>& out)
      : pair_{pair}, before_{pair.before, AskedOf::Sets}, after_{pair.after, AskedOf::Sets}, out_{out} {}

  void add(PathChange entry) {
    const Change& change = *entry.change;
    const engine::AddressPart& near =
        change.direction == net::Direction::Inbound ? change.region.region.destination : change.region.region.source;
    const net::AddressSet all = addresses_of(*entry.instance, change.region.region);
    // Whether the instance is in a group of the change is not known.
    const bool perhaps_here = !near.symbols.empty();
    const net::AddressSet own = perhaps_here ? all : near.addresses & all;
    if (own.empty()) return;
    PathQuestion question = question_of(change, own);
    const bool opened = change.shift == engine::Shift::NewlyAllowed;
    const bool settled =
        change.shift != engine::Shift::Unknown && !perhaps_here && !is_spread(*entry.instance, change.direction);
    const PathAnswer asked = (opened ? after_ : before_).ask(question);
    question.losses = true;
    const PathAnswer other = (opened ? before_ : after_).ask(question);
    if (!settled)
      doubt(entry, asked.judgement, other.judgement);
    else if (names_symbols(asked) || names_symbols(other))
      contrast_wholes(entry, asked.judgement, other.judgement);
    else
      contrast(entry, asked, other);
    const bool is_stopped = entry.arrives.empty() && entry.unknown.empty() && entry.complete;
    // What an admin rule delivers past the NSGs fares alike on both sides.
    if (is_stopped && asked.judgement.verdict != Verdict::Deny) return;
    if (is_stopped) entry.stopped_by = stoppers(asked);
    out_.push_back(std::move(entry));
  }

 private:
  // Symbols of the two sides are numbered apart.
  static bool names_symbols(const PathAnswer& answer) {
    const auto any = [](const std::vector<NamedRegion>& regions) {
      return std::any_of(regions.begin(), regions.end(), [](const NamedRegion& one) {
        return !one.region.source.symbols.empty() || !one.region.destination.symbols.empty();
      });
    };
    return std::any_of(answer.ways.begin(), answer.ways.end(), [&](const FlowWay& way) {
      return any(way.lost) || any(way.judgement.region) || any(way.judgement.unknown_region);
    });
  }

  // As long as all of it fares alike on the other side.
  static void contrast_wholes(PathChange& entry, const Judgement& there, const Judgement& other) {
    if (other.verdict == Verdict::Deny) {
      entry.arrives = there.region;
      entry.witness = there.witness;
      entry.unknown = there.unknown_region;
      entry.complete = there.complete;
      if (!entry.unknown.empty() || !entry.complete) entry.reason = there.reason;
    } else if (other.verdict != Verdict::Allow && there.verdict != Verdict::Deny) {
      doubt(entry, there, other);
    }
  }

  // What arrives on the one side and is lost on the other.
  void contrast(PathChange& entry, const PathAnswer& asked, const PathAnswer& other) const {
    const Judgement& there = asked.judgement;
    std::vector<engine::Region> arrives;
    entry.unknown = there.unknown_region;
    for (const FlowWay& way : other.ways) {
      for (const NamedRegion& lost : way.lost)
        for (const NamedRegion& region : there.region)
          if (auto both = meeting(region.region, lost.region)) arrives.push_back(*std::move(both));
      for (const NamedRegion& open : way.judgement.unknown_region)
        if (std::any_of(there.region.begin(), there.region.end(),
                        [&](const NamedRegion& region) { return meeting(region.region, open.region).has_value(); }))
          entry.unknown.push_back(open);
    }
    entry.complete = there.complete && other.judgement.complete;
    if (!entry.unknown.empty() || !entry.complete) entry.reason = there.reason ? there.reason : other.judgement.reason;
    const engine::SymbolTable none;
    for (engine::Region& region : joined(std::move(arrives), entry.change->direction)) {
      // That of a machine where there is one, which the first way is of.
      if (!entry.witness && there.witness && holds(region, *there.witness)) entry.witness = there.witness;
      if (!entry.witness) entry.witness = pick_witness(region, none);
      entry.arrives.push_back(name_flows(std::move(region), pair_.after.network, none, true));
    }
  }

  static bool holds(const engine::Region& region, const Witness& packet) {
    const auto has = [](const engine::AddressPart& part, const WitnessAddress& address) {
      const auto* one = std::get_if<net::IpAddress>(&address);
      return one != nullptr && part.addresses.contains(*one);
    };
    const auto has_port = [](const net::PortSet& ports, const std::optional<net::Port>& port) {
      return !port || ports.contains(*port);
    };
    return region.protocols[packet.protocol.number] && has(region.source, packet.source) &&
           has(region.destination, packet.destination) && has_port(region.source_ports, packet.source_port) &&
           has_port(region.destination_ports, packet.destination_port);
  }

  // The flows of both; none of them names a symbol.
  static std::optional<engine::Region> meeting(const engine::Region& a, const engine::Region& b) {
    engine::Region out;
    out.protocols = a.protocols & b.protocols;
    out.source_ports = a.source_ports & b.source_ports;
    out.destination_ports = a.destination_ports & b.destination_ports;
    out.v4 = a.v4 && b.v4;
    out.v6 = a.v6 && b.v6;
    out.source.addresses = a.source.addresses & b.source.addresses;
    out.destination.addresses = a.destination.addresses & b.destination.addresses;
    const net::AddressSet& from = out.source.addresses;
    const net::AddressSet& to = out.destination.addresses;
    const bool v4 = out.v4 && !from.v4.empty() && !to.v4.empty();
    const bool v6 = out.v6 && !from.v6.empty() && !to.v6.empty();
    const bool portless = (out.protocols & ~net::ported_protocols()).any();
    const bool ports = !out.source_ports.empty() && !out.destination_ports.empty();
    if (out.protocols.none() || !(v4 || v6)) return std::nullopt;
    if (!ports && !portless) return std::nullopt;
    if (!ports) out.protocols &= ~net::ported_protocols();
    return out;
  }

  // What gets through on either side may be what differs.
  static void doubt(PathChange& entry, const Judgement& one, const Judgement& other) {
    entry.reason = one.reason ? one.reason : entry.change->reason;
    for (const Judgement* judgement : {&one, &other}) {
      append(entry.unknown, judgement->region);
      append(entry.unknown, judgement->unknown_region);
      if (!entry.reason) entry.reason = judgement->reason;
      entry.complete = entry.complete && judgement->complete;
    }
    if (!entry.reason) entry.reason = model::Reason::UnresolvedExpression;
    if (entry.unknown.empty() && !(one.verdict == Verdict::Deny && other.verdict == Verdict::Deny))
      entry.unknown = {entry.change->region};
  }

  // Its address is not given, and rules tell those apart that it may have.
  [[nodiscard]] bool is_spread(const model::Instance& instance, net::Direction direction) const {
    const auto end = direction == net::Direction::Inbound ? model::FlowEnd::Destination : model::FlowEnd::Source;
    return !instance.space.empty() && (model::rules_tell_apart(pair_.before, instance.space, end) ||
                                       model::rules_tell_apart(pair_.after, instance.space, end));
  }

  const DeploymentPair& pair_;
  FlowPaths before_, after_;
  std::vector<PathChange>& out_;
};

}  // namespace

DeploymentPair with_sides(const model::Deployment& deployment, const std::vector<NsgDiff>& diffs) {
  DeploymentPair out{deployment, deployment, {}};
  for (const NsgDiff& diff : diffs) {
    out.stands.push_back(find(deployment, diff.nsgs));
    if (!out.stands.back()) continue;
    const auto& [before, after] = diff.nsgs;
    put(out.before, *out.stands.back(), before, after);
    put(out.after, *out.stands.back(), after, before);
  }
  return out;
}

std::vector<PathChange> path_changes(const DeploymentPair& pair, const std::vector<NsgDiff>& diffs) {
  std::vector<PathChange> out;
  Follower follower{pair, out};
  for (std::size_t r = 0; r < pair.after.roles.size(); ++r) {
    const model::Role& role = pair.after.roles[r];
    const model::Role& old_role = pair.before.roles[r];
    for (std::size_t i = 0; i < role.instances.size(); ++i) {
      for (std::size_t d = 0; d < diffs.size(); ++d) {
        const auto nsg = pair.stands[d];
        if (!nsg || !(is_behind(pair.after, role, role.instances[i], *nsg) ||
                      is_behind(pair.before, old_role, old_role.instances[i], *nsg)))
          continue;
        for (const auto* list : {&diffs[d].allowed, &diffs[d].denied, &diffs[d].unknown})
          for (const Change& change : *list) {
            PathChange entry;
            entry.role = &role;
            entry.instance = &role.instances[i];
            entry.diff = d;
            entry.change = &change;
            follower.add(std::move(entry));
          }
      }
    }
  }
  return out;
}

}  // namespace nsgcheck::policy
