// SPDX-License-Identifier: Apache-2.0
#include "analyzer/policy/policy.hpp"

#include <algorithm>

#include "analyzer/net/text.hpp"

namespace nsgcheck::policy {
namespace {

template <class Kind>
bool asks_only(const Policy& policy) {
  return !policy.asks.empty() && std::all_of(policy.asks.begin(), policy.asks.end(),
                                             [](const Ask& ask) { return std::holds_alternative<Kind>(ask); });
}

}  // namespace

std::string_view name(Severity severity) {
  switch (severity) {
    case Severity::Critical:
      return "critical";
    case Severity::High:
      return "high";
    case Severity::Medium:
      return "medium";
    case Severity::Low:
      return "low";
    case Severity::Info:
      return "info";
  }
  return "info";
}

std::optional<Severity> parse_severity(std::string_view text) {
  for (const Severity severity : kSeverities)
    if (net::same_word(name(severity), text)) return severity;
  return std::nullopt;
}

std::string_view name(PlaceName::Kind kind) {
  switch (kind) {
    case PlaceName::Kind::Instance:
      return "instance";
    case PlaceName::Kind::Role:
      return "role";
    case PlaceName::Kind::Subnet:
      return "subnet";
  }
  return "instance";
}

net::PortSet ports_of(const FlowPattern& pattern, net::Port forwarder) {
  return pattern.with_forwarder_port ? pattern.ports | net::PortSet::range(forwarder, forwarder) : pattern.ports;
}

bool is_about_suppressions(const Policy& policy) { return asks_only<SuppressionAsk>(policy); }

bool answers_to(const Policy& policy, std::string_view id) {
  return net::same_word(policy.id, id) ||
         std::any_of(policy.aliases.begin(), policy.aliases.end(),
                     [&](const std::string& alias) { return net::same_word(alias, id); });
}

std::string_view code(Breach breach) {
  switch (breach) {
    case Breach::MustDenied:
      return "must-denied";
    case Breach::MustNotAllowed:
      return "must-not-allowed";
    case Breach::OnlyMore:
      return "only-more";
    case Breach::OnlyLess:
      return "only-less";
  }
  return "must-denied";
}

bool is_about_deployments(const Policy& policy) { return asks_only<CloudAsk>(policy); }
bool is_about_networks(const Policy& policy) { return asks_only<ArrivalAsk>(policy); }
bool is_about_intent(const Policy& policy) { return asks_only<IntentAsk>(policy); }

Severity severity(const BySource& graded, Width width) {
  switch (width) {
    case Width::Wide:
      return graded.wide;
    case Width::Medium:
      return graded.medium;
    case Width::Narrow:
      break;
  }
  return graded.narrow;
}

Severity worst(const Policy& policy) {
  if (const auto* fixed = std::get_if<Severity>(&policy.severity)) return *fixed;
  const auto& graded = std::get<BySource>(policy.severity);
  return std::min({graded.wide, graded.medium, graded.narrow});
}

}  // namespace nsgcheck::policy
