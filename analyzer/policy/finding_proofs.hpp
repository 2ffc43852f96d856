// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <span>
#include <utility>
#include <vector>

#include "analyzer/policy/claim_maker.hpp"

namespace nsgcheck::policy {

/// Why what was asked so is no matter of one list of rules; "" when it is.
[[nodiscard]] std::string_view why_not_of_traffic(const Ask& ask);

/// Claims for the policies and expectations of one audit, and which of them show what was found.
class FindingProofs {
 public:
  FindingProofs(Evidence& out, ClaimMaker& claims, const model::Nsg& nsg, std::span<const Policy> policies,
                const AuditOptions& options)
      : out_{out}, claims_{claims}, nsg_{nsg}, policies_{policies}, options_{options} {}

  /// What each policy asks.
  void ask();
  /// What is expected, and whether it holds.
  void expect(const std::vector<ExpectationVerdict>& verdicts);
  /// REQUIRES: ask() and expect().
  void prove(const Finding& finding);

 private:
  struct Shown {
    std::string_view as;  ///< "": not shown
    std::vector<std::size_t> claims;
    std::string why_not;
  };
  void ask_of(const std::string& who, const Ask& ask, std::vector<std::size_t>& claims);
  void expect_one(const Expectation& expectation, const ExpectationVerdict& verdict);
  [[nodiscard]] Shown shown(const Finding& finding);
  [[nodiscard]] Shown shown_expectation(const Finding& finding, Breach breach);
  [[nodiscard]] Shown shown_expectation(ExpectationKind kind, Fulfilment verdict,
                                        const std::vector<std::size_t>& claims) const;
  [[nodiscard]] Shown shown_rule(const Finding& finding, engine::HygieneKind kind);
  /// The claim, or one about a single packet of its question, that shows some flow answered with yes.
  [[nodiscard]] std::optional<std::size_t> some(std::size_t claim, const Finding& finding);
  [[nodiscard]] Shown some(std::string_view as, std::size_t claim, const Finding& finding);
  [[nodiscard]] Shown not_shown(const std::vector<std::size_t>& claims) const;
  [[nodiscard]] bool says(std::size_t claim, std::string_view word) const {
    return out_.claims[claim].verdict == std::optional{word};
  }

  Evidence& out_;
  ClaimMaker& claims_;
  const model::Nsg& nsg_;
  std::span<const Policy> policies_;
  const AuditOptions& options_;
  std::map<std::pair<const Policy*, std::uint32_t>, std::vector<std::size_t>> asked_;
  std::map<std::uint32_t, std::vector<std::size_t>> expected_;  ///< of `only` the scope, then what is listed
  std::map<std::pair<ModelRule, net::Direction>, std::size_t> overlapped_;  ///< the claim about a rule
};

}  // namespace nsgcheck::policy
