// SPDX-License-Identifier: Apache-2.0
#include "analyzer/policy/judge.hpp"

#include <algorithm>

#include "analyzer/model/network_context.hpp"
#include "analyzer/policy/witness.hpp"

namespace nsgcheck::policy {
namespace {

std::vector<ModelRule> to_model(const engine::Filter& filter, const std::vector<engine::RuleIndex>& rules) {
  std::vector<ModelRule> out;
  for (const engine::RuleIndex r : rules) out.push_back(filter.origin(r));
  return out;
}

std::vector<NamedRegion> to_named(const std::vector<engine::Region>& regions, const NamedQuestion& question,
                                  const engine::SymbolTable& symbols) {
  std::vector<NamedRegion> out;
  for (const engine::Region& region : regions) out.push_back(name_region(region, question, symbols));
  return out;
}

// Addresses of an IPv4 set, at most 2^32.
std::uint64_t count(const net::IntervalSet<net::Ipv4::Bits>& set) {
  std::uint64_t total = 0;
  for (const auto& run : set.intervals()) total += std::uint64_t{run.high} - run.low + 1;
  return total;
}

int shortest_prefix6(const net::AddressSet& set) {
  int shortest = 129;
  for (const auto& prefix : net::to_prefixes({{}, set.v6}))
    shortest = std::min(shortest, std::get<net::Prefix6>(prefix).length());
  return shortest;
}

bool may_meet(const engine::AddressTerm& rule, const engine::AddressTerm& asked) {
  return rule.undetermined || asked.undetermined || !rule.symbols.empty() || !asked.symbols.empty() ||
         rule.known.overlaps(asked.known);
}

bool may_meet(const engine::PortTerm& rule, const net::PortSet& asked) {
  return rule.undetermined || rule.known.overlaps(asked);
}

}  // namespace

bool surely_denied(const engine::Filter& filter, const engine::FlowSet& flows) {
  const net::ProtocolSet ported = net::ported_protocols();
  return std::none_of(filter.rules().begin(), filter.rules().end(), [&](const engine::FilterRule& rule) {
    if (!rule.may_allow) return false;
    const net::ProtocolSet protocols = rule.protocols_undetermined ? flows.protocols : rule.protocols & flows.protocols;
    if (protocols.none()) return false;
    // A rule's ports are no bar to protocols without any.
    const bool ports = (protocols & ~ported).any() || (may_meet(rule.destination_ports, flows.destination_ports) &&
                                                       may_meet(rule.source_ports, flows.source_ports));
    return ports && may_meet(rule.source, flows.source) && may_meet(rule.destination, flows.destination);
  });
}

Judgement judge(const engine::Filter& filter, const NamedQuestion& question, engine::View view) {
  const engine::Answer answer = engine::ask(filter, question.flows, view);
  Judgement out;
  out.verdict = engine::verdict(answer);
  out.region = to_named(answer.yes, question, filter.symbols());
  out.unknown_region = to_named(answer.unknown, question, filter.symbols());
  out.some_denied = answer.some_no;
  out.complete = answer.complete;
  out.reason = answer.reason;
  if (answer.some_yes)
    out.decided_by = to_model(filter, answer.yes_rules);
  else if (!answer.some_unknown)
    out.decided_by = to_model(filter, answer.no_rules);
  if (answer.some_unknown) {
    out.candidates = to_model(filter, answer.candidates);
    out.unsettled = to_model(filter, answer.unsettled);
  }
  const auto& shown = answer.some_yes ? answer.yes : answer.unknown;
  for (const engine::Region& region : shown) {
    out.witness = pick_witness(region, filter.symbols());
    if (out.witness) break;
  }
  return out;
}

Width widest_source(const std::vector<NamedRegion>& regions, const engine::SymbolTable& symbols) {
  constexpr std::uint64_t kWide4 = std::uint64_t{1} << 24;
  constexpr std::uint64_t kMedium4 = 256;
  constexpr int kWide6 = 32;
  constexpr int kMedium6 = 64;
  net::AddressSet all;
  bool rentable = false;
  bool unsized_tag = false;
  for (const NamedRegion& named : regions) {
    all = all | named.region.source.addresses;
    for (const engine::SymbolId id : named.region.source.symbols) {
      rentable = rentable || model::is_rentable(symbols[id].name);
      unsized_tag = true;
    }
  }
  const std::uint64_t v4 = count(all.v4);
  const int v6 = shortest_prefix6(all);
  if (rentable || v4 >= kWide4 || v6 < kWide6) return Width::Wide;
  if (unsized_tag || v4 > kMedium4 || v6 < kMedium6) return Width::Medium;
  return Width::Narrow;
}

}  // namespace nsgcheck::policy
