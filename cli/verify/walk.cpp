// SPDX-License-Identifier: Apache-2.0
#include "cli/verify/walk.hpp"

#include <algorithm>
#include <utility>

#include "cli/verify/sets.hpp"

namespace nsgcheck::verify {
namespace {

Match match(const Side& side, const Set& values) {
  if (holds(side.sure, values)) return Match::Yes;
  return meets(side.maybe, values) ? Match::Maybe : Match::No;
}

bool same_rule(const Rule& a, const Rule& b) {
  return a.access == b.access && a.open == b.open && a.protocols == b.protocols && a.source_ports == b.source_ports &&
         a.destination_ports == b.destination_ports && a.source == b.source && a.destination == b.destination;
}

// The looks that a flow of the box may come to.
std::vector<Look> looks_of(const List& list, const Box& box) {
  std::vector<Look> out;
  for (const Look& look : list.looks) {
    const Match found = match(list.rules[look.rule], box);
    if (found == Match::No) continue;
    out.push_back(look);
    if (found == Match::Yes && look.sure) break;
  }
  return out;
}

bool is_real(const Set& set, bool v6, const List& list) {
  return !set.ranges.empty() || std::any_of(set.symbols.begin(), set.symbols.end(), [&](std::size_t symbol) {
    return list.symbols[symbol].populated[v6 ? 1 : 0];
  });
}

}  // namespace

Match match(const Rule& rule, const Box& box) {
  const std::size_t family = box.v6 ? 1 : 0;
  Match out = match(rule.protocols, box.sides[kProtocols]);
  for (const auto& [side, ports] :
       {std::pair{kSourcePorts, &rule.source_ports}, std::pair{kDestinationPorts, &rule.destination_ports}}) {
    if (out == Match::No) return out;
    if (box.ported)
      out = std::min(out, match(*ports, box.sides[side]));
    else if (ports->sure != all_ports())
      out = std::min(out, Match::Maybe);
  }
  if (out != Match::No) out = std::min(out, match(rule.source[family], box.sides[kSource]));
  if (out != Match::No) out = std::min(out, match(rule.destination[family], box.sides[kDestination]));
  return out;
}

unsigned says(const Rule& rule, View view) {
  if (rule.access == Access::Unknown) return view == View::DeniedByUser && rule.is_default ? 2U : 3U;
  const bool allows = rule.access == Access::Allow;
  if (view == View::Allowed) return allows ? 1U : 2U;
  if (view == View::Denied) return allows ? 2U : 1U;
  return allows || rule.is_default ? 2U : 1U;
}

Word walk(const List& list, const Box& box, View view, std::size_t without) {
  Word out;
  unsigned heard = 0;
  for (const Look& look : list.looks) {
    if (look.rule == without) continue;
    const Match found = match(list.rules[look.rule], box);
    if (found == Match::No) continue;
    if (std::find(out.by.begin(), out.by.end(), look.rule) == out.by.end()) out.by.push_back(look.rule);
    heard |= says(list.rules[look.rule], view);
    if (found != Match::Yes || !look.sure) continue;
    out.answer = heard == 1 ? Answer::Yes : heard == 2 ? Answer::No : Answer::Unknown;
    return out;
  }
  return out;
}

bool ends(const List& list, const Box& box) {
  return std::any_of(list.looks.begin(), list.looks.end(),
                     [&](const Look& look) { return look.sure && match(list.rules[look.rule], box) == Match::Yes; });
}

bool same_there(const List& a, const List& b, const Box& box) {
  const auto of_a = looks_of(a, box);
  const auto of_b = looks_of(b, box);
  return std::equal(of_a.begin(), of_a.end(), of_b.begin(), of_b.end(), [&](const Look& x, const Look& y) {
    return x.sure == y.sure && same_rule(a.rules[x.rule], b.rules[y.rule]);
  });
}

bool surely_holds_a_flow(const Box& box, const List& list) {
  return is_real(box.sides[kSource], box.v6, list) && is_real(box.sides[kDestination], box.v6, list);
}

std::string name_of(const List& list, std::size_t rule) {
  if (rule >= list.rules.size()) return numbered("rule", rule);
  const Rule& found = list.rules[rule];
  return '"' + found.name + '"' + (found.line ? " (line " + std::to_string(*found.line) + ')' : "");
}

std::string names_of(const List& list, const std::vector<std::size_t>& rules) {
  std::string out;
  for (const std::size_t rule : rules) out += (out.empty() ? "" : ", ") + name_of(list, rule);
  return out.empty() ? "none" : out;
}

}  // namespace nsgcheck::verify
