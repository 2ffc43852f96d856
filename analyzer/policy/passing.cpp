// SPDX-License-Identifier: Apache-2.0
#include "analyzer/policy/passing.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "analyzer/engine/ask.hpp"

namespace nsgcheck::policy {
namespace {

using engine::Region;

void add(std::vector<Region>& to, std::vector<Region> more) {
  std::move(more.begin(), more.end(), std::back_inserter(to));
}

void note(Passing& flows, const engine::Answer& answer) {
  flows.complete = flows.complete && answer.complete;
  if (answer.reason && (!flows.reason || *answer.reason < *flows.reason)) flows.reason = answer.reason;
}

// What is said of the whole, not of its parts.
Passing without_regions(Passing flows) {
  flows.sure.clear();
  flows.perhaps.clear();
  return flows;
}

// Whether they got here or not, they get no further.
void gather_denied(Passing& out, const engine::Filter& filter, const std::vector<Region>& regions) {
  for (const Region& region : regions) {
    engine::Answer answer = engine::ask(filter, flows_of(region), engine::View::Denied);
    out.complete = out.complete && answer.complete;
    add(out.denied, std::move(answer.yes));
  }
}

/// Flows by whether an admin rule delivers them past the NSGs.
struct Delivery {
  std::vector<Region> delivered, unsettled, rest;
};

Delivery deliver(const engine::Filter& deliveries, const std::vector<Region>& regions, Passing& about) {
  Delivery out;
  for (const Region& region : regions) {
    const engine::FlowSet flows = flows_of(region);
    engine::Answer answer = engine::ask(deliveries, flows);
    engine::Answer others = engine::ask(deliveries, flows, engine::View::Denied);
    about.complete = about.complete && answer.complete && others.complete;
    if (answer.some_unknown) note(about, answer);
    add(out.delivered, std::move(answer.yes));
    add(out.unsettled, std::move(answer.unknown));
    add(out.rest, std::move(others.yes));
  }
  return out;
}

}  // namespace

engine::Region region_of(const engine::FlowSet& flows) {
  Region out;
  out.protocols = flows.protocols;
  out.source = {flows.source.known, flows.source.symbols};
  out.source_ports = flows.source_ports;
  out.destination = {flows.destination.known, flows.destination.symbols};
  out.destination_ports = flows.destination_ports;
  return out;
}

engine::FlowSet flows_of(const engine::Region& region) {
  return {region.protocols,
          {region.source.addresses, region.source.symbols, false},
          region.source_ports,
          {region.destination.addresses, region.destination.symbols, false},
          region.destination_ports};
}

Passing pass(const engine::Filter& filter, Passing flows) {
  Passing out = without_regions(flows);
  if (flows.keep_denied) {
    gather_denied(out, filter, flows.sure);
    gather_denied(out, filter, flows.perhaps);
  }
  for (const Region& region : flows.sure) {
    engine::Answer answer = engine::ask(filter, flows_of(region));
    note(out, answer);
    out.lost = out.lost || answer.some_no;
    add(out.sure, std::move(answer.yes));
    add(out.perhaps, std::move(answer.unknown));
    if (!answer.complete) out.perhaps.push_back(region);
  }
  for (const Region& region : flows.perhaps) {
    engine::Answer answer = engine::ask(filter, flows_of(region));
    note(out, answer);
    add(out.perhaps, std::move(answer.yes));
    add(out.perhaps, std::move(answer.unknown));
    if (!answer.complete) out.perhaps.push_back(region);
  }
  return out;
}

namespace {

Passing pass_kind(StageKind kind, const std::vector<StageSpec>& stages, const FilterOf& filter_of, Passing flows) {
  for (const StageSpec& stage : stages)
    if (stage.kind == kind) flows = pass(filter_of(*stage.rules), std::move(flows));
  return flows;
}

// Admin rules and NSGs: what the virtual network filters.
Passing pass_network(const std::vector<StageSpec>& stages, const FilterOf& filter_of, Passing flows) {
  const auto admin = std::find_if(stages.begin(), stages.end(),
                                  [](const StageSpec& stage) { return stage.kind == StageKind::AdminRules; });
  if (admin == stages.end()) return pass_kind(StageKind::Nsg, stages, filter_of, std::move(flows));
  flows = pass(filter_of(*admin->rules), std::move(flows));
  const engine::Filter& deliveries = filter_of(*admin->deliveries);
  Passing about = without_regions(flows);
  Delivery sure = deliver(deliveries, flows.sure, about);
  Delivery perhaps = deliver(deliveries, flows.perhaps, about);

  Passing to_nsgs = about;
  to_nsgs.sure = std::move(sure.rest);
  to_nsgs.perhaps = std::move(perhaps.rest);
  Passing out = pass_kind(StageKind::Nsg, stages, filter_of, std::move(to_nsgs));
  add(out.sure, std::move(sure.delivered));
  add(out.perhaps, std::move(perhaps.delivered));
  add(out.perhaps, std::move(perhaps.unsettled));
  // Delivered or not, they arrive where the NSGs let them through.
  for (Region& region : sure.unsettled) {
    Passing one;
    one.sure.push_back(region);
    one = pass_kind(StageKind::Nsg, stages, filter_of, std::move(one));
    const bool all = !one.lost && one.perhaps.empty() && one.complete;
    if (all)
      add(out.sure, std::move(one.sure));
    else
      out.perhaps.push_back(std::move(region));
  }
  return out;
}

}  // namespace

Passing pass(const std::vector<StageSpec>& stages, const FilterOf& filter_of, Passing flows) {
  flows = pass_kind(StageKind::EndpointAcl, stages, filter_of, std::move(flows));
  flows = pass_network(stages, filter_of, std::move(flows));
  return pass_kind(StageKind::TrafficRules, stages, filter_of, std::move(flows));
}

}  // namespace nsgcheck::policy
