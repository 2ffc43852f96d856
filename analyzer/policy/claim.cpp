// SPDX-License-Identifier: Apache-2.0
#include "analyzer/policy/claim.hpp"

#include <algorithm>

#include "analyzer/net/text.hpp"
#include "analyzer/policy/direction_view.hpp"
#include "analyzer/policy/judge.hpp"

namespace nsgcheck::policy {
namespace {

constexpr std::string_view kKics = "KICS ";

bool starts_with_word(std::string_view text, std::string_view begin) {
  return text.size() >= begin.size() && net::same_word(text.substr(0, begin.size()), begin);
}

bool is_same_id(std::string_view alias, std::string_view id) {
  if (net::same_word(alias, id)) return true;
  constexpr std::string_view kAvd = "AVD-";
  if (starts_with_word(id, kAvd) && net::same_word(alias, id.substr(kAvd.size()))) return true;
  if (!starts_with_word(alias, kKics)) return false;
  // Ids of queries are UUIDs, of which aliases have the first eight digits.
  const std::string_view begin = alias.substr(kKics.size());
  return starts_with_word(id, begin) && id.size() == 36 && id[begin.size()] == '-';
}

const FlowPattern* forbidden_by(const Ask& ask) {
  if (const auto* forbid = std::get_if<Forbid>(&ask)) return &forbid->flows;
  if (const auto* whole = std::get_if<ForbidWhole>(&ask)) return &whole->flows;
  return nullptr;
}

}  // namespace

bool is_alias(const Policy& policy, std::string_view id) {
  return std::any_of(policy.aliases.begin(), policy.aliases.end(),
                     [&](const std::string& alias) { return is_same_id(alias, id); });
}

AliasFilter aliases_of_tool(std::string_view tool) {
  const std::string name = net::lower(tool);
  const auto called = [&](std::string_view word) { return name.find(word) != std::string::npos; };
  if (called("checkov") || called("bridgecrew") || called("prisma"))
    return [](std::string_view alias) { return starts_with_word(alias, "CKV"); };
  if (called("trivy")) return [](std::string_view alias) { return starts_with_word(alias, "AZU-"); };
  if (called("kics")) return [](std::string_view alias) { return starts_with_word(alias, kKics); };
  if (called("psrule")) return [](std::string_view alias) { return starts_with_word(alias, "AZR-"); };
  if (called("terrascan")) return [](std::string_view alias) { return starts_with_word(alias, "AC_AZURE"); };
  return nullptr;
}

std::vector<ModelRule> denied_by(const model::Nsg& nsg, const model::NetworkContext& context,
                                 std::span<const Policy> policies, const Policy& policy, net::Port forwarder_port) {
  std::vector<ModelRule> out;
  for (const Ask& ask : policy.asks) {
    const FlowPattern* flows = forbidden_by(ask);
    if (flows == nullptr) continue;
    DirectionView view{nsg, flows->direction, context, policies, forwarder_port};
    const NamedQuestion question = resolve_pattern(*flows, context, forwarder_port, view.symbols());
    // Read the other way round: which rules deny some of it.
    for (const ModelRule rule : judge(view.filter(), question, engine::View::Denied).decided_by)
      if (std::find(out.begin(), out.end(), rule) == out.end()) out.push_back(rule);
  }
  return out;
}

}  // namespace nsgcheck::policy
