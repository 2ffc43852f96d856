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
  question.flows.destination_ports = ports_of(pattern, forwarder);
  question.source = side_name(pattern.from);
  question.destination = side_name(pattern.to);
  return question;
}

namespace {

std::vector<const FlowPattern*> patterns_of(std::span<const Policy> policies) {
  std::vector<const FlowPattern*> out;
  for (const Policy& policy : policies)
    for (const Ask& ask : policy.asks)
      std::visit(
          [&](const auto& kind) {
            if constexpr (requires { kind.flows; }) out.push_back(&kind.flows);
            if constexpr (requires { kind.some; }) out.insert(out.end(), {&kind.when, &kind.some});
            if constexpr (requires { kind.need; }) out.push_back(&kind.need);
          },
          ask);
  return out;
}

}  // namespace

DirectionView::DirectionView(const model::Nsg& nsg, net::Direction direction, const model::NetworkContext& context,
                             std::span<const Policy> policies, net::Port forwarder)
    : DirectionView{nsg, direction, context, patterns_of(policies), forwarder} {}

DirectionView::DirectionView(const model::Nsg& nsg, net::Direction direction, const model::NetworkContext& context,
                             std::span<const FlowPattern* const> patterns, net::Port forwarder) {
  engine::ResolvedRules rules = engine::resolve(nsg, direction, context);
  for (const FlowPattern* pattern : patterns)
    if (pattern->direction == direction)
      static_cast<void>(resolve_pattern(*pattern, context, forwarder, rules.symbols));
  symbols_ = rules.symbols;
  filter_.emplace(std::move(rules));
}

}  // namespace nsgcheck::policy
