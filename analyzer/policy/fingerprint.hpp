// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <vector>

#include "analyzer/policy/audit.hpp"
#include "analyzer/policy/finding.hpp"

namespace nsgcheck::policy {

/// 32 hex digits (the first half of a SHA-256) of what a finding means: policy, NSG without regard to case, direction,
/// status, `subject` (what a structural finding is about) and the regions. Not of names of files, lines or wording.
[[nodiscard]] std::string fingerprint(const Finding& finding, const std::string& nsg_name, const std::string& subject);

/// The fingerprint of a finding in an NSG that has others of its name beside it: its resource id counts, too, where it
/// is known.
[[nodiscard]] std::string fingerprint_in(const model::Nsg& nsg, const std::string& fingerprint);

/// An NSG and what was found in it.
struct JudgedNsg {
  const model::Nsg* nsg{};
  NsgAudit* audit{};
};

/// Where NSGs of one name have different resource ids, their findings get the fingerprints of fingerprint_in(): that
/// something opens in one is not known from the other. Where a name is unique nothing changes.
void tell_apart(std::span<const JudgedNsg> audited);

}  // namespace nsgcheck::policy
