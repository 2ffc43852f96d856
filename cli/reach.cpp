// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <ostream>

#include "analyzer/net/text.hpp"
#include "cli/commands.hpp"
#include "cli/deployment_inputs.hpp"
#include "cli/output.hpp"
#include "simulator/io/render_reach.hpp"
#include "simulator/path/reach.hpp"

namespace nsgcheck::cli {
Exit run_reach(const ReachArguments& arguments, Process& process) {
  DeploymentInputs inputs;
  if (!load_deployment(arguments.deployment, process, inputs)) return Exit::Usage;
  model::doubt_conditional_nsgs(inputs.deployment);
  const auto from = clients_of(arguments.from, inputs.deployment, process);
  std::optional<std::int64_t> time;
  if (!from || !read_now(arguments.now, inputs.deployment, time, process)) return Exit::Usage;
  const path::CompiledDeployment compiled{inputs.deployment};
  auto answers = path::reach(compiled, *from, time);
  if (!arguments.instance.empty())
    std::erase_if(answers, [&](const path::ReachAnswer& answer) {
      return !net::same_word(answer.instance->name, arguments.instance);
    });
  if (answers.empty() && (!arguments.instance.empty() || !inputs.deployment.roles_doubt)) {
    process.err << fmt::format("nsgcheck: no instance has the name \"{}\"\n", io::printable(arguments.instance));
    return Exit::Usage;
  }
  const io::ReachReport report{&inputs.places, arguments.from.empty() ? "Internet" : arguments.from, answers,
                               model::findings(inputs.deployment), inputs.deployment.assumptions};
  const std::string text = arguments.common.format == Format::Json
                               ? io::render_reach_json(report)
                               : io::render_reach_text(report, style_of(arguments.common, process));
  if (!write_result(process, text)) return Exit::OutputFailed;
  const bool all = !inputs.deployment.roles_doubt &&
                   std::all_of(answers.begin(), answers.end(), [](const path::ReachAnswer& answer) {
                     return answer.verdict == path::Verdict::Reached;
                   });
  return answered(inputs, all ? Exit::Clean : Exit::Findings);
}

}  // namespace nsgcheck::cli
