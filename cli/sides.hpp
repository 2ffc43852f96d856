// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "analyzer/policy/pairing.hpp"
#include "cli/arguments.hpp"
#include "cli/inputs.hpp"
#include "cli/run.hpp"

namespace nsgcheck::cli {

/// Two states of rule sets, as `nsgcheck diff` and `nsgcheck impact` take them, and what is compared with what.
struct Sides {
  LoadedInputs before, after;
  bool one_input{};  ///< both states come from one file that tells of a change
  std::vector<policy::NsgPair> pairs;
};

/// Loads and pairs both sides; says on `process.err` what could not be read. Empty, and said why, when there is nothing
/// to compare.
[[nodiscard]] std::optional<Sides> load_sides(const SideArguments& arguments, bool quiet, Process& process);

/// The inputs of both NSGs have equal bytes.
[[nodiscard]] bool same_text(const Sides& sides, const policy::NsgPair& pair);

/// What outputs need to point into a side's files; takes its reports.
[[nodiscard]] io::AuditReport places_of(LoadedInputs& side);

}  // namespace nsgcheck::cli
