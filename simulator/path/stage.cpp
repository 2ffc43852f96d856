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

model::Reason reason_of(const engine::Answer& answer) {
  return answer.complete ? answer.reason.value_or(model::Reason::InvalidRule) : model::Reason::BudgetExceeded;
}

// Says which rules may decide a packet that the input does not settle, and why they may.
Decided open(const engine::Filter& filter, const model::Nsg& nsg, const engine::Answer& answer, bool one_address) {
  Decided out;
  if (!answer.some_unknown && answer.complete) {
    out.reason = one_address ? Reason::UndefinedPorts : Reason::NotAModelledAddress;
    out.text = one_address ? "it depends on the source port that the machine happens to take"
                           : "it depends on the addresses of instances, which are not given";
    return out;
  }
  const model::Reason reason = reason_of(answer);
  std::string names;
  for (const engine::RuleIndex rule : answer.candidates)
    names += (names.empty() ? "" : ", ") + nsg.rules[filter.origin(rule)].name;
  out.reason = reason_for(reason);
  out.text = std::string{cause(reason)} + (names.empty() ? "" : "; one of these decides: " + names);
  return out;
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

/// Clients by whether all of their flows get through.
struct Clients {
  net::AddressSet sure;
  net::AddressSet by_port;     ///< of others it depends on the source port,
  net::AddressSet by_address;  ///< or on the machine's address
};

// Its pieces are put together before a client counts.
Clients clients_of(const std::vector<engine::Region>& yes, const net::AddressSet& from, const net::AddressSet& to) {
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
  Clients out;
  for (const auto& client : clients) {
    const Through& through = client.second;
    const auto some = [&](const auto& holds) {
      return std::any_of(through.begin(), through.end(), [&](const auto& piece) { return holds(piece.second); });
    };
    const bool lost = some([](const net::PortSet& ports) { return ports.empty(); });
    const bool partly = some([](const net::PortSet& ports) { return !ports.empty() && !ports.is_all(); });
    net::AddressSet& set = partly ? out.by_port : lost ? out.by_address : out.sure;
    set = set | client.first;
  }
  return out;
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
  return open(stage.filter, nsg, answer, one_address);
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
  out.doubts = from.doubts;
  net::AddressSet unknown;
  for (const engine::Region& region : answer.unknown) unknown = unknown | region.source.addresses;
  for (const engine::Region& region : answer.yes) out.may = out.may | region.source.addresses;
  const Clients clients = clients_of(answer.yes, from.may, to);
  // What an exhausted budget did not look at may get through.
  if (!answer.complete) unknown = from.may;
  out.may = (out.may | unknown) & from.may;
  out.sure = clients.sure & from.sure;
  if (!unknown.empty()) out.doubts.push_back({reason_for(reason_of(answer)), std::move(unknown)});
  if (!clients.by_port.empty()) out.doubts.push_back({Reason::UndefinedPorts, clients.by_port});
  if (!clients.by_address.empty()) out.doubts.push_back({Reason::NotAModelledAddress, clients.by_address});
  return out;
}

Reason Arrivals::reason() const {
  const net::AddressSet open = may - sure;
  for (const Doubt& doubt : doubts)
    if (!(doubt.of & open).empty()) return doubt.reason;
  return Reason::Ok;
}

}  // namespace nsgcheck::path
