// SPDX-License-Identifier: Apache-2.0
#include "analyzer/policy/structural.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "analyzer/engine/resolve.hpp"
#include "analyzer/net/text.hpp"

namespace nsgcheck::policy {
namespace {

NamedQuestion everything() {
  NamedQuestion all{{net::all_protocols(), {}, net::PortSet::all(), {}, net::PortSet::all()}, "*", "*"};
  all.flows.source.known = all.flows.destination.known = net::AddressSet::any();
  return all;
}

bool takes_without_ports(const engine::Filter& filter, engine::RuleIndex rule) {
  const auto ignored = [&](std::uint32_t ports) { return !filter.ports()[ports].sure.empty(); };
  return (filter.rules()[rule].protocols & ~net::ported_protocols()).any() &&
         ignored(filter.source_ports(rule, false)) && ignored(filter.destination_ports(rule, false));
}

// A rule whose ports leave it undefined for protocols without ports (semantics 1) is judged by the others alone, unless
// one rule before it has all of it.
std::string left_open(const engine::Filter& filter, const engine::HygieneFinding& found) {
  if ((filter.rules()[found.rule].protocols & ~net::ported_protocols()).none()) return {};
  if (takes_without_ports(filter, found.rule)) return {};
  const bool one_before = found.causes.size() == 1 && found.causes.front() < found.rule;
  if (one_before && takes_without_ports(filter, found.causes.front())) return {};
  return "; with its ports it is not defined for ICMP and others without, so nothing is said of those";
}

std::string hygiene_message(const model::Nsg& nsg, const engine::HygieneFinding& found, const Finding& finding) {
  const std::string rule = rule_label(nsg.rules[*finding.rule]);
  const std::string causes = rule_labels(nsg, finding.decided_by);
  switch (found.kind) {
    case engine::HygieneKind::Shadowed:
      return rule + " never decides anything: all that it matches is decided before it by " + causes +
             ", a part of it the other way";
    case engine::HygieneKind::Redundant:
      return rule + " can be removed without changing any verdict: what it decides is decided the same way by " +
             causes;
    case engine::HygieneKind::PartiallyShadowed:
      return rule + " loses a part of what it matches to rules before it that say the opposite: " + causes;
    case engine::HygieneKind::NeverMatches:
      return rule + " matches nothing, whatever the other rules are";
    case engine::HygieneKind::Correlated:
      return rule + " and " + causes +
             " overlap and say opposite things: swapping their priorities would change verdicts";
  }
  return rule;
}

std::string region_subject(const std::vector<NamedRegion>& regions) {
  std::string subject;
  for (const NamedRegion& region : regions) subject += one_line(region) + ';';
  return subject;
}

// Entry `inner` of a list adds nothing beside entry `outer`; of two equal ones the later.
template <class Set>
std::optional<std::size_t> covering(const std::vector<Set>& sets, std::size_t inner) {
  for (std::size_t outer = 0; outer < sets.size(); ++outer) {
    if (outer == inner || sets[inner].empty() || !sets[outer].covers(sets[inner])) continue;
    if (!sets[inner].covers(sets[outer]) || outer < inner) return outer;
  }
  return std::nullopt;
}

template <class Item>
void note_covered(const model::Nsg& nsg, ModelRule rule, std::string_view side, const Item& inner, const Item& outer,
                  std::vector<StructuralFinding>& out) {
  Finding finding;
  finding.direction = nsg.rules[rule].direction.value;
  finding.rule = rule;
  finding.span = inner.span;
  finding.message = rule_label(nsg.rules[rule]) + ": " + std::string{side} + " \"" + inner.text +
                    "\" is already covered by \"" + outer.text + "\" of the same list";
  out.push_back(
      {std::move(finding), net::lower(nsg.rules[rule].name) + ' ' + std::string{side} + ' ' + net::lower(inner.text)});
}

// What a block holds, as most entries are one: compared without a set of its own.
struct BlockRange {
  bool v6{};
  net::Ipv6::Bits low{}, high{};
  [[nodiscard]] static bool empty() { return false; }
  [[nodiscard]] bool covers(const BlockRange& other) const {
    return v6 == other.v6 && low <= other.low && other.high <= high;
  }
};

// Empty when an entry is something else.
std::vector<BlockRange> block_ranges(const std::vector<model::AddressItem>& items) {
  std::vector<BlockRange> out;
  for (const model::AddressItem& item : items) {
    const auto* block = std::get_if<model::Block>(&item.value);
    if (block == nullptr) return {};
    const bool v6 = std::holds_alternative<net::Prefix6>(block->prefix);
    out.push_back(std::visit(
        [v6](const auto& prefix) -> BlockRange {
          return {v6, prefix.low(), prefix.high()};
        },
        block->prefix));
  }
  return out;
}

void covered_addresses(const model::Nsg& nsg, ModelRule rule, std::string_view side,
                       const std::vector<model::AddressItem>& items, const model::NetworkContext& context,
                       std::vector<StructuralFinding>& out) {
  if (items.size() < 2) return;
  // Sets of thousands of prefixes are judged by API limits elsewhere; here a list is compared pair by pair.
  constexpr std::size_t kMost = 4'000;
  if (items.size() > kMost) return;
  const auto note = [&](const auto& sets) {
    for (std::size_t i = 0; i < items.size(); ++i)
      if (const auto outer = covering(sets, i)) note_covered(nsg, rule, side, items[i], items[*outer], out);
  };
  if (const std::vector<BlockRange> blocks = block_ranges(items); !blocks.empty()) return note(blocks);
  std::vector<net::AddressSet> sets;
  for (const auto& item : items) {
    engine::SymbolTable symbols;
    const auto term = engine::resolve_addresses({item}, context, symbols);
    sets.push_back(term.undetermined || !term.symbols.empty() ? net::AddressSet{} : term.known);
  }
  note(sets);
}

void covered_ports(const model::Nsg& nsg, ModelRule rule, std::string_view side,
                   const std::vector<model::PortItem>& items, std::vector<StructuralFinding>& out) {
  if (items.size() < 2) return;
  std::vector<net::PortSet> sets;
  for (const auto& item : items) {
    if (const auto* range = std::get_if<model::PortRange>(&item.value))
      sets.push_back(net::PortSet::range(range->low, range->high));
    else if (std::holds_alternative<model::AnyPort>(item.value))
      sets.push_back(net::PortSet::all());
    else
      sets.push_back({});
  }
  for (std::size_t i = 0; i < items.size(); ++i)
    if (const auto outer = covering(sets, i)) note_covered(nsg, rule, side, items[i], items[*outer], out);
}

}  // namespace

std::string rule_label(const model::SecurityRule& rule) {
  const bool is_gap = rule.origin == model::Origin::Gap;
  if (is_gap && rule.name == model::kRestOfGroup) return rule.name;
  if (is_gap && rule.name.empty()) return "rules that are not known";
  std::string label = rule.name.empty() ? "(unnamed rule)" : rule.name;
  if (!rule.iteration.empty()) label += " of " + rule.iteration;
  if (rule.origin == model::Origin::Admin) return label + " (security admin rule)";
  label += " (" + (rule.priority.value ? std::to_string(*rule.priority.value) : std::string{"priority not known"});
  if (rule.origin == model::Origin::Default) label += ", default";
  return label + ')';
}

std::string rule_labels(const model::Nsg& nsg, const std::vector<ModelRule>& rules) {
  std::vector<std::string> labels;
  for (const ModelRule rule : rules) labels.push_back(rule_label(nsg.rules[rule]));
  return enumerate(labels);
}

std::vector<StructuralFinding> hygiene_findings(const model::Nsg& nsg, const engine::Filter& filter,
                                                const engine::HygieneReport& report, engine::HygieneKind kind) {
  std::vector<StructuralFinding> out;
  const NamedQuestion all = everything();
  for (const engine::HygieneFinding& found : report.findings) {
    if (found.kind != kind) continue;
    Finding finding;
    finding.rule = filter.origin(found.rule);
    finding.direction = nsg.rules[*finding.rule].direction.value;
    finding.span = nsg.rules[*finding.rule].span;
    for (const engine::RuleIndex cause : found.causes) finding.decided_by.push_back(filter.origin(cause));
    for (const engine::Region& region : found.region)
      finding.region.push_back(name_region(region, all, filter.symbols()));
    finding.region_complete = found.region_complete;
    finding.message = hygiene_message(nsg, found, finding);
    if (kind == engine::HygieneKind::Shadowed || kind == engine::HygieneKind::Redundant)
      finding.message += left_open(filter, found);
    std::string subject = filter.rules()[found.rule].may_allow ? "allow " : "deny ";
    subject += finding.region.empty() ? net::lower(nsg.rules[*finding.rule].name) : region_subject(finding.region);
    out.push_back({std::move(finding), std::move(subject)});
  }
  return out;
}

std::vector<StructuralFinding> covered_entries(const model::Nsg& nsg, const model::NetworkContext& context) {
  std::vector<StructuralFinding> out;
  for (ModelRule i = 0; i < nsg.rules.size(); ++i) {
    const model::SecurityRule& rule = nsg.rules[i];
    if (rule.origin != model::Origin::User) continue;
    covered_addresses(nsg, i, "source", rule.sources, context, out);
    covered_ports(nsg, i, "source port", rule.source_ports, out);
    covered_addresses(nsg, i, "destination", rule.destinations, context, out);
    covered_ports(nsg, i, "destination port", rule.destination_ports, out);
  }
  return out;
}

std::vector<StructuralFinding> validity_findings(const model::Nsg& nsg, model::FaultKind kind) {
  std::vector<StructuralFinding> out;
  const auto add = [&](const model::Fault& fault, std::optional<ModelRule> rule) {
    if (fault.kind != kind) return;
    Finding finding;
    finding.rule = rule;
    if (rule) finding.direction = nsg.rules[*rule].direction.value;
    finding.span = fault.span.known() ? fault.span : nsg.span;
    finding.message = (rule ? rule_label(nsg.rules[*rule]) + ": " : std::string{}) + fault.message;
    const std::string_view api = model::api_error(kind);
    if (!api.empty()) finding.message += " (the API answers " + std::string{api} + ')';
    std::string subject{model::code(kind)};
    if (rule) subject += ' ' + net::lower(nsg.rules[*rule].name);
    out.push_back({std::move(finding), std::move(subject)});
  };
  for (const model::Fault& fault : nsg.faults) add(fault, std::nullopt);
  for (ModelRule i = 0; i < nsg.rules.size(); ++i)
    for (const model::Fault& fault : nsg.rules[i].faults) add(fault, i);
  return out;
}

}  // namespace nsgcheck::policy
