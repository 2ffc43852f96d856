// SPDX-License-Identifier: Apache-2.0
#include "analyzer/io/render_policies.hpp"

#include "analyzer/io/json_parts.hpp"

namespace nsgcheck::io {
namespace {

Json severity(const policy::Policy& policy) {
  if (const auto* fixed = std::get_if<policy::Severity>(&policy.severity)) return name(*fixed);
  const auto& graded = std::get<policy::BySource>(policy.severity);
  return {{"wide", name(graded.wide)}, {"medium", name(graded.medium)}, {"narrow", name(graded.narrow)}};
}

}  // namespace

std::string render_policies_json(const std::vector<policy::Policy>& policies) {
  Json list = Json::array();
  for (const policy::Policy& policy : policies)
    list.push_back({{"id", policy.id},
                    {"title", policy.title},
                    {"severity", severity(policy)},
                    {"rationale", policy.rationale},
                    {"remediation", policy.remediation},
                    {"aliases", policy.aliases},
                    {"references", policy.references}});
  const Json document{{"schema", "nsgcheck.policies/1"}, {"policies", std::move(list)}};
  return dump(document, 2);
}

}  // namespace nsgcheck::io
