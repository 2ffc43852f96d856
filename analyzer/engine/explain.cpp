// SPDX-License-Identifier: Apache-2.0
#include "analyzer/engine/explain.hpp"

#include <algorithm>
#include <array>

namespace nsgcheck::engine {
namespace {

template <class T>
struct FamilyMatch {
  bool asked{};    // the question has flows here
  bool all{true};  // surely every one
  bool some{};     // surely some
  bool maybe{};    // perhaps some beyond the sure ones
};

template <class T>
FamilyMatch<T> match_axis(const AxisSet<T>& rule, const AxisSet<T>& asked) {
  FamilyMatch<T> out;
  out.asked = !asked.sure.empty();
  out.all = rule.sure.covers(asked.sure);
  out.some = rule.sure.overlaps(asked.sure);
  out.maybe = (rule.may - rule.sure).overlaps(asked.sure);
  for (std::size_t w = 0; w < asked.sure_symbols.size(); ++w) {
    const std::uint64_t question = asked.sure_symbols[w];
    out.asked = out.asked || question != 0;
    out.all = out.all && (question & ~rule.sure_symbols[w]) == 0;
    out.some = out.some || (question & rule.sure_symbols[w]) != 0;
    out.maybe = out.maybe || (question & rule.may_symbols[w] & ~rule.sure_symbols[w]) != 0;
  }
  return out;
}

Match to_match(bool all, bool some, bool maybe) {
  if (all) return Match::Yes;
  if (maybe) return Match::Maybe;
  return some ? Match::Part : Match::No;
}

Match match_addresses(const AddressTerm& rule, const AddressTerm& asked, const SymbolTable& symbols) {
  const auto v4 = match_axis(axis_set<net::Ipv4>(rule, symbols), axis_set<net::Ipv4>(asked, symbols));
  const auto v6 = match_axis(axis_set<net::Ipv6>(rule, symbols), axis_set<net::Ipv6>(asked, symbols));
  const bool all = (!v4.asked || v4.all) && (!v6.asked || v6.all);
  return to_match(all, (v4.asked && v4.some) || (v6.asked && v6.some),
                  (v4.asked && v4.maybe) || (v6.asked && v6.maybe));
}

// `protocols`: those that the question and the rule share; of others the ports do not matter.
Match match_ports(const PortTerm& rule, const net::PortSet& asked, const net::ProtocolSet& protocols) {
  const bool ported = (protocols & net::ported_protocols()).any();
  const bool portless = (protocols & ~net::ported_protocols()).any();
  const bool any = rule.known.is_all();
  const bool all = (!ported || rule.known.covers(asked)) && (!portless || any);
  const bool some = (ported && rule.known.overlaps(asked)) || (portless && any);
  return to_match(all, some, (rule.undetermined && !all) || (portless && !any));
}

// All that is asked for when there are none, so that a rule of another protocol still says how its ports lie.
net::ProtocolSet shared_protocols(const FilterRule& rule, const net::ProtocolSet& asked) {
  const net::ProtocolSet shared = rule.protocols_undetermined ? asked : asked & rule.protocols;
  return shared.any() ? shared : asked;
}

Match match_protocols(const FilterRule& rule, const net::ProtocolSet& asked) {
  return to_match((asked & ~rule.protocols).none(), (asked & rule.protocols).any(), rule.protocols_undetermined);
}

}  // namespace

Match RuleLook::overall() const {
  const std::array fields{protocol, source, source_port, destination, destination_port};
  const auto has = [&](Match m) { return std::find(fields.begin(), fields.end(), m) != fields.end(); };
  if (has(Match::No)) return Match::No;
  if (has(Match::Maybe)) return Match::Maybe;
  return has(Match::Part) ? Match::Part : Match::Yes;
}

std::vector<RuleLook> ladder(const Filter& filter, const FlowSet& flows) {
  std::vector<RuleLook> out;
  std::vector<bool> seen(filter.rules().size(), false);
  bool decided = false;
  for (const Step& step : filter.steps()) {
    // Rules of one priority are looked at together: which comes first is not known.
    if (decided && (out.empty() || filter.rules()[step.rule].priority != filter.rules()[out.back().rule].priority))
      break;
    if (seen[step.rule]) continue;
    seen[step.rule] = true;
    const FilterRule& rule = filter.rules()[step.rule];
    const net::ProtocolSet shared = shared_protocols(rule, flows.protocols);
    const RuleLook look{step.rule,
                        match_protocols(rule, flows.protocols),
                        match_addresses(rule.source, flows.source, filter.symbols()),
                        match_ports(rule.source_ports, flows.source_ports, shared),
                        match_addresses(rule.destination, flows.destination, filter.symbols()),
                        match_ports(rule.destination_ports, flows.destination_ports, shared)};
    out.push_back(look);
    decided = decided || (look.overall() == Match::Yes && !rule.may_be_absent && !rule.floating);
  }
  return out;
}

FlowSet flow_set(const net::FiveTuple& packet, bool any_source_port) {
  const bool ported = net::has_ports(packet.protocol);
  const auto port = [&](net::Port p, bool any) {
    return any || !ported ? net::PortSet::all() : net::PortSet::range(p, p);
  };
  FlowSet flows;
  flows.protocols = net::protocol_set({packet.protocol});
  flows.source.known = net::AddressSet::of(packet.source);
  flows.destination.known = net::AddressSet::of(packet.destination);
  flows.source_ports = port(packet.source_port, any_source_port);
  flows.destination_ports = port(packet.destination_port, false);
  return flows;
}

}  // namespace nsgcheck::engine
