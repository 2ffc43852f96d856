// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <ostream>

#include "analyzer/io/deployment_fields.hpp"
#include "analyzer/net/prefix.hpp"
#include "analyzer/net/text.hpp"
#include "cli/commands.hpp"
#include "cli/deployment_inputs.hpp"
#include "cli/output.hpp"
#include "simulator/io/render_reach.hpp"
#include "simulator/path/reach.hpp"

namespace nsgcheck::cli {
namespace {

/// The clients that `--from` names: an address, a prefix, or a tag that has addresses.
std::optional<net::AddressSet> clients(const std::string& text, const model::Deployment& deployment) {
  const std::string name = text.empty() ? "Internet" : text;
  if (const auto block = net::parse_prefix(name)) {
    if (const auto* v4 = std::get_if<net::Prefix4>(&block->prefix))
      return net::AddressSet{net::IntervalSet<net::Ipv4::Bits>::from({{v4->low(), v4->high()}}), {}};
    if (const auto* v6 = std::get_if<net::Prefix6>(&block->prefix))
      return net::AddressSet{{}, net::IntervalSet<net::Ipv6::Bits>::from({{v6->low(), v6->high()}})};
  }
  return model::tag_set(name, deployment.network);
}

}  // namespace

Exit run_reach(const ReachArguments& arguments, Process& process) {
  DeploymentInputs inputs;
  if (!load_deployment(arguments.deployment, process, inputs)) return Exit::Usage;
  const auto from = clients(arguments.from, inputs.deployment);
  if (!from) {
    process.err << fmt::format("nsgcheck: --from \"{}\" is no address, prefix or tag with known addresses\n",
                               io::printable(arguments.from));
    return Exit::Usage;
  }
  std::optional<std::int64_t> time;
  if (!arguments.now.empty()) {
    time = io::parse_expiration(arguments.now);
    if (!time) {
      process.err << fmt::format("nsgcheck: --now \"{}\" is no time such as 2027-01-01T00:00:00Z\n",
                                 io::printable(arguments.now));
      return Exit::Usage;
    }
    *time *= 1'000'000'000;
  } else if (inputs.deployment.remote_desktop.expiration) {
    inputs.deployment.assumptions.emplace_back("expiration-not-judged");
  }
  const path::CompiledDeployment compiled{inputs.deployment};
  auto answers = path::reach(compiled, *from, time);
  if (!arguments.instance.empty())
    std::erase_if(answers, [&](const path::ReachAnswer& answer) {
      return !net::same_word(answer.instance->name, arguments.instance);
    });
  if (answers.empty()) {
    process.err << fmt::format("nsgcheck: no instance has the name \"{}\"\n", io::printable(arguments.instance));
    return Exit::Usage;
  }
  const io::ReachReport report{&inputs.places, arguments.from.empty() ? "Internet" : arguments.from, answers,
                               model::findings(inputs.deployment), inputs.deployment.assumptions};
  const bool color = arguments.common.color == When::Always || (arguments.common.color == When::Auto && process.color);
  const std::string text = arguments.common.format == Format::Json
                               ? io::render_reach_json(report)
                               : io::render_reach_text(report, {color, process.width});
  if (!write_result(process, text)) return Exit::OutputFailed;
  const bool all = std::all_of(answers.begin(), answers.end(), [](const path::ReachAnswer& answer) {
    return answer.verdict == path::Verdict::Reached;
  });
  return all ? Exit::Clean : Exit::Findings;
}

}  // namespace nsgcheck::cli
