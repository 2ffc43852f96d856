// SPDX-License-Identifier: Apache-2.0
#include "cli/verify/check.hpp"

#include <algorithm>

#include "cli/verify/kinds.hpp"
#include "cli/verify/sets.hpp"
#include "cli/verify/statements.hpp"
#include "cli/verify/walk.hpp"

namespace nsgcheck::verify {
namespace {

std::string refuse_sides(const Rule& rule) {
  for (const Side* side : {&rule.protocols, &rule.source_ports, &rule.destination_ports, &rule.source[0],
                           &rule.source[1], &rule.destination[0], &rule.destination[1]})
    if (!holds(side->maybe, side->sure)) return "what it surely matches it does not perhaps match";
  return "";
}

// Whether `rule` must be looked at before `sure` counts.
bool comes_before(const Rule& rule, const Rule& sure) {
  if (!rule.priority) return true;
  if (*rule.priority != *sure.priority) return *rule.priority < *sure.priority;
  return rule.access != sure.access || rule.access == Access::Unknown;
}

// By claim, whether it was accepted.
std::vector<bool> check_claims(const Evidence& evidence, Result& out) {
  std::vector<std::string> of_lists;
  for (const List& list : evidence.lists) of_lists.push_back(refuse(list));
  std::vector<bool> accepted(evidence.claims.size(), false);
  for (std::size_t i = 0; i < evidence.claims.size(); ++i) {
    const Claim& claim = evidence.claims[i];
    const List& list = evidence.lists[claim.list];
    if (claim.claims.empty()) {
      ++out.unclaimed;
      continue;
    }
    std::string why = of_lists[claim.list];
    if (why.empty() && claim.kind == Kind::Comparison) why = of_lists[claim.new_list];
    if (why.empty()) why = refuse(evidence, claim);
    accepted[i] = why.empty();
    if (why.empty())
      ++out.accepted[claim.claims];
    else
      out.refused.push_back("claim " + std::to_string(i) + ", " + list.nsg + ' ' + list.direction + ", " + claim.about +
                            ", " + claim.claims + ": " + why);
  }
  return accepted;
}

void check_statement(const Evidence& evidence, const Statement& statement, const std::vector<bool>& accepted,
                     Result& out) {
  Shown& shown = statement.is_expectation ? out.expectations : out.findings;
  ++shown.all;
  if (!statement.form) {
    ++shown.not_shown[statement.why_not];
    return;
  }
  std::string why = refuse(evidence, statement);
  for (std::size_t i = 0; i < statement.claims.size() && why.empty(); ++i)
    if (rests_on(statement, i) && !accepted[statement.claims[i]])
      why = "claim " + std::to_string(statement.claims[i]) + " is not accepted";
  if (why.empty())
    ++shown.by_status[statement.status];
  else
    out.refused.push_back(name_of(statement) + ": " + why);
}

std::string counts(const std::map<std::string, std::size_t>& by_name) {
  std::string out;
  for (const auto& [name, count] : by_name) out += (out.empty() ? "" : ", ") + std::to_string(count) + ' ' + name;
  return out;
}

std::string summary(const char* what, const Shown& shown) {
  std::size_t good = 0;
  for (const auto& [status, count] : shown.by_status) good += count;
  std::string out =
      std::string{"\n"} + what + ": " + std::to_string(good) + " of " + std::to_string(shown.all) + " shown";
  if (good > 0) out += " (" + counts(shown.by_status) + ')';
  for (const auto& [why, count] : shown.not_shown)
    out += "\n  " + std::to_string(count) + (count == 1 ? " is" : " are") + " not: " + why;
  return out;
}

}  // namespace

std::string refuse(const List& list) {
  std::vector<std::size_t> first(list.rules.size(), kNoRule);
  for (std::size_t i = list.looks.size(); i-- > 0;) first[list.looks[i].rule] = i;
  for (std::size_t r = 0; r < list.rules.size(); ++r) {
    if (first[r] == kNoRule) return name_of(list, r) + " is never looked at";
    if (const std::string why = refuse_sides(list.rules[r]); !why.empty()) return name_of(list, r) + ": " + why;
  }
  // The one list without priorities is that of an NSG that is not there: everything passes.
  if (list.rules.size() == 1) return "";
  for (std::size_t i = 0; i < list.looks.size(); ++i) {
    const std::size_t sure = list.looks[i].rule;
    if (!list.looks[i].sure) continue;
    if (!list.rules[sure].priority) return name_of(list, sure) + " has no place, but counts as if it had";
    for (std::size_t r = 0; r < list.rules.size(); ++r)
      if (r != sure && first[r] > i && comes_before(list.rules[r], list.rules[sure]))
        return name_of(list, r) + " is looked at after " + name_of(list, sure);
  }
  return "";
}

std::string refuse(const Evidence& evidence, const Claim& claim) {
  if (!claim.complete) return "not proven: the evidence is not complete";
  const List& list = evidence.lists[claim.list];
  switch (claim.kind) {
    case Kind::Verdict:
    case Kind::Packet:
      return refuse_flows(list, claim);
    case Kind::Comparison:
      return refuse_comparison(list, evidence.lists[claim.new_list], claim);
    default:
      return refuse_rule(list, claim);
  }
}

Result check(const Evidence& evidence) {
  Result out;
  const std::vector<bool> accepted = check_claims(evidence, out);
  for (const Statement& statement : evidence.statements) check_statement(evidence, statement, accepted, out);
  return out;
}

std::string summary(const Result& result) {
  std::size_t total = 0;
  for (const auto& [kind, count] : result.accepted) total += count;
  std::string out = "accepted: " + std::to_string(total) + (total == 1 ? " claim" : " claims");
  if (total > 0) out += " (" + counts(result.accepted) + ')';
  if (!result.refused.empty()) out += "; refused: " + std::to_string(result.refused.size());
  out += "; " + std::to_string(result.unclaimed) + " unknown, not claimed";
  if (result.findings.all > 0) out += summary("findings", result.findings);
  if (result.expectations.all > 0) out += summary("expectations", result.expectations);
  return out;
}

}  // namespace nsgcheck::verify
