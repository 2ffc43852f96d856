// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "analyzer/io/report.hpp"
#include "analyzer/policy/remedy.hpp"

namespace nsgcheck::io {

/// A remedy and what it does to the file.
struct RemedyPatch {
  policy::Remedy remedy;
  std::string why_not_patched;  ///< not empty: the file cannot be changed, for this reason
  std::string patch;            ///< the change of the file, as unified_diff()
};

/// One finding and how it can be closed. Values, since a file that is changed step by step is read anew each time.
struct FindingFix {
  std::string nsg;
  policy::Finding finding;
  std::string place;                              ///< "rules.json:20:9"; "" where it stands nowhere
  std::vector<std::optional<std::size_t>> lines;  ///< of the NSG's rules, by index
  std::vector<std::string> labels;                ///< likewise
  std::vector<RemedyPatch> remedies;              ///< the best first
  std::string why_none;                           ///< a sentence, when there is none
};

/// The ways of one fix as text, numbered, or why there is none; `done` stands before what each is for ("closes it: ").
[[nodiscard]] std::string remedies_text(const FindingFix& fix, std::string_view done, const TextStyle& style);

struct FixReport {
  AuditReport places;  ///< inputs, assumptions, policies
  std::vector<FindingFix> fixes;
  bool applied{};                 ///< the first remedy of each was written
  std::vector<std::string> left;  ///< then: findings that are still there, audited again, a line each
};

/// Per finding the ways to close it, ranked, each with what else it changes and the patch.
[[nodiscard]] std::string render_fix_text(const FixReport& report, const TextStyle& style);
/// Schema nsgcheck.fix/1.
[[nodiscard]] std::string render_fix_json(const FixReport& report);

}  // namespace nsgcheck::io
