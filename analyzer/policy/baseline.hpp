// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "analyzer/policy/finding.hpp"

namespace nsgcheck::policy {

/// A finding of an earlier audit.
struct BaselineEntry {
  std::string id;           ///< of the policy
  std::string nsg;          ///< name; "" for findings about no NSG
  std::string fingerprint;  ///< Finding::fingerprint: policy, NSG, status and meaning, no file and no line
  Severity severity{};
  Status status{Status::Violated};  ///< Violated or Unknown
  /// Where such traffic arrived, for sure or perhaps; empty optional: it was not followed.
  std::optional<std::vector<std::string>> arrives;
};

/// Whether a finding may stand in a baseline: not when it is suppressed (the suppression ends one day, and then it
/// counts), about suppressions, or when the work budget ran out (what else is open is not known).
[[nodiscard]] bool may_be_known(const Finding& finding);

/// The entry of a finding that may be known.
[[nodiscard]] BaselineEntry baseline_entry(const Finding& finding, const std::string& nsg_name);

/// Marks findings as known or new. A finding is known when an entry has its fingerprint, was no less severe, and saw
/// its traffic arrive wherever it arrives now. Each entry makes one finding known, so that two of a kind do not hide
/// behind one. Suppressed findings stay unmarked and are looked for, too: an entry that is only suppressed is not gone.
/// Returns the entries that match nothing, in their order.
[[nodiscard]] std::vector<BaselineEntry> apply_baseline(const std::vector<BaselineEntry>& baseline,
                                                        std::span<std::vector<Finding>* const> findings);

}  // namespace nsgcheck::policy
