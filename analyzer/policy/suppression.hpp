// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/policy/finding.hpp"

namespace nsgcheck::policy {

/// What can be wrong with a suppression; each is a policy of the family NSG-GOV, named by code().
enum class SuppressionCheck : std::uint8_t {
  Lapsed,      ///< its last day is over
  Unused,      ///< no finding is as it says
  Incomplete,  ///< reason, owner or end is missing, or cannot be read
};
/// Stable name used in rules/*.yaml (`ask: {suppression: NAME}`).
[[nodiscard]] std::string_view code(SuppressionCheck check);
[[nodiscard]] std::optional<SuppressionCheck> suppression_check(std::string_view code);
[[nodiscard]] std::vector<std::string_view> suppression_check_codes();

/// Says that somebody answers for a finding until a day. Texts are as their author wrote them.
struct Suppression {
  std::string id;                   ///< policy id or alias; "": any, and then there is a fingerprint
  std::string nsg;                  ///< name; "": any
  std::string rule;                 ///< name of the rule that the finding is about, or that alone (may) decide; "": any
  std::string fingerprint;          ///< its begin, lower case; "": any
  Status status{Status::Violated};  ///< of the findings meant: Violated, or Unknown where that is said
  std::string owner, reason;
  std::string until;                 ///< the last day (UTC)
  std::optional<std::int64_t> ends;  ///< first second after it, since 1970; empty: not given, or no date
  model::SourceSpan span;            ///< the entry, or the description that it stands in
  /// Of one in a rule's description: the rule, which alone it is about.
  struct Place {
    std::uint32_t nsg{};  ///< as Finding::nsg
    ModelRule rule{};
  };
  std::optional<Place> in_rule;
  std::string fault;  ///< why it cannot hold ("owner is missing"); "": nothing is wrong with it
};

/// The findings of one NSG, or those about none.
struct FindingsOf {
  const model::Nsg* nsg{};  ///< its name, for those about none
  std::vector<Finding>* findings{};
  bool about_nsg{true};
};

/// Gives every finding that an effective suppression is about the status Suppressed; the first in order is named.
/// `now`: seconds since 1970. Returns what the policies in force have to say about the suppressions themselves, worst
/// first, then by place: one that has lapsed, hides nothing or is incomplete. Findings about suppressions and findings
/// of another status than the suppression's are never suppressed. `policies` must outlive the result.
[[nodiscard]] std::vector<Finding> apply_suppressions(std::span<const Suppression> suppressions,
                                                      std::span<const FindingsOf> findings,
                                                      std::span<const Policy> policies, std::int64_t now);

}  // namespace nsgcheck::policy
