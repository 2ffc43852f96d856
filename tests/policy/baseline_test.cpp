// SPDX-License-Identifier: Apache-2.0
#include "analyzer/policy/baseline.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "analyzer/policy/suppression.hpp"

namespace nsgcheck::policy::baseline_test {
namespace {

const Policy& plain() {
  static const Policy policy{"NSG-RDP-001", "t", Severity::High, {Forbid{}}, "", "", {}, {}};
  return policy;
}
const Policy& governance() {
  static const Policy policy{
      "NSG-GOV-001", "t", Severity::High, {SuppressionAsk{SuppressionCheck::Lapsed}}, "", "", {}, {}};
  return policy;
}

Finding finding(const std::string& print, Severity severity = Severity::High, Status status = Status::Violated) {
  Finding out;
  out.policy = &plain();
  out.severity = severity;
  out.status = status;
  out.fingerprint = print;
  return out;
}

Finding arriving(const std::string& print, std::vector<std::string> at) {
  Finding out = finding(print);
  out.arrives = Finding::Arrives{std::move(at), {}};
  return out;
}

Finding with(Finding finding, const Policy& policy, bool complete) {
  finding.policy = &policy;
  finding.region_complete = complete;
  return finding;
}

BaselineEntry entry(const std::string& print, Severity severity = Severity::High, Status status = Status::Violated,
                    std::optional<std::vector<std::string>> arrives = std::nullopt) {
  return {"NSG-RDP-001", "web", print, severity, status, std::move(arrives)};
}

// Marks as letters: known, new, or - for no mark; then the fingerprints of what is gone.
TEST(Baseline, KnowsNoMoreThanItHas) {
  struct Row {
    const char* name;
    std::vector<BaselineEntry> baseline;
    std::vector<Finding> findings;
    std::string marks, gone;
  };
  const Row rows[]{
      {"Same", {entry("a")}, {finding("a")}, "k", ""},
      {"OtherMeaning", {entry("a")}, {finding("b")}, "n", "a"},
      {"NothingBefore", {}, {finding("a")}, "n", ""},
      {"NothingNow", {entry("a"), entry("b")}, {}, "", "ab"},
      {"TwoBehindOne", {entry("a")}, {finding("a"), finding("a")}, "kn", ""},
      {"OneOfTwoIsGone", {entry("a"), entry("a")}, {finding("a")}, "k", "a"},
      {"Worse", {entry("a", Severity::Medium)}, {finding("a", Severity::High)}, "n", ""},
      {"LessSevere", {entry("a", Severity::High)}, {finding("a", Severity::Low)}, "k", ""},
      {"UnknownHidesNoViolation", {entry("a", Severity::High, Status::Unknown)}, {finding("a")}, "n", ""},
      {"Unknown",
       {entry("a", Severity::High, Status::Unknown)},
       {finding("a", Severity::High, Status::Unknown)},
       "k",
       ""},
      {"SuppressedIsThereButNotMarked", {entry("a")}, {finding("a", Severity::High, Status::Suppressed)}, "-", ""},
      {"ArrivesAtTheSame",
       {entry("a", Severity::High, Status::Violated, {{"vm0"}})},
       {arriving("a", {"vm0"})},
       "k",
       ""},
      {"ArrivesAtMore",
       {entry("a", Severity::High, Status::Violated, {{"vm0"}})},
       {arriving("a", {"vm0", "vm1"})},
       "n",
       ""},
      {"ArrivesAtFewer",
       {entry("a", Severity::High, Status::Violated, {{"vm0", "vm1"}})},
       {arriving("a", {"vm0"})},
       "k",
       ""},
      {"WasNotFollowed", {entry("a")}, {arriving("a", {"vm0"})}, "k", ""},
      {"CutRegion", {entry("a")}, {with(finding("a"), plain(), false)}, "n", ""},
      {"AboutASuppression", {entry("a")}, {with(finding("a"), governance(), true)}, "n", ""},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    std::vector<Finding> findings = row.findings;
    std::vector<Finding>* const lists[]{&findings};
    std::string marks;
    std::string gone;
    for (const BaselineEntry& one : apply_baseline(row.baseline, lists)) gone += one.fingerprint;
    for (const Finding& one : findings)
      marks += !one.baseline ? '-' : *one.baseline == Finding::Baseline::Known ? 'k' : 'n';
    EXPECT_EQ(marks, row.marks);
    EXPECT_EQ(gone, row.gone);
  }
}

TEST(Baseline, KnowsItsOwnEntries) {
  std::vector<Finding> findings{finding("a"), arriving("b", {"vm0"}), finding("c", Severity::Low, Status::Unknown)};
  std::vector<BaselineEntry> baseline;
  for (const Finding& one : findings) baseline.push_back(baseline_entry(one, "web"));
  std::vector<Finding>* const lists[]{&findings};
  EXPECT_TRUE(apply_baseline(baseline, lists).empty());
  for (const Finding& one : findings) EXPECT_EQ(one.baseline, Finding::Baseline::Known);
}

}  // namespace
}  // namespace nsgcheck::policy::baseline_test
