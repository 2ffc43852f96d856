// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/arguments.hpp"

namespace CLI {
class App;
}

namespace nsgcheck::cli {

/// Each adds its command to the program: options, help and examples. Parsing fills in what is given, which must outlive
/// `top`.
void add_audit(CLI::App& top, AuditArguments& audit);
void add_explain(CLI::App& top, ExplainArguments& explain);
void add_diff(CLI::App& top, DiffArguments& diff);
void add_impact(CLI::App& top, ImpactArguments& impact);
void add_import_sarif(CLI::App& top, ImportSarifArguments& import);
void add_simplify(CLI::App& top, SimplifyArguments& simplify);
void add_fix(CLI::App& top, FixArguments& fix);
void add_policies(CLI::App& top, PoliciesArguments& policies);
void add_replay(CLI::App& top, ReplayArguments& replay);
void add_reach(CLI::App& top, ReachArguments& reach);
void add_effective(CLI::App& top, EffectiveArguments& effective);
void add_rdp(CLI::App& top, RdpArguments& rdp);

}  // namespace nsgcheck::cli
