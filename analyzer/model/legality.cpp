// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/legality.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "analyzer/model/rule_text.hpp"
#include "analyzer/model/value_faults.hpp"
#include "analyzer/net/port_set.hpp"
#include "analyzer/net/text.hpp"

namespace nsgcheck::model {
namespace {

// Limits of nsg-semantics 1.1 and 1.7.
constexpr std::size_t kLongestName = 80;
constexpr std::size_t kLongestDescription = 140;
constexpr std::size_t kMostRules = 1000;
constexpr std::size_t kMostAddresses = 4000;
constexpr std::size_t kMostAsgsOfSide = 10;
constexpr std::size_t kMostAsgsOfNsg = 100;
constexpr std::size_t kMostNamesInMessage = 5;

bool is_judged(const SecurityRule& rule) { return rule.origin == Origin::User && !is_default(rule); }

// 70000 counts as a default in evaluation, but Azure has none there, so somebody wrote it.
bool has_priority_of_a_default(const SecurityRule& rule) {
  const auto priority = rule.priority.value;
  return priority == 65000 || priority == 65001 || priority == 65500;
}

// Two rules under opposite conditions never meet, so a rule that may be absent collides with nothing for certain.
bool surely_there(const SecurityRule& rule) { return is_judged(rule) && !rule.may_be_absent; }

// Text that no reader could resolve stands as the template has it.
bool is_open_expression(std::string_view text) { return text.starts_with('[') && text.ends_with(']'); }

std::size_t code_points(std::string_view utf8) {
  return static_cast<std::size_t>(
      std::count_if(utf8.begin(), utf8.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

// Azure's pattern says "word character", which in .NET takes letters of every script.
bool is_word(char c) {
  const char l = net::lower(c);
  return (l >= 'a' && l <= 'z') || (c >= '0' && c <= '9') || c == '_' || (static_cast<unsigned char>(c) & 0x80) != 0;
}

bool is_legal_name(std::string_view name) {
  if (name.empty() || code_points(name) > kLongestName || !is_word(name.front()) || !is_word(name.back())) return false;
  return std::all_of(name.begin(), name.end(), [](char c) { return is_word(c) || c == '.' || c == '-'; });
}

void judge_texts(const SecurityRule& rule, std::vector<Fault>& faults) {
  if (!is_open_expression(rule.name) && !is_legal_name(rule.name)) {
    const std::string says =
        rule.name.empty() ? "the rule has no name; a name is" : "the name " + quoted(rule.name) + " is not";
    faults.push_back(
        {FaultKind::BadName, span_in(rule, rule.name_span),
         says + " 1 to 80 letters, digits, \"_\", \".\" or \"-\", the first and the last no \".\" or \"-\""});
  }
  const std::size_t length = code_points(rule.description);
  if (!is_open_expression(rule.description) && length > kLongestDescription)
    faults.push_back({FaultKind::BadDescription, span_in(rule, rule.description_span),
                      "the description " + quoted(rule.description) + " has " + std::to_string(length) +
                          " characters; 140 are allowed"});
}

void judge_priority(const SecurityRule& rule, std::vector<Fault>& faults) {
  const auto& priority = rule.priority.value;
  if (!priority || (*priority >= kLowestPriority && *priority <= kHighestPriority)) return;
  faults.push_back({FaultKind::PriorityOutOfRange, span_in(rule, rule.priority.span),
                    "priority " + std::to_string(*priority) + " is outside 100 to 4096"});
}

bool is_platform_tag(const AddressItem& item) {
  const auto* tag = std::get_if<ServiceTag>(&item.value);
  return tag != nullptr && net::lower(tag->name).starts_with("azureplatform");
}

// False when a port is not known: then nothing is known against the rule either.
bool surely_some_ports_missing(const std::vector<PortItem>& items) {
  net::PortSet ports;
  for (const PortItem& item : items) {
    if (!std::holds_alternative<PortRange>(item.value)) return false;
    const auto& range = std::get<PortRange>(item.value);
    ports = ports | net::PortSet::range(range.low, range.high);
  }
  return !items.empty() && !ports.is_all();
}

// These tags only make a deny reach what passes every NSG otherwise (nsg-semantics 1.6).
void judge_platform_tags(const SecurityRule& rule, std::vector<Fault>& faults) {
  const bool not_deny = rule.access.value == Access::Allow;
  const bool not_outbound = rule.direction.value == Direction::Inbound;
  const bool narrowed = (rule.protocol.value && !rule.protocol.value->all()) ||
                        surely_some_ports_missing(rule.source_ports) ||
                        surely_some_ports_missing(rule.destination_ports);
  const auto judge = [&](const AddressItem& item, bool wrong) {
    if (!is_platform_tag(item) || !wrong) return;
    faults.push_back(
        {FaultKind::PlatformTag, span_in(rule, item.span),
         quoted(item.text) + " works only as the destination of an outbound Deny with protocol \"*\" and ports \"*\""});
  };
  for (const AddressItem& item : rule.sources) judge(item, true);
  for (const AddressItem& item : rule.destinations) judge(item, not_deny || not_outbound || narrowed);
}

// By id and not by name: two groups of one name in different resource groups are two.
std::set<std::string> asgs_of(const std::vector<AddressItem>& items) {
  std::set<std::string> ids;
  for (const AddressItem& item : items)
    if (std::holds_alternative<Asg>(item.value)) ids.insert(net::lower(item.text));
  return ids;
}

void judge_asgs(const SecurityRule& rule, std::vector<Fault>& faults) {
  const auto judge = [&](std::string_view side, const std::vector<AddressItem>& items) {
    const std::size_t count = asgs_of(items).size();
    if (count <= kMostAsgsOfSide) return;
    faults.push_back({FaultKind::TooManyAsgs, span_in(rule, items.front().span),
                      "the " + std::string{side} + " names " + std::to_string(count) +
                          " application security groups; 10 are allowed"});
  };
  judge("source", rule.sources);
  judge("destination", rule.destinations);
}

std::string label(const SecurityRule& rule) {
  return quoted(rule.name) + (rule.priority.value ? " (priority " + std::to_string(*rule.priority.value) + ")" : "");
}

using Group = std::vector<SecurityRule*>;

std::string others(const Group& group, const SecurityRule* self) {
  std::string text;
  std::size_t named = 0;
  for (const SecurityRule* rule : group) {
    if (rule == self) continue;
    if (named == kMostNamesInMessage) return text + " and " + std::to_string(group.size() - 1 - named) + " more";
    if (named++ > 0) text += ", ";
    text += label(*rule);
  }
  return text;
}

void judge_priorities(Nsg& nsg) {
  std::map<std::pair<Direction, std::int64_t>, Group> groups;
  for (SecurityRule& rule : nsg.rules)
    if (surely_there(rule) && rule.direction.value && rule.priority.value)
      groups[{*rule.direction.value, *rule.priority.value}].push_back(&rule);
  for (const auto& [key, group] : groups) {
    if (group.size() < 2) continue;
    for (SecurityRule* rule : group)
      rule->faults.push_back({FaultKind::DuplicatePriority, span_in(*rule, rule->priority.span),
                              "priority " + std::to_string(key.second) + " is used more than once " +
                                  std::string{name(key.first)} + ": also by " + others(group, rule)});
  }
}

void judge_names(Nsg& nsg) {
  std::map<std::string, Group> groups;
  for (SecurityRule& rule : nsg.rules)
    if (surely_there(rule) && !rule.name.empty() && !is_open_expression(rule.name))
      groups[net::lower(rule.name)].push_back(&rule);
  for (const auto& [key, group] : groups) {
    if (group.size() < 2) continue;
    for (SecurityRule* rule : group)
      rule->faults.push_back({FaultKind::DuplicateName, span_in(*rule, rule->name_span),
                              "the name " + quoted(rule->name) + " is used more than once: also by " +
                                  others(group, rule) + "; names do not differ by case"});
  }
}

std::size_t count_addresses(const std::vector<AddressItem>& items) {
  return static_cast<std::size_t>(std::count_if(items.begin(), items.end(), [](const AddressItem& item) {
    return std::holds_alternative<Block>(item.value) || std::holds_alternative<AddressRange>(item.value);
  }));
}

void judge_limits(Nsg& nsg) {
  std::size_t rules = 0;
  std::size_t sources = 0;
  std::size_t destinations = 0;
  std::set<std::string> asgs;
  for (const SecurityRule& rule : nsg.rules) {
    if (!surely_there(rule)) continue;
    ++rules;
    sources += count_addresses(rule.sources);
    destinations += count_addresses(rule.destinations);
    asgs.merge(asgs_of(rule.sources));
    asgs.merge(asgs_of(rule.destinations));
  }
  const auto judge = [&](FaultKind kind, std::size_t count, std::size_t most, const std::string& what) {
    if (count <= most) return;
    nsg.faults.push_back({kind, nsg.span,
                          quoted(nsg.name) + " has " + std::to_string(count) + ' ' + what + "; " +
                              std::to_string(most) + " are allowed"});
  };
  judge(FaultKind::TooManyRules, rules, kMostRules, "rules");
  judge(FaultKind::TooManyAddresses, sources, kMostAddresses, "source addresses");
  judge(FaultKind::TooManyAddresses, destinations, kMostAddresses, "destination addresses");
  judge(FaultKind::TooManyAsgs, asgs.size(), kMostAsgsOfNsg, "application security groups");
}

void judge_rule(SecurityRule& rule) {
  std::vector<Fault> faults;
  judge_priority(rule, faults);
  find_port_faults(rule, faults);
  find_address_faults(rule, faults);
  judge_texts(rule, faults);
  judge_platform_tags(rule, faults);
  judge_asgs(rule, faults);
  rule.faults.insert(rule.faults.end(), faults.begin(), faults.end());
}

void sort_by_kind(std::vector<Fault>& faults) {
  std::stable_sort(faults.begin(), faults.end(), [](const Fault& a, const Fault& b) { return a.kind < b.kind; });
}

}  // namespace

void find_faults(Nsg& nsg) {
  for (SecurityRule& rule : nsg.rules) {
    if (is_judged(rule))
      judge_rule(rule);
    else if (rule.origin != Origin::Gap && rule.origin != Origin::Admin &&
             (rule.in_place_of_default || !has_priority_of_a_default(rule)))
      judge_priority(rule, rule.faults);
  }
  judge_priorities(nsg);
  judge_names(nsg);
  judge_limits(nsg);
  for (SecurityRule& rule : nsg.rules) sort_by_kind(rule.faults);
  sort_by_kind(nsg.faults);
}

}  // namespace nsgcheck::model
