// SPDX-License-Identifier: Apache-2.0
#include "analyzer/policy/baseline.hpp"

#include <algorithm>
#include <map>
#include <string_view>

namespace nsgcheck::policy {
namespace {

bool arrives_at_no_more(const Finding& finding, const BaselineEntry& entry) {
  if (!finding.arrives || !entry.arrives) return true;
  const auto& before = *entry.arrives;
  return std::all_of(finding.arrives->at.begin(), finding.arrives->at.end(), [&](const std::string& instance) {
    return std::find(before.begin(), before.end(), instance) != before.end();
  });
}

bool is_no_worse(const Finding& finding, const BaselineEntry& entry) {
  return finding.severity >= entry.severity && finding.status == entry.status && arrives_at_no_more(finding, entry);
}

}  // namespace

bool may_be_known(const Finding& finding) {
  return finding.status != Status::Suppressed && finding.region_complete && !is_about_suppressions(*finding.policy);
}

BaselineEntry baseline_entry(const Finding& finding, const std::string& nsg_name) {
  BaselineEntry out{finding.policy->id, nsg_name, finding.fingerprint, finding.severity, finding.status, std::nullopt};
  if (finding.arrives) {
    out.arrives = finding.arrives->at;
    out.arrives->insert(out.arrives->end(), finding.arrives->perhaps_at.begin(), finding.arrives->perhaps_at.end());
  }
  return out;
}

std::vector<BaselineEntry> apply_baseline(const std::vector<BaselineEntry>& baseline,
                                          std::span<std::vector<Finding>* const> findings) {
  std::multimap<std::string_view, std::size_t> by_fingerprint;
  for (std::size_t i = 0; i < baseline.size(); ++i) by_fingerprint.emplace(baseline[i].fingerprint, i);
  std::vector<bool> still_there(baseline.size());
  // The first entry of this meaning that no finding has taken yet and that `fits`.
  const auto take = [&](const Finding& finding, const auto& fits) {
    const auto [first, last] = by_fingerprint.equal_range(finding.fingerprint);
    for (auto at = first; at != last; ++at) {
      if (still_there[at->second] || !fits(baseline[at->second])) continue;
      still_there[at->second] = true;
      return true;
    }
    return false;
  };
  std::vector<const Finding*> others;
  for (std::vector<Finding>* list : findings) {
    for (Finding& finding : *list) {
      const bool known = may_be_known(finding) &&
                         take(finding, [&](const BaselineEntry& entry) { return is_no_worse(finding, entry); });
      if (finding.status != Status::Suppressed)
        finding.baseline = known ? Finding::Baseline::Known : Finding::Baseline::New;
      if (!known) others.push_back(&finding);
    }
  }
  // What got worse, or is suppressed by now, has not gone.
  for (const Finding* finding : others) (void)take(*finding, [](const BaselineEntry&) { return true; });
  std::vector<BaselineEntry> gone;
  for (std::size_t i = 0; i < baseline.size(); ++i)
    if (!still_there[i]) gone.push_back(baseline[i]);
  return gone;
}

}  // namespace nsgcheck::policy
