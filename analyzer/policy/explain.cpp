// SPDX-License-Identifier: Apache-2.0
#include "analyzer/policy/explain.hpp"

#include <utility>

#include "analyzer/engine/resolve.hpp"
#include "analyzer/policy/judge.hpp"

namespace nsgcheck::policy {
namespace {

using engine::Match;

bool is_one_address(const model::AddressItem& item) {
  const auto* block = std::get_if<model::Block>(&item.value);
  if (block == nullptr) return false;
  const auto* v4 = std::get_if<net::Prefix4>(&block->prefix);
  return v4 != nullptr ? v4->length() == 32 : std::get<net::Prefix6>(block->prefix).length() == 128;
}

bool has_ports(const net::ProtocolSet& protocols) { return (protocols & net::ported_protocols()).any(); }

net::PortSet asked_ports(const std::optional<net::Port>& port) {
  return port ? net::PortSet::range(*port, *port) : net::PortSet::all();
}

template <class Item>
std::string texts(const std::vector<Item>& items) {
  std::vector<std::string> out;
  // What a tag stands for has its name in each entry.
  for (const Item& item : items)
    if (out.empty() || out.back() != item.text) out.push_back(item.text);
  return items.empty() ? "nothing given" : enumerate(out, 3);
}

std::string relation(Match match) {
  if (match == Match::No) return " not in ";
  return match == Match::Part ? " only in part in " : " not surely in ";
}

std::string port_text(const std::optional<net::Port>& port) { return port ? std::to_string(*port) : "any"; }

}  // namespace

bool FlowQuery::is_packet() const {
  if (protocols.count() != 1 || !is_one_address(from) || !is_one_address(to)) return false;
  return !has_ports(protocols) || (source_port && destination_port);
}

StageAnswer explain_stage(const model::Nsg& nsg, const model::NetworkContext& context, const FlowQuery& query) {
  engine::ResolvedRules rules = engine::resolve(nsg, query.direction, context);
  NamedQuestion question;
  question.flows.protocols = query.protocols;
  question.flows.source = engine::resolve_addresses({query.from}, context, rules.symbols);
  question.flows.destination = engine::resolve_addresses({query.to}, context, rules.symbols);
  question.flows.source_ports = asked_ports(query.source_port);
  question.flows.destination_ports = asked_ports(query.destination_port);
  question.source = query.from.text;
  question.destination = query.to.text;
  const engine::Filter filter{std::move(rules)};
  StageAnswer answer{judge(filter, question), {}};
  for (const engine::RuleLook& look : engine::ladder(filter, question.flows))
    answer.steps.push_back({filter.origin(look.rule), look});
  return answer;
}

std::string why_not(const model::SecurityRule& rule, const engine::RuleLook& look, const FlowQuery& query) {
  if (look.protocol != Match::Yes)
    return "protocol " + enumerate(protocol_names(query.protocols)) + relation(look.protocol) +
           (rule.protocol.text.empty() ? "nothing given" : rule.protocol.text);
  if (look.source != Match::Yes) return "source " + query.from.text + relation(look.source) + texts(rule.sources);
  if (look.source_port != Match::Yes)
    return "source port " + port_text(query.source_port) + relation(look.source_port) + texts(rule.source_ports);
  if (look.destination != Match::Yes)
    return "destination " + query.to.text + relation(look.destination) + texts(rule.destinations);
  if (look.destination_port != Match::Yes)
    return "destination port " + port_text(query.destination_port) + relation(look.destination_port) +
           texts(rule.destination_ports);
  return {};
}

}  // namespace nsgcheck::policy
