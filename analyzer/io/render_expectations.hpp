// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "analyzer/io/json_parts.hpp"
#include "analyzer/io/render_layout.hpp"
#include "analyzer/io/report.hpp"

// What became of the expectations of an intent. REQUIRES of all: report.intent.
namespace nsgcheck::io {

/// One expectation over all NSGs that it is about, or all networks where it is about whole ways.
struct ExpectationSum {
  policy::Fulfilment verdict{};                      ///< Unknown where it is about none of them
  std::vector<const NsgReport*> of;                  ///< the NSGs, in input order
  std::vector<std::string> networks;                 ///< or names of the networks
  std::vector<policy::ExpectationVerdict> verdicts;  ///< of each of them
};
/// By expectation, in the order of the file. One that is violated anywhere is violated.
[[nodiscard]] std::vector<ExpectationSum> sum_expectations(const AuditReport& report);

/// "5 expectations: 4 held, 1 violated".
[[nodiscard]] std::string expectation_line(const AuditReport& report);
/// A line for each expectation, then expectation_line().
[[nodiscard]] std::string expectations_text(const AuditReport& report, const Paint& paint, std::size_t width);
/// The member `expectations` of an audit.
[[nodiscard]] Json expectations_json(const AuditReport& report);
/// {held, violated, unknown}.
[[nodiscard]] Json expectation_counts_json(const AuditReport& report);

/// What the intent notices of mutants; "" and null without --mutate.
[[nodiscard]] std::string mutation_text(const AuditReport& report, const Paint& paint, std::size_t width);
[[nodiscard]] Json mutation_json(const AuditReport& report);
/// True when there are mutants that no expectation notices, or of which that could not be told.
[[nodiscard]] bool has_survivors(const AuditReport& report);

/// Names of NSGs and places that expectations name and the report has none of, and expectations that nothing is there
/// to judge by, each as an error at the expectation.
[[nodiscard]] std::vector<Diagnostic> unmatched_names(const AuditReport& report);

}  // namespace nsgcheck::io
