// SPDX-License-Identifier: Apache-2.0
#include "analyzer/policy/direction_view.hpp"

#include <utility>
#include <variant>

#include "analyzer/engine/resolve.hpp"

namespace nsgcheck::policy {

std::string side_name(const std::vector<model::AddressItem>& items) {
  std::vector<std::string> texts;
  for (const auto& item : items) texts.push_back(item.text);
  return enumerate(texts);
}

NamedQuestion resolve_pattern(const FlowPattern& pattern, const model::NetworkContext& context, net::Port forwarder,
                              engine::SymbolTable& symbols) {
  NamedQuestion question;
  question.flows.protocols = pattern.protocols;
  question.flows.source = engine::resolve_addresses(pattern.from, context, symbols);
  question.flows.destination = engine::resolve_addresses(pattern.to, context, symbols);
  question.flows.source_ports = net::PortSet::all();
  question.flows.destination_ports = pattern.ports;
  if (pattern.with_forwarder_port)
    question.flows.destination_ports = pattern.ports | net::PortSet::range(forwarder, forwarder);
  question.source = side_name(pattern.from);
  question.destination = side_name(pattern.to);
  return question;
}

DirectionView::DirectionView(const model::Nsg& nsg, net::Direction direction, const model::NetworkContext& context,
                             std::span<const Policy> policies, net::Port forwarder) {
  engine::ResolvedRules rules = engine::resolve(nsg, direction, context);
  const auto prepare = [&](const FlowPattern& pattern) {
    if (pattern.direction == direction) static_cast<void>(resolve_pattern(pattern, context, forwarder, rules.symbols));
  };
  for (const Policy& policy : policies)
    for (const Ask& ask : policy.asks)
      std::visit(
          [&](const auto& kind) {
            if constexpr (requires { kind.flows; }) prepare(kind.flows);
            if constexpr (requires { kind.some; }) prepare(kind.when), prepare(kind.some);
            if constexpr (requires { kind.need; }) prepare(kind.need);
          },
          ask);
  symbols_ = rules.symbols;
  filter_.emplace(std::move(rules));
}

}  // namespace nsgcheck::policy
