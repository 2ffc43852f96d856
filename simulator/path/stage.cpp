// SPDX-License-Identifier: Apache-2.0
#include "simulator/path/stage.hpp"

#include <algorithm>
#include <utility>

#include "analyzer/engine/ask.hpp"
#include "analyzer/engine/explain.hpp"
#include "analyzer/engine/resolve.hpp"

namespace nsgcheck::path {
namespace {

constexpr net::Port kFirstDynamic = 1024;

net::PortSet dynamic_ports() { return net::PortSet::range(kFirstDynamic, net::kAxisEnd<net::Port>); }

engine::FlowSet flows_of(const net::FiveTuple& packet, EndSpaces spaces) {
  engine::FlowSet flows = engine::flow_set(packet, false);
  if (spaces.source != nullptr) flows.source.known = *spaces.source;
  if (spaces.destination != nullptr) flows.destination.known = *spaces.destination;
  if (packet.source_port == 0 && net::has_ports(packet.protocol)) flows.source_ports = dynamic_ports();
  return flows;
}

std::string_view why(engine::Reason reason) {
  switch (reason) {
    case engine::Reason::UnknownTag:
      return "a service tag without data";
    case engine::Reason::AsgWithoutMembers:
      return "an application security group without members";
    case engine::Reason::UnresolvedExpression:
      return "an unresolved expression";
    case engine::Reason::DuplicatePriority:
      return "two rules of one priority";
    default:
      return "a value that cannot be read";
  }
}

Reason code_of(std::optional<engine::Reason> reason) {
  return reason == engine::Reason::UnresolvedExpression ? Reason::UnresolvedExpression : Reason::UnknownTag;
}

// Says which rules may decide a packet that the input does not settle.
std::string doubt(const engine::Filter& filter, const model::Nsg& nsg, const engine::Answer& answer) {
  if (!answer.some_unknown) return "it depends on the source port that the machine happens to take";
  std::string names;
  for (const engine::RuleIndex rule : answer.candidates)
    names += (names.empty() ? "" : ", ") + nsg.rules[filter.origin(rule)].name;
  std::string text{why(answer.reason.value_or(engine::Reason::InvalidRule))};
  return names.empty() ? text : text + "; one of these decides: " + names;
}

/// The part of a client's flows that gets through, as boxes cut it to pieces: by the machine's address its ports.
using Through = std::vector<std::pair<net::AddressSet, net::PortSet>>;

void add_piece(Through& through, const net::AddressSet& to, const net::PortSet& ports) {
  Through next;
  for (auto& [addresses, known] : through) {
    net::AddressSet inside = addresses & to;
    net::AddressSet outside = addresses - to;
    if (!inside.empty()) next.emplace_back(std::move(inside), known | ports);
    if (!outside.empty()) next.emplace_back(std::move(outside), known);
  }
  through = std::move(next);
}

// Its pieces are put together before a client counts.
net::AddressSet sure_of(const std::vector<engine::Region>& yes, const net::AddressSet& from,
                        const net::AddressSet& to) {
  std::vector<std::pair<net::AddressSet, Through>> clients{{from, {{to, {}}}}};
  for (const engine::Region& region : yes) {
    std::vector<std::pair<net::AddressSet, Through>> next;
    for (auto& [addresses, through] : clients) {
      net::AddressSet inside = addresses & region.source.addresses;
      net::AddressSet outside = addresses - region.source.addresses;
      if (!outside.empty()) next.emplace_back(std::move(outside), through);
      if (inside.empty()) continue;
      add_piece(through, region.destination.addresses, region.source_ports);
      next.emplace_back(std::move(inside), std::move(through));
    }
    clients = std::move(next);
  }
  net::AddressSet sure;
  for (const auto& [addresses, through] : clients)
    if (std::all_of(through.begin(), through.end(), [](const auto& piece) { return piece.second.is_all(); }))
      sure = sure | addresses;
  return sure;
}

}  // namespace

Stage::Stage(const model::Nsg& nsg, net::Direction direction, const model::NetworkContext& context)
    : filter{engine::resolve(nsg, direction, context)}, classifier{filter} {
  const auto& rules = filter.rules();
  dynamic_ports_alike = std::all_of(rules.begin(), rules.end(), [](const engine::FilterRule& rule) {
    return !rule.source_ports.undetermined && rule.source_ports.known.covers(dynamic_ports());
  });
}

Decided decide(const Stage& stage, const model::Nsg& nsg, const net::FiveTuple& packet, EndSpaces spaces) {
  const auto settled = [&](engine::Verdict verdict, std::optional<engine::RuleIndex> rule) {
    Decided out;
    out.verdict = verdict == engine::Verdict::Allow ? HopVerdict::Allow : HopVerdict::Deny;
    if (rule) out.rule = stage.filter.origin(*rule);
    return out;
  };
  const bool one_address = spaces.source == nullptr && spaces.destination == nullptr;
  const bool one_port = packet.source_port != 0 || !net::has_ports(packet.protocol) || stage.dynamic_ports_alike;
  if (one_address && one_port) {
    net::FiveTuple one_packet = packet;
    if (packet.source_port == 0 && net::has_ports(packet.protocol)) one_packet.source_port = kFirstDynamic;
    const engine::Decision one = stage.classifier.classify(one_packet);
    if (one.verdict != engine::Verdict::Unknown) return settled(one.verdict, one.decider);
  }
  const engine::Answer answer = engine::ask(stage.filter, flows_of(packet, spaces));
  const engine::Verdict verdict = engine::verdict(answer);
  if (verdict == engine::Verdict::Allow || verdict == engine::Verdict::Deny) {
    const auto& rules = verdict == engine::Verdict::Deny ? answer.no_rules : answer.yes_rules;
    return settled(verdict, rules.empty() ? std::nullopt : std::optional{rules.front()});
  }
  const bool by_address = !answer.some_unknown && !one_address;
  return {
      HopVerdict::Unknown, std::nullopt,
      by_address ? "it depends on the addresses of instances, which are not given" : doubt(stage.filter, nsg, answer),
      by_address ? Reason::NotAModelledAddress : code_of(answer.some_unknown ? answer.reason : std::nullopt)};
}

Arrivals pass(const Stage& stage, const Arrivals& from, const net::AddressSet& to, net::Port port) {
  if (from.may.empty()) return {};
  engine::FlowSet flows;
  flows.protocols = net::protocol_set({net::kTcp});
  flows.source.known = from.may;
  flows.source_ports = net::PortSet::all();
  flows.destination.known = to;
  flows.destination_ports = net::PortSet::range(port, port);
  const engine::Answer answer = engine::ask(stage.filter, flows);
  Arrivals out;
  for (const engine::Region& region : answer.yes) out.may = out.may | region.source.addresses;
  out.sure = sure_of(answer.yes, from.may, to);
  for (const engine::Region& region : answer.unknown) out.may = out.may | region.source.addresses;
  // What an exhausted budget did not look at may get through.
  out.may = answer.complete ? out.may & from.may : from.may;
  out.sure = out.sure & from.sure;
  return out;
}

}  // namespace nsgcheck::path
