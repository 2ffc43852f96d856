// SPDX-License-Identifier: Apache-2.0
#include "analyzer/io/policy_example.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "analyzer/io/intent_reader.hpp"
#include "analyzer/io/rule_members.hpp"
#include "analyzer/io/rule_reader.hpp"
#include "analyzer/model/value_faults.hpp"

namespace nsgcheck::io {
namespace {

constexpr std::array<std::string_view, 2> kExampleKeys{"fail", "pass"};
constexpr std::array<std::string_view, 4> kCaseKeys{"why", "rules", "files", "intent"};
constexpr std::array<std::string_view, 10> kRuleKeys{"name",   "priority",    "direction",   "access", "protocol",
                                                     "source", "sourcePorts", "destination", "ports",  "repeat"};

struct ShortName {
  std::string_view key;
  std::string_view singular;
  std::string_view plural;  ///< for lists
  Member members[3];        ///< with any of these given, nothing is filled in
  std::string_view otherwise;
};
constexpr std::array kShortNames{
    ShortName{
        "direction", "direction", "direction", {Member::Direction, Member::Direction, Member::Direction}, "Inbound"},
    ShortName{"access", "access", "access", {Member::Access, Member::Access, Member::Access}, "Allow"},
    ShortName{"protocol", "protocol", "protocol", {Member::Protocol, Member::Protocol, Member::Protocol}, "Tcp"},
    ShortName{"source",
              "sourceAddressPrefix",
              "sourceAddressPrefixes",
              {Member::SourceAddress, Member::SourceAddresses, Member::SourceAsgs},
              "*"},
    ShortName{"sourcePorts",
              "sourcePortRange",
              "sourcePortRanges",
              {Member::SourcePort, Member::SourcePorts, Member::SourcePorts},
              "*"},
    ShortName{"destination",
              "destinationAddressPrefix",
              "destinationAddressPrefixes",
              {Member::DestinationAddress, Member::DestinationAddresses, Member::DestinationAsgs},
              "*"},
    ShortName{"ports",
              "destinationPortRange",
              "destinationPortRanges",
              {Member::DestinationPort, Member::DestinationPorts, Member::DestinationPorts},
              "*"},
};

constexpr unsigned kMostCopies = 5000;

const ShortName* short_name(std::string_view key) {
  const auto* found = std::find_if(kShortNames.begin(), kShortNames.end(), [&](const auto& s) { return s.key == key; });
  return found == kShortNames.end() ? nullptr : found;
}

bool gives(const Node& rule, const ShortName& name) {
  return std::any_of(rule.members().begin(), rule.members().end(), [&](const auto& each) {
    const auto member = member_of(each.first);
    return each.first == name.key ||
           (member && std::find(std::begin(name.members), std::end(name.members), *member) != std::end(name.members));
  });
}

/// The rule as ARM would write it.
Node spelled_out(const Node& rule) {
  Node out;
  out.kind = Node::Kind::Object;
  out.span = rule.span;
  for (const auto& [key, value] : rule.members()) {
    const ShortName* name = short_name(key);
    if (name == nullptr)
      out.members().emplace_back(key, value);
    else
      out.members().emplace_back(value.is(Node::Kind::Array) ? name->plural : name->singular, value);
  }
  for (const ShortName& name : kShortNames) {
    if (gives(rule, name)) continue;
    Node value;
    value.kind = Node::Kind::String;
    value.text = name.otherwise;
    value.span = rule.span;
    out.members().emplace_back(name.singular, std::move(value));
  }
  return out;
}

void number_copies(Node& node, const std::string& number) {
  for (auto at = node.text.find('#'); at != std::string::npos; at = node.text.find('#', at + number.size()))
    node.text.replace(at, 1, number);
  for (Node& item : node.items()) number_copies(item, number);
  for (auto& [key, value] : node.members()) number_copies(value, number);
}

unsigned copies_of(const Node& rule, PolicyFaults& faults) {
  const Node* repeat = rule.find("repeat");
  if (repeat == nullptr) return 1;
  const auto count = parse_count(repeat->text, kMostCopies);
  if (!count)
    faults.add(repeat->span, fmt::format("repeat {} is no number up to {}", model::quoted(repeat->text), kMostCopies));
  return count.value_or(1);
}

void check_rule_keys(const Node& rule, PolicyFaults& faults) {
  for (const auto& [key, value] : rule.members()) {
    const bool known = std::find(kRuleKeys.begin(), kRuleKeys.end(), key) != kRuleKeys.end() || member_of(key);
    if (!known) faults.add(value.span, no_such_word(key, "key of an example's rule", kRuleKeys));
  }
}

void read_rules_of(const Node& node, std::vector<model::SecurityRule>& rules, PolicyFaults& faults) {
  if (!node.is(Node::Kind::Object)) {
    faults.add(node.span, "an example's rule must be a mapping");
    return;
  }
  check_rule_keys(node, faults);
  const unsigned copies = copies_of(node, faults);
  for (unsigned copy = 0; copy < copies; ++copy) {
    Node rule = spelled_out(node);
    if (copies > 1) number_copies(rule, std::to_string(copy));
    rules.push_back(read_rule(rule));
    if (rules.back().priority.value) *rules.back().priority.value += copy;
  }
}

void read_case(const Node& node, bool must_fail, std::vector<PolicyExample>& out, PolicyFaults& faults) {
  if (!check_keys(node, "the example", kCaseKeys, faults)) return;
  PolicyExample example;
  example.must_fail = must_fail;
  if (const Node* why = required(node, "why", "the example", faults)) example.why = text_of(*why, "why", faults);
  if (const Node* files = node.find("files")) {
    for (const Node* file : scalars_of(*files, "files", faults))
      example.files.push_back(text_of(*file, "files", faults));
    if (const Node* rules = node.find("rules"))
      faults.add(rules->span, "an example has \"rules\" or \"files\", not both");
    out.push_back(std::move(example));
    return;
  }
  if (const Node* intent = node.find("intent")) example.intent = read_intent(*intent, faults);
  const Node* rules = required(node, "rules", "the example", faults);
  if (rules == nullptr) return;
  if (!rules->is(Node::Kind::Array)) {
    faults.add(rules->span, "the rules of an example must be a list; [] for none");
    return;
  }
  for (const Node& rule : rules->items()) read_rules_of(rule, example.rules, faults);
  out.push_back(std::move(example));
}

}  // namespace

std::vector<PolicyExample> read_examples(const Node& node, PolicyFaults& faults) {
  std::vector<PolicyExample> out;
  if (!check_keys(node, "the examples", kExampleKeys, faults)) return out;
  for (const auto& [key, cases] : node.members()) {
    if (!cases.is(Node::Kind::Array)) {
      faults.add(cases.span, fmt::format("\"{}\" must be a list of examples", key));
      continue;
    }
    for (const Node& each : cases.items()) read_case(each, key == "fail", out, faults);
  }
  return out;
}

}  // namespace nsgcheck::io
