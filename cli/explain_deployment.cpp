// SPDX-License-Identifier: Apache-2.0
#include <ostream>

#include "analyzer/io/render_flow_line.hpp"
#include "analyzer/policy/flow_path.hpp"
#include "cli/deployment_inputs.hpp"
#include "cli/explain.hpp"
#include "cli/flow_list.hpp"
#include "cli/output.hpp"

namespace nsgcheck::cli {
namespace {

/// Answers flows: packets from tables made once, sets and what needs a word more by the full answer.
class PathRun {
 public:
  PathRun(const ExplainArguments& arguments, const DeploymentInputs& inputs)
      : arguments_{arguments},
        inputs_{inputs},
        paths_{inputs.deployment},
        writer_{inputs.places, paths_.lists(), &inputs.deployment} {}

  /// Gives the full answer to `take`.
  template <class Take>
  engine::Verdict explain(const io::FlowRow& flow, const Take& take) const {
    const policy::PathAnswer path = paths_.ask(policy::question_of(flow.query, true));
    take(io::ExplainReport{&inputs_.places, flow, {}, &path, &inputs_.deployment});
    return path.judgement.verdict;
  }

  void answer(const io::FlowRow& flow, std::vector<FlowOutput>& outputs, FlowAnswer& answer) const {
    if (!flow.nsg.empty()) {
      answer.error = "a deployment says itself which NSGs a flow passes: the column nsg does not go with it";
      return;
    }
    const bool packet = flow.query.is_packet() && !arguments_.ladder;
    const auto quick = packet ? paths_.judge(flow.query) : std::nullopt;
    if (!quick) {
      answer.verdicts.push_back(explain(flow, [&](const io::ExplainReport& report) {
        for (FlowOutput& out : outputs)
          out.text += render_explained(report, out.format, out.style) + (out.format == Format::Text ? "\n" : "");
      }));
      return;
    }
    answer.verdicts.push_back(quick->verdict);
    for (FlowOutput& out : outputs)
      if (out.format == Format::Text)
        writer_.text(out.text, flow, quick->stages, quick->verdict);
      else
        writer_.json(out.text, flow, quick->stages, quick->verdict);
  }

 private:
  const ExplainArguments& arguments_;
  const DeploymentInputs& inputs_;
  policy::FlowPaths paths_;
  io::FlowLineWriter writer_;
};

}  // namespace

Exit explain_deployment(const ExplainArguments& arguments, Process& process) {
  if (!arguments.nsg.empty()) {
    process.err << "nsgcheck: --nsg does not go with --deployment, which says itself which NSGs a flow passes\n";
    return Exit::Usage;
  }
  DeploymentInputs inputs;
  DeploymentArguments deployment;
  deployment.files = arguments.deployment;
  deployment.rule_sets = arguments.inputs.files;
  deployment.parameters = arguments.inputs.parameters;
  deployment.set = arguments.inputs.set;
  deployment.service_tags = arguments.inputs.service_tags;
  if (!load_deployment(deployment, process, inputs)) return Exit::Usage;
  model::doubt_conditional_nsgs(inputs.deployment);
  inputs.places.assumptions = filter_assumptions(inputs.deployment);
  const PathRun run{arguments, inputs};
  std::vector<const model::Nsg*> nsgs;
  for (const model::Nsg& nsg : inputs.deployment.nsgs) nsgs.push_back(&nsg);
  if (!arguments.flows.empty())
    return answer_flows(arguments, nsgs, inputs.incomplete, process,
                        [&](const io::FlowRow& flow, std::vector<FlowOutput>& outputs, FlowAnswer& answer) {
                          run.answer(flow, outputs, answer);
                        });
  const auto flow = flow_of(arguments, process);
  if (!flow) return Exit::Usage;
  bool written = true;
  const engine::Verdict verdict = run.explain(*flow, [&](const io::ExplainReport& report) {
    const auto rendered = [&](Format format, const io::TextStyle& style) {
      return render_explained(report, format, style);
    };
    written = write_outputs(arguments.outputs, arguments.common, process, rendered);
  });
  if (!written) return Exit::OutputFailed;
  return answered(inputs, verdict == engine::Verdict::Unknown ? Exit::Findings : Exit::Clean);
}

}  // namespace nsgcheck::cli
