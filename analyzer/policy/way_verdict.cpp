// SPDX-License-Identifier: Apache-2.0
#include "analyzer/policy/way_verdict.hpp"

#include "analyzer/policy/witness.hpp"

namespace nsgcheck::policy {

using engine::Verdict;

Judgement judgement_of(const Passing& flows, const NamedQuestion& question, const engine::SymbolTable& symbols) {
  Judgement out;
  out.complete = flows.complete;
  out.some_denied = flows.lost;
  for (const engine::Region& region : flows.sure) out.region.push_back(name_region(region, question, symbols));
  for (const engine::Region& region : flows.perhaps)
    out.unknown_region.push_back(name_region(region, question, symbols));
  const bool settled = flows.perhaps.empty() && flows.complete;
  if (!flows.sure.empty())
    out.verdict = settled && !flows.lost ? Verdict::Allow : Verdict::Partial;
  else
    out.verdict = settled ? Verdict::Deny : Verdict::Unknown;
  if (!settled) out.reason = flows.reason.value_or(model::Reason::BudgetExceeded);
  for (const auto* regions : {&flows.sure, &flows.perhaps})
    for (const engine::Region& region : *regions)
      if (!out.witness) out.witness = pick_witness(region, symbols);
  return out;
}

void add_to(Judgement& all, const Judgement& one, bool first) {
  if (first) {
    all = one;
    return;
  }
  const auto has = [&](Verdict verdict) { return all.verdict == verdict || one.verdict == verdict; };
  if (all.verdict != one.verdict) {
    const bool some = has(Verdict::Allow) || has(Verdict::Partial);
    all.verdict = some ? Verdict::Partial : Verdict::Unknown;
  }
  all.region.insert(all.region.end(), one.region.begin(), one.region.end());
  all.unknown_region.insert(all.unknown_region.end(), one.unknown_region.begin(), one.unknown_region.end());
  all.some_denied = all.some_denied || one.some_denied;
  all.complete = all.complete && one.complete;
  if (one.reason && (!all.reason || *one.reason < *all.reason)) all.reason = one.reason;
  const bool better = one.witness && (!all.witness || (!one.region.empty() && all.region.size() == one.region.size()));
  if (better) all.witness = one.witness;
}

}  // namespace nsgcheck::policy
