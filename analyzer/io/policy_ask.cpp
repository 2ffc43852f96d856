// SPDX-License-Identifier: Apache-2.0
#include "analyzer/io/policy_ask.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "analyzer/io/flow_pattern.hpp"
#include "analyzer/policy/cloud_check.hpp"
#include "analyzer/policy/suppression.hpp"

namespace nsgcheck::io {
namespace {

using policy::FlowPattern;

constexpr std::array<std::string_view, 14> kAskKeys{
    "forbid",           "forbid-whole", "require",  "when-allowed",  "when-named", "need-some", "need-all",
    "open-source-port", "hygiene",      "validity", "cloud-service", "arrival",    "intent",    "suppression"};
constexpr std::array<std::string_view, 5> kPatternKeys{"direction", "protocol", "from", "to", "ports"};

struct HygieneWord {
  std::string_view word;
  engine::HygieneKind kind;
};
constexpr std::array kHygieneWords{
    HygieneWord{"shadowed", engine::HygieneKind::Shadowed},
    HygieneWord{"redundant", engine::HygieneKind::Redundant},
    HygieneWord{"partially-shadowed", engine::HygieneKind::PartiallyShadowed},
    HygieneWord{"never-matches", engine::HygieneKind::NeverMatches},
    HygieneWord{"correlated", engine::HygieneKind::Correlated},
};
constexpr std::string_view kCoveredEntry = "covered-entry";

/// Every code of model::FaultKind, for messages.
std::vector<std::string_view> fault_codes() {
  std::vector<std::string_view> out;
  for (int kind = 0; kind <= static_cast<int>(model::FaultKind::WrongType); ++kind)
    out.push_back(model::code(static_cast<model::FaultKind>(kind)));
  return out;
}

FlowPattern read_pattern(const Node& node, PolicyFaults& faults) {
  FlowPattern pattern;
  if (!check_keys(node, "the flows", kPatternKeys, faults)) return pattern;
  const auto needed = [&](std::string_view key) { return required(node, key, "the flows", faults); };
  if (const Node* direction = needed("direction")) pattern.direction = read_direction(*direction, faults);
  if (const Node* protocol = needed("protocol")) pattern.protocols = read_protocols(*protocol, faults);
  if (const Node* from = needed("from")) pattern.from = read_addresses(*from, "from", faults);
  if (const Node* to = needed("to")) pattern.to = read_addresses(*to, "to", faults);
  pattern.ports = net::PortSet::all();
  if (const Node* ports = node.find("ports")) read_ports(*ports, pattern, faults);
  return pattern;
}

std::optional<policy::Ask> read_hygiene(const Node& node, PolicyFaults& faults) {
  const std::string word = text_of(node, "hygiene", faults);
  if (word == kCoveredEntry) return policy::CoveredEntry{};
  std::vector<std::string_view> words;
  for (const HygieneWord& each : kHygieneWords) {
    if (each.word == word) return policy::Hygiene{each.kind};
    words.push_back(each.word);
  }
  words.push_back(kCoveredEntry);
  faults.add(node.span, no_such_word(word, "kind of hygiene", words));
  return std::nullopt;
}

std::optional<policy::Ask> read_validity(const Node& node, PolicyFaults& faults) {
  const std::string word = text_of(node, "validity", faults);
  if (const auto kind = model::fault_kind(word)) return policy::Validity{*kind};
  faults.add(node.span, no_such_word(word, "kind of fault", fault_codes()));
  return std::nullopt;
}

std::optional<policy::Ask> read_cloud_service(const Node& node, PolicyFaults& faults) {
  const std::string word = text_of(node, "cloud-service", faults);
  if (const auto check = policy::cloud_check(word)) return policy::CloudAsk{*check};
  faults.add(node.span, no_such_word(word, "check of a Cloud Service", policy::cloud_check_codes()));
  return std::nullopt;
}

std::optional<policy::Ask> read_arrival(const Node& node, PolicyFaults& faults) {
  constexpr std::string_view kRemoteDesktop = "remote-desktop";
  const std::string word = text_of(node, "arrival", faults);
  if (word == kRemoteDesktop) return policy::ArrivalAsk{};
  faults.add(node.span, no_such_word(word, "kind of arrival", std::vector{kRemoteDesktop}));
  return std::nullopt;
}

std::optional<policy::Ask> read_suppression(const Node& node, PolicyFaults& faults) {
  const std::string word = text_of(node, "suppression", faults);
  if (const auto check = policy::suppression_check(word)) return policy::SuppressionAsk{*check};
  faults.add(node.span, no_such_word(word, "check of a suppression", policy::suppression_check_codes()));
  return std::nullopt;
}

std::optional<policy::Ask> read_intent_ask(const Node& node, PolicyFaults& faults) {
  const std::string word = text_of(node, "intent", faults);
  std::vector<std::string_view> words;
  for (const policy::Breach breach : policy::kBreaches) {
    if (policy::code(breach) == word) return policy::IntentAsk{breach};
    words.push_back(policy::code(breach));
  }
  faults.add(node.span, no_such_word(word, "way to differ from an intent", words));
  return std::nullopt;
}

std::optional<policy::Ask> read_pair(const Node& ask, PolicyFaults& faults) {
  const Node* named = ask.find("when-named");
  const Node* when = named != nullptr ? named : required(ask, "when-allowed", "the ask", faults);
  const Node* all = named != nullptr ? ask.find("need-all") : nullptr;
  const Node* need = all != nullptr ? all : required(ask, "need-some", "the ask", faults);
  if (when == nullptr || need == nullptr) return std::nullopt;
  FlowPattern first = read_pattern(*when, faults);
  FlowPattern second = read_pattern(*need, faults);
  if (named == nullptr) return policy::RequireSome{std::move(first), std::move(second)};
  return policy::Prerequisite{std::move(first), std::move(second), all != nullptr};
}

std::optional<policy::Ask> read_ask(const Node& ask, PolicyFaults& faults) {
  if (!check_keys(ask, "the ask", kAskKeys, faults)) return std::nullopt;
  constexpr std::array<std::string_view, 4> kPairKeys{"when-allowed", "when-named", "need-some", "need-all"};
  const bool is_pair =
      std::any_of(kPairKeys.begin(), kPairKeys.end(), [&](std::string_view key) { return ask.find(key) != nullptr; });
  if (ask.members().size() != (is_pair ? 2 : 1)) {
    faults.add(ask.span,
               "an ask has one key, \"when-allowed\" with \"need-some\", or \"when-named\" with \"need-some\" or "
               "\"need-all\"; write a list for several asks");
    return std::nullopt;
  }
  if (is_pair) return read_pair(ask, faults);
  const auto& [key, value] = ask.members().front();
  if (key == "hygiene") return read_hygiene(value, faults);
  if (key == "validity") return read_validity(value, faults);
  if (key == "cloud-service") return read_cloud_service(value, faults);
  if (key == "arrival") return read_arrival(value, faults);
  if (key == "suppression") return read_suppression(value, faults);
  if (key == "intent") return read_intent_ask(value, faults);
  FlowPattern flows = read_pattern(value, faults);
  if (key == "forbid") return policy::Forbid{std::move(flows)};
  if (key == "forbid-whole") return policy::ForbidWhole{std::move(flows)};
  if (key == "require") return policy::Require{std::move(flows)};
  if (key == "open-source-port") return policy::OpenSourcePort{std::move(flows)};
  return std::nullopt;
}

}  // namespace

std::vector<policy::Ask> read_asks(const Node& node, PolicyFaults& faults) {
  std::vector<policy::Ask> asks;
  const auto add = [&](const Node& ask) {
    if (auto read = read_ask(ask, faults)) asks.push_back(*std::move(read));
  };
  if (!node.is(Node::Kind::Array)) {
    add(node);
    return asks;
  }
  if (node.items().empty()) faults.add(node.span, "the ask is an empty list");
  for (const Node& ask : node.items()) add(ask);
  return asks;
}

}  // namespace nsgcheck::io
