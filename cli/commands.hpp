// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/arguments.hpp"
#include "cli/run.hpp"

namespace nsgcheck::cli {

/// One function a command; each has a file of its own.
[[nodiscard]] Exit run_audit(const AuditArguments& arguments, Process& process);
[[nodiscard]] Exit run_explain(const ExplainArguments& arguments, Process& process);
[[nodiscard]] Exit run_effective(const EffectiveArguments& arguments, Process& process);
[[nodiscard]] Exit run_diff(const DiffArguments& arguments, Process& process);
[[nodiscard]] Exit run_impact(const ImpactArguments& arguments, Process& process);
[[nodiscard]] Exit run_simplify(const SimplifyArguments& arguments, Process& process);
[[nodiscard]] Exit run_fix(const FixArguments& arguments, Process& process);
[[nodiscard]] Exit run_policies(const PoliciesArguments& arguments, Process& process);
[[nodiscard]] Exit run_replay(const ReplayArguments& arguments, Process& process);
[[nodiscard]] Exit run_reach(const ReachArguments& arguments, Process& process);
[[nodiscard]] Exit run_rdp(const RdpArguments& arguments, Process& process);

}  // namespace nsgcheck::cli
