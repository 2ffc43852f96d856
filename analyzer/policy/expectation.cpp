// SPDX-License-Identifier: Apache-2.0
#include "analyzer/policy/expectation.hpp"

#include <algorithm>

#include "analyzer/net/text.hpp"
#include "analyzer/policy/direction_view.hpp"
#include "analyzer/policy/naming.hpp"

namespace nsgcheck::policy {

std::string_view name(ExpectationKind kind) {
  switch (kind) {
    case ExpectationKind::Must:
      return "must";
    case ExpectationKind::MustNot:
      return "mustNot";
    case ExpectationKind::Only:
      return "only";
  }
  return "must";
}

std::string_view name(Fulfilment fulfilment) {
  switch (fulfilment) {
    case Fulfilment::Held:
      return "held";
    case Fulfilment::Violated:
      return "violated";
    case Fulfilment::Unknown:
      return "unknown";
  }
  return "unknown";
}

bool concerns(const Expectation& expectation, std::string_view nsg) {
  const auto& names = expectation.nsgs;
  if (expectation.whole_way) return false;
  return names.empty() ||
         std::any_of(names.begin(), names.end(), [&](const std::string& one) { return net::same_word(one, nsg); });
}

std::string pattern_words(const FlowPattern& pattern) {
  std::string out = pattern.protocols.all() ? "any protocol" : enumerate(protocol_names(pattern.protocols));
  std::vector<std::string> ports;
  if (!pattern.ports.is_all()) ports = net::to_strings(pattern.ports);
  if (pattern.with_forwarder_port) ports.emplace_back("forwarder");
  if (!ports.empty()) out += ' ' + enumerate(ports);
  return out + " from " + side_words(pattern.from, pattern.from_places) + " to " +
         side_words(pattern.to, pattern.to_places) + ' ' + std::string{model::name(pattern.direction)};
}

std::string side_words(const std::vector<model::AddressItem>& items, const std::vector<PlaceName>& places) {
  std::vector<std::string> texts;
  for (const PlaceName& place : places) texts.push_back(std::string{name(place.kind)} + ':' + place.name);
  for (const model::AddressItem& item : items) texts.push_back(item.text);
  return enumerate(texts);
}

void weigh(ExpectationVerdict& verdict, bool violated, std::optional<model::Reason> reason) {
  if (violated) {
    verdict.verdict = Fulfilment::Violated;
    verdict.reason.reset();
  } else if (verdict.verdict == Fulfilment::Held) {
    verdict.verdict = Fulfilment::Unknown;
    verdict.reason = reason.value_or(model::Reason::BudgetExceeded);
  }
}

std::pair<const Policy*, std::uint32_t> policy_for(Breach breach, std::span<const Policy> policies) {
  for (const Policy& policy : policies)
    for (std::uint32_t i = 0; i < policy.asks.size(); ++i)
      if (const auto* intent = std::get_if<IntentAsk>(&policy.asks[i]); intent != nullptr && intent->breach == breach)
        return {&policy, i};
  return {nullptr, 0};
}

}  // namespace nsgcheck::policy
