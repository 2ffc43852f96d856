// SPDX-License-Identifier: Apache-2.0
#include "analyzer/policy/path_diff.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "analyzer/model/assumed_address.hpp"
#include "analyzer/model/rule_change.hpp"
#include "analyzer/model/rule_text.hpp"
#include "analyzer/net/text.hpp"

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

void put(model::Deployment& deployment, std::size_t index, const model::Nsg* nsg) {
  if (nsg == nullptr)
    detach(deployment, index);
  else
    deployment.nsgs[index] = *nsg;
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
    const PathQuestion question = question_of(change, own);
    const bool opened = change.shift == engine::Shift::NewlyAllowed;
    const bool settled = change.shift != engine::Shift::Unknown && !perhaps_here && !is_spread(*entry.instance);
    const PathAnswer asked = (opened ? after_ : before_).ask(question);
    const PathAnswer other = (opened ? before_ : after_).ask(question);
    const Judgement& there = asked.judgement;
    entry.reason = there.reason ? there.reason : change.reason;
    entry.complete = there.complete;
    if (settled && there.verdict == Verdict::Deny) {
      entry.stopped_by = stoppers(asked);
    } else if (settled && other.judgement.verdict == Verdict::Deny) {
      entry.arrives = there.region;
      entry.witness = there.witness;
      entry.unknown = there.unknown_region;
    } else if (settled && other.judgement.verdict == Verdict::Allow) {
      return;  // an admin rule delivers it past the NSGs on both sides
    } else {
      doubt(entry, there, other.judgement);
      if (entry.unknown.empty()) {
        if (there.verdict == Verdict::Deny && other.judgement.verdict == Verdict::Deny)
          entry.stopped_by = stoppers(asked);
        else
          entry.unknown = {change.region};
      }
    }
    out_.push_back(std::move(entry));
  }

 private:
  // What gets through on either side may be what differs.
  static void doubt(PathChange& entry, const Judgement& one, const Judgement& other) {
    for (const Judgement* judgement : {&one, &other}) {
      append(entry.unknown, judgement->region);
      append(entry.unknown, judgement->unknown_region);
      if (!entry.reason) entry.reason = judgement->reason;
      entry.complete = entry.complete && judgement->complete;
    }
    if (!entry.reason) entry.reason = model::Reason::UnresolvedExpression;
  }

  // Its address is not given, and rules tell those apart that it may have.
  [[nodiscard]] bool is_spread(const model::Instance& instance) const {
    return !instance.space.empty() && (model::rules_tell_apart(pair_.before, instance.space) ||
                                       model::rules_tell_apart(pair_.after, instance.space));
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
    put(out.before, *out.stands.back(), diff.nsgs.before);
    put(out.after, *out.stands.back(), diff.nsgs.after);
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
