// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "analyzer/io/report.hpp"
#include "analyzer/policy/effective.hpp"

namespace nsgcheck::io {

/// The effective rules of instances.
struct EffectiveReport {
  const AuditReport* places{};  ///< documents and shown names, for lines; assumptions
  std::vector<policy::EffectiveRules> instances;
  bool expand_tags{};  ///< say which addresses tags and groups stand for
};

/// Stage by stage, a line a rule, in the order in which they are looked at.
[[nodiscard]] std::string render_effective_text(const EffectiveReport& report, const TextStyle& style);
/// {"schema": "nsgcheck.effective/1", "instances": [{instance, role, addresses, subnet, stages: [{appliedTo, nsg,
/// direction, rules}]}], "assumptions"}.
[[nodiscard]] std::string render_effective_json(const EffectiveReport& report);
/// What `az network nic list-effective-nsg` prints for one NIC (nsg-semantics 4.7), so that the two can be compared.
/// `*` is 0.0.0.0/0 there, as Azure writes it; IPv4's own 0.0.0.0/0 stands as two halves, so that it stays what it is.
/// REQUIRES: one instance.
[[nodiscard]] std::string render_effective_azure(const EffectiveReport& report);

}  // namespace nsgcheck::io
