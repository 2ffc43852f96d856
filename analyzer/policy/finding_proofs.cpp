// SPDX-License-Identifier: Apache-2.0
#include "analyzer/policy/finding_proofs.hpp"

#include <algorithm>
#include <variant>

#include "analyzer/policy/prerequisite.hpp"

namespace nsgcheck::policy {
namespace {

using engine::View;

constexpr std::string_view kOpen = "the input leaves it open";
constexpr std::string_view kPacket = "no single packet shows it";

// The status that a finding had before somebody answered for it is told by its reason.
bool is_open(const Finding& finding) { return finding.status == Status::Unknown || finding.reason; }

}  // namespace

std::string_view why_not_of_traffic(const Ask& ask) {
  if (std::holds_alternative<CoveredEntry>(ask) || std::holds_alternative<Validity>(ask))
    return "a fact of the text, not of traffic";
  if (std::holds_alternative<CloudAsk>(ask) || std::holds_alternative<ArrivalAsk>(ask))
    return "a fact of the deployment as a whole, not of one list of rules";
  if (std::holds_alternative<SuppressionAsk>(ask)) return "a fact of the suppressions, not of traffic";
  return "";
}

void FindingProofs::ask() {
  for (const Policy& policy : policies_)
    for (std::uint32_t i = 0; i < policy.asks.size(); ++i)
      ask_of(policy.id + ": ", policy.asks[i], asked_[{&policy, i}]);
}

void FindingProofs::ask_of(const std::string& who, const Ask& ask, std::vector<std::size_t>& claims) {
  const auto put = [&](const FlowPattern& pattern, View view) {
    claims.push_back(claims_.verdict(pattern, view, who));
  };
  if (const auto* forbid = std::get_if<Forbid>(&ask)) put(forbid->flows, View::Allowed);
  if (const auto* whole = std::get_if<ForbidWhole>(&ask)) put(whole->flows, View::Allowed);
  if (const auto* require = std::get_if<Require>(&ask)) put(require->flows, View::DeniedByUser);
  if (const auto* pair = std::get_if<RequireSome>(&ask)) {
    put(pair->when, View::Allowed);
    put(pair->some, View::Allowed);
  }
  if (const auto* need = std::get_if<Prerequisite>(&ask)) {
    const model::SecurityRule* naming = naming_rule(nsg_, need->named);
    if (naming == nullptr) return;
    claims.push_back(claims_.named(need->named, *naming, who));
    put(need->need, need->whole ? View::Denied : View::Allowed);
  }
}

void FindingProofs::expect(const std::vector<ExpectationVerdict>& verdicts) {
  if (options_.intent == nullptr) return;
  for (const ExpectationVerdict& verdict : verdicts)
    expect_one(options_.intent->expectations[verdict.expectation], verdict);
}

void FindingProofs::expect_one(const Expectation& expectation, const ExpectationVerdict& verdict) {
  const std::string who = '"' + expectation.name + "\": ";
  auto& claims = expected_[verdict.expectation];
  if (expectation.kind == ExpectationKind::Only) {
    std::vector<std::size_t> listed;
    for (const FlowPattern& entry : expectation.allow) listed.push_back(claims_.verdict(entry, View::Denied, who));
    claims.push_back(claims_.unlisted(expectation, listed, who));
    claims.insert(claims.end(), listed.begin(), listed.end());
  } else {
    const View view = expectation.kind == ExpectationKind::Must ? View::Denied : View::Allowed;
    claims.push_back(claims_.verdict(expectation.flows, view, who));
  }
  Shown found = shown_expectation(expectation.kind, verdict.verdict, claims);
  Proof proof;
  proof.expectation = expectation.name;
  proof.nsg = nsg_.name;
  proof.status = name(verdict.verdict);
  proof.shows = found.as;
  proof.claims = std::move(found.claims);
  proof.why_not = std::move(found.why_not);
  out_.proofs.push_back(std::move(proof));
}

FindingProofs::Shown FindingProofs::shown_expectation(ExpectationKind kind, Fulfilment verdict,
                                                      const std::vector<std::size_t>& claims) const {
  const bool is_must = kind == ExpectationKind::Must;
  const auto is_some = [&](std::size_t claim, std::string_view all, std::string_view some) {
    return says(claim, all) || says(claim, some);
  };
  if (verdict == Fulfilment::Unknown) return {"", {}, std::string{kOpen}};
  if (verdict == Fulfilment::Held) {
    bool holds = says(claims.front(), is_must ? "none" : "deny");
    for (std::size_t i = 1; i < claims.size(); ++i) holds = holds && says(claims[i], "none");
    if (!holds) return not_shown(claims);
    return {kind == ExpectationKind::Only ? "exactly" : is_must ? "noneDenied" : "noneAllowed", claims, ""};
  }
  // One reason is enough.
  if (kind == ExpectationKind::Only && is_some(claims.front(), "allow", "partial")) return {"unlisted", claims, ""};
  for (std::size_t i = kind == ExpectationKind::Only ? 1 : 0; i < claims.size(); ++i) {
    if (is_some(claims[i], "all", "some")) return {"someDenied", {claims[i]}, ""};
    if (is_some(claims[i], "allow", "partial")) return {"someAllowed", {claims[i]}, ""};
  }
  return not_shown(claims);
}

void FindingProofs::prove(const Finding& finding) {
  Shown found = shown(finding);
  Proof proof;
  proof.finding = &finding;
  proof.nsg = nsg_.name;
  if (finding.rule) proof.rule = nsg_.rules[*finding.rule].name;
  proof.status = name(finding.status);
  proof.shows = found.as;
  if (found.as.empty())
    proof.why_not = std::move(found.why_not);
  else
    proof.claims = std::move(found.claims);
  out_.proofs.push_back(std::move(proof));
}

// The first claim that says nothing says why.
FindingProofs::Shown FindingProofs::not_shown(const std::vector<std::size_t>& claims) const {
  for (const std::size_t claim : claims)
    if (!out_.claims[claim].verdict) return {"", {}, out_.claims[claim].why_not};
  return {"", {}, std::string{kPacket}};
}

std::optional<std::size_t> FindingProofs::some(std::size_t claim, const Finding& finding) {
  const auto& verdict = out_.claims[claim].verdict;
  if (verdict && *verdict != "deny" && *verdict != "none") return claim;
  if (!finding.witness) return std::nullopt;
  return claims_.packet(claim, *finding.witness);
}

FindingProofs::Shown FindingProofs::some(std::string_view as, std::size_t claim, const Finding& finding) {
  if (const auto shows = some(claim, finding)) return {as, {*shows}, ""};
  return not_shown({claim});
}

FindingProofs::Shown FindingProofs::shown_rule(const Finding& finding, engine::HygieneKind kind) {
  const auto by = [&](ClaimKind claim_kind, std::string_view as) -> Shown {
    const std::size_t claim = claims_.about_rule(claim_kind, finding);
    return out_.claims[claim].verdict ? Shown{as, {claim}, ""} : not_shown({claim});
  };
  switch (kind) {
    case engine::HygieneKind::Shadowed:
      return by(ClaimKind::Shadowed, "shadowed");
    case engine::HygieneKind::Redundant:
      return by(ClaimKind::Redundant, "redundant");
    case engine::HygieneKind::NeverMatches:
      return by(ClaimKind::NeverMatches, "neverMatches");
    case engine::HygieneKind::PartiallyShadowed:
    case engine::HygieneKind::Correlated:
      break;
  }
  // Both are about the same flows.
  const auto [known, fresh] = overlapped_.try_emplace({*finding.rule, *finding.direction}, 0);
  if (fresh) known->second = claims_.about_rule(ClaimKind::Overlapped, finding);
  const std::size_t claim = known->second;
  return out_.claims[claim].verdict ? Shown{"overlapped", {claim}, ""} : not_shown({claim});
}

FindingProofs::Shown FindingProofs::shown_expectation(const Finding& finding, Breach breach) {
  const auto& claims = expected_[finding.expected->expectation];
  switch (breach) {
    case Breach::MustDenied:
      return some("someDenied", claims.front(), finding);
    case Breach::MustNotAllowed:
      return some("someAllowed", claims.front(), finding);
    case Breach::OnlyLess:
      return some("someDenied", claims[1 + *finding.expected->entry], finding);
    case Breach::OnlyMore:
      break;
  }
  Shown out = some("unlisted", claims.front(), finding);
  if (!out.as.empty()) out.claims.insert(out.claims.end(), claims.begin() + 1, claims.end());
  return out;
}

FindingProofs::Shown FindingProofs::shown(const Finding& finding) {
  const Ask& asked = finding.policy->asks[finding.ask];
  const auto because = [](std::string_view why) { return Shown{"", {}, std::string{why}}; };
  if (const auto why = why_not_of_traffic(asked); !why.empty()) return because(why);
  if (is_open(finding)) return because(kOpen);
  const auto& claims = asked_[{finding.policy, finding.ask}];
  if (std::holds_alternative<Forbid>(asked)) return some("someAllowed", claims[0], finding);
  if (std::holds_alternative<Require>(asked)) return some("someDeniedByUser", claims[0], finding);
  if (std::holds_alternative<ForbidWhole>(asked))
    return says(claims[0], "allow") ? Shown{"allAllowed", claims, ""} : not_shown(claims);
  if (std::holds_alternative<RequireSome>(asked)) {
    const auto when = some(claims[0], finding);
    return when && says(claims[1], "deny") ? Shown{"allowedWithout", {*when, claims[1]}, ""} : not_shown(claims);
  }
  if (const auto* need = std::get_if<Prerequisite>(&asked)) {
    if (!says(claims[0], "named")) return not_shown(claims);
    if (!need->whole) return says(claims[1], "deny") ? Shown{"namedAndClosed", claims, ""} : not_shown(claims);
    const auto denied = some(claims[1], finding);
    return denied ? Shown{"namedAndDenied", {claims[0], *denied}, ""} : not_shown(claims);
  }
  if (const auto* open = std::get_if<OpenSourcePort>(&asked)) {
    const auto packet = claims_.decided_by(open->flows, *finding.rule, finding.policy->id + ": ");
    return packet ? Shown{"sourcePortOnly", {*packet}, ""} : because(kPacket);
  }
  if (const auto* hygiene = std::get_if<Hygiene>(&asked)) return shown_rule(finding, hygiene->kind);
  return shown_expectation(finding, std::get<IntentAsk>(asked).breach);
}

}  // namespace nsgcheck::policy
