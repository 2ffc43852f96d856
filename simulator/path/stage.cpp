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

engine::FlowSet flows_of(const net::FiveTuple& packet) {
  engine::FlowSet flows = engine::flow_set(packet, false);
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

// Says which rules may decide a packet that the input does not settle.
std::string doubt(const engine::Filter& filter, const model::Nsg& nsg, const engine::Answer& answer) {
  if (!answer.some_unknown) return "it depends on the source port that the machine happens to take";
  std::string names;
  for (const engine::RuleIndex rule : answer.candidates)
    names += (names.empty() ? "" : ", ") + nsg.rules[filter.origin(rule)].name;
  std::string text{why(answer.reason.value_or(engine::Reason::InvalidRule))};
  return names.empty() ? text : text + "; one of these decides: " + names;
}

}  // namespace

Stage::Stage(const model::Nsg& nsg, net::Direction direction, const model::NetworkContext& context)
    : filter{engine::resolve(nsg, direction, context)}, classifier{filter} {
  const auto& rules = filter.rules();
  dynamic_ports_alike = std::all_of(rules.begin(), rules.end(), [](const engine::FilterRule& rule) {
    return !rule.source_ports.undetermined && rule.source_ports.known.covers(dynamic_ports());
  });
}

Decided decide(const Stage& stage, const model::Nsg& nsg, const net::FiveTuple& packet) {
  const auto settled = [&](engine::Verdict verdict, std::optional<engine::RuleIndex> rule) {
    Decided out;
    out.verdict = verdict == engine::Verdict::Allow ? HopVerdict::Allow : HopVerdict::Deny;
    if (rule) out.rule = stage.filter.origin(*rule);
    return out;
  };
  if (packet.source_port != 0 || !net::has_ports(packet.protocol) || stage.dynamic_ports_alike) {
    net::FiveTuple one_packet = packet;
    if (packet.source_port == 0 && net::has_ports(packet.protocol)) one_packet.source_port = kFirstDynamic;
    const engine::Decision one = stage.classifier.classify(one_packet);
    if (one.verdict != engine::Verdict::Unknown) return settled(one.verdict, one.decider);
  }
  const engine::Answer answer = engine::ask(stage.filter, flows_of(packet));
  const engine::Verdict verdict = engine::verdict(answer);
  if (verdict == engine::Verdict::Allow || verdict == engine::Verdict::Deny) {
    const auto& rules = verdict == engine::Verdict::Deny ? answer.no_rules : answer.yes_rules;
    return settled(verdict, rules.empty() ? std::nullopt : std::optional{rules.front()});
  }
  return {HopVerdict::Unknown, std::nullopt, doubt(stage.filter, nsg, answer)};
}

Arrivals pass(const Stage& stage, const Arrivals& from, const net::IpAddress& to, net::Port port) {
  if (from.may.empty()) return {};
  engine::FlowSet flows;
  flows.protocols = net::protocol_set({net::kTcp});
  flows.source.known = from.may;
  flows.source_ports = net::PortSet::all();
  flows.destination.known = net::AddressSet::of(to);
  flows.destination_ports = net::PortSet::range(port, port);
  const engine::Answer answer = engine::ask(stage.filter, flows);
  // Boxes cut a client's ports to pieces, so its pieces are put together before it counts.
  std::vector<std::pair<net::AddressSet, net::PortSet>> clients{{from.may, {}}};
  Arrivals out;
  for (const engine::Region& region : answer.yes) {
    std::vector<std::pair<net::AddressSet, net::PortSet>> next;
    for (auto& [addresses, ports] : clients) {
      net::AddressSet inside = addresses & region.source.addresses;
      if (!inside.empty()) next.emplace_back(std::move(inside), ports | region.source_ports);
      net::AddressSet outside = addresses - region.source.addresses;
      if (!outside.empty()) next.emplace_back(std::move(outside), ports);
    }
    clients = std::move(next);
    out.may = out.may | region.source.addresses;
  }
  for (const auto& [addresses, ports] : clients)
    if (ports.is_all()) out.sure = out.sure | addresses;
  for (const engine::Region& region : answer.unknown) out.may = out.may | region.source.addresses;
  // What an exhausted budget did not look at may get through.
  out.may = answer.complete ? out.may & from.may : from.may;
  out.sure = out.sure & from.sure;
  return out;
}

}  // namespace nsgcheck::path
