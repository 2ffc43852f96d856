// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <ostream>

#include "analyzer/io/render_policies.hpp"
#include "analyzer/io/report.hpp"
#include "cli/commands.hpp"
#include "cli/output.hpp"
#include "cli/policy_files.hpp"

namespace nsgcheck::cli {
namespace {

std::string severity_text(const policy::Policy& policy) {
  if (const auto* fixed = std::get_if<policy::Severity>(&policy.severity)) return std::string{name(*fixed)};
  const auto& graded = std::get<policy::BySource>(policy.severity);
  return fmt::format("{} from anywhere, {} from a network, {} from up to 256 addresses", name(graded.wide),
                     name(graded.medium), name(graded.narrow));
}

std::string list(const std::vector<policy::Policy>& policies) {
  std::string out;
  for (const policy::Policy& policy : policies)
    out += fmt::format("{:<14} {:<8} {}\n", io::printable(policy.id), name(worst(policy)), io::printable(policy.title));
  return out + fmt::format("\n{} policies. `nsgcheck policies ID` says more; an id of another tool will do.\n",
                           policies.size());
}

std::string detail(const policy::Policy& policy) {
  std::string out = fmt::format("{}  {}\n\nseverity     {}\n", io::printable(policy.id), io::printable(policy.title),
                                severity_text(policy));
  out += fmt::format("\nwhy\n  {}\n\nwhat to do\n  {}\n", io::printable(policy.rationale),
                     io::printable(policy.remediation));
  if (!policy.aliases.empty()) out += "\nknown elsewhere as\n";
  for (const std::string& alias : policy.aliases) out += "  " + io::printable(alias) + '\n';
  if (!policy.references.empty()) out += "\nreferences\n";
  for (const std::string& reference : policy.references) out += "  " + io::printable(reference) + '\n';
  return out;
}

}  // namespace

Exit run_policies(const PoliciesArguments& arguments, Process& process) {
  auto policies = policies_in_force(arguments.policies);
  if (!policies) {
    process.err << "nsgcheck: " << located(policies.error()) << '\n';
    return Exit::Usage;
  }
  if (!arguments.id.empty()) {
    std::erase_if(*policies, [&](const policy::Policy& policy) { return !policy::answers_to(policy, arguments.id); });
    if (policies->empty()) {
      process.err << fmt::format("nsgcheck: no policy has the id or alias \"{}\"\n", io::printable(arguments.id));
      return Exit::Usage;
    }
  }
  std::string text;
  if (arguments.common.format == Format::Json)
    text = io::render_policies_json(*policies);
  else if (arguments.id.empty())
    text = list(*policies);
  else
    for (const policy::Policy& policy : *policies) text += detail(policy);
  return write_result(process, text) ? Exit::Clean : Exit::OutputFailed;
}

}  // namespace nsgcheck::cli
