// SPDX-License-Identifier: Apache-2.0
#include "analyzer/policy/deployment_audit.hpp"

#include <algorithm>
#include <tuple>

#include "analyzer/policy/fingerprint.hpp"

namespace nsgcheck::policy {

Finding finding_of(const Policy& policy, CloudFault fault, const model::Deployment& deployment) {
  Finding out;
  out.policy = &policy;
  out.severity = worst(policy);
  out.status = fault.unknown ? Status::Unknown : Status::Violated;
  if (fault.unknown) out.reason = fault.reason;
  out.span = fault.span;
  out.message = std::move(fault.message);
  out.assumptions = deployment.assumptions;
  out.fingerprint = fingerprint(out, deployment.name, fault.subject);
  return out;
}

void sort_findings(std::vector<Finding>& findings) {
  const auto order = [](const Finding& f) {
    return std::tuple{f.severity, f.span.document, f.span.begin, f.policy->id};
  };
  std::stable_sort(findings.begin(), findings.end(),
                   [&](const Finding& a, const Finding& b) { return order(a) < order(b); });
}

std::vector<Finding> audit_deployment(const model::Deployment& deployment, std::span<const Policy> policies,
                                      std::optional<std::int64_t> now) {
  std::vector<Finding> out;
  for (const Policy& policy : policies)
    for (const Ask& ask : policy.asks)
      if (const auto* cloud = std::get_if<CloudAsk>(&ask))
        for (CloudFault& fault : judge(cloud->check, deployment, now))
          out.push_back(finding_of(policy, std::move(fault), deployment));
  sort_findings(out);
  return out;
}

}  // namespace nsgcheck::policy
