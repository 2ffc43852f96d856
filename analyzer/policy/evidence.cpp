// SPDX-License-Identifier: Apache-2.0
#include "analyzer/policy/evidence.hpp"

#include <algorithm>
#include <utility>

#include "analyzer/engine/diff_rules.hpp"
#include "analyzer/policy/claim_verdict.hpp"
#include "analyzer/policy/finding_proofs.hpp"
#include "analyzer/policy/intent.hpp"

namespace nsgcheck::policy {
namespace {

using engine::PartitionBox;

constexpr std::string_view kWholeWay = "a whole way through several groups, not one list of rules";

// True when both lists surely decide alike there.
bool fare_alike(const PartitionBox& box) {
  return box.words.empty() || (box.words[0].yes && box.words[0].yes == box.words[1].yes);
}

bool fare_differently(const PartitionBox& box) {
  return !box.words.empty() && box.words[0].yes && box.words[1].yes && box.words[0].yes != box.words[1].yes;
}

}  // namespace

void add_evidence(Evidence& evidence, const model::Nsg& nsg, const model::NetworkContext& context,
                  std::span<const Policy> policies, const AuditOptions& options, const NsgAudit& audit) {
  std::vector<const FlowPattern*> patterns = patterns_of(policies);
  if (options.intent != nullptr) {
    const auto expected = patterns_of(*options.intent);
    patterns.insert(patterns.end(), expected.begin(), expected.end());
  }
  ClaimMaker claims{evidence, nsg, context, patterns, options};
  for (const PortVerdict& entry : audit.ports)
    claims.verdict(pattern_of(entry), engine::View::Allowed, "",
                   entry.judgement.complete ? entry.judgement.verdict : engine::Verdict::Unknown);
  FindingProofs proofs{evidence, claims, nsg, policies, options};
  proofs.ask();
  proofs.expect(audit.expectations);
  for (const Finding& finding : audit.findings) proofs.prove(finding);
}

void add_other_findings(Evidence& evidence, std::span<const Finding> findings) {
  for (const Finding& finding : findings) {
    Proof proof;
    proof.finding = &finding;
    proof.status = name(finding.status);
    proof.why_not = finding.expected ? kWholeWay : why_not_of_traffic(finding.policy->asks[finding.ask]);
    evidence.proofs.push_back(std::move(proof));
  }
}

void add_whole_ways(Evidence& evidence, const Intent& intent, std::span<const ExpectationVerdict> verdicts) {
  for (const ExpectationVerdict& verdict : verdicts) {
    Proof proof;
    proof.expectation = intent.expectations[verdict.expectation].name;
    proof.status = name(verdict.verdict);
    proof.why_not = kWholeWay;
    evidence.proofs.push_back(std::move(proof));
  }
}

void add_evidence(Evidence& evidence, const NsgPair& pair, const model::NetworkContext& context, bool same_text) {
  for (const auto direction : {net::Direction::Inbound, net::Direction::Outbound}) {
    const engine::DiffRules rules{pair.before, pair.after, direction, context, same_text};
    Claim claim;
    claim.kind = ClaimKind::Comparison;
    claim.about = "every " + std::string{model::name(direction)} + " flow, before and after";
    claim.list = evidence.lists.size();
    claim.new_list = claim.list + 1;
    claim.partition = engine::partition(rules);
    const auto filter = std::make_shared<const engine::Filter>(rules.filter());
    for (const engine::DiffSide side : {engine::DiffSide::Old, engine::DiffSide::New}) {
      const bool is_new = side == engine::DiffSide::New;
      EvidenceRules list{is_new ? pair.after : pair.before, direction, is_new, filter, {}, engine::open_values(rules)};
      for (engine::RuleIndex r = 0; r < filter->rules().size(); ++r)
        if (rules.side(r) == side) list.rules.push_back(r);
      evidence.lists.push_back(std::move(list));
    }
    const auto& boxes = claim.partition.boxes;
    if (!claim.partition.complete) {
      claim.why_not = kTooManyBoxes;
    } else if (std::all_of(boxes.begin(), boxes.end(), fare_alike)) {
      claim.verdict = "equivalent";
    } else {
      claim.witness = witness_where(claim.partition, filter->symbols(), fare_differently);
      if (claim.witness)
        claim.verdict = "differs";
      else
        claim.why_not = "it rests on values that the inputs do not settle";
    }
    evidence.claims.push_back(std::move(claim));
  }
}

}  // namespace nsgcheck::policy
