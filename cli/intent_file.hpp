// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "analyzer/io/report.hpp"
#include "analyzer/policy/expectation.hpp"
#include "cli/run.hpp"

namespace nsgcheck::cli {

/// Reads the file of --expect, "" for none, into `intent`, and drops the policies about intents when there is none.
/// False when it cannot be read, said on `process.err`.
[[nodiscard]] bool read_intent_file(const std::string& path, std::vector<policy::Policy>& policies,
                                    std::optional<policy::Intent>& intent, Process& process);

/// Lists the intent among the inputs, with the names of NSGs that are nobody's as its errors, which are said on
/// `process.err`, too. False when there are such.
[[nodiscard]] bool list_intent(io::AuditReport& report, Process& process);

}  // namespace nsgcheck::cli
