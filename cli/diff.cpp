// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <memory>
#include <ostream>

#include <fmt/format.h>

#include "analyzer/io/render_diff.hpp"
#include "analyzer/policy/arrivals.hpp"
#include "cli/commands.hpp"
#include "cli/deployment_inputs.hpp"
#include "cli/evidence_file.hpp"
#include "cli/output.hpp"
#include "cli/sides.hpp"

namespace nsgcheck::cli {
namespace {

std::string render(const io::DiffReport& report, Format format, const io::TextStyle& style) {
  switch (format) {
    case Format::Json:
      return io::render_diff_json(report);
    case Format::Jsonl:
      return io::render_diff_jsonl(report);
    case Format::Markdown:
      return io::render_diff_markdown(report);
    default:
      return io::render_diff_text(report, style);
  }
}

/// A deployment whose NSGs the compared ones stand for.
struct Ways {
  DeploymentInputs inputs;
  policy::DeploymentPair sides;
};

std::unique_ptr<Ways> load_ways(const DiffArguments& arguments, const Sides& compared, Process& process) {
  auto out = std::make_unique<Ways>();
  DeploymentArguments wanted;
  wanted.files = arguments.deployment;
  wanted.others_check_parameters = true;
  wanted.parameters = arguments.sides.inputs.parameters;
  wanted.set = arguments.sides.inputs.set;
  wanted.service_tags = arguments.sides.inputs.service_tags;
  if (!load_deployment(wanted, process, out->inputs) || out->inputs.incomplete) return nullptr;
  model::doubt_conditional_nsgs(out->inputs.deployment);
  std::vector<policy::NsgDiff> pairs(compared.pairs.size());
  for (std::size_t i = 0; i < pairs.size(); ++i) pairs[i].nsgs = compared.pairs[i];
  out->sides = policy::with_sides(out->inputs.deployment, pairs);
  return out;
}

// The network in which both sides of a pair are looked at: changes are followed in that of their subnets.
model::NetworkContext context_of(const Ways* ways, std::size_t pair, const Sides& compared) {
  if (ways == nullptr || !ways->sides.stands[pair]) return compared.after.context;
  return policy::context_of(ways->inputs.deployment, *ways->sides.stands[pair]);
}

// False when a change may arrive that was not found: its subnets see different networks, or the budget ran out.
bool follow(const Ways& ways, io::DiffReport& report) {
  bool whole = true;
  for (std::size_t i = 0; i < report.nsgs.size(); ++i) {
    const auto stands = ways.sides.stands[i];
    const std::string name = io::pair_name(report.nsgs[i].nsgs);
    if (!stands) report.path_notes.push_back(name + " stands nowhere in the deployment");
    if (!report.nsgs[i].complete) report.path_notes.push_back(name + ": the work budget ran out; more may arrive");
    if (stands && policy::routes_differ(ways.inputs.deployment, *stands)) {
      report.path_notes.push_back(name +
                                  ": its subnets have different routes, so that VirtualNetwork is not the same in all "
                                  "of them; more may arrive than is listed");
      whole = false;
    }
  }
  report.path_network = ways.inputs.deployment.network;
  report.paths = policy::path_changes(ways.sides, report.nsgs);
  return whole;
}

}  // namespace

Exit run_diff(const DiffArguments& arguments, Process& process) {
  std::optional<Sides> sides = load_sides(arguments.sides, arguments.common.quiet, process);
  if (!sides) return Exit::Usage;
  io::DiffReport report;
  report.incomplete = sides->before.incomplete || sides->after.incomplete;
  policy::Evidence evidence;
  const std::unique_ptr<Ways> ways = arguments.deployment.empty() ? nullptr : load_ways(arguments, *sides, process);
  if (!arguments.deployment.empty() && ways == nullptr) return Exit::Usage;
  for (std::size_t i = 0; i < sides->pairs.size(); ++i) {
    const policy::NsgPair& pair = sides->pairs[i];
    const bool same = same_text(*sides, pair);
    const model::NetworkContext context = context_of(ways.get(), i, *sides);
    report.nsgs.push_back(policy::compare(pair, context, same));
    if (!arguments.evidence.empty()) policy::add_evidence(evidence, pair, context, same);
  }
  const bool whole = ways == nullptr || follow(*ways, report);
  report.before = places_of(sides->before);
  report.after = places_of(sides->after);
  report.assumptions =
      policy::diff_assumptions(report.nsgs, ways ? ways->inputs.deployment.network : sides->after.context);
  if (ways != nullptr)
    for (policy::Assumption& one : filter_assumptions(ways->inputs.deployment))
      if (std::none_of(report.assumptions.begin(), report.assumptions.end(),
                       [&](const policy::Assumption& other) { return other.code == one.code; }))
        report.assumptions.push_back(std::move(one));
  const auto rendered = [&](Format format, const io::TextStyle& style) { return render(report, format, style); };
  if (!arguments.evidence.empty() &&
      !write_evidence(arguments.evidence, evidence, "diff", {report.before, report.after}, process))
    return Exit::OutputFailed;
  if (!write_outputs(arguments.outputs, arguments.common, process, rendered)) return Exit::OutputFailed;
  if (report.incomplete || !whole) return Exit::Incomplete;
  return io::is_equivalent(report) ? Exit::Clean : Exit::Findings;
}

}  // namespace nsgcheck::cli
