// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "analyzer/policy/draft.hpp"
#include "analyzer/policy/remedy.hpp"

namespace nsgcheck::policy {

/// Flows that must be closed or opened.
struct Goal {
  FlowPattern pattern;
  engine::View view{};     ///< whose "yes" must become empty
  model::Access wanted{};  ///< of a new rule that reaches it
};

/// What the flows of a goal are in a rule set, asked in the goal's view.
[[nodiscard]] Judgement judge_goal(const Audited& on, const model::Nsg& nsg, const Goal& goal);

/// What tells findings of two audits apart.
[[nodiscard]] std::string key_of(const Finding& finding);
[[nodiscard]] std::set<std::string> keys_of(const NsgAudit& audit);
/// How many findings are of the same policy and direction.
[[nodiscard]] std::size_t count_like(const NsgAudit& audit, const Finding& finding);

/// True for a policy that demands that something is allowed.
[[nodiscard]] bool is_demand(const Policy& policy);

/// Tries changes of one NSG and keeps those that do what they are for and break nothing, each proven.
class RemedySearch {
 public:
  /// Whether a changed rule set, audited again, does what the change is for.
  using Done = std::function<bool(const model::Nsg&, const NsgAudit&)>;

  /// `finding`: the direction, deciders and regions that changes are about. Both arguments outlive this.
  RemedySearch(const Audited& on, const Finding& finding, Done done);

  /// The rules that decide lose the ports or addresses of the goal, or go.
  void narrow_and_remove(const Goal& goal);
  /// A new rule for `flows` before the first that says otherwise.
  void add_above(const Goal& goal, const FlowPattern& flows);
  /// Takes the draft if it is a remedy. `goal`: what it is for, if that is flows; else all that it changes is besides.
  void offer(RemedyKind kind, const Draft& draft, const Goal* goal);

  [[nodiscard]] bool found_none() const { return out_.ranked.empty(); }
  /// What is said when there is none.
  void explain_none(std::string why) { why_none_ = std::move(why); }
  /// All that was found, the best first. `wants_allow`: only a new allow is what is looked for.
  [[nodiscard]] Remedies ranked(bool wants_allow);

 private:
  using Transform = std::function<Narrowed(const model::SecurityRule&)>;

  bool change_deciders(const Goal& goal, const Transform& transform, Draft& draft) const;
  [[nodiscard]] model::Nsg ideal(const Goal& goal) const;
  bool judge_again(const model::Nsg& after, Remedy& remedy);
  bool keeps_expectations(const NsgAudit& again);

  const Audited& on_;
  const Finding& finding_;
  Done done_;
  std::set<std::string> known_;  ///< keys of the findings before
  Remedies out_;
  std::string why_none_;
  std::size_t refused_{};    ///< changes that do what they are for, but break what is held
  std::string refused_for_;  ///< what the first of them breaks
};

}  // namespace nsgcheck::policy
