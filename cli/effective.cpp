// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <ostream>

#include "analyzer/io/render_effective.hpp"
#include "analyzer/net/text.hpp"
#include "cli/audit_networks.hpp"
#include "cli/commands.hpp"
#include "cli/deployment_inputs.hpp"
#include "cli/output.hpp"

namespace nsgcheck::cli {
namespace {

void gather(const model::Deployment& deployment, const std::string& name, io::EffectiveReport& report) {
  for (const model::Role& role : deployment.roles)
    for (const model::Instance& instance : role.instances)
      if (name.empty() || net::same_word(instance.name, name))
        report.instances.push_back(policy::effective_rules(deployment, role, instance));
}

bool asks_azure(const EffectiveArguments& arguments) {
  bool azure = arguments.common.format == Format::Azure;
  for (const auto& [format, path] : arguments.outputs) azure = azure || format == Format::Azure;
  return azure;
}

bool may_be_missing(const policy::EffectiveStage& stage) {
  return stage.nsg != nullptr && !stage.nsg->conditions.empty();
}

// Says which rules have values that are not known, and which groups may not be there; they are written as they stand.
bool say_unsettled(const io::EffectiveReport& report, Process& process) {
  bool any = false;
  for (const policy::EffectiveRules& rules : report.instances)
    for (const policy::EffectiveStage& stage : rules.stages) {
      if (may_be_missing(stage)) {
        any = true;
        process.err << fmt::format("nsgcheck: {}: whether the group is deployed is not settled ({})\n",
                                   io::printable(stage.nsg->name), model::code(model::Reason::UnresolvedExpression));
      }
      for (const model::SecurityRule* rule : stage.rules) {
        const auto reason = policy::unsettled(*rule);
        if (!reason) continue;
        any = true;
        process.err << fmt::format("nsgcheck: {}: rule {} is not settled ({})\n",
                                   io::printable(stage.nsg != nullptr ? stage.nsg->name : "admin rules"),
                                   io::printable(rule->name), model::code(*reason));
      }
    }
  return any;
}

bool rests_on_conditions(const io::EffectiveReport& report) {
  return std::any_of(report.instances.begin(), report.instances.end(), [&](const policy::EffectiveRules& rules) {
    return std::any_of(rules.stages.begin(), rules.stages.end(), may_be_missing);
  });
}

}  // namespace

Exit run_effective(const EffectiveArguments& arguments, Process& process) {
  DeploymentInputs inputs;
  if (!load_deployment(arguments.deployment, process, inputs)) return Exit::Usage;
  inputs.places.assumptions = filter_assumptions(inputs.deployment);
  io::EffectiveReport report{&inputs.places, {}, arguments.expand_tags};
  gather(inputs.deployment, arguments.instance, report);
  if (rests_on_conditions(report)) add_assumption(inputs.places.assumptions, "conditions-hold");
  if (report.instances.empty()) {
    process.err << fmt::format("nsgcheck: no instance has the name \"{}\"\n", io::printable(arguments.instance));
    return Exit::Usage;
  }
  if (asks_azure(arguments) && report.instances.size() > 1) {
    std::string names;
    for (const policy::EffectiveRules& one : report.instances)
      names += (names.empty() ? "" : ", ") + io::printable(one.instance->name);
    process.err << fmt::format("nsgcheck: the format azure is of one NIC; choose by --instance among {}\n", names);
    return Exit::Usage;
  }
  const auto rendered = [&](Format format, const io::TextStyle& style) {
    if (format == Format::Azure) return io::render_effective_azure(report);
    return format == Format::Json ? io::render_effective_json(report) : io::render_effective_text(report, style);
  };
  if (!write_outputs(arguments.outputs, arguments.common, process, rendered)) return Exit::OutputFailed;
  return answered(inputs, say_unsettled(report, process) ? Exit::Findings : Exit::Clean);
}

}  // namespace nsgcheck::cli
