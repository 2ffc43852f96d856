// SPDX-License-Identifier: Apache-2.0
#include "cli/run.hpp"

#include <exception>
#include <new>
#include <ostream>

#include "cli/arguments.hpp"
#include "cli/commands.hpp"
#include "cli/output.hpp"

namespace nsgcheck::cli {
namespace {

Exit dispatch(const Arguments& arguments, Process& process) {
  if (const auto* audit = std::get_if<AuditArguments>(&arguments)) return run_audit(*audit, process);
  if (const auto* explain = std::get_if<ExplainArguments>(&arguments)) return run_explain(*explain, process);
  if (const auto* effective = std::get_if<EffectiveArguments>(&arguments)) return run_effective(*effective, process);
  if (const auto* diff = std::get_if<DiffArguments>(&arguments)) return run_diff(*diff, process);
  if (const auto* impact = std::get_if<ImpactArguments>(&arguments)) return run_impact(*impact, process);
  if (const auto* replay = std::get_if<ReplayArguments>(&arguments)) return run_replay(*replay, process);
  if (const auto* reach = std::get_if<ReachArguments>(&arguments)) return run_reach(*reach, process);
  if (const auto* rdp = std::get_if<RdpArguments>(&arguments)) return run_rdp(*rdp, process);
  if (const auto* simplify = std::get_if<SimplifyArguments>(&arguments)) return run_simplify(*simplify, process);
  if (const auto* fix = std::get_if<FixArguments>(&arguments)) return run_fix(*fix, process);
  return run_policies(std::get<PoliciesArguments>(arguments), process);
}

}  // namespace

Exit run(const std::vector<std::string>& args, Process process) {
  const auto arguments = parse_arguments(args, process);
  if (!arguments) {
    const NothingToRun& nothing = arguments.error();
    if (nothing.exit == Exit::Clean) return write_result(process, nothing.text) ? Exit::Clean : Exit::OutputFailed;
    process.err << nothing.text;
    return nothing.exit;
  }
  try {
    return dispatch(*arguments, process);
  } catch (const std::bad_alloc&) {
    process.err << "nsgcheck: out of memory\n";
  } catch (const std::exception& error) {
    process.err << "nsgcheck: internal error: " << error.what() << '\n';
  }
  return Exit::OutputFailed;
}

}  // namespace nsgcheck::cli
