// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "analyzer/io/report.hpp"
#include "analyzer/policy/baseline.hpp"
#include "analyzer/policy/suppression.hpp"
#include "cli/arguments.hpp"
#include "cli/run.hpp"

namespace nsgcheck::cli {

/// What an audit's findings are held against: suppressions, and an earlier audit.
struct Living {
  std::vector<policy::Suppression> suppressions;  ///< of files in their order, then of descriptions
  std::int64_t time{};                            ///< at which they are looked at, seconds since 1970
  std::optional<std::vector<policy::BaselineEntry>> baseline;
};

/// Reads `--suppressions`, what stands in the descriptions of the report's NSGs, and `--baseline`; policies about
/// suppressions leave the report where there are none. REQUIRES: the NSGs are not judged yet. False when a file cannot
/// be read or the time is not known, said on `process.err`.
[[nodiscard]] bool load_living(const AuditArguments& arguments, io::Documents& documents, io::AuditReport& report,
                               Process& process, Living& living);

/// Suppresses findings, says what is wrong with the suppressions, and marks what the baseline knows. REQUIRES: all
/// findings are there.
void apply_living(const Living& living, io::AuditReport& report);

}  // namespace nsgcheck::cli
